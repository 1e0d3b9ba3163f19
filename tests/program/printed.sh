#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# printed.sh CERS SCENE WORK ROOT: what the program prints of itself is well formed, and the pages in docs/ are current.
CERS=$1 SCENE=$2 WORK=$3 ROOT=$4
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# Debian's own interpreter has the modules that are installed as packages.
PATH=/usr/bin:$PATH
"$CERS" doc reference
check "docs/reference is current (cers doc docs/reference)" diff -r reference "$ROOT/docs/reference"
"$CERS" list > list.txt
check "list names applications" grep -q '^BandMath ' list.txt
while read -r name _; do
  check "help of $name" test -n "$("$CERS" help "$name")"
  check "help fits 100 columns: $name" test -z "$("$CERS" help "$name" | LC_ALL=C.UTF-8 sed 's/[^ ]\{25,\}//' | LC_ALL=C.UTF-8 grep -E '^.{101}')"
  "$CERS" describe "$name" -json > description.json
  check "description of $name is JSON" python3 -m json.tool description.json /dev/null
done < list.txt
check "help of a pipeline" grep -q -- '-b11 <image>' <("$CERS" help "$ROOT/pipelines/indices.yaml")
check "help of a key" grep -q 'NDVI' <("$CERS" help "$ROOT/pipelines/indices.yaml" vegetation)

"$CERS" completion bash > cers.bash && check "bash completion parses" bash -n cers.bash
complete_words() { bash -c 'source ./cers.bash; COMP_LINE=$1; COMP_POINT=${#1}; _cers; printf "%s\n" "${COMPREPLY[@]}"' - "$1"; }
check "completes applications" grep -qx BandMath <(complete_words "cers Band")
check "completes keys" grep -qx -- -exp <(complete_words "cers BandMath -e")
check "completes pixel types" grep -qx uint8 <(complete_words "cers BandMath -out a.tif uin")
if command -v zsh > /dev/null; then
  "$CERS" completion zsh > _cers && check "zsh completion parses" zsh -n _cers
else
  echo "skipped: zsh is not installed"
fi

"$CERS" man man
if command -v man > /dev/null; then
  for page in man/*.1; do check "man page $page" test -z "$(man --warnings -E UTF-8 -l "$page" 2>&1 > /dev/null | grep -v "can't break line")"; done
else
  echo "skipped: man is not installed"
fi

"$CERS" schema > schema.json
if python3 -c 'import jsonschema, yaml' 2> /dev/null; then
  cat > validate.py << 'PYTHON'
import json, sys, yaml, jsonschema
schema = json.load(open("schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
for path in sys.argv[1:]:
    errors = [e.message for e in validator.iter_errors(yaml.safe_load(open(path)))]
    if errors: sys.exit(f"{path}: {errors}")
wrong = {"cers": 1, "steps": [{"id": "a", "app": "BandMath", "il": "b", "expr": "1"}], "outputs": {"o": {"from": "a", "to": "o.tif"}}}
if not list(validator.iter_errors(wrong)): sys.exit("a wrong key is accepted")
PYTHON
  check "the schema accepts the shipped pipelines and refuses a wrong key" python3 validate.py "$ROOT"/pipelines/*.yaml
else
  echo "skipped: python3-jsonschema or python3-yaml is not installed"
fi
finish
