// SPDX-License-Identifier: Apache-2.0
#include "cers/core/pixel_type.hpp"

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

std::optional<PixelType> pixel_type_named(std::string_view name) {
  for (PixelType type : all_pixel_types) {
    if (name_of(type) == name) return type;
  }
  return std::nullopt;
}

}  // namespace cers
