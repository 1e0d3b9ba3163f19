// SPDX-License-Identifier: Apache-2.0
// Fractions of snow as Copernicus HR-S&I and Theia deliver them: files under its names, metadata, quicklook.
#pragma once

#include <optional>
#include <string>

#include "cers/app/wiring.hpp"

namespace cers::snow {

/// Layers on the grid of the fraction, uint8.
struct FractionLayers {
  Edge seen;
  std::optional<Edge> ground;  ///< with tree cover only
  Edge ndsi;
  Edge quality;
  std::optional<Edge> ground_quality;
  Edge flags;
};

/// "FSC_20180211T105000_S2B_T32TLR_V010_1" of a product acquired then; V010 is Cers 0.1.0. Throws UserError for other
/// platforms than Sentinel-2 and products without date or tile.
std::string fraction_package_name(const Product& product);

/// `<name>/<name>_FSCTOC.tif`, `_FSCOG`, `_NDSI`, `_QCTOC`, `_QCOG`, `_QCFLAGS` and, of MUSCATE products, `_CLD` (the
/// producer's cloud mask), as cloud optimized GeoTIFFs with blocks of 1024; `_MTD.xml` (ISO 19139), `_QLK.png` (some
/// 1000 pixels wide).
FolderOutput fraction_package(Graph& graph, const Scene& scene, const FractionLayers& layers);

/// As Theia's snow collection has them since Let-it-snow 1.7: `<name>/<name>.tif` with `<name>` of
/// collection_name(product, "FSC"), the fraction on the ground, or of "FSC-TOC", as seen, without tree cover; kind
/// FSC-QCFLAGS the flags, both as cloud optimized GeoTIFFs; `<name>.xml`; kind QKL a quicklook. Throws UserError for
/// other platforms than Sentinel-2.
FolderOutput theia_fraction_package(Graph& graph, const Scene& scene, const FractionLayers& layers);

}  // namespace cers::snow
