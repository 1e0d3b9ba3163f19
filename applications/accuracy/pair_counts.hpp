// SPDX-License-Identifier: Apache-2.0
// Which labels of a map meet which labels of a reference, and what the probabilities beside them are worth.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "cers/learn/accuracy.hpp"
#include "cers/learn/calibration.hpp"

namespace cers::accuracy {

/// Stated probabilities of each class, and of the most probable class being the true one.
struct ProbabilityTable {
  std::vector<ProbabilityCounts> classes;  ///< in the order of the bands
  ProbabilityCounts winner;

  /// One unit with `bands` in thousandths that add up to about 1000. False, and nothing is added, when all are 0.
  bool add(const std::vector<std::int32_t>& bands, const std::vector<int>& codes, int reference);
  void add(const ProbabilityTable& other, double weight = 1);
};

struct PairCounts {
  struct OfStratum {
    LabelPairs pairs;
    ProbabilityTable probabilities;
  };
  std::map<int, OfStratum> strata;
  std::map<std::int64_t, LabelPairs> clusters;  ///< by feature or block; what is drawn together
  std::uint64_t without_reference = 0;          ///< pixels whose reference is nodata
  std::uint64_t unmapped = 0;                   ///< units with a reference where the map has nodata
  std::uint64_t without_probability = 0;        ///< counted units whose probabilities are all 0

  void add(const PairCounts& other);
  /// Of all strata.
  LabelPairs pairs() const;
};

}  // namespace cers::accuracy
