# SPDX-License-Identifier: Apache-2.0
"""Simulated seasons that the land-cover tests share: how they are made and which of their files are read."""
import collections
import glob
import json
import sys


def simulate(test, name, *more, first, side, seed, polygons, count=18, revisit=20):
    """The scenes of a season in folder `name`, cloudy as it comes, with reference polygons beside them."""
    test.run("simulate", "-side", side, "-seed", seed, "-date", first, "-count", count, "-revisit", revisit, "-weather",
             "drawn", "-snowline", 2500, "-polygons", polygons, *more, "-out", name)
    return sorted(glob.glob(f"{name}/SENTINEL2*"))


def truth_of(name):
    """Folder of the truth of a season, that of its first scene."""
    return sorted(glob.glob(f"{name}/TRUTH*"))[0]


def polygons_of(name):
    """File of the reference polygons of a season."""
    return glob.glob(f"{name}/*.geojson")[0]


def decoded_files(scenes):
    """Bands and masks that the features need: ten bands, edge, cloud and saturation masks of their group."""
    return [file for scene in scenes for file in
            glob.glob(f"{scene}/*_FRE_B*.tif") + glob.glob(f"{scene}/MASKS/*_[CES][LDA][MGT]_R1.tif")]


def write_pipeline(name, features, steps, outputs, parameters=""):
    """NAME.yaml: features of scenes, by those options of TimeSeriesFeatures, and what follows: flow mappings of YAML, one
    a line."""
    def block(kind, lines, mark):
        return f"{kind}:\n" + "".join(f"  {mark}{line}\n" for line in lines.strip().splitlines()) if lines else ""
    with open(f"{name}.yaml", "w", encoding="utf-8") as file:
        file.write(f"cers: 1\nname: {name}\ninputs:\n  scenes: {{kind: product, list: true}}\n"
                   + block("parameters", parameters, "")
                   + block("steps", f"{{id: features, app: TimeSeriesFeatures, il: scenes, {features}}}\n{steps.strip()}", "- ")
                   + block("outputs", outputs, ""))


def blocks_of(file):
    """Columns and lines of blocks of a raster."""
    from osgeo import gdal
    band = gdal.Open(file).GetRasterBand(1)
    return tuple(-(-size // block) for size, block in zip((band.XSize, band.YSize), band.GetBlockSize()))


def with_codes(polygons, out, classes, other=100):
    """The polygons with so many classes, written as `out`: the map of France has 23 classes, a simulated world fewer, so
    every second polygon of the most frequent classes gets the code + `other`. That makes cost, not sense."""
    with open(polygons, encoding="utf-8") as file:
        layer = json.load(file)
    counts = collections.Counter(one["properties"]["label"] for one in layer["features"])
    split = [label for label, _ in counts.most_common(max(0, classes - len(counts)))]
    turn = collections.Counter()
    for one in layer["features"]:
        label = one["properties"]["label"]
        turn[label] += 1
        if label in split and turn[label] % 2 == 0:
            one["properties"]["label"] = label + other
    found = len({one["properties"]["label"] for one in layer["features"]})
    if found != classes:
        sys.exit(f"{polygons}: {found} classes, {classes} wanted")
    with open(out, "w", encoding="utf-8") as file:
        json.dump(layer, file)
    return out
