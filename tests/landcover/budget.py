#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a season of 70 dates of ten bands takes, from scenes and polygons to the cleaned and judged map: peak memory stays
within -ram and 200 MB more, for little and for plenty of it, and each block is decoded at most twice.

    budget.py CERS FOLDER PIPELINES

256 x 256 pixels, so that the machine of a test bears it; benchmarks/landcover/season.py measures larger ones. The least
-ram is the one that the program itself asks for. Beside the samples of the defaults, all pixels of the polygons are drawn
with a value every fifth day (some 900 features), so that samples take a good part of the memory.
"""
import datetime
import glob
import os
import re
import shutil
import subprocess
import sys

import harness
import seasons

DATES = 70
BEYOND = 200  # MB over -ram: program, model, heap
pipelines = os.path.abspath(sys.argv[3])
test = harness.Test(*sys.argv[1:3])

first = datetime.date(2021, 1, 3)
os.makedirs("season")
for part in range(DATES // 10):  # in parts, as seasons come
    day = first + datetime.timedelta(days=50 * part)
    test.run("simulate", "-side", 256, "-seed", 7, "-date", day.isoformat(), "-count", 10, "-revisit", 5, "-weather",
             "drawn", "-snowline", 2500, "-polygons", 500, "-truth", "false", "-record", "false", "-out", "part")
    for item in os.listdir("part"):
        os.replace(f"part/{item}", f"season/{item}")
    shutil.rmtree("part")
scenes = sorted(glob.glob("season/SENTINEL2*"))
test.check("the season has all its dates", len(scenes) == DATES, len(scenes))
# One block each at this size.
blocks = len(seasons.decoded_files(scenes))
command = ["run", f"{pipelines}/land-cover.yaml", "-scenes", *scenes, "-polygons", glob.glob("season/*.geojson")[0],
           "-field", "label", "-threads", 2, "-record", "false", "-out.dir", "map"]


def least(*more):
    """The -ram that the program asks for when it has too little."""
    asked = subprocess.run([test.cers, *map(str, command), *map(str, more), "-ram", "70"], capture_output=True, text=True)
    found = re.search(r"give -ram (\d+) or more", asked.stderr)
    if asked.returncode != 2 or not found:
        sys.exit(f"no -ram is asked for\n{asked.stderr[-2000:]}")
    return int(found[1])


def whole(ram, *more):
    """The -ram, in steps from `ram`, from which blocks are kept whole; below it parts of them are decoded anew."""
    while "parts of blocks" in subprocess.run([test.cers, "explain", *map(str, command[1:command.index("-out.dir")]),
                                               *map(str, more), "-ram", str(ram)], capture_output=True, text=True).stdout:
        ram += 20
    return ram


for name, more, largest in (("usual samples", ["-days", 10], [1000]),
                            ("all samples, many features", ["-days", 5, "-samples", -1], [])):
    smallest = least(*more)
    enough = whole(smallest, *more)
    for ram in sorted({smallest, enough, *largest}):
        test.run(*command, *more, "-ram", ram)
        test.check(f"{name}, -ram {ram}: peak at most {BEYOND} MB more", test.peak_mb <= ram + BEYOND,
                   f"{test.peak_mb:.0f} MB")
        if ram < enough:
            continue
        decoded = test.finished["blocks_decoded"]
        test.check(f"{name}, -ram {ram}: each block is decoded at most twice", 0 < decoded <= 2 * blocks,
                   f"{decoded} of {blocks}")
test.finish()
