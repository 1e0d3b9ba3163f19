#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Snow masks against the truth of simulated scenes: are the scenes hard enough, and is the default profile better?

    truth.py CERS FOLDER

Gates of realism, from what is published for Let-it-snow: kappa 0.75 to 0.88 and accuracy 0.90 to 0.96 on a mixed winter
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
import scoreboard  # noqa: E402

SEEDS = range(1, 9)


def main():
    cers, folder = sys.argv[1:3]
    totals = {}
    wins = []
    for seed in SEEDS:
        truth, masks = scoreboard.scene(cers, folder, "standard", "mixed winter", seed)
        lis = scoreboard.scores(truth, masks["lis15"], masks["standard"])
        own = scoreboard.scores(truth, masks["standard"], masks["lis15"])
        wins.append(scoreboard.accuracy(own[scoreboard.HEADLINE]) - scoreboard.accuracy(lis[scoreboard.HEADLINE]))
        for name, one in (("lis15", lis), ("standard", own)):
            for key, value in one.items():
                totals[name, key] = totals.get((name, key), 0) + value
    failures = 0

    def gate(text, value, low, high):
        nonlocal failures
        good = low <= value <= high
        failures += not good
        print(f"{'ok  ' if good else 'FAIL'} {text}: {value:.3f} (asked: {low} to {high})")

    ground = totals["lis15", "ground"]
    omission = ground[2] / (ground[0] + ground[2])
    commission = ground[1] / (ground[0] + ground[1])
    gate("lis15 against snow on the ground, accuracy", scoreboard.accuracy(ground), 0.90, 0.96)
    gate("lis15 against snow on the ground, kappa", scoreboard.kappa(ground), 0.75, 0.88)
    gate("its omissions less its commissions", omission - commission, 0.0, 1.0)
    gate("standard less lis15, accuracy at 0.25 of viewable snow", float(np.mean(wins)), 0.0, 1.0)
    gate("the worst scene of that", min(wins), -0.01, 1.0)
    false = [totals[name, "false snow"] for name in ("standard", "lis15")]
    gate("false snow under cloud, standard over lis15", (false[0][0] + 1) / (false[1][0] + 1), 0.0, 1.0)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
