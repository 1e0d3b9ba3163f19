# SPDX-License-Identifier: Apache-2.0
"""Scores of maps and of probabilities that the land-cover tests share, and which classes and pixels they are of."""
import collections
import json

import numpy as np
from osgeo import gdal, ogr

LEAST_POLYGONS = 10  # a class of fewer is starved: its F1 says how few they are, not how hard it is
PER_POLYGON = 30  # pixels, at most: as surveys sample


def learnable(reference):
    """Codes of classes that enough reference polygons truly are of: others are there by wrong labels, or starved."""
    with open(reference, encoding="utf-8") as file:
        polygons = json.load(file)["features"]
    count = collections.Counter(polygon["properties"]["class"] for polygon in polygons)
    return sorted(code for code, polygons in count.items() if polygons >= LEAST_POLYGONS)


def read(path):
    """All bands of a raster."""
    return gdal.Open(path).ReadAsArray()


def f1_of(said, there, codes):
    """F1 of the classes asked, by code."""
    return {int(code): 2 * float(((said == code) & (there == code)).sum()) /
            max(1, int((said == code).sum() + (there == code).sum())) for code in codes}


def burnt(path, grid, field):
    """A field of polygons on the grid of a raster, 0 elsewhere."""
    source = ogr.Open(path)
    raster = gdal.GetDriverByName("MEM").Create("", grid.RasterXSize, grid.RasterYSize, 1, gdal.GDT_Int32)
    raster.SetGeoTransform(grid.GetGeoTransform())
    raster.SetProjection(grid.GetProjection())
    gdal.RasterizeLayer(raster, [1], source.GetLayer(), options=[f"ATTRIBUTE={field}"])
    return raster.ReadAsArray()


def centres(grid, places, fields):
    """GeoJSON of the middles of pixels, given as places in the raster, with whole numbers in their fields."""
    x0, dx, _, y0, _, dy = grid.GetGeoTransform()
    lines, columns = np.divmod(places, grid.RasterXSize)
    features = [{"type": "Feature", "properties": {name: int(values[i]) for name, values in fields.items()},
                 "geometry": {"type": "Point", "coordinates": [x0 + (c + 0.5) * dx, y0 + (r + 0.5) * dy]}}
                for i, (r, c) in enumerate(zip(lines.tolist(), columns.tolist()))]
    code = grid.GetSpatialRef().GetAuthorityCode(None)
    return {"type": "FeatureCollection", "features": features,
            "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}}


def surveyed(polygons, random):
    """Pixels, as places in the raster of polygon numbers, of each polygon at most PER_POLYGON."""
    flat = polygons.ravel()
    order = random.permutation(np.flatnonzero(flat))
    order = order[np.argsort(flat[order], kind="stable")]
    starts = np.searchsorted(flat[order], flat[order])
    return order[np.arange(len(order)) - starts < PER_POLYGON]


def halves(polygons, labels, random):
    """Which pixels are trained with: whole polygons, half of those of each label; and as many pixels at random."""
    first = {p: labels[np.argmax(polygons == p)] for p in np.unique(polygons)}
    learn = set()
    for code in sorted(set(first.values())):
        own = [p for p, c in first.items() if c == code]
        learn.update(random.permutation(own)[: max(1, round(len(own) / 2))])
    by_polygon = np.isin(polygons, list(learn))
    return by_polygon, random.random(len(labels)) < by_polygon.mean()


def indicator(truth, codes):
    """1 where the truth is the class, [class, pixel]."""
    return (np.asarray(codes)[:, None] == truth).astype(float)


def brier_skill(stated, happened):
    """1 - Brier score / Brier score of the prevalences stated everywhere; of all classes together. [class, pixel]."""
    prevalence = happened.mean(axis=1)
    return 1 - ((stated - happened) ** 2).sum(axis=0).mean() / (prevalence * (1 - prevalence)).sum()


def class_skills(stated, happened):
    """The same of each class for itself."""
    prevalence = happened.mean(axis=1)
    return 1 - ((stated - happened) ** 2).mean(axis=1) / np.maximum(prevalence * (1 - prevalence), 1e-12)


def calibration_error(stated, happened, bins=10):
    """How far stated and observed shares differ on average, in bins of equal counts. One class, or one event."""
    order = np.argsort(stated, kind="stable")
    return float(sum(abs(stated[b].mean() - happened[b].mean()) * len(b) for b in np.array_split(order, bins)) /
                 len(order))


def classwise_error(stated, happened):
    """Mean of the calibration errors of the classes."""
    return float(np.mean([calibration_error(p, h) for p, h in zip(stated, happened)]))


def reliability(stated, happened, low=0.05, high=0.95, bins=10):
    """Mean stated and observed share of the bins of equal counts, of all classes together, where neither is certain."""
    inside = (stated >= low) & (stated <= high)
    p, h = stated[inside], happened[inside]
    order = np.argsort(p, kind="stable")
    return [(float(p[b].mean()), float(h[b].mean())) for b in np.array_split(order, bins)]


def winner_error(stated, happened):
    """Calibration error of what is stated of the class of the map."""
    winner = stated.argmax(axis=0)
    pixels = np.arange(stated.shape[1])
    return calibration_error(stated[winner, pixels], happened[winner, pixels])
