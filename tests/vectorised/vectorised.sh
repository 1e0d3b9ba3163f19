#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# vectorised.sh SOURCES WORK COMPILER [FLAGS...]: compiles the row kernels and reads GCC's report of its vectoriser: in
# the functions listed below every loop, in every instantiation, is vectorised, or calls a function listed as allowed.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
sources=$1 work=$2
shift 2
compile=("$@")

target=$("$1" -dumpmachine)
if ! "$1" --version | grep -q 'Free Software Foundation' || [[ $target != x86_64-* ]]; then
  echo "skipped: written for the reports of GCC on x86_64"
  exit 77
fi

loops=0 vectorised=0 excused=0 failures=0

# kernels SOURCE FUNCTIONS [ALLOWED]: both lists are separated by blanks.
kernels() {
  local source=$sources/$1 report counts
  report=$work/$(basename "$1" .cpp).vect
  rm -f "$report"
  # The text of -fopt-info-vec-optimized with the function each loop ended up in. Epilogues would count a loop twice.
  "${compile[@]}" --param vect-epilogues-nomask=0 -fdump-tree-vect-optimized-missed="$report" -S -o /dev/null "$source"
  counts=$(awk -v functions="$2" -v allowed="${3:-}" -f "$here/loops.awk" "$source" "$report")
  grep -v '^=' <<< "$counts" || true
  local _ all good spared bad
  read -r _ all good spared bad <<< "$(grep '^=' <<< "$counts")"
  echo "$1: $good of $all loops vectorised${3:+, $spared allowed not to be}"
  loops=$((loops + all)) vectorised=$((vectorised + good)) excused=$((excused + spared)) failures=$((failures + bad))
}

kernels modules/core/src/convert.cpp "float_to_integer integer_to_integer convert_row"
kernels modules/engine/src/read_rows.cpp "calibrate"
kernels modules/engine/src/tile_worker.cpp "put_nodata"
kernels modules/ops/src/expression_node.cpp "widen store"
kernels modules/ops/src/terrain/sunward_walk.cpp "mark"
kernels applications/snow_season/season_kernel.cpp "classify merge observe end_runs close copy copy_where run_ends"
# One call of the C library a pixel: none of its functions has a vector form with the same bits.
kernels modules/ops/src/expression/kernels.cpp "unary binary select fill" \
  "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp log log2 log10 atan2 fmod pow"

echo "$vectorised of $loops loops vectorised, $excused call the C library, $failures should be and are not"
[[ $failures -eq 0 ]]
