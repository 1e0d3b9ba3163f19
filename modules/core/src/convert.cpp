// SPDX-License-Identifier: Apache-2.0
// Pixel type conversion: the one place where numbers are clamped, truncated or rounded.
#include <cmath>
#include <cstring>
#include <limits>

#include "cers/core/block.hpp"

namespace cers {
namespace {

// The largest value of To that From can represent: casting the clamped value is then always defined.
template <class From, class To>
constexpr From upper_limit() {
  if constexpr (std::is_floating_point_v<From>) {
    constexpr int digits = std::numeric_limits<To>::digits;
    constexpr int mantissa = std::numeric_limits<From>::digits;
    To limit = std::numeric_limits<To>::max();
    if constexpr (digits > mantissa) limit = static_cast<To>((limit >> (digits - mantissa)) << (digits - mantissa));
    return static_cast<From>(limit);
  } else {
    return static_cast<From>(std::numeric_limits<To>::max());
  }
}

// Branch-free, so that the loop vectorises: comparisons with NaN are false, which sends NaN to 0 as OTB does.
template <class From, class To>
void float_to_integer(const From* from, To* to, std::size_t count) {
  constexpr From low = static_cast<From>(std::numeric_limits<To>::lowest());
  constexpr From high = upper_limit<From, To>();
  for (std::size_t i = 0; i < count; ++i) {
    const From value = from[i];
    const From above = value >= low ? value : low;
    const From clamped = above <= high ? above : high;
    const From number = value == value ? clamped : From{0};
    if constexpr (sizeof(To) < 4) {
      to[i] = static_cast<To>(static_cast<std::int32_t>(number));
    } else {
      to[i] = static_cast<To>(number);
    }
    if constexpr (sizeof(To) == 4) {
      if (value > high) to[i] = std::numeric_limits<To>::max();
    }
  }
}

template <class From, class To>
void convert_row(const From* from, To* to, std::size_t count) {
  if constexpr (std::is_same_v<From, To>) {
    std::memcpy(to, from, count * sizeof(To));
  } else if constexpr (std::is_floating_point_v<To>) {
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
  } else if constexpr (std::is_floating_point_v<From>) {
    float_to_integer(from, to, count);
  } else {
    using Wide = std::int64_t;
    constexpr Wide low = std::numeric_limits<To>::lowest();
    constexpr Wide high = std::numeric_limits<To>::max();
    for (std::size_t i = 0; i < count; ++i) {
      const Wide value = from[i];
      to[i] = static_cast<To>(value < low ? low : value > high ? high : value);
    }
  }
}

template <class From, class To>
void round_row(const From* from, To* to, std::size_t count) {
  constexpr std::size_t chunk = 512;
  From rounded[chunk];
  for (std::size_t start = 0; start < count; start += chunk) {
    const std::size_t n = std::min(chunk, count - start);
    for (std::size_t i = 0; i < n; ++i) rounded[i] = std::round(from[start + i]);
    float_to_integer(rounded, to + start, n);
  }
}

}  // namespace

void convert_pixels(const std::byte* from, PixelType from_type, std::byte* to, PixelType to_type, std::size_t count,
                    bool round) {
  visit(from_type, [&](auto source) {
    using From = decltype(source);
    visit(to_type, [&](auto target) {
      using To = decltype(target);
      const auto* in = reinterpret_cast<const From*>(from);
      auto* out = reinterpret_cast<To*>(to);
      if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
        if (round) return round_row(in, out, count);
      }
      convert_row(in, out, count);
    });
  });
}

}  // namespace cers
