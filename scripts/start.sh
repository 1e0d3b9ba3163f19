#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# From a fresh Debian 12 to maps: packages, the program, a simulated scene, its indices, its snow, pictures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/install-packages.sh packages.txt
cmake --preset release > build-configure.log 2>&1 || { cat build-configure.log >&2; exit 1; }
rm -f build-configure.log
cmake --build --preset release --target cers
cers=build/release/tools/cers
rm -rf demo/scene
mkdir -p demo
$cers simulate -side 512 -out demo/scene
product=$(echo demo/scene/SENTINEL2B_*)
$cers run pipelines/scene-indices.yaml -scene "$product" -out.dir demo/maps
$cers run pipelines/theia-snow.yaml -scene "$product" -dem demo/scene/TRUTH_*/DEM.tif -out.dir demo/maps
$cers DynamicConvert -in "$product" -channels rgb -channels.rgb.red 3 -channels.rgb.green 2 -channels.rgb.blue 1 \
  -out demo/maps/picture.png uint8
printf '%s\n' "$product" demo/maps/*.tif demo/maps/*.png
