#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reference of the documented steps of Let-it-snow 1.11's mask, in plain numpy, written beside the C++ it judges.

Passes 0 to 2 are those of lis15_oracle.py. What 1.11 adds is here: the pass for shaded slopes, water as nodata, nodata
255, -1000 for "no snow line". 1.11 was not observed running: this judges whether the C++ does what is documented and
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


def detect(green, red, swir, clm, mg2, dem, blue, nir, grids, pixel, water=None, strict=False, shaded=True):
    """All on the 20 m grid; blue and nir are those without correction for slope. A dict as of lis15_oracle.detect."""
    found = lis15_oracle.detect(green, red, swir, clm, mg2, dem, strict=strict)
    found["zs"] = found["zs"] if found["zs"] != lis15_oracle.ZS_NOT_FOUND else ZS_NOT_FOUND
    third = np.zeros(red.shape, bool)
    if shaded and found["pass2_ran"]:
        zenith, azimuth = sun_over(grids, *red.shape, pixel)
        shadow = cosine_of_incidence(dem, pixel, zenith, azimuth) < LEAST_COSINE
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
