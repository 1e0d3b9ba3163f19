#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Trains a random forest with OTB on samples of an image, for tests and benchmarks:
#   train_forest.sh IMAGE MODEL TREES DEPTH [LEAF=5] [SIDE=110] [STATISTICS]
# Samples are SIDE × SIDE pixels of the whole image. Eight classes (codes 11, 18, … 60) by which of the first three bands
# lie above their mean; one sample in eight has another class, so that trees grow as deep and bushy as on real samples.
# The name of MODEL decides the syntax: .xml, .json or, for any other, YAML. Needs otb-bin and gdal-bin.
set -euo pipefail
export LC_ALL=C
[[ $# -ge 4 && $# -le 7 ]] || { echo "usage: train_forest.sh IMAGE MODEL TREES DEPTH [LEAF] [SIDE] [STATISTICS]" >&2; exit 2; }
image=$1 model=$2 trees=$3 depth=$4 leaf=${5:-5} side=${6:-110} statistics=${7:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bands=$(gdalinfo "$image" | grep -c '^Band [0-9]')
columns=()
features=()
for ((band = 1; band <= bands; band++)); do
  gdal_translate -q -of XYZ -r nearest -b "$band" -outsize "$side" "$side" "$image" "$work/$band.xyz"
  cut -d ' ' -f 3 "$work/$band.xyz" > "$work/$band.txt"
  columns+=("$work/$band.txt")
  features+=("f$band")
done
paste -d ' ' "${columns[@]}" > "$work/samples.txt"
awk -v bands="$bands" '
  FNR == NR { for (i = 1; i <= 3; i++) sum[i] += $i; count++; next }
  FNR == 1 {
    srand(7)
    for (i = 1; i <= bands; i++) printf "f%d,", i
    print "class"
  }
  {
    class = 0
    for (i = 1; i <= 3; i++) class = 2 * class + ($i > sum[i] / count)
    if (rand() < 0.125) class = int(8 * rand())
    for (i = 1; i <= bands; i++) printf "%s,", $i
    print 11 + 7 * class
  }' "$work/samples.txt" "$work/samples.txt" > "$work/samples.csv"
# A table without geometry as SQLite makes OTB 8.1.1 crash; as DBF it does not.
ogr2ogr -q -f "ESRI Shapefile" -oo AUTODETECT_TYPE=YES "$work/table.dbf" "$work/samples.csv"
otbcli_TrainVectorClassifier -io.vd "$work/table.dbf" -io.out "$model" ${statistics:+-io.stats "$statistics"} \
  -feat "${features[@]}" -cfield class -classifier rf -classifier.rf.nbtrees "$trees" -classifier.rf.max "$depth" \
  -classifier.rf.min "$leaf" -classifier.rf.acc 0 -rand 1 > "$work/train.log" 2>&1 || {
  cat "$work/train.log" >&2
  exit 1
}
[[ -s $model ]] || { cat "$work/train.log" >&2; exit 1; }
