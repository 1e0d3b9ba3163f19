#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A season of simulated scenes to a map of land cover, in one run: against the truth, and the same bytes however it runs.

    season.py CERS FOLDER PIPELINES

Checked: each file is decoded at most twice; model, map and confidence have the same bytes for any threads, tiles and
-ram; the map made with the written model is the one made in the training run; on polygons kept aside the forest scores as
land-cover forests do (0.78 to 0.92, some class that has polygons enough with F1 below 0.6); and it looks better than that
by 3 points where pixels of the polygons it knows are kept aside instead. unseen.py asks for regions never seen.
"""
import filecmp
import glob
import json
import os
import sys

import harness
import seasons

np, gdal = harness.numpy_and_gdal()
import scores  # which needs them
from scores import read

pipelines = os.path.abspath(sys.argv[3])
test = harness.Test(*sys.argv[1:3])
run, check, gate = test.run, test.check, test.gate


def map_season(scenes, polygons, out, *more):
    return run("run", f"{pipelines}/land-cover.yaml", "-scenes", *scenes, "-polygons", polygons, "-field", "label",
               "-days", 20, "-trees", 60, "-kept", 0.3, "-outlines", "outlines.gpkg", "-out.dir", out, "-record", "false", *more)


def matrix_of(path):
    """Codes of the classes and the matrix, references in rows; of a file that has the same codes in both."""
    with open(path, encoding="utf-8") as file:
        rows, columns, *counts = file.read().split("\n")
    codes = [line.split(":")[1].split(",") for line in (rows, columns)]
    assert codes[0] == codes[1], codes
    return [int(code) for code in codes[0]], np.array([[float(v) for v in row.split(",")] for row in counts if row])


def accuracy_of(matrix):
    return np.trace(matrix) / matrix.sum()


scenes = seasons.simulate(test, "here", first="2021-01-10", side=512, seed=7, polygons=500)
polygons = seasons.polygons_of("here")
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
blocks = sum(np.prod(seasons.blocks_of(file)) for file in seasons.decoded_files(scenes))
for name, ram, most in (("plenty of memory", 4000, 1), ("little memory", 260, 2)):
    map_season(scenes, polygons, "again", "-ram", ram)
    check(f"each block is decoded at most {('once', 'twice')[most - 1]} with {name}",
          0 < test.finished["blocks_decoded"] <= most * blocks, f"{test.finished['blocks_decoded']} of {blocks}")
    check(f"peak memory is at most 200 MB more than -ram {ram}", test.peak_mb <= ram + 200, f"{test.peak_mb:.0f} MB")

# The model in a file gives the same map, in one sweep.
seasons.write_pipeline("map", "step: 20", """
{id: classify, app: ImageClassifier, in: features.out, model: $model}
""", """
map: {from: classify.out, to: map.tif, type: uint8}
""", "model: {}")
run("run", "map.yaml", "-scenes", *scenes, "-model", "first/forest.cers", "-out.dir", "applied")
check("the written model gives the map of its own run",
      np.array_equal(read("applied/map.tif"), read("first/landcover_raw.tif")))

codes, matrix = matrix_of("first/confusion.csv")
gate("accuracy on polygons kept aside", accuracy_of(matrix), 0.78, 0.92)
known = scores.learnable(polygons)
f1 = {code: 2 * matrix[i, i] / (matrix[i].sum() + matrix[:, i].sum()) for i, code in enumerate(codes) if code in known}
check(f"some class that at least {scores.LEAST_POLYGONS} polygons are of is hard", min(f1.values()) < 0.6,
      f"lowest F1 {min(f1.values()):.2f} of {len(f1)} classes")

# One half of the same pixels learned and the other asked: whole polygons, and pixels drawn from all polygons.
seasons.write_pipeline("sample", "step: 20", """
{id: sample, app: SampleExtraction, in: features.out, vec: points.geojson, field: label}
""", """
samples: {from: sample.out, to: samples.gpkg}
""")
grid = gdal.Open(glob.glob(f"{scenes[0]}/*_FRE_B2.tif")[0])
burned = {field: scores.burnt(polygons, grid, field) for field in ("id", "label")}
random = np.random.default_rng(1)
chosen = scores.surveyed(burned["id"], random)
numbers, labels = (burned[field].ravel()[chosen] for field in ("id", "label"))
splits = dict(zip(("by_polygon", "by_pixel"), scores.halves(numbers, labels, random)))
points = scores.centres(grid, chosen, {"label": labels, "originfid": numbers, **splits})
with open("points.geojson", "w") as file:
    json.dump(points, file)
run("run", "sample.yaml", "-scenes", *scenes, "-out.dir", ".", "-record", "false")
accuracy = {}
for split in splits:
    for part, learned in (("learn", 1), ("ask", 0)):
        gdal.VectorTranslate(f"{part}.gpkg", "samples.gpkg", where=f"{split} = {learned}")
    run("TrainVectorClassifier", "-io.vd", "learn.gpkg", "-valid.vd", "ask.gpkg", "-cfield", "label", "-feat", "value_*",
        "-classifier.rf.max", 25, "-classifier.rf.min", 5, "-classifier.rf.acc", 0, "-classifier.rf.nbtrees", 60, "-io.out",
        f"{split}.cers", "-io.confmatout", f"{split}_matrix.csv")
    accuracy[split] = accuracy_of(matrix_of(f"{split}_matrix.csv")[1])
gate(f"a split by pixel flatters ({accuracy['by_pixel']:.3f} against {accuracy['by_polygon']:.3f} by polygon), by",
     accuracy["by_pixel"] - accuracy["by_polygon"], 0.03, 1.0)
test.finish()
