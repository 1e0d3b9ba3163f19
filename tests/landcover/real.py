#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Land cover of a real place from 68 dates of NDVI and 84 polygons: gap filling, training, map.

    real.py CERS FOLDER

Polygons kept aside say how far map and survey agree, not how right the map is. Whole blocks of 300 m are kept aside too:
neighbouring fields are alike. Real images are looked for in CERS_SHARED_DATA.
"""
import os
import re
import sys

import harness

try:
    from osgeo import gdal, ogr
except ImportError as lacking:
    print(f"skipped: {lacking} (Debian package: python3-gdal)")
    sys.exit(77)
gdal.UseExceptions()
ogr.UseExceptions()

data = os.path.join(os.environ.get("CERS_SHARED_DATA", ""), "landcover", "eolearn")
if not os.path.isdir(data):
    print("skipped: no real images (CERS_SHARED_DATA)")
    sys.exit(77)
test = harness.Test(*sys.argv[1:3])
run, check, gate = test.run, test.check, test.gate

run("ImageTimeSeriesGapFilling", "-in", f"{data}/ndvi_68dates_x10000_int16.tif", "-mask",
    f"{data}/invalid_mask_68dates_u8.tif", "-id", f"{data}/dates.txt", "-od", f"{data}/eolearn_gapfill_dates.txt",
    "-out", "filled.tif", "int16")
# The same place as it was published: floats, and a mask of what is valid.
published = os.path.join(os.environ["CERS_SHARED_DATA"], "products", "timeseries_slovenia")
if os.path.isdir(published):
    valid = gdal.Open(f"{published}/isvalid_68dates.tif")
    invalid = gdal.GetDriverByName("GTiff").CreateCopy("invalid.tif", valid)
    invalid.WriteArray((valid.ReadAsArray() == 0).astype("uint8"))
    invalid = None
    run("ImageTimeSeriesGapFilling", "-in", f"{published}/ndvi_68dates.tif", "-mask", "invalid.tif", "-id",
        f"{data}/dates.txt", "-od", f"{data}/eolearn_gapfill_dates.txt", "-out", "published.tif", "float")
    apart = abs(gdal.Open("published.tif").ReadAsArray() * 10000 - gdal.Open("filled.tif").ReadAsArray())
    # Both stored series are cut to whole ten-thousandths, and so is the result.
    gate("largest difference between the published series and its whole numbers", float(apart.max()), 0, 3)
else:
    print("not looked at: products/timeseries_slovenia is not there")
for name, block in (("polygons", 0), ("blocks of 300 m", 300)):
    said = run("TrainImagesClassifier", "-io.il", "filled.tif", "-io.vd", f"{data}/lulc_polygons.gpkg", "-sample.vfn",
               "LULC_NAME", "-sample.bm", 0, "-sample.mt", -1, "-sample.mv", -1, "-sample.vtr", 0.3, "-sample.block", block,
               "-classifier.rf.max", 25, "-classifier.rf.min", 5, "-io.out", "forest.cers")
    accuracy = float(re.search(r"accuracy: ([\d.]+)", said)[1])
    kappa = float(re.search(r"kappa: ([\d.]+)", said)[1])
    print(f"agreement on {name} kept aside: {accuracy:.3f}, kappa {kappa:.3f}")
    check(f"the forest finds more than chance on {name}", kappa > 0.5)
run("ImageClassifier", "-in", "filled.tif", "-model", "forest.cers", "-out", "map.tif")
labels = gdal.Open("map.tif").ReadAsArray()
survey = gdal.Open(f"{data}/lulc_u8.tif").ReadAsArray()
# The training numbers the names in alphabetical order: artificial surface, bareland, cultivated land, forest …
polygons = ogr.Open(f"{data}/lulc_polygons.gpkg")
names = sorted({feature["LULC_NAME"] for feature in polygons.GetLayer() if feature["LULC_NAME"]})
forest = labels == names.index("forest") + 1
surveyed = survey == 2  # forest by the survey
gate("share of the survey's forest that the map calls forest", (forest & surveyed).sum() / surveyed.sum(), 0.9, 1.0)
gate("share of the map's forest that the survey calls forest", (forest & surveyed).sum() / max(1, forest.sum()), 0.8, 1.0)
test.finish()
