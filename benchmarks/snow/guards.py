#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What each guard of SnowMask's default profile costs and brings, on simulated scenes.

    guards.py CERS FOLDER [--seeds 20] [--recipes standard] [--cases "mixed winter" ...]

FOLDER is that of scoreboard.py. Each row is the default profile with one guard switched off; guards that are off by
default are switched on. Recall: of pixels clear in truth that snow covers by a quarter or more as seen from above, the
share called snow or ice, all codes counted: on fresh snow (0.95 or more of the pixel and 0.10 or more at 1.6 µm, which
is what fine fresh grains have), mixed pixels (0.25 to 0.75) and slopes that the sun meets along the ground (MG2 bits 64
and 128). False snow: pixels without snow called snow, under truth cloud and on clear ground. All scenes of all cases
together; in brackets the difference from the default profile, in pixels of ten thousand. Prints Markdown.
"""
import argparse
import glob
import os
import shutil
import sys

import numpy as np
from osgeo import gdal

from scenes import CASES, dem_of, layers, product_of, read, reflectance, simulated, stem_of, truth_of
from scoreboard import over
from scores import HEADLINE, ICE, clear_of

NO_WATER = "without water mask"
GUARDS = {
    "default profile": [],
    "bright pixels off (-cloud.green)": ["-cloud.green", "100"],
    "ground through cloud off (-pass2.cloudswir)": ["-pass2.cloudswir", "100"],
    "ice cloud off (-cloud.iceshare)": ["-cloud.iceshare", "1"],
    "plants off (-pass1.nir)": ["-pass1.nir", "100"],
    "shade off (-shade none)": ["-shade", "none"],
    "clear cells off (-fclear.cells)": ["-fclear.cells", "1000000000"],
    "high cloud given back above 2000 m (-cloud.highabove 2000)": ["-cloud.highabove", "2000"],
    "high cloud given back nowhere (-cloud.highabove 100000)": ["-cloud.highabove", "100000"],
    "water off (MG2 without water)": NO_WATER,
    "1.6 µm ceiling on (-pass.swir 0.25)": ["-pass.swir", "0.25"],
    "ring on (-ring 1 -ring.area 500)": ["-ring", "1", "-ring.area", "500"],
}
SCORES = ("fresh snow", "mixed pixels", "tangent sun", "all snow", "false under cloud", "false on clear ground")


def dry(product, copy):
    """The product again, without the water bit of its masks; files that stay the same are links."""
    shutil.copytree(product, copy, copy_function=lambda source, target: os.symlink(os.path.abspath(source), target))
    for file in glob.glob(copy + "/MASKS/*_MG2_*.tif"):
        with_water = gdal.Open(file)
        without = gdal.GetDriverByName("MEM").CreateCopy("", with_water)
        without.GetRasterBand(1).WriteArray(with_water.ReadAsArray() & 254)
        os.remove(file)
        gdal.GetDriverByName("GTiff").CreateCopy(file, without)


def kinds_of(path):
    """Pixels of each score, and under which codes they count."""
    truth = truth_of(path)
    viewable = np.nan_to_num(truth["snow_viewable"])
    bare = np.isfinite(truth["snow_viewable"]) & (np.nan_to_num(truth["snow_ground"]) < 0.05) & (viewable < 0.05)
    clear = clear_of(truth)
    tangent = (read(product_of(path) + "/MASKS/*_MG2_R2.tif") & 192) != 0
    snow = (100, ICE)
    return {"fresh snow": (clear & (viewable >= 0.95) & (reflectance(path, "B11") >= 0.10), snow),
            "mixed pixels": (clear & (viewable >= HEADLINE) & (viewable <= 0.75), snow),
            "tangent sun": (clear & tangent & (viewable >= HEADLINE), snow),
            "all snow": (clear & (viewable >= HEADLINE), snow),
            "false under cloud": (bare & (truth["cloud"] > 0), (100,)),
            "false on clear ground": (bare & clear, (100,))}


def counts(options, recipe, case, seed):
    """By guard and score: pixels called snow, pixels."""
    path = simulated(options.cers, options.folder, recipe, case, seed)
    kinds = kinds_of(path)
    result = {}
    for number, (guard, arguments) in enumerate(GUARDS.items()):
        stem = stem_of(options.folder, recipe, case, seed, f"guard{number}")
        product = product_of(path)
        if arguments is NO_WATER:
            product = os.path.join(stem + "-product", os.path.basename(product))
            dry(product_of(path), product)
            arguments = []
        mask = layers(options.cers, "SnowMask", ["-in", product, "-dem", dem_of(path), *arguments], stem, ["out"])["out"]
        shutil.rmtree(stem + "-product", ignore_errors=True)
        for name, (pixels, codes) in kinds.items():
            used = pixels & (mask < 254)
            result[guard, name] = np.array([np.isin(mask[used], codes).sum(), used.sum()], float)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cers")
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--recipes", nargs="+", default=["standard"])
    parser.add_argument("--cases", nargs="+", default=list(CASES))
    options = parser.parse_args()
    for recipe in options.recipes:
        totals = {}
        for case in options.cases:
            for one in over(options.seeds, lambda seed: counts(options, recipe, case, seed)):
                for key, pair in one.items():
                    totals[key] = totals.get(key, 0) + pair
        print(f"\n## Guards, recipe `{recipe}`, {options.seeds} scenes of each of {len(options.cases)} cases\n")
        print("| guard | " + " | ".join(SCORES) + " |\n|" + "---|" * (1 + len(SCORES)))
        first = next(iter(GUARDS))
        print("| pixels | " + " | ".join(f"{totals[first, name][1]:.0f}" for name in SCORES) + " |")
        for guard in GUARDS:
            cells = []
            for name in SCORES:
                found, own = (totals[key, name][0] / max(1, totals[key, name][1]) for key in (guard, first))
                cells.append(f"{found:.4f}" + ("" if guard == first else f" ({1e4 * (found - own):+.1f})"))
            print(f"| {guard} | " + " | ".join(cells) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
