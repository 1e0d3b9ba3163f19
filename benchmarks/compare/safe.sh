#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# NDVI, NDSI and cloud mask straight from a full-size SAFE of JPEG 2000, beside decoding alone, gdal_translate of the
# same bands and the equivalent OTB commands; and what describing the product costs.
#   benchmarks/compare/safe.sh BUILD_DIR WORK_DIR [SIZE=10980] [PAIRS=3]
# The product is simulated, its five images replaced by full-size ones (lossless, 1024² and 640² code tiles as ESA's).
set -euo pipefail
export LC_ALL=C
[[ $# -ge 2 && $# -le 4 ]] || { echo "usage: safe.sh BUILD_DIR WORK_DIR [SIZE=10980] [PAIRS=3]" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)
size=${3:-10980}
pairs=${4:-3}
threads=${CERS_COMPARE_THREADS:-2}
cers=$build/tools/cers
decode=$build/benchmarks/decode
for program in "$cers" "$decode" "$build/tests/tools/make_tile"; do
  [[ -x $program ]] || { echo "safe.sh: $program is missing; build with -DCERS_BUILD_BENCHMARKS=ON" >&2; exit 2; }
done
export ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS=$threads

product() { echo "$work"/safe-"$size"/S2*.SAFE; }
image() { find "$(product)" -name "*_$1_$2.jp2"; }

replace() { # BAND GSD SOURCE TYPE CODE_TILE [OPTIONS]
  local target side=$((size * 10 / $2))
  target=$(image "$1" "$2m")
  local type=$4 tile=$5 source=$3
  shift 5
  rm -f "$target" "$target.aux.xml"
  gdal_translate -q -of JP2OpenJPEG -ot "$type" "$@" -outsize "$side" "$side" -a_srs EPSG:32631 \
    -a_ullr 300000 4900020 $((300000 + size * 10)) $((4900020 - size * 10)) -co QUALITY=100 -co REVERSIBLE=YES \
    -co BLOCKXSIZE="$tile" -co BLOCKYSIZE="$tile" --config GDAL_NUM_THREADS ALL_CPUS "$source" "$target"
}

if [[ ! -e $work/safe-$size/complete ]]; then
  rm -rf "$work/safe-$size"
  "$cers" SimulateScene -size small -side 1024 -products safe -truth 0 -out "$work/safe-$size" -progress 0 > "$work/simulate.txt"
  mkdir -p "$work/tiles-$size"
  "$build/tests/tools/make_tile" "$work/tiles-$size" -width "$size" -height "$size"
  for band in 3 4 8; do replace B0$band 10 "$work/tiles-$size/B$band.tif" UInt16 1024; done
  cp "$(image B03 10m)" "$(image B02 10m)" # never decoded here, but the first band gives the product's grid
  replace B11 20 "$work/tiles-$size/B11.tif" UInt16 640
  replace SCL 20 "$work/tiles-$size/B11.tif" Byte 640 -scale 0 10000 2 10
  : > "$work/safe-$size/complete"
fi
images=("$(image B03 10m)" "$(image B04 10m)" "$(image B08 10m)" "$(image B11 20m)" "$(image SCL 20m)")
cat "${images[@]}" > /dev/null # warm page cache

declare -A walls cpus peaks
measure() { # NAME COMMAND...
  local name=$1
  shift
  /usr/bin/time -q -f '%e %U %S %M' -o "$work/time.txt" "$@" > "$work/$name.out" 2> "$work/$name.err" ||
    { echo "safe.sh: $name failed" >&2; tail -n 5 "$work/$name.err" >&2; exit 3; }
  read -r wall user system peak < "$work/time.txt"
  walls[$name]+="$wall " peaks[$name]+="$peak "
  cpus[$name]+="$(awk -v a="$user" -v b="$system" 'BEGIN { print a + b }') "
}
median() { tr ' ' '\n' <<< "$1" | grep . | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

cat > "$work/translate.sh" <<'SCRIPT'
out=$1; shift
for file; do
  gdal_translate -q -co TILED=YES -co COMPRESS=ZSTD -co ZSTD_LEVEL=1 -co NUM_THREADS=ALL_CPUS "$file" "$out/$(basename "$file" .jp2).tif"
done
SCRIPT
cat > "$work/otb.sh" <<'SCRIPT'
out=$1 green=$2 red=$3 nir=$4 swir=$5 classes=$6
co='gdal:co:TILED=YES&gdal:co:COMPRESS=ZSTD&gdal:co:ZSTD_LEVEL=1&gdal:co:NUM_THREADS=2'
rho='(im%db1 < 1 ? 0 : (im%db1-1000)*0.0001)'
otbcli_BandMath -il "$nir" "$red" -exp '((im1b1-1000)-(im2b1-1000))/((im1b1-1000)+(im2b1-1000))' -out "$out/ndvi.tif?&$co" float -progress 0
otbcli_Superimpose -inr "$green" -inm "$swir" -interpolator linear -out "$out/swir.tif?&$co" float -progress 0
otbcli_BandMath -il "$green" "$out/swir.tif" -exp '((im1b1-1000)-(im2b1-1000))/((im1b1-1000)+(im2b1-1000))' -out "$out/ndsi.tif?&$co" float -progress 0
otbcli_BandMath -il "$classes" -exp 'im1b1 == 8 || im1b1 == 9 || im1b1 == 10 ? 1 : 0' -out "$out/cloud.tif?&$co" uint8 -progress 0
SCRIPT
sed -i '/^rho=/d' "$work/otb.sh"

have_otb=$(command -v otbcli_BandMath || true)
mkdir -p "$work/translated" "$work/otb"
busy=() counts=()
for ((pair = 1; pair <= pairs; ++pair)); do
  rm -rf "$work/maps" "$work/translated"/* "$work/otb"/*
  measure describe "$cers" ProductInfo -in $(product) -progress 0
  measure decode "$decode" "$threads" "${images[@]}"
  measure cers "$cers" run "$here/../../pipelines/scene-indices.yaml" -scene $(product) -out.dir "$work/maps" -threads "$threads" -progress json
  counts+=("$(grep -ohE '"blocks_(decoded|planned)":[0-9]+' "$work/cers.out" "$work/cers.err" | tail -n 2 | tr '\n' ' ')")
  busy+=("$(awk -v c="$(awk '{ print $NF }' <<< "${cpus[cers]}")" -v w="$(awk '{ print $NF }' <<< "${walls[cers]}")" -v t="$threads" \
    'BEGIN { printf "%.0f", 100 * c / w / t }')")
  if [[ $pair -eq 1 ]]; then
    measure gdal_translate bash "$work/translate.sh" "$work/translated" "${images[@]}"
    [[ -z $have_otb ]] || measure otb bash "$work/otb.sh" "$work/otb" "${images[@]}"
  fi
done

echo "# NDVI, NDSI and cloud mask from a SAFE"
echo
echo "$size × $size pixels, $pairs pairs, $threads threads, warm page cache; gdal_translate and OTB once."
echo
echo "| what | wall s | CPU s | peak MB | wall beside decoding alone |"
echo "|---|---|---|---|---|"
for name in describe decode cers gdal_translate otb; do
  [[ -n ${walls[$name]:-} ]] || continue
  awk -v n="$name" -v w="$(median "${walls[$name]}")" -v c="$(median "${cpus[$name]}")" -v p="$(median "${peaks[$name]}")" \
    -v d="$(median "${walls[decode]}")" 'BEGIN { printf "| %s | %.2f | %.2f | %.0f | %.2f |\n", n, w, c, p / 1024, w / d }'
done
echo
# The same maps? OTB divides sums of stored numbers, Cers those of reflectance in double; where a sum is 0 but for
# rounding the quotient is any number: a pixel in 10 000 may be so.
same() { # WHAT FILE OTHER TOLERANCE
  local line
  line=$("$build/tests/tools/compare_rasters" "$2" "$3" -abs "$4" -rel "$4" -allow $((size * size / 10000))) || { echo "safe.sh: $1 differs: $line" >&2; exit 3; }
  echo "$1: $(cut -d ' ' -f 1,3 <<< "$line") a tolerance of $4"
}
if [[ -n $have_otb ]]; then
  same "NDVI beside OTB" "$work"/maps/*_NDVI.tif "$work/otb/ndvi.tif" 1e-5
  same "NDSI beside OTB" "$work"/maps/*_NDSI.tif "$work/otb/ndsi.tif" 1e-4
  same "cloud beside OTB" "$work"/maps/*_CLOUD.tif "$work/otb/cloud.tif" 0
  echo
fi
echo "decoding alone: $(cat "$work/decode.out"); cers: ${counts[*]}; CPU of both cores in use: ${busy[*]} %"
