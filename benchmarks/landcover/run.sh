#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A random forest of 100 trees of depth 25 over 10 bands, map and confidence: Cers beside otbcli_ImageClassifier, in turn,
# with outputs checked equal.
#   benchmarks/landcover/run.sh BUILD_DIR WORK_DIR [SIZE=2000] [PAIRS=3]
# CERS_COMPARE_THREADS (2) sets the threads of both. Prints each pair and the medians of the ratios.
set -euo pipefail
export LC_ALL=C
[[ $# -ge 2 && $# -le 4 ]] || { echo "usage: run.sh BUILD_DIR WORK_DIR [SIZE=2000] [PAIRS=3]" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)
size=${3:-2000}
pairs=${4:-3}
threads=${CERS_COMPARE_THREADS:-2}
cers=$build/tools/cers
tools=$build/tests/tools
for program in "$cers" "$tools/make_tile" "$tools/compare_rasters"; do
  [[ -x $program ]] || { echo "run.sh: $program is missing" >&2; exit 2; }
done
for program in otbcli_ImageClassifier ogr2ogr; do
  command -v "$program" > /dev/null || { echo "run.sh: $program is missing (Debian: otb-bin, gdal-bin)" >&2; exit 2; }
done
[[ -x /usr/bin/time ]] || { echo "run.sh: GNU time is missing (Debian package: time)" >&2; exit 2; }
export ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS=$threads

image=$work/stack-$size.tif
model=$work/forest-$size.txt
if [[ ! -s $image ]]; then
  mkdir -p "$work/a" "$work/b"
  "$tools/make_tile" "$work/a" -width "$size" -height "$size" -seed 3
  "$tools/make_tile" "$work/b" -width "$size" -height "$size" -seed 4
  "$cers" ConcatenateImages -il "$work"/a/B{2,3,4,8,11}.tif "$work"/b/B{2,3,4,8,11}.tif -out "$image" int16 \
    -progress 0 -record false
fi
[[ -s $model ]] || "$here/../../tests/differential/train_forest.sh" "$image" "$model" 100 25
cat "$image" "$model" > /dev/null # warm page cache
echo "$(grep -c norm_class_idx "$model") nodes in the file, $(stat -c %s "$model") bytes; $size × $size pixels, $threads threads"

# measure TOOL COMMAND...: wall s, cpu s, peak MB into $wall $cpu $peak
measure() {
  local tool=$1
  shift
  rm -f "$work/$tool.tif" "$work/$tool-confidence.tif"
  /usr/bin/time -q -f '%e %U %S %M' -o "$work/time.txt" "$@" > "$work/$tool.log" 2>&1 || {
    tail -n 5 "$work/$tool.log" >&2
    exit 3
  }
  read -r wall cpu peak < <(awk '{ print $1, $2 + $3, int($4 / 1024) }' "$work/time.txt")
}
: > "$work/ratios.txt"
for ((pair = 1; pair <= pairs; pair++)); do
  measure cers "$cers" ImageClassifier -in "$image" -model "$model" -out "$work/cers.tif" \
    -confmap "$work/cers-confidence.tif" -threads "$threads" -progress 0
  line="cers $wall s wall, $cpu s processor, $peak MB"
  cers_wall=$wall cers_cpu=$cpu
  measure otb otbcli_ImageClassifier -in "$image" -model "$model" -out "$work/otb.tif" \
    -confmap "$work/otb-confidence.tif"
  echo "$line; otb $wall s, $cpu s, $peak MB"
  awk -v a="$wall" -v b="$cers_wall" -v c="$cpu" -v d="$cers_cpu" 'BEGIN { print a / b, c / d }' >> "$work/ratios.txt"
done
"$tools/compare_rasters" "$work/otb.tif" "$work/cers.tif" -grid -type
"$tools/compare_rasters" "$work/otb-confidence.tif" "$work/cers-confidence.tif" -grid -type
median() { cut -d ' ' -f "$1" "$work/ratios.txt" | sort -n | awk '{ v[NR] = $1 } END { printf "%.1f", v[int((NR + 1) / 2)] }'; }
echo "OTB takes $(median 1) times the wall time and $(median 2) times the processor time of Cers"
