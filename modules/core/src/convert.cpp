// SPDX-License-Identifier: Apache-2.0
// Pixel type conversion: the one place where numbers are clamped, truncated or rounded.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "cers/core/block.hpp"
#include "cers/core/vector_clones.hpp"

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

// std::round without a call, so that the loop vectorises. Adding 2^52 (2^23 for float) and taking it away again leaves
// the nearest whole number, halves to even; the difference is exact, so a half that went down is seen and moved up.
template <class T>
T round_half_away(T value) {
  constexpr T first_whole = 1 / std::numeric_limits<T>::epsilon();
  const T magnitude = std::fabs(value);
  const T even = (magnitude + first_whole) - first_whole;
  const T away = magnitude - even == T{0.5} ? even + 1 : even;
  return std::copysign(magnitude < first_whole ? away : magnitude, value);
}

// Branch-free, so that the loop vectorises: comparisons with NaN are false, which sends NaN to 0 as OTB does.
template <bool rounded, class From, class To>
CERS_VECTOR_CLONES void float_to_integer(const From* from, To* to, std::size_t count) {
  constexpr From low = static_cast<From>(std::numeric_limits<To>::lowest());
  constexpr From high = upper_limit<From, To>();
  for (std::size_t i = 0; i < count; ++i) {
    const From value = rounded ? round_half_away(from[i]) : from[i];
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

// Clamps in the source's own type, to those limits only that it can exceed: no 64-bit comparison, which SSE2 lacks.
template <class From, class To>
CERS_VECTOR_CLONES void integer_to_integer(const From* from, To* to, std::size_t count) {
  using Source = std::numeric_limits<From>;
  using Target = std::numeric_limits<To>;
  constexpr From low = std::cmp_less(Source::min(), Target::min()) ? static_cast<From>(Target::min()) : Source::min();
  constexpr From high =
      std::cmp_greater(Source::max(), Target::max()) ? static_cast<From>(Target::max()) : Source::max();
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<To>(std::clamp(from[i], low, high));
}

template <class From, class To>
CERS_VECTOR_CLONES void convert_row(const From* from, To* to, std::size_t count) {
  if constexpr (std::is_same_v<From, To>) {
    std::memcpy(to, from, count * sizeof(To));
  } else if constexpr (std::is_floating_point_v<To>) {
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
  } else if constexpr (std::is_floating_point_v<From>) {
    float_to_integer<false>(from, to, count);
  } else {
    integer_to_integer(from, to, count);
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
        if (round) return float_to_integer<true>(in, out, count);
      }
      convert_row(in, out, count);
    });
  });
}

}  // namespace cers
