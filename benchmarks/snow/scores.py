# SPDX-License-Identifier: Apache-2.0
"""Scores of snow masks against the truth of simulated scenes."""
import numpy as np

LEVELS = [0.10, 0.25, 0.50, 0.75]
HEADLINE = 0.25
TREES = (("trees 0-30", 0, 0.3), ("trees 30-60", 0.3, 0.6), ("trees 60-80", 0.6, 0.8), ("trees > 80", 0.8, 1.01))
WATER, ICE = 210, 211


def table(said, there):
    """Pixels: snow both, said only, there only, none."""
    return np.array([(said & there).sum(), (said & ~there).sum(), (~said & there).sum(), (~said & ~there).sum()], float)


def accuracy(t):
    return (t[0] + t[3]) / max(1, t.sum())


def kappa(t):
    n = t.sum()
    chance = ((t[0] + t[1]) * (t[0] + t[2]) + (t[2] + t[3]) * (t[1] + t[3])) / (n * n)
    return (accuracy(t) - chance) / (1 - chance) if chance < 1 else 1.0


def three_class_kappa(m):
    n = m.sum()
    chance = (m.sum(0) * m.sum(1)).sum() / (n * n)
    return (np.trace(m) / n - chance) / (1 - chance)


def share(pair):
    return pair[0] / max(1, pair[1])


def clear_of(truth):
    return np.isfinite(truth["snow_viewable"]) & (truth["cloud"] == 0) & (truth["shadow"] == 0)


def scores(truth, mask, other):
    """Of one scene. `other`: the other profile's mask, for pixels that both label."""
    seen = np.isfinite(truth["snow_viewable"]) & (mask < 254) & (other < 254)
    cloud = truth["cloud"] > 0
    clear = seen & ~cloud & (truth["shadow"] == 0)
    labelled = clear & ((mask == 0) | (mask == 100))
    both = labelled & ((other == 0) | (other == 100))
    viewable = np.nan_to_num(truth["snow_viewable"])
    result = {level: table(mask[labelled] == 100, viewable[labelled] >= level) for level in LEVELS}
    sharp = labelled & ~((viewable > 0.10) & (viewable < 0.50))
    result["sharp"] = table(mask[sharp] == 100, viewable[sharp] >= 0.5)
    result["both"] = table(mask[both] == 100, viewable[both] >= HEADLINE)
    result["ground"] = table(mask[labelled] == 100, np.nan_to_num(truth["snow_ground"])[labelled] >= 0.5)
    for name, low, high in TREES:
        part = labelled & (truth["tree_cover"] >= low) & (truth["tree_cover"] < high)
        result[name] = table(mask[part] == 100, viewable[part] >= HEADLINE)
    shade = labelled & (truth["terrain_shadow"] > 0)
    result["shade"] = table(mask[shade] == 100, viewable[shade] >= HEADLINE)
    told = clear & ((mask == 0) | (mask == 100) | (mask == WATER) | (mask == ICE))
    result["yield"] = np.array([told.sum(), clear.sum()], float)
    result["false cloud"] = np.array([(clear & (mask == 205)).sum(), clear.sum()], float)
    bare = seen & cloud & (np.nan_to_num(truth["snow_ground"]) < 0.05)
    result["false snow"] = np.array([(bare & (mask == 100)).sum(), bare.sum()], float)
    three = np.zeros((3, 3))
    kind = np.where(cloud, 2, (viewable >= HEADLINE).astype(int))
    called = np.where(mask == 205, 2, (mask == 100).astype(int))
    used = seen & (truth["shadow"] == 0) & (mask != WATER) & (mask != ICE)
    np.add.at(three, (kind[used], called[used]), 1)
    result["three"] = three
    return result


