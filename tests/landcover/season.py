#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A season of simulated scenes to a map of land cover, in one run: against the truth, and the same bytes however it runs.

    season.py CERS FOLDER PIPELINES

Checked: each file is decoded at most twice; model, map and confidence have the same bytes for any threads, tiles and
-ram; the map made with the written model is the one made in the training run; on polygons kept aside the forest scores as
land-cover forests do (0.78 to 0.92, some class with F1 below 0.6); on a region and a year never seen, the map is better than its
most common class and the shares of the trees are honest: they say more than the prevalence of classes (Brier skill), and
when they say p the class is there in p of the cases.
"""
import csv
import filecmp
import glob
import json
import os
import re
import sys

import harness

try:
    import numpy as np
    from osgeo import gdal
except ImportError as lacking:
    print(f"skipped: {lacking} (Debian package: python3-gdal)")
    sys.exit(77)
gdal.UseExceptions()

pipelines = os.path.abspath(sys.argv[3])
test = harness.Test(*sys.argv[1:3])
run, check, gate = test.run, test.check, test.gate


def simulate(name, side, seed, polygons, first="2021-01-10"):
    run("simulate", "-side", side, "-seed", seed, "-date", first, "-count", 18, "-revisit", 20, "-weather", "drawn",
        "-snowline", 2500, "-polygons", polygons, "-out", name)
    scenes = sorted(os.path.join(name, n) for n in os.listdir(name) if n.startswith("SENTINEL2"))
    truth = sorted(n for n in os.listdir(name) if n.startswith("TRUTH"))[0]
    return scenes, gdal.Open(f"{name}/{truth}/TRUTH_class.tif").ReadAsArray()


def map_season(scenes, polygons, out, *more):
    return run("run", f"{pipelines}/land-cover.yaml", "-scenes", *scenes, "-polygons", polygons, "-field", "label",
               "-days", 20, "-trees", 60, "-kept", 0.3, "-outlines", "outlines.gpkg", "-out.dir", out, "-record", "false", *more)


def decoded_files(scenes):
    """Bands and masks that the features need: ten bands, edge, cloud and saturation masks of their group."""
    return [file for scene in scenes for file in
            glob.glob(f"{scene}/*_FRE_B*.tif") + glob.glob(f"{scene}/MASKS/*_[CES][LDA][MGT]_R1.tif")]


def matrix_of(path):
    with open(path) as file:
        rows = list(csv.reader(file))
    return np.array([[float(v) for v in row] for row in rows[2:]])


def read(path):
    return gdal.Open(path).ReadAsArray()


scenes, truth = simulate("here", 512, 7, 500)
polygons = "here/" + [n for n in os.listdir("here") if n.endswith(".geojson")][0]
map_season(scenes, polygons, "first", "-threads", 2)

for name, more in (("one thread", ["-threads", 1]), ("small tiles", ["-threads", 8, "-tile", 64]),
                   ("other tiles", ["-tile", 192]), ("little memory", ["-ram", 260])):
    map_season(scenes, polygons, "again", *more)
    same = [filecmp.cmp(f"first/{n}", f"again/{n}", shallow=False)
            for n in ("forest.cers", "landcover.tif", "landcover_raw.tif", "confidence.tif", "validity.tif",
                      "agreement_scores.json", "kept_polygons.gpkg", "outlines.gpkg")]
    check(f"same bytes with {name}", all(same), "" if all(same) else same)

# What the polygons say, weighted by their areas, is what the rasters say of all pixels of the map.
file = gdal.OpenEx("first/outlines.gpkg")  # lives as long as its layer is used
layer = file.GetLayer(0)
fields = [{layer.GetLayerDefn().GetFieldDefn(i).GetName(): feature.GetField(i) for i in range(feature.GetFieldCount())}
          for feature in layer]
cleaned, raw, sure, valid = (read(f"first/{n}.tif").astype(float)
                             for n in ("landcover", "landcover_raw", "confidence", "validity"))
inside = cleaned > 0
area = np.array([one["area"] for one in fields])
weighted = {name: (np.array([one[name] for one in fields]) * area).sum() / area.sum()
            for name in fields[0] if name not in ("code", "class")}
check("polygons cover the map", area.sum() == 100 * inside.sum(), f"{len(area)} polygons, {area.sum() / 1e4:.1f} ha")
check("by class", all(np.isclose(area[[one["code"] == code for one in fields]].sum(), 100 * (cleaned == code).sum())
                      for code in np.unique(cleaned[inside])))
check("their means are those of the pixels", np.isclose(weighted["confidence"], sure[inside].mean(), rtol=1e-12)
      and np.isclose(weighted["validmean"], valid[inside].mean(), rtol=1e-12))
within = [one["area"] * (one["validstd"] ** 2 + (one["validmean"] - valid[inside].mean()) ** 2) for one in fields]
check("their deviations too", np.isclose(sum(within) / area.sum(), valid[inside].var(), rtol=1e-9))
shares = {name: value for name, value in weighted.items() if name.startswith("pct_")}
check("their percentages of classes are those of the map before it was cleaned",
      len(shares) > 3 and np.isclose(sum(shares.values()), 100)
      and all(np.isclose(value, 100 * (raw[inside] == int(name[4:])).mean()) for name, value in shares.items()))

# Counted where it happens: with room for all blocks each is decoded once, with as little as the run takes at most twice.
blocks = sum(-(-gdal.Open(file).RasterXSize // 512) * -(-gdal.Open(file).RasterYSize // 512) for file in decoded_files(scenes))
for name, ram, most in (("plenty of memory", 4000, 1), ("little memory", 260, 2)):
    map_season(scenes, polygons, "again", "-ram", ram)
    check(f"each block is decoded at most {('once', 'twice')[most - 1]} with {name}",
          0 < test.finished["blocks_decoded"] <= most * blocks, f"{test.finished['blocks_decoded']} of {blocks}")
    check(f"peak memory is at most 200 MB more than -ram {ram}", test.peak_mb <= ram + 200, f"{test.peak_mb:.0f} MB")

# The model in a file gives the same map, in one sweep.
with open("map.yaml", "w") as file:
    file.write("""cers: 1
