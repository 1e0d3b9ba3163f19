#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# sample-scene.sh BUILD FOLDER: a small simulated Sentinel-2 scene: B2 B3 B4 B8 (10 m) and B11 (20 m) as reflectance
# times 10 000 with nodata -10000; stack.tif: B3 B4 B8 B11 on the 10 m grid as reflectance; snow_*.tif: masks of a winter
# whose snow comes and goes with the near infrared and whose clouds move over the short-wave infrared, one of them on the
# 20 m grid; forest.yaml: a random forest of three trees on the bands of the stack, as OpenCV writes it (1 water, 2 plants,
# 3 soil, 4 snow); landcover.tif, landcover_shares.tif, landcover_reference.tif: its map, the shares of its trees, and a
# reference that differs in places; units_seen.geojson: points of a random sample with what was seen there;
# regions.geojson: the western and the eastern half (name);
# reference.geojson: squares of 120 m with one of these classes (code, class, name), polygons.gpkg: the same with the field
# role; statistics_a.xml and statistics_b.xml: their pixels, without and with a mask; points.gpkg: samples of them,
# samples.gpkg: these with the bands of the stack, samples.cers: a model trained on them; two.csv and walk.csv: a
# nomenclature of two classes and the way to it; product: a winter scene as Theia delivers it, with the truth in truth, a
# DEM (dem.tif), the tree cover (tcd.tif) and its snow mask (snow.tif).
set -euo pipefail
build=$(cd "$1" && pwd)
mkdir -p "$2"
cd "$2"
"$build/tests/tools/make_tile" . -width 1200 -height 1000 -seed 3 -wedge -swir20
cat > stack.yaml << 'PIPELINE'
cers: 1
name: stack
inputs:
  b3: {file: B3.tif, scale: 0.0001, nodata: -10000}
  b4: {file: B4.tif, scale: 0.0001, nodata: -10000}
  b8: {file: B8.tif, scale: 0.0001, nodata: -10000}
  b11: {file: B11.tif, scale: 0.0001, nodata: -10000, align: b3, resampling: bilinear}
steps:
  - {id: stack, app: ConcatenateImages, il: [b3, b4, b8, b11]}
outputs:
  stack: {from: stack, to: stack.tif}
PIPELINE
"$build/tools/cers" run stack.yaml -progress 0 -record false > /dev/null
rm stack.yaml

mask() { # NAME IMAGE EXPRESSION
  "$build/tools/cers" BandMath -il "$2" -exp "$3" -out "snow_$1.tif?&nodata=255" uint8 -progress 0 -record false > /dev/null
}
while read -r day snow cloud; do
  mask "$day" stack.tif "isnan(im1b3) ? 255 : abs(im1b4 - $cloud) < 0.02 ? 205 : max(0, min(100, 1000 * (im1b3 - $snow)))"
done << 'DAYS'
20171014 0.45 0.20
20171128 0.38 0.22
20180112 0.30 0.28
20180226 0.28 0.24
20180412 0.36 0.26
20180527 0.50 0.23
DAYS
mask l8_20180226 B11.tif "im1b1 == -10000 ? 255 : im1b1 < 2400 ? 100 : 0"

cat > stations.csv << 'CSV'
station,lon,lat,date,depth_cm
refuge,4.26000,44.24000,2018-01-12,45
col,4.30000,44.22000,2018-01-12,3
vallon,4.34000,44.19000,2018-01-12,0
refuge,4.26000,44.24000,2017-11-28,12
col,4.30000,44.22000,2017-11-28,0
vallon,4.34000,44.19000,2017-11-28,0
CSV

leaf() { printf '            - { depth:2, norm_class_idx:%d }\n' $(($1 - 1)); }
split() { # BAND AT_MOST
  printf '            - { depth:1, norm_class_idx:0, splits: [ { var:%d, quality:1., le:%s } ] }\n' "$1" "$2"
}
tree() { printf '      -\n         nodes:\n'; }
{
  printf '%%YAML:1.0\n---\nopencv_ml_rtrees:\n   format: 3\n   is_classifier: 1\n   var_all: 5\n   var_count: 4\n'
  printf '   var_type: [ 0, 0, 0, 0, 1 ]\n   class_labels: [ 1, 2, 3, 4 ]\n   ntrees: 3\n   trees:\n'
  tree; split 2 0.12; leaf 1; split 0 0.35; split 1 0.12; leaf 2; leaf 3; leaf 4
  tree; split 3 0.08; split 0 0.3; leaf 1; leaf 4; split 2 0.3; leaf 3; leaf 2
  tree; split 1 0.4; split 3 0.22; split 2 0.1; leaf 1; leaf 2; leaf 3; split 3 0.2; leaf 4; leaf 3
} > forest.yaml

