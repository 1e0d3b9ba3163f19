// SPDX-License-Identifier: Apache-2.0
// A zip archive in a temporary folder, written anew for each input.
#pragma once

#include <string>
#include <string_view>

namespace cers::fuzz {

/// The archive of a text: files that each follow a line "=== path". Other bytes are an archive already.
std::string archive_of(std::string_view text);

class Archive {
 public:
  Archive();
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  /// The path.
  std::string write(std::string_view text);

 private:
  std::string folder_;
  long written_ = 0;
};

}  // namespace cers::fuzz
