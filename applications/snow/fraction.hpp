// SPDX-License-Identifier: Apache-2.0
// From NDSI to the fraction of a pixel that snow covers.
#pragma once

#include <vector>

#include "cers/params/app_spec.hpp"

namespace cers::snow {

/// How NDSI becomes a fraction.
enum class FractionModel {
  tanh,       ///< Gascoin et al. (2020): 0.5 · tanh(2.65 · NDSI − 1.42) + 0.5; error 25 % (root mean square)
  linear,     ///< Salomonson and Appel (2004): 1.45 · NDSI − 0.01
  endmember,  ///< mixture of one snow and one ground spectrum; experimental
};
std::vector<Choice> choices_of(FractionModel);

/// Reflectance of pure snow and of snow-free ground, for FractionModel::endmember.
struct Endmembers {
  double snow_green = 0.80;
  double snow_swir = 0.12;
  double ground_green = 0.13;
  double ground_swir = 0.25;
};

/// Snow-covered fraction as seen from above, 0..1; NaN of NaN.
double snow_fraction(FractionModel model, double ndsi, const Endmembers& spectra = {});

/// Fraction on the ground under trees that cover `tree_cover` (0..1) of it: what is seen, over what is not hidden
/// (Gascoin et al. 2020). Under closed canopy any snow seen counts as full cover.
double ground_fraction(double seen, double tree_cover);

/// Codes of the fraction rasters beside 0..100 percent, as Theia and Copernicus write them.
enum class FractionCode : int { cloud = 205, water = 210, nodata = 255 };

/// Bits of the quality layer (QCFLAGS of Theia and of Copernicus HR-S&I).
enum class QualityBit : unsigned {
  low_sun = 1,
  tangent_sun = 2,
  water = 4,
  dense_trees = 8,        ///< tree cover above 90 %
  under_thin_cloud = 16,  ///< snow where the product says cloud
  unknown_trees = 32,     ///< no tree cover given for the pixel
  shaded = 64,            ///< snow that the pass for shaded slopes finds; alone it is set to 100 percent
};

}  // namespace cers::snow
