#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The reference counts of the snow data set (snow/expected.tsv in CERS_SHARED_DATA) beside what Cers answers.

    expected.py CERS FOLDER        CERS_SHARED_DATA holds snow/expected.tsv

The counts come from an independent evaluation. Every row must be known here, so that a new row fails until somebody
says where it is asserted. Asserted by this test:

- the four Landsat scenes: valid pixels and NDSI (BandMath), pixels that pass the strict and the permissive test when
  nothing is cloud (SnowMask, profile lis15, SNOW_ALL), strict snow that QA_PIXEL leaves clear and what it calls cloud or
  shadow (SnowMask on the product, with the values of mask that truth demands: QA & 30, shadow included);
- the summer scene with hand labels: both tests by label (one pixel less than the row, whose evaluation in floating
  reflectance lets a pixel pass whose NDSI is 0.15 exactly; by the stored whole numbers it fails);
- of the files alone, as no program makes them: snow and cloud bits of QA_PIXEL, pixels of the reference shadow.

Asserted elsewhere: `cloud_series` (28 dates, 17-20-21 clear observations) in
applications/snow_season/season_series_test.cpp; the shadow of Toulouse as intersection over union in
modules/ops/tests/terrain_shadow_test.cpp, and pixel by pixel in sunward_walk_test.cpp, which asks more than the
agreement of 0.9976 of the ray march that the row tells of (another program, with another rule of sampling).

Not asserted: `s2_water` (two crops of a lake under a licence that keeps them out of the data set: the files are not
there); `dem T32TLR 60m` (three fractions of another program: the row says neither how the heights were resampled nor
over which pixels the median of the voids was taken, and the two squares of the DEM leave 6 % of the tile uncovered).

