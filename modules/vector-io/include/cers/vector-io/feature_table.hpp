// SPDX-License-Identifier: Apache-2.0
// Fields of a vector file as a table of numbers: what models are trained on and applied to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cers {

/// Which fields are wanted. Case does not matter.
struct FeatureColumns {
  std::vector<std::string> features;  ///< numbers; "value_*" stands for all fields of numbers that begin so
  std::string label;                  ///< whole number or text; empty: none
  std::string group;                  ///< whole number; empty: none
  bool group_if_there = false;        ///< the group field may be missing
};

struct FeatureTable {
  std::vector<std::string> features;  ///< names as the file spells them, "*" resolved
  std::vector<std::int64_t> ids;      ///< number of each feature in the file (FID), in its order
  std::vector<float> values;          ///< [row · features + feature]
  std::vector<std::string> labels;    ///< class field as text; empty without one
  std::vector<std::int64_t> groups;   ///< empty without one
  std::size_t without_values = 0;     ///< rows left out: a number is not set or not finite
  std::size_t without_label = 0;      ///< rows left out: the class is not set

  std::size_t size() const { return ids.size(); }
};

/// The names of the features, "*" resolved, without reading a row. Throws UserError, naming the file and what it has
/// instead, when file, layer or a field is not there or a field is of another type.
std::vector<std::string> check_feature_columns(const std::string& path, int layer, const FeatureColumns& columns);

/// Reads layer number `layer` (from 0). A row is left out when one of its numbers, its class or its group is not set.
/// Throws as check_feature_columns does, and DataError when the file cannot be read.
FeatureTable read_feature_table(const std::string& path, int layer, const FeatureColumns& columns);

}  // namespace cers
