// SPDX-License-Identifier: Apache-2.0
// The command that makes a snow mask of plain bands, for tests.
#pragma once

#include <string>
#include <vector>

namespace cers::testing {

/// SnowMask of green, red and 1.6 µm as bands 1 to 3 of `bands`.
inline std::vector<std::string> mask_of_bands(const std::string& bands, const std::string& dem,
                                              const std::string& cloud, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{"SnowMask"};
  const auto add = [&words](const std::string& key, const std::string& value) {
    words.insert(words.end(), {key, value});
  };
  add("-in", bands);
  add("-channels.green", "1");
  add("-channels.red", "2");
  add("-channels.mir", "3");
  add("-dem", dem);
  add("-cloud", cloud);
  add("-progress", "0");
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace cers::testing
