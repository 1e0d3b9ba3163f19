#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# sample-scene.sh BUILD FOLDER: a small simulated Sentinel-2 scene: B2 B3 B4 B8 (10 m) and B11 (20 m) as reflectance
# times 10 000 with nodata -10000; stack.tif: B3 B4 B8 B11 on the 10 m grid as reflectance; snow_*.tif: masks of a winter
# whose snow comes and goes with the near infrared and whose clouds move over the short-wave infrared, one of them on the
# 20 m grid; product: a winter scene as Theia delivers it, with the truth in truth, a DEM (dem.tif), the tree cover
# (tcd.tif) and its snow mask (snow.tif).
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

rm -rf simulated product truth
"$build/tools/cers" simulate -out simulated -progress 0 -record false > /dev/null
mv simulated/SENTINEL2B_* product
mv simulated/TRUTH_* truth
rm -r simulated
cp truth/DEM.tif dem.tif
cp truth/TCD.tif tcd.tif
"$build/tools/cers" SnowMask -in product -dem dem.tif -out snow.tif -progress 0 -record false > /dev/null 2>&1
