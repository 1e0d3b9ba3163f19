// SPDX-License-Identifier: Apache-2.0
// Maps of classes pass through nodes as int32: what to say when the output type is narrower than the map's.
#pragma once

#include <fmt/format.h>

#include <algorithm>

#include "cers/app/wiring.hpp"

namespace cers {

/// Of `-protect`, which means the same wherever a map is cleaned.
inline constexpr const char* protect_help = "Classes that neither change nor grow.";

/// A warning line when labels of `map` may not fit into the type of output `key`; they would be clamped as OTB does.
inline void warn_of_narrow_labels(Wiring& wiring, const ImageInput& map, std::string_view key) {
  const PixelType from = map.info().type;
  const PixelType to = wiring.output_type(key);
  const auto width = [](PixelType type) { return is_floating(type) ? std::size_t{4} : bytes_of(type); };
  if (width(to) >= width(from)) return;
  const BandInfo& band = map.info().bands.at(0);
  // A file may hold codes that its table does not name.
  const bool known =
      !map.is_file() && !band.classes.empty() && holds(to, band.nodata.value_or(0)) &&
      std::all_of(band.classes.begin(), band.classes.end(), [to](const ClassInfo& one) { return holds(to, one.code); });
  if (known) return;
  wiring.warn(
      fmt::format("{} is {}, but {} is written as {}: labels beyond its range become its smallest or largest "
                  "number; write a type after the file name to keep them",
                  map.label(), name_of(from), key, name_of(to)));
}

/// The one band of a map of classes. Throws UserError when there are several.
inline Edge labels_of(const ImageInput& map) {
  if (map.band_count() != 1)
    throw UserError(fmt::format("{} has {} bands; a map of classes has one", map.label(), map.band_count()),
                    "write `?&bands=1` after the file name to select one");
  return map.bands({0}, PixelType::i32);
}

}  // namespace cers
