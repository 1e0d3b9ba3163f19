#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Two tiles that overlap, mapped whole in one run, and mapped again with the model of that run.

    tiles.py CERS FOLDER PIPELINES

Checked: the map holds both tiles; the model tells of its scenes, days and polygons; protected classes come through the
cleaning as they are; the probabilities are judged as MapAccuracy judges the written ones, and no block is decoded once more
for it; land-cover-map.yaml gives the same bytes from the written model and decodes each block once; what it shares with
land-cover.yaml is written alike in both.
"""
import filecmp
import glob
import json
import os
import sys

import harness
import seasons

np, gdal = harness.numpy_and_gdal()
from scores import read  # which needs them

pipelines = os.path.abspath(sys.argv[3])
test = harness.Test(*sys.argv[1:3])
run, check = test.run, test.check
SIDE = 256
PROTECTED = [6, 13]  # grassland and broadleaf wood, whose patches the cleaning would change


scenes = seasons.simulate(test, "season", "-tiles", "31TCH", "31TDH", first="2021-03-11", side=SIDE, seed=7, polygons=400,
                          count=6, revisit=30)
check("there are two tiles of six dates", len(scenes) == 12, len(scenes))
blocks = len(seasons.decoded_files(scenes))  # each file is one block
keys = ["-scenes", *scenes, "-days", 30, "-protect", *PROTECTED, "-record", "false"]
train = ["run", f"{pipelines}/land-cover.yaml", *keys, "-polygons", seasons.polygons_of("season"), "-field", "label",
         "-trees", 30, "-out.dir"]
run(*train, "one")
run(*train, "both", "-extent", "all")
check("each block is decoded at most twice, the probabilities judged", 0 < test.finished["blocks_decoded"] <= 2 * blocks,
      f"{test.finished['blocks_decoded']} of {blocks}")

# What the model tells of how it came about.
features, training = harness.model_header("both/forest.cers")["origin"]
given = features["inputs"][0]
check("the model names its scenes and their days", given["names"] == [os.path.basename(scene) for scene in scenes] and
      len(given["days"]) == 12 and given["days"][0] == "2021-03-11", given["days"])
options = {one["key"]: one["values"] for step in (features, training) for one in step["parameters"]}
check("how clouds were filled", features["app"] == "TimeSeriesFeatures" and options["step"] == ["30"] and
      options["extent"] == ["all"])
check("and its polygons", options["io.vd"] == [os.path.basename(seasons.polygons_of("season"))] and
      options["sample.vfn"] == ["label"], options["io.vd"])

# The grid holds both tiles from edge to edge: the corners are those of the scenes.
tiles = [gdal.Open(glob.glob(f"{scene}/*_FRE_B2.tif")[0]) for scene in scenes]
corners = {(t.GetGeoTransform()[0], t.GetGeoTransform()[3]) for t in tiles}
left, top = min(x for x, _ in corners), max(y for _, y in corners)
right, bottom = max(x for x, _ in corners) + 10 * SIDE, min(y for _, y in corners) - 10 * SIDE
whole = gdal.Open("both/landcover.tif")
check("the map holds both tiles", len(corners) == 2 and whole.GetGeoTransform()[0] == left and
      whole.GetGeoTransform()[3] == top and whole.RasterXSize == (right - left) / 10 and
      whole.RasterYSize == (top - bottom) / 10, f"{whole.RasterXSize} x {whole.RasterYSize}")
check("without -extent all it holds one", read("one/landcover.tif").shape == (SIDE, SIDE))
cleaned, raw, validity = (read(f"both/{n}.tif") for n in ("landcover", "landcover_raw", "validity"))
for x, y in sorted(corners):
    column, row = int((x - left) / 10), int((top - y) / 10)
    own = np.s_[row:row + SIDE, column:column + SIDE]
    seen = validity[own] > 0
    check(f"the tile at {x:.0f} is mapped wherever it is seen", seen.mean() > 0.9 and (raw[own][seen] > 0).all(),
          f"{seen.mean():.3f} seen")
check("protected classes are as they were, none more, none less",
      all(np.array_equal(raw == code, cleaned == code) and (raw == code).any() for code in PROTECTED))
check("the others are cleaned", (raw != cleaned).sum() > 100, f"{(raw != cleaned).sum()} pixels")

# The model in a file: one sweep, the same bytes.
apply = ["run", f"{pipelines}/land-cover-map.yaml", "-model", "both/forest.cers", "-extent", "all", *keys, "-out.dir"]
run(*apply, "again")
check("with the model each block is decoded once", test.finished["blocks_decoded"] == blocks,
      f"{test.finished['blocks_decoded']} of {blocks}")
for name in ("landcover.tif", "landcover_raw.tif", "confidence.tif", "validity.tif"):
    check(f"{name} has the bytes of the training run", filecmp.cmp(f"both/{name}", f"again/{name}", shallow=False))
run(*apply, "plain", "-unit", 2, *["-start", "2021-03-11", "-stop", "2021-08-08"])
check("days that are said are those of the model", np.array_equal(read("plain/landcover_raw.tif"), raw))
at = apply.index("-protect")
run(*apply[:at], *apply[at + 1 + len(PROTECTED):], "unprotected")
loose = read("unprotected/landcover.tif")
check("unprotected they change", all(not np.array_equal(raw == code, loose == code) for code in PROTECTED))

# What a pipeline says of the probabilities that a step makes is what is said of those that are written.
seasons.write_pipeline("shares", "extent: all, step: 30", """
{id: classify, app: ImageClassifier, in: features.out, model: $model}
{id: clean, app: MinimumMappingUnit, in: classify.out, threshold: 10}
{id: judge, app: MapAccuracy, in: clean.out, ref: vector, ref.vector.in: both/kept_polygons.gpkg, ref.vector.field: code, mode: agreement, probamap: classify.probamap}
""", """
map: {from: clean.out, to: map.tif}
shares: {from: classify.probamap, to: shares.tif, type: float}
scores: {from: judge.out, to: judged.json}
""", "model: {}")
run("run", "shares.yaml", "-scenes", *scenes, "-model", "both/forest.cers", "-out.dir", "written")
check("nor is a block decoded twice for it", test.finished["blocks_decoded"] == blocks, test.finished["blocks_decoded"])
run("MapAccuracy", "-in", "written/map.tif", "-ref", "vector", "-ref.vector.in", "both/kept_polygons.gpkg",
    "-ref.vector.field", "code", "-mode", "agreement", "-probamap", "written/shares.tif", "-out", "written/scores.json")
judged, later = (json.load(open(path)) for path in ("written/judged.json", "written/scores.json"))
check("probabilities are judged alike in the run and by themselves", judged["probabilities"] == later["probabilities"],
      f"Brier skill {judged['probabilities']['brier_skill']:.3f}")
check("so is the map", judged["matrix"] == later["matrix"] and judged["overall_accuracy"] == later["overall_accuracy"])
scores = json.load(open("both/agreement_scores.json"))["probabilities"]
check("the land-cover pipeline tells whether its shares are probabilities", 0 < scores["brier_skill"] < 1 and
      len(scores["most_probable_class"]["reliability"]) > 5, f"Brier skill {scores['brier_skill']:.3f}")
page = open("both/agreement.html").read()
check("the page shows the reliability curve", "Reliability of the most probable class" in page and "Brier" in page)

# One pipeline is part of the other: their common lines may not drift apart.
lines = [set(open(f"{pipelines}/{n}.yaml").read().splitlines()) for n in ("land-cover", "land-cover-map")]
own = [line for line in lines[1] - lines[0] if not line.startswith(("name:", "doc:", "  model:", "  names:"))]
check("what both pipelines do is written alike", len(own) == 1 and own[0].startswith("  - {id: classify"), own)
test.finish()
