#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A noisy map of classes cleaned: majority vote beside otbcli_ClassificationMapRegularization for radius 1, 2 and 4, and a
# minimum mapping unit beside gdal_sieve.py, in turn, with outputs checked equal. Processor seconds are the fair figure.
#   benchmarks/landcover/cleaning.sh BUILD_DIR WORK_DIR [SIZE=4000]
set -euo pipefail
export LC_ALL=C
[[ $# -ge 2 && $# -le 3 ]] || { echo "usage: cleaning.sh BUILD_DIR WORK_DIR [SIZE=4000]" >&2; exit 2; }
build=$(cd "$1" && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)
size=${3:-4000}
cers=$build/tools/cers
tools=$build/tests/tools
for program in "$cers" "$tools/make_tile" "$tools/compare_rasters" otbcli_ClassificationMapRegularization gdal_sieve.py /usr/bin/time; do
  command -v "$program" > /dev/null || { echo "cleaning.sh: $program is missing" >&2; exit 2; }
done
cd "$work"
if [[ ! -s map-$size.tif ]]; then
  "$tools/make_tile" . -width "$size" -height "$size" -seed 3
  noise="(idxX * 7919 + idxY * 104729) * 48271"
  "$cers" BandMath -il B8.tif -exp "abs($noise - 12 * rint($noise / 12)) < 1 ? 5 : im1b1 > 3000 ? 1 : im1b1 > 2000 ? 2 : im1b1 > 1200 ? 3 : 4" \
    -out "map-$size.tif" uint8 -progress 0 -record false
fi
measure() { # NAME COMMAND...
  local name=$1
  shift
  /usr/bin/time -q -f '%e %U %S %M' -o time.txt "$@" > "$name.log" 2>&1 || { tail -n 5 "$name.log" >&2; exit 3; }
  awk -v name="$name" '{ printf "%-14s %8.2f s wall %8.2f s processor %6d MB\n", name, $1, $2 + $3, $4 / 1024 }' time.txt
}
for radius in 1 2 4; do
  measure "cers vote $radius" "$cers" ClassificationMapRegularization -io.in "map-$size.tif" -io.out vote-cers.tif -ip.radius $radius -progress 0
  measure "otb vote $radius" otbcli_ClassificationMapRegularization -io.in "map-$size.tif" -io.out vote-otb.tif -ip.radius $radius
  "$tools/compare_rasters" vote-otb.tif vote-cers.tif
done
measure "cers sieve" "$cers" MinimumMappingUnit -in "map-$size.tif" -out sieve-cers.tif -threshold 10 -connectivity 8 -progress 0
measure "gdal sieve" gdal_sieve.py -q -st 10 -8 -of GTiff "map-$size.tif" sieve-gdal.tif
"$tools/compare_rasters" sieve-gdal.tif sieve-cers.tif