def lake_scores(truth, mask):
    """Of clear lake pixels by kind: how many, called snow, ice, and neither of them nor cloud."""
    clear = clear_of(truth) & (mask < 254)
    codes = truth["surfaces"]
    white = np.nan_to_num(truth["snow_viewable"]) >= HEADLINE
    frozen = truth["class"] == codes["lake ice"]
    kinds = {"clear water": truth["class"] == codes["clear water"],
             "turbid water": truth["class"] == codes["turbid water"],
             "snow on lake ice": frozen & white, "bare lake ice": frozen & ~white}
    result = {}
    for name, kind in kinds.items():
        found = mask[clear & kind]
        result[name] = np.array([found.size, (found == 100).sum(), (found == ICE).sum(),
                                 ((found == 0) | (found == WATER)).sum()], float)
    return result


def filled_up(truth, masks, unguarded):
    """Tables at HEADLINE of lis15 and of the default profile, which labels all that lis15 labels.

    Where the default profile says cloud and lis15 says snow or no snow, the default profile without its guards against
    cloud, `unguarded`, speaks: nothing is won by leaving hard pixels out. Pixels that one of the masks calls water or ice
    are left out, for no label of snow is asked there.
    """
    first, second = masks["lis15"], masks["standard"]
    asked = (second == 205) & ((first == 0) | (first == 100))
    second = np.where(asked, unguarded, second)
    there = np.nan_to_num(truth["snow_viewable"]) >= HEADLINE
    usable = clear_of(truth)
    for mask in (first, second):
        usable &= (mask < 254) & (mask != WATER) & (mask != ICE)
    labelled = {name: usable & ((mask == 0) | (mask == 100)) for name, mask in (("lis15", first), ("standard", second))}
    return {"lis15": table(first[labelled["lis15"]] == 100, there[labelled["lis15"]]),
            "standard": table(second[labelled["standard"]] == 100, there[labelled["standard"]])}


def cut_down(truth, masks, certainty):
    """Tables at HEADLINE of two masks, by name, with the same number of pixels labelled in this scene.

    Of the mask that labels more, the least certain pixels are dropped. Certainty is the distance of the default
    profile's probability from 50, for both masks: Let-it-snow has no order of its own, and lending it one can only raise
    its accuracy, which makes the comparison harder for the default profile and not easier. Pixels without a probability
    are dropped first. Of a distance that is dropped in part, the mean of its pixels counts. Pixels that one of the masks
    calls water or ice are left out, for no label of snow is asked there.
    """
    (one, first), (two, second) = masks.items()
    usable = clear_of(truth)
    for mask in (first, second):
        usable &= (mask < 254) & (mask != WATER) & (mask != ICE)
    there = np.nan_to_num(truth["snow_viewable"]) >= HEADLINE
    levels = {}
    for name, mask in masks.items():
        labelled = usable & ((mask == 0) | (mask == 100))
        said = mask[labelled] == 100
        cell = np.where(said, np.where(there[labelled], 0, 1), np.where(there[labelled], 2, 3))
        counted = np.zeros((certainty.max() + 2, 4))
        np.add.at(counted, (certainty[labelled] + 1, cell), 1)
        levels[name] = counted[::-1]
    wanted = min(levels[one].sum(), levels[two].sum())
    tables = {}
    for name, counted in levels.items():
        before = np.r_[0, counted.sum(1).cumsum()[:-1]]
        taken = np.clip((wanted - before) / np.maximum(1, counted.sum(1)), 0, 1)
        tables[name] = (counted * taken[:, None]).sum(0)
    return tables


def interval(differences, random):
    """Mean and 95 % bootstrap interval over scenes."""
    d = np.array(differences)
    means = d[random.integers(0, len(d), (4000, len(d)))].mean(1)
    return d.mean(), np.percentile(means, 2.5), np.percentile(means, 97.5)


def verdict(low):
    """`low`: of the interval of a gain. Better excludes 0, not worse stays above −0.005."""
    return "better" if low > 0 else "not worse" if low > -0.005 else "WORSE"
