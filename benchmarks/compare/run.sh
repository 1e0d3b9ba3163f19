#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Cers beside the alternatives, in turn, with outputs checked equal:
#   benchmarks/compare/run.sh BUILD_DIR WORK_DIR [SIZE=10980] [PAIRS=5]
# Prints a Markdown report; every single run is kept in WORK_DIR/runs.tsv. Missing tools are skipped with the reason.
# CERS_COMPARE_CASES="ndvi-zstd mask" limits the cases; CERS_COMPARE_THREADS (2) sets the threads of every tool.
set -euo pipefail
export LC_ALL=C

usage() {
  echo "usage: run.sh BUILD_DIR WORK_DIR [SIZE=10980] [PAIRS=5]" >&2
  exit 2
}
[[ $# -ge 2 && $# -le 4 ]] || usage
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)
size=${3:-10980}
pairs=${4:-5}
[[ $size =~ ^[1-9][0-9]*$ && $pairs =~ ^[1-9][0-9]*$ ]] || usage
threads=${CERS_COMPARE_THREADS:-2}
cases=${CERS_COMPARE_CASES:-ndvi-zstd ndvi-deflate mask ndvi-float five threads cog}
five_indices=${CERS_COMPARE_PIPELINE:-$here/five_indices.yaml}
ram=256

cers=$build/tools/cers
floor=$build/benchmarks/floor
vips_ndvi=$build/benchmarks/vips_ndvi
make_tile=$build/tests/tools/make_tile
compare=$build/tests/tools/compare_rasters
for program in "$floor" "$make_tile" "$compare"; do
  [[ -x $program ]] || { echo "run.sh: $program is missing; build with -DCERS_BUILD_BENCHMARKS=ON" >&2; exit 2; }
done
[[ -x /usr/bin/time ]] || { echo "run.sh: GNU time is missing (Debian package: time)" >&2; exit 2; }

# Every tool gets the same thread count; OTB and gdal_calc.py are given GDAL's threaded encoder too.
export ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS=$threads VIPS_CONCURRENCY=$threads VIPS_WARNING=0
export OPENBLAS_NUM_THREADS=1
unset GDAL_CACHEMAX GDAL_NUM_THREADS || true

tools=(cers floor otb vips gdal_calc)
declare -A missing
[[ -x $cers ]] || missing[cers]="$cers is not built"
command -v otbcli_BandMath > /dev/null || missing[otb]="otbcli_BandMath is not installed (Debian package: otb-bin)"
[[ -x $vips_ndvi ]] || missing[vips]="$vips_ndvi is not built (Debian package: libvips-dev)"
command -v gdal_calc.py > /dev/null || missing[gdal_calc]="gdal_calc.py is not installed (Debian package: python3-gdal)"

tiles=$work/tiles-$size
if [[ ! -e $tiles/complete ]]; then
  mkdir -p "$tiles"
  "$make_tile" "$tiles" -width "$size" -height "$size"
  : > "$tiles/complete"
fi
b3=$tiles/B3.tif b4=$tiles/B4.tif b8=$tiles/B8.tif b11=$tiles/B11.tif
out=$work/out
rm -rf "$out"
mkdir -p "$out"
runs=$work/runs.tsv
printf 'case\ttool\tpair\twall_s\tcpu_s\tpeak_kb\n' > "$runs"
log=$work/log.txt
: > "$log"
cat "$b3" "$b4" "$b8" "$b11" > /dev/null # warm page cache: the disk is not what is compared

# measure CASE TOOL PAIR COMMAND...
measure() {
  local case=$1 tool=$2 pair=$3 status=0
  shift 3
  printf '\n== %s %s %s: %s\n' "$case" "$tool" "$pair" "$*" >> "$log"
  sync -f "$out"
  /usr/bin/time -q -f '%e %U %S %M' -o "$work/time.txt" "$@" > "$work/stdout.txt" 2>> "$log" || status=$?
  cat "$work/stdout.txt" >> "$log"
  if [[ $status -ne 0 ]]; then
    echo "run.sh: $tool failed in case $case with exit code $status; see $log" >&2
    tail -n 5 "$log" >&2
    exit 3
  fi
  awk -v c="$case" -v t="$tool" -v p="$pair" 'BEGIN { OFS = "\t" } NF == 4 { print c, t, p, $1, $2 + $3, $4 }' \
    "$work/time.txt" >> "$runs"
}

median() { sort -g | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# column CASE TOOL FIELD: median of one measured column
column() { awk -F '\t' -v c="$1" -v t="$2" -v f="$3" '$1 == c && $2 == t { print $f }' "$runs" | median; }

# ratio CASE TOOL BASE FIELD: median over the pairs of TOOL / BASE
ratio() {
  awk -F '\t' -v c="$1" -v a="$2" -v b="$3" -v f="$4" '$1 == c && $2 == a { va[$3] = $f } $1 == c && $2 == b { vb[$3] = $f }
    END { for (p in va) if (vb[p] > 0) print va[p] / vb[p] }' "$runs" | median | awk '{ printf "%.2f", $1 }'
}

creation=()
set_creation() { # CASE
  creation=(TILED=YES BLOCKXSIZE=512 BLOCKYSIZE=512)
  case $1 in
    ndvi-zstd | threads | cog) creation+=(COMPRESS=ZSTD ZSTD_LEVEL=1 PREDICTOR=2) ;;
    ndvi-deflate) creation+=(COMPRESS=DEFLATE PREDICTOR=2) ;;
    mask | ndvi-float) creation+=(COMPRESS=ZSTD ZSTD_LEVEL=1) ;;
    five) creation+=(COMPRESS=ZSTD ZSTD_LEVEL=1 PREDICTOR=2) ;;
  esac
}

