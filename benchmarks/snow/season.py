#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a season of snow costs by its dates: time a date and memory at one -ram, beside stacking the masks with OTB.

    season.py CERS WORK [SIDE=5490] [SCENES=384]

Makes masks of 20 m for 1, 10, 35 and 70 dates (a snow line that rises and falls over a smooth relief, clouds that move),
runs SnowSynthesis with all layers at -ram 150, 300 and 1000, and checks that all give the same bytes. Then the same from
simulated scenes of SCENES pixels of 10 m, whose masks are made on the way. Says, at the same -ram:

- processor seconds of a further date between 35 and 70 dates over those between 10 and 35: starting, planning and writing
  the layers do not grow with the dates;
- the peak memory beside -ram.

Beside it the first step of the chains that users have: one stack of all dates (otbcli_ConcatenateImages), still without
any synthesis.
"""
import filecmp
import glob
import os
import shutil
import subprocess
import sys
import time

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()

cers, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
side = int(sys.argv[3]) if len(sys.argv) > 3 else 5490
scene_side = int(sys.argv[4]) if len(sys.argv) > 4 else 384
RUNS = 5  # the least counts: others build at the same time
LAYERS = ["out", "out.sod", "out.smod", "out.nsp", "out.nobs", "out.ccd", "out.maxgap", "out.flags"]
os.makedirs(work, exist_ok=True)
os.chdir(work)


def make(names, folder):
    os.makedirs(folder + ".making")
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    height = 2500 * (0.5 + 0.3 * np.sin(9 * x + 4 * y) + 0.2 * np.sin(31 * y - 17 * x))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32631)
    for i, name in enumerate(names):
        season = i / max(1, len(names) - 1)
        line = 2400 - 1900 * np.sin(np.pi * season)
        cloud = np.sin(7 * x + i * 2.4) * np.sin(5 * y + i * 1.7) > 0.35 - 0.2 * np.sin(3 * i)
        mask = np.where(cloud, 205, np.where(height > line, 100, 0)).astype(np.uint8)
        path = name.replace(folder, folder + ".making")
        file = gdal.GetDriverByName("GTiff").Create(path, side, side, 1, gdal.GDT_Byte,
                                                    ["TILED=YES", "COMPRESS=DEFLATE", "BLOCKXSIZE=512", "BLOCKYSIZE=512"])
        file.SetProjection(reference.ExportToWkt())
        file.SetGeoTransform([300000, 20, 0, 4900020, 0, -20])
        file.GetRasterBand(1).WriteArray(mask)


def masks(dates):
    """Files of one mask a date; made once."""
    folder = f"masks-{side}-{dates}"
    names = [f"{folder}/snow_{20170901 + 10000 * (m > 12) + 100 * ((m - 1) % 12 - 8) + d:08d}.tif"
             for m, d in days(dates)]
    if os.path.isdir(folder):
        return names
    # In a process of its own: the peak memory of a command starts with that of the process that starts it.
    maker = os.fork()
    if maker == 0:
        make(names, folder)
        os._exit(0)
    if os.waitpid(maker, 0)[1] != 0:
        sys.exit("the masks were not made")
    os.rename(folder + ".making", folder)
    return names


def days(dates):
    """Month and day, spread over September to May; months above 12 are of the next year."""
    step = 270 / dates
    return [(9 + int(i * step) // 30, 1 + int(i * step) % 30 * 27 // 30) for i in range(dates)]


def run(*line):
    """Wall seconds, processor seconds, peak megabytes."""
    before = time.perf_counter()
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(line)}\n{text[-2000:]}")
    return time.perf_counter() - before, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def synthesis(name, files, ram, *words):
    folder = f"out-{name}-{len(files)}-{ram}"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    outputs = [word for layer in LAYERS for word in ("-" + layer, f"{folder}/{layer}.tif")]
    line = [cers, "SnowSynthesis", "-il", *files, *words, "-start", "2017-09-01", "-stop", "2018-06-30", *outputs, "-ram",
            str(ram), "-threads", "2", "-progress", "0", "-record", "false"]
    return min((run(*line) for _ in range(RUNS)), key=lambda r: r[1])


def measure(name, inputs, rams, *words):
    """Rows of a table for the inputs by number of dates; then what a date costs, and the memory."""
    print("| of | dates | -ram | wall s | processor s | a date | peak MB |")
    print("|---|---|---|---|---|---|---|")
    costs, highest = {}, {}
    for count, files in inputs.items():
        for ram in rams:
            wall, cpu, peak = synthesis(name, files, ram, *words)
            costs[count, ram] = cpu
            highest[ram] = max(highest.get(ram, 0), peak)
            print(f"| {name} | {count} | {ram} | {wall:.2f} | {cpu:.2f} | {cpu / count:.4f} | {peak:.0f} |", flush=True)
        for ram in rams[1:]:
            for layer in LAYERS:
                if not filecmp.cmp(f"out-{name}-{count}-{rams[0]}/{layer}.tif", f"out-{name}-{count}-{ram}/{layer}.tif",
                                   shallow=False):
                    sys.exit(f"{layer} of {count} dates differs between -ram {rams[0]} and -ram {ram}")
    for ram in rams:
        early, late = ((costs[b, ram] - costs[a, ram]) / (b - a) for a, b in ((10, 35), (35, 70)))
        print(f"\n-ram {ram}: a further date costs {early:.4f} s up to 35 dates, {late:.4f} s up to 70: "
              f"{late / early:.2f}. Peak "
              f"{highest[ram]:.0f} MB, {highest[ram] - ram:+.0f} MB beside -ram.")
    print()


def scenes(dates):
    """Products of simulated scenes, three days apart; those of fewer dates are spread over all."""
    folder = f"scenes-{scene_side}"
    if not os.path.isdir(folder):
        shutil.rmtree(folder + ".making", ignore_errors=True)
        run(cers, "simulate", "-side", str(scene_side), "-date", "2017-10-01", "-count", "70", "-revisit", "3", "-weather", "drawn",
            "-record", "false", "-progress", "0", "-out", folder + ".making")
        os.rename(folder + ".making", folder)
    every = sorted(glob.glob(folder + "/SENTINEL2*"))
    return [every[i * len(every) // dates] for i in range(dates)]


print(f"# A season of snow, {len(LAYERS)} layers, two threads, least of {RUNS} runs\n")
print(f"Masks of {side} × {side} pixels; scenes of {scene_side} × {scene_side} pixels of 10 m.\n")
measure("masks", {count: masks(count) for count in (1, 10, 35, 70)}, (150, 300, 1000))
products = {count: scenes(count) for count in (1, 10, 35, 70)}
measure("scenes", products, (600,), "-dem", glob.glob(f"scenes-{scene_side}/TRUTH_*/DEM.tif")[0])
if shutil.which("otbcli_ConcatenateImages"):
    wall, cpu, peak = run("otbcli_ConcatenateImages", "-il", *masks(70), "-out", "stack.tif", "uint8", "-ram", "300")
    size = os.path.getsize("stack.tif") / 1e6
    print(f"OTB's stack of 70 dates alone: {wall:.1f} s wall, {cpu:.1f} s processor, {peak:.0f} MB, {size:.0f} MB on disk")
