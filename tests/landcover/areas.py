#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the intervals of areas hold: a map of a simulated season, and samples of it drawn again and again.

    areas.py CERS FOLDER [REPLICATES] [UNITS]

SamplingDesign draws units in the map, the truth is what is seen there, MapAccuracy estimates; the true shares are counted
in all pixels. Asked: 93.5 to 96.5 of a hundred intervals of overall accuracy cover the truth, and of the areas of classes
that have normal intervals in nearly all samples; at least 93.5 for each class that mostly has 50 units, whatever the interval.
± 1.96 standard errors must fail for some of these: else the scene is too easy for the question.
"""
import collections
import csv
import json
import os
import sys

import harness

try:
    import numpy as np
    from osgeo import gdal
except ImportError as lacking:
    print(f"skipped: {lacking} (Debian package: python3-gdal)")
    sys.exit(77)
gdal.UseExceptions()

replicates, units = (int(v) for v in (sys.argv[3:] + ["2000", "500"][len(sys.argv) - 3:]))
test = harness.Test(*sys.argv[1:3])
run, check, gate = test.run, test.check, test.gate

run("simulate", "-side", 256, "-seed", 7, "-date", "2021-01-10", "-count", 12, "-revisit", 30, "-weather", "drawn",
    "-snowline", 2500, "-polygons", 300, "-out", "season")
scenes = sorted(os.path.join("season", n) for n in os.listdir("season") if n.startswith("SENTINEL2"))
pipeline = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../pipelines/land-cover.yaml")
run("run", pipeline, "-scenes", *scenes, "-polygons", "season/reference_polygons.geojson", "-field", "label", "-days", 30,
    "-trees", 60, "-out.dir", "map", "-record", "false")
file = gdal.Open("map/landcover.tif")
west, side, _, north, _, _ = file.GetGeoTransform()
mapped = file.ReadAsArray()
truth = gdal.Open("season/TRUTH_2021-01-10/TRUTH_class.tif").ReadAsArray()
true_share = {int(code): (truth[mapped > 0] == code).mean() for code in np.unique(truth)}
true_overall = (truth == mapped)[mapped > 0].mean()
print(f"accuracy {true_overall:.3f}, {len(np.unique(mapped[mapped > 0]))} classes mapped, {len(true_share)} there")


def together(app, key, steps):
    """All steps in one run: the map is read once. `steps`: what each is told, and the file of its answer."""
    with open("steps.yaml", "w", encoding="utf-8") as text:
        text.write("cers: 1\nname: steps\ninputs:\n  map: {kind: raster}\nsteps:\n")
        text.writelines(f"  - {{id: s{i}, app: {app}, in: map, {told}}}\n" for i, (told, _) in enumerate(steps))
        text.write("outputs:\n")
        text.writelines(f"  o{i}: {{from: s{i}.{key}, to: {name}}}\n" for i, (_, name) in enumerate(steps))
    run("run", "steps.yaml", "-map", "map/landcover.tif", "-out.dir", ".", "-record", "false")


def replicate(seeds):
    """What MapAccuracy tells of the samples of some seeds."""
    together("SamplingDesign", "out.csv", [(f"units: {units}, seed: {k}", f"drawn{k}.csv") for k in seeds])
    for k in seeds:
        with open(f"drawn{k}.csv", encoding="utf-8") as drawn, open(f"seen{k}.csv", "w", encoding="utf-8") as seen:
            seen.write("id,x,y,seen\n")
            for one in csv.DictReader(drawn):
                row, column = int((north - float(one["y"])) / side), int((float(one["x"]) - west) / side)
                seen.write(f"{one['id']},{one['x']},{one['y']},{truth[row, column]}\n")
    together("MapAccuracy", "out", [(f"ref: vector, ref.vector.in: seen{k}.csv, ref.vector.field: seen", f"answer{k}.json")
                                    for k in seeds])
    for k in seeds:
        with open(f"answer{k}.json", encoding="utf-8") as answer:
            yield json.load(answer)


def holds(estimate, value):
    return estimate["low"] <= value <= estimate["high"]


class Counts:
    def __init__(self):
        self.found, self.enough, self.normal, self.normal_good, self.good, self.simple = 0, 0, 0, 0, 0, 0


overall = 0
classes = collections.defaultdict(Counts)
for first in range(1, replicates + 1, 50):
    for told in replicate(range(first, min(first + 50, replicates + 1))):
        overall += holds(told["overall_accuracy"], true_overall)
        for one in told["classes"]:
            count, area, share = classes[one["code"]], one["area_share"], true_share.get(one["code"], 0)
            good = holds(area, share)
            count.found += 1
            count.enough += one["reference_units"] >= 50
            count.good += good
            count.simple += abs(area["value"] - share) <= 1.96 * area["standard_error"]
            count.normal += area["interval"] == "normal"
            count.normal_good += good and area["interval"] == "normal"

gate("overall accuracy is covered", overall / replicates, 0.935, 0.965)
too_narrow = []
for code, count in sorted(classes.items()):
    simple, good = count.simple / count.found, count.good / count.found
    print(f"class {code}: true share {true_share.get(code, 0):.4f}, in {count.found} samples, 50 units in {count.enough}, normal in "
          f"{count.normal}; covered by ± 1.96 SE {simple:.3f}, by what is told {good:.3f}")
    if count.normal > replicates / 2:  # samples that underrate a class are judged away: of the others more may cover
        gate(f"class {code}: its normal intervals cover", count.normal_good / count.normal, 0.935,
             0.965 if count.normal > 0.99 * replicates else 1)
    if count.enough > replicates / 2:
        gate(f"class {code}: its intervals cover", good, 0.935, 1)
        too_narrow += [code] if simple < 0.9 else []
check("± 1.96 standard errors would be too narrow for some", len(too_narrow) > 0, too_narrow)
test.finish()
