#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# disk_full.sh CERS SCENE WORK: a full disk is an error with exit code 3, the old output stays, nothing else does.
CERS=$1 SCENE=$2 WORK=$3
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
mkdir small
if ! unshare -m true 2> /dev/null || ! mount -t tmpfs -o size=1m cers-test small 2> /dev/null; then
  echo "skipped: a small file system cannot be mounted here"
  exit 77
fi
trap 'umount "$WORK/small"' EXIT
echo old > small/map.tif
for output in "small/map.tif" "small/map.tif?&gdal:co:COMPRESS=NONE" "small/map.tif?&format=cog" "small/map.png"; do
  type=float
  [[ $output != *.png ]] || type=uint16
  status=0
  "$CERS" BandMath -il "$SCENE/B8.tif" -exp "im1b1*1.0001" -out "$output" $type -progress 0 2> stderr.txt || status=$?
  check "$output: exit code $status instead of 3" test $status -eq 3
  check "$output: the message names the disk: $(cat stderr.txt)" grep -qiE 'disk|space' stderr.txt
  check "$output: the old file is untouched" test "$(cat small/map.tif)" = old
  check "$output: nothing else is left: $(ls -A small)" test "$(ls -A small)" = map.tif
done
finish
