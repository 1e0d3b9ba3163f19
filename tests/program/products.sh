#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# products.sh CERS SCENE WORK: a simulated product as folder and archive, converted, and in wrong states.
CERS=$1 SCENE=$2 WORK=$3
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
for tool in zip gdal_translate gdalinfo python3; do
  command -v "$tool" > /dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done

copy() { cp -r "$SCENE/product" "$1"; }
member() { find "$1" -name "*$2" | head -n 1; }
ndvi() { "$CERS" RadiometricIndices -in "$1" -list Vegetation:NDVI Snow:NDSI -out "$2" -progress 0 2> stderr.txt; }

# ---- one product, however it comes ----
check "a folder" ndvi "$SCENE/product" folder.tif
check "no warning for a whole product" test ! -s stderr.txt
mkdir -p renamed/a/b
copy renamed/a/b/anything
check "a folder two levels down" ndvi renamed/a/b/anything nested.tif
check "the same map" cmp folder.tif nested.tif
(cd renamed/a/b && zip -q -r "$WORK/deflated.zip" anything && zip -q -0 -r "$WORK/stored.zip" anything)
for archive in deflated stored; do
  check "$archive zip" ndvi $archive.zip $archive.tif
  check "the same map from the $archive zip" cmp folder.tif $archive.tif
done
tar -cf product.tar -C renamed/a/b anything
check "a tar" ndvi product.tar tar.tif
check "the same map from the tar" cmp folder.tif tar.tif
check "no temporary file stays" test -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'cers-member-*' -newer folder.tif)"
metadata=$(member "$SCENE/product" MTD_ALL.xml)
check "by its metadata file" ndvi "$metadata" metadata.tif
check "the same map by its metadata file" cmp folder.tif metadata.tif

latin1=$'\xe9t\xe9'
copy "$latin1"
check "a folder whose name is no UTF-8" ndvi "$latin1" latin1.tif
check "the same map from it" cmp folder.tif latin1.tif
check "its record is JSON" python3 -m json.tool latin1.stac.json /dev/null
check "it is described" "$CERS" ProductInfo -in "$latin1" -format json > described.txt
sed -n 's/^product: //p' described.txt > described.json
check "in JSON" python3 -m json.tool described.json /dev/null

# ---- reflectance by hand: DN / 10000 of the red band ----
red=$(member "$SCENE/product" FRE_B4.tif)
check "a part of a product in a pipeline" "$CERS" run /dev/stdin -scene "$SCENE/product" -out.dir . -progress 0 > /dev/null << 'PIPELINE'
cers: 1
name: red
inputs:
  scene: {kind: product}
steps:
  - {id: red, app: BandMath, il: [scene.red, scene.raw_red], exp: "10000*im1b1 - im2b1"}
outputs:
  red: {from: red, to: "{scene.tile}_{scene.date}_red.tif"}
PIPELINE
check "reflectance is the stored number / 10000" bash -c \
  "gdalinfo -stats *_red.tif | grep -E 'STATISTICS_(MAXIMUM|MINIMUM)=-?0(\.000[0-9]*)?$' | wc -l | grep -qx 2"
[[ -n $red ]] || { echo "FAIL no red band in the product"; failures=$((failures + 1)); }

# ---- converted once, and gone on with ----
check "Convert" "$CERS" Convert -in "$SCENE/product" -out cog -progress 0 2> /dev/null
check "what Convert made opens as the same product" ndvi cog cog.tif
for map in folder cog; do gdal_translate -q -of ENVI $map.tif $map.raw; done
check "the same pixels from it" cmp folder.raw cog.raw
images() { (cd "$1" && find . -name '*.tif' | sort); }
check "every image of the product" diff <(images "$SCENE/product") <(images cog)
band=$(member cog FRE_B8.tif)
check "a cloud optimised GeoTIFF" bash -c "gdalinfo '$band' | grep -q LAYOUT=COG"
stamp=$(stat -c %Y.%i "$(member cog FRE_B4.tif)")
rm "$band"
check "Convert goes on" "$CERS" Convert -in "$SCENE/product" -out cog -progress 0 2> /dev/null
check "with the missing image" test -s "$band"
check "and leaves the others" test "$stamp" = "$(stat -c %Y.%i "$(member cog FRE_B4.tif)")"

# ---- wrong states ----
copy lacks_band
rm "$(member lacks_band FRE_B8.tif)"
check "a product without a band opens" "$CERS" RadiometricIndices -in lacks_band -list Snow:NDSI -out snow.tif -progress 0 2> stderr.txt
check "and names the file that is missing" grep -q 'FRE_B8.tif' stderr.txt
copy lacks_swir
rm "$(member lacks_swir FRE_B11.tif)"
refused 2 'Snow:NDSI.*mir' RadiometricIndices -in lacks_swir -list Snow:NDSI -out out/o.tif
copy half_xml
xml=$(member half_xml MTD_ALL.xml)
head -c 3000 "$SCENE/product/${xml##*/}" > "$xml" 2> /dev/null || head -c 3000 "$metadata" > "$xml"
refused 3 'MTD_ALL.xml.*line [0-9]+' RadiometricIndices -in half_xml -out out/o.tif
copy half_band
band=$(member half_band FRE_B4.tif)
head -c $(($(stat -c %s "$band") / 2)) "$band" > cut && mv cut "$band"
refused 3 'FRE_B4.tif' RadiometricIndices -in half_band -out out/o.tif
head -c 100000 deflated.zip > half.zip
refused 3 'half.zip.*archive' RadiometricIndices -in half.zip -out out/o.tif
mkdir empty
refused 2 'empty.*no product' RadiometricIndices -in empty -out out/o.tif
refused 2 'no bands of 15 m' RadiometricIndices -in "$SCENE/product?&gsd=15" -out out/o.tif
refused 2 'skipcarto' RadiometricIndices -in "$SCENE/product?&skipcarto=true" -out out/o.tif
refused 2 'one image' RadiometricIndices -in "$SCENE/B4.tif?&gsd=20" -out out/o.tif

# ---- simulated scenes ----
check "simulate" "$CERS" simulate -side 128 -out one -threads 1 -progress 0
check "simulate with other threads and tiles" "$CERS" simulate -side 128 -out two -threads 2 -tile 64 -progress 0
check "the same bytes" diff -r one two
refused 2 'there already' simulate -side 128 -out one
refused 2 'is no day' simulate -side 128 -out out/x -date 2018-13-40
refused 2 'odd' simulate -side 129 -out out/x
for format in safe landsat; do
  check "simulated $format" "$CERS" simulate -side 128 -products $format -truth 0 -out $format -progress 0
  check "opens as a product" "$CERS" RadiometricIndices -in "$(find $format -mindepth 1 -maxdepth 1)" \
    -list Vegetation:NDVI Snow:NDSI -out $format.tif -progress 0
done
finish
