// SPDX-License-Identifier: Apache-2.0
// Accuracy and areas of a map from a stratified random sample of reference units.
#pragma once

#include <string>
#include <vector>

#include "cers/learn/intervals.hpp"

namespace cers {

/// Classes with fewer reference units get Wilson intervals: below some fifty units the normal approximation fails
/// (Olofsson et al. 2014 recommend 50 to 100 for each class). The effective units of a class must be as many.
inline constexpr double least_units_for_normal = 50;

/// The sample drawn in one stratum. Strata are the classes of the map itself, or of another map.
struct Stratum {
  int code = 0;
  double pixels = 0;  ///< in the whole stratum
  LabelPairs units;   ///< (reference, map) of the units drawn
  double drawn() const;
};

struct AreaAccuracy {
  struct OfClass {
    int code = 0;
    double mapped_share = 0;     ///< of the area, as estimated for the map class
    double reference_units = 0;  ///< of the sample
    double map_units = 0;
    /// a² (1 − a) / V, with `a` the share of its area and V the variance when one unit with and one without the class
    /// are added to each stratum (Agresti and Caffo 2000, doi 10.1080/00031305.2000.10474560). So many units of the
    /// class in a simple random sample would tell its area as well. The units of a rare class may be many and come from
    /// its own small stratum, while its area hangs on few, or none, that were found in large ones: then it is small.
    double effective_units = 0;
    bool few_omissions() const {
      return reference_units >= least_units_for_normal && effective_units < least_units_for_normal;
    }
    Estimate area;       ///< share of the whole area that is truly this class
    Estimate users;      ///< NaN without units of the map class
    Estimate producers;  ///< NaN without units of the reference class
    double f1 = 0;       ///< from the two; NaN when one is
  };
  double pixels = 0;  ///< of all strata
  Estimate overall;
  std::vector<OfClass> classes;  ///< of reference and map, ascending
  /// Estimated share of the area of each (reference, map) pair; rows are reference classes.
  ConfusionMatrix shares{std::vector<int>{}};
};

/// Estimators of Stehman (2014, doi 10.1080/01431161.2014.930207): means and ratios of indicators with their
/// finite-population correction. With map classes as strata they are those of Olofsson et al. (2014, doi
/// 10.1016/j.rse.2014.02.015, eq. 1 to 11), whose standard errors leave out the correction. Intervals are ± 1.96
/// standard errors; Wilson's with the effective number of units, p (1 − p) / V, where fewer than
/// least_units_for_normal units are at hand: map units for user's accuracy, all for overall accuracy, for area and
/// producer's accuracy both reference units and OfClass::effective_units. V is the square of the standard error; for
/// area and producer's accuracy a larger one, with half a unit added to each count of each stratum (Jeffreys' prior,
/// Brown, Cai and DasGupta 2001, doi 10.1214/ss/1009213286): a stratum in which no unit of the class was drawn may hold
/// some. Throws DataError, naming them, when strata with pixels have fewer than two units.
AreaAccuracy area_accuracy(const std::vector<Stratum>& strata);

/// Number of units after Olofsson et al. (2014) eq. 13 without the last term: (Σ W S / SE)², S = √(U (1 − U)).
/// `weights` add up to 1; `users` are the accuracies expected.
double sample_size(const std::vector<double>& weights, const std::vector<double>& users, double standard_error);

}  // namespace cers
