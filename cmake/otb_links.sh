#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# otb_links.sh CERS FOLDER: one link otbcli_NAME a Cers application, for scripts written for OTB. Put the installed
# folder first in PATH. The links point at bin/cers from share/cers/otbcli of the same prefix.
set -eu
"$1" list | while read -r name rest; do
  ln -s ../../../bin/cers "$2/otbcli_$name"
done
