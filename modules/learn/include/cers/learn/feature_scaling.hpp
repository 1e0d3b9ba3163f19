// SPDX-License-Identifier: Apache-2.0
// Features centred and reduced before they meet a model, as OTB does it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cers {

/// Mean and standard deviation of each feature. Empty: features stay as they are.
struct FeatureScaling {
  std::vector<float> mean;
  std::vector<float> deviation;

  bool empty() const { return mean.empty(); }
  /// (value - mean) / deviation of `count` values of one feature, in place, with the roundings of OTB 8's
  /// ShiftScaleVectorImageFilter: the difference and the inverse of the deviation in float, their product in double,
  /// then float. A deviation of at most 1e-10 only centres.
  void apply(std::size_t feature, float* values, std::size_t count) const;
};

/// The vectors "mean" and "stddev" of the XML file that ComputeImagesStatistics writes. Throws DataError, naming the
/// file, when it cannot be read, is no such file, or the two differ in length.
FeatureScaling read_feature_statistics(const std::string& path);

}  // namespace cers