extended() { printf '%s?' "$1"; shift; printf '&gdal:co:%s' "$@"; }

# Fills `command` for a tool and a case, or leaves it empty with `reason`.
command=() reason=
set_command() { # TOOL CASE OUTPUT
  local tool=$1 case=$2 output=$3 type expression options=() option
  command=() reason=
  set_creation "$case"
  local mode=ndvi inputs=("$b8" "$b4")
  case $case in
    ndvi-float) type=float expression='(im1b1-im2b1)/(im1b1+im2b1)' ;;
    mask)
      type=uint8 mode=mask inputs=("$b8" "$b4" "$b3" "$b11")
      expression='(im1b1-im2b1)/(im1b1+im2b1) > 0.3 && im3b1 < im4b1 ? 1 : 0'
      ;;
    *) type=int16 expression='10000*(im1b1-im2b1)/(im1b1+im2b1)' ;;
  esac
  case $tool in
    cers)
      command=("$cers" BandMath -il "${inputs[@]}" -exp "$expression" -out "$(extended "$output" "${creation[@]}")"
        "$type" -ram "$ram" -threads "$threads" -progress 0)
      ;;
    floor) command=("$floor" "$mode" -il "${inputs[@]}" -out "$output" -type "$type" -co "${creation[@]}" -threads "$threads") ;;
    otb)
      command=(otbcli_BandMath -il "${inputs[@]}" -exp "$expression"
        -out "$(extended "$output" "${creation[@]}" "NUM_THREADS=$threads")" "$type" -ram "$ram" -progress 0)
      ;;
    vips)
      case $case in
        ndvi-zstd) command=("$vips_ndvi" "$b8" "$b4" "$output" int16 zstd) ;;
        ndvi-deflate) command=("$vips_ndvi" "$b8" "$b4" "$output" int16 deflate) ;;
        ndvi-float) command=("$vips_ndvi" "$b8" "$b4" "$output" float zstd) ;;
        *) reason="no libvips program for this case" ;;
      esac
      ;;
    gdal_calc)
      for option in "${creation[@]}" "NUM_THREADS=$threads"; do options+=("--co=$option"); done
      local difference='(A.astype(numpy.float64)-B)/(A.astype(numpy.float64)+B)'
      command=(gdal_calc.py --quiet --overwrite --hideNoData -A "$b8" -B "$b4" "--outfile=$output" "${options[@]}")
      case $case in
        mask) command+=(-C "$b3" -D "$b11" --type=Byte "--calc=($difference>0.3)&(C<D)") ;;
        ndvi-float) command+=(--type=Float32 "--calc=$difference") ;;
        *)
          difference='10000.0*(A.astype(numpy.float64)-B)/(A.astype(numpy.float64)+B)'
          command+=(--type=Int16 "--calc=numpy.trunc(numpy.float32($difference))")
          ;;
      esac
      ;;
  esac
}

# equal CASE TOOL FILE REFERENCE TOLERANCE_ARGUMENTS...: one phrase for the table; the run fails on a difference
failures=0
verdict=
equal() {
  local case=$1 tool=$2 file=$3 reference=$4 line
  shift 4
  if line=$("$compare" "$reference" "$file" "$@"); then
    verdict=$(sed -E 's/^pixels=[0-9]+ differing=([0-9]+) .*max_abs=([^ ]+).*/\1 px differ, max \2/' <<< "$line")
  else
    verdict="**DIFFERS**: $line"
    failures=$((failures + 1))
    echo "run.sh: $case: $tool differs from the floor: $line" >&2
  fi
}

