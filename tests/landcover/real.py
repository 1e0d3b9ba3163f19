#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Land cover of a real place from 68 dates of NDVI and 84 polygons: gap filling, training, map.

    real.py CERS FOLDER

Polygons kept aside say how far map and survey agree, not how right the map is. Whole blocks of 300 m are kept aside too:
neighbouring fields are alike. Real images are looked for in CERS_SHARED_DATA.
"""
import os
import re
import shutil
import subprocess
import sys

try:
    import numpy as np
    from osgeo import gdal
except ImportError as lacking:
    print(f"skipped: {lacking} (Debian package: python3-gdal)")
    sys.exit(77)
gdal.UseExceptions()

cers, folder = (os.path.abspath(p) for p in sys.argv[1:3])
data = os.path.join(os.environ.get("CERS_SHARED_DATA", ""), "landcover", "eolearn")
if not os.path.isdir(data):
    print("skipped: no real images (CERS_SHARED_DATA)")
    sys.exit(77)
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
os.chdir(folder)
failures = 0


def run(*command):
    done = subprocess.run([cers, *map(str, command), "-progress", "0"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def check(text, good):
    global failures
    failures += not good
    print(f"{'ok  ' if good else 'FAIL'} {text}")


run("ImageTimeSeriesGapFilling", "-in", f"{data}/ndvi_68dates_x10000_int16.tif", "-mask",
    f"{data}/invalid_mask_68dates_u8.tif", "-id", f"{data}/dates.txt", "-od", f"{data}/eolearn_gapfill_dates.txt",
    "-out", "filled.tif", "int16")
scores = {}
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
# Alphabetical codes of the training: artificial, cultivated …; 2 is forest in the survey, the commonest class of the map.
agree = max((((labels == code) & (survey == 2)).sum() / (survey == 2).sum()) for code in np.unique(labels))
check(f"nine tenths of the survey's forest are one class of the map ({agree:.3f})", agree > 0.9)
sys.exit(1 if failures else 0)
