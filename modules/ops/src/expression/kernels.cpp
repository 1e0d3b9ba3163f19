// SPDX-License-Identifier: Apache-2.0
#include "expression/kernels.hpp"

#include <cmath>

#include "cers/core/vector_clones.hpp"

namespace cers::detail {
namespace {

// ---- the functions that are not one expression ----------------------------------------------------------------------

// Adding and subtracting 2^52 rounds a smaller magnitude to a whole number. SSE2 has no instruction for that; this
// vectorises everywhere and gives the bits of the C library.
constexpr double first_whole = 4503599627370496.0;

double nearest_whole(double x) {
  return std::copysign((std::fabs(x) + first_whole) - first_whole, x);
}

double round_down(double x) {
  const double near = nearest_whole(x);
  const double below = near > x ? near - 1 : near;
  return std::fabs(x) < first_whole ? below : x;
}

double round_up(double x) {
  const double near = nearest_whole(x);
  const double above = near < x ? near + 1 : near;
  return std::fabs(x) < first_whole ? std::copysign(above, x) : x;
}

double truncate(double x) {
  return std::copysign(round_down(std::fabs(x)), x);
}

double round_half_away(double x) {
  const double magnitude = std::fabs(x);
  const double whole = round_down(magnitude);
  return std::copysign(magnitude - whole >= 0.5 ? whole + 1 : whole, x);
}

// muParser computes these powers of a variable as products; for every base they are then the same whether the exponent
// is constant or not.
double power(double x, double y) {
  if (y == 2) return x * x;
  if (y == 3) return x * x * x;
  if (y == 4) return x * x * x * x;
  return std::pow(x, y);
}

// OTB's `and` and `or` truncate to int; NaN and numbers beyond int become a nonzero int on x86.
bool truncates_to_zero(double x) {
  return std::fabs(x) < 1;
}

double whole_and(double a, double b) {
  return truncates_to_zero(a) ? 0.0 : truncates_to_zero(b) ? 0.0 : 1.0;
}

double whole_or(double a, double b) {
  return truncates_to_zero(a) ? (truncates_to_zero(b) ? 0.0 : 1.0) : 1.0;
}

double sign(double x) {
  return x < 0 ? -1.0 : x > 0 ? 1.0 : 0.0;
}

double ratio(double a, double b) {
  return std::fabs(b) < 1e-7 ? 0.0 : a / b;
}

double ndvi_ratio(double a, double b) {
  return std::fabs(b) < 1e-6 ? 0.0 : a / b;
}

// ---- loops ----------------------------------------------------------------------------------------------------------

template <auto f>
CERS_VECTOR_CLONES void unary(double* __restrict out, const double* __restrict a, const double*, const double*,
                              std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = f(a[i]);
}

template <auto f, bool constant_a, bool constant_b>
CERS_VECTOR_CLONES void binary(double* __restrict out, const double* __restrict a, const double* __restrict b,
                               const double*, std::size_t count) {
  const double x = *a;
  const double y = *b;
  for (std::size_t i = 0; i < count; ++i) out[i] = f(constant_a ? x : a[i], constant_b ? y : b[i]);
}

template <bool constant_b, bool constant_c>
CERS_VECTOR_CLONES void select(double* __restrict out, const double* __restrict a, const double* __restrict b,
                               const double* __restrict c, std::size_t count) {
  const double x = *b;
  const double y = *c;
  for (std::size_t i = 0; i < count; ++i) {
    const double yes = constant_b ? x : b[i];
    const double no = constant_c ? y : c[i];
    out[i] = a[i] != 0 ? yes : no;
  }
}

void fill(double* __restrict out, const double* a, const double*, const double*, std::size_t count) {
  const double x = *a;
  for (std::size_t i = 0; i < count; ++i) out[i] = x;
}

// ---- the table ------------------------------------------------------------------------------------------------------

using Table = std::array<Operation, op_count>;

Operation& entry(Table& table, Op op) {
  return table[static_cast<std::size_t>(op)];
}

template <auto f>
void set_unary(Table& table, Op op, std::string_view name) {
  entry(table, op) = {name, 1, {unary<f>, nullptr, nullptr, nullptr}};
}

template <auto f>
void set_binary(Table& table, Op op, std::string_view name) {
  entry(table, op) = {name, 2, {binary<f, false, false>, binary<f, true, false>, binary<f, false, true>, nullptr}};
}

void set_arithmetic(Table& table) {
  set_unary<[](double x) { return -x; }>(table, Op::negate, "neg");
  set_unary<[](double x) { return std::fabs(x); }>(table, Op::abs, "abs");
  set_unary<[](double x) { return std::sqrt(x); }>(table, Op::sqrt, "sqrt");
  set_unary<sign>(table, Op::sign, "sign");
  set_unary<round_down>(table, Op::floor, "floor");
  set_unary<round_up>(table, Op::ceil, "ceil");
  set_unary<truncate>(table, Op::trunc, "trunc");
  set_unary<round_half_away>(table, Op::round, "round");
  set_unary<[](double x) { return round_down(x + 0.5); }>(table, Op::rint, "rint");
  set_binary<[](double x, double y) { return x + y; }>(table, Op::add, "add");
  set_binary<[](double x, double y) { return x - y; }>(table, Op::sub, "sub");
  set_binary<[](double x, double y) { return x * y; }>(table, Op::mul, "mul");
  set_binary<[](double x, double y) { return x / y; }>(table, Op::div, "div");
  set_binary<[](double x, double y) { return y < x ? y : x; }>(table, Op::min, "min");
  set_binary<[](double x, double y) { return x < y ? y : x; }>(table, Op::max, "max");
  set_binary<ratio>(table, Op::ratio, "ratio");
  set_binary<ndvi_ratio>(table, Op::ndvi_ratio, "ndvi_ratio");
}

void set_logic(Table& table) {
  set_unary<[](double x) { return x == 0 ? 1.0 : 0.0; }>(table, Op::logical_not, "not");
  set_unary<[](double x) { return x != x ? 1.0 : 0.0; }>(table, Op::isnan, "isnan");
  set_binary<[](double x, double y) { return x < y ? 1.0 : 0.0; }>(table, Op::less, "lt");
  set_binary<[](double x, double y) { return (x > y) ? 1.0 : 0.0; }>(table, Op::greater, "gt");
  set_binary<[](double x, double y) { return x <= y ? 1.0 : 0.0; }>(table, Op::less_equal, "le");
  set_binary<[](double x, double y) { return x >= y ? 1.0 : 0.0; }>(table, Op::greater_equal, "ge");
  set_binary<[](double x, double y) { return x == y ? 1.0 : 0.0; }>(table, Op::equal, "eq");
  set_binary<[](double x, double y) { return x != y ? 1.0 : 0.0; }>(table, Op::not_equal, "ne");
  set_binary<[](double x, double y) { return x != 0 ? (y != 0 ? 1.0 : 0.0) : 0.0; }>(table, Op::logical_and, "and");
  set_binary<[](double x, double y) { return x != 0 ? 1.0 : (y != 0 ? 1.0 : 0.0); }>(table, Op::logical_or, "or");
  set_binary<whole_and>(table, Op::whole_and, "whole_and");
  set_binary<whole_or>(table, Op::whole_or, "whole_or");
  entry(table, Op::select) = {
      "select", 3, {select<false, false>, select<true, false>, select<false, true>, select<true, true>}};
  entry(table, Op::copy) = {"copy", 1, {unary<[](double x) { return x; }>, fill, nullptr, nullptr}};
}

void set_libm(Table& table) {
  set_unary<[](double x) { return std::sin(x); }>(table, Op::sin, "sin");
  set_unary<[](double x) { return std::cos(x); }>(table, Op::cos, "cos");
  set_unary<[](double x) { return std::tan(x); }>(table, Op::tan, "tan");
  set_unary<[](double x) { return std::asin(x); }>(table, Op::asin, "asin");
  set_unary<[](double x) { return std::acos(x); }>(table, Op::acos, "acos");
  set_unary<[](double x) { return std::atan(x); }>(table, Op::atan, "atan");
  set_unary<[](double x) { return std::sinh(x); }>(table, Op::sinh, "sinh");
  set_unary<[](double x) { return std::cosh(x); }>(table, Op::cosh, "cosh");
  set_unary<[](double x) { return std::tanh(x); }>(table, Op::tanh, "tanh");
  set_unary<[](double x) { return std::asinh(x); }>(table, Op::asinh, "asinh");
  set_unary<[](double x) { return std::acosh(x); }>(table, Op::acosh, "acosh");
  set_unary<[](double x) { return std::atanh(x); }>(table, Op::atanh, "atanh");
  set_unary<[](double x) { return std::exp(x); }>(table, Op::exp, "exp");
  set_unary<[](double x) { return std::log(x); }>(table, Op::log, "log");
  set_unary<[](double x) { return std::log2(x); }>(table, Op::log2, "log2");
  set_unary<[](double x) { return std::log10(x); }>(table, Op::log10, "log10");
  set_binary<[](double x, double y) { return std::atan2(x, y); }>(table, Op::atan2, "atan2");
  set_binary<[](double x, double y) { return std::fmod(x, y); }>(table, Op::fmod, "fmod");
  set_binary<power>(table, Op::pow, "pow");
}

}  // namespace

const Operation& operation(Op op) {
  static const Table table = [] {
    Table filled;
    set_arithmetic(filled);
    set_logic(filled);
    set_libm(filled);
    return filled;
  }();
  return table[static_cast<std::size_t>(op)];
}

}  // namespace cers::detail
