#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Snow of a whole tile: mask, fraction and probability by one command, beside reading and writing alone, and beside the
# same maps written as OTB commands.
#   benchmarks/snow/run.sh BUILD_DIR WORK_DIR [PAIRS=3]
# The product is a simulated MUSCATE tile of 10 980 × 10 980, made once (about three minutes).
set -euo pipefail
export LC_ALL=C
[[ $# -ge 2 && $# -le 3 ]] || { echo "usage: run.sh BUILD_DIR WORK_DIR [PAIRS=3]" >&2; exit 2; }
build=$(cd "$1" && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)
pairs=${3:-3}
cers=$build/tools/cers
decode=$build/benchmarks/decode
for program in "$cers" "$decode"; do
  [[ -x $program ]] || { echo "run.sh: $program is missing; build with -DCERS_BUILD_BENCHMARKS=ON" >&2; exit 2; }
done
[[ -d $work/tile ]] || "$cers" SimulateScene -size tile -products muscate -out "$work/tile" -progress 0 > "$work/simulate.txt"
product=$(echo "$work"/tile/SENTINEL2*)
dem=$(echo "$work"/tile/TRUTH*/DEM.tif)
inputs=("$product"/*FRE_B3.tif "$product"/*FRE_B4.tif "$product"/*FRE_B11.tif "$product"/*FRE_B8A.tif
  "$product"/MASKS/*CLM_R2.tif "$product"/MASKS/*MG2_R2.tif "$dem")
cat "${inputs[@]}" > /dev/null # warm page cache

cat > "$work/snow.yaml" << 'YAML'
cers: 1
name: snow
doc: Mask, fraction and probability of snow.
inputs:
  scene: {kind: product}
  dem: {help: Altitudes}
steps:
  - {id: mask, app: SnowMask, in: scene, dem: dem}
  - {id: fsc, app: FractionalSnowCover, in: scene, snow: mask.out}
outputs:
  snow: {from: mask.out, to: snow.tif, type: uint8}
  probability: {from: mask.out.probability, to: probability.tif, type: uint8}
  fsc: {from: fsc.out, to: fsc.tif, type: uint8}
YAML
# The same three outputs, already made, read and written again: what encoding them costs.
cat > "$work/copy.yaml" << 'YAML'
cers: 1
name: copy
doc: Reads and writes.
inputs:
  a: {help: Mask}
  b: {help: Probability}
  c: {help: Fraction}
steps:
  - {id: pa, app: ExtractROI, in: a}
  - {id: pb, app: ExtractROI, in: b}
  - {id: pc, app: ExtractROI, in: c}
outputs:
  a: {from: pa, to: a.tif, type: uint8}
  b: {from: pb, to: b.tif, type: uint8}
  c: {from: pc, to: c.tif, type: uint8}
YAML
cat > "$work/otb.sh" << 'SCRIPT'
# Let-it-snow's two passes, fraction and probability as a user of OTB writes them; the snow line is read off the counts
# by altitude, here given.
set -e
out=$1 green=$2 red=$3 swir=$4 nir=$5 clouds=$6 shade=$7 dem=$8 line=$9
run() { "$@" -ram 512 -progress 0; }
run otbcli_Superimpose -inr "$swir" -inm "$green" -interpolator bco -out "$out/green.tif" int16
run otbcli_Superimpose -inr "$swir" -inm "$red" -interpolator bco -out "$out/red.tif" int16
run otbcli_BandMath -il "$out/green.tif" "$swir" "$out/red.tif" "$clouds" \
  -exp 'im4b1 == 0 && (im1b1-im2b1)/(im1b1+im2b1) > 0.4 && im3b1 > 2000 ? 1 : 0' -out "$out/pass1.tif" uint8
run otbcli_BandMath -il "$dem" -exp 'im1b1 > -500 ? rint(im1b1 / 100 - 0.5) + 10 : 255' -out "$out/bands.tif" uint8
run otbcli_BandMathX -il "$out/pass1.tif" "$clouds" -exp 'im1b1; im2b1 > 0 ? 1 : 0' -out "$out/counted.tif" uint8
run otbcli_ZonalStatistics -in "$out/counted.tif" -inzone labelimage -inzone.labelimage.in "$out/bands.tif" \
  -inzone.labelimage.nodata 255 -out xml -out.xml.filename "$out/bands.xml"
run otbcli_RigidTransformResample -in "$out/red.tif" -transform.type id -transform.type.id.scalex 0.08333 \
  -transform.type.id.scaley 0.08333 -interpolator linear -out "$out/coarse.tif" int16
run otbcli_Superimpose -inr "$swir" -inm "$out/coarse.tif" -interpolator nn -out "$out/coarse_up.tif" int16
run otbcli_BandMath -il "$clouds" "$out/coarse_up.tif" -exp '(im1b1 > 0 && im2b1 > 3000) || im1b1 >= 32 ? 1 : 0' \
  -out "$out/refined.tif" uint8
run otbcli_BandMath -il "$out/green.tif" "$swir" "$out/red.tif" "$out/refined.tif" "$dem" \
  -exp "im4b1 == 0 && im5b1 > $line && (im1b1-im2b1)/(im1b1+im2b1) > 0.15 && im3b1 > 400 ? 1 : 0" -out "$out/pass2.tif" uint8
run otbcli_BandMath -il "$out/pass1.tif" "$out/pass2.tif" "$out/refined.tif" "$clouds" "$out/red.tif" "$swir" \
  -exp 'im6b1 == -10000 ? 254 : im1b1 == 1 || im2b1 == 1 ? 100 : im3b1 == 1 || (im4b1 > 0 && im5b1 > 1000) ? 205 : 0' \
  -out "$out/snow.tif" uint8
run otbcli_BandMath -il "$out/snow.tif" "$out/green.tif" "$swir" \
  -exp 'im1b1 == 100 ? rint(100*(0.5*tanh(2.65*(im2b1-im3b1)/(im2b1+im3b1)-1.42)+0.5)) : im1b1' -out "$out/fsc.tif" uint8
# The model of applications/snow/probability.cpp.
run otbcli_BandMath -il "$out/green.tif" "$swir" -exp 'min(max((im1b1-im2b1)/(im1b1+im2b1), -0.4), 0.95)' -out "$out/ndsi.tif" float
run otbcli_BandMath -il "$nir" "$out/red.tif" -exp 'min(max((im1b1-im2b1)/(im1b1+im2b1), -0.3), 0.9)' -out "$out/ndvi.tif" float
run otbcli_BandMath -il "$out/red.tif" -exp 'log(min(max(im1b1 / 10000, 0), 1.2) + 0.03)' -out "$out/dark.tif" float
n=im1b1 v=im2b1 d=im3b1
sum="3.48438 + 18.72017*max(0,$n+0.4) + 3.07683*max(0,$n+0.1) - 14.64486*max(0,$n-0.05) + 16.12526*max(0,$n-0.15)"
sum+=" - 25.24096*max(0,$n-0.25) + 0.55443*max(0,$n-0.4) - 0.56935*max(0,$n-0.6) - 0.80832*max(0,$n-0.8)"
sum+=" + 3.15231*$d - 0.85216*$d*$d + 9.44091*$v - 38.84412*$v*$v - 25.57766*$v*$n"
sum+=" + (im6b1 > 0 ? -14.5113 + 11.83222*$n - 1.92448*$d : 0) + (im5b1 > 0 ? -0.24071 + 0.50824*$n : 0)"
sum+=" - 26.21224*min(max(im4b1 / 10000, 0), 0.5)"
run otbcli_BandMath -il "$shade" -exp 'im1b1 - 32 * rint(im1b1 / 32 - 0.49) >= 16 || im1b1 >= 64 ? 1 : 0' -out "$out/shade.tif" uint8
run otbcli_BandMath -il "$out/ndsi.tif" "$out/ndvi.tif" "$out/dark.tif" "$swir" "$clouds" "$out/shade.tif" "$out/snow.tif" \
  -exp "im7b1 > 100 ? im7b1 : rint(100 / (1 + exp(-($sum))))" -out "$out/probability.tif" uint8
SCRIPT

declare -A walls cpus peaks
measure() { # NAME COMMAND...
  local name=$1
  shift
  /usr/bin/time -q -f '%e %U %S %M' -o "$work/time.txt" "$@" > "$work/$name.out" 2> "$work/$name.err" ||
    { echo "run.sh: $name failed" >&2; tail -n 5 "$work/$name.err" >&2; exit 3; }
  read -r wall user system peak < "$work/time.txt"
  walls[$name]+="$wall " peaks[$name]+="$peak "
  cpus[$name]+="$(awk -v a="$user" -v b="$system" 'BEGIN { print a + b }') "
}
median() { tr ' ' '\n' <<< "$1" | grep . | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

export ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS=2
for ((pair = 1; pair <= pairs; ++pair)); do
  rm -rf "$work/maps" "$work/otb" "$work/copies"
  mkdir -p "$work/otb"
  measure cers "$cers" run "$work/snow.yaml" -scene "$product" -dem "$dem" -out.dir "$work/maps" -ram 512 -threads 2 -progress json
  measure lis15 "$cers" SnowMask -in "$product" -dem "$dem" -profile lis15 -out "$work/maps/lis.tif" -ram 512 -threads 2 -progress 0
  measure decode "$decode" 2 "${inputs[@]}"
  measure copy "$cers" run "$work/copy.yaml" -a "$work/maps/snow.tif" -b "$work/maps/probability.tif" -c "$work/maps/fsc.tif" \
    -out.dir "$work/copies" -threads 2 -progress 0
  if [[ $pair -eq 1 ]] && command -v otbcli_BandMath > /dev/null; then
    measure otb bash "$work/otb.sh" "$work/otb" "${inputs[@]}" \
      "$(sed -n 's/^snowline: \([-0-9]*\) m$/\1/p' "$work/lis15.out")"
  fi
done

echo "# Snow of a whole tile"
echo
echo "10 980 × 10 980 at 10 m in, 5 490 × 5 490 at 20 m out, median of $pairs runs, 2 threads, -ram 512, warm page cache; OTB once."
echo
echo "| what | wall s | CPU s | peak MB |"
echo "|---|---|---|---|"
for name in cers lis15 decode copy otb; do
  [[ -n ${walls[$name]:-} ]] || continue
  awk -v n="$name" -v w="$(median "${walls[$name]}")" -v c="$(median "${cpus[$name]}")" -v p="$(median "${peaks[$name]}")" \
    'BEGIN { printf "| %s | %.2f | %.2f | %.0f |\n", n, w, c, p / 1024 }'
done
echo
awk -v c="$(median "${cpus[cers]}")" -v d="$(median "${cpus[decode]}")" -v e="$(median "${cpus[copy]}")" \
  -v w="$(median "${walls[cers]}")" -v o="$(median "${walls[otb]:-0}")" 'BEGIN {
  printf "CPU over decoding twice and writing once: %.2f; wall of the reference (118 s measured) over ours: %.1f; OTB over ours: %.1f\n",
         c / (2 * d + e), 118 / w, o / w }'
# Not the same chain to the pixel: OTB's bicubic takes four taps where gdalwarp takes eight, its coarse red samples.
[[ ! -s $work/otb/snow.tif ]] || echo "mask of the OTB commands beside lis15: $("$build/tests/tools/compare_rasters" \
  "$work/maps/lis.tif" "$work/otb/snow.tif" | cut -d ' ' -f 1,2 || true)"
grep -ohE '"blocks_(decoded|planned)":[0-9]+' "$work/cers.out" "$work/cers.err" | tr '\n' ' '
echo
