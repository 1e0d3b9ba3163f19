#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Trains random forests with OTB, classifies with OTB's ImageClassifier and with Cers, and asks for equal pixels:
#   classifier_differential.sh CERS_BINARY WORK_DIR
# CERS_TEST_TOOLS names the folder of make_tile and compare_rasters (default: ../tests/tools beside the binary's folder).
# With CERS_SHARED_DATA set, OTB's forest on the satimage data (UCI) is compared on its 2000 test samples.
# Exit code: 0 all verified, 1 a mismatch, 2 usage, 77 OTB or GDAL's programs are not installed (ctest: skipped).
# Not compared: pixels with NaN, which OTB classifies (NaN goes right at every split) and Cers leaves out.
set -euo pipefail
export LC_ALL=C
[[ $# -eq 2 ]] || { echo "usage: classifier_differential.sh CERS_BINARY WORK_DIR" >&2; exit 2; }
for program in otbcli_TrainVectorClassifier otbcli_ImageClassifier gdal_translate ogr2ogr; do
  if ! command -v "$program" > /dev/null; then
    echo "skipped: $program is not installed (Debian packages: otb-bin, gdal-bin)"
    exit 77
  fi
done
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cers=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
tools=$(cd "${CERS_TEST_TOOLS:-$(dirname "$cers")/../tests/tools}" && pwd)
rm -rf "$2"
mkdir -p "$2/a" "$2/b"
cd "$2"

quiet=(-progress 0 -record false)
"$tools/make_tile" a -width 500 -height 400 -seed 21 -stack
"$tools/make_tile" b -width 500 -height 400 -seed 22 -wedge
"$cers" ConcatenateImages -il a/B3.tif a/B8.tif a/B11.tif b/B2.tif b/B4.tif b/B8.tif -out scene.tif int16 "${quiet[@]}"
# Noise: every band of every pixel is independent of its neighbours, and values repeat, so that thresholds are met.
for band in 1 2 3; do
  value="(im1b$band * 7919 + idxX * 104729 + idxY * 1299709)"
  "$cers" BandMath -il scene.tif -exp "$value - 251 * rint($value / 251)" -out "noise$band.tif" int16 "${quiet[@]}"
done
"$cers" ConcatenateImages -il noise1.tif noise2.tif noise3.tif -out noise.tif int16 "${quiet[@]}"
"$cers" BandMath -il scene.tif -exp 'im1b1 > 900' -out mask.tif uint8 "${quiet[@]}"
"$cers" ComputeImagesStatistics -il scene.tif -out.xml statistics.xml "${quiet[@]}" > /dev/null

passed=0
total=0
confidence=yes
failed=()
# compare NAME IMAGE MODEL ARGUMENTS...: labels, then confidences unless $confidence is empty
compare() {
  local name=$1 image=$2 model=$3 side line
  shift 3
  total=$((total + 1))
  for side in otb cers; do
    local command=("$cers") more=("${quiet[@]}")
    if [[ $side == otb ]]; then command=(); more=(); fi
    if ! "${command[@]}" "$([[ $side == otb ]] && echo otbcli_)ImageClassifier" -in "$image" -model "$model" "$@" \
      -out "$name-$side.tif" ${confidence:+-confmap "$name-$side-confidence.tif"} "${more[@]}" > "$name-$side.log" 2>&1 ||
      [[ ! -s $name-$side.tif ]]; then
      failed+=("$name")
      printf 'FAIL %-12s %s: %s\n' "$name" "$side" "$(grep -v '^$' "$name-$side.log" | tail -n 1)"
      return 0
    fi
  done
  if line=$("$tools/compare_rasters" "$name-otb.tif" "$name-cers.tif" -grid -type 2>&1) &&
    { [[ -z $confidence ]] || line+="; confidence $("$tools/compare_rasters" "$name-otb-confidence.tif" "$name-cers-confidence.tif" -grid -type 2>&1)"; }; then
    passed=$((passed + 1))
    printf 'ok   %-12s %s\n' "$name" "$line"
  else
    failed+=("$name")
    printf 'FAIL %-12s %s\n' "$name" "$line"
  fi
}

train=$here/train_forest.sh
"$train" scene.tif scene.txt 40 25 5 60
compare scene scene.tif scene.txt
compare masked scene.tif scene.txt -mask mask.tif -nodatalabel 255
"$train" scene.tif scene.xml 10 12 5 60
compare xml scene.tif scene.xml
"$train" scene.tif scaled.txt 20 25 5 60 statistics.xml
compare scaled scene.tif scaled.txt -imstat statistics.xml
"$train" a/STACK.tif reflectance.txt 20 25 2 60
compare reflectance a/STACK.tif reflectance.txt
"$train" noise.tif noise.txt 25 25 1 60
compare noise noise.tif noise.txt
"$train" noise.tif ties.txt 4 3 5 60 # few shallow trees: half the pixels are ties
compare ties noise.tif ties.txt
"$train" noise.tif one.txt 1 2 5 60
compare one noise.tif one.txt

samples=${CERS_SHARED_DATA:-}/landcover/otb
if [[ -n ${CERS_SHARED_DATA:-} && -f $samples/satimage_test.csv ]]; then
  # One line of 2000 pixels and 36 bands: columns of the table become bands of one Arc/Info ASCII grid each.
  grids=()
  for ((column = 1; column <= 36; column++)); do
    {
      printf 'ncols 2000\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n'
      tail -n +2 "$samples/satimage_test.csv" | cut -d , -f "$column" | tr '\n' ' '
      printf '\n'
    } > "sat$column.asc"
    grids+=("sat$column.asc")
  done
  "$cers" ConcatenateImages -il "${grids[@]}" -out satimage.tif uint8 "${quiet[@]}"
  compare satimage satimage.tif "$samples/otb_rf_satimage_30trees.txt"
  # Support vector machines that Cers trained. They have no confidence in OTB.
  ogr2ogr -q -f "ESRI Shapefile" -oo AUTODETECT_TYPE=YES satimage.dbf "$samples/satimage_train.csv"
  "$cers" ComputeImagesStatistics -il satimage.tif -out.xml satimage.xml "${quiet[@]}" > /dev/null
  for kernel in linear rbf; do
    "$cers" TrainVectorClassifier -io.vd satimage.dbf -io.stats satimage.xml -feat 'f*' -cfield code \
      -classifier libsvm -classifier.libsvm.k "$kernel" -classifier.libsvm.gamma 0.05 -io.out "satimage-$kernel.svm" \
      "${quiet[@]}" > /dev/null
    confidence= compare "svm-$kernel" satimage.tif "satimage-$kernel.svm" -imstat satimage.xml
  done
fi

# -version exits with 1.
version=$({ otbcli_ImageClassifier -version 2>&1 || true; } | sed -nE 's/.*version ([0-9][0-9.]*).*/\1/p' | tail -n 1)
if [[ ${#failed[@]} -gt 0 ]]; then printf '\nnot verified: %s\n' "${failed[*]}"; fi
echo "$passed of $total verified against OTB ${version:-of an unknown version}"
[[ ${#failed[@]} -eq 0 ]]
