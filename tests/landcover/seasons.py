# SPDX-License-Identifier: Apache-2.0
"""Simulated seasons that the land-cover tests share: how they are made and which of their files are read."""
import glob


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
