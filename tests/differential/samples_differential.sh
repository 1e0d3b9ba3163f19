#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Samples of polygons by OTB's applications and by Cers with the same arguments, and asks for equal files:
#   samples_differential.sh CERS_BINARY WORK_DIR
# CERS_TEST_TOOLS names the folder of make_tile (default: ../tests/tools beside the binary's folder). With
# CERS_SHARED_DATA set, the parcels of eo-learn's Slovenian patch are used too.
# Statistics and rates are compared byte by byte, points by their fields and places, in order. Random samplers differ by
# design; their numbers are compared.
# Exit code: 0 all verified, 1 a mismatch, 2 usage, 77 OTB or GDAL's programs are not installed (ctest: skipped).
set -euo pipefail
export LC_ALL=C OTB_LOGGER_LEVEL=WARNING
[[ $# -eq 2 ]] || { echo "usage: samples_differential.sh CERS_BINARY WORK_DIR" >&2; exit 2; }
for program in otbcli_SampleSelection ogr2ogr gdal_translate; do
  if ! command -v "$program" > /dev/null; then
    echo "skipped: $program is not installed (Debian packages: otb-bin, gdal-bin)"
    exit 77
  fi
done
cers=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
tools=$(cd "${CERS_TEST_TOOLS:-$(dirname "$cers")/../tests/tools}" && pwd)
rm -rf "$2"
mkdir -p "$2/otb" "$2/cers"
cd "$2"
quiet=(-progress 0 -record false)

passed=0
total=0
failed=()
verdict() { # NAME FILE FILE
  total=$((total + 1))
  if [[ -s $2 ]] && cmp -s "$2" "$3"; then
    passed=$((passed + 1))
    printf 'ok   %-24s %s lines\n' "$1" "$(wc -l < "$2")"
  else
    failed+=("$1")
    printf 'FAIL %-24s\n' "$1"
    diff "$2" "$3" 2>&1 | head -n 6 || true
  fi
}
# both APPLICATION NAME.SUFFIX ARGUMENTS...: writes otb/NAME.SUFFIX and cers/NAME.SUFFIX; @/ stands for the side's folder
both() {
  local application=$1 out=$2 side
  shift 2
  for side in otb cers; do
    local command=("$cers" "$application") more=("${quiet[@]}")
    if [[ $side == otb ]]; then command=("otbcli_$application"); more=(); fi
    "${command[@]}" "${@//@\//$side/}" -out "$side/$out" "${more[@]}" > "$side/$out.log" 2>&1 ||
      { echo "$side: $application failed:"; tail -n 3 "$side/$out.log"; }
  done
}
rows() { # FILE: fields and places as text, micrometres rounded away
  ogr2ogr -f CSV -lco GEOMETRY=AS_XY /vsistdout/ "$1" 2> /dev/null |
    awk -F, 'NR == 1 { print; next } { printf "%.4f,%.4f", $1, $2; for (i = 3; i <= NF; ++i) printf ",%s", $i; print "" }'
}
# points NAME FILE-WITHOUT-SIDE
points() {
  rows "otb/$2" > "otb/$1.rows" || true
  rows "cers/$2" > "cers/$1.rows" || true
  verdict "$1" "otb/$1.rows" "cers/$1.rows"
}
# chain NAME IMAGE POLYGONS FIELD [MASK]
chain() {
  local name=$1 image=$2 polygons=$3 field=$4 mask=()
  if [[ $# -gt 4 ]]; then mask=(-mask "$5"); fi
  local common=(-in "$image" -vec "$polygons" -field "$field" "${mask[@]}")
  both PolygonClassStatistics "$name.xml" "${common[@]}"
  verdict "$name statistics" "otb/$name.xml" "cers/$name.xml"
  choose() { # LABEL ARGUMENTS...
    local label=$1
    shift
    both SampleSelection "$name-$label.shp" "${common[@]}" -instats "@/$name.xml" -outrates "@/$name-$label-rates.csv" "$@"
    verdict "$name $label rates" "otb/$name-$label-rates.csv" "cers/$name-$label-rates.csv"
  }
  choose smallest
  points "$name smallest points" "$name-smallest.shp"
  choose constant -strategy constant -strategy.constant.nb 300
  points "$name constant points" "$name-constant.shp"
  choose percent -strategy percent -strategy.percent.p 0.37
  points "$name percent points" "$name-percent.shp"
  choose total -strategy total -strategy.total.v 1000
  points "$name total points" "$name-total.shp"
  choose all -strategy all
  points "$name all points" "$name-all.shp"
  cp "otb/$name-total-rates.csv" "$name-wanted.csv"
  choose byclass -strategy byclass -strategy.byclass.in "$name-wanted.csv"
  points "$name byclass points" "$name-byclass.shp"
  both SampleSelection "$name-random.shp" "${common[@]}" -instats "@/$name.xml" -sampler random -rand 3 \
    -strategy percent -strategy.percent.p 0.2
  for side in otb cers; do
    rows "$side/$name-random.shp" | tail -n +2 | cut -d , -f "$(random_field "$name-random.shp" "$field")" | sort |
      uniq -c > "$side/$name-random.rows"
  done
  verdict "$name random counts" "otb/$name-random.rows" "cers/$name-random.rows"
  both SampleExtraction "$name-values.shp" -in "$image" -vec "@/$name-total.shp" -field "$field" -outfield prefix \
    -outfield.prefix.name b_
  points "$name values" "$name-values.shp"
  for side in otb cers; do
    for part in shp shx dbf prj; do cp "$side/$name-total.$part" "$side/$name-place.$part"; done
    command=("$cers" SampleExtraction) more=("${quiet[@]}")
    if [[ $side == otb ]]; then command=(otbcli_SampleExtraction); more=(); fi
    "${command[@]}" -in "$image" -vec "$side/$name-place.shp" -field "$field" -outfield prefix -outfield.prefix.name v \
      "${more[@]}" > "$side/place.log" 2>&1 || true
  done
  points "$name values in place" "$name-place.shp"
}
random_field() { rows "otb/$1" | head -n 1 | tr , '\n' | grep -n -x -i "$2" | cut -d : -f 1; }

# OTB takes a square image of this size in one piece; one of 400 x 300 pixels it takes in two, and its order changes.
# Stars and squares, some with holes, some on others, some half outside; corners on centres of pixels too.
"$tools/make_tile" . -width 240 -height 240 -seed 5 -stack
awk 'BEGIN {
  srand(11)
  printf "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::32631\"}},\"features\":["
  for (i = 0; i < 60; ++i) {
    x = 600000 + 2800 * rand() - 200; y = 4900020 - 2800 * rand() + 200; n = 4 + int(6 * rand()); step = i % 3 == 0 ? 5 : 0.01
    printf "%s{\"type\":\"Feature\",\"properties\":{\"class\":%d,\"name\":\"c %d\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[", i ? "," : "", 1 + i % 4, 1 + i % 4
    for (r = 0; r < 1 + (i % 4 == 0); ++r) {
      printf "%s[", r ? "," : ""
      for (k = 0; k <= n; ++k) {
        if (k < n) { reach = (r ? 40 : 60 + 240 * rand()); px[k] = step * int((x + reach * cos(6.2831853 * k / n)) / step + 0.5); py[k] = step * int((y + reach * sin(6.2831853 * k / n)) / step + 0.5) }
        j = k % n
        printf "%s[%.2f,%.2f]", k ? "," : "", px[j], py[j]
      }
      printf "]"
    }
    printf "]}}"
  }
  printf "]}\n" }' > stars.geojson
ogr2ogr stars.shp stars.geojson
"$cers" BandMath -il STACK.tif -exp 'im1b1 > 0.08' -out mask.tif uint8 "${quiet[@]}"
chain stars STACK.tif stars.shp class
chain named STACK.tif stars.shp name
chain masked STACK.tif stars.shp class mask.tif
# Lines with bends, some outside, some level and upright: all pixels they meet.
awk 'BEGIN {
  srand(12)
  printf "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::32631\"}},\"features\":["
  for (i = 0; i < 40; ++i) {
    x = 600003.7 + 2600 * rand() - 100; y = 4900013.1 - 2600 * rand() + 100
    printf "%s{\"type\":\"Feature\",\"properties\":{\"class\":%d,\"name\":\"c %d\"},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[", i ? "," : "", 1 + i % 3, 1 + i % 3
    for (k = 0; k < 4; ++k) {
      printf "%s[%.2f,%.2f]", k ? "," : "", x, y
      if (i % 4 != 1 || k % 2) x += 300 * rand() - 120
      if (i % 4 != 1 || !(k % 2)) y += 200 * rand() - 150
    }
    printf "]}}"
  }
  printf "]}\n" }' > lines.geojson
ogr2ogr lines.shp lines.geojson
chain lines STACK.tif lines.shp class

# Several images: the tables of both applications for every strategy and sharing.
cp otb/stars.xml a.xml
cp otb/masked.xml b.xml
sed -e '/key="2"/d' -e 's/key="3" value="[0-9]*"/key="3" value="17"/' otb/stars.xml > c.xml
printf '1\t300\n2\t60\n3\t1000\n4\t11\n' > n1.csv
printf '1\t30\n2\t6\n' > n2.csv
printf '3\t3\n4\t3\n' > n3.csv
for sharing in proportional equal custom; do
  one=1
  if [[ $sharing == custom ]]; then one=3; fi
  values() { local all=("$@"); echo "${all[*]:0:$one}"; }
  tables=(n1.csv n2.csv n3.csv)
  for strategy in smallest all "constant nb $(values 100 20 5)" "percent p $(values 0.25 0.5 1)" \
    "total v $(values 777 100 20)" byclass; do
    read -r kind key numbers <<< "$strategy"
    arguments=(-il a.xml b.xml c.xml -mim "$sharing" -strategy "$kind")
    if [[ $kind == byclass ]]; then
      arguments+=(-strategy.byclass.in "${tables[@]:0:$one}")
    elif [[ -n $key ]]; then
      arguments+=("-strategy.$kind.$key" "$numbers")
    fi
    both MultiImageSamplingRate "rates-$sharing-$kind.csv" "${arguments[@]}"
    for side in otb cers; do
      for image in 1 2 3; do cat "$side/rates-$sharing-${kind}_$image.csv"; done > "$side/rates-$sharing-$kind.all" || true
    done
    verdict "rates $sharing $kind" "otb/rates-$sharing-$kind.all" "cers/rates-$sharing-$kind.all"
  done
done

patch=${CERS_SHARED_DATA:-}/landcover/eolearn
if [[ -n ${CERS_SHARED_DATA:-} && -f $patch/lulc_polygons.gpkg ]]; then
  gdal_translate -q -b 1 -b 20 -b 40 "$patch/ndvi_68dates_x10000_int16.tif" eolearn.tif
  ogr2ogr -f 'ESRI Shapefile' eolearn.shp "$patch/lulc_polygons.gpkg" 2> /dev/null
  chain eolearn eolearn.tif eolearn.shp LULC_ID
fi

# -version exits with 1.
version=$({ otbcli_SampleSelection -version 2>&1 || true; } | sed -nE 's/.*version ([0-9][0-9.]*).*/\1/p' | tail -n 1)
if [[ ${#failed[@]} -gt 0 ]]; then printf '\nnot verified: %s\n' "$(printf '%s; ' "${failed[@]}")"; fi
echo "$passed of $total verified against OTB ${version:-of an unknown version}"
[[ ${#failed[@]} -eq 0 ]]
