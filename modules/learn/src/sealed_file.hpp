// SPDX-License-Identifier: Apache-2.0
// The first line of a model file, which says how long its parts are and what they add up to.
#pragma once

#include <string>
#include <string_view>

namespace cers::learn {

constexpr std::string_view seal_mark = "cers-model ";
/// Of the format, not of Cers. Files of all versions up to it are read.
constexpr int format_version = 2;
/// The first whose header holds a calibration of the votes.
constexpr int calibrated_version = 2;

struct Unsealed {
  int version = format_version;
  std::string_view header;
  std::string_view body;
};

std::string sealed(std::string_view header, std::string_view body);
/// Throws DataError when the line is wrong, the file is shorter or longer, or its bytes have another sum.
Unsealed unsealed(std::string_view bytes, const std::string& name);

/// Throws DataError: "<name> is damaged: <what>".
[[noreturn]] void damaged(const std::string& name, const std::string& what);

}  // namespace cers::learn
