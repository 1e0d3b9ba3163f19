#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`SnowMask -profile lis111` beside an independent numpy evaluation of the documented steps: mask, SNOW_ALL, which
pixels the pass for shaded slopes decides, snow line and package, on simulated products; and the fraction made of it.

    lis111.py CERS FOLDER
"""
import glob
import json
import os
import shutil
import subprocess
import sys

try:
    import numpy as np
    from osgeo import gdal, ogr
except ImportError as lacking:
    print(f"skipped: {lacking} (Debian package: python3-gdal)")
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "differential"))
import lis111_oracle  # noqa: E402
import lis15_oracle  # noqa: E402

gdal.UseExceptions()
ogr.UseExceptions()

STEEP = ["-knob.relief", "3600", "-knob.plains", "0", "-date", "2017-12-20", "-snowline", "600"]
# Name, options of the simulator, options of SnowMask, whether there is a water mask.
SCENES = [
    ("steep", STEEP + ["-side", "1000", "-seed", "11"], [], False),
    ("water", STEEP + ["-side", "700", "-seed", "12"], [], True),
    ("strict", STEEP + ["-side", "700", "-seed", "13", "-clouds", "2"], ["-cloud.strict", "1"], False),
    ("no_shade", STEEP + ["-side", "700", "-seed", "14"], ["-shade", "none"], False),
    ("odd", ["-side", "854", "-seed", "2", "-date", "2018-04-16"], [], True),
    ("cut", ["-side", "700", "-seed", "3", "-knob.swathcut", "0.6", "-date", "2018-01-05"], [], False),
    ("no_snow", ["-side", "512", "-seed", "4", "-snowline", "9000"], [], False),
    ("flat", ["-side", "300", "-seed", "7", "-knob.relief", "60"], [], False),
]


def run(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}\n{done.stderr}")
    return done.stdout


def read(pattern):
    return gdal.Open(glob.glob(pattern)[0]).ReadAsArray()


def on_grid(array, shape):
    return array if array.shape == shape else lis15_oracle.cubic_half(array)


def equal(name, what, ours, theirs):
    different = int((ours != theirs).sum())
    if different:
        sys.exit(f"{name}: {what}: {different} pixels differ")


def main():
    cers, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    os.chdir(folder)
    shaded_pixels = both_pixels = 0
    for name, knobs, options, with_water in SCENES:
        run(cers, "SimulateScene", "-size", "small", "-products", "muscate", "-out", name, "-progress", "0", *knobs)
        product = glob.glob(name + "/SENTINEL2*")[0]
        truth = glob.glob(name + "/TRUTH*")[0]
        dem = name + "/dem.tif"
        run(cers, "BandMath", "-il", truth + "/DEM.tif", "-exp", "im1b1 > -1000 ? im1b1 : 0", "-out", dem, "float",
            "-progress", "0")
        water = None
        if with_water:
            run(cers, "BandMath", "-il", truth + "/TRUTH_water.tif", "-exp", "im1b1 > 0 ? 1 : 0", "-out",
                name + "/water.tif", "uint8", "-progress", "0")
            water = read(name + "/water.tif")
            options = options + ["-water", name + "/water.tif"]
        run(cers, "SnowMask", "-in", product, "-dem", dem, "-profile", "lis111", "-out", name + "/snow.tif", "-out.all",
            name + "/all.tif", "-out.decider", name + "/decider.tif", "-out.json", name + "/report.json", "-out.product",
            name + "/theia", "-progress", "0", *options)
        swir = read(product + "/*FRE_B11.tif")
        bands = [on_grid(read(f"{product}/*{kind}.tif"), swir.shape) for kind in ("FRE_B3", "FRE_B4", "SRE_B2", "SRE_B8A")]
        expected = lis111_oracle.detect(
            bands[0], bands[1], swir, read(product + "/MASKS/*CLM_R2.tif"), read(product + "/MASKS/*MG2_R2.tif"), read(dem),
            bands[2], bands[3], lis111_oracle.sun_grids(glob.glob(product + "/*MTD_ALL.xml")[0]), 20, water,
            strict="-cloud.strict" in options, shaded="-shade" not in options)
        mask = read(name + "/snow.tif")
        equal(name, "mask", mask, expected["seb"])
        equal(name, "SNOW_ALL", read(name + "/all.tif"), expected["snow_all"])
        decider = read(name + "/decider.tif")
        shaded = decider == 3
        equal(name, "shaded pass alone", shaded, expected["uncalibrated"])
        complete = expected["shaded_pass"] & (expected["seb"] == 100)
        equal(name, "shaded pass", np.isin(decider, (3, 4, 5)), complete)
        shaded_pixels += int(shaded.sum())
        both_pixels += int(complete.sum() - shaded.sum())
        report = json.load(open(name + "/report.json"))
        line = -1000 if report["snowline_m"] is None else report["snowline_m"]
        assert line == expected["zs"], (name, line, expected["zs"])
        package = glob.glob(name + "/theia/*")[0]
        equal(name, "package", read(package + "/*_SNW_R2.tif"), mask)
        assert f'name="ZS">{expected["zs"]}<' in open(glob.glob(package + "/*_MTD_ALL.xml")[0]).read(), name
        shape = ogr.Open(glob.glob(package + "/*_SNW_R2.shp")[0])
        assert [field.name for field in shape.GetLayer(0).schema] == ["SEB"], name

        # The fraction is not calibrated for what only the pass for shaded slopes finds: 100. Bit 64 of the flags tells
        # all that it finds.
        run(cers, "FractionalSnowCover", "-in", product, "-snow", name + "/snow.tif", "-decider", name + "/decider.tif",
            "-profile", "lis111", "-out", name + "/fsc.tif", "-out.flags", name + "/flags.tif", "-progress", "0")
        fraction = read(name + "/fsc.tif")
        assert (fraction[shaded] == 100).all(), name
        assert ((fraction > 0) & (fraction <= 100)).sum() == (mask == 100).sum(), name
        assert ((fraction[(mask == 100) & ~shaded]) < 100).all(), name
        equal(name, "flag of the shaded pass", read(name + "/flags.tif") & 64 != 0, complete)
        print(f"{name}: 0 pixels differ, snow line {line:.0f} m, {int(shaded.sum())} pixels by the pass for shaded slopes "
              f"alone, {int(complete.sum())} in all")
    assert shaded_pixels > 100, f"{shaded_pixels} pixels in all: the pass is not tried"
    assert both_pixels > 1000, f"{both_pixels} pixels in all that another pass finds too"
    print(f"{len(SCENES)} scenes equal")


if __name__ == "__main__":
    main()
