# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests of the program: CERS, SCENE (a sample scene) and WORK (an empty folder) are set by the caller.
set -uo pipefail
export LC_ALL=C
rm -rf "$WORK"
mkdir -p "$WORK"
cd "$WORK" || exit 2
failures=0
checks=0

check() { # TEXT COMMAND...: the command must succeed
  local text=$1
  shift
  checks=$((checks + 1))
  if "$@"; then return 0; fi
  failures=$((failures + 1))
  echo "FAIL $text"
  return 0
}

# refused CODE PATTERN WORDS...: `cers WORDS` ends with CODE, its message matches PATTERN (extended regular expression,
# over several lines), it is one error with a remedy, and nothing is left in the folder `out`.
refused() {
  local code=$1 pattern=$2 status=0
  shift 2
  checks=$((checks + 1))
  rm -rf out
  mkdir out
  "$CERS" "$@" > stdout.txt 2> stderr.txt || status=$?
  local problem=
  [[ $status -eq $code ]] || problem="exit code $status instead of $code"
  tr '\n' ' ' < stderr.txt | grep -qE -- "$pattern" || problem+="; the message does not say: $pattern"
  [[ $(grep -c '^cers: error: ' stderr.txt) -eq 1 ]] || problem+="; not exactly one error"
  [[ $(grep -v '^cers: warning' stderr.txt | wc -l) -ge 2 ]] || problem+="; no remedy"
  [[ -z $(find out -mindepth 1) ]] || problem+="; left behind: $(find out -mindepth 1 | head -n 3 | tr '\n' ' ')"
  [[ -n $problem ]] || return 0
  failures=$((failures + 1))
  echo "FAIL cers $*"
  echo "     ${problem#; }"
  sed 's/^/     | /' stderr.txt
}

finish() {
  echo "$((checks - failures)) of $checks checks passed"
  [[ $failures -eq 0 ]]
}
