// SPDX-License-Identifier: Apache-2.0
// A model applied to the rows of a table.
#pragma once

#include <span>
#include <vector>

#include "cers/learn/model.hpp"

namespace cers {

struct RowClass {
  int code = 0;          ///< class with most votes, the first of equals
  float confidence = 0;  ///< its share of the votes, 0 to 1
};

/// `values`: rows of as many features as the model has, scaled already, none NaN.
std::vector<RowClass> classify_rows(const Model& model, std::span<const float> values);

}  // namespace cers
