#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`SnowMask -profile lis111` beside an independent numpy evaluation of the documented steps: mask, SNOW_ALL, which
pixels the pass for shaded slopes decides, snow line and package, on simulated products and with each source of shade; and
the fraction made of it.

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
# Name, options of the simulator, options of SnowMask, whether there is a water mask, sources of shade.
ALL = ["auto", "terrain", "raster"]
SCENES = [
    ("steep", STEEP + ["-side", "1000", "-seed", "11"], [], False, ALL),
    ("water", STEEP + ["-side", "700", "-seed", "12"], [], True, ALL),
    ("strict", STEEP + ["-side", "700", "-seed", "13", "-clouds", "2"], ["-cloud.strict", "1"], False, ALL),
    ("no_shade", STEEP + ["-side", "700", "-seed", "14"], [], False, ["none"]),
    ("odd", ["-side", "854", "-seed", "2", "-date", "2018-04-16"], [], True, ALL),
    ("cut", ["-side", "700", "-seed", "3", "-knob.swathcut", "0.6", "-date", "2018-01-05"], [], False, ALL),
    ("no_snow", ["-side", "512", "-seed", "4", "-snowline", "9000"], [], False, ["auto", "terrain"]),
    ("flat", ["-side", "300", "-seed", "7", "-knob.relief", "60"], [], False, ["auto", "terrain"]),
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


def given_shade(like, name):
    """Squares of shade, in numbers of any kind: 0 and missing ones (7, NaN) are sunlit. Writes NAME; the pixels in shade."""
    source = gdal.Open(like)
    lines, columns = np.mgrid[0:source.RasterYSize, 0:source.RasterXSize] // 13
    kinds = np.array([0, 1, -3.5, 0.25, np.nan, 7, 0], np.float32)
    values = kinds[(lines * 5 + columns * 3 + lines * columns) % len(kinds)]
    raster = gdal.GetDriverByName("GTiff").Create(name, source.RasterXSize, source.RasterYSize, 1, gdal.GDT_Float32)
    raster.SetGeoTransform(source.GetGeoTransform())
    raster.SetProjection(source.GetProjection())
    raster.GetRasterBand(1).SetNoDataValue(7)
    raster.GetRasterBand(1).WriteArray(values)
    raster.FlushCache()
    return np.isin(values, (1, -3.5, 0.25))


def shade_of(source, name, product, swir_file, dem):
    """Options for SnowMask, and where it is dark (None: nowhere, no pass)."""
    metadata = glob.glob(product + "/*MTD_ALL.xml")[0]
    if source == "auto":
        return [], lis111_oracle.shaded_slopes(dem, 20, lis111_oracle.sun_grids(metadata))
    if source == "terrain":
        return ["-shade", "terrain"], lis111_oracle.cast_shadow(dem, 20, *lis111_oracle.mean_sun(metadata))
    if source == "raster":
        dark = given_shade(swir_file, name + "/shade.tif")
        return ["-shade", "raster", "-shade.raster", name + "/shade.tif"], dark
    return ["-shade", source], None


def main():
    cers, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    os.chdir(folder)
    alone, in_all, masks = {}, {}, 0
    for scene, knobs, options, with_water, sources in SCENES:
        run(cers, "SimulateScene", "-size", "small", "-products", "muscate", "-out", scene, "-progress", "0", *knobs)
        product = glob.glob(scene + "/SENTINEL2*")[0]
        truth = glob.glob(scene + "/TRUTH*")[0]
        dem = scene + "/dem.tif"
        run(cers, "BandMath", "-il", truth + "/DEM.tif", "-exp", "im1b1 > -1000 ? im1b1 : 0", "-out", dem, "float",
            "-progress", "0")
        water = None
        if with_water:
            run(cers, "BandMath", "-il", truth + "/TRUTH_water.tif", "-exp", "im1b1 > 0 ? 1 : 0", "-out",
                scene + "/water.tif", "uint8", "-progress", "0")
            water = read(scene + "/water.tif")
            options = options + ["-water", scene + "/water.tif"]
        swir_file = glob.glob(product + "/*FRE_B11.tif")[0]
        swir = read(swir_file)
        bands = [on_grid(read(f"{product}/*{kind}.tif"), swir.shape) for kind in ("FRE_B3", "FRE_B4", "SRE_B2", "SRE_B8A")]
        for source in sources:
            name = f"{scene}/{source}"
            os.makedirs(name)
            shade, dark = shade_of(source, name, product, swir_file, read(dem))
            expected = lis111_oracle.detect(
                bands[0], bands[1], swir, read(product + "/MASKS/*CLM_R2.tif"), read(product + "/MASKS/*MG2_R2.tif"),
                read(dem), bands[2], bands[3], dark, water, strict="-cloud.strict" in options)
            ours = compare(cers, name, product, dem, options + shade, expected)
            alone[source] = alone.get(source, 0) + ours[0]
            in_all[source] = in_all.get(source, 0) + ours[1]
            masks += 1
    for source in ALL:
        print(f"{source}: {alone[source]} pixels by the pass for shaded slopes alone, {in_all[source]} in all")
        assert alone[source] > 100, f"-shade {source}: the pass is not tried"
        assert in_all[source] - alone[source] > 1000, f"-shade {source}: no pixels that another pass finds too"
    print(f"{masks} masks equal")


def compare(cers, name, product, dem, options, expected):
    """How many pixels the pass for shaded slopes finds alone, and in all."""
    run(cers, "SnowMask", "-in", product, "-dem", dem, "-profile", "lis111", "-out", name + "/snow.tif", "-out.all",
        name + "/all.tif", "-out.decider", name + "/decider.tif", "-out.json", name + "/report.json", "-out.product",
        name + "/theia", "-progress", "0", *options)
    mask = read(name + "/snow.tif")
    equal(name, "mask", mask, expected["seb"])
    equal(name, "SNOW_ALL", read(name + "/all.tif"), expected["snow_all"])
    decider = read(name + "/decider.tif")
    shaded = decider == 3
    equal(name, "shaded pass alone", shaded, expected["uncalibrated"])
    complete = expected["shaded_pass"] & (expected["seb"] == 100)
    equal(name, "shaded pass", np.isin(decider, (3, 4, 5)), complete)
    report = json.load(open(name + "/report.json"))
    line = -1000 if report["snowline_m"] is None else report["snowline_m"]
    assert line == expected["zs"], (name, line, expected["zs"])
    package = glob.glob(name + "/theia/*")[0]
    equal(name, "package", read(package + "/LIS_*-SNOW-MSK_*.tif"), mask)
    assert f'name="ZS">{expected["zs"]}<' in open(glob.glob(package + "/LIS_*-SNOW-MSK_*_1.xml")[0]).read(), name
    shape = ogr.Open(package + "/LIS_PRODUCTS/LIS_SEB_VEC.shp")
    assert [field.name for field in shape.GetLayer(0).schema] == ["SEB"], name

    # The fraction is not calibrated for what only the pass for shaded slopes finds: 100. Bit 64 of the flags tells all
    # that it finds.
    run(cers, "FractionalSnowCover", "-in", product, "-snow", name + "/snow.tif", "-decider", name + "/decider.tif",
        "-profile", "lis111", "-out", name + "/fsc.tif", "-out.flags", name + "/flags.tif", "-progress", "0")
    fraction = read(name + "/fsc.tif")
    assert (fraction[shaded] == 100).all(), name
    assert ((fraction > 0) & (fraction <= 100)).sum() == (mask == 100).sum(), name
    assert ((fraction[(mask == 100) & ~shaded]) < 100).all(), name
    equal(name, "flag of the shaded pass", read(name + "/flags.tif") & 64 != 0, complete)
    print(f"{name}: 0 pixels differ, snow line {line:.0f} m, {int(shaded.sum())} pixels by the pass for shaded slopes "
          f"alone, {int(complete.sum())} in all", flush=True)
    return int(shaded.sum()), int(complete.sum())


if __name__ == "__main__":
    main()
