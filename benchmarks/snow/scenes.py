# SPDX-License-Identifier: Apache-2.0
"""Simulated scenes by case, made once in a folder and kept, and the snow masks that profiles make of them."""
import glob
import hashlib
import os
import shutil
import subprocess
import sys

import numpy as np
from osgeo import gdal

gdal.UseExceptions()

# What is hard: knobs of the simulator. Dates alternate between December, February and April unless a case sets them.
CASES = {
    "mixed winter": [],
    "cold cloud missing from the mask": ["-knob.coldcloud", "1", "-clouds", "1.6", "-knob.missthick", "0.5",
                                         "-knob.missoversnow", "0.6"],
    "snow edges masked as cloud": ["-knob.snowascloud", "0.07"],
    "shaded slopes": ["-knob.relief", "3600", "-knob.plains", "0.1", "-date", "2017-12-20"],
    "forest": ["-knob.relief", "1500", "-knob.plains", "0.2", "-snowline", "700"],
    "partial swath": ["-knob.swathcut", "0.6"],
    "weather as drawn": ["-weather", "drawn"],
    "almost no snow": ["-snowline", "3300", "-date", "2018-05-17"],
    # Frozen above the freezing level of the date, turbid where rain or melt washed sediment in.
    "turbid and frozen lakes": ["-knob.lakes", "1", "-knob.lakecell", "1500", "-knob.relief", "900",
                                "-knob.plains", "0.2", "-snowline", "500"],
}
# Metres by which the plains of a recipe lie above those of the others: the snow lines of cases lie higher by as much.
HIGHER = {"continental": 1580}
DATES = ["2017-12-13", "2018-02-11", "2018-04-17"]
PROFILES = {"lis15": ["-profile", "lis15"], "standard": []}
# Beside the profiles: other ways to run the default profile where a case asks for them.
VARIANTS = {"shaded slopes": {"standard, -shade terrain": ["-shade", "terrain"]}}
TRUTHS = ("snow_viewable", "snow_ground", "cloud", "shadow", "tree_cover", "terrain_shadow", "water", "class")


def fresh(cers, folder):
    """Empties the folder of scenes that another program made, for tests: theirs must not outlive a change of it."""
    with open(cers, "rb") as file:
        maker = hashlib.sha256(file.read()).hexdigest()
    note = os.path.join(folder, "made_by.txt")
    if not os.path.isfile(note) or open(note, encoding="utf-8").read() != maker:
        if os.path.isdir(folder):
            shutil.rmtree(folder)
        os.makedirs(folder)
        with open(note, "w", encoding="utf-8") as file:
            file.write(maker)


def read(pattern):
    return gdal.Open(glob.glob(pattern)[0]).ReadAsArray()


def run(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}\n{done.stderr}")


def fill_voids(given, filled):
    """Let-it-snow takes a void for an altitude, so its users fill them first."""
    copy = gdal.GetDriverByName("GTiff").CreateCopy(filled, gdal.Open(given))
    gdal.FillNodata(copy.GetRasterBand(1), None, 100, 0)
    copy.GetRasterBand(1).DeleteNoDataValue()


def place(folder, recipe, case, seed):
    return os.path.join(folder, recipe, case.replace(" ", "_"), str(seed))


def simulated(cers, folder, recipe, case, seed):
    """The folder of the scene; simulated unless it is there."""
    path = place(folder, recipe, case, seed)
    knobs = list(CASES[case])
    if "-snowline" in knobs:
        at = knobs.index("-snowline") + 1
        knobs[at] = str(int(knobs[at]) + HIGHER.get(recipe, 0))
    if not os.path.isdir(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        date = [] if "-date" in knobs else ["-date", DATES[seed % len(DATES)]]
        run([cers, "SimulateScene", "-size", "tile", "-side", "1024", "-recipe", recipe, "-seed", str(seed),
             "-products", "muscate", "-threads", "1", "-progress", "0", "-out", path] + date + knobs)
    return path


def product_of(path):
    return glob.glob(path + "/SENTINEL2*")[0]


def dem_of(path):
    return glob.glob(path + "/TRUTH*/DEM.tif")[0]


def truth_of(path):
    """At 20 m. A surface that does not fill its pixel at all four of 10 m is 0."""
    truth = {key: read(f"{path}/TRUTH*/TRUTH_{key}.tif") for key in TRUTHS}
    fine = truth["class"]
    parts = fine.reshape(fine.shape[0] // 2, 2, fine.shape[1] // 2, 2)
    truth["class"] = np.where(parts.min((1, 3)) == parts.max((1, 3)), fine[::2, ::2], 0)
    return truth


def surfaces_of(path):
    """Codes of TRUTH_class by name."""
    with open(glob.glob(path + "/TRUTH*/CLASSES.csv")[0]) as file:
        rows = [line.split(",") for line in file.read().splitlines()[1:]]
    return {row[1]: int(row[0]) for row in rows}


def layers(cers, application, arguments, stem, wanted):
    """Runs an application on one thread and gives the rasters that it writes, by key of its outputs."""
    outputs = {key: f"{stem}-{key.replace('.', '-')}.tif" for key in wanted}
    run([cers, application, *arguments, "-threads", "1", "-progress", "0"]
        + [part for key, file in outputs.items() for part in ("-" + key, file)])
    result = {key: gdal.Open(file).ReadAsArray() for key, file in outputs.items()}
    for file in outputs.values():
        for leftover in glob.glob(file[:-4] + "*"):
            os.remove(leftover)
    return result


def stem_of(folder, recipe, case, seed, name):
    return os.path.join(folder, f"{recipe}-{case}-{seed}-{name}".replace(" ", "_").replace(",", ""))


def scene(cers, folder, recipe, case, seed):
    """Truth of one scene and masks by profile and by variant of the case."""
    path = simulated(cers, folder, recipe, case, seed)
    filled = path + "/filled_dem.tif"
    if not os.path.exists(filled):
        fill_voids(dem_of(path), filled)
    masks = {}
    for name, options in {**PROFILES, **(VARIANTS.get(case, {}) if "standard" in PROFILES else {})}.items():
        dem = filled if name == "lis15" else dem_of(path)
        masks[name] = layers(cers, "SnowMask", ["-in", product_of(path), "-dem", dem, *options],
                             stem_of(folder, recipe, case, seed, name), ["out"])["out"]
    truth = truth_of(path)
    truth["surfaces"] = surfaces_of(path)
    return truth, masks


def reflectance(path, name):
    """Of a band, corrected for slope, at 20 m; NaN is missing."""
    values = read(f"{product_of(path)}/*_FRE_{name}.tif").astype(np.float32)
    values[values == -10000] = np.nan
    if name in ("B2", "B3", "B4", "B8"):
        height, width = values.shape
        values = values.reshape(height // 2, 2, width // 2, 2).mean((1, 3))
    return values / 10000
