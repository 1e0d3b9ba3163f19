# SPDX-License-Identifier: Apache-2.0
"""Mean NDVI of each commune: of the map that Cers made beside the same worked out from the product's files alone.

hole PRODUCT                    marks a square of the red band as missing
compare NDVI PRODUCT COMMUNES   compares, and judges whether the means are those of the Gers in October
"""
import glob
import sys

import numpy
from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ogr.UseExceptions()
NODATA = -10000
HOLE = slice(400, 700)


def band_file(product, name):
    (path,) = glob.glob(f"{product}/*_FRE_{name}.tif")
    return path


def hole(product):
    band = gdal.Open(band_file(product, "B4"), gdal.GA_Update)
    pixels = band.ReadAsArray()
    pixels[HOLE, HOLE] = NODATA
    band.WriteArray(pixels)


def ndvi_of(product):
    """By hand: DN / 10000, no offset, -10000 is missing."""
    files = [gdal.Open(band_file(product, name)) for name in ("B4", "B8")]
    stored = [file.ReadAsArray() for file in files]
    red, nir = (numpy.where(dn == NODATA, numpy.nan, dn / 10000.0) for dn in stored)
    return (nir - red) / (nir + red), files[0]


def commune_pixels(communes, raster):
    """Name, whether it lies inside the raster as a whole, hectares, and the pixels whose centres lie in it."""
    left, size, _, top, _, _ = raster.GetGeoTransform()
    right, bottom = left + size * raster.RasterXSize, top - size * raster.RasterYSize
    source = ogr.Open(communes)
    layer = source.GetLayer()
    to_raster = osr.CoordinateTransformation(layer.GetSpatialRef(), raster.GetSpatialRef())
    for commune in layer:
        shape = commune.GetGeometryRef().Clone()
        shape.Transform(to_raster)
        west, east, south, north = shape.GetEnvelope()
        alone = ogr.GetDriverByName("Memory").CreateDataSource("")
        shapes = alone.CreateLayer("", raster.GetSpatialRef())
        feature = ogr.Feature(shapes.GetLayerDefn())
        feature.SetGeometry(shape)
        shapes.CreateFeature(feature)
        burnt = gdal.GetDriverByName("MEM").Create("", raster.RasterXSize, raster.RasterYSize)
        burnt.SetGeoTransform(raster.GetGeoTransform())
        burnt.SetProjection(raster.GetProjection())
        gdal.RasterizeLayer(burnt, [1], shapes, burn_values=[1])
        inside = left <= west and east <= right and bottom <= south and north <= top
        yield commune.GetField("NOM_COM"), inside, shape.GetArea() / 1e4, burnt.ReadAsArray() == 1


def compare(path, product, communes):
    faults = []

    def expect(holds, text):
        if not holds:
            faults.append(text)

    made_file = gdal.Open(path)
    made = made_file.ReadAsArray()
    by_hand, raster = ndvi_of(product)
    expect(made_file.GetGeoTransform() == raster.GetGeoTransform(), "the grid is not that of the bands")
    expect(made.shape == by_hand.shape and numpy.array_equal(numpy.isnan(made), numpy.isnan(by_hand)),
           "other pixels are missing")
    expect(numpy.isnan(made[HOLE, HOLE]).all() and not numpy.isnan(made).all(), "the hole is filled")

    means, reds = [], []
    red = gdal.Open(band_file(product, "B4")).ReadAsArray()
    for name, inside, hectares, pixels in commune_pixels(communes, made_file):
        seen = pixels & ~numpy.isnan(by_hand)
        if seen.sum() < 1000:  # ten hectares
            continue
        mean, expected = numpy.nanmean(made[pixels].astype(float)), by_hand[seen].mean()
        print(f"{name}: {mean:.6f} by hand {expected:.6f}, {seen.sum()} pixels")
        means.append(expected)
        reds.append(red[seen].mean())
        expect(abs(mean - expected) <= 1e-5, f"{name}: {mean} instead of {expected}")
        # Fields are bare or newly sown, meadows and woods still green; no commune is a lake, none is all wood.
        expect(0.35 <= mean <= 0.8, f"{name}: a mean of {mean} in October")
        expect(numpy.nanstd(made[pixels]) >= 0.1, f"{name}: no difference between field and wood")
        expect(not inside or abs(pixels.sum() / 100 / hectares - 1) < 0.01, f"{name}: its pixels are not its area")
    expect(len(means) >= 15, f"{len(means)} communes only")
    spread = numpy.std(means)
    expect(0.03 <= spread <= 0.15, f"the communes differ by {spread}")
    # What is greener absorbs more red.
    ranks = [numpy.argsort(numpy.argsort(values)) for values in (means, reds)]
    correlation = numpy.corrcoef(*ranks)[0, 1]
    expect(correlation < -0.8, f"rank correlation with red is {correlation}")
    print(f"{len(means)} communes, means differ by {spread:.3f}, rank correlation with red {correlation:.2f}")
    for fault in faults:
        print("FAIL", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit({"hole": hole, "compare": compare}[sys.argv[1]](*sys.argv[2:]))
