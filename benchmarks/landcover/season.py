#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a land-cover map costs by dates, pixels, trees and features, and where it goes.

  benchmarks/landcover/season.py CERS WORK [SIDE=512] [DATES=70]

Simulates a season once (SIDE x SIDE pixels of 10 m, DATES products of ten bands), then measures processor seconds and
peak memory of the whole pipeline (pipelines/land-cover.yaml) and of its parts by themselves: decoding, decoding with gap
filling and features, the same where samples lie, training and the forest over a file of the features, cleaning. What it
takes to read that file is taken off both, for the whole run reads none. Prints the map with a given model over the sum of
its parts and the whole run over the sum of all parts, neither of which may exceed 1.3, and what follows for a full tile.

The map of France has 23 classes, a simulated world fewer: polygons of its most frequent classes get two codes in turn, so that
the forest has as many. That makes cost, not sense: accuracy is no matter here.
"""
import datetime
import os
import shutil
import subprocess
import sys
import time

from osgeo import gdal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "landcover"))
import seasons

cers, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
side = int(sys.argv[3]) if len(sys.argv) > 3 else 512
dates = int(sys.argv[4]) if len(sys.argv) > 4 else 70
pipelines = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "pipelines")
os.makedirs(work, exist_ok=True)
os.chdir(work)


def run(*command, threads=2, ram=700):
    """Wall seconds, processor seconds, peak megabytes of one command."""
    line = [cers, *map(str, command), "-progress", "0", "-record", "false", "-threads", str(threads), "-ram", str(ram)]
    before = time.perf_counter()
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - before
    if status != 0:
        sys.exit(f"{' '.join(line)}\n{text[-2000:]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def best(*command, **options):
    """The run of least processor time of three."""
    return min((run(*command, **options) for _ in range(3)), key=lambda r: r[1])


def season(side):
    """Its scenes in order and its polygons; simulated once."""
    name = f"season-{side}-{dates}"
    if not os.path.isdir(name):
        step = max(1, 360 // dates)
        os.makedirs(name + ".making", exist_ok=True)
        for first in range(0, dates, 10):  # in parts: the plan of a whole season is long
            day = datetime.date(2021, 1, 3) + datetime.timedelta(days=first * step)
            run("simulate", "-side", side, "-seed", 7, "-date", day.isoformat(), "-count", min(10, dates - first),
                "-revisit", step, "-weather", "drawn", "-polygons", 500, "-snowline", 2500, "-truth", "false", "-out",
                "part", ram=6000)
            for item in os.listdir("part"):
                os.replace(f"part/{item}", f"{name}.making/{item}")
            shutil.rmtree("part")
        os.rename(name + ".making", name)
    items = sorted(os.listdir(name))
    return ([f"{name}/{item}" for item in items if item.startswith("SENTINEL2")],
            [f"{name}/{item}" for item in items if item.endswith(".geojson")][0])


scenes, polygons = season(side)
polygons = seasons.with_codes(polygons, "polygons.geojson", 23)


def whole(images, reference, trees=100, days=10, out="other"):
    return best("run", f"{pipelines}/land-cover.yaml", "-scenes", *images, "-polygons", reference, "-field", "label",
                "-trees", trees, "-days", days, "-out.dir", out)


def mapped(images, model):
    seasons.write_pipeline("map-only", "step: 10", """
{id: classify, app: ImageClassifier, in: features.out, model: $model}
""", """
map: {from: classify.out, to: landcover.tif, type: uint8}
confidence: {from: classify.confidence, to: confidence.tif, type: uint8}
validity: {from: features.out.count, to: validity.tif, type: uint16}
""", "model: {}")
    return best("run", "map-only.yaml", "-scenes", *images, "-model", model, "-out.dir", "mapped")


def show(what, result):
    print(f"{what:52s} {result[0]:7.2f} s wall  {result[1]:7.2f} s processor  {result[2]:6.0f} MB")


print(f"{side} x {side} pixels, {dates} dates of ten bands, values every 10 days, 2 threads, -ram 700")
all_of_it = whole(scenes, polygons, out="map")
show("samples, training and map in one run", all_of_it)
model = os.path.join(work, "map", "forest.cers")
by_model = mapped(scenes, model)
show("map with a given model", by_model)

decode = best("TemporalGapFill", "-il", *scenes, "-out.count", "count.tif")
show("decoding, masks and validity alone", decode)
seasons.write_pipeline("features-only", "step: 10", "{id: one, app: ExtractROI, in: features.out, cl: [Channel1]}",
                       "one: {from: one, to: one.tif}")
filled = best("run", "features-only.yaml", "-scenes", *scenes)
show("with gap filling and features", filled)

# Every twentieth pixel of the polygons, few enough that writing them costs nothing: they lie in the blocks of the samples.
run("PolygonClassStatistics", "-in", "count.tif", "-vec", polygons, "-field", "label", "-out", "classes.xml")
run("SampleSelection", "-in", "count.tif", "-vec", polygons, "-instats", "classes.xml", "-field", "label",
    "-strategy", "percent", "-strategy.percent.p", 0.05, "-out", "points.gpkg")
seasons.write_pipeline("points-only", "step: 10", """
{id: one, app: ExtractROI, in: features.out, cl: [Channel1]}
{id: values, app: SampleExtraction, in: one.out, vec: points.gpkg, field: label}
""", "values: {from: values.out, to: values.gpkg}")
sampled = best("run", "points-only.yaml", "-scenes", *scenes)
show("the same in blocks that hold samples", sampled)

# Training and forest over a file of the same features, uncompressed. The keys are those of land-cover.yaml; a tree of one
# split takes what reading takes.
run("TimeSeriesFeatures", "-il", *scenes, "-step", 10, "-out",
    "stack.tif?&gdal:co:COMPRESS=NONE&gdal:co:INTERLEAVE=BAND", ram=6000)


def trained(trees, depth, out):
    return best("TrainImagesClassifier", "-io.il", "stack.tif", "-io.vd", polygons, "-sample.vfn", "label",
                "-sample.mt", 2000, "-sample.mv", 2000, "-sample.bm", 0, "-sample.vtr", 0.3, "-classifier.rf.max", depth,
                "-classifier.rf.min", 5, "-classifier.rf.acc", 0, "-classifier.rf.nbtrees", trees, "-io.out", out,
                "-io.confmatout", "matrix.csv", "-io.report", "report.html", "-io.kept", "kept.gpkg", ram=6000)


def classified(by):
    return best("ImageClassifier", "-in", "stack.tif", "-model", by, "-out", "c.tif", "-confidence", "cc.tif", ram=6000)


training = trained(100, 25, "trained.cers")
trained(1, 1, "stump.cers")
reading = classified("stump.cers")
forest = classified("trained.cers")
bands = gdal.Open("stack.tif").RasterCount
show(f"reading {bands} features from a file", reading)
show("training, with reading", training)
show("forest, with reading", forest)
vote = best("ClassificationMapRegularization", "-io.in", "c.tif", "-ip.radius", 1, "-io.out", "vote.tif")
sieve = best("MinimumMappingUnit", "-in", "vote.tif", "-threshold", 10, "-connectivity", 8, "-out", "clean.tif")
show("vote and sieve", [a + b for a, b in zip(vote[:2], sieve[:2])] + [max(vote[2], sieve[2])])

mapping = filled[1] + forest[1] - reading[1]
parts = sampled[1] + training[1] - reading[1] + mapping + vote[1] + sieve[1]
print(f"map with a given model / (decoding, filling, features + forest): {by_model[1] / mapping:.2f} x")
print(f"the whole run / all parts: {all_of_it[1] / parts:.2f} x")
if by_model[1] > 1.3 * mapping or all_of_it[1] > 1.3 * parts:
    sys.exit("more than 1.3 times its parts")

per_pixel = 1e6 / side ** 2
print(f"microseconds of processor a pixel: decoding {decode[1] * per_pixel:.1f}, filling and features "
      f"{(filled[1] - decode[1]) * per_pixel:.1f}, forest {(forest[1] - reading[1]) * per_pixel:.1f}")
tile = 10980 ** 2
print(f"a full tile of 10 980 x 10 980 at this rate: {by_model[1] * per_pixel * tile / 1e6 / 3600:.2f} hours of one core")

# What was timed must be one map.
maps = [gdal.Open(name).ReadAsArray() for name in ("map/landcover_raw.tif", "mapped/landcover.tif", "c.tif")]
if not all((one == maps[0]).all() for one in maps):
    sys.exit("the map of the whole run, of the model alone and of the features in a file differ")
print("the three maps are equal")

print("the whole run by dates:")
for count in sorted({max(4, dates // 4), dates // 2, dates}):
    show(f"  {count} dates", whole(scenes[:: dates // count][:count], polygons))
print("by features:")
for days in (40, 20, 10):
    show(f"  a value every {days} days", whole(scenes, polygons, days=days))
print("by trees:")
for trees in (25, 50, 100):
    show(f"  {trees} trees", whole(scenes, polygons, trees))
print("by pixels:")
half, half_polygons = season(side // 2)
show(f"  {side // 2} x {side // 2}", whole(half, half_polygons))
show(f"  {side} x {side}", all_of_it)
