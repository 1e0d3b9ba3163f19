// SPDX-License-Identifier: Apache-2.0
#include "fraction.hpp"

#include <algorithm>
#include <cmath>

namespace cers::snow {

std::vector<Choice> choices_of(FractionModel) {
  return {{"tanh", "0.5 · tanh(2.65 · NDSI − 1.42) + 0.5, Gascoin et al. (2020)"},
          {"linear", "1.45 · NDSI − 0.01, Salomonson and Appel (2004)"},
          {"endmember", "Experimental: mixture of a snow and a ground spectrum"}};
}

double snow_fraction(FractionModel model, double ndsi, const Endmembers& spectra) {
  double fraction = 0;
  switch (model) {
    case FractionModel::tanh:
      fraction = 0.5 * std::tanh(2.65 * ndsi - 1.42) + 0.5;
      break;
    case FractionModel::linear:
      fraction = 1.45 * ndsi - 0.01;
      break;
    case FractionModel::endmember: {
      // NDSI of f · snow + (1 − f) · ground, solved for f.
      const double ground_sum = spectra.ground_green + spectra.ground_swir;
      const double ground_difference = spectra.ground_green - spectra.ground_swir;
      const double sum = spectra.snow_green + spectra.snow_swir - ground_sum;
      const double difference = spectra.snow_green - spectra.snow_swir - ground_difference;
      fraction = (ground_difference - ndsi * ground_sum) / (ndsi * sum - difference);
      break;
    }
  }
  return std::isnan(fraction) ? fraction : std::clamp(fraction, 0.0, 1.0);
}

double ground_fraction(double seen, double tree_cover) {
  if (!(seen > 0)) return seen;
  return tree_cover >= 1 ? 1.0 : std::min(1.0, seen / (1 - tree_cover));
}

}  // namespace cers::snow
