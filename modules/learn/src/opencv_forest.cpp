// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/opencv_forest.hpp"

#include <utility>

#include "opencv_trees.hpp"
#include "stored_model.hpp"

namespace cers {

Forest read_opencv_forest(const std::string& path) {
  return parse_opencv_forest(learn::file_text(path), path);
}

Forest parse_opencv_forest(std::string_view text, const std::string& path) {
  learn::OpenCvTrees read = learn::parse_opencv_trees(learn::TreesKind::forest, text, path);
  return {read.features, std::move(read.labels), read.trees};
}

}  // namespace cers
