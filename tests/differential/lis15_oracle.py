#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reference ("oracle") of the snow detection Let-it-snow 1.5 with the Theia Sentinel-2 settings, in plain numpy.

The method is that of Gascoin, Grizonnet, Bouchet, Salgues and Hagolle (2019): "Theia Snow collection: high-resolution
operational snow cover maps from Sentinel-2 and Landsat-8 data", Earth System Science Data 11, 493-514,
doi:10.5194/essd-11-493-2019. The conventions the article leaves open (resampling, rounding, no-data, altitude bands)
follow what Let-it-snow 1.5 was observed to answer. Written from the specification alone, beside the C++ it judges and
without a look at it. Both resamplings are in exact integer arithmetic: their ties do not hang on the order of sums.

    lis15_oracle.py --green F --red F --swir F --clm F --mg2 F --dem F --out-dir D [--strict]
                    [--ring [--ring-radius N] [--ring-share S] [--ring-area N]]

Green and red may be on the grid of SWIR or twice as fine. Reflectances are int16, 10000 = 1.
"""
import argparse
import csv
import json
import os
import sys
from dataclasses import dataclass

import numpy as np

NODATA = -10000
SEB_NO_SNOW, SEB_SNOW, SEB_CLOUD, SEB_NODATA = 0, 100, 205, 254
ZS_NOT_FOUND = -1


@dataclass(frozen=True)
class Settings:
    """Thresholds; reflectances as digital numbers (quantification 10000)."""
    nodata: int = NODATA
    dz: int = 100
    ndsi_pass1: float = 0.40
    red_pass1: int = 2000
    ndsi_pass2: float = 0.15
    red_pass2: int = 400
    fsnow_lim: float = 0.1
    fclear_lim: float = 0.1
    fsnow_total_lim: float = 0.001
    resize_factor: int = 12
    red_darkcloud: int = 3000
    red_backtocloud: int = 1000
    shadow_in: int = 32
    shadow_out: int = 64
    high_cloud: int = 128
    bad_slope: int = 64


# ---- resampling -----------------------------------------------------------------------------------------------------
CUBIC_TAPS = np.array([-3, -9, 29, 111, 111, 29, -9, -3], np.int64)  # /256: Keys' cubic, a = -1/2, stretched by 2


def _as_int16(numerator, weight, nodata):
    """floor(numerator / weight + 0.5) exactly, clamped to int16, never equal to nodata; weight > 0 everywhere."""
    value = (2 * numerator + weight) // (2 * weight)
    value[value == nodata] = nodata - 1 if nodata > -32768 else nodata + 1
    return np.clip(value, -32768, 32767).astype(np.int16)


def cubic_half(fine, nodata=NODATA):
    """10 m -> 20 m, int16 (2H x 2W) -> int16 (H x W): cubic, anti-aliased, 8 x 8 taps, no-data taps dropped."""
    if fine.dtype != np.int16 or fine.shape[0] % 2 or fine.shape[1] % 2:
        raise ValueError("cubic_half wants int16 and an even number of rows and columns")
    height, width = fine.shape[0] // 2, fine.shape[1] // 2
    half = np.empty((height, width), np.int16)
    for top in range(0, height, 128):  # strips keep the int64 sums small
        rows = min(128, height - top)
        first, last = 2 * top - 3, 2 * (top + rows) + 3  # rows of the fine image under the taps, `last` excluded
        inside = fine[max(first, 0):min(last, 2 * height)]
        padded = np.full((last - first, 2 * width + 6), nodata, np.int16)  # outside the image = no-data
        at = max(first, 0) - first
        padded[at:at + len(inside), 3:-3] = inside
        valid = padded != nodata
        sums = []
        for plane in (np.where(valid, padded, 0).astype(np.int64), valid.astype(np.int64)):
            across = sum(tap * plane[:, k:k + 2 * width:2] for k, tap in enumerate(CUBIC_TAPS))
            sums.append(sum(tap * across[k:k + 2 * rows:2] for k, tap in enumerate(CUBIC_TAPS)))
        numerator, weight = sums
        # The pixel that holds the centre is the lower right one of the 2 x 2 block: alone it decides on no-data.
        known = valid[4:4 + 2 * rows:2, 4:4 + 2 * width:2] & (weight > 0)
        strip = half[top:top + rows]
        strip[...] = nodata
        strip[known] = _as_int16(numerator[known], weight[known], nodata)
    return half


def _triangle(size, cells):
    """Per coarse cell of one axis: first pixel, integer weights of its pixels, pixel that holds its centre.

    Cell k is centred at (k + 1/2) s with s = size/cells, pixel j at j + 1/2; weight 1 - distance/h, here times
    2 cells h. h = s, except that the nearest integer replaces it when it is closer than 0.05.
    """
    nearest = (2 * size + cells) // (2 * cells)
    half_width = nearest * cells if 20 * abs(size - nearest * cells) < cells else size  # h in units of 1/cells pixel
    axis = []
    for k in range(cells):
        twice_centre = (2 * k + 1) * size  # in units of 1/cells pixel, as below
        weights = 2 * half_width - np.abs((2 * np.arange(size, dtype=np.int64) + 1) * cells - twice_centre)
        used = np.flatnonzero(weights > 0)
        axis.append((used[0], weights[used[0]:used[-1] + 1], twice_centre // (2 * cells)))
    return axis


def coarse_red(red, factor=12, nodata=NODATA):
    """20 m red, int16 -> int16 of (H div factor) x (W div factor): bilinear, anti-aliased, no-data taps dropped."""
    height, width = red.shape
    if height < factor or width < factor:
        raise ValueError(f"coarse_red: an image of {width} x {height} has no cell of {factor} x {factor}")
    down, across = _triangle(height, height // factor), _triangle(width, width // factor)
    numerator = np.empty((len(down), len(across)), np.int64)
    weight = np.empty_like(numerator)
    known = np.empty(numerator.shape, bool)
    centres = np.array([centre for _, _, centre in across])
    for k, (first, row_weights, centre) in enumerate(down):
        pixels = red[first:first + len(row_weights)]
        valid = pixels != nodata
        value_sums = row_weights @ np.where(valid, pixels, 0).astype(np.int64)
        valid_sums = row_weights @ valid.astype(np.int64)
        for i, (left, weights, _) in enumerate(across):
            numerator[k, i] = weights @ value_sums[left:left + len(weights)]
            weight[k, i] = weights @ valid_sums[left:left + len(weights)]
        known[k] = red[centre, centres] != nodata
    coarse = np.full(numerator.shape, nodata, np.int16)
    coarse[known] = _as_int16(numerator[known], weight[known], nodata)
    return coarse


def nearest_up(coarse, height, width):
    """Back to height x width: cell floor((i + 1/2) cells/size); a centre on a border belongs to the upper cell."""
    rows = (2 * np.arange(height) + 1) * coarse.shape[0] // (2 * height)
    columns = (2 * np.arange(width) + 1) * coarse.shape[1] // (2 * width)
    return coarse[np.ix_(rows, columns)]


# ---- snow line ------------------------------------------------------------------------------------------------------
@dataclass
class Histogram:
    """Pixel counts by altitude band. `edges` (float32) holds the lower edges and, last, the maximum."""
    edges: np.ndarray
    total: np.ndarray
    cloud: np.ndarray
    snow: np.ndarray           # cloudy snow included
    snow_clear: np.ndarray
    clear_no_snow: np.ndarray

    def centres(self):
        return (self.edges[:-1] + self.edges[1:]) / np.float32(2)


def histogram(dem, snow, cloud, dz=100, zmin=None, zmax=None):
    """Altitude bands over the whole image, no-data too; None with a range below dz. A float DEM is truncated."""
    if dem.dtype != np.int16:
        low, high = float(dem.min()), float(dem.max())
        if not -32769 < low <= high < 32768:  # a NaN fails too
            raise ValueError("the DEM does not fit into int16")
        dem = dem.astype(np.int16)  # towards zero
    zmin = int(dem.min()) if zmin is None else zmin
    zmax = int(dem.max()) if zmax is None else zmax
    bins = int((zmax - zmin) / dz)
    if bins < 1:
        return None
    width = np.float32(zmax - zmin) / np.float32(bins)
    edges = np.float32(zmin) + np.arange(bins + 1, dtype=np.float32) * width
    edges[-1] = zmax
    levels = np.arange(-32768, 32768).astype(np.float32)  # one band per int16 altitude
    band_of_level = np.clip(np.searchsorted(edges[:-1], levels, side="right") - 1, 0, bins - 1)
    band = band_of_level.astype(np.int32)[dem.astype(np.int32) + 32768]

    def count(selected=None):
        return np.bincount(band.ravel() if selected is None else band[selected], minlength=bins)

    return Histogram(edges, count(), count(cloud), count(snow), count(snow & ~cloud), count(~snow & ~cloud))


def snowline(table, dz=100, fsnow_lim=0.1, fclear_lim=0.1, back_bins=2, centre_offset=None, reverse=False):
    """zs, or -1: the first band from below that is clear and snowy enough, two bands down, centre - dz/2."""
    if table is None:
        return ZS_NOT_FOUND
    fsnow_lim, fclear_lim = float(np.float32(fsnow_lim)), float(np.float32(fclear_lim))
    centre_offset = dz / 2 if centre_offset is None else centre_offset
    bands = range(len(table.total))
    for i in reversed(bands) if reverse else bands:
        total, snow_clear = int(table.total[i]), int(table.snow_clear[i])
        clear = snow_clear + int(table.clear_no_snow[i])
        if clear > 0 and clear / total > fclear_lim and snow_clear / clear > fsnow_lim:
            centre = table.centres()[max(i - back_bins, 0)]
            return int(np.floor(centre - np.float32(centre_offset)))
    return ZS_NOT_FOUND


# ---- detection ------------------------------------------------------------------------------------------------------
def normalised_difference(green, swir):
    """NDSI in double precision by IEEE rules: 0/0 = NaN, x/0 = +-inf; a negative sum is not guarded."""
    green, swir = green.astype(np.float64), swir.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (green - swir) / (green + swir)


def has_bits(mask, bits):
    return (mask & bits) == bits


@dataclass(frozen=True)
class Ring:
    """Pass 1.5, which the article and the documents of Let-it-snow describe; it was not observed."""
    radius: int = 5
    share: float = 0.85
    area: int = 25000


def snow_patches(snow):
    """Patches of pixels that share sides: the lowest index of a pixel in each, -1 outside snow."""
    far = snow.size
    label = np.where(snow, np.arange(far).reshape(snow.shape), far)
    while True:
        before = label.copy()
        for one, other in ((label[1:], label[:-1]), (label[:, 1:], label[:, :-1])):
            for to, source in ((one, other), (other, one)):
                np.copyto(to, source, where=(to < far) & (source < to))
        # Each pixel points to another one of its patch: follow the pointers.
        flat = label.ravel()
        inside = flat < far
        flat[inside] = flat[flat[inside]]
        if np.array_equal(before, label):
            return np.where(label < far, label, -1)


def snow_inside_cloud(snow, cloud, ring):
    """Of patches larger than ring.area those whose ring, less all snow, is cloud by more than ring.share."""
    inside = np.zeros_like(snow)
    labels = snow_patches(snow)
    found, sizes = np.unique(labels[snow], return_counts=True)
    height, width = snow.shape
    r = ring.radius
    for label in found[sizes > ring.area]:
        patch = np.pad(labels == label, r)
        grown = np.zeros(snow.shape, bool)
        for dy in range(-r, r + 1):
            for dx in range(-r, r + 1):
                if dx * dx + dy * dy <= r * r:
                    grown |= patch[r + dy:r + dy + height, r + dx:r + dx + width]
        around = grown & ~snow
        if np.count_nonzero(around) and np.count_nonzero(around & cloud) > ring.share * np.count_nonzero(around):
            inside |= labels == label
    return inside


def detect(green, red, swir, clm, mg2, dem, strict=False, settings=Settings(), ring=None):
    """Everything on the 20 m grid (int16 reflectances): a dict of every intermediate and of the final masks."""
    s = settings
    if len({band.shape for band in (green, red, swir, clm, mg2, dem)}) != 1:
        raise ValueError("the rasters differ in size")
    if any(band.dtype != np.int16 for band in (green, red, swir)):
        raise ValueError("reflectances must be int16")
    height, width = red.shape
    ndsi = normalised_difference(green, swir)
    with np.errstate(invalid="ignore"):
        ndsi_strict, ndsi_permissive = ndsi > s.ndsi_pass1, ndsi > s.ndsi_pass2

    # Clouds. "All clouds" is any bit; a dark one (at coarse resolution) may turn out to be snow in pass 2.
    all_clouds = clm > 0
    coarse = coarse_red(red, s.resize_factor, s.nodata)
    dark_cloud = all_clouds & ~(nearest_up(coarse, height, width) > s.red_darkcloud)
    refined_cloud = all_clouds & ~dark_cloud
    for bits in (s.shadow_in, s.shadow_out, s.high_cloud):
        refined_cloud |= has_bits(clm, bits)
    back_to_cloud = all_clouds & (red > s.red_backtocloud)

    # Pass 1, snow line, pass 2. No-data pixels take part as plain numbers.
    pass1 = ~all_clouds & ndsi_strict & (red > s.red_pass1)
    inside = snow_inside_cloud(pass1, all_clouds, ring) if ring else np.zeros_like(pass1)
    pass1 &= ~inside
    used_cloud = all_clouds | inside
    refined_cloud |= inside
    pass1_share = int(np.count_nonzero(pass1)) / pass1.size
    table = histogram(dem, pass1, used_cloud, s.dz)
    zs = snowline(table, s.dz, s.fsnow_lim, s.fclear_lim)
    pass2_ran = pass1_share > s.fsnow_total_lim and zs != ZS_NOT_FOUND
    if pass2_ran:
        pass2 = ~refined_cloud & (dem > zs) & ndsi_permissive & (red > s.red_pass2)
    else:
        pass2 = np.zeros_like(pass1)

    snow = pass1 | pass2
    if strict:
        snow &= ~back_to_cloud
    nodata = swir == s.nodata
    seb = np.where(snow, SEB_SNOW, np.where(refined_cloud | back_to_cloud, SEB_CLOUD, SEB_NO_SNOW)).astype(np.uint8)
    seb[nodata] = SEB_NODATA
    snow_all = np.zeros(seb.shape, np.uint8)
    bad_slope = mg2 >= s.bad_slope
    for bit, layer in enumerate((pass1, pass2, used_cloud, refined_cloud, all_clouds, bad_slope)):
        snow_all |= layer.astype(np.uint8) << bit

    valid_pixels = int(np.count_nonzero(~nodata))

    def percent(label):
        return 100.0 * int(np.count_nonzero(seb == label)) / valid_pixels if valid_pixels else 0.0

    return dict(ndsi=ndsi, ndsi_strict=ndsi_strict, ndsi_permissive=ndsi_permissive, all_clouds=all_clouds,
                coarse_red=coarse, dark_cloud=dark_cloud, refined_cloud=refined_cloud, back_to_cloud=back_to_cloud,
                pass1=pass1, pass1_share=pass1_share, histogram=table, zs=zs, pass2_ran=pass2_ran, pass2=pass2,
                nodata=nodata, seb=seb, snow_all=snow_all, bad_slope=bad_slope, inside_cloud=int(inside.sum()),
                snow_percent=percent(SEB_SNOW), cloud_percent=percent(SEB_CLOUD))


# ---- files ----------------------------------------------------------------------------------------------------------
def _read(path):
    from osgeo import gdal
    gdal.UseExceptions()
    dataset = gdal.Open(path)
    return dataset.GetRasterBand(1).ReadAsArray(), dataset.GetGeoTransform(), dataset.GetProjection()


def _write(path, array, geotransform, projection):
    from osgeo import gdal
    array = array.astype(np.uint8) if array.dtype == bool else array
    kind = gdal.GDT_Int16 if array.dtype == np.int16 else gdal.GDT_Byte
    dataset = gdal.GetDriverByName("GTiff").Create(path, array.shape[1], array.shape[0], 1, kind)
    dataset.SetGeoTransform(geotransform)
    dataset.SetProjection(projection)
    dataset.GetRasterBand(1).WriteArray(array)
    dataset.FlushCache()


def _on_grid_of(path, swir):
    band = _read(path)[0]
    if band.shape == swir.shape:
        return band
    if band.shape == (2 * swir.shape[0], 2 * swir.shape[1]):
        return cubic_half(band)
    raise SystemExit(f"lis15_oracle.py: {path} is neither on the grid of SWIR nor twice as fine")


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Let-it-snow 1.5, reference in numpy (Gascoin et al. 2019)")
    for name in ("green", "red", "swir", "clm", "mg2", "dem", "out-dir"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--strict", action="store_true", help="no snow where the back-to-cloud mask is set")
    parser.add_argument("--ring", action="store_true", help="patches of snow that cloud surrounds are cloud")
    parser.add_argument("--ring-radius", type=int, default=Ring.radius)
    parser.add_argument("--ring-share", type=float, default=Ring.share)
    parser.add_argument("--ring-area", type=int, default=Ring.area)
    given = parser.parse_args(arguments)
    ring = Ring(given.ring_radius, given.ring_share, given.ring_area) if given.ring else None

    swir, geotransform, projection = _read(given.swir)
    found = detect(_on_grid_of(given.green, swir), _on_grid_of(given.red, swir), swir, _read(given.clm)[0],
                   _read(given.mg2)[0], _read(given.dem)[0], strict=given.strict, ring=ring)

    os.makedirs(given.out_dir, exist_ok=True)
    for file, layer in (("pass1", "pass1"), ("pass2", "pass2"), ("clouds_refined", "refined_cloud"), ("seb", "seb"),
                        ("snow_all", "snow_all")):
        _write(os.path.join(given.out_dir, file + ".tif"), found[layer], geotransform, projection)
    x, a, b, y, c, d = geotransform
    coarse = found["coarse_red"]
    across, down = swir.shape[1] / coarse.shape[1], swir.shape[0] / coarse.shape[0]
    _write(os.path.join(given.out_dir, "coarse_red.tif"), coarse,
           (x, a * across, b * down, y, c * across, d * down), projection)

    with open(os.path.join(given.out_dir, "histogram.csv"), "w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["z_center", "total", "cloud", "snow", "clear_no_snow"])
        table = found["histogram"]
        if table is not None:  # the centre is truncated to an unsigned integer: it wraps below sea level
            lines.writerows(zip(table.centres().astype(np.int64) % 2**32, table.total, table.cloud, table.snow,
                                table.clear_no_snow))
    with open(os.path.join(given.out_dir, "result.json"), "w") as file:
        json.dump({key: found[key] for key in ("zs", "pass1_share", "pass2_ran", "snow_percent", "cloud_percent",
                                               "inside_cloud")},
                  file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    sys.exit(main())