name: map
inputs:
  scenes: {kind: product, list: true}
parameters:
  model: {}
  names: {default: check}
steps:
  - {id: features, app: TimeSeriesFeatures, il: scenes, step: 20}
  - {id: classify, app: ImageClassifier, in: features.out, model: $model, names: $names}
outputs:
  map: {from: classify.out, to: map.tif, type: uint8}
  shares: {from: classify.probamap, to: shares.tif, type: uint16}
""")
run("run", "map.yaml", "-scenes", *scenes, "-model", "first/forest.cers", "-out.dir", "applied")
check("the written model gives the map of its own run",
      np.array_equal(read("applied/map.tif"), read("first/landcover_raw.tif")))

matrix = matrix_of("first/confusion.csv")
gate("accuracy on polygons kept aside", np.trace(matrix) / matrix.sum(), 0.78, 0.92)
f1 = [2 * matrix[i, i] / max(1, matrix[i].sum() + matrix[:, i].sum()) for i in range(len(matrix))]
check("some class is hard", min(f1) < 0.6, f"lowest F1 {min(f1):.2f}")

# Judged by samples whose neighbours were trained with, and by polygons of which nothing was.
with open("train.yaml", "w") as file:
    file.write("""cers: 1
name: train
inputs:
  scenes: {kind: product, list: true}
parameters:
  polygons: {}
  drawn: {choices: [groups, samples]}
steps:
  - {id: features, app: TimeSeriesFeatures, il: scenes, step: 20}
  - {id: train, app: TrainImagesClassifier, io.il: features.out, io.vd: $polygons, sample.vfn: label, sample.bm: 0,
     sample.vtr: 0, sample.mt: 2000, classifier.rf.max: 25, classifier.rf.min: 5, classifier.rf.acc: 0,
     classifier.rf.nbtrees: 60, classifier.rf.bootstrap: $drawn}
outputs:
  model: {from: train.io.out, to: "{drawn}.cers"}
""")
by = {drawn: float(re.search(r"accuracy: ([\d.]+)", run("run", "train.yaml", "-scenes", *scenes, "-polygons", polygons,
                                                        "-drawn", drawn, "-out.dir", "judged"))[1])
      for drawn in ("samples", "groups")}
gate(f"a split by pixel flatters ({by['samples']:.3f} against {by['groups']:.3f} by polygon), by", by["samples"] - by["groups"],
     0.03, 1.0)

# A region and a year never seen: the model goes by the order of its features, whose names hold the days of the other year.
there, unseen = simulate("there", 320, 11, 0, "2022-01-12")
run("run", "map.yaml", "-scenes", *there, "-model", "first/forest.cers", "-names", "ignore", "-out.dir", "there")
labels = read("there/map.tif")
shares = read("there/shares.tif").astype(float) / 1000
header = open("first/forest.cers", "rb").read(200000).decode("latin-1")
start = header.index("{")
model = json.JSONDecoder().raw_decode(header[start:])[0]
codes = [one["code"] for one in model["classes"]]
seen = np.isin(unseen, codes) & (labels > 0)
right = (labels == unseen)[seen].mean()
counts = np.array([(unseen[seen] == code).mean() for code in codes])
gate("accuracy on a region never seen, over its most common class", right - counts.max(), 0.05, 1.0)
indicator = np.array([(unseen == code) for code in codes])[:, seen].astype(float)
reference = ((counts[:, None] - indicator) ** 2).sum(axis=0).mean()


def skill(stated):
    return 1 - ((stated - indicator) ** 2).sum(axis=0).mean() / reference


def calibration(stated):
    """Mean over classes of how far stated and observed shares differ, in bins of equal counts."""
    errors = []
    for p, i in zip(stated, indicator):
        order = np.argsort(p, kind="stable")
        errors.append(sum(abs(p[b].mean() - i[b].mean()) * len(b) for b in np.array_split(order, 10)) / len(order))
    return float(np.mean(errors))


# Stated as certain, the same labels are what honest shares must beat: few classes are common, so all errors are small.
probability = shares[:, seen]
certain = (np.arange(len(codes))[:, None] == probability.argmax(axis=0)).astype(float)
gate("Brier skill over prevalence there", skill(probability), 0.1, 1.0)
gate("and over the labels stated as certain", skill(probability) - skill(certain), 0.05, 1.0)
gate(f"class-wise calibration error there ({calibration(probability):.3f}) over that of certain labels",
     calibration(probability) / calibration(certain), 0.0, 0.8)
test.finish()
