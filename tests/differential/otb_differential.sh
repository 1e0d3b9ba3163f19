#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs OTB applications beside Cers with the same arguments on simulated rasters and compares what they write:
#   otb_differential.sh CERS_BINARY WORK_DIR [FILTER]
# CERS_BINARY `otb-only` runs the OTB side alone: does every command still work with the installed OTB?
# FILTER is a regular expression on case names. CERS_TEST_TOOLS names the folder of make_tile and compare_rasters
# (default: ../tests/tools beside the binary's folder). With CERS_SHARED_DATA set, a few cases use the images there.
# Exit code: 0 all verified, 1 a mismatch, 2 usage, 77 otbcli is not installed (ctest: skipped).
set -euo pipefail
export LC_ALL=C

if [[ $# -lt 2 || $# -gt 3 ]]; then
  echo "usage: otb_differential.sh CERS_BINARY|otb-only WORK_DIR [FILTER]" >&2
  exit 2
fi
cers=$1
filter=${3:-}
if ! command -v otbcli_BandMath > /dev/null; then
  echo "skipped: otbcli_BandMath is not installed (Debian package: otb-bin)"
  exit 77
fi
if [[ $cers != otb-only ]]; then
  [[ -x $cers ]] || { echo "otb_differential.sh: $cers is not a program" >&2; exit 2; }
  cers=$(cd "$(dirname "$cers")" && pwd)/$(basename "$cers")
fi
tools=${CERS_TEST_TOOLS:-$(dirname "$cers")/../tests/tools}
[[ -x $tools/make_tile && -x $tools/compare_rasters ]] || {
  echo "otb_differential.sh: make_tile and compare_rasters are not in $tools; set CERS_TEST_TOOLS" >&2
  exit 2
}
tools=$(cd "$tools" && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)
rm -rf "$work/otb" "$work/cers" "$work/in"
mkdir -p "$work/otb" "$work/cers" "$work/in/coarse" "$work/in/corner"

# ---- tolerances -----------------------------------------------------------------------------------------------------
# A case names one of these; the reason stands beside it. Size, grid and pixel type must always agree.
declare -A tolerance=(
  [exact]=""           # values are selected, moved or converted, or computed in double in the same order and rounded once
  [libm]="-rel 1.2e-7" # transcendental functions: the last bit of a double may differ, so one float32 step is allowed
  [float32]="-rel 1.2e-7" # double and 32-bit integers: Cers is exact, OTB rounds to float32 on the way
  [formula]="-rel 2.4e-7 -abs 1e-12" # formulas whose terms may be ordered differently: two float32 steps
  [nodata]="-nodata"   # exact, and the nodata value of the file is part of what the application promises
  [grey]="-abs 1"      # histogram quantiles in float32: at most one grey level
)
statistics_tolerance=1e-5 # OTB prints six significant digits
spacing_tolerance=1e-4    # ReadImageInfo's estimated ground spacing: another earth radius is accepted
info_tolerance=1e-9       # ReadImageInfo's other numbers

# ---- inputs ---------------------------------------------------------------------------------------------------------
# 700 × 500 int16 bands with a nodata wedge (-10000) and zeros in every band (0/0), their 4-band pixel-interleaved
# float stack in reflectance, the same area at 20 m, and a smaller image on the same corner.
"$tools/make_tile" "$work/in" -width 700 -height 500 -seed 7 -wedge -zeros -stack
"$tools/make_tile" "$work/in/coarse" -width 350 -height 250 -spacing 20 -seed 7
"$tools/make_tile" "$work/in/corner" -width 200 -height 150 -seed 8
cd "$work/in"
nir=B8.tif red=B4.tif green=B3.tif swir=B11.tif stack=STACK.tif mask=MASK.tif
# OTB reads masks as 8 bits and wraps: 256 is 0 there. Hence a mask that 8 bits hold.
otbcli_BandMath -il $green -exp 'im1b1>800' -out $mask uint8 > /dev/null

passed=0
total=0
failed=()

fail() { # NAME TEXT
  failed+=("$1")
  printf 'FAIL %-28s %s\n' "$1" "$2"
}

pass() { # NAME TEXT
  passed=$((passed + 1))
  printf 'ok   %-28s %s\n' "$1" "$2"
}

selected() { [[ -z $filter || $1 =~ $filter ]]; }

# run_both NAME EXTENSION APPLICATION ARGUMENTS...: @OUT@ in the arguments is the output file of each side.
run_both() {
  local name=$1 extension=$2 application=$3 argument side status
  shift 3
  total=$((total + 1))
  for side in otb cers; do
    [[ $side == otb || $cers != otb-only ]] || continue
    local command=() output=$work/$side/$name$extension
    if [[ $side == otb ]]; then command=("otbcli_$application"); else command=("$cers" "$application"); fi
    for argument in "$@"; do command+=("${argument//@OUT@/$output}"); done
    status=0
    "${command[@]}" > "$work/$side/$name.log" 2> "$work/$side/$name.err" || status=$?
    if [[ $status -eq 0 && -n $extension && ! -s $output ]]; then status="0, but no output"; fi
    if [[ $status != 0 ]]; then
      fail "$name" "$side: exit code $status: $(cat "$work/$side/$name.err" "$work/$side/$name.log" | grep -v '^$' | tail -n 1)"
      return 1
    fi
  done
  if [[ $cers == otb-only ]]; then
    pass "$name" "OTB runs"
    return 1
  fi
}

raster() { # NAME TOLERANCE APPLICATION ARGUMENTS...
  local name=$1 kind=$2 line options=()
  shift 2
  selected "$name" || return 0
  [[ -v tolerance[$kind] ]] || { echo "otb_differential.sh: no tolerance '$kind'" >&2; exit 2; }
  read -r -a options <<< "${tolerance[$kind]}"
  run_both "$name" .tif "$@" || return 0
  if line=$("$tools/compare_rasters" "$work/otb/$name.tif" "$work/cers/$name.tif" -grid -type ${options[@]+"${options[@]}"} 2>&1); then
    pass "$name" "$line"
  else
    fail "$name" "$line"
  fi
}

# numbers_agree A B TOLERANCE: files with the same words; words that are numbers may differ by the tolerance.
numbers_agree() {
  awk -v tolerance="$3" '
    function number(s) { return s ~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/ }
    function magnitude(v) { return v < 0 ? -v : v }
    FNR == 1 { file++ }
    { for (i = 1; i <= NF; i++) word[file, ++count[file]] = $i }
    END {
      if (count[1] != count[2] || count[1] == 0) { printf "%d words against %d", count[1], count[2]; exit 1 }
      for (i = 1; i <= count[1]; i++) {
        a = word[1, i]; b = word[2, i]
        if (a == b) continue
        if (number(a) && number(b)) {
          scale = magnitude(a) > magnitude(b) ? magnitude(a) : magnitude(b)
          if (magnitude(a - b) <= tolerance * scale) continue
        }
        printf "\"%s\" against \"%s\"", a, b
        exit 1
      }
      printf "%d words agree within %s", count[1], tolerance
    }' "$1" "$2"
}

statistics() { # NAME ARGUMENTS...
  local name=$1 line side
  shift
  selected "$name" || return 0
  run_both "$name" .xml ComputeImagesStatistics "$@" -out.xml @OUT@ || return 0
  for side in otb cers; do sed -e 's/[<>"=/]/ /g' "$work/$side/$name.xml" | grep -v '?xml' > "$work/$side/$name.words"; done
  if line=$(numbers_agree "$work/otb/$name.words" "$work/cers/$name.words" $statistics_tolerance); then
    pass "$name" "$line"
  else
    fail "$name" "$line"
  fi
}

information() { # NAME ARGUMENTS...
  local name=$1 line side
  shift
  selected "$name" || return 0
  run_both "$name" "" ReadImageInfo "$@" || return 0
  for side in otb cers; do
    sed -e '0,/^Output parameters value:/d' "$work/$side/$name.log" > "$work/$side/$name.all"
    grep -v '^estimatedgroundspacing' "$work/$side/$name.all" > "$work/$side/$name.words" || true
    grep '^estimatedgroundspacing' "$work/$side/$name.all" > "$work/$side/$name.spacing" || true
  done
  if line=$(numbers_agree "$work/otb/$name.words" "$work/cers/$name.words" $info_tolerance) &&
    line+="; $(numbers_agree "$work/otb/$name.spacing" "$work/cers/$name.spacing" $spacing_tolerance)"; then
    pass "$name" "$line"
  else
    fail "$name" "$line"
  fi
}

# ---- BandMath: every operator and function --------------------------------------------------------------------------
band_math() { # NAME TOLERANCE EXPRESSION [PIXEL_TYPE]
  raster "bandmath-$1" "$2" BandMath -il $nir $red $green $stack -exp "$3" -out @OUT@ "${4:-float}"
}
band_math add exact 'im1b1+im2b1'
band_math subtract exact 'im1b1-im2b1-im3b1'
band_math multiply exact 'im1b1*im2b1*im4b1'
band_math divide exact 'im1b1/im2b1'
band_math divide-chain exact 'im1b1/im2b1/im3b1'
band_math power libm 'im4b3^2.5'
band_math power-sign exact '-im4b1^2'
band_math power-right libm '2^3^im4b1'
band_math unary exact '-im1b1*-2'
band_math less exact 'im1b1<im2b1'
band_math greater exact 'im1b1>im2b1'
band_math less-equal exact 'im1b1<=im2b1'
band_math greater-equal exact 'im1b1>=im2b1'
band_math equal exact 'im1b1==0'
band_math not-equal exact 'im1b1!=-10000'
band_math logical exact '(im1b1>3000 && im2b1<1000) || im3b1>=6000'
band_math logical-precedence exact 'im1b1>3000 || im2b1<1000 && im3b1>=600'
band_math words exact '(im1b1>3000) and (im2b1<1000) or (im3b1>=6000)'
band_math words-truncate exact 'im4b1*3 and im4b3*3'
band_math ternary exact 'im1b1>3000 ? im2b1 : im3b1'
band_math ternary-nested exact 'im1b1>3000 ? 1 : im2b1>1500 ? 2 : im3b1>600 ? 3 : 4' uint8
band_math trigonometric libm 'sin(im4b1)+cos(im4b2)*tan(im4b3)'
band_math inverse libm 'asin(im4b1)+acos(im4b2)*atan(im4b3)'
band_math hyperbolic libm 'sinh(im4b1)+cosh(im4b2)*tanh(im4b3)'
band_math inverse-hyperbolic libm 'asinh(im4b1)+acosh(1+im4b2)*atanh(im4b3)'
band_math atan2 libm 'atan2(im4b1-0.2,im4b2-0.2)'
band_math exp libm 'exp(im4b3)'
band_math log libm 'log(im4b3)'
band_math ln libm 'ln(im1b1)'
band_math log2 libm 'log2(im1b1)'
band_math log10 libm 'log10(im1b1)'
band_math sqrt exact 'sqrt(im1b1)'
band_math sign exact 'sign(im1b1-im2b1)'
band_math rint exact 'rint(im1b1/2)'
band_math abs exact 'abs(im1b1-im2b1)'
band_math minimum exact 'min(im1b1,im2b1,im3b1)'
band_math maximum exact 'max(im1b1,im2b1,im3b1,500)'
band_math sum exact 'sum(im1b1,im2b1,im3b1)'
band_math average exact 'avg(im1b1,im2b1,im3b1)'
band_math ndvi exact 'ndvi(im2b1,im1b1)'
band_math ndvi-upper exact 'NDVI(im4b2,im4b3)'
band_math constants exact 'pi+e+euler+log2e+log10e+ln2+ln10+_pi+_e+0*im1b1'
band_math index exact 'idxX+1000*idxY'
band_math physical exact 'idxPhyX-600000+(idxPhyY-4890000)/1000'
band_math literals exact '1e-3*im1b1+.5-2.5E+1'
band_math whitespace exact ' ( im1b1 + im2b1 ) * 2 '
band_math infinity exact 'im1b1/0'
band_math infinity-negative exact '-im1b1/0'
band_math infinity-int16 exact 'im1b1/0' int16
band_math infinity-uint8 exact 'im1b1/0' uint8
# Not compared: infinities as int32 and uint32. OTB 8.1.1 casts beyond the range there (undefined in C++; seen: the
# lowest int32 for both signs, 0 for uint32), where clamping gives the largest and the lowest value.
# Nor as double: OTB stores the largest float there, Cers the infinity.
band_math infinity-logarithm exact 'log(im4b1*0)'
band_math overflow exact 'im1b1*1e38'
band_math not-a-number exact '(im1b1-im2b1)/(im1b1+im2b1)'
band_math not-a-number-int16 exact '10000*(im1b1-im2b1)/(im1b1+im2b1)' int16
band_math not-a-number-uint8 exact '100*sqrt(-im4b1)' uint8
band_math clamp-uint8 exact 'im1b1/10' uint8
band_math clamp-uint16 exact '(im1b1-im2b1)*20.5' uint16
band_math truncate-int16 exact '(im1b1-im2b1)/7' int16
band_math truncate-int32 float32 '(im1b1-im2b1)*100000.7' int32
band_math truncate-uint32 float32 'im1b1*100000.7' uint32
band_math double-from-float float32 'im1b1/3' double
raster bandmath-large-integers float32 BandMath -il $nir -exp 'im1b1*4001+1' -out @OUT@ int32

# ---- RadiometricIndices: all 21, each alone, and three in the order of the list -------------------------------------
channels=(-channels.blue 1 -channels.green 1 -channels.red 2 -channels.nir 3 -channels.mir 4)
for index in Vegetation:NDVI Vegetation:TNDVI Vegetation:RVI Vegetation:SAVI Vegetation:TSAVI Vegetation:MSAVI \
  Vegetation:MSAVI2 Vegetation:GEMI Vegetation:IPVI Vegetation:LAIFromNDVILog Vegetation:LAIFromReflLinear \
  Vegetation:LAIFromNDVIFormo Water:NDWI Water:NDWI2 Water:MNDWI Water:NDTI Soil:RI Soil:CI Soil:BI Soil:BI2 BuiltUp:ISU; do
  raster "index-${index#*:}" formula RadiometricIndices -in $stack "${channels[@]}" -list "$index" -out @OUT@
done
raster index-order formula RadiometricIndices -in $stack "${channels[@]}" -list Water:NDWI Vegetation:NDVI Soil:BI -out @OUT@

# ---- ExtractROI -----------------------------------------------------------------------------------------------------
raster roi-standard nodata ExtractROI -in $nir -startx 30 -starty 41 -sizex 200 -sizey 157 -out @OUT@ int16
raster roi-to-the-end nodata ExtractROI -in $nir -startx 600 -starty 450 -out @OUT@ int16
raster roi-bands exact ExtractROI -in $stack -startx 3 -starty 5 -sizex 100 -sizey 90 -cl Channel3 Channel1 -out @OUT@
raster roi-extent-pixels nodata ExtractROI -in $nir -mode extent -mode.extent.unit pxl -mode.extent.ulx 10 \
  -mode.extent.uly 20 -mode.extent.lrx 110 -mode.extent.lry 95 -out @OUT@ int16
raster roi-extent-physical nodata ExtractROI -in $nir -mode extent -mode.extent.unit phy -mode.extent.ulx 601005 \
  -mode.extent.uly 4899015 -mode.extent.lrx 602505 -mode.extent.lry 4898015 -out @OUT@ int16
raster roi-radius nodata ExtractROI -in $nir -mode radius -mode.radius.r 40 -mode.radius.unitr pxl -mode.radius.cx 300 \
  -mode.radius.cy 200 -mode.radius.unitc pxl -out @OUT@ int16
raster roi-fit-image nodata ExtractROI -in $nir -mode fit -mode.fit.im corner/B8.tif -out @OUT@ int16
# Not compared: fitting to an image whose pixel centres fall exactly between two pixels; rounding noise decides in OTB.

# ---- ConcatenateImages ----------------------------------------------------------------------------------------------
raster concatenate exact ConcatenateImages -il $green $red $nir $swir -out @OUT@ int16
raster concatenate-mixed exact ConcatenateImages -il $stack $nir -out @OUT@ float

# ---- ManageNoData ---------------------------------------------------------------------------------------------------
raster nodata-mask exact ManageNoData -in $nir -mode buildmask -out @OUT@ uint8
raster nodata-mask-values exact ManageNoData -in $nir -mode buildmask -mode.buildmask.inv 7 -mode.buildmask.outv 200 \
  -out @OUT@ uint8
raster nodata-change nodata ManageNoData -in $nir -mode changevalue -mode.changevalue.newv -32768 -out @OUT@ int16
raster nodata-apply nodata ManageNoData -in $nir -mode apply -mode.apply.mask $mask -mode.apply.ndval -1 -out @OUT@ int16
raster nodata-apply-plain nodata ManageNoData -in $stack -mode apply -mode.apply.mask $mask -mode.apply.ndval -2 -out @OUT@
raster nodata-nan exact ManageNoData -in $stack -usenan true -mode buildmask -out @OUT@ uint8

# ---- DynamicConvert -------------------------------------------------------------------------------------------------
raster convert-default grey DynamicConvert -in $nir -out @OUT@ uint8
raster convert-stack grey DynamicConvert -in $stack -out @OUT@ uint8
raster convert-gamma grey DynamicConvert -in $swir -type linear -type.linear.gamma 2.2 -out @OUT@ uint8
# OTB takes the logarithm of zeros and missing pixels too and writes a black picture: compared without them.
raster convert-log grey DynamicConvert -in coarse/B8.tif -type log2 -out @OUT@ uint8
raster convert-rgb grey DynamicConvert -in $stack -channels rgb -channels.rgb.red 3 -channels.rgb.green 2 \
  -channels.rgb.blue 1 -out @OUT@ uint8
raster convert-quantiles grey DynamicConvert -in $nir -quantile.low 5 -quantile.high 10 -outmin 10 -outmax 200 -out @OUT@ uint8
raster convert-mask grey DynamicConvert -in $nir -mask $green -out @OUT@ uint8

# ---- ComputeImagesStatistics ----------------------------------------------------------------------------------------
statistics statistics-one -il $stack
statistics statistics-two -il $nir $red
statistics statistics-background -il $nir -bv -10000

# ---- Quicklook ------------------------------------------------------------------------------------------------------
raster quicklook-default exact Quicklook -in $nir -out @OUT@ int16
raster quicklook-three exact Quicklook -in $nir -sr 3 -out @OUT@ int16
raster quicklook-region exact Quicklook -in $nir -rox 100 -roy 50 -rsx 300 -rsy 200 -sr 4 -out @OUT@ int16
raster quicklook-size exact Quicklook -in $nir -sx 100 -out @OUT@ int16
raster quicklook-bands exact Quicklook -in $stack -cl Channel4 Channel2 -sr 5 -out @OUT@

# ---- Superimpose, nearest neighbour: source and target centres never tie --------------------------------------------
raster superimpose-finer exact Superimpose -inr $nir -inm coarse/B8.tif -interpolator nn -out @OUT@ int16
raster superimpose-outside exact Superimpose -inr $nir -inm corner/B8.tif -interpolator nn -fv -5 -out @OUT@ int16

# ---- ReadImageInfo --------------------------------------------------------------------------------------------------
information information-band -in $nir
information information-stack -in $stack

# ---- real images, when they are there -------------------------------------------------------------------------------
scene=${CERS_SHARED_DATA:-}/otb/syn/syn.tif
if [[ -n ${CERS_SHARED_DATA:-} && -f $scene ]]; then
  raster shared-bandmath exact BandMath -il "$scene" -exp '(im1b4-im1b3)/(im1b4+im1b3)' -out @OUT@
  raster shared-indices formula RadiometricIndices -in "$scene" -channels.blue 1 -channels.green 2 -channels.red 3 \
    -channels.nir 4 -channels.mir 5 -list Vegetation:NDVI Water:NDWI Soil:BI -out @OUT@
  raster shared-roi nodata ExtractROI -in "$scene" -startx 20 -starty 30 -sizex 100 -sizey 80 -out @OUT@ uint16
  statistics shared-statistics -il "$scene" -bv 0
fi

# -version exits with 1.
version=$({ otbcli_BandMath -version 2>&1 || true; } | sed -nE 's/.*version ([0-9][0-9.]*).*/\1/p' | tail -n 1)
version=${version:-of an unknown version}
if [[ ${#failed[@]} -gt 0 ]]; then printf '\nnot verified: %s\n' "${failed[*]}"; fi
if [[ $cers == otb-only ]]; then
  echo "$passed of $total commands run with OTB $version"
else
  echo "$passed of $total verified against OTB $version"
fi
[[ ${#failed[@]} -eq 0 ]]
