// SPDX-License-Identifier: Apache-2.0
// Trees in files of OpenCV's ml module, of forests and of boosted sets alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cers/learn/forest.hpp"

namespace cers::learn {

enum class TreesKind { forest, boosted };

struct OpenCvTrees {
  int features = 0;
  std::vector<int> labels;  ///< class codes, in the order of the file
  std::vector<std::vector<TreeNode>> trees;
  std::vector<std::vector<double>> values;  ///< of each node of each tree; of a forest 0
  std::string boosting;                     ///< "RealAdaboost"; of a forest empty
};

/// Throws DataError as parse_opencv_forest() does. Every node has its children and names a feature or, in forests, a
/// label that is there.
OpenCvTrees parse_opencv_trees(TreesKind kind, std::string_view text, const std::string& path);

}  // namespace cers::learn
