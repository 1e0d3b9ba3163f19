#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Onset, melt-out and duration of simulated winters: between the observations that bound them, by longest gap.

    season.py CERS FOLDER

Two winters of benchmarks/snow/season_truth.py, which says what is simulated and compared. Asked, with the number of
pixels that must not be fewer:

- the gap layers and the longest gap are the days between the observations themselves, in every pixel;
- where no clear observation has snow there is no date, and where there is none at all nothing is known: never 0;
- errors of time alone, truth of one run of snow: the true dates and the true duration lie inside their bounds in every
  pixel of every class of longest gap, and no date errs by more than half the gap told, rounded up. That is a theorem
  (a day is as the nearest observation), so a single pixel outside is a defect;
- a dense series (a scene every third day, longest gap up to 15 days) has bounds of its own: no such date errs by more
  than 8 days; with short spells that no scene saw (several runs in truth) the mean error is below 8 days too;
- from the scenes, whose masks err, shares inside and mean errors no worse than measured when this was written
  (docs/design/snow-season.md): a guard against getting worse, no claim of quality.
"""
import os
import sys

try:
    import numpy as np
    from osgeo import gdal  # noqa: F401
except ImportError as lacking:
    print(f"skipped: {lacking} (Debian package: python3-gdal)")
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "benchmarks", "snow"))
import scenes  # noqa: E402
import season_truth as season  # noqa: E402

SEEDS, SIDE = (1, 2), 128
DENSE = 3  # days between scenes
LEAST_PIXELS = 300
# Series, class, layer: least share inside, largest mean error in days, of scenes.
SCENES = {
    (3, 0, "sod"): (0.07, 33), (3, 0, "smod"): (0.14, 22), (3, 0, "scd"): (0.11, 29),
    (5, 15, "sod"): (0.31, 18), (5, 15, "smod"): (0.25, 13), (5, 15, "scd"): (0.27, 23),
    (10, 30, "sod"): (0.51, 17), (10, 30, "smod"): (0.43, 15), (10, 30, "scd"): (0.52, 24),
}
failures = 0


def gate(text, good, value=""):
    global failures
    failures += not good
    print(f"{'ok  ' if good else 'FAIL'} {text}{': ' if value != '' else ''}{value}")


def check_layers(found, name):
    """The layers against the observations, in every pixel."""
    layers, codes, days = found["layers"], found["codes"], found["days"]
    last_bare, first_snow, next_bare, last_snow = season.bounds(days, codes, layers)
    dated = layers["sod"] != season.UNKNOWN
    clear = (codes == 0) | (codes == 100)
    wrong = {}
    for key, bare, snow in (("gapsod", last_bare, first_snow), ("gapsmod", next_bare, last_snow)):
        expected = np.where(dated & (bare >= 0), np.abs(bare - snow), season.UNKNOWN)
        wrong[key] = layers[key] != expected
    seen = clear.any(0)
    wrong["maxgap"] = layers["maxgap"] != np.where(seen, season.longest_gap(days, codes), season.UNKNOWN)
    wrong["nobs"] = layers["nobs"] != clear.sum(0)
    snow = (codes == 100).any(0)
    wrong["dates"] = (dated != snow) | ((layers["smod"] != season.UNKNOWN) != snow)
    wrong["scd"] = (layers["scd"] == season.UNKNOWN) != ~seen
    wrong["scd"] |= seen & ((layers["scd"] > 0) != snow)
    total = {key: int(where.sum()) for key, where in wrong.items()}
    gate(f"{name}: layers beside the observations, pixels that differ", not any(total.values()), total)


def check_time_alone(rows, name, low, high):
    one = season.part_of(rows, low, high, True)
    outside = {key: int((~rows[key + " inside"][one]).sum()) for key in ("sod", "smod", "scd")}
    gate(f"{name}: one run, outside the bounds of {one.sum()}", not any(outside.values()), outside)
    beyond = {key: int((np.abs(rows[key][one]) > rows[key + " bound"][one]).sum()) for key in ("sod", "smod")}
    gate(f"{name}: one run, errors above half the gap", not any(beyond.values()), beyond)


def check_dense(rows):
    """Time alone, a scene every third day, no gap above 15 days."""
    every = season.part_of(rows, 0, 15, False)
    one = season.part_of(rows, 0, 15, True)
    gate("dense: pixels, of one run", min(every.sum(), one.sum()) >= LEAST_PIXELS, f"{every.sum()}, {one.sum()}")
    for key in ("sod", "smod"):
        worst = int(np.abs(rows[key][one]).max())
        mean = float(np.abs(rows[key][every]).mean())
        gate(f"dense, {key}: largest error of one run (asked: 8)", worst <= 8, worst)
        gate(f"dense, {key}: mean error (asked: below 8)", mean < 8, f"{mean:.2f}")


def check_scenes(rows, name, step, low, high):
    part = season.part_of(rows, low, high, False)
    for key in ("sod", "smod", "scd"):
        if (step, low, key) not in SCENES:
            continue
        least, most = SCENES[step, low, key]
        inside, error = rows[key + " inside"][part].mean(), np.abs(rows[key][part]).mean()
        gate(f"{name}, {key}: inside {inside:.3f} (asked: {least}), mean error {error:.1f} days (asked: {most})",
             inside >= least and error <= most)


def main():
    cers, folder = sys.argv[1:3]
    scenes.fresh(cers, folder)
    winters = [season.winter(os.path.abspath(cers), os.path.abspath(folder), SIDE, seed) for seed in SEEDS]
    classes = {}
    for step in season.STEPS:
        for source in ("time alone", "scenes"):
            for seed, found in zip(SEEDS, winters):
                check_layers(found[step, source], f"winter {seed}, every {step} days, {source}")
            rows = season.joined(winters, step, source)
            for low, high in season.CLASSES:
                part = season.part_of(rows, low, high, False)
                if not part.any():
                    continue
                name = f"every {step} days, gap above {low}, {source}"
                if source == "time alone":
                    classes[low] = max(classes.get(low, 0), int(part.sum()))
                    check_time_alone(rows, name, low, high)
                else:
                    check_scenes(rows, name, step, low, high)
            if step == DENSE and source == "time alone":
                check_dense(rows)
    gate("pixels of the classes up to 15, 30 and more days", len(classes) == 3 and min(classes.values()) >= LEAST_PIXELS,
         classes)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