The unit cases (snow/unit/unit_cases.json), with the corrections of truth: `snowline` in snowline_test.cpp and, read from
the file, in tests/differential/lis15_oracle_selftest.py; its `reverse` case there only, as Cers has no search from
above, and its `lis_historical` case nowhere, as its image is not in the data set. `bitmask` there too; Cers tests
values of masks instead (CLM 32, 64, 128, QA & 30). `fsc_tanh`, `fsc_linear_sa2004` and `fsc_og` in fraction_test.cpp.
`temporal_nn` and `phenology` in season_kernel_test.cpp, where the periods of snow are those corrected (4 and 2; 1 and 1).
"""
import os
import sys

try:
    import numpy as np
    from osgeo import gdal
except ImportError as lacking:
    print(f"skipped: {lacking} (Debian package: python3-gdal)")
    sys.exit(77)

import glob
import subprocess

import real

gdal.UseExceptions()
DATA = real.DATA
SCENES = {"LC08_L2SP_005009_20150710_20200908_02_T2": "greenland", "LC08_L2SP_017036_20130419_20200913_02_T2": "cold_cloud",
          "LC08_L2SP_008059_20191201_20200825_02_T1": "tropics", "LC08_L2SR_099120_20191129_20201016_02_T2": "antarctica"}
NOT_HERE = ("s2_water", "dem T32TLR 60m", "cloud_series")
NOT_HERE_QUANTITIES = ("own_raymarch_agreement",)
# By whole numbers, 100 (green - swir) > 15 (green + swir) and red > 400.
CORRECTED = {("cloud_negative s2(ukis)", "pass2like_px_by_label"): "all:3897 0:2381 1:439 3:35 4:1042"}
failures = 0


def read(path):
    return gdal.Open(path).ReadAsArray()


def run(cers, *words):
    done = subprocess.run([cers, *words, "-record", "false", "-progress", "0"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}\n{done.stderr}")


def without_cloud(cers, folder, like, planes, factor):
    """SNOW_ALL of lis15 where nothing is cloud and all but one pixel lies above the snow line.

    That pixel, a missing or a dark one, lies 1000 m below the others: the line is two bands below them.
    """
    os.makedirs(folder, exist_ok=True)
    shape = planes[0].shape
    low = np.argmin(np.where(np.isfinite(planes[1]), planes[1], -1))
    heights = np.full(shape, 1000, np.float32)
    heights.ravel()[low] = 0
    real.write(folder + "/bands.tif", like, planes, gdal.GDT_Float32)
    real.write(folder + "/cloud.tif", like, [np.zeros(shape, np.uint8)], gdal.GDT_Byte)
    real.write(folder + "/dem.tif", like, [heights], gdal.GDT_Float32)
    run(cers, "SnowMask", "-in", folder + "/bands.tif", "-channels.green", "1", "-channels.red", "2", "-channels.mir", "3",
        "-cloud", folder + "/cloud.tif", "-dem", folder + "/dem.tif", "-rf", str(factor), "-profile", "lis15", "-fsnow", "0",
        "-fsnowtotal", "-1", "-out", folder + "/snow.tif", "-out.all", folder + "/all.tif")
    return read(folder + "/all.tif")


def landsat(cers, folder, scene):
    """Quantities of a scene as its files are."""
    path = os.path.join(DATA, "landsat_c2", scene + "_{}.tif")
    like = gdal.Open(path.format("SR_B3"))
    planes = []
    for band in (3, 4, 6):
        numbers = read(path.format(f"SR_B{band}")).astype(np.float32)
        planes.append(np.where(numbers > 0, numbers * np.float32(2.75e-5) - np.float32(0.2), np.nan))
    at = os.path.join(folder, SCENES[scene])
    every = without_cloud(cers, at, like, planes, 8)
    run(cers, "BandMath", "-il", at + "/bands.tif", "-exp", "(im1b1 - im1b3) / (im1b1 + im1b3)", "-out", at + "/ndsi.tif", "float")

    # The product, under the names that Landsat gives.
    product = os.path.join(at, scene)
    os.makedirs(product, exist_ok=True)
    for file in glob.glob(os.path.join(DATA, "landsat_c2", scene + "_*")):
        link = os.path.join(product, os.path.basename(file).replace(".tif", ".TIF"))
        if not os.path.lexists(link):
            os.symlink(os.path.abspath(file), link)
    run(cers, "SnowMask", "-in", product, "-dem", at + "/dem.tif", "-profile", "lis15", "-out", at + "/product.tif", "-out.all",
        at + "/product_all.tif")
    mask, product_all = read(at + "/product.tif"), read(at + "/product_all.tif")
    valid = mask != 254
    quality = read(path.format("QA_PIXEL"))

    filled = (quality & 1) != 0  # QA_PIXEL: fill
    every[filled] = 0
    ndsi = read(at + "/ndsi.tif")[~filled]

    return {
        "valid_px": str(int(valid.sum())),
        "qa_snow_bit5_px": str(int((valid & ((quality & 32) != 0)).sum())),
        "qa_cloud(bits1,2,3)_px": str(int((valid & ((quality & 14) != 0)).sum())),
        "qa_cloud_or_shadow(bits1-4)_px": str(int((valid & ((product_all & 16) != 0)).sum())),
        "pass1_nocloudmask_px": str(int(((every & 1) != 0).sum())),
        "pass1_clear(bits1-4 unset)_px": str(int((valid & ((product_all & 1) != 0)).sum())),
        "pass2like_nocloudmask_px": str(int(((every & 2) != 0).sum())),
        "ndsi_p1/p50/p99_valid": " ".join(f"{value:.4f}" for value in np.percentile(ndsi, (1, 50, 99))),
    }


def summer(cers, folder):
    like, planes = real.summer()
    every = without_cloud(cers, os.path.join(folder, "summer"), like, planes[:3], 12)
    labels = read(os.path.join(DATA, "cloud_negative", "s2_labels.tif"))

    def by_label(bit):
        hit = (every & bit) != 0
        return " ".join([f"all:{hit.sum()}"] + [f"{label}:{(hit & (labels == label)).sum()}" for label in (0, 1, 3, 4)])
    return {"pass1_px_by_label": by_label(1), "pass2like_px_by_label": by_label(2)}


def shadow():
    reference = read(os.path.join(DATA, "shadow", "toulouse-mnh-hillshade.tif"))
    return {f"ref_value{value}_px": str(int((reference == value).sum())) for value in (0, 1)}


def main():
    global failures
    cers, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    table = os.path.join(DATA, "expected.tsv")
    if not os.path.isfile(table):
        print("skipped: CERS_SHARED_DATA has no snow/expected.tsv")
        return 77
    found = {scene: landsat(cers, folder, scene) for scene in SCENES}
    found["cloud_negative s2(ukis)"] = summer(cers, folder)
    found["shadow toulouse"] = shadow()
    asserted = 0
    with open(table) as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    for dataset, quantity, value in rows:
        if dataset.startswith(NOT_HERE) or quantity.startswith(NOT_HERE_QUANTITIES):
            continue
        value = CORRECTED.get((dataset, quantity), value)
        ours = found.get(dataset, {}).get(quantity, "no such quantity in this test")
        good = ours == value
        failures += not good
        asserted += 1
        print(f"{'ok  ' if good else 'FAIL'} {dataset}: {quantity} {ours}" + ("" if good else f" (asked: {value})"))
    print(f"{asserted} of {len(rows)} rows asserted here")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
