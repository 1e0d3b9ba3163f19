#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# bad_input.sh CERS SCENE WORK: every wrong input gets one message that says what, where and what to do; no file is left.
CERS=$1 SCENE=$2 WORK=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/harness.sh"
b4=$SCENE/B4.tif b8=$SCENE/B8.tif b11=$SCENE/B11.tif

# ---- commands
refused 2 "no application or command 'BandMat'.*did you mean 'BandMath'" BandMat -il "$b4"
refused 2 "BandMath has no key -expr.*did you mean 'exp'" BandMath -il "$b4" -expr im1b1 -out out/a.tif
refused 2 "-il is given twice" BandMath -il "$b4" -il "$b8" -exp im1b1 -out out/a.tif
refused 2 "--exp has two dashes.*write -exp" BandMath -il "$b4" --exp im1b1 -out out/a.tif
refused 2 "needs -out" BandMath -il "$b4" -exp im1b1
refused 2 "needs -il" BandMath -exp 1 -out out/a.tif
refused 2 "-nodata takes a number, not 'none'" BandMath -il "$b4" -exp im1b1 -nodata none -out out/a.tif
refused 2 "'byte' after -out is no pixel type" BandMath -il "$b4" -exp im1b1 -out out/a.tif byte
refused 2 "-threads takes a whole number from 1 to 1024" BandMath -il "$b4" -exp im1b1 -out out/a.tif -threads 0
refused 2 "-ram" BandMath -il "$b4" -exp im1b1 -out out/a.tif -ram 16

# ---- files
refused 2 "B44.tif.*B4.tif" BandMath -il "$SCENE/B44.tif" -exp im1b1 -out out/a.tif
refused 2 "no-such-folder" BandMath -il "$b4" -exp im1b1 -out out/no-such-folder/a.tif
refused 2 "is also the input" BandMath -il "$b4" -exp im1b1 -out "$b4"
refused 2 "does not lie on the grid.*(Superimpose|align)" BandMath -il "$b4" "$b11" -exp im1b1+im2b1 -out out/a.tif
echo "no image" > text.tif
refused 3 "text.tif.*cannot be opened as a raster" BandMath -il text.tif -exp im1b1 -out out/a.tif
: > empty.tif
refused 3 "empty.tif" BandMath -il empty.tif -exp im1b1 -out out/a.tif
head -c 400000 "$b4" > truncated.tif
refused 3 "truncated.tif" BandMath -il truncated.tif -exp im1b1 -out out/a.tif
refused 2 "unknown.*nodta|nodta.*nodata" BandMath -il "$b4" -exp im1b1 -out "out/a.tif?&nodta=1"
refused 2 "COMPRES" BandMath -il "$b4" -exp im1b1 -out "out/a.tif?&gdal:co:COMPRES=ZSTD"

# ---- expressions
refused 2 "im2b1.*1 image" BandMath -il "$b4" -exp im2b1 -out out/a.tif
refused 2 "column" BandMath -il "$b4" -exp "(im1b1" -out out/a.tif
refused 2 "did you mean 'sqrt'" BandMath -il "$b4" -exp "sqr(im1b1)" -out out/a.tif

# ---- applications
refused 2 "outside.*columns 0 to 1199" ExtractROI -in "$b4" -startx 1300 -starty 999 -sizex 10 -sizey 10 -out out/a.tif
refused 2 "Vegetation:NDVI" RadiometricIndices -in "$SCENE/stack.tif" -list Vegetation:NDVY -out out/a.tif
refused 2 "channels.nir" RadiometricIndices -in "$SCENE/stack.tif" -channels.nir 9 -channels.red 2 -list Vegetation:NDVI -out out/a.tif

