#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks lis15_oracle.py: its two resamplings against live gdalwarp, its snow line and bit tests against unit cases, its
patches of snow inside cloud against pixels looked at one by one.

    lis15_oracle_selftest.py [UNIT_CASES_JSON] [--large]

The unit cases are those of snow/unit in CERS_SHARED_DATA unless given; without them that part is left out, and said so.
Exit code: 0 all agree, 1 not, 77 without numpy, gdal or gdalwarp. --large adds a whole tile (5490 x 5490 at 20 m).
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

try:
    import numpy as np
    from osgeo import gdal, osr
except ImportError as lacking:
    print(f"skipped: {lacking} (Debian package: python3-gdal)")
    sys.exit(77)

import lis15_oracle as lis

gdal.UseExceptions()
failures = 0


def report(name, good, detail=""):
    global failures
    failures += not good
    print("ok  " if good else "FAIL", name, detail)


def gdalwarp(image, across, options, down=None):
    """What gdalwarp makes of an int16 image (pixels of across x down metres in UTM 31 N) over the same extent."""
    down = down or across
    height, width = image.shape
    extent = [300000, 4800000 - height * down, 300000 + width * across, 4800000]
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32631)
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "in.tif"), os.path.join(folder, "out.tif")
        lis._write(source, image, (300000, across, 0, 4800000, 0, -down), reference.ExportToWkt())
        subprocess.run(["gdalwarp", "-q", "-et", "0", "-srcnodata", "-10000", "-dstnodata", "-10000", "-te",
                        *map(str, extent), *map(str, options), source, target], check=True)
        return gdal.Open(target).ReadAsArray()


def test_image(random, height, width, kind):
    if kind == "white noise":
        image = random.integers(-32768, 32768, (height, width))
    elif kind == "near no-data":
        image = random.integers(-10020, -9980, (height, width))
    elif kind == "even small":  # many exact ties
        image = 2 * random.integers(-4, 5, (height, width))
    else:
        image = random.integers(-500, 12000, (height, width))
    image = image.astype(np.int16)
    if kind != "no holes":
        image[random.random((height, width)) < (0.7 if kind == "mostly no-data" else 0.02)] = lis.NODATA
        for _ in range(3):
            y, x = random.integers(0, height), random.integers(0, width)
            image[y:y + random.integers(1, 40), x:x + random.integers(1, 40)] = lis.NODATA
    return image


def negative_lobes(random, blocks):
    """A known centre, most taps of negative weight and few others: the weights left may sum to less than nothing."""
    negative = np.outer(lis.CUBIC_TAPS, lis.CUBIC_TAPS) < 0
    image = np.full((16 * blocks, 16 * blocks), lis.NODATA, np.int16)
    for y in range(5, 16 * blocks, 16):
        for x in range(5, 16 * blocks, 16):
            taps = random.integers(-500, 12000, (8, 8))
            taps[random.random((8, 8)) > np.where(negative, 0.93, random.choice([0, 0.03, 0.08]))] = lis.NODATA
            taps[4, 4] = 500
            image[y:y + 8, x:x + 8] = taps
    return image


KINDS = ("reflectance", "no holes", "mostly no-data", "even small", "near no-data", "white noise")


def compare(name, ours, theirs):
    """A difference is also described: how many, how large, and how often GDAL alone says no-data."""
    wrong = ours != theirs
    detail = f"{np.count_nonzero(wrong)} of {wrong.size} differ"
    if wrong.any():
        step = np.abs(ours.astype(int) - theirs)[wrong]
        detail += (f" (max {step.max()}, no-data only here {np.count_nonzero(ours[wrong] == lis.NODATA)},"
                   f" only in gdalwarp {np.count_nonzero(theirs[wrong] == lis.NODATA)})")
    report(name, not wrong.any(), detail)


