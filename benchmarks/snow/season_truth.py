#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Onset, melt-out and duration of a simulated winter against its truth, by the longest gap between clear observations.

    season_truth.py CERS FOLDER [SEEDS=3] [SIDE=128]

Simulates every day from October to June under drawn weather: a pixel has snow on a day when snow covers a quarter of it
or more as seen from above. Three series of scenes are taken from these days: every third (two satellites where swaths
overlap; dense: no gap of more than 15 days in most pixels), every fifth (two satellites) and every tenth (one). Each is
made a season twice by SnowSynthesis: from the scenes, with masks of the default profile (errors of time and of masks),
and from the truth where those masks are clear (errors of time alone).

The bounds of a date are the observations themselves: it lies after the last clear one without snow before the onset
found, and not after the first one with snow; likewise for melt-out. The bounds of the duration of one run follow.
Prints for pixels by longest gap bias and mean absolute error in days, and the share whose truth lies inside its bounds,
for all pixels whose dates lie in the period, and for those with one run of snow in truth.
"""
import glob
import os
import re
import shutil
import subprocess
import sys

import numpy as np
from osgeo import gdal

gdal.UseExceptions()

PARTS = ("2017-10-01", "2017-12-31", "2018-04-01")  # a simulation has 100 dates at most
PART_DAYS = 91
START, STOP = np.datetime64("2017-10-01"), np.datetime64("2018-06-30")
DAYS = int((STOP - START).astype(int)) + 1
STEPS = (3, 5, 10)
CLASSES = ((0, 15), (15, 30), (30, 10000))
SNOW_SHARE = 0.25
LAYERS = ("out", "out.sod", "out.smod", "out.nsp", "out.nobs", "out.maxgap", "out.gapsod", "out.gapsmod", "out.flags")
UNKNOWN = 65535
CUT = 3  # flags: a run is cut by the start or the end of the period


def run(cers, *words):
    done = subprocess.run([cers, *map(str, words), "-progress", "0"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stderr}")


def read(path):
    return gdal.Open(path).ReadAsArray()


def write_mask(path, like, codes):
    source = gdal.Open(like)
    copy = gdal.GetDriverByName("GTiff").Create(path, source.RasterXSize, source.RasterYSize, 1, gdal.GDT_Byte)
    copy.SetProjection(source.GetProjection())
    copy.SetGeoTransform(source.GetGeoTransform())
    copy.GetRasterBand(1).WriteArray(codes)


def by_day(pattern):
    """Paths by day of the period, the first one is 0."""
    found = {}
    for path in glob.glob(pattern):
        year, month, day = re.search(r"_(\d{4})-?(\d\d)-?(\d\d)[^/]*$", path).groups()
        found[int((np.datetime64(f"{year}-{month}-{day}") - START).astype(int))] = path
    return found


def simulate(cers, folder, side, seed):
    """Products and folders of truth by day; made once."""
    for part in PARTS:
        made = f"{folder}/days-{side}-{seed}/{part}"
        if not os.path.isdir(made):
            shutil.rmtree(made + ".making", ignore_errors=True)
            os.makedirs(os.path.dirname(made), exist_ok=True)
            run(cers, "simulate", "-side", side, "-seed", seed, "-date", part, "-count", PART_DAYS, "-revisit", 1, "-weather",
                "drawn", "-out", made + ".making", "-record", "false")
            os.rename(made + ".making", made)
    root = f"{folder}/days-{side}-{seed}/*"
    products, truth = by_day(root + "/SENTINEL2*"), by_day(root + "/TRUTH_*")
    if len(products) != DAYS or len(truth) != DAYS:
        sys.exit(f"{root}: {len(products)} products and {len(truth)} folders of truth for {DAYS} days")
    return products, truth


def season(cers, name, inputs, *words):
    """The layers of a season as arrays."""
    outputs = [word for layer in LAYERS for word in ("-" + layer, f"{name}/{layer}.tif")]
    os.makedirs(name, exist_ok=True)
    run(cers, "SnowSynthesis", "-il", *inputs, *words, "-start", START, "-stop", STOP, *outputs, "-record", "false")
    return {layer[4:] or "scd": read(f"{name}/{layer}.tif").astype(int) for layer in LAYERS}


def bounds(days, codes, layers):
    """Of the onset and the melt-out found: (day without snow, day with snow) of the clear observations around them.

    `codes`: observations of `days`, 100 snow, 0 none, others not clear. -1 where there is no such observation.
    """
    day = np.asarray(days)[:, None, None]
    snow, bare = codes == 100, codes == 0
    far = 10**6
    first_snow = np.where(snow & (day >= layers["sod"]), day, far).min(0)
    last_bare = np.where(bare & (day < first_snow), day, -1).max(0)
    last_snow = np.where(snow & (day <= layers["smod"]), day, -1).max(0)
    next_bare = np.where(bare & (day > last_snow), day, far).min(0)
    return last_bare, np.where(first_snow == far, -1, first_snow), np.where(next_bare == far, -1, next_bare), last_snow


def longest_gap(days, codes):
    """Days between clear observations, from the first day of the period to its last."""
    last = np.zeros(codes.shape[1:], int)
    gap = np.zeros(codes.shape[1:], int)
    for day, code in zip(days, codes):
        clear = (code == 0) | (code == 100)
        gap = np.where(clear, np.maximum(gap, day - last), gap)
        last = np.where(clear, day, last)
    return np.maximum(gap, DAYS - 1 - last)


def truth_season(truth):
    """Of the days themselves, without any program: onset and melt-out of the longest run, snow days, runs."""
    snow = np.array([read(truth[day] + "/TRUTH_snow_viewable.tif") >= SNOW_SHARE for day in range(DAYS)])
    run_length = np.zeros(snow.shape[1:], int)
    best = np.zeros_like(run_length)
    smod = np.full_like(run_length, -1)
    runs = np.zeros_like(run_length)
    for day in range(DAYS):
        runs += snow[day] & (run_length == 0)
        run_length = np.where(snow[day], run_length + 1, 0)
        smod = np.where(run_length > best, day, smod)
        best = np.maximum(best, run_length)
    return snow, dict(scd=snow.sum(0), sod=smod - best + 1, smod=smod, runs=runs, cut=snow[0] | snow[-1], any=best > 0)


def winter(cers, folder, side, seed):
    """For every series and source: layers, bounds, observations and truth of one simulated winter."""
    products, truth = simulate(cers, folder, side, seed)
    snow, true = truth_season(truth)
    dem = truth[0] + "/DEM.tif"
    result = {}
    for step in STEPS:
        days = list(range(0, DAYS, step))
        work = f"{folder}/season-{side}-{seed}-{step}"
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work + "/truth")
        seen = season(cers, work + "/seen", [products[day] for day in days], "-dem", dem, "-out.masks", work + "/masks")
        masks = by_day(work + "/masks/snow_*.tif")
        codes = np.array([read(masks[day]) for day in days])
        exact = np.where((codes == 0) | (codes == 100), np.where(snow[days], 100, 0), codes).astype(np.uint8)
        for day, code in zip(days, exact):
            write_mask(f"{work}/truth/{os.path.basename(masks[day])}", masks[day], code)
        right = season(cers, work + "/right", sorted(glob.glob(work + "/truth/*.tif")))
        result[step, "scenes"] = dict(layers=seen, codes=codes, days=days, true=true)
        result[step, "time alone"] = dict(layers=right, codes=exact, days=days, true=true)
    return result


def table(found):
    """Of one winter and series: what is compared, pixel by pixel, as flat arrays of the pixels used."""
    layers, true = found["layers"], found["true"]
    last_bare, first_snow, next_bare, last_snow = bounds(found["days"], found["codes"], layers)
    # Snow in both, whose onset and end lie inside the period.
    used = (layers["sod"] != UNKNOWN) & (layers["smod"] != UNKNOWN) & ((layers["flags"] & CUT) == 0) & true["any"] & ~true["cut"]
    rows = dict(gap=layers["maxgap"], one=true["runs"] == 1)
    for key, low, high in (("sod", last_bare + 1, first_snow), ("smod", last_snow, next_bare - 1)):
        rows[key] = layers[key] - true[key]
        rows[key + " inside"] = (low <= true[key]) & (true[key] <= high)
        rows[key + " bound"] = (high - low + 2) // 2  # half of the gap, rounded up
    rows["scd"] = layers["scd"] - true["scd"]
    rows["scd inside"] = (last_snow - first_snow + 1 <= true["scd"]) & (true["scd"] <= next_bare - last_bare - 1)
    return {key: values[used] for key, values in rows.items()}


def joined(winters, step, source):
    tables = [table(found[step, source]) for found in winters]
    return {key: np.concatenate([one[key] for one in tables]) for key in tables[0]}


def part_of(rows, low, high, one):
    part = (rows["gap"] > low) & (rows["gap"] <= high)
    return part & rows["one"] if one else part


def cell(rows, part, key):
    error = rows[key][part]
    if not len(error):
        return "–"
    return f"{error.mean():+.1f}, {np.abs(error).mean():.1f}, {100 * rows[key + ' inside'][part].mean():.1f} %"


def main():
    cers, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    side = int(sys.argv[4]) if len(sys.argv) > 4 else 128
    winters = [winter(cers, work, side, seed) for seed in range(1, seeds + 1)]
    print(f"# Onset, melt-out and duration: {seeds} simulated winters, {side} × {side} pixels of 10 m\n")
    print("Each cell: bias, mean error, share inside the bounds.\n")
    print("| observations | scenes every | longest gap, days | pixels | onset | melt-out | duration | one run in truth: pixels "
          "| onset | melt-out | duration |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for source in ("time alone", "scenes"):
        for step in STEPS:
            rows = joined(winters, step, source)
            for low, high in CLASSES:
                parts = [part_of(rows, low, high, one) for one in (False, True)]
                if not parts[0].any():
                    continue
                name = f"above {low}" if high > 1000 else f"{low} to {high}" if low else f"up to {high}"
                cells = [f"{part.sum()} | " + " | ".join(cell(rows, part, key) for key in ("sod", "smod", "scd"))
                         for part in parts]
                print(f"| {source} | {step} days | {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
