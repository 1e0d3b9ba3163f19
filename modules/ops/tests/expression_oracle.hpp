// SPDX-License-Identifier: Apache-2.0
// What the tests of expressions share: evaluation of one text, and every function as the standard library has it.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "cers/core/text.hpp"
#include "cers/ops/expression.hpp"

namespace cers::expression_oracle {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double inf = std::numeric_limits<double>::infinity();

inline bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

using Columns = std::vector<std::vector<double>>;

// The value of every row; columns[k] is what names[k] or band k of image 1 holds.
inline std::vector<double> evaluate(const Expression& expression, const Columns& columns, std::size_t count) {
  std::vector<const double*> variables;
  for (const ExpressionVariable& variable : expression.variables())
    variables.push_back(columns[static_cast<std::size_t>(variable.band)].data());
  std::vector<double> out(count);
  std::vector<double> scratch(expression.scratch_size());
  expression.evaluate(variables, out.data(), count, scratch.data());
  return out;
}

inline Expression over_bands(std::string_view text, int bands = 9) {
  return Expression::compile(text, std::vector<int>{bands});
}

// The value where im1b1, im1b2, … are `bands`.
inline double value(std::string_view text, const std::vector<double>& bands = {}) {
  Columns columns;
  for (double band : bands) columns.push_back({band});
  return evaluate(over_bands(text, static_cast<int>(bands.size())), columns, 1)[0];
}

inline double truth(bool condition) {
  return condition ? 1 : 0;
}

inline bool whole(double x) {
  return std::isnan(x) || std::trunc(x) != 0;
}

inline double power(double x, double y) {
  return y == 2 ? x * x : y == 3 ? x * x * x : y == 4 ? x * x * x * x : std::pow(x, y);
}

using Unary = double (*)(double);
inline const std::map<std::string, Unary> unaries{{"neg", [](double x) { return -x; }},
                                                  {"!", [](double x) { return truth(x == 0); }},
                                                  {"isnan", [](double x) { return truth(std::isnan(x)); }},
                                                  {"sign", [](double x) { return truth(x > 0) - truth(x < 0); }},
                                                  {"rint", [](double x) { return std::floor(x + 0.5); }},
                                                  {"sin", std::sin},
                                                  {"cos", std::cos},
                                                  {"tan", std::tan},
                                                  {"asin", std::asin},
                                                  {"acos", std::acos},
                                                  {"atan", std::atan},
                                                  {"sinh", std::sinh},
                                                  {"cosh", std::cosh},
                                                  {"tanh", std::tanh},
                                                  {"asinh", std::asinh},
                                                  {"acosh", std::acosh},
                                                  {"atanh", std::atanh},
                                                  {"exp", std::exp},
                                                  {"log", std::log},
                                                  {"log2", std::log2},
                                                  {"log10", std::log10},
                                                  {"sqrt", std::sqrt},
                                                  {"floor", std::floor},
                                                  {"ceil", std::ceil},
                                                  {"round", std::round},
                                                  {"trunc", std::trunc},
                                                  {"ln", std::log},
                                                  {"abs", std::fabs}};

using Binary = double (*)(double, double);
inline const std::map<std::string, Binary> binaries{
    {"+", [](double a, double b) { return a + b; }},
    {"-", [](double a, double b) { return a - b; }},
    {"*", [](double a, double b) { return a * b; }},
    {"/", [](double a, double b) { return a / b; }},
    {"^", power},
    {"pow", power},
    {"<", [](double a, double b) { return truth(a < b); }},
    {">", [](double a, double b) { return truth(a > b); }},
    {"<=", [](double a, double b) { return truth(a <= b); }},
    {">=", [](double a, double b) { return truth(a >= b); }},
    {"==", [](double a, double b) { return truth(a == b); }},
    {"!=", [](double a, double b) { return truth(a != b); }},
    {"&&", [](double a, double b) { return truth(a != 0 && b != 0); }},
    {"||", [](double a, double b) { return truth(a != 0 || b != 0); }},
    {"and", [](double a, double b) { return truth(whole(a) && whole(b)); }},
    {"or", [](double a, double b) { return truth(whole(a) || whole(b)); }},
    {"atan2", [](double a, double b) { return std::atan2(a, b); }},
    {"fmod", [](double a, double b) { return std::fmod(a, b); }},
    {"min", [](double a, double b) { return std::min(a, b); }},
    {"max", [](double a, double b) { return std::max(a, b); }},
    {"ratio", [](double a, double b) { return std::fabs(b) < 1e-7 ? 0 : a / b; }},
    {"ndvi", [](double r, double n) { return std::fabs(r + n) < 1e-6 ? 0 : (n - r) / (n + r); }}};

// A text of that value.
inline std::string as_constant(double x) {
  if (std::isnan(x)) return "(0/0)";
  const std::string magnitude = std::isinf(x) ? "(1/0)" : format_real(std::fabs(x));
  return std::signbit(x) ? "(-" + magnitude + ")" : magnitude;
}

inline const std::vector<double> special{0.0,
                                         -0.0,
                                         0.25,
                                         -0.25,
                                         0.5,
                                         -0.5,
                                         0.49999999999999994,
                                         0.7,
                                         -0.7,
                                         1.0,
                                         -1.0,
                                         1.5,
                                         2.0,
                                         2.5,
                                         -2.5,
                                         3.5,
                                         17.3,
                                         -17.3,
                                         1e-9,
                                         1e5,
                                         -1e5,
                                         2251799813685247.5,
                                         -2251799813685247.5,
                                         4503599627370497.0,
                                         9007199254740994.0,
                                         -1e300,
                                         1e300,
                                         5e-324,
                                         inf,
                                         -inf,
                                         nan};

}  // namespace cers::expression_oracle
