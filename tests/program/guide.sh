#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# guide.sh CERS SCENE WORK ROOT: does what the guides say, literally. A block ```sh is run, a block ```cpp PATH (or any
# language with a path) is written to that file. `<!-- run in: scene -->` in a page: in a copy of the sample scene;
# `<!-- run in: source tree -->`: in a copy of the sources. `cers` in the blocks is the program under test.
CERS=$1 SCENE=$2 WORK=$3 ROOT=$4
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
mkdir bin
ln -s "$CERS" bin/cers
export PATH=$WORK/bin:$PATH

follow() { # PAGE FOLDER
  local page=$1 line language path block status
  cd "$2" || exit 2
  exec 3< "$page"
  while IFS= read -r line <&3; do
    [[ $line == '```'* && $line != '```' ]] || continue
    read -r language path <<< "${line#\`\`\`}"
    block=
    while IFS= read -r line <&3 && [[ $line != '```' ]]; do block+=$line$'\n'; done
    if [[ -n $path ]]; then
      mkdir -p "$(dirname "$path")"
      printf '%s' "$block" > "$path"
    elif [[ $language == sh ]]; then
      status=0
      bash -euo pipefail -c "$block" > "$WORK/block.log" 2>&1 || status=$?
      checks=$((checks + 1))
      [[ $status -ne 0 ]] || continue
      failures=$((failures + 1))
      printf 'FAIL %s:\n%s' "$(basename "$page")" "$block"
      tail -n 15 "$WORK/block.log" | sed 's/^/     | /'
    fi
  done
  exec 3<&-
}

for page in "$ROOT"/docs/guide/*.md; do
  folder=$WORK/$(basename "$page" .md)
  case $(grep -o 'run in: [a-z ]*[a-z]' "$page" | head -n 1) in
    'run in: scene') mkdir "$folder" && cp -r "$SCENE"/*.tif "$SCENE/product" "$ROOT/pipelines" "$folder" ;;
    'run in: source tree')
      mkdir "$folder"
      (cd "$ROOT" && tar -c --exclude=./build --exclude='./build-*' --exclude=./demo --exclude=./.git .) | tar -x -C "$folder"
      ;;
    *) continue ;;
  esac
  echo "following ${page##*/}"
  follow "$page" "$folder"
done
finish
