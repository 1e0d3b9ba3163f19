// SPDX-License-Identifier: Apache-2.0
// Whether probabilities mean what they say: of all units given 70 %, seven in ten should be right.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace cers {

/// How often each probability, in thousandths, was stated, and how often the event then happened.
struct ProbabilityCounts {
  static constexpr int steps = 1000;
  std::array<double, steps + 1> stated{};
  std::array<double, steps + 1> happened{};

  void add(int thousandths, bool event, double weight = 1);
  double total() const;
};

/// One point of a reliability curve.
struct ReliabilityBin {
  double stated = 0;    ///< mean probability
  double happened = 0;  ///< share of the units in which the event happened
  double weight = 0;    ///< units in the bin
};

struct Reliability {
  double total = 0;
  double prevalence = 0;         ///< share of all units in which the event happened
  double brier = 0;              ///< mean of (p − event)²
  double skill = 0;              ///< 1 − brier / (prevalence · (1 − prevalence)); NaN when that is 0
  double calibration_error = 0;  ///< mean over units of |stated − happened| of their bin
  std::vector<ReliabilityBin> bins;
};

/// Bins hold equal numbers of units as far as units of one stated probability, which stay together, allow. NaN and no
/// bins when nothing was counted. Brier (1950), Monthly Weather Review 78:1-3.
Reliability reliability_of(const ProbabilityCounts& counts, int bins = 10);

/// Of a probability for each class, one entry a class: Brier score summed over classes, and its skill over stating the
/// prevalences everywhere. Units of other classes count as ones of which 0 is stated.
struct MulticlassBrier {
  double brier = 0;
  double skill = 0;
};
MulticlassBrier multiclass_brier(const std::vector<Reliability>& classes);

}  // namespace cers