square() { # CODE NAME COLUMN LINE
  local left=$((600000 + 10 * $3)) top=$((4900020 - 10 * $4))
  printf '{"type":"Feature","properties":{"code":%d,"class":%d,"name":"%s"},' "$1" "$1" "$2"
  printf '"geometry":{"type":"Polygon","coordinates":[['
  printf '[%d,%d],[%d,%d],[%d,%d],[%d,%d],[%d,%d]]]}}' $left $top $((left + 120)) $top $((left + 120)) $((top - 120)) \
    $left $((top - 120)) $left $top
}
{
  printf '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},"features":['
  comma=
  while read -r code name places; do
    for place in $places; do
      printf '%s\n' "$comma"
      square "$code" "$name" "${place%,*}" "${place#*,}"
      comma=,
    done
  done << 'PLACES'
1 water 372,252 384,228 384,264 504,0 504,636 516,888 540,888 768,636 780,636
2 plants 192,732 372,840 384,84 384,852 456,504 468,60 576,672 600,420 660,336 684,912 852,972 1020,636 1056,744 1116,72
3 soil 252,648 276,108 312,144 372,144 432,12 504,108 528,288 564,108 900,480 984,708 1020,348 1140,228 1152,300 1164,984
4 snow 636,132 648,132 744,888 756,888 756,900 1008,384 1008,396 1152,372
PLACES
  printf ']}\n'
} > reference.geojson
half() { # NAME LEFT RIGHT
  printf '{"type":"Feature","properties":{"name":"%s"},"geometry":{"type":"Polygon","coordinates":[[' "$1"
  printf '[%d,4901000],[%d,4901000],[%d,4889000],[%d,4889000],[%d,4901000]]]}}' "$2" "$3" "$3" "$2" "$2"
}
{
  printf '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},"features":['
  half west 599000 606005
  printf ',\n'
  half east 606005 613000
  printf ']}\n'
} > regions.geojson
samples() { "$build/tools/cers" "$@" -vec reference.geojson -field code -progress 0 -record false > /dev/null; }
samples PolygonClassStatistics -in stack.tif -out statistics_a.xml
samples PolygonClassStatistics -in stack.tif -mask snow_20180226.tif -out statistics_b.xml
samples SampleSelection -in stack.tif -instats statistics_a.xml -strategy constant -strategy.constant.nb 200 -out points.gpkg
"$build/tools/cers" SampleExtraction -in stack.tif -vec points.gpkg -field code -outfield list \
  -outfield.list.names green red nir swir -out samples.gpkg -progress 0 -record false > /dev/null
"$build/tools/cers" TrainVectorClassifier -io.vd samples.gpkg -feat green red nir swir -cfield code \
  -classifier.rf.max 25 -io.out samples.cers -progress 0 -record false > /dev/null
"$build/tools/cers" SplitPolygons -in reference.geojson -cfield code -out polygons.gpkg -progress 0 -record false > /dev/null
printf 'code,name,colour\n1,water and snow,#3060ff\n2,land,#40a040\n' > two.csv
printf 'from,to\n1,water and snow\n2,land\n3,land\n4,water and snow\n' > walk.csv

rm -rf simulated product truth
"$build/tools/cers" simulate -out simulated -progress 0 -record false > /dev/null
mv simulated/SENTINEL2B_* product
mv simulated/TRUTH_* truth
rm -r simulated
cp truth/DEM.tif dem.tif
cp truth/TCD.tif tcd.tif
"$build/tools/cers" SnowMask -in product -dem dem.tif -out snow.tif -progress 0 -record false > /dev/null 2>&1

quietly=(-progress 0 -record false)
{
  "$build/tools/cers" ImageClassifier -in stack.tif -model forest.yaml -out landcover.tif -probamap landcover_shares.tif "${quietly[@]}"
  "$build/tools/cers" BandMath -il landcover.tif -exp "im1b1 == 2 && abs(idxX + 2 * idxY - 9 * rint((idxX + 2 * idxY) / 9)) < 1 ? 3 : im1b1" \
    -out "landcover_reference.tif?&nodata=0" uint8 "${quietly[@]}"
  "$build/tools/cers" SamplingDesign -in landcover.tif -error 0.03 -out units.geojson "${quietly[@]}"
} > /dev/null
sed -E 's/"class": ([0-9]+)/"class": \1, "seen": \1/; 0~6s/"seen": [23]/"seen": 4/' units.geojson > units_seen.geojson
rm units.geojson
