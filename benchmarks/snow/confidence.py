#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How far SnowMask -out.probability can be believed, of the file that it writes.

    confidence.py CERS FOLDER [--recipes standard alternative maritime] [--seeds 15-20]

FOLDER is that of scoreboard.py; scenes that are not there are made. The model was fitted on the standard recipe, seeds 1
to 14 (fit_probability.py). The event: snow covers a quarter or more of the pixel as seen from above, given that neither
cloud nor its shadow hides it. Prints, of the pixels of which that is so in truth and that the mask labels, by recipe
and case: accuracy at a half, Brier skill over prevalence, calibration error in 15 bins of equal count, each with a 95 %
interval over scenes; then the reliability. A row counts as evidence where accuracy lies between 0.75 and 0.92, for
where most pixels are plain any probability looks good: so all cases are judged again by the pixels that have more than
60 % of trees, alone.
"""
import argparse
import concurrent.futures
import os

import numpy as np

from scenes import dem_of, layers, product_of, simulated, stem_of, truth_of

CASES = ["mixed winter", "cold cloud missing from the mask", "forest", "weather as drawn", "shaded slopes"]
BINS = 15
REPLICATES = 400
TREES = "more than 60 % of trees"


def judged(cers, folder, recipe, case, seed):
    """Probability 0..1, whether there is snow, and the share of trees, of pixels clear in truth and labelled."""
    path = simulated(cers, folder, recipe, case, seed)
    made = layers(cers, "SnowMask", ["-in", product_of(path), "-dem", dem_of(path)],
                  stem_of(folder, recipe, case, seed, "probability"), ["out", "out.probability"])["out.probability"]
    truth = truth_of(path)
    usable = (made <= 100) & (truth["cloud"] == 0) & (truth["shadow"] == 0) & np.isfinite(truth["snow_viewable"])
    return (made[usable] / 100, (truth["snow_viewable"][usable] >= 0.25).astype(float),
            truth["tree_cover"][usable])


def scenes_of(cers, folder, recipe, case, seeds):
    """judged() by seed, without scenes that have no such pixel."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        every = list(pool.map(lambda seed: judged(cers, folder, recipe, case, seed), seeds))
    return [one for one in every if len(one[0]) > 0]


def calibration_error(p, truth):
    """Mean distance of the stated from the found share in bins of equal count; of both classes, as they mirror."""
    order = np.argsort(p, kind="stable")
    return float(np.mean([abs(p[one].mean() - truth[one].mean()) for one in np.array_split(order, BINS)]))


def brier_skill(p, truth):
    prevalence = truth.mean()
    return float(1 - ((p - truth) ** 2).mean() / (prevalence * (1 - prevalence)))


def measures(scenes):
    """Accuracy, Brier skill, calibration error of scenes pooled."""
    p, truth = (np.concatenate(part) for part in zip(*[one[:2] for one in scenes]))
    return (float(((p >= 0.5) == (truth > 0)).mean()), brier_skill(p, truth), calibration_error(p, truth))


def with_interval(scenes, random):
    """Each measure with its 95 % interval over scenes; of samples of 20 000 pixels a scene, which costs less."""
    small = []
    for p, truth, _ in scenes:
        chosen = random.choice(len(p), min(20000, len(p)), replace=False)
        small.append((p[chosen], truth[chosen]))
    draws = [measures([small[i] for i in random.integers(0, len(small), len(small))]) for _ in range(REPLICATES)]
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    return measures(scenes), low, high


def wooded(scenes):
    """Their pixels under trees."""
    kept = [(p[trees > 0.6], truth[trees > 0.6], trees[trees > 0.6]) for p, truth, trees in scenes]
    return [one for one in kept if len(one[0]) > 0]


def reliability(scenes):
    """Rows of the stated range: pixels, mean stated, share found."""
    p, truth = (np.concatenate(part) for part in zip(*[one[:2] for one in scenes]))
    edges = [0, 0.05, *np.arange(0.15, 0.86, 0.1), 0.95, 1.01]
    for low, high in zip(edges[:-1], edges[1:]):
        of = (p >= low) & (p < high)
        if of.any():
            yield low, min(high, 1), int(of.sum()), float(p[of].mean()), float(truth[of].mean())


def seeds_of(text):
    first, last = text.split("-")
    return range(int(first), int(last) + 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cers")
    parser.add_argument("folder")
    parser.add_argument("--recipes", nargs="+", default=["standard", "alternative", "maritime"])
    parser.add_argument("--seeds", type=seeds_of, default=range(15, 21))
    options = parser.parse_args()
    random = np.random.default_rng(7)
    pooled = {}
    print("| recipe, case | pixels | snow | accuracy | Brier skill | calibration error | counts |")
    print("|---|---|---|---|---|---|---|")
    for recipe in options.recipes:
        for case in [*CASES, "all cases", TREES]:
            if case in CASES:
                scenes = scenes_of(options.cers, options.folder, recipe, case, options.seeds)
                pooled.setdefault(recipe, []).extend(scenes)
            else:
                scenes = pooled[recipe] if case != TREES else wooded(pooled[recipe])
            values, low, high = with_interval(scenes, random)
            cells = [f"{v:.3f} [{a:.3f}, {b:.3f}]" for v, a, b in zip(values, low, high)]
            truth = np.concatenate([one[1] for one in scenes])
            counts = "yes" if 0.75 <= values[0] <= 0.92 else "no"
            print(f"| {recipe}, {case} | {len(truth)} | {truth.mean():.3f} | {' | '.join(cells)} | {counts} |")
    print("\nStated and found, all cases and under trees:\n")
    print("| recipe | stated between | pixels | stated | found | trees: pixels | stated | found |")
    print("|---|---|---|---|---|---|---|---|")
    for recipe in options.recipes:
        for every, trees in zip(reliability(pooled[recipe]), reliability(wooded(pooled[recipe]))):
            cells = [f"{count} | {stated:.3f} | {found:.3f}" for _, _, count, stated, found in (every, trees)]
            print(f"| {recipe} | {every[0]:.2f}–{every[1]:.2f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
