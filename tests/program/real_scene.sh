#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# real_scene.sh CERS SCENE WORK ROOT TOOLS: the indices pipeline on a crop of a real Theia product, 10 m and 20 m bands
# together, beside GDAL's own tools; skipped where the real images or those tools are not.
CERS=$1 SCENE=$2 WORK=$3 ROOT=$4 TOOLS=$5
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
name=SENTINEL2B_20181023-105107-455_L2A_T30TYP_D_V1-9
product=${CERS_SHARED_DATA:-}/products/muscate_l2a/$name/${name}_FRE
[[ -f ${product}_B4.tif ]] || { echo "skipped: no real Theia product in CERS_SHARED_DATA"; exit 77; }
for tool in gdal_calc.py gdalwarp; do command -v $tool > /dev/null || { echo "skipped: $tool is not installed"; exit 77; }; done

check "the pipeline runs" "$CERS" run "$ROOT/pipelines/indices.yaml" -b4 "${product}_B4.tif" -b8 "${product}_B8.tif" \
  -b11 "${product}_B11.tif" -out.dir maps -progress 0 > listed.txt

# The same by GDAL's tools: reflectance as float32, missing as NaN, the 20 m band by gdalwarp without approximation.
calc() { gdal_calc.py --quiet --type=Float32 --NoDataValue=nan "$@"; }
reflectance='numpy.where(A==-10000,numpy.nan,numpy.float32(A*0.0001))'
for band in 4 8 11; do calc -A "${product}_B$band.tif" --calc="$reflectance" --outfile="b$band.tif" --hideNoData; done
read -r left top right bottom < <(gdalinfo -json b4.tif | python3 -c '
import json, sys
corners = json.load(sys.stdin)["cornerCoordinates"]
print(*corners["upperLeft"], *corners["lowerRight"])')
gdalwarp -q -et 0 -r bilinear -te "$left" "$bottom" "$right" "$top" -tr 10 10 -srcnodata nan -dstnodata nan b11.tif b11_10m.tif
ratio='(A.astype(numpy.float64)-B)/(A.astype(numpy.float64)+B)'
calc -A b8.tif -B b4.tif --calc="$ratio" --outfile=ndvi.tif --hideNoData
calc -A b8.tif -B b11_10m.tif --calc="$ratio" --outfile=ndmi.tif --hideNoData
check "NDVI equals gdal_calc.py exactly" "$TOOLS/compare_rasters" ndvi.tif maps/ndvi.tif -grid
check "NDMI equals gdalwarp and gdal_calc.py" "$TOOLS/compare_rasters" ndmi.tif maps/ndmi.tif -grid -abs 2e-7
finish
