#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# in_scratch.sh FOLDER COMMAND [ARGUMENT...]: runs COMMAND, which makes its files in FOLDER; what a passed test made goes,
# what a failed one made stays to be looked at. Together they make some gigabytes, and CI disks are small.
set -u
folder=$1
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
"${@:2}"
status=$?
[[ $status -ne 0 && $status -ne 77 ]] || rm -rf "$folder"
exit "$status"
