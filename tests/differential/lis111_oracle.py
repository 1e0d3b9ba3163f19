#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reference of the documented steps of Let-it-snow 1.11's mask, in plain numpy, written beside the C++ it judges.

Passes 0 to 2 are those of lis15_oracle.py. What 1.11 adds is here: the pass for shaded slopes with its three sources of
shade, water as nodata, nodata 255, -1000 for "no snow line". 1.11 was not observed running: this judges whether the C++ does what is documented and
what docs/decisions/0007 chooses where the documents are silent.
"""
import xml.etree.ElementTree as xml

import numpy as np

import lis15_oracle

NODATA = 255
ZS_NOT_FOUND = -1000
LEAST_COSINE = 0.2
DIFFERENCE = 160  # stored numbers


def sun_grids(metadata):
    """Zenith and azimuth in degrees of the nodes, and their distance in metres; the first lies at the upper left corner."""
    grids = next(node for node in xml.parse(metadata).getroot().iter() if node.tag.endswith("Sun_Angles_Grids"))
    result = []
    for name in ("Zenith", "Azimuth"):
        part = next(node for node in grids.iter() if node.tag.endswith(name))
        result.append(np.array([[float(value) for value in row.text.split()]
                                for row in part.iter() if row.tag.endswith("VALUES")], np.float32).astype(float))
        step = float(next(node for node in part.iter() if node.tag.endswith("COL_STEP")).text)
    return result[0], result[1], step


def mean_sun(metadata):
    """Mean zenith and azimuth of the product in degrees."""
    values = next(node for node in xml.parse(metadata).getroot().iter() if node.tag.endswith("Mean_Value_List"))
    sun = next(node for node in values.iter() if node.tag.endswith("Sun_Angles"))
    return [float(next(node for node in sun.iter() if node.tag.endswith(name)).text)
            for name in ("ZENITH_ANGLE", "AZIMUTH_ANGLE")]


def line_to_the_sun(azimuth, radius):
    """Lines down, columns right and distance in pixels along a Bresenham line, until the distance reaches `radius`."""
    down, right = -np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth))
    along_lines = abs(down) > abs(right)
    slope = abs(right / down) if along_lines else abs(down / right)
    k, distance = 0, 0.0
    while distance < radius:
        k += 1
        aside = int(np.ceil(k * slope - 0.5))
        lines, columns = (k, aside) if along_lines else (aside, k)
        lines, columns = int(np.copysign(lines, down)), int(np.copysign(columns, right))
        distance = np.sqrt(lines**2 + columns**2)
        yield lines, columns, distance


def cast_shadow(dem, pixel, zenith, azimuth):
    """True where ground on the line to the sun is steeper than the sun; in single precision, the rim repeats outside."""
    z = dem.astype(np.float32)
    elevation = np.radians(90 - zenith)
    radius = int(int((float(z.max()) - float(z.min())) / pixel) / np.tan(elevation))
    around = np.pad(z, radius + 1, mode="edge")
    steepest = np.zeros(z.shape, np.float32)
    for lines, columns, distance in line_to_the_sun(azimuth, radius):
        top, left = radius + 1 + lines, radius + 1 + columns
        ahead = around[top:top + z.shape[0], left:left + z.shape[1]]
        steepest = np.maximum(steepest, (ahead - z) / np.float32(distance * pixel))
    return np.arctan(steepest) > np.float32(elevation)


def cubic_matrix(positions, nodes):
    """Weights of Keys' cubic convolution (a = -1/2), one line for each position in units of nodes; the rim repeats."""
    weights = np.zeros((len(positions), nodes))
    for line, position in enumerate(positions):
        for node in range(int(np.floor(position)) - 1, int(np.floor(position)) + 3):
            x = abs(position - node)
            w = 1.5 * x**3 - 2.5 * x**2 + 1 if x <= 1 else -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
            weights[line, min(max(node, 0), nodes - 1)] += w
    return weights


def sun_over(grids, height, width, pixel):
    """Zenith and azimuth in degrees at the centres of pixels whose upper left corner is that of the grids."""
    zenith, azimuth, step = grids
    first = azimuth.flat[0]
    azimuth = first + (azimuth - first + 180) % 360 - 180
    down = cubic_matrix((np.arange(height) + 0.5) * pixel / step, zenith.shape[0])
    across = cubic_matrix((np.arange(width) + 0.5) * pixel / step, zenith.shape[1])
    return down @ zenith @ across.T, down @ azimuth @ across.T


def cosine_of_incidence(dem, pixel, zenith, azimuth):
    """Slopes of the plane through the four corners (x, y) .. (x + 1, y + 1); the last line and column repeat."""
    z = dem.astype(float)
    east = ((z[:-1, 1:] - z[:-1, :-1]) + (z[1:, 1:] - z[1:, :-1])) / (2 * pixel)
    north = ((z[:-1, :-1] - z[1:, :-1]) + (z[:-1, 1:] - z[1:, 1:])) / (2 * pixel)
    east, north = (np.pad(slope, ((0, 1), (0, 1)), mode="edge") for slope in (east, north))
    zenith, azimuth = np.radians(zenith), np.radians(azimuth)
    sun = np.sin(zenith) * np.sin(azimuth), np.sin(zenith) * np.cos(azimuth), np.cos(zenith)
    return (sun[2] - east * sun[0] - north * sun[1]) / np.sqrt(1 + east**2 + north**2)


def shaded_slopes(dem, pixel, grids):
    """Where the cosine of the sun's incidence is small."""
    zenith, azimuth = sun_over(grids, *dem.shape, pixel)
    return cosine_of_incidence(dem, pixel, zenith, azimuth) < LEAST_COSINE


def detect(green, red, swir, clm, mg2, dem, blue, nir, shadow, water=None, strict=False):
    """All on the 20 m grid; blue and nir are those without correction for slope; shadow None: no pass for shaded slopes.
    A dict as of lis15_oracle.detect."""
    found = lis15_oracle.detect(green, red, swir, clm, mg2, dem, strict=strict)
    found["zs"] = found["zs"] if found["zs"] != lis15_oracle.ZS_NOT_FOUND else ZS_NOT_FOUND
    third = np.zeros(red.shape, bool)
    if shadow is not None and found["pass2_ran"]:
        bluer = blue.astype(int) - nir.astype(int) > DIFFERENCE
        third = ~found["refined_cloud"] & (dem >= found["zs"]) & shadow & bluer
    snow = found["pass1"] | found["pass2"] | third
    if strict:
        snow &= ~found["back_to_cloud"]
    seb = np.where(snow, 100, np.where(found["refined_cloud"] | found["back_to_cloud"], 205, 0)).astype(np.uint8)
    missing = found["nodata"] if water is None else found["nodata"] | (water == 1)
    seb[missing] = NODATA
    found.update(seb=seb, shaded_pass=third, uncalibrated=third & ~found["pass1"] & ~found["pass2"] & (seb == 100))
    return found
