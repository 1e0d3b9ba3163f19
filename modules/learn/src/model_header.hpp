// SPDX-License-Identifier: Apache-2.0
// The readable part of a model file.
#pragma once

#include <string>
#include <string_view>

#include "cers/learn/model_file.hpp"

namespace cers::learn {

struct Header {
  ForestFile file;  ///< without trees and shares
  std::size_t trees = 0;
  std::size_t rows = 0;  ///< of the leaf table
};

/// Indented JSON, ends with a line feed.
std::string header_text(const ForestFile& file);
/// `version` of the format: the header of the first knows no calibration. Throws DataError, naming the file and what is
/// wrong.
Header parse_header(std::string_view text, int version, const std::string& name);

}  // namespace cers::learn
