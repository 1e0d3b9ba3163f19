// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {

double as_stored(double value, PixelType type) {
  return type == PixelType::f32 ? static_cast<double>(static_cast<float>(value)) : value;
}

std::optional<double> nodata_of(const BandInfo& band, PixelType type) {
  if (!band.nodata || !holds(type, *band.nodata)) return std::nullopt;
  return as_stored(*band.nodata, type);
}

void check_fits(std::string_view key, double value, PixelType type) {
  if (holds(type, value)) return;
  throw UserError(fmt::format("-{} is {}, which pixels of type {} cannot hold", key, format_real(value), name_of(type)),
                  "choose another value, or name another pixel type after the output file");
}

}  // namespace cers
