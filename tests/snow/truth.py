#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Snow masks against the truth of simulated scenes: are the scenes hard enough, and is the default profile better?

    truth.py CERS FOLDER [RECIPE]

With a RECIPE other than standard only its realism is looked at, by Let-it-snow's profile alone. Gates of realism, from what is published for Let-it-snow: kappa 0.75 to 0.88 and accuracy 0.90 to 0.96 on a mixed winter
set, against snow on the ground as stations report it, with more omissions than commissions (Barrou Dumont et al. 2021).
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
import scores  # noqa: E402

SEEDS = range(1, 21)


def main():
    cers, folder = sys.argv[1:3]
    recipe = sys.argv[3] if len(sys.argv) > 3 else "standard"
    if recipe != "standard":
        scenes.PROFILES = {"lis15": scenes.PROFILES["lis15"]}
    totals = {}
    wins = []
    for seed in SEEDS:
        truth, masks = scenes.scene(cers, folder, recipe, "mixed winter", seed)
        both = [(name, scores.scores(truth, masks[name], masks.get("standard" if name == "lis15" else "lis15",
                                                                        masks[name]))) for name in masks]
        for name, one in both:
            for key, value in one.items():
                totals[name, key] = totals.get((name, key), 0) + value
        accuracies = {name: scores.accuracy(one[scores.HEADLINE]) for name, one in both}
        wins.append(accuracies.get("standard", 0) - accuracies["lis15"])
    failures = 0

    def gate(text, value, low, high):
        nonlocal failures
        good = low <= value <= high
        failures += not good
        print(f"{'ok  ' if good else 'FAIL'} {text}: {value:.3f} (asked: {low} to {high})")

    ground = totals["lis15", "ground"]
    omission = ground[2] / (ground[0] + ground[2])
    commission = ground[1] / (ground[0] + ground[1])
    gate("lis15 against snow on the ground, accuracy", scores.accuracy(ground), 0.90, 0.96)
    gate("lis15 against snow on the ground, kappa", scores.kappa(ground), 0.75, 0.88)
    gate("its omissions less its commissions", omission - commission, 0.0, 1.0)
    if recipe != "standard":
        return 1 if failures else 0
    gate("standard less lis15, accuracy at 0.25 of viewable snow", float(np.mean(wins)), 0.0, 1.0)
    gate("the worst scene of that", min(wins), -0.01, 1.0)
    false = [totals[name, "false snow"] for name in ("standard", "lis15")]
    gate("false snow under cloud, standard over lis15", (false[0][0] + 1) / (false[1][0] + 1), 0.0, 1.0)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
