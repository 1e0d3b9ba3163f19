#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Gap filling by splines against two independent truths: the published definition, and the library that OTB's module
calls.

    splines.py CERS FOLDER

OTB's module ImageTimeSeriesGapFilling is in no Debian package, so it cannot be run. Its splines are those of the GNU
Scientific Library: Akima's of five and more clear dates, the natural cubic spline of three and four; of two dates the
line, before the first and after the last clear date a constant; with fewer than two it leaves the pixel as it is.
`ImageTimeSeriesGapFilling -it spline` is compared, pixel by pixel, with

- an implementation from the definitions: Akima (1970), J. ACM 17:589-602, as tangents of Hermite pieces; the natural
  spline as a dense linear system of its second derivatives;
- libgsl itself where it is installed (Debian package: libgsl27), told when it is not.

Where all slopes beside a date are equal Akima's weights are 0/0. The paper takes the mean of the slopes there; the
library draws the piece that begins there as a line and lets the piece that ends there end with its own slope. Cers
follows the library, as OTB does; pixels of flat stretches test it.
"""
import ctypes
import ctypes.util
import datetime
import sys

import harness

np, gdal = harness.numpy_and_gdal()
test = harness.Test(*sys.argv[1:3])
random = np.random.default_rng(5)
SIDE = 40
first = datetime.date(2021, 1, 4)
seen = np.unique(random.integers(0, 340, 30))
wanted = np.arange(-10, 350, 7)


def write(path, planes, kind):
    file = gdal.GetDriverByName("GTiff").Create(path, SIDE, SIDE, len(planes), kind)
    for band, plane in enumerate(planes):
        file.GetRasterBand(band + 1).WriteArray(plane)
    file = None


def write_days(path, days):
    with open(path, "w") as file:
        file.writelines((first + datetime.timedelta(days=int(day))).strftime("%Y%m%d\n") for day in days)


def hermite(h, left, right, left_slope, right_slope, u):
    """The cubic on [0, h] with these values and slopes at its ends, in Bernstein's form."""
    s = u / h
    points = (left, left + h * left_slope / 3, right - h * right_slope / 3, right)
    return sum(weight * p for weight, p in zip(((1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s * s * (1 - s), s**3), points))


def akima(t, y, at):
    slopes = np.diff(y) / np.diff(t)
    m = np.concatenate([[3 * slopes[0] - 2 * slopes[1], 2 * slopes[0] - slopes[1]], slopes,
                        [2 * slopes[-1] - slopes[-2], 3 * slopes[-1] - 2 * slopes[-2]]])

    def tangent(i, undefined):
        """At date i, whose slopes are m[i] … m[i + 3]."""
        before, after = abs(m[i + 1] - m[i]), abs(m[i + 3] - m[i + 2])
        return (after * m[i + 1] + before * m[i + 2]) / (before + after) if before + after > 0 else undefined

    i = np.clip(np.searchsorted(t, at, side="right") - 1, 0, len(t) - 2)
    own = m[i + 2]
    if tangent(i, None) is None:
        return y[i] + own * (at - t[i])
    return hermite(t[i + 1] - t[i], y[i], y[i + 1], tangent(i, own), tangent(i + 1, own), at - t[i])


def natural(t, y, at):
    """Second derivatives from the dense system: continuous first derivatives inside, none at the ends."""
    n = len(t)
    system, right = np.zeros((n, n)), np.zeros(n)
    system[0, 0] = system[-1, -1] = 1
    for i in range(1, n - 1):
        a, b = t[i] - t[i - 1], t[i + 1] - t[i]
        system[i, i - 1 : i + 2] = a / 6, (a + b) / 3, b / 6
        right[i] = (y[i + 1] - y[i]) / b - (y[i] - y[i - 1]) / a
    second = np.linalg.solve(system, right)
    i = int(np.clip(np.searchsorted(t, at, side="right") - 1, 0, n - 2))
    h = t[i + 1] - t[i]
    a, b = (t[i + 1] - at) / h, (at - t[i]) / h
    return a * y[i] + b * y[i + 1] + ((a**3 - a) * second[i] + (b**3 - b) * second[i + 1]) * h * h / 6


def by_definition(t, y):
    return lambda at: akima(t, y, at) if len(t) >= 5 else natural(t, y, at) if len(t) >= 3 else np.interp(at, t, y)


class Library:
    """libgsl through its C interface."""

    def __init__(self, path):
        for blas in ("gslcblas",):
            name = ctypes.util.find_library(blas)
            if name:
                ctypes.CDLL(name, mode=ctypes.RTLD_GLOBAL)
        self.gsl = ctypes.CDLL(path)
        self.gsl.gsl_spline_alloc.restype = ctypes.c_void_p
        self.gsl.gsl_spline_alloc.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        doubles = ctypes.POINTER(ctypes.c_double)
        self.gsl.gsl_spline_init.argtypes = [ctypes.c_void_p, doubles, doubles, ctypes.c_size_t]
        self.gsl.gsl_spline_eval.restype = ctypes.c_double
        self.gsl.gsl_spline_eval.argtypes = [ctypes.c_void_p, ctypes.c_double, ctypes.c_void_p]
        self.gsl.gsl_spline_free.argtypes = [ctypes.c_void_p]

    def __call__(self, t, y):
        kind = "gsl_interp_akima" if len(t) >= 5 else "gsl_interp_cspline" if len(t) >= 3 else "gsl_interp_linear"
        spline = self.gsl.gsl_spline_alloc(ctypes.c_void_p.in_dll(self.gsl, kind), len(t))
        as_c = lambda values: np.ascontiguousarray(values, dtype=float).ctypes.data_as(ctypes.POINTER(ctypes.c_double))
        t, y = np.array(t, dtype=float), np.array(y, dtype=float)
        self.gsl.gsl_spline_init(spline, as_c(t), as_c(y), len(t))
        return lambda at: self.gsl.gsl_spline_eval(spline, float(at), None)


def filled(series, clear, curve_of):
    t, y = seen[clear].astype(float), series[clear]
    curve = curve_of(t, y)
    return np.array([curve(at) for at in np.clip(wanted, t[0], t[-1])])


# Smooth curves, noise, and flat stretches with steps, a third each; from no clear date to all of them.
phase = random.uniform(0, 6, (SIDE, SIDE))
season = 500 + 400 * np.sin(seen[:, None, None] / 50 + phase)
noise = random.integers(-1000, 3000, season.shape)
steps = np.repeat(random.integers(0, 3, (1 + len(seen) // 6, SIDE, SIDE)), 6, axis=0)[: len(seen)] * 100
kind = (np.arange(SIDE) % 3)[:, None]
series = np.select([kind == 0, kind == 1], [season.round(), noise], steps).astype(np.int16)
count = np.arange(SIDE * SIDE).reshape(SIDE, SIDE) % (len(seen) + 1)
order = random.random(series.shape).argsort(axis=0).argsort(axis=0)
clear = order < count

write("series.tif", series, gdal.GDT_Int16)
write("masks.tif", (~clear).astype(np.uint8), gdal.GDT_Byte)
write_days("seen.txt", seen)
write_days("wanted.txt", wanted)
test.run("ImageTimeSeriesGapFilling", "-in", "series.tif", "-mask", "masks.tif", "-it", "spline", "-id", "seen.txt",
         "-od", "wanted.txt", "-out", "filled.tif", "double")
found = gdal.Open("filled.tif").ReadAsArray()

truths = {"the published definition": by_definition}
path = ctypes.util.find_library("gsl")
if path:
    truths["libgsl"] = Library(path)
else:
    print("skipped: libgsl itself (Debian package: libgsl27)")
for name, curve_of in truths.items():
    worst, pixels = {}, {}
    for y in range(SIDE):
        for x in range(SIDE):
            if count[y, x] < 2:
                continue
            curve = "Akima" if count[y, x] >= 5 else "natural" if count[y, x] >= 3 else "line"
            off = abs(filled(series[:, y, x].astype(float), clear[:, y, x], curve_of) - found[:, y, x]).max()
            worst[curve] = max(worst.get(curve, 0), off)
            pixels[curve] = pixels.get(curve, 0) + 1
    for curve, off in worst.items():
        test.check(f"{curve}: {name} in {pixels[curve]} pixels, values up to 3000", off < 1e-6, f"largest difference {off:.2g}")
# One date or none: the first images as they are.
few = count < 2
as_is = series[np.arange(len(wanted)) % len(seen)][: min(len(wanted), len(seen))]
test.check("fewer than two clear dates leave the pixel as it is",
           np.array_equal(found[: len(as_is)][:, few], as_is[:, few]))
test.finish()
