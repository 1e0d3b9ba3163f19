// SPDX-License-Identifier: Apache-2.0
// What is told of a map's accuracy, as JSON and as one HTML page.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cers/learn/area_accuracy.hpp"
#include "cers/learn/calibration.hpp"

namespace cers::accuracy {

struct ProbabilityReport {
  std::vector<int> codes;
  std::vector<Reliability> classes;  ///< of each code
  Reliability winner;                ///< of the most probable class being the true one
  MulticlassBrier brier;
};

/// A score over several trainings that differ in their seed.
struct MeanOfRuns {
  std::string score;
  double value = 0;
  Interval interval;  ///< 95 %, Student's t
  std::size_t runs = 0;
};

struct AccuracyReport {
  std::string map;
  std::string reference;
  std::string statement;  ///< what the numbers are, and what they are not
  std::string intervals;  ///< how the intervals came about
  std::vector<std::string> notes;
  std::map<int, std::string> names;  ///< of classes, where known

  ConfusionMatrix matrix{std::vector<int>{}};  ///< units
  Agreement agreement;                         ///< of the units as they are
  std::size_t clusters = 0;
  std::optional<AgreementIntervals> clustered;
  std::optional<AreaAccuracy> area;  ///< only of a probability sample
  std::optional<double> hectares_per_pixel;
  std::optional<ProbabilityReport> probabilities;
  std::vector<MeanOfRuns> means;  ///< of the page of a training
  bool same_reference = false;    ///< all runs of `means` were judged on the same polygons
};

std::string json_of(const AccuracyReport& report);
/// One file without links to others; pictures are inline SVG.
std::string html_of(const AccuracyReport& report);

/// The matrix as a picture: each row shaded by its shares.
std::string matrix_svg(const AccuracyReport& report);
/// Stated against observed probability of the most probable class.
std::string reliability_svg(const ProbabilityReport& probabilities);

}  // namespace cers::accuracy
