#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# interrupt.sh CERS SCENE WORK: SIGINT and SIGTERM in the middle of a run leave nothing behind, not even a hidden folder.
CERS=$1 SCENE=$2 WORK=$3
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# An expression dear enough that the run is still going when the first progress event comes.
slow="sin(im1b1)"
for _ in 1 2 3 4 5 6 7; do slow="($slow+cos($slow)*tan(im1b1+$slow))"; [[ ${#slow} -lt 1200 ]] || break; done

interrupted() { # SIGNAL CODE
  rm -rf out
  mkdir out
  mkfifo events
  "$CERS" BandMath -il "$SCENE/B4.tif" -exp "$slow" -out out/map.tif -tile 16 -threads 1 -progress json 2> events > /dev/null &
  local process=$! line status=0 seen=
  while read -r line; do
    case $line in
      *'"event":"progress"'*) [[ -n $seen ]] || { kill "-$1" $process; seen=1; } ;;
      *'"event":"finished"'*) echo "FAIL the run ended before SIG$1 reached it"; failures=$((failures + 1)) ;;
    esac
  done < events
  wait $process || status=$?
  rm -f events
  check "SIG$1: exit code $status instead of $2" test $status -eq "$2"
  check "SIG$1: nothing is left" test -z "$(find out -mindepth 1)"
}
interrupted INT 130
interrupted TERM 143
finish
