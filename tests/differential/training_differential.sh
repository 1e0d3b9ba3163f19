#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Trains random forests on OTB's satimage samples (UCI) with OTB's and with Cers' TrainVectorClassifier, same keys,
# several seeds each, and asks for equal accuracy on the held-out samples; trains forests of OpenCV, support vector
# machines of libsvm and boosted trees with both and asks for the same model; trains support vector machines of OpenCV
# with Cers; classifies the samples with models of both by both VectorClassifiers and asks for equal classes:
#   training_differential.sh CERS_BINARY WORK_DIR
# The samples are in CERS_SHARED_DATA/landcover/otb. Exit code: 0 all verified, 1 a mismatch, 2 usage, 77 OTB, GDAL's
# programs or the samples are not there (ctest: skipped).
set -euo pipefail
export LC_ALL=C
[[ $# -eq 2 ]] || { echo "usage: training_differential.sh CERS_BINARY WORK_DIR" >&2; exit 2; }
for program in otbcli_TrainVectorClassifier otbcli_VectorClassifier ogr2ogr; do
  if ! command -v "$program" > /dev/null; then
    echo "skipped: $program is not installed (Debian packages: otb-bin, gdal-bin)"
    exit 77
  fi
done
samples=${CERS_SHARED_DATA:-}/landcover/otb
[[ -f $samples/satimage_train.csv ]] || { echo "skipped: there is no $samples/satimage_train.csv"; exit 77; }
cers=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
rm -rf "$2"
mkdir -p "$2"
cd "$2"

# A table without geometry as SQLite makes OTB 8.1.1 crash; as DBF it does not.
for part in train test; do
  ogr2ogr -q -f "ESRI Shapefile" -oo AUTODETECT_TYPE=YES "$part.dbf" "$samples/satimage_$part.csv"
done
features=()
for ((i = 0; i < 36; i++)); do features+=("$(printf 'f%02d' "$i")"); done
failed=0

# share FILE: correct samples of a confusion matrix, as a share
share() {
  awk -F , '!/^#/ { row++; for (i = 1; i <= NF; i++) { all += $i; if (i == row) right += $i } } END { printf "%.4f", right / all }' "$1"
}
# several NAME TOLERANCE ARGUMENTS...: five seeds of each; their means differ by at most TOLERANCE, or Cers' is higher
# by at most twice that
several() {
  local name=$1 tolerance=$2 seed
  shift 2
  : > otb.txt
  : > cers.txt
  for seed in 1 2 3 4 5; do
    local common=(-io.vd train.dbf -valid.vd test.dbf -feat "${features[@]}" -cfield code -classifier rf "$@" -rand "$seed")
    otbcli_TrainVectorClassifier "${common[@]}" -io.out "$name-$seed.txt" -io.confmatout otb.csv > otb.log 2>&1
    "$cers" TrainVectorClassifier "${common[@]}" -io.out "$name-$seed.cers" -io.confmatout matrix.csv -progress 0 \
      -record false > cers.log 2>&1
    echo "$(share otb.csv)" >> otb.txt
    echo "$(share matrix.csv)" >> cers.txt
  done
  local line
  line=$(paste otb.txt cers.txt | awk -v t="$tolerance" '
    { o += $1; c += $2; if (NR == 1 || $1 < lo) lo = $1; if ($1 > ho) ho = $1; if (NR == 1 || $2 < lc) lc = $2; if ($2 > hc) hc = $2 }
    END { d = (c - o) / NR
          printf "accuracy OTB %.4f (%.4f to %.4f), Cers %.4f (%.4f to %.4f)", o / NR, lo, ho, c / NR, lc, hc
          exit !(d >= -t && d <= 2 * t) }') && echo "ok   $name: $line" || { echo "FAIL $name: $line"; failed=1; }
}
several oso 0.01 -classifier.rf.max 25 -classifier.rf.min 5 -classifier.rf.nbtrees 100 -classifier.rf.acc 0
several otb-defaults 0.015 -classifier.rf.max 5 -classifier.rf.min 10

# grown NAME ARGUMENTS...: OTB's forest and the one Cers grows with OpenCV, the same bytes and the same matrix
grown() {
  local name=$1 arguments
  shift
  arguments=(-io.vd train.dbf -valid.vd test.dbf -feat "${features[@]}" -cfield code -classifier rf "$@")
  otbcli_TrainVectorClassifier "${arguments[@]}" -io.out "$name.rf" -io.confmatout otb.csv > otb.log 2>&1
  "$cers" TrainVectorClassifier "${arguments[@]}" -classifier.rf.library opencv -io.out "$name-cers.rf" \
    -io.confmatout matrix.csv -progress 0 -record false > cers.log 2>&1
  if cmp -s "$name.rf" "$name-cers.rf" && cmp -s otb.csv matrix.csv; then
    echo "ok   forest $name: the model is OTB's, byte by byte, and so is the matrix, accuracy $(share matrix.csv)"
  else
    echo "FAIL forest $name: OTB's model or matrix differs"
    failed=1
  fi
}
grown deep -classifier.rf.max 25 -classifier.rf.min 5 -classifier.rf.acc 0
grown defaults
grown few -classifier.rf.var 12 -classifier.rf.nbtrees 30 -classifier.rf.acc 0.2 -classifier.rf.ra 0.1 \
  -classifier.rf.cat 4 -classifier.rf.max 8

# Means and deviations of the training samples, as ComputeImagesStatistics writes them.
awk -F , 'NR > 1 { for (i = 1; i < NF; i++) { s[i] += $i; q[i] += $i * $i } }
  END { n = NR - 1; print "<?xml version=\"1.0\" ?>\n<FeatureStatistics>\n<Statistic name=\"mean\">"
        for (i = 1; i < NF; i++) printf "<StatisticVector value=\"%.6g\" />\n", s[i] / n
        print "</Statistic>\n<Statistic name=\"stddev\">"
        for (i = 1; i < NF; i++) printf "<StatisticVector value=\"%.6g\" />\n", sqrt((q[i] - s[i] * s[i] / n) / (n - 1))
        print "</Statistic>\n</FeatureStatistics>" }' "$samples/satimage_train.csv" > statistics.xml
# The same of the first four features.
awk '/<StatisticVector/ { if (++n > 4) next } /<Statistic name/ { n = 0 } { print }' statistics.xml > four.xml
# Lines of support vectors with the digits libsvm 3.24 writes. Cers writes all: trained on the same samples both
# machines are the same to the last of them.
as_libsvm() {
  awk -v classes=6 '
    vectors { for (i = 1; i <= NF; i++) {
                if (i < classes) printf "%.17g ", $i
                else { split($i, pair, ":"); printf "%d:%.8g ", pair[1], pair[2] } }
              print ""; next }
    $1 == "SV" { vectors = 1 }
    $1 == "rho" || $1 == "gamma" || $1 == "coef0" { for (i = 2; i <= NF; i++) $i = sprintf("%.17g", $i) }
    { print }' "$1"
}
# svm_training NAME ARGUMENTS...: OTB's NAME.svm and Cers' NAME-cers.svm, the same model and the same matrix
svm_training() {
  local name=$1 arguments
  shift
  arguments=(-io.vd train.dbf -valid.vd test.dbf -io.stats statistics.xml -feat "${features[@]}" -cfield code
    -classifier libsvm "$@")
  otbcli_TrainVectorClassifier "${arguments[@]}" -io.out "$name.svm" -io.confmatout otb.csv > otb.log 2>&1
  "$cers" TrainVectorClassifier "${arguments[@]}" -io.out "$name-cers.svm" -io.confmatout matrix.csv -progress 0 \
    -record false > cers.log 2>&1
  if cmp -s <(as_libsvm "$name.svm") <(as_libsvm "$name-cers.svm") && cmp -s otb.csv matrix.csv; then
    echo "ok   svm $name: model and matrix are OTB's, accuracy $(share matrix.csv)"
  else
    echo "FAIL svm $name: OTB's model or matrix differs, accuracy OTB $(share otb.csv), Cers $(share matrix.csv)"
    failed=1
  fi
}
svm_training nu-poly -classifier.libsvm.m nusvc -classifier.libsvm.nu 0.1 -classifier.libsvm.k poly \
  -classifier.libsvm.degree 2 -classifier.libsvm.gamma 0.1 -classifier.libsvm.coef0 1
svm_training sigmoid -classifier.libsvm.k sigmoid -classifier.libsvm.gamma 0.01 -classifier.libsvm.c 3
for kernel in linear rbf; do
  svm_training "$kernel" -classifier.libsvm.k "$kernel" -classifier.libsvm.gamma 0.05
done

classes() { # FILE LAYER FIELDS
  ogr2ogr -q -f CSV /vsistdout/ "$1" -sql "SELECT $3 FROM \"$2\"" | awk -F , 'NR > 1 { printf "%d %.4f\n", $1, $2 }'
}
# compare NAME MODEL FIELDS ARGUMENTS...: the test samples by both VectorClassifiers
compare() {
  local name=$1 model=$2 fields=$3
  shift 3
  rm -f otb.*bf otb.shp cers.gpkg
  local seen=(-feat "${features[@]}")
  if [[ " $* " == *" -feat "* ]]; then seen=(); fi
  otbcli_VectorClassifier -in test.dbf -model "$model" "${seen[@]}" -cfield predicted "$@" -out otb.shp > otb.log 2>&1
  "$cers" VectorClassifier -in test.dbf -model "$model" "${seen[@]}" "$@" -out cers.gpkg -progress 0 \
    -record false > cers.log
  classes otb.dbf otb "$fields" > otb.txt
  classes cers.gpkg cers "$fields" > cers.txt
  if cmp -s otb.txt cers.txt && [[ $(wc -l < cers.txt) == 2000 ]]; then
    echo "ok   $name: $fields of 2000 samples are OTB's"
  else
    echo "FAIL $name: $(diff otb.txt cers.txt | grep -c '^<') of 2000 samples differ"
    failed=1
  fi
}
compare forest oso-1.txt "predicted, confidence" -confmap true
compare svm-linear linear.svm predicted -instat statistics.xml
compare svm-rbf rbf.svm predicted -instat statistics.xml

# opencv_machine NAME ARGUMENTS...: OTB 8 reads these but no longer trains them; as good as libsvm's of the same options
opencv_machine() {
  local name=$1 best
  shift
  "$cers" TrainVectorClassifier -io.vd train.dbf -valid.vd test.dbf -io.stats statistics.xml -feat "${features[@]}" \
    -cfield code -classifier svm -classifier.svm.iter 10000 "$@" -io.out "$name.yml" -io.confmatout own.csv \
    -progress 0 -record false > cers.log 2>&1
  "$cers" TrainVectorClassifier -io.vd train.dbf -valid.vd test.dbf -io.stats statistics.xml -feat "${features[@]}" \
    -cfield code -classifier libsvm "${@//.svm./.libsvm.}" -io.out "$name.svm" -io.confmatout libsvm.csv \
    -progress 0 -record false > cers.log 2>&1
  best="OpenCV $(share own.csv), libsvm $(share libsvm.csv)"
  if awk -v a="$(share own.csv)" -v b="$(share libsvm.csv)" 'BEGIN { exit !(a - b < 0.01 && b - a < 0.01) }'; then
    echo "ok   $name: accuracy $best"
  else
    echo "FAIL $name: accuracy $best"
    failed=1
  fi
  compare "$name" "$name.yml" predicted -instat statistics.xml
}
opencv_machine opencv-linear
opencv_machine opencv-rbf -classifier.svm.k rbf -classifier.svm.gamma 0.05 -classifier.svm.c 3

# boosted NAME CLASSES ARGUMENTS...: OTB's model and Cers' on the samples of two classes, the same bytes; the classes of
# the test samples by OTB's model
boosted() {
  local name=$1 kinds=$2 arguments matrix
  shift 2
  rm -f two.*
  ogr2ogr -q -f "ESRI Shapefile" two.dbf train.dbf -where "code IN ($kinds)"
  arguments=(-io.vd two.dbf -feat "${features[@]}" -cfield code -classifier boost "$@")
  otbcli_TrainVectorClassifier "${arguments[@]}" -io.out "$name.boost" -io.confmatout otb.csv > otb.log 2>&1
  "$cers" TrainVectorClassifier "${arguments[@]}" -io.out "$name-cers.boost" -io.confmatout matrix.csv -progress 0 \
    -record false > cers.log 2>&1
  if cmp -s "$name.boost" "$name-cers.boost" && cmp -s otb.csv matrix.csv; then
    echo "ok   boost $name: the model is OTB's, byte by byte, and so is the matrix"
  else
    echo "FAIL boost $name: OTB's model or matrix differs"
    failed=1
  fi
  compare "boost-$name" "$name.boost" predicted
}
boosted real 4,5
boosted deep 3,4 -classifier.boost.w 40 -classifier.boost.m 6 -classifier.boost.r 0.8
for type in discrete logit gentle; do boosted "$type" 1,6 -classifier.boost.t "$type" -classifier.boost.m 2; done
# A model of OpenCV 2 that OTB ships as a test.
compare boost-old "$samples/clBOOST_ModelQB1.boost" predicted -feat f00 f01 f02 f03
compare boost-old-scaled "$samples/clBOOST_ModelQB1.boost" predicted -instat four.xml -feat f00 f01 f02 f03
compare svm-linear-cers linear-cers.svm predicted -instat statistics.xml
compare svm-rbf-cers rbf-cers.svm predicted -instat statistics.xml
exit $failed
