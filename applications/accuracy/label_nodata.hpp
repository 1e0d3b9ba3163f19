// SPDX-License-Identifier: Apache-2.0
// The label of a map that is no class.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "cers/app/wiring.hpp"
#include "cers/core/error.hpp"

namespace cers {

/// `given`, else the nodata value of the file's first band when it is a whole number.
inline std::optional<int> whole_nodata(const ImageInput& image, std::optional<int> given) {
  const std::optional<double>& stored = image.info().bands[0].nodata;
  if (stored && std::isnan(*stored))
    throw UserError(fmt::format("{} has NaN for missing, a map of classes has whole numbers", image.label()),
                    "write it so first: cers ManageNoData -in map.tif -mode changevalue -mode.changevalue.newv 0 "
                    "-usenan true -out map8.tif uint8");
  if (given) return given;
  if (!stored || *stored != std::trunc(*stored) || std::abs(*stored) > 2147483647) return std::nullopt;
  return static_cast<int>(*stored);
}

}  // namespace cers
