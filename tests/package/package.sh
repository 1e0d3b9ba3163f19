#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# package.sh BUILD SCENE WORK: installs into a folder, builds somebody else's program against it, and makes the Debian
# packages.
BUILD=$1 SCENE=$2 WORK=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CERS=$WORK/prefix/bin/cers
source "$here/../program/harness.sh"

check "install" cmake --install "$BUILD" --prefix "$WORK/prefix" > install.log
check "the installed program runs" "$CERS" version
check "an OTB launcher name works" prefix/share/cers/otbcli/otbcli_BandMath -il "$SCENE/B4.tif" -exp "im1b1*2" -out twice.tif -progress 0
check "its map is there" test -s twice.tif
check "pipelines are installed" test -s prefix/share/cers/pipelines/indices.yaml

cmake -S "$here/consumer" -B consumer -G Ninja -DCMAKE_PREFIX_PATH="$WORK/prefix" -DCMAKE_BUILD_TYPE=Release > consumer.log 2>&1
check "a consumer configures with find_package(cers)" test -f consumer/build.ninja
check "a consumer builds" cmake --build consumer > consumer-build.log
check "its application runs" consumer/mycers Halve -in "$SCENE/B8.tif" -out half.tif -progress 0
check "its help is printed" grep -q 'Half of one band' <(consumer/mycers help Halve)
check "its map is there" test -s half.tif

if command -v dpkg-shlibdeps > /dev/null; then
  check "Debian packages" cpack --config "$BUILD/CPackConfig.cmake" -B debs > cpack.log
  check "the program's package holds it" grep -q './usr/bin/cers$' <(dpkg-deb -c debs/cers_*.deb)
  check "it depends on GDAL's library" grep -q 'libgdal' <(dpkg-deb -f debs/cers_*.deb Depends)
  check "the library's package holds headers" grep -q 'cers/engine/node.hpp' <(dpkg-deb -c debs/libcers-dev_*.deb)
else
  echo "skipped: dpkg-dev is not installed"
fi
finish
