#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Onset and melt-out of a simulated winter against its truth, by the longest gap between clear observations.

    season_truth.py CERS FOLDER [SEEDS=3] [SIDE=256]

Simulates a scene every fifth day from October to June under drawn weather, makes the season from the scenes
(SnowSynthesis, masks by the default profile), and the season of the same days from what the truth says without cloud:
snow covers a quarter of the pixel or more as seen from above. Prints for pixels whose longest gap is up to 15, 30 and
more days the bias and the mean absolute error of both dates, and how often the true date lies between the last
observation before the one found and the first after it, as the gap layers tell.
"""
import glob
import os
import re
import subprocess
import sys

import numpy as np
from osgeo import gdal

gdal.UseExceptions()

cers, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
side = int(sys.argv[4]) if len(sys.argv) > 4 else 256
START, STOP, COUNT, STEP = "2017-10-01", "2018-06-30", 54, 5
LAYERS = ["out.sod", "out.smod", "out.maxgap", "out.gapsod", "out.gapsmod", "out.flags"]
UNKNOWN = 65535


def run(*words):
    done = subprocess.run([cers, *map(str, words), "-progress", "0"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stderr}")


def season(name, *inputs):
    """The layers of a season as arrays."""
    outputs = [word for layer in LAYERS for word in ("-" + layer, f"{name}/{layer}.tif")]
    os.makedirs(name, exist_ok=True)
    run("SnowSynthesis", *inputs, "-start", START, "-stop", STOP, *outputs, "-record", "false")
    return {layer[4:]: gdal.Open(f"{name}/{layer}.tif").ReadAsArray().astype(int) for layer in LAYERS}


def truth_masks(folder, name):
    os.makedirs(name, exist_ok=True)
    for path in sorted(glob.glob(f"{folder}/TRUTH_*/TRUTH_snow_viewable.tif")):
        source = gdal.Open(path)
        day = re.search(r"TRUTH_(\d{4})-(\d\d)-(\d\d)", path)
        copy = gdal.GetDriverByName("GTiff").Create(f"{name}/snow_{''.join(day.groups())}.tif", source.RasterXSize,
                                                    source.RasterYSize, 1, gdal.GDT_Byte)
        copy.SetProjection(source.GetProjection())
        copy.SetGeoTransform(source.GetGeoTransform())
        viewable = source.ReadAsArray()
        copy.GetRasterBand(1).WriteArray(np.where(np.isfinite(viewable), np.where(viewable >= 0.25, 100, 0), 255))
    return sorted(glob.glob(f"{name}/snow_*.tif"))


found = {key: [] for key in ("gap", "sod", "smod", "true sod", "true smod", "gapsod", "gapsmod")}
os.makedirs(work, exist_ok=True)
os.chdir(work)
for seed in range(1, seeds + 1):
    scenes = f"scenes-{side}-{seed}"
    if not os.path.isdir(scenes):
        run("simulate", "-side", side, "-seed", seed, "-date", START, "-count", COUNT, "-revisit", STEP, "-weather", "drawn",
            "-out", scenes + ".making", "-ram", 6000)
        os.rename(scenes + ".making", scenes)
    dem = sorted(glob.glob(f"{scenes}/TRUTH_*/DEM.tif"))[0]
    seen = season(f"seen-{seed}", "-il", scenes, "-dem", dem)
    true = season(f"true-{seed}", "-il", *truth_masks(scenes, f"truth-{side}-{seed}"))
    # Snow in both, whose onset and end lie inside the period.
    used = np.ones(seen["sod"].shape, bool)
    for layers in (seen, true):
        used &= (layers["sod"] != UNKNOWN) & (layers["smod"] != UNKNOWN) & ((layers["flags"] & 3) == 0)
    found["gap"].append(seen["maxgap"][used])
    for key in ("sod", "smod"):
        found[key].append(seen[key][used])
        found["true " + key].append(true[key][used])
        found["gap" + key].append(seen["gap" + key][used])
found = {key: np.concatenate(parts) for key, parts in found.items()}

print(f"# Onset and melt-out by longest gap: {seeds} simulated winters, {side} × {side} pixels of 10 m, a scene every {STEP} days\n")
print("| longest gap, days | pixels | onset: bias, mean error, inside | melt-out: bias, mean error, inside |")
print("|---|---|---|---|")
for low, high, name in ((0, 15, "up to 15"), (15, 30, "15 to 30"), (30, 10000, "above 30")):
    part = (found["gap"] > low) & (found["gap"] <= high)
    cells = []
    for key in ("sod", "smod"):
        error = found[key][part] - found["true " + key][part]
        # A day is as the nearest observation: those around a date lie half the gap before and after it, rounded.
        inside = np.abs(error) <= (found["gap" + key][part] + 1) // 2 + STEP // 2 + 1
        cells.append(f"{error.mean():+.1f}, {np.abs(error).mean():.1f}, {100 * inside.mean():.0f} %" if part.any() else "–")
    print(f"| {name} | {part.sum()} | {cells[0]} | {cells[1]} |")
