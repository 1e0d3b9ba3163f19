#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Fits the model of SnowMask -out.probability to simulated scenes and tests it on others.

    fit_probability.py CERS FOLDER [--seeds 14] [--test-seeds 6] [--others alternative maritime continental boreal]

FOLDER is that of scoreboard.py; scenes that are not there are made. Fits on the standard recipe. The coefficients in
applications/snow/probability.cpp were made so before the last rules for bright and high cloud, which changed which pixels
the mask labels: with them the probability moves by at most 0.002 in the mean. Prints, on other seeds of it and of
--others, the Brier skill over prevalence, the calibration error (15 bins of equal count) and the largest distance of what
is found from what is stated between 0.05 and 0.95; then, of each recipe, what a fit to all but that one would give:
whether several worlds tell a new one better.
"""
import argparse
import glob
import os

import numpy as np

from confidence import CASES, brier_skill, calibration_error, reliability
from scenes import read, scene

KNOTS = [-0.4, -0.1, 0.05, 0.15, 0.25, 0.4, 0.6, 0.8]
NAMES = ["constant", *(f"ndsi > {knot}" for knot in KNOTS), "log red", "log red squared", "ndvi", "ndvi squared",
         "ndvi ndsi", "shade", "shade ndsi", "shade log red", "cloud", "cloud ndsi", "swir"]


def functions(green, red, swir, nir, shade, cloud):
    """One column a term; the same as in probability.cpp."""
    ndsi = np.clip((green - swir) / (green + swir), -0.4, 0.95)
    ndvi = np.clip((nir - red) / (nir + red), -0.3, 0.9)
    dark = np.log(np.clip(red, 0, 1.2) + 0.03)
    columns = [np.ones_like(ndsi)] + [np.maximum(0, ndsi - knot) for knot in KNOTS]
    columns += [dark, dark**2, ndvi, ndvi**2, ndvi * ndsi, shade, shade * ndsi, shade * dark, cloud, cloud * ndsi,
                np.clip(swir, 0, 0.5)]
    return np.stack(columns, 1)


def band(product, name):
    """FRE reflectance at 20 m."""
    values = read(f"{product}/*_FRE_{name}.tif").astype(np.float32)
    values[values == -10000] = np.nan
    if name in ("B3", "B4"):
        height, width = values.shape
        values = values.reshape(height // 2, 2, width // 2, 2).mean((1, 3))
    return values / 10000


def samples(cers, folder, recipe, seeds, random, count=6000):
    """Terms and truth of pixels that are clear in truth and that the default profile labels."""
    terms, truths = [], []
    for case in CASES:
        for seed in seeds:
            truth, masks = scene(cers, folder, recipe, case, seed)
            product = glob.glob(os.path.join(folder, recipe, case.replace(" ", "_"), str(seed), "SENTINEL2*"))[0]
            mask = masks["standard"]
            bands = [band(product, name) for name in ("B3", "B4", "B11", "B8A")]
            usable = ((mask == 0) | (mask == 100)) & (truth["cloud"] == 0) & (truth["shadow"] == 0)
            usable &= np.isfinite(sum(bands)) & np.isfinite(truth["snow_viewable"])
            chosen = np.flatnonzero(usable)
            if len(chosen) == 0:
                continue
            chosen = random.choice(chosen, min(count, len(chosen)), replace=False)
            flags = [read(f"{product}/MASKS/*_{name}_R2.tif").ravel()[chosen] for name in ("MG2", "CLM")]
            pixels = [one.ravel()[chosen].astype(float) for one in bands]
            terms.append(functions(*pixels, ((flags[0] & 80) > 0).astype(float), (flags[1] > 0).astype(float)))
            truths.append(truth["snow_viewable"].ravel()[chosen] >= 0.25)
    return np.concatenate(terms), np.concatenate(truths).astype(float)


def fit(terms, truth):
    """Logistic regression by Newton's method with a ridge of 0.1."""
    weights = np.zeros(terms.shape[1])
    ridge = 0.1 * np.eye(len(weights))
    ridge[0, 0] = 0
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(terms @ weights, -30, 30)))
        curvature = (terms * np.maximum(p * (1 - p), 1e-5)[:, None]).T @ terms + ridge
        step = np.linalg.solve(curvature, terms.T @ (truth - p) - ridge @ weights)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def report(name, weights, terms, truth):
    p = 1 / (1 + np.exp(-np.clip(terms @ weights, -30, 30)))
    off = [found - said for low, high, _, said, found in reliability([(p, truth)]) if 0.05 <= low and high <= 0.95]
    print(f"{name}: {len(truth)} pixels, snow {truth.mean():.3f}, accuracy {((p >= 0.5) == (truth > 0)).mean():.3f}, Brier "
          f"skill {brier_skill(p, truth):.3f}, calibration error {calibration_error(p, truth):.4f}, largest distance "
          f"{max(off, key=abs, default=0):+.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cers")
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=int, default=14)
    parser.add_argument("--test-seeds", type=int, default=6)
    parser.add_argument("--others", nargs="*", default=[])
    options = parser.parse_args()
    random = np.random.default_rng(3)
    learned, tested = {}, {}
    for recipe in ["standard", *options.others]:
        last = options.seeds + options.test_seeds
        for kept, seeds in ((learned, range(1, options.seeds + 1)), (tested, range(options.seeds + 1, last + 1))):
            kept[recipe] = samples(options.cers, options.folder, recipe, seeds, random)
    weights = fit(*learned["standard"])
    for name, weight in zip(NAMES, weights):
        print(f"{name}: {weight:.5f}")
    for recipe, sample in tested.items():
        report(f"{recipe}, fitted on standard", weights, *sample)
    for left_out in tested if options.others else []:
        rest = [sample for recipe, sample in learned.items() if recipe != left_out]
        report(f"{left_out}, fitted on the others", fit(*(np.concatenate(part) for part in zip(*rest))), *tested[left_out])


if __name__ == "__main__":
    main()
