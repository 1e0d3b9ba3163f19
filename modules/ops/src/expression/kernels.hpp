// SPDX-License-Identifier: Apache-2.0
// The operations of band math: one plain loop over contiguous doubles for each, and for each way to take constants.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cers::detail {

enum class Op : std::uint8_t {
  // clang-format off
  copy, negate, logical_not, abs, sign, sqrt, floor, ceil, trunc, round, rint, isnan,
  sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, exp, log, log2, log10,
  add, sub, mul, div, pow, atan2, fmod, min, max, ratio, ndvi_ratio,
  less, greater, less_equal, greater_equal, equal, not_equal, logical_and, logical_or, whole_and, whole_or,
  select,
  // clang-format on
};
constexpr std::size_t op_count = static_cast<std::size_t>(Op::select) + 1;

/// out[i] = f(a[i], b[i], c[i]) for i < count, where count ≥ 1. A constant operand is one double and is read once.
/// `out` overlaps no operand; operands beyond the operation's arity may be null.
using Kernel = void (*)(double* out, const double* a, const double* b, const double* c, std::size_t count);

struct Operation {
  std::string_view name;  ///< in listings
  std::size_t arity = 0;
  /// Index: the sum of 1, 2 for a constant first, second operand of one or two; of a select (whose condition always
  /// varies) 1, 2 for a constant second, third. Null where all operands would be constant.
  std::array<Kernel, 4> kernels{};
};

const Operation& operation(Op op);

}  // namespace cers::detail
