#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Snow masks of simulated scenes against their truth: the default profile beside Let-it-snow 1.5.

    scoreboard.py CERS FOLDER [--seeds 20] [--recipes standard alternative maritime] [--cases mixed cold ...] [--risk]

Scenes are made once in FOLDER and kept. Scores are taken over pixels whose truth is clear of cloud and cloud shadow; the
event is that snow covers at least a share of the pixel as seen from above. Accuracies, omission and commission count
pixels that a profile calls snow or no snow; the yield is the share of clear pixels that it does. "False snow" is the
share of pixels under truth cloud, on ground without snow, that are called snow. Differences are paired by scene with a
95 % bootstrap interval. Let-it-snow gets the DEM with its voids filled, as its users must. Prints Markdown.

--risk adds, after the tables, the accuracy of the default profile when only the pixels it is most sure of are labelled:
those whose -out.probability lies farthest from 50. Coverage is the share of labelled clear pixels, all scenes together.
"""
import argparse
import concurrent.futures
import glob
import os
import subprocess
import sys

import numpy as np
from osgeo import gdal

gdal.UseExceptions()

# What is hard: knobs of the simulator. Dates alternate between December, February and April unless a case sets them.
CASES = {
    "mixed winter": [],
    "cold cloud missing from the mask": ["-knob.coldcloud", "1", "-clouds", "1.6", "-knob.missthick", "0.5",
                                         "-knob.missoversnow", "0.6"],
    "snow edges masked as cloud": ["-knob.snowascloud", "0.07"],
    "shaded slopes": ["-knob.relief", "3600", "-knob.plains", "0.1", "-date", "2017-12-20"],
    "forest": ["-knob.relief", "1500", "-knob.plains", "0.2", "-snowline", "700"],
    "partial swath": ["-knob.swathcut", "0.6"],
    "weather as drawn": ["-weather", "drawn"],
    "almost no snow": ["-snowline", "3300", "-date", "2018-05-17"],
}
DATES = ["2017-12-13", "2018-02-11", "2018-04-17"]
PROFILES = {"lis15": ["-profile", "lis15"], "standard": []}
LEVELS = [0.10, 0.25, 0.50, 0.75]
HEADLINE = 0.25
RISK_CASES = ["mixed winter", "weather as drawn"]
COVERAGES = [0.5, 0.7, 0.9, 1.0]


def read(pattern):
    return gdal.Open(glob.glob(pattern)[0]).ReadAsArray()


def run(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}\n{done.stderr}")


def fill_voids(given, filled):
    """Let-it-snow takes a void for an altitude, so its users fill them first."""
    copy = gdal.GetDriverByName("GTiff").CreateCopy(filled, gdal.Open(given))
    gdal.FillNodata(copy.GetRasterBand(1), None, 100, 0)
    copy.GetRasterBand(1).DeleteNoDataValue()


def scene(cers, folder, recipe, case, seed):
    """One scene with its masks, truth and masks by profile; simulated unless it is there."""
    path = os.path.join(folder, recipe, case.replace(" ", "_"), str(seed))
    knobs = CASES[case]
    if not os.path.isdir(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        date = [] if "-date" in knobs else ["-date", DATES[seed % len(DATES)]]
        run([cers, "SimulateScene", "-size", "tile", "-side", "1024", "-recipe", recipe, "-seed", str(seed),
             "-products", "muscate", "-threads", "1", "-progress", "0", "-out", path] + date + knobs)
    masks = {}
    dems = {"standard": glob.glob(path + "/TRUTH*/DEM.tif")[0], "lis15": path + "/filled_dem.tif"}
    if not os.path.exists(dems["lis15"]):
        fill_voids(dems["standard"], dems["lis15"])
    for name, options in PROFILES.items():
        output = os.path.join(folder, f"{recipe}-{case.replace(' ', '_')}-{seed}-{name}.tif")
        run([cers, "SnowMask", "-in", glob.glob(path + "/SENTINEL2*")[0], "-dem", dems[name],
             "-out", output, "-threads", "1", "-progress", "0"] + options)
        masks[name] = gdal.Open(output).ReadAsArray()
        for leftover in glob.glob(output[:-4] + "*"):
            os.remove(leftover)
    truth = {key: read(f"{path}/TRUTH*/TRUTH_{key}.tif")
             for key in ("snow_viewable", "snow_ground", "cloud", "shadow", "tree_cover", "terrain_shadow", "water")}
    return truth, masks


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
    for name, low, high in (("trees 0-30", 0, 0.3), ("trees 30-60", 0.3, 0.6), ("trees 60-80", 0.6, 0.8),
                            ("trees > 80", 0.8, 1.01)):
        part = labelled & (truth["tree_cover"] >= low) & (truth["tree_cover"] < high)
        result[name] = table(mask[part] == 100, viewable[part] >= HEADLINE)
    shade = labelled & (truth["terrain_shadow"] > 0)
    result["shade"] = table(mask[shade] == 100, viewable[shade] >= HEADLINE)
    result["yield"] = np.array([labelled.sum(), clear.sum()], float)
    result["false cloud"] = np.array([(clear & (mask == 205)).sum(), clear.sum()], float)
    bare = seen & cloud & (np.nan_to_num(truth["snow_ground"]) < 0.05)
    result["false snow"] = np.array([(bare & (mask == 100)).sum(), bare.sum()], float)
    three = np.zeros((3, 3))
    kind = np.where(cloud, 2, (viewable >= HEADLINE).astype(int))
    called = np.where(mask == 205, 2, (mask == 100).astype(int))
    used = seen & (truth["shadow"] == 0) & (mask != 210) & (mask != 211)
    np.add.at(three, (kind[used], called[used]), 1)
    result["three"] = three
    return result


def sureness(cers, folder, recipe, case, seed):
    """Of a scene that is there: labelled clear pixels and right ones by distance of the probability from 50, 0 to 50."""
    path = os.path.join(folder, recipe, case.replace(" ", "_"), str(seed))
    stem = os.path.join(folder, f"{recipe}-{case.replace(' ', '_')}-{seed}-risk")
    run([cers, "SnowMask", "-in", glob.glob(path + "/SENTINEL2*")[0], "-dem", glob.glob(path + "/TRUTH*/DEM.tif")[0],
         "-out", stem + "-mask.tif", "-out.probability", stem + "-probability.tif", "-threads", "1", "-progress", "0"])
    mask, percent = (gdal.Open(f"{stem}-{kind}.tif").ReadAsArray() for kind in ("mask", "probability"))
    for leftover in glob.glob(stem + "*"):
        os.remove(leftover)
    viewable, cloud, shadow = (read(f"{path}/TRUTH*/TRUTH_{key}.tif") for key in ("snow_viewable", "cloud", "shadow"))
    used = np.isfinite(viewable) & (cloud == 0) & (shadow == 0) & ((mask == 0) | (mask == 100)) & (percent <= 100)
    sure = np.abs(percent[used].astype(int) - 50)
    right = (mask[used] == 100) == (viewable[used] >= HEADLINE)
    return np.bincount(sure, minlength=51), np.bincount(sure[right], minlength=51)


def accuracies_at(pixels, right):
    """At COVERAGES, surest first; of a distance that is taken in part, the mean of its pixels counts."""
    pixels, right = pixels[::-1].cumsum(), right[::-1].cumsum()
    wanted = np.array(COVERAGES) * pixels[-1]
    return np.interp(wanted, np.r_[0, pixels], np.r_[0, right]) / np.maximum(1, wanted)


def print_risk(options, recipe):
    print("\nAccuracy at 0.25 of the default profile by the share of pixels labelled, surest first:\n")
    print("| case | " + " | ".join(f"{100 * c:.0f} %" for c in COVERAGES) + " |\n" + "|---" * (1 + len(COVERAGES)) + "|")
    for case in [case for case in options.cases if case in RISK_CASES]:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = list(pool.map(lambda seed: sureness(options.cers, options.folder, recipe, case, seed),
                                   range(1, options.seeds + 1)))
        pixels, right = (sum(one[i] for one in counts) for i in (0, 1))
        print(f"| {case} | " + " | ".join(f"{a:.4f}" for a in accuracies_at(pixels, right)) + " |", flush=True)


def interval(differences, random):
    """Mean and 95 % bootstrap interval over scenes."""
    d = np.array(differences)
    means = d[random.integers(0, len(d), (4000, len(d)))].mean(1)
    return d.mean(), np.percentile(means, 2.5), np.percentile(means, 97.5)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cers")
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--recipes", nargs="+", default=["standard", "alternative"])
    parser.add_argument("--cases", nargs="+", default=list(CASES))
    parser.add_argument("--risk", action="store_true")
    options = parser.parse_args()
    random = np.random.default_rng(1)
    worse = 0
    for recipe in options.recipes:
        print(f"\n## Recipe `{recipe}`, {options.seeds} scenes a case\n")
        print("| case | profile | accuracy ≥ 0.25 | kappa | 3-class kappa | omission | commission | yield | false cloud "
              "| false snow | ≥ 0.10 | ≥ 0.50 | ≥ 0.75 | without 0.10–0.50 | on the ground: kappa, omission, commission |")
        print("|" + "---|" * 15)
        details = []
        for case in options.cases:
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                scenes = list(pool.map(lambda seed: scene(options.cers, options.folder, recipe, case, seed),
                                       range(1, options.seeds + 1)))
            per = {name: [] for name in PROFILES}
            for truth, masks in scenes:
                per["lis15"].append(scores(truth, masks["lis15"], masks["standard"]))
                per["standard"].append(scores(truth, masks["standard"], masks["lis15"]))
            for name in PROFILES:
                total = {key: sum(one[key] for one in per[name]) for key in per[name][0]}
                t, g = total[HEADLINE], total["ground"]
                share = lambda key: total[key][0] / max(1, total[key][1])
                print(f"| {case} | {name} | {accuracy(t):.4f} | {kappa(t):.3f} | {three_class_kappa(total['three']):.3f} "
                      f"| {t[2] / max(1, t[0] + t[2]):.3f} | {t[1] / max(1, t[0] + t[1]):.3f} | {share('yield'):.3f} "
                      f"| {share('false cloud'):.3f} | {share('false snow'):.4f} | {accuracy(total[0.10]):.4f} "
                      f"| {accuracy(total[0.50]):.4f} | {accuracy(total[0.75]):.4f} | {accuracy(total['sharp']):.4f} "
                      f"| {kappa(g):.3f}, {g[2] / max(1, g[0] + g[2]):.3f}, {g[1] / max(1, g[0] + g[1]):.3f} |")
            pairs = list(zip(per["standard"], per["lis15"]))
            mean, low, high = interval([accuracy(a[HEADLINE]) - accuracy(b[HEADLINE]) for a, b in pairs], random)
            same, same_low, same_high = interval([accuracy(a["both"]) - accuracy(b["both"]) for a, b in pairs], random)
            verdict = "better" if low > 0 else "not worse" if low > -0.005 else "WORSE"
            worse += verdict == "WORSE"
            parts = []
            for key in ("trees 0-30", "trees 30-60", "trees 60-80", "trees > 80", "shade"):
                tables = [sum(one[key] for one in per[name]) for name in ("lis15", "standard")]
                parts.append(f"{key} {accuracy(tables[0]):.3f} → {accuracy(tables[1]):.3f}")
            details.append(f"- **{case}**: {verdict}, {mean:+.4f} [{low:+.4f}, {high:+.4f}]; on pixels that both label "
                           f"{same:+.4f} [{same_low:+.4f}, {same_high:+.4f}]; {'; '.join(parts)}")
        print("\nAccuracy at 0.25, standard less lis15, paired by scene with a 95 % interval, and by kind of ground:\n")
        print("\n".join(details), flush=True)
        if options.risk:
            print_risk(options, recipe)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
