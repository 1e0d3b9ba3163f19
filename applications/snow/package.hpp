// SPDX-License-Identifier: Apache-2.0
// A snow mask as Theia delivers it: files under its names, metadata, quicklook.
#pragma once

#include <functional>
#include <string>

#include "cers/app/wiring.hpp"
#include "inputs.hpp"

namespace cers::snow {

/// What stands in the metadata, known after the run.
struct PackageFigures {
  int snowline_m = 0;        ///< Let-it-snow's, or what stands for "not found"
  double snow_percent = 0;   ///< of the pixels with data; NaN when there are none
  double cloud_percent = 0;  ///< likewise
  std::string histogram;
};

/// "SENTINEL2B_20180211-105000-000_L2B-SNOW_T32TLR_D_V1-0": the acquisition's, in MUSCATE's grammar.
std::string package_name(const Product& product);

/// `<name>/<name>_SNW_R2.tif` (`_XS` of Landsat), `_CMP_` (false colours with outlines), `_MTD_ALL.xml`, `_SNW_` as a
/// Shapefile (polygons of every code but 0, in a field DN), `_QKL_ALL.png` (the mask in the colours of the collection,
/// some 500 pixels wide), LIS_PRODUCTS/LIS_SNOW_ALL.TIF and LIS_HISTO.TXT. Of profile lis111 the names since
/// Let-it-snow 1.7:
/// `<name>.tif` and `.xml` with `<name>` of collection_name(product, "MSK"), kind QKL for the quicklook, no
/// composition, the polygons as LIS_PRODUCTS/LIS_SEB_VEC.shp with a field SEB. Mask and composition are cloud optimized
/// GeoTIFFs.
FolderOutput package(Graph& graph, const Product& product, const Inputs& inputs, Edge mask, Edge snow_all,
                     std::vector<LateRef> late, std::function<PackageFigures(const LateValues&)> figures,
                     Profile profile);

}  // namespace cers::snow
