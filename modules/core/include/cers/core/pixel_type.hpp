// SPDX-License-Identifier: Apache-2.0
// The seven storage types of pixels. Their names on the command line are OTB's (uint8, int16, … float, double).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace cers {

enum class PixelType : std::uint8_t { u8, u16, i16, u32, i32, f32, f64 };

inline constexpr PixelType all_pixel_types[] = {PixelType::u8,  PixelType::u16, PixelType::i16, PixelType::u32,
                                                PixelType::i32, PixelType::f32, PixelType::f64};

std::size_t bytes_of(PixelType type);
/// "uint8", "uint16", "int16", "uint32", "int32", "float", "double".
std::string_view name_of(PixelType type);
std::optional<PixelType> pixel_type_named(std::string_view name);
inline bool is_floating(PixelType type) {
  return type == PixelType::f32 || type == PixelType::f64;
}

/// Whether pixels of `type` can hold `value`: integer types exactly; floating types round it, and hold NaN and
/// infinities.
bool holds(PixelType type, double value);

template <class T>
constexpr PixelType pixel_type_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>)
    return PixelType::u8;
  else if constexpr (std::is_same_v<T, std::uint16_t>)
    return PixelType::u16;
  else if constexpr (std::is_same_v<T, std::int16_t>)
    return PixelType::i16;
  else if constexpr (std::is_same_v<T, std::uint32_t>)
    return PixelType::u32;
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return PixelType::i32;
  else if constexpr (std::is_same_v<T, float>)
    return PixelType::f32;
  else {
    static_assert(std::is_same_v<T, double>, "not a pixel type");
    return PixelType::f64;
  }
}

/// Calls f(T{}) with the C++ type of `type`.
template <class F>
decltype(auto) visit(PixelType type, F&& f) {
  switch (type) {
    case PixelType::u8:
      return f(std::uint8_t{});
    case PixelType::u16:
      return f(std::uint16_t{});
    case PixelType::i16:
      return f(std::int16_t{});
    case PixelType::u32:
      return f(std::uint32_t{});
    case PixelType::i32:
      return f(std::int32_t{});
    case PixelType::f32:
      return f(float{});
    case PixelType::f64:
      break;
  }
  return f(double{});
}

}  // namespace cers
