#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# real_products.sh CERS SCENE WORK: every real product opens as a folder, one folder down and as an archive, and is the
# same product each time; skipped where the real products are not.
CERS=$1 SCENE=$2 WORK=$3
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
real=${CERS_SHARED_DATA:-}/products
[[ -d $real ]] || { echo "skipped: no real products in CERS_SHARED_DATA"; exit 77; }
command -v zip > /dev/null || { echo "skipped: zip is not installed"; exit 77; }

# Its description as JSON, with the place it was opened from written as "PRODUCT".
described() { # PATH
  "$CERS" ProductInfo -in "$1" -format json > described.txt 2> stderr.txt || { cat stderr.txt; return 1; }
  sed -n 's/^product: //p' described.txt | sed "s#/vsizip/{$1}#PRODUCT#g; s#$1#PRODUCT#g"
}
holds() { grep -qE -- "$2" "$1"; }

# product FAMILY BANDS ID FOLDER [PREFIX]: only the files whose names begin with PREFIX.
product() {
  local family=$1 bands=$2 id=$3 folder=$real/$4 prefix=${5:-}
  [[ -d $folder ]] || { echo "skipped: no $4 in CERS_SHARED_DATA"; absent=$((absent + 1)); return; }
  rm -rf above stored.zip deflated.zip
  mkdir -p above/it
  cp -r "$folder/$prefix"* above/it
  chmod -R u+w above
  (cd above/it && zip -q -r ../../deflated.zip .)
  (cd above && zip -q -0 -r ../stored.zip it)
  described above/it > folder.json
  check "$4${prefix:+/$prefix}: family $family" holds folder.json "\"family\":\"$family\""
  check "$id: its id" holds folder.json "\"id\":\"$id\""
  check "$id: $bands bands" test "$(grep -o '"role":' folder.json | wc -l)" -eq "$bands"
  described deflated.zip > deflated.json
  check "$id: the same from an archive" cmp folder.json deflated.json
  described above > above.json
  described stored.zip > stored.json
  check "$id: the same from an archive of its folder" cmp above.json stored.json
}

# ndvi ID FOLDER: the same pixels, too.
ndvi() {
  [[ -d $real/$2 ]] || return 0
  rm -rf above stored.zip
  mkdir above
  cp -r "$real/$2" above/it
  chmod -R u+w above
  (cd above && zip -q -0 -r ../stored.zip it)
  for from in above/it stored.zip; do
    check "$1: NDVI from $from" "$CERS" RadiometricIndices -in $from -list Vegetation:NDVI -out "${from##*/}.tif" \
      -progress 0 2> stderr.txt
  done
  check "$1: the same NDVI from an archive" cmp it.tif stored.zip.tif
}

absent=0
product muscate-l2a 10 SENTINEL2B_20181023-105107-455_L2A_T30TYP_D_V1-9 \
  muscate_l2a/SENTINEL2B_20181023-105107-455_L2A_T30TYP_D_V1-9
product muscate-l2a 0 SENTINEL2B_20200209-103813-308_L2A_T32TLR_C_V1-0 muscate_xml SENTINEL2B_
product sentinel2-l2a 8 S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454 \
  s2_safe_l2a_n0400/S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454.SAFE
for name in S2A_MSIL2A_20190212T192651_N0212_R013_T07HFE_20201007T160857:24 \
  S2B_MSIL2A_20191228T210519_N0212_R071_T01CCV_20201003T104658:24 \
  S2B_MSIL2A_20230122T231849_N0400_R087_T01UBT_20230124T042703:13; do
  product sentinel2-l2a "${name#*:}" "${name%:*}" "s2_safe_mini/${name%:*}.SAFE"
done
product sentinel2-l2a 24 S2B_MSIL2A_20210122T133229_N0214_R081_T22HBD_20210122T155500 \
  s2_safe_mini/esa_S2B_MSIL2A_20210122T133229_N0214_R081_T22HBD_20210122T155500.SAFE
for name in S2A_MSIL2A_20180721T053721_N0212_R062_T43MDV_20201011T181419 \
  S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022157 \
  S2B_MSIL2A_20220413T150759_N0400_R025_T33XWJ_20220414T082126 \
  S2A_MSIL1C_20210908T042701_N0301_R133_T46RER_20210908T070248; do
  level=${name:7:3}
  product "sentinel2-${level,,}" 0 "$name" "s2_safe_xml/$name.SAFE"
done
product sentinel2-l1c 0 S2A_MSIL1C_20200717T221941_N0209_R029_T01LAC_20200717T234135 \
  s2_safe_xml/S2A_MSIL1C_20200717T221941_R029_T01LAC_20200717T234135.SAFE  # its folder lacks the baseline
product sentinel2-l2a 0 S2B_OPER_MSI_L2A_TL_S2RP_20230315T224658_A018417_T01VCG_N05.00 \
  s2_safe_xml/S2B_MSIL2A_20200914T231559_N0500_R087_T01VCG_20230315T224658
product landsat-c2-l2 8 LC08_L2SP_005009_20150710_20200908_02_T2 landsat_c2_l2_snow
product landsat-c1-l1 9 LC80200392015216LGN00 landsat8_l1_fullres_crop
product landsat-c1-l1 9 LC08_L1TP_195025_20130707_20170503_01_T1 landsat_c1_l1_marburg LC08
product landsat-c1-l1 7 LE07_L1TP_195025_20010730_20170204_01_T1 landsat_c1_l1_marburg LE07
for name in LC08_L2SP_047027_20201204_20210313_02_T1 LC08_L2SR_084024_20160111_20201016_02_T1 \
  LC09_L2SP_010065_20220129_20220131_02_T1 LE07_L2SP_021030_20100109_20200911_02_T1 \
  LT04_L2SP_002026_19830110_20200918_02_T1; do
  product landsat-c2-l2 0 $name landsat_c2_mtl $name
done
product landsat-c2-l1 0 LM01_L1GS_001010_19720908_20200909_02_T2 landsat_c2_mtl LM01
product sentinel1-grd 0 S1A_IW_GRDH_1SDV_20210809T173953_20210809T174018_039156_049F13_6FF8 \
  s1_grd_safe/S1A_IW_GRDH_1SDV_20210809T173953_20210809T174018_039156_049F13_6FF8.SAFE
product sentinel1-grd 1 S1B_IW_GRDH_1SDV_20211223T051122_20211223T051147_030148_039993_5371 \
  s1_grd_safe/S1B_IW_GRDH_1SDV_20211223T051122_20211223T051147_030148_039993_5371.SAFE

ndvi "Theia" muscate_l2a/SENTINEL2B_20181023-105107-455_L2A_T30TYP_D_V1-9
ndvi "SAFE" s2_safe_mini/esa_S2B_MSIL2A_20210122T133229_N0214_R081_T22HBD_20210122T155500.SAFE
ndvi "Landsat" landsat_c2_l2_snow
ndvi "Landsat before the collections" landsat8_l1_fullres_crop
[[ $absent -eq 0 ]] || echo "$absent products are not there"
finish
