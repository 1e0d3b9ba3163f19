#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# commune_ndvi.sh CERS SCENE WORK: NDVI by commune of a real Theia product (Gers, 23 October 2018), beside numpy and GDAL
# on its files; skipped where the product or those libraries are not.
CERS=$1 SCENE=$2 WORK=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/harness.sh"
product=${CERS_SHARED_DATA:-}/products/muscate_l2a/SENTINEL2B_20181023-105107-455_L2A_T30TYP_D_V1-9
communes=${CERS_SHARED_DATA:-}/products/vectors/COMMUNE_32xxx.geojson
[[ -d $product && -f $communes ]] || { echo "skipped: no real Theia product or no communes in CERS_SHARED_DATA"; exit 77; }
python=
for candidate in python3 /usr/bin/python3; do
  $candidate -c 'import numpy; from osgeo import gdal' 2> /dev/null && { python=$candidate; break; }
done
[[ -n $python ]] || { echo "skipped: python3-gdal or python3-numpy is not installed"; exit 77; }

cp -r "$product" product
chmod -R u+w product
"$python" "$here/commune_ndvi.py" hole product
check "NDVI of the product" "$CERS" RadiometricIndices -in product -list Vegetation:NDVI -out ndvi.tif -progress 0 2> stderr.txt
check "means of the communes" "$python" "$here/commune_ndvi.py" compare ndvi.tif product "$communes"
finish