# ---- a season of snow masks
s1=$SCENE/snow_20180112.tif s2=$SCENE/snow_20180412.tif
refused 2 "snow_l8_20180226.tif does not lie on the grid.*-densification" SnowSynthesis -il "$s1" "$SCENE/snow_l8_20180226.tif" -year 2018 -out out/a.tif
refused 2 "stack.tif has 4 bands" SnowSynthesis -il "$s1" "$SCENE/stack.tif" -year 2018 -out out/a.tif
refused 2 "B4.tif holds int16 numbers" SnowSynthesis -il "$b4" -dates 2018-01-01 -year 2018 -out out/a.tif
cp "$s1" undated.tif
refused 2 "undated.tif has no date.*-dates" SnowSynthesis -il undated.tif "$s2" -year 2018 -out out/a.tif
refused 2 "no image is of the period 2010-09-01 to 2011-08-31.*of 2018-01-12 to 2018-04-12" SnowSynthesis -il "$s1" "$s2" -year 2011 -out out/a.tif
refused 2 "the period is not given.*-year 2018" SnowSynthesis -il "$s1" -out out/a.tif
refused 2 "no output is asked for" SnowSynthesis -il "$s1" -year 2018
refused 2 "is a scene, whose mask needs altitudes, and -dem is not given" SnowSynthesis -il "$SCENE/product" -year 2018 -out out/a.tif

# ---- pipelines
pipeline() { # STEPS [OUTPUTS]
  cat > p.yaml << YAML
cers: 1
inputs:
  b4: {help: Red}
parameters:
  limit: {default: 0.4, range: [0, 1]}
steps:
$1
outputs:
  o: {from: ${2:-a}, to: o.tif}
YAML
}
run() { refused 2 "$1" run p.yaml -b4 "$b4" -out.dir out "${@:2}"; }
pipeline '  - {id: a, app: BandMath, il: b4, exp: "im1b1 > ${limit}"}'
run "limit.*0 to 1" -limit 2
run "no key -b5.*did you mean 'b4'" -b5 x.tif
refused 2 "input b4.*-b4 FILE" run p.yaml -out.dir out
pipeline '  - {id: a, app: BandMath, il: c, exp: "im1b1 > ${limit}"}
  - {id: c, app: BandMath, il: a, exp: im1b1}'
run "p.yaml:[0-9]+:[0-9]+.*loop: (a → c → a|c → a → c)"
pipeline '  - {id: a, app: BandMath, il: b4, exp: "im1b1 > ${limit}"}
  - {id: a, app: BandMath, il: b4, exp: im1b1}'
run "p.yaml:8:.*the id 'a' is already taken"
pipeline '  - {id: a, app: BandMath, il: b4, exp: im1b1}'
run "the parameter 'limit' is never used"
pipeline '  - {id: a, app: BandMath, il: b4, exp: "im1b1 > ${limit}"}' a.result
run "BandMath has no output 'result'.*out"
pipeline '  - {id: a, app: BandMth, il: b4, exp: "im1b1 > ${limit}"}'
run "no application 'BandMth'.*did you mean 'BandMath'"
pipeline '  - {id: a, app: BandMath, il: b4, exp: "im1b1 > ${limit}", nodata: x, sale: 2}'
run "2 faults.*nodata.*sale.*did you mean 'scale'"
echo 'cers: 1
steps: [{id: a, app: BandMath
outputs: 3' > p.yaml
run "p.yaml:[0-9]+:[0-9]+"
refused 2 "indices.yaml" run "$here/../../pipelines/indixes.yaml"

# ---- records
echo '{"type": "Feature"}' > other.stac.json
refused 2 "holds no record of a Cers run" replay other.stac.json

# ---- folders that may not be written to, unless this is root, who may
if [[ $(id -u) -ne 0 ]]; then
  mkdir -p locked
  chmod a-w locked
  refused 2 "cannot be written to" BandMath -il "$b4" -exp im1b1 -out locked/a.tif
  chmod u+w locked
else
  echo "skipped: a read-only folder (this is root, for whom none is)"
fi

# ---- an existing output survives a failed run
"$CERS" BandMath -il "$b4" -exp im1b1 -out kept.tif int16 -progress 0
sum=$(cksum < kept.tif)
"$CERS" BandMath -il truncated.tif -exp im1b1 -out kept.tif int16 -progress 0 2> stderr.txt
check "a failed run leaves the old output alone" test "$(cksum < kept.tif)" = "$sum"
check "no hidden folder stays" test -z "$(find . -name '.*.cers-*')"

# ---- OTB's launchers know one exit code
ln -sf "$CERS" otbcli_BandMath
status=0
./otbcli_BandMath -il "$b4" -exp "nonsense(" -out a.tif > stdout.txt 2> stderr.txt || status=$?
check "otbcli_ names fail with 1" test $status -eq 1
finish
