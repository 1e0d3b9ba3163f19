#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# From a fresh Debian 12 to maps: packages, the program, a simulated scene, its indices, a picture.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/install-packages.sh packages.txt
cmake --preset release > build-configure.log 2>&1 || { cat build-configure.log >&2; exit 1; }
rm -f build-configure.log
cmake --build --preset release --target cers make_tile
scripts/sample-scene.sh build/release demo/scene
cers=build/release/tools/cers
$cers run pipelines/indices.yaml -b4 demo/scene/B4.tif -b8 demo/scene/B8.tif -b11 demo/scene/B11.tif -out.dir demo/maps
