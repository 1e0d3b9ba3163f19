#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# memory.sh CERS SCENE WORK PIPELINES: peak memory stays within what `explain` says, and that within -ram.
CERS=$1 SCENE=$2 WORK=$3 PIPELINES=$4
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
command -v python3 > /dev/null && [[ -x /usr/bin/time ]] || { echo "skipped: python3 or GNU time is missing"; exit 77; }

within() { # NAME RAM WORDS...
  local name=$1 ram=$2 planned peak
  shift 2
  local command=$1
  shift
  local explained=("$command")
  [[ $command != run ]] || explained=()
  "$CERS" explain "${explained[@]}" "$@" -ram "$ram" -threads 2 -json > plan.json 2> stderr.txt || { cat stderr.txt; failures=$((failures + 1)); return; }
  planned=$(python3 -c 'import json; print(json.load(open("plan.json"))["memory_bytes"])')
  /usr/bin/time -q -f %M -o peak.txt "$CERS" "$command" "$@" -ram "$ram" -threads 2 -progress 0 > /dev/null 2> stderr.txt ||
    { cat stderr.txt; failures=$((failures + 1)); return; }
  peak=$(($(cat peak.txt) * 1024))
  echo "$name, -ram $ram: planned $((planned / 1000000)) MB, peak $((peak / 1000000)) MB"
  check "$name: the plan keeps to -ram $ram" test "$planned" -le $((ram * 1000000))
  check "$name: the peak $peak keeps to the plan $planned" test "$peak" -le "$planned"
}
stack=$SCENE/stack.tif
for ram in 140 250 1000; do
  within bands $ram BandMath -il "$SCENE/B8.tif" "$SCENE/B4.tif" -exp "(im1b1-im2b1)/(im1b1+im2b1)" -out ndvi.tif
  within stack $ram RadiometricIndices -in "$stack" -channels.red 2 -channels.nir 3 -list Vegetation:NDVI Vegetation:SAVI -out idx.tif
  within pipeline $ram run "$PIPELINES/indices.yaml" -b4 "$SCENE/B4.tif" -b8 "$SCENE/B8.tif" -b11 "$SCENE/B11.tif" -out.dir maps
done

# A season takes the same memory with few and many dates.
season() { # DATES
  local day
  rm -rf dates
  mkdir dates
  for ((day = 0; day < $1; ++day)); do
    cp "$SCENE/snow_20180112.tif" "dates/snow_$(date -u -d "2017-09-01 + $((day * 5)) days" +%Y%m%d).tif"
  done
  within "season of $1 dates" 128 SnowSynthesis -il dates/*.tif -year 2018 -out scd.tif -out.sod sod.tif -out.smod smod.tif
}
season 10
season 70
finish
