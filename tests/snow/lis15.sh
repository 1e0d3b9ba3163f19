#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `SnowMask -profile lis15` beside an independent numpy evaluation of Let-it-snow 1.5: mask, diagnostic bits, histogram
# and snow line, on simulated products of several seeds, sizes and seasons, with no snow, all snow and missing pixels; with
# the test of snow inside cloud (-ring) on scenes where it acts; and the coarse red by itself.
#   lis15.sh CERS COMPARE_RASTERS ORACLE FOLDER
set -euo pipefail
cers=$1 compare=$2 oracle=$3
rm -rf "$4"
mkdir -p "$4"
cd "$4"
python=/usr/bin/python3
"$python" -c 'import numpy; from osgeo import gdal' 2> /dev/null || { echo "skipped: python3 has no numpy and gdal (Debian package: python3-gdal)"; exit 77; }

passed=0
ring=()        # of SnowMask
oracle_ring=() # of the oracle
check() { # NAME SIMULATOR_ARGUMENTS...
  local name=$1 product dem
  shift
  "$cers" SimulateScene -size small -products muscate -out "$name" -progress 0 "$@" > /dev/null
  product=$(echo "$name"/SENTINEL2*)
  dem=$(echo "$name"/TRUTH*/DEM.tif)
  # Let-it-snow takes a DEM without voids: they are set to 0, as its preprocessing does.
  "$cers" BandMath -il "$dem" -exp 'im1b1 > -1000 ? im1b1 : 0' -out "$name/dem.tif" float -progress 0 > /dev/null
  "$python" "$oracle" --green "$product"/*FRE_B3.tif --red "$product"/*FRE_B4.tif --swir "$product"/*FRE_B11.tif \
    --clm "$product"/MASKS/*CLM_R2.tif --mg2 "$product"/MASKS/*MG2_R2.tif --dem "$name/dem.tif" --out-dir "$name/oracle" \
    "${oracle_ring[@]}"
  "$cers" SnowMask -in "$product" -dem "$name/dem.tif" -profile lis15 "${ring[@]}" -out "$name/snow.tif" -out.all "$name/all.tif" \
    -out.histogram "$name/histogram.txt" -out.json "$name/report.json" -out.product "$name/theia" -progress 0 > "$name/report.txt"
  "$compare" "$name/oracle/seb.tif" "$name/snow.tif" > "$name/seb.txt" || { echo "$name: mask: $(cat "$name/seb.txt")"; exit 1; }
  "$compare" "$name/oracle/snow_all.tif" "$name/all.tif" > "$name/all.txt" || { echo "$name: SNOW_ALL: $(cat "$name/all.txt")"; exit 1; }
  diff <(tail -n +3 "$name/histogram.txt") <(tail -n +2 "$name/oracle/histogram.csv") || { echo "$name: histogram"; exit 1; }
  "$python" - "$name" "$(dirname "$oracle")" "$product" << 'PYTHON'
import glob, json, sys
import numpy as np
from osgeo import gdal
sys.path.insert(0, sys.argv[2])
import lis15_oracle
ours = json.load(open(sys.argv[1] + "/report.json"))
theirs = json.load(open(sys.argv[1] + "/oracle/result.json"))
line = -1 if ours["snowline_m"] is None else ours["snowline_m"]
assert line == theirs["zs"], (line, theirs["zs"])
assert ours["second_pass"] == theirs["pass2_ran"], (ours, theirs)
assert abs(ours["pass1_snow_share"] - theirs["pass1_share"]) < 1e-12
assert abs(ours["snow_percent"] - theirs["snow_percent"]) < 1e-9
assert abs(ours["cloud_percent"] - theirs["cloud_percent"]) < 1e-9

# The composition: short-wave infrared, red and green from 0 to 0.3 of reflectance, snow outlined in magenta over cloud
# in green; inner outlines of eight neighbours, the border of the image is none.
read = lambda pattern: gdal.Open(glob.glob(pattern)[0]).ReadAsArray()
bands = [read(sys.argv[3] + "/*FRE_B11.tif")] + [lis15_oracle.cubic_half(read(sys.argv[3] + f"/*FRE_B{b}.tif"))
                                                 for b in (4, 3)]
picture = np.stack([np.clip(np.floor(band.astype(float) * 255 / 3000 + 0.5), 0, 255) for band in bands]).astype(np.uint8)
mask = read(sys.argv[1] + "/oracle/seb.tif")
padded = np.pad(mask, 1, mode="edge")
for code, colour in ((205, (0, 255, 0)), (100, (255, 0, 255))):
    inner = np.ones(mask.shape, bool)
    for dy in range(3):
        for dx in range(3):
            inner &= padded[dy:dy + mask.shape[0], dx:dx + mask.shape[1]] == code
    picture[:, (mask == code) & ~inner] = np.array(colour, np.uint8)[:, None]
package = glob.glob(sys.argv[1] + "/theia/*")[0]
assert np.array_equal(read(package + "/*_CMP_R2.tif"), picture), "composition"
assert np.array_equal(read(package + "/*_SNW_R2.tif"), mask)
assert f'name="ZS">{theirs["zs"]}<' in open(glob.glob(package + "/*_MTD_ALL.xml")[0]).read()
PYTHON
  "$cers" ProductInfo -in "$name"/theia/SENTINEL2* -progress 0 | grep -q '^family: theia-snow' || { echo "$name: the package does not open"; exit 1; }
  passed=$((passed + 1))
  echo "$name: 0 pixels differ, $(head -n 2 "$name/report.txt" | tail -n 1), $(cut -d' ' -f1 "$name/seb.txt")"
}

check winter -side 1200 -seed 1
check odd -side 854 -seed 2 -date 2018-04-16
check cut -side 700 -seed 3 -knob.swathcut 0.6
check no_snow -side 512 -seed 4 -snowline 9000
check all_snow -side 512 -seed 5 -snowline -3000 -clouds 0
check overcast -side 600 -seed 6 -clouds 3
check flat -side 300 -seed 7 -knob.relief 60

# Pass 1.5 acts: patches become cloud, and in the first the snow line moves.
check_ring() { # RADIUS SHARE AREA NAME SIMULATOR_ARGUMENTS...
  ring=(-ring true -ring.radius "$1" -ring.share "$2" -ring.area "$3")
  oracle_ring=(--ring --ring-radius "$1" --ring-share "$2" --ring-area "$3")
  shift 3
  check "$@"
  ring=()
  oracle_ring=()
  grep -q '"inside_cloud": [1-9]' "$1/oracle/result.json" || { echo "$1: no snow inside cloud, a test of nothing"; exit 1; }
  echo "$1: $(grep -o '"inside_cloud": [0-9]*' "$1/oracle/result.json")"
}
check_ring 5 0.6 20 ring -side 600 -seed 6 -clouds 2
check_ring 3 0.85 4 ring_overcast -side 900 -seed 12 -clouds 2

# The coarse red, cell by cell: where all is cloud, the refined cloud is where it exceeds -cloud.dark. Half a number below
# and above values that occur, so that each of those must be equal to the unit.
check_coarse_red() { # NAME of a scene checked before
  local name=$1
  "$cers" BandMath -il "$name/dem.tif" -exp 1 -out "$name/cloud.tif" uint8 -progress 0 > /dev/null
  "$python" - "$name" "$(dirname "$oracle")" "$cers" << 'PYTHON'
import glob, subprocess, sys
import numpy as np
from osgeo import gdal
name, oracles, cers = sys.argv[1:4]
sys.path.insert(0, oracles)
import lis15_oracle
read = lambda path: gdal.Open(path).ReadAsArray()
coarse = read(name + "/oracle/coarse_red.tif")
mask = read(name + "/oracle/seb.tif")
fine = lis15_oracle.nearest_up(coarse, *mask.shape)
values = np.unique(coarse[coarse > 0])
values = values[np.linspace(0, len(values) - 1, 10).astype(int)]
for value in values:
    for limit in (value - 0.5, value + 0.5):
        subprocess.run([cers, "SnowMask", "-in", glob.glob(name + "/SENTINEL2*")[0], "-dem", name + "/dem.tif", "-cloud",
                        name + "/cloud.tif", "-profile", "lis15", "-cloud.dark", repr(float(limit) / 10000), "-out", name + "/dark.tif",
                        "-out.all", name + "/dark_all.tif", "-record", "false", "-progress", "0"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        refined = (read(name + "/dark_all.tif") & 8) != 0
        wrong = np.count_nonzero(refined != (fine > limit))
        if wrong:
            sys.exit(f"{name}: coarse red: {wrong} pixels differ at {limit}")
print(f"{name}: coarse red of {coarse.size} cells equal at {2 * len(values)} limits from {values[0]} to {values[-1]}")
PYTHON
}
check_coarse_red odd
check_coarse_red cut
echo "$passed of 9 scenes equal"
