// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/calibration.hpp"

#include <cmath>
#include <limits>

#include "cers/core/error.hpp"

namespace cers {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double square(double v) {
  return v * v;
}

}  // namespace

void ProbabilityCounts::add(int thousandths, bool event, double weight) {
  CERS_EXPECT(thousandths >= 0 && thousandths <= steps);
  stated[static_cast<std::size_t>(thousandths)] += weight;
  if (event) happened[static_cast<std::size_t>(thousandths)] += weight;
}

double ProbabilityCounts::total() const {
  double sum = 0;
  for (const double units : stated) sum += units;
  return sum;
}

Reliability reliability_of(const ProbabilityCounts& counts, int bins) {
  CERS_EXPECT(bins >= 1);
  Reliability found;
  found.total = counts.total();
  if (!(found.total > 0)) return {0, nan, nan, nan, nan, {}};
  double events = 0;
  double error = 0;
  for (std::size_t i = 0; i < counts.stated.size(); ++i) {
    const double p = static_cast<double>(i) / ProbabilityCounts::steps;
    events += counts.happened[i];
    error += counts.happened[i] * square(1 - p) + (counts.stated[i] - counts.happened[i]) * square(p);
  }
  found.prevalence = events / found.total;
  found.brier = error / found.total;
  const double uncertainty = found.prevalence * (1 - found.prevalence);
  found.skill = uncertainty > 0 ? 1 - found.brier / uncertainty : nan;

  ReliabilityBin bin;
  double sum = 0;
  double before = 0;  // units of the bins that are closed
  double gap = 0;
  for (std::size_t i = 0; i < counts.stated.size(); ++i) {
    bin.weight += counts.stated[i];
    bin.happened += counts.happened[i];
    sum += counts.stated[i] * static_cast<double>(i) / ProbabilityCounts::steps;
    // The next multiple of an even share beyond the bins that are closed: one large tie does not make the rest small.
    const double due = found.total * (std::floor(before * bins / found.total * (1 + 1e-12)) + 1) / bins;
    const bool last = i + 1 == counts.stated.size();
    if (!(bin.weight > 0) || (before + bin.weight < due && !last)) continue;
    before += bin.weight;
    bin.stated = sum / bin.weight;
    bin.happened /= bin.weight;
    gap += bin.weight * std::abs(bin.stated - bin.happened);
    found.bins.push_back(bin);
    bin = {};
    sum = 0;
  }
  found.calibration_error = gap / found.total;
  return found;
}

MulticlassBrier multiclass_brier(const std::vector<Reliability>& classes) {
  MulticlassBrier sum;
  double uncertainty = 0;
  double known = 0;
  for (const Reliability& one : classes) {
    sum.brier += one.brier;
    uncertainty += one.prevalence * (1 - one.prevalence);
    known += one.prevalence;
  }
  // Units of a class that has no probability: 0 is stated of what is there.
  const double unknown = std::max(0.0, 1 - known);
  sum.brier += unknown;
  uncertainty += unknown * (1 - unknown);
  sum.skill = uncertainty > 0 ? 1 - sum.brier / uncertainty : nan;
  return sum;
}

}  // namespace cers
