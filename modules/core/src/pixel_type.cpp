// SPDX-License-Identifier: Apache-2.0
#include "cers/core/pixel_type.hpp"

#include <cmath>
#include <limits>

namespace cers {

std::size_t bytes_of(PixelType type) {
  return visit(type, [](auto pixel) { return sizeof(pixel); });
}

std::string_view name_of(PixelType type) {
  switch (type) {
    case PixelType::u8:
      return "uint8";
    case PixelType::u16:
      return "uint16";
    case PixelType::i16:
      return "int16";
    case PixelType::u32:
      return "uint32";
    case PixelType::i32:
      return "int32";
    case PixelType::f32:
      return "float";
    case PixelType::f64:
      break;
  }
  return "double";
}

bool holds(PixelType type, double value) {
  return visit(type, [value](auto zero) {
    using Limits = std::numeric_limits<decltype(zero)>;
    const bool inside = value >= static_cast<double>(Limits::lowest()) && value <= static_cast<double>(Limits::max());
    if constexpr (Limits::is_integer) {
      return inside && value == std::trunc(value);
    } else {
      return inside || !std::isfinite(value);
    }
  });
}

std::optional<PixelType> pixel_type_named(std::string_view name) {
  for (PixelType type : all_pixel_types) {
    if (name_of(type) == name) return type;
  }
  return std::nullopt;
}

}  // namespace cers
