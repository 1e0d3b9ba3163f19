// SPDX-License-Identifier: Apache-2.0
// In which order the images of a series are walked to find the clear ones before and after each wanted day.
#pragma once

#include <cstddef>
#include <vector>

#include "cers/series/gap_fill.hpp"

namespace cers::series_detail {

/// One walk: after `order[i]` was seen, the wanted days `ready[i]` take what was found last.
struct Walk {
  std::vector<std::size_t> order;
  std::vector<std::vector<std::size_t>> ready;
  std::vector<std::size_t> early;  ///< wanted days that come before any image of the walk
};

/// Forwards in time: images up to the wanted day.
Walk forwards(const GapFilling& filling);
/// Backwards in time: images from the wanted day on.
Walk backwards(const GapFilling& filling);

}  // namespace cers::series_detail
