#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every test: the release build, then address and undefined-behaviour sanitizers on core to raster-io and the thread
# sanitizer on core to engine. Real images are looked for in CERS_SHARED_DATA (default: ../shared/data).
#   scripts/test.sh            all
#   scripts/test.sh release    one preset
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/install-packages.sh packages.txt packages-test.txt
export CERS_SHARED_DATA=${CERS_SHARED_DATA:-$(cd .. && pwd)/shared/data}
[[ -d $CERS_SHARED_DATA ]] || echo "no real images at $CERS_SHARED_DATA: tests that want them are skipped"

passed=0 failed=0 skipped=0
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for preset in "${@:-release asan-ubsan tsan}"; do
  for name in $preset; do
    echo "== $name"
    cmake --preset "$name" > "$results/configure" || { cat "$results/configure"; exit 1; }
    cmake --build --preset "$name"
    ctest --preset "$name" -j "$(nproc)" --output-junit "$results/$name.xml" || true
    counts=$(sed -nE 's/.*tests="([0-9]+)".*failures="([0-9]+)".*disabled="([0-9]+)".*skipped="([0-9]+)".*/\1 \2 \3 \4/p' \
      <(tr '\n' ' ' < "$results/$name.xml" | head -c 1000))
    read -r all bad disabled left <<< "${counts:-0 1 0 0}"
    passed=$((passed + all - bad - disabled - left)) failed=$((failed + bad)) skipped=$((skipped + left + disabled))
  done
done
echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 && $passed -gt 0 ]]
