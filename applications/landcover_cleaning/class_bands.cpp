// SPDX-License-Identifier: Apache-2.0
#include "class_bands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {

std::vector<int> class_bands(const ImageInput& probabilities, const std::vector<int>& given, const std::string& key) {
  const auto& bands = probabilities.info().bands;
  std::vector<int> codes = given;
  if (!given.empty() && given.size() != bands.size())
    throw UserError(
        fmt::format("-{} has {} classes, but {} has {} bands", key, given.size(), probabilities.label(), bands.size()),
        "give the class of each band, in their order");
  for (std::size_t i = 0; given.empty() && i < bands.size(); ++i) {
    const std::string& name = bands[i].name;
    constexpr std::string_view word = "class ";
    // "class 5", "votes for class 5: oak wood, in thousandths", "5".
    const std::size_t place = name.find(word);
    const std::string_view rest = std::string_view(name).substr(place == std::string::npos ? 0 : place + word.size());
    const bool worded = place != std::string::npos;
    const auto number = parse_integer(worded ? rest.substr(0, rest.find_first_of(":,")) : rest);
    if (!number || *number < INT32_MIN || *number > INT32_MAX)
      throw UserError(
          fmt::format("band {} of {} is called '{}': no class can be read off it", i + 1, probabilities.label(), name),
          fmt::format("give the class of each band with -{}", key));
    codes.push_back(static_cast<int>(*number));
  }
  std::vector<int> sorted = codes;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end())
    throw UserError(fmt::format("class {} has two bands of {}", *twice, probabilities.label()),
                    fmt::format("give the class of each band with -{}", key));
  return codes;
}

}  // namespace cers
