#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Maps of classes cleaned and judged by Cers beside OTB (majority vote, confusion matrix) and gdal_sieve.py:
#   cleaning_differential.sh CERS_BINARY WORK_DIR
# CERS_TEST_TOOLS names the folder of make_tile and compare_rasters (default: ../tests/tools beside the binary's folder).
# Exit code: 0 all verified, 1 a mismatch, 2 usage, 77 OTB or gdal_sieve.py is not installed (ctest: skipped).
set -euo pipefail
export LC_ALL=C
[[ $# -eq 2 ]] || { echo "usage: cleaning_differential.sh CERS_BINARY WORK_DIR" >&2; exit 2; }
for program in otbcli_ClassificationMapRegularization otbcli_ComputeConfusionMatrix gdal_sieve.py; do
  if ! command -v "$program" > /dev/null; then
    echo "skipped: $program is not installed (Debian packages: otb-bin, gdal-bin, python3-gdal)"
    exit 77
  fi
done
cers=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
tools=$(cd "${CERS_TEST_TOOLS:-$(dirname "$cers")/../tests/tools}" && pwd)
rm -rf "$2"
mkdir -p "$2"
cd "$2"

quiet=(-progress 0 -record false)
"$tools/make_tile" . -width 500 -height 400 -seed 31
# A landscape: four levels of a band, an eighth of its pixels drawn anew, nodata 0 in a hundredth. And mere chance.
chance() { echo "((idxX * 7919 + idxY * 104729 + $1) * 48271 - $2 * rint(((idxX * 7919 + idxY * 104729 + $1) * 48271) / $2 - 0.4999))"; }
"$cers" BandMath -il B8.tif -exp "abs($(chance 3 100)) < 1 ? 0 : abs($(chance 11 8)) < 1 ? 1 + rint(abs($(chance 5 4)) - 0.499) : im1b1 > 3000 ? 1 : im1b1 > 2000 ? 2 : im1b1 > 1200 ? 3 : 4" \
  -out "land.tif?&nodata=0" uint8 "${quiet[@]}"
"$cers" BandMath -il B8.tif -exp "1 + rint(abs($(chance 17 3)) - 0.499)" -out chance.tif uint8 "${quiet[@]}"
"$cers" BandMath -il land.tif chance.tif -exp "im2b1 == 1 ? im1b1 : im2b1 == 2 ? im1b1 : im2b1" -out reference.tif uint8 "${quiet[@]}"

total=0
failed=()
equal() { # NAME A B
  total=$((total + 1))
  local line
  if line=$("$tools/compare_rasters" "$2" "$3" -grid 2>&1); then
    printf 'ok   %-34s %s\n' "$1" "$line"
  else
    failed+=("$1")
    printf 'FAIL %-34s %s\n' "$1" "$line"
  fi
}

vote() { # NAME MAP ARGUMENTS...
  local name=$1 map=$2
  shift 2
  otbcli_ClassificationMapRegularization -io.in "$map" -io.out "$name-otb.tif" "$@" > "$name.log" 2>&1
  "$cers" ClassificationMapRegularization -io.in "$map" -io.out "$name-cers.tif" "$@" "${quiet[@]}"
  equal "$name" "$name-otb.tif" "$name-cers.tif"
}
for map in land chance; do
  for radius in 1 2 4; do vote "vote-$map-$radius" $map.tif -ip.radius $radius; done
  vote "vote-$map-undecided" $map.tif -ip.radius 2 -ip.suvbool true -ip.undecidedlabel 9
  vote "vote-$map-isolated" $map.tif -ip.radius 2 -ip.onlyisolatedpixels true -ip.isolatedthreshold 4
  vote "vote-$map-all" $map.tif -ip.radius 3 -ip.onlyisolatedpixels true -ip.isolatedthreshold 6 -ip.suvbool true -ip.undecidedlabel 200 -ip.nodatalabel 2
done

for map in land chance; do
  for threshold in 2 5 30; do
    for connectivity in 4 8; do
      name=sieve-$map-$threshold-c$connectivity
      gdal_sieve.py -q -st $threshold -$connectivity -of GTiff $map.tif "$name-gdal.tif" > /dev/null
      "$cers" MinimumMappingUnit -in $map.tif -out "$name-cers.tif" -threshold $threshold -connectivity $connectivity "${quiet[@]}"
      equal "$name" "$name-gdal.tif" "$name-cers.tif"
    done
  done
done

matrix() { # NAME ARGUMENTS...
  local name=$1
  shift
  total=$((total + 1))
  otbcli_ComputeConfusionMatrix -in land.tif -ref raster -ref.raster.in reference.tif -out "$name-otb.csv" "$@" > "$name.log" 2>&1
  "$cers" ComputeConfusionMatrix -in land.tif -ref raster -ref.raster.in reference.tif -out "$name-cers.csv" "$@" "${quiet[@]}" > "$name.txt"
  if cmp "$name-otb.csv" "$name-cers.csv"; then
    printf 'ok   %-34s %s\n' "$name" "same bytes"
  else
    failed+=("$name")
    printf 'FAIL %-34s\n' "$name"
  fi
}
matrix matrix-all
matrix matrix-nodata -ref.raster.nodata 0 -nodatalabel 0
matrix matrix-table -format contingencytable -ref.raster.nodata 3
# Scores agree where every map class is a reference class.
total=$((total + 1))
otb_kappa=$(sed -n 's/.*Kappa index: //p' matrix-nodata.log)
if grep -q "^kappa: $otb_kappa\$" matrix-nodata.txt; then
  echo "ok   kappa                              $otb_kappa"
else
  failed+=(kappa)
  echo "FAIL kappa: OTB $otb_kappa, $(grep '^kappa' matrix-nodata.txt)"
fi

echo "$((total - ${#failed[@]})) of $total verified"
[[ ${#failed[@]} -eq 0 ]] || { printf 'failed: %s\n' "${failed[*]}"; exit 1; }