processor=$(awk -F ': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)
echo "# Cers beside the alternatives"
echo
echo "$size × $size pixels, $pairs runs of each tool in turn, $threads threads, warm page cache; $(nproc) cores" \
  "(${processor:-unknown processor}), load at start $(cut -d ' ' -f 1 /proc/loadavg), $(gdalinfo --version 2> /dev/null || echo 'GDAL ?')."
for tool in "${tools[@]}"; do
  [[ -z ${missing[$tool]:-} ]] || echo "- skipped: $tool: ${missing[$tool]}"
done

header() { # TITLE
  printf '\n## %s\n\n| tool | wall s | CPU s | peak MB | wall ratio | CPU ratio | pixels beside the floor |\n|---|---|---|---|---|---|---|\n' "$1"
}

row() { # CASE TOOL BASE VERDICT
  local case=$1 tool=$2 base=$3 shown=$4 label=
  local wall cpu peak
  wall=$(column "$case" "$tool" 4) cpu=$(column "$case" "$tool" 5) peak=$(column "$case" "$tool" 6)
  if [[ -n $base ]]; then label="$(ratio "$case" "$tool" "$base" 4) × $base | $(ratio "$case" "$tool" "$base" 5) × $base"; else label=' | '; fi
  awk -v t="$tool" -v w="$wall" -v c="$cpu" -v p="$peak" -v l="$label" -v v="$shown" \
    'BEGIN { printf "| %s | %.2f | %.2f | %.0f | %s | %s |\n", t, w, c, p / 1024, l, v }'
}

simple_case() { # CASE TITLE
  local case=$1 pair tool base present=()
  local -A verdicts
  header "$2"
  for ((pair = 1; pair <= pairs; ++pair)); do
    for tool in "${tools[@]}"; do
      [[ -z ${missing[$tool]:-} ]] || continue
      local output=$out/$case-$tool.tif
      set_command "$tool" "$case" "$output"
      [[ ${#command[@]} -gt 0 ]] || continue
      rm -rf "$output"
      measure "$case" "$tool" "$pair" "${command[@]}"
      [[ $pair -gt 1 ]] || present+=("$tool")
    done
  done
  for tool in "${present[@]}"; do
    # libvips works in double and stores float32 like BandMath; gdal_calc.py the same: all must agree exactly.
    equal "$case" "$tool" "$out/$case-$tool.tif" "$out/$case-floor.tif"
    verdicts[$tool]=$verdict
  done
  for tool in "${present[@]}"; do
    base=cers
    if [[ $tool == cers || -n ${missing[cers]:-} ]]; then base=floor; fi
    if [[ $tool == floor ]]; then base=; fi
    row "$case" "$tool" "$base" "${verdicts[$tool]}"
  done
  for tool in "${tools[@]}"; do
    [[ -z ${missing[$tool]:-} ]] || continue
    set_command "$tool" "$case" "$out/none.tif"
    [[ -z $reason ]] || printf '\nskipped: %s: %s\n' "$tool" "$reason"
  done
  rm -f "$out/$case"-*.tif
}

five_case() {
  local case=five pair name tools_here=(floor) shown=
  header "five indices and a mask from four bands in one sweep"
  [[ -n ${missing[cers]:-} ]] || tools_here=(cers floor)
  set_creation five
  local kernel=$work/kernel.txt
  : > "$kernel"
  for ((pair = 1; pair <= pairs; ++pair)); do
    for tool in "${tools_here[@]}"; do
      rm -rf "$out/five-$tool"
      mkdir -p "$out/five-$tool"
      if [[ $tool == cers ]]; then
        measure $case cers "$pair" "$cers" run "$five_indices" -b3 "$b3" -b4 "$b4" -b8 "$b8" -b11 "$b11" \
          -out.dir "$out/five-cers" -ram $ram -threads "$threads" -progress 0
      else
        measure $case floor "$pair" "$floor" five -il "$b3" "$b4" "$b8" "$b11" -out "$out/five-floor" -type int16 \
          -co "${creation[@]}" -threads "$threads"
        awk -F = '/^kernel_cpu_seconds=/ { print $2 }' "$work/stdout.txt" >> "$kernel"
      fi
    done
  done
  if [[ -z ${missing[cers]:-} ]]; then
    local line bad=0
    for name in ndvi ndwi ndsi ndmi evi2 mask; do
      equal $case "cers $name" "$out/five-cers/$name.tif" "$out/five-floor/$name.tif"
      [[ $verdict == '0 px differ'* ]] || bad=$((bad + 1))
      line=$verdict
    done
    if [[ $bad -eq 0 ]]; then shown="all six: $line"; else shown="**$bad of 6 differ**"; fi
    row $case cers floor "$shown"
  fi
  row $case floor "" ""
  local kernel_median alone
  kernel_median=$(median < "$kernel")
  alone=$(awk -v c="$(column $case floor 5)" -v k="$kernel_median" 'BEGIN { printf "%.2f", c - k }')
  printf '\nDecoding four bands once and encoding six outputs alone: %s CPU s (the floor without its kernels, %s CPU s).' \
    "$alone" "$kernel_median"
  if [[ -z ${missing[cers]:-} ]]; then
    awk -v c="$(column $case cers 5)" -v a="$alone" 'BEGIN { printf " Cers: %.2f × that.", c / a }'
  fi
  echo
  rm -rf "$out"/five-*
}

threads_case() {
  local pair count
  [[ -z ${missing[cers]:-} ]] || return 0
  header "threads 1 and 2: NDVI int16, ZSTD 1"
  set_creation threads
  for ((pair = 1; pair <= pairs; ++pair)); do
    for count in 1 2; do
      rm -rf "$out/threads-$count.tif"
      measure threads "cers-$count" "$pair" "$cers" BandMath -il "$b8" "$b4" -exp '10000*(im1b1-im2b1)/(im1b1+im2b1)' \
        -out "$(extended "$out/threads-$count.tif" "${creation[@]}")" int16 -ram $ram -threads $count -progress 0
      rm -rf "$out/threads-floor-$count.tif"
      measure threads "floor-$count" "$pair" "$floor" ndvi -il "$b8" "$b4" -out "$out/threads-floor-$count.tif" \
        -type int16 -co "${creation[@]}" -threads $count
    done
  done
  local same="bytes differ between thread counts"
  if cmp -s "$out/threads-1.tif" "$out/threads-2.tif"; then same="same bytes for 1 and 2 threads"; else failures=$((failures + 1)); fi
  row threads cers-1 floor-1 ""
  row threads cers-2 cers-1 "$same"
  row threads floor-1 "" ""
  row threads floor-2 floor-1 ""
  rm -f "$out"/threads-*.tif
}

cog_case() {
  local pair tool
  command -v gdal_translate > /dev/null || { echo "- skipped: cog: gdal_translate is not installed"; return 0; }
  header "cloud-optimised output: NDVI int16 (beside: the floor, then gdal_translate -of COG)"
  set_creation cog
  for ((pair = 1; pair <= pairs; ++pair)); do
    if [[ -z ${missing[cers]:-} ]]; then
      rm -rf "$out/cog-cers.tif"
      measure cog cers "$pair" "$cers" BandMath -il "$b8" "$b4" -exp '10000*(im1b1-im2b1)/(im1b1+im2b1)' \
        -out "$out/cog-cers.tif?&format=cog&gdal:co:COMPRESS=ZSTD&gdal:co:LEVEL=1&gdal:co:PREDICTOR=YES" int16 \
        -ram $ram -threads "$threads" -progress 0
    fi
    rm -f "$out/cog-floor.tif" "$out/cog-plain.tif"
    # The words are expanded by the inner shell on purpose.
    # shellcheck disable=SC2016
    measure cog floor "$pair" bash -euc '"$1" ndvi -il "$2" "$3" -out "$4" -type int16 -threads "$6" -co TILED=YES \
      BLOCKXSIZE=512 BLOCKYSIZE=512 COMPRESS=ZSTD ZSTD_LEVEL=1 PREDICTOR=2
      gdal_translate -q -of COG -co COMPRESS=ZSTD -co LEVEL=1 -co PREDICTOR=YES -co NUM_THREADS="$6" "$4" "$5"' \
      - "$floor" "$b8" "$b4" "$out/cog-plain.tif" "$out/cog-floor.tif" "$threads"
  done
  if [[ -z ${missing[cers]:-} ]]; then
    equal cog cers "$out/cog-cers.tif" "$out/cog-floor.tif"
    row cog cers floor "$verdict"
  fi
  row cog floor "" ""
  rm -f "$out"/cog-*.tif
}

for case in $cases; do
  case $case in
    ndvi-zstd) simple_case ndvi-zstd "NDVI × 10 000, int16, ZSTD 1, predictor 2" ;;
    ndvi-deflate) simple_case ndvi-deflate "NDVI × 10 000, int16, DEFLATE, predictor 2" ;;
    mask) simple_case mask "mask from four bands, uint8, ZSTD 1" ;;
    ndvi-float) simple_case ndvi-float "NDVI, float, ZSTD 1" ;;
    five) five_case ;;
    threads) threads_case ;;
    cog) cog_case ;;
    *)
      echo "run.sh: no case '$case'" >&2
      exit 2
      ;;
  esac
done
printf '\nLoad at the end: %s.\n' "$(cut -d ' ' -f 1 /proc/loadavg)"
if [[ $failures -gt 0 ]]; then
  echo "run.sh: $failures outputs differ" >&2
  exit 1
fi