def check_resampling(large):
    random = np.random.default_rng(20190411)
    for height, width in ((2, 2), (6, 10), (202, 354), (914, 600), (500, 1000)):  # 10 m; half of some is odd
        for kind in KINDS:
            image = test_image(random, height, width, kind)
            compare(f"cubic_half {width}x{height} {kind}", lis.cubic_half(image),
                    gdalwarp(image, 10, ("-r", "cubic", "-tr", 20, 20)))
    sizes = [(500, 500), (457, 300), (300, 457), (600, 5490), (5490, 600), (240, 360), (36, 47), (13, 23), (12, 12)]
    for height, width in sizes + ([(5490, 5490)] if large else []):
        for kind in KINDS if height < 5000 or width < 5000 else KINDS[:1]:
            image = test_image(random, height, width, kind)
            compare(f"coarse_red {width}x{height} {kind}", lis.coarse_red(image),
                    gdalwarp(image, 20, ("-r", "bilinear", "-ts", width // 12, height // 12)))
    for height, width in ((500, 457), (300, 61), (600, 5490), (276, 36), (264, 47)):
        coarse = test_image(random, height // 12, width // 12, "no holes")
        compare(f"nearest_up {width}x{height}", lis.nearest_up(coarse, height, width),
                gdalwarp(coarse, 20 * width / (width // 12), ("-r", "near", "-ts", width, height),
                         20 * height / (height // 12)))


def check_corners():
    """Weights that cancel; exact ties where GDAL's sums are exact, that is sizes of whole cells."""
    image = negative_lobes(np.random.default_rng(11), 40)
    ours = lis.cubic_half(image)
    compare("cubic_half negative lobes", ours, gdalwarp(image, 10, ("-r", "cubic", "-tr", 20, 20)))
    refused = np.count_nonzero((image[1::2, 1::2] != lis.NODATA) & (ours == lis.NODATA))
    report("cubic_half negative lobes refused", refused > 100, f"{refused} known centres")
    for height, width in ((240, 360), (60, 36)):
        y, x = np.mgrid[:height, :width]
        for name, image in (("columns", x % 2), ("negative rows", -5 - y % 2), ("checks", (x + y) % 2), ("ramp", x)):
            image = image.astype(np.int16)
            compare(f"coarse_red {width}x{height} ties, {name}", lis.coarse_red(image),
                    gdalwarp(image, 20, ("-r", "bilinear", "-ts", width // 12, height // 12)))


def check_unit_cases(path):
    with open(path) as file:
        cases = json.load(file)
    by_id = {}
    for case in cases["snowline"]:
        case = {**by_id.get(case.get("same_as"), {}), **case}
        by_id[case["id"]] = case
        if "expect_zs" not in case:
            continue
        size = case["size"][0] * case["size"][1]
        layers = {name: np.full(size, value) for name, value in case["background"].items()}
        at = 0
        for pixels in case["pixels"]:
            for name, layer in layers.items():
                layer[at:at + pixels["n"]] = pixels[name]
            at += pixels["n"]
        table = lis.histogram(layers["dem"].astype(np.int16), layers["snow"] > 0, layers["cloud"] > 0, case["dz"],
                              case["zmin"], case["zmax"])
        zs = lis.snowline(table, case["dz"], case["fsnow_lim"], case["fclear_lim"], case["back_bins"],
                          case.get("centre_offset"), case.get("reverse", False))
        report(f"snowline {case['id']}", zs == case["expect_zs"], f"zs {zs}, wanted {case['expect_zs']}")
    for case in cases["bitmask"]:
        found = bool(lis.has_bits(np.uint16(case["value"]), np.uint16(case["mask"])))
        report(f"bits {case['mask']} in {case['value']}", found == bool(case["expect"]))


def check_ring():
    """The definition, slowly: every pixel of a patch, every pixel of its disk."""
    random = np.random.default_rng(5)
    taken = 0
    for _ in range(8):
        snow = random.random((30, 40)) < 0.5
        cloud = ~snow & (random.random((30, 40)) < 0.7)
        ring = lis.Ring(radius=int(random.integers(1, 4)), share=0.7, area=int(random.integers(2, 9)))
        expected = np.zeros_like(snow)
        seen = np.zeros_like(snow)
        for start in zip(*np.nonzero(snow)):
            if seen[start]:
                continue
            patch, open_pixels = {start}, [start]
            while open_pixels:
                y, x = open_pixels.pop()
                for to in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                    if 0 <= to[0] < 30 and 0 <= to[1] < 40 and snow[to] and to not in patch:
                        patch.add(to)
                        open_pixels.append(to)
            around = {(y, x) for y in range(30) for x in range(40) if not snow[y, x]
                      and any((y - a) ** 2 + (x - b) ** 2 <= ring.radius ** 2 for a, b in patch)}
            cloudy = len(patch) > ring.area and sum(bool(cloud[at]) for at in around) > ring.share * len(around)
            taken += cloudy
            for at in patch:
                seen[at] = True
                expected[at] = cloudy
        wrong = np.count_nonzero(lis.snow_inside_cloud(snow, cloud, ring) != expected)
        report(f"snow inside cloud {ring}", wrong == 0, f"{wrong} pixels differ")
    report("snow inside cloud acts", taken > 10, f"{taken} patches")


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--large"]
    if not shutil.which("gdalwarp"):
        print("skipped: gdalwarp is missing (Debian package: gdal-bin)")
        return 77
    check_resampling("--large" in sys.argv)
    check_corners()
    check_ring()
    cases = arguments[0] if arguments else os.path.join(os.environ.get("CERS_SHARED_DATA", ""), "snow/unit/unit_cases.json")
    if os.path.isfile(cases):
        check_unit_cases(cases)
    else:
        print("left out: the unit cases (CERS_SHARED_DATA has no snow/unit/unit_cases.json)")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
