#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every C++ file is as clang-format leaves it, carries the licence line, and has at most 450 lines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v clang-format > /dev/null || { echo "skipped: clang-format is not installed"; exit 77; }
mapfile -t files < <(find applications benchmarks modules testdata tests tools -name '*.cpp' -o -name '*.hpp')
status=0
clang-format --dry-run -Werror "${files[@]}" || status=1
for file in "${files[@]}"; do
  head -n 1 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || { echo "$file: no licence line"; status=1; }
  [[ $(wc -l < "$file") -le 450 ]] || { echo "$file: more than 450 lines"; status=1; }
done
echo "${#files[@]} files looked at"
exit $status
