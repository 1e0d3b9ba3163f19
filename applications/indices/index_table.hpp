// SPDX-License-Identifier: Apache-2.0
// Spectral indices as data: adding one is adding a row. The formula that help prints, that describes the output band
// and that is executed is one text; the bands an index needs follow from it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cers/ops/expression.hpp"

namespace cers {

/// Names a formula may use for bands, those of Sentinel-2: blue (B2), green (B3), red (B4), red_edge1 (B5), red_edge2
/// (B6), red_edge3 (B7), nir (B8), nir_narrow (B8A), swir1 (B11), swir2 (B12).
const std::vector<std::string>& spectral_roles();

struct SpectralIndex {
  std::string name;      ///< as listed: "Vegetation:NDVI"
  std::string title;     ///< "normalised difference vegetation index"
  std::string formula;   ///< BandMath's language over spectral_roles()
  std::string citation;  ///< "Author (year), title, journal."
  /// Multiplying all bands by one factor changes the result: the published values hold for reflectance from 0 to 1.
  bool scale_dependent = false;

  /// "NDVI": the band's name.
  std::string short_name() const;
  /// "Rouse et al. (1974)".
  std::string short_citation() const;
  /// The variables of the result are ExpressionVariable{band, image 0, position in spectral_roles()}.
  Expression compile() const;
};

/// OTB's 21 in OTB's order, then others.
const std::vector<SpectralIndex>& spectral_indices();
/// Throws InternalError when there is none of that name: -list is checked before.
const SpectralIndex& spectral_index(std::string_view name);

}  // namespace cers
