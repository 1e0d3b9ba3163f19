#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""SnowMask -out.probability on scenes that its model was not fitted to: other seeds, and two other recipes.

    confidence.py CERS FOLDER

The scores are those of benchmarks/snow/confidence.py, which says what is counted; docs/design/snow-confidence.md has its
tables. The bounds are the worst end of the intervals of that table, rounded; of reliability, the worse of that table (0.06,
0.14, 0.07 by recipe) and of these seeds (0.11, 0.15, 0.04), and a third more. Exits 77 where numpy or GDAL is missing.
"""
import os
import sys

try:
    import numpy as np
    from osgeo import gdal
except ImportError as lacking:
    print(f"SKIPPED: {lacking}")
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "benchmarks", "snow"))
import confidence  # noqa: E402
import scenes as simulated  # noqa: E402

CASES = ["mixed winter", "forest"]
SEEDS = range(31, 37)  # of none that the fit or the tables saw
LEAST_SKILL = {"all": 0.72, confidence.TREES: 0.53}
MOST_ERROR = {"all": 0.045, confidence.TREES: 0.08}
MOST_OFF = {"standard": 0.15, "alternative": 0.2, "maritime": 0.1}


def main():
    cers, folder = sys.argv[1:3]
    simulated.fresh(cers, folder)
    failures = 0

    def gate(name, value, low, high):
        nonlocal failures
        inside = low <= value <= high
        failures += not inside
        print(f"{'ok ' if inside else 'BAD'} {name}: {value:.4f} in [{low}, {high}]")

    for recipe in ("standard", "alternative", "maritime"):
        scenes = [one for case in CASES for one in confidence.scenes_of(cers, folder, recipe, case, SEEDS)]
        for name, some in (("all", scenes), (confidence.TREES, confidence.wooded(scenes))):
            accuracy, skill, error = confidence.measures(some)
            if name == confidence.TREES:
                gate(f"{recipe}, {name}, accuracy", accuracy, 0.75, 0.92)
            gate(f"{recipe}, {name}, Brier skill", skill, LEAST_SKILL[name], 1)
            gate(f"{recipe}, {name}, calibration error", error, 0, MOST_ERROR[name])
        for low, high, count, stated, found in confidence.reliability(scenes):
            if 0.05 <= low and high <= 0.95 and count > 2000:
                gate(f"{recipe}, found where {low:.2f} to {high:.2f} is stated", found - stated, -MOST_OFF[recipe],
                     MOST_OFF[recipe])
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
