// SPDX-License-Identifier: Apache-2.0
// What a model is trained on: one row a sample, one column a feature, and what is known of each sample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cers {

struct SampleTable {
  std::vector<std::string> features;  ///< names, in the order of the columns
  std::vector<float> values;          ///< row after row: values[sample * features.size() + feature]; never NaN
  std::vector<int> labels;            ///< class code of each sample
  /// Polygon each sample comes from. Samples of one polygon are never on both sides of a split, nor of a bootstrap.
  /// Empty: every sample stands for itself.
  std::vector<std::int64_t> groups;

  std::size_t size() const { return labels.size(); }
  std::span<const float> row(std::size_t sample) const {
    return {values.data() + sample * features.size(), features.size()};
  }
};

}  // namespace cers
