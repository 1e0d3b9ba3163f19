#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Snow fractions of FractionalSnowCover against the truth of simulated scenes, by class of tree cover.

    fraction.py CERS FOLDER [--seeds 20] [--recipes standard] [--cases "mixed winter" forest]

FOLDER is that of scoreboard.py. Over pixels clear in truth that the default mask calls snow or no snow: bias (found less
true) and root mean square error of the fraction seen from above and, where trees cover at most 0.8, of that on the
ground. Over denser trees the ground is not judged; there the flag of dense trees is: the share of pixels that have it.
Classes are those of the true tree cover, the application has the erroneous one. Prints Markdown.
"""
import argparse
import glob
import os
import sys

import numpy as np

from scenes import dem_of, layers, product_of, simulated, stem_of, truth_of
from scoreboard import over
from scores import TREES, clear_of

CASES = ["mixed winter", "forest"]
DENSE_TREES = 8  # bit of -out.flags: tree cover above 90 %
DENSE = 0.8      # true tree cover above which the ground is not judged


def errors(found, true):
    """Pixels, sum of the error, sum of its square."""
    error = found - true
    return np.array([error.size, error.sum(), (error**2).sum()])


def sums(options, recipe, case, seed):
    """By class of tree cover: errors as seen and on the ground; pixels, and those with the flag."""
    path = simulated(options.cers, options.folder, recipe, case, seed)
    truth = truth_of(path)
    stem = stem_of(options.folder, recipe, case, seed, "fraction")
    mask = stem + "-mask.tif"
    layers(options.cers, "SnowMask", ["-in", product_of(path), "-dem", dem_of(path), "-out", mask], stem, [])
    found = layers(options.cers, "FractionalSnowCover",
                   ["-in", product_of(path), "-snow", mask, "-tcd", glob.glob(path + "/TRUTH*/TCD.tif")[0]], stem,
                   ["out", "out.ground", "out.flags"])
    for leftover in glob.glob(stem + "*"):
        os.remove(leftover)
    used = clear_of(truth) & (found["out"] <= 100)
    result = {}
    for name, low, high in TREES:
        part = used & (truth["tree_cover"] >= low) & (truth["tree_cover"] < high)
        flagged = (found["out.flags"][part] & DENSE_TREES) != 0
        result[name] = (errors(found["out"][part] / 100, truth["snow_viewable"][part].astype(float)),
                        errors(found["out.ground"][part] / 100, truth["snow_ground"][part].astype(float)),
                        np.array([flagged.size, flagged.sum()], float))
    return result


def shown(sums_of_errors):
    n, total, squares = sums_of_errors
    return f"{total / max(1, n):+.3f} | {np.sqrt(squares / max(1, n)):.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cers")
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--recipes", nargs="+", default=["standard"])
    parser.add_argument("--cases", nargs="+", default=CASES)
    options = parser.parse_args()
    for recipe in options.recipes:
        print(f"\n## Fractions, recipe `{recipe}`, {options.seeds} scenes a case\n")
        print("| case | tree cover | pixels | seen: bias | RMSE | on the ground: bias | RMSE | flagged dense |")
        print("|" + "---|" * 8)
        for case in options.cases:
            ones = over(options.seeds, lambda seed: sums(options, recipe, case, seed))
            for name, low, _ in TREES:
                seen, ground, flags = (sum(one[name][i] for one in ones) for i in range(3))
                print(f"| {case} | {name.removeprefix('trees ')} % | {seen[0]:.0f} | {shown(seen)} "
                      f"| {shown(ground) if low < DENSE else '– | –'} | {flags[1] / max(1, flags[0]):.3f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
