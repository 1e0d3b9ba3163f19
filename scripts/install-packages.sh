#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# install-packages.sh LIST...: installs those Debian packages of the lists that are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
missing=()
for package in $(cat "$@" | sed 's/#.*//'); do
  dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0
echo "installing: ${missing[*]}"
as_root=()
[[ $(id -u) -eq 0 ]] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q > /dev/null
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}" > /dev/null
