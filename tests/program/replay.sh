#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# replay.sh CERS SCENE WORK PIPELINES: a record gives the same bytes again; a changed input is noticed.
CERS=$1 SCENE=$2 WORK=$3 PIPELINES=$4
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
cp "$SCENE"/B{4,8,11}.tif .
"$CERS" run "$PIPELINES/indices.yaml" -b4 B4.tif -b8 B8.tif -b11 B11.tif -vegetation 0.35 -out.dir maps -progress 0 > listed.txt ||
  failures=$((failures + 1))
check "five files are listed" test "$(wc -l < listed.txt)" -eq 5
while read -r path; do check "$path is there" test -s "$path"; done < listed.txt
check "nothing hidden stays" test -z "$(find . -name '.*' -mindepth 1)"
cp -r maps before

check "replay runs" "$CERS" replay maps/vegetation.stac.json -progress 0
for file in before/*; do check "${file##*/} has the same bytes" cmp "$file" "maps/${file##*/}"; done

check "replay elsewhere" "$CERS" replay maps/ndvi.stac.json -out.dir again -threads 1 -progress 0
for file in before/*.tif before/*.png; do check "again/${file##*/} has the same bytes" cmp "$file" "again/${file##*/}"; done

check "a single command is replayed too" "$CERS" BandMath -il B4.tif B8.tif -exp "im2b1-im1b1" -out "one.tif?&nodata=-1" int16 -progress 0
cp one.tif one-before.tif
check "replay of it" "$CERS" replay one.stac.json -progress 0
check "its bytes" cmp one-before.tif one.tif

# A file that a parameter reads is found from any folder, also where its name is made of another parameter.
mkdir -p lists elsewhere
printf '20180112\n20180226\n' > lists/days.txt
cp "$SCENE"/snow_20180112.tif "$SCENE"/snow_20180226.tif .
cat > filled.yaml << 'END'
cers: 1
name: filled
inputs:
  first: {help: Snow}
  second: {help: Snow}
parameters:
  dir: {default: nowhere, help: Folder of the list}
  start: {default: [], help: First day instead of the list}
steps:
  - {id: fill, app: TemporalGapFill, il: [first, second], nodata: 205, od: "${dir}/days.txt", start: $start}
outputs:
  filled: {from: fill, to: filled.tif}
END
check "a pipeline with a file in a folder given" "$CERS" run filled.yaml -first snow_20180112.tif -second snow_20180226.tif -dir lists -progress 0
check "a parameter without a value leaves its key out, one with a value does not" \
  grep -q -- '-start has no effect beside -od' <("$CERS" run filled.yaml -first snow_20180112.tif -second snow_20180226.tif -dir lists \
  -start 2018-01-12 -progress 0 2>&1)
cp filled.tif filled-before.tif
check "its record names the file from the root" grep -qF "\"$PWD/lists/days.txt\"" filled.stac.json
check "no recipe of the name stays" test "$(grep -cF '${dir}/days' filled.stac.json)" -eq 0
check "replay from another folder" env -C elsewhere "$CERS" replay ../filled.stac.json -progress 0
check "its bytes" cmp filled-before.tif filled.tif

# A parameter that was part of a name alone is no part of the record, nor is an output that nobody named.
cat > named.yaml << 'END'
cers: 1
name: named
inputs:
  red: {help: Red}
  snow: {help: Snow mask}
parameters:
  day: {default: monday, help: Part of a name}
  outlines: {default: "", help: Polygons on request}
steps:
  - {id: bright, app: BandMath, il: red, exp: "im1b1 > 1500"}
  - {id: around, app: Polygonize, in: snow}
outputs:
  bright: {from: bright, to: "bright_{day}.tif", type: uint8}
  around: {from: around, to: "{outlines}"}
END
check "a pipeline with parameters in names" "$CERS" run named.yaml -red B4.tif -snow snow_20180112.tif -progress 0
check "an output without a name is not made" test "$(ls ./*.gpkg 2> /dev/null | wc -l)" -eq 0
cp bright_monday.tif bright-before.tif
check "replay of it" "$CERS" replay bright_monday.stac.json -progress 0
check "its bytes" cmp bright-before.tif bright_monday.tif
check "with a name it is made" "$CERS" run named.yaml -red B4.tif -snow snow_20180112.tif -outlines bright.gpkg -progress 0
cp bright.gpkg outlines-before.gpkg
check "replay of the polygons" "$CERS" replay bright.stac.json -progress 0
check "their bytes" cmp outlines-before.gpkg bright.gpkg

printf 'x' | dd of=B4.tif bs=1 seek=200 conv=notrunc status=none
"$CERS" replay maps/ndvi.stac.json -progress 0 2> stderr.txt
check "a changed input is exit code 2" test $? -eq 2
check "the message names it" grep -q 'B4.tif holds other bytes' stderr.txt
for file in before/*; do check "${file##*/} is untouched" cmp "$file" "maps/${file##*/}"; done
finish
