#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# decode_once.sh CERS SCENE WORK: every block of every input is decoded exactly once, whatever the tile and the format,
# with and without a halo.
CERS=$1 SCENE=$2 WORK=$3
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
command -v gdal_translate > /dev/null || { echo "skipped: gdal_translate is not installed"; exit 77; }

band=$SCENE/B8.tif stack=$SCENE/stack.tif
gdal_translate -q -co TILED=YES -co BLOCKXSIZE=256 -co BLOCKYSIZE=256 -co COMPRESS=DEFLATE "$band" tiles.tif
gdal_translate -q -co BLOCKYSIZE=16 -co COMPRESS=DEFLATE "$band" strips.tif
gdal_translate -q -co INTERLEAVE=PIXEL -co TILED=YES -co BLOCKXSIZE=256 -co BLOCKYSIZE=256 "$stack" pixel.tif
gdal_translate -q -co INTERLEAVE=BAND -co TILED=YES -co BLOCKXSIZE=256 -co BLOCKYSIZE=256 "$stack" band.tif

ceil() { echo $((($1 + $2 - 1) / $2)); }
tiled=$(($(ceil 1200 256) * $(ceil 1000 256)))

once() { # NAME EXPECTED WORDS...
  local name=$1 expected=$2 tile decoded
  shift 2
  for tile in 64 192 256 1024; do
    "$CERS" "$@" -tile $tile -threads 4 -progress json > /dev/null 2> events.txt
    decoded=$(sed -nE 's/.*"blocks_decoded":([0-9]+).*/\1/p' events.txt)
    check "$name, tile $tile: decoded ${decoded:-nothing} of $expected" test "${decoded:-0}" -eq "$expected"
  done
}
once tiles $tiled BandMath -il tiles.tif -exp "im1b1+1" -out o.tif
once strips "$(ceil 1000 16)" BandMath -il strips.tif -exp "im1b1+1" -out o.tif
once "pixel-interleaved, two of four bands" $tiled BandMath -il pixel.tif -exp "im1b1+im1b3" -out o.tif
once "band-interleaved, two of four bands" $((2 * tiled)) BandMath -il band.tif -exp "im1b1+im1b3" -out o.tif
once "one file twice" $tiled BandMath -il tiles.tif tiles.tif -exp "im1b1+im2b1" -out o.tif
# A cubic warp reads a halo around every tile: B11 has blocks of 512 over 600 × 500, the reference is not decoded.
once "halo of a warp" 2 Superimpose -inr "$SCENE/B4.tif" -inm "$SCENE/B11.tif" -out o.tif
finish
