// SPDX-License-Identifier: Apache-2.0
// The label of a map that is no class.
#pragma once

#include <cmath>
#include <optional>

#include "cers/app/wiring.hpp"

namespace cers {

/// `given`, else the nodata value of the file's first band when it is a whole number.
inline std::optional<int> whole_nodata(const ImageInput& image, std::optional<int> given) {
  if (given) return given;
  const std::optional<double>& stored = image.info().bands[0].nodata;
  if (!stored || *stored != std::trunc(*stored) || std::abs(*stored) > 2147483647) return std::nullopt;
  return static_cast<int>(*stored);
}

}  // namespace cers
