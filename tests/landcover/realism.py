#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Land cover of a simulated season by a random forest: are the scenes as hard as real ones?

    realism.py CERS FOLDER [--side 768] [--polygons 900] [--seeds 1 2] [--recipes standard alternative maritime]

A season of MUSCATE products is simulated, its bands and NDVI are filled linearly over clouds of the products' own mask
onto one date in 15 days, pixels of reference polygons are sampled with the surveyor's labels, and OTB's forest (100
trees, depth 25, 5 samples a leaf, as OSO's maps) is trained on half of them. Held-out pixels are scored against the
surveyor's labels and against the truth. Gates, from what is published of OSO (Inglada et al. 2017): accuracy 0.78 to
0.92 where whole polygons are held out, some class with F1 below 0.6 that has polygons enough to be learned, and 3 points
more when pixels are held out instead. docs/design/land-cover.md holds the figures of all recipes.
The season is made once in FOLDER and kept until another program or other arguments make it: an older or unfinished one
is wiped. Exit code 77 when numpy, GDAL or OTB is absent.
"""
import argparse
import glob
import hashlib
import os
import shutil
import subprocess
import sys

try:
    import numpy as np
    from osgeo import gdal, ogr, osr

    import scores
except ImportError as lacking:
    print(f"skipped: {lacking} (Debian package: python3-gdal)")
    sys.exit(77)

gdal.UseExceptions()
ogr.UseExceptions()

BANDS = ["B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"]
STEP = 15  # days between the filled dates


def run(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def maker_of(cers):
    """Digests of the program and of this script: a season of others is stale."""
    digests = []
    for path in (cers, __file__):
        with open(path, "rb") as file:
            digests.append(hashlib.sha256(file.read()).hexdigest())
    return " ".join(digests)


def season(cers, folder, recipe, seed, side, polygons):
    path = os.path.join(folder, f"{recipe}-{seed}-{side}-{polygons}")
    made_by = os.path.join(path, "made_by.txt")
    maker = maker_of(cers)
    if not os.path.isfile(made_by) or open(made_by, encoding="utf-8").read() != maker:
        shutil.rmtree(path, ignore_errors=True)
        common = [cers, "SimulateScene", "-size", "tile", "-side", str(side), "-recipe", recipe, "-seed", str(seed),
                  "-weather", "drawn", "-knob.relief", "1500", "-knob.plains", "0.5", "-progress", "0"]
        os.makedirs(path)
        for part in range(4):  # quarters of a year, each its own run: less memory
            first = (np.datetime64("2018-01-05") + 90 * part).item().isoformat()
            run(common + ["-date", first, "-revisit", "10", "-count", "9", "-truth", "false",
                          "-polygons", str(polygons) if part == 0 else "0", "-out", f"{path}/{part}"])
        run(common + ["-date", "2018-06-20", "-products", "landsat", "-out", path + "/truth"])
        with open(made_by, "w", encoding="utf-8") as file:  # last: an unfinished season has none
            file.write(maker)
    return path


def read(path):
    return gdal.Open(path).ReadAsArray()


def stack(path):
    """Reflectance of the ten bands on the 10 m grid by date, and where each date is clear."""
    days, images, clear = [], [], []
    for product in sorted(glob.glob(path + "/*/SENTINEL2*"), key=os.path.basename):
        layers = []
        for band in BANDS:
            values = read(glob.glob(f"{product}/*_FRE_{band}.tif")[0]).astype(np.float32)
            if band not in ("B2", "B3", "B4", "B8"):
                values = values.repeat(2, 0).repeat(2, 1)
            layers.append(values * 1e-4)
        cube = np.stack(layers)
        mask = read(glob.glob(product + "/MASKS/*CLM_R1.tif")[0])
        name = os.path.basename(product).split("_")[1]
        days.append(np.datetime64(f"{name[:4]}-{name[4:6]}-{name[6:8]}"))
        images.append(cube)
        clear.append((mask == 0) & (cube[0] > -0.9))
    days = np.array([int((day - np.datetime64(f"{str(days[0])[:4]}-01-01")).astype(int)) for day in days])
    return days, np.stack(images), np.stack(clear)


def filled(days, images, clear, wanted):
    """Linear in time between clear dates; the nearest clear date beyond them."""
    count = len(days)
    before = np.where(clear, np.arange(count)[:, None], -1)
    before = np.maximum.accumulate(before, 0)
    after = np.where(clear, np.arange(count)[:, None], count)
    after = np.minimum.accumulate(after[::-1], 0)[::-1]
    out = np.zeros((len(wanted),) + images.shape[1:], np.float32)
    for i, day in enumerate(wanted):
        at = np.searchsorted(days, day, side="right") - 1
        p = before[max(at, 0)] if at >= 0 else np.full(clear.shape[1], -1)
        n = after[min(at + 1, count - 1)] if at + 1 < count else np.full(clear.shape[1], count)
        p, n = np.where(p < 0, n, p), np.where(n >= count, p, n)
        lost = (p < 0) | (p >= count)
        p, n = np.where(lost, 0, p), np.where(lost, 0, n)
        pixels = np.arange(clear.shape[1])
        span = np.maximum(1, days[n] - days[p])
        weight = np.clip((day - days[p]) / span, 0, 1).astype(np.float32)
        out[i] = images[p, :, pixels].T * (1 - weight) + images[n, :, pixels].T * weight
    return out


def samples(path, random):
    """Features, label, truth and polygon of the pixels sampled."""
    reference = path + "/0/reference_polygons.geojson"
    grid = gdal.Open(glob.glob(path + "/*/SENTINEL2*/*_FRE_B2.tif")[0])
    polygons = scores.burnt(reference, grid, "id")
    labels = scores.burnt(reference, grid, "label")
    truth = read(glob.glob(path + "/truth/TRUTH*/TRUTH_class.tif")[0])
    flat = polygons.ravel()
    chosen = scores.surveyed(polygons, random)
    days, images, clear = stack(path)
    pick = images.reshape(images.shape[0], images.shape[1], -1)[:, :, chosen]
    good = clear.reshape(clear.shape[0], -1)[:, chosen]
    wanted = np.arange(15, 350, STEP)
    cube = filled(days, pick, good, wanted)
    red, infrared = cube[:, 2], cube[:, 6]
    ndvi = (infrared - red) / np.maximum(0.01, infrared + red)
    features = np.concatenate([cube.reshape(-1, len(chosen)), ndvi]).T
    print(f"  {len(days)} dates, clear on average {good.mean():.2f}; {len(np.unique(flat[chosen]))} polygons, "
          f"{len(chosen)} pixels, {features.shape[1]} features")
    return features, labels.ravel()[chosen], truth.ravel()[chosen], flat[chosen]


def write_table(path, features, labels):
    """A table in OTB's own format for vectors: SQLite, without geometry of meaning."""
    if os.path.exists(path):
        os.remove(path)
    place = osr.SpatialReference()
    place.ImportFromEPSG(32632)
    dataset = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(path)
    layer = dataset.CreateLayer(os.path.basename(path)[:-4], place, ogr.wkbPoint)
    layer.CreateField(ogr.FieldDefn("code", ogr.OFTInteger))
    for f in range(features.shape[1]):
        field = ogr.FieldDefn(f"f{f}", ogr.OFTReal)
        field.SetWidth(9)
        field.SetPrecision(4)
        layer.CreateField(field)
    definition = layer.GetLayerDefn()
    for row, label in zip(features, labels):
        feature = ogr.Feature(definition)
        feature.SetField(0, int(label))
        for f, value in enumerate(row):
            feature.SetField(f + 1, float(value))
        feature.SetGeometry(ogr.CreateGeometryFromWkt("POINT (0 0)"))
        layer.CreateFeature(feature)
    dataset = None


def forest(folder, features, labels, train, test):
    """Labels that OTB's forest gives to the test samples."""
    learning, asked, told, model = (os.path.join(folder, name)
                                    for name in ("learn.shp", "ask.shp", "told.shp", "model.rf"))
    write_table(learning, features[train], labels[train])
    write_table(asked, features[test], labels[test])
    names = [f"f{f}" for f in range(features.shape[1])]
    run(["otbcli_TrainVectorClassifier", "-io.vd", learning, "-io.out", model, "-cfield", "code", "-feat"] + names +
        ["-classifier", "rf", "-classifier.rf.max", "25", "-classifier.rf.min", "5", "-classifier.rf.nbtrees", "100",
         "-rand", "1"])
    run(["otbcli_VectorClassifier", "-in", asked, "-model", model, "-cfield", "told", "-feat"] + names + ["-out", told])
    layer = ogr.Open(told)
    return np.array([int(feature.GetField("told")) for feature in layer.GetLayer()])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cers")
    parser.add_argument("folder")
    parser.add_argument("--side", type=int, default=768)
    parser.add_argument("--polygons", type=int, default=900)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--recipes", nargs="+", default=["standard"])
    options = parser.parse_args()
    if not shutil.which("otbcli_TrainVectorClassifier"):
        print("skipped: OTB is not installed (Debian package: otb-bin)")
        return 77
    os.makedirs(options.folder, exist_ok=True)
    failures = 0

    def gate(text, value, low, high):
        nonlocal failures
        good = low <= value <= high
        failures += not good
        print(f"{'ok  ' if good else 'FAIL'} {text}: {value:.3f} (asked: {low} to {high})")

    for recipe in options.recipes:
        found = {"polygon": [], "pixel": [], "truth": []}
        per_class = {}
        for seed in options.seeds:
            print(f"recipe {recipe}, seed {seed}")
            path = season(options.cers, options.folder, recipe, seed, options.side, options.polygons)
            random = np.random.default_rng(seed)
            features, labels, truth, polygons = samples(path, random)
            with open(glob.glob(path + "/truth/TRUTH*/CLASSES.csv")[0], encoding="utf-8") as table:
                names = dict(line.strip().split(",")[:2] for line in list(table)[1:])
            print(f"  labels that are wrong: {(labels != truth).mean():.3f} of the pixels")
            by_polygon, by_pixel = scores.halves(polygons, labels, random)  # as OSO's chain does, and as not to do
            known = scores.learnable(path + "/0/reference_polygons.geojson")
            for kind, train in (("polygon", by_polygon), ("pixel", by_pixel)):
                said = forest(options.folder, features, labels, train, ~train)
                accuracy, f1 = (said == labels[~train]).mean(), scores.f1_of(said, labels[~train], known)
                found[kind].append(accuracy)
                if kind == "polygon":
                    found["truth"].append((said == truth[~train]).mean())
                    for code, value in f1.items():
                        per_class.setdefault(code, []).append(value)
                print(f"  by {kind}: {accuracy:.3f} against labels, {(said == truth[~train]).mean():.3f} against truth")
        for code, values in sorted(per_class.items()):
            print(f"  F1 {names.get(str(code), code)}: {np.mean(values):.2f}")
        polygon, pixel = np.mean(found["polygon"]), np.mean(found["pixel"])
        gate(f"{recipe}: accuracy, polygons held out", polygon, 0.78, 0.92)
        gate(f"{recipe}: lowest F1 of a class", min(np.mean(v) for v in per_class.values()), 0.0, 0.6)
        gate(f"{recipe}: pixels held out less polygons held out", pixel - polygon, 0.03, 1.0)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
