// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/expression.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <thread>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "expression_oracle.hpp"

namespace cers {
namespace {

using Kind = ExpressionVariable::Kind;
using ::testing::HasSubstr;
using ::testing::Not;

using namespace expression_oracle;

// `table` is "EXPRESSION is NUMBER; …" where im1b1 is 7, im1b2 -2.5, im1b3 0.25, im1b4 NaN and im1b5 0.
void expect_values(std::string_view table) {
  for (const std::string& line : split(table, ';')) {
    const std::size_t is = line.rfind(" is ");
    const std::string text = line.substr(0, is);
    const double expected = parse_real(trimmed(std::string_view(line).substr(is + 4))).value();
    const double got = value(text, {7, -2.5, 0.25, nan, 0});
    EXPECT_TRUE(same(got, expected)) << line << ", not " << got;
  }
}

TEST(Expression, ComputesClosedForms) {
  expect_values(
      "im1b1+im1b2 is 4.5; im1b1-im1b2 is 9.5; im1b1*im1b2 is -17.5; im1b1/im1b3 is 28; im1b1 is 7; 42 is 42;"
      " ( im1b1\t+im1b2 )\n* 2 is 9; 1.*im1b1 is 7; .5+2.5E+1-1e-3 is 25.499; (im1b1-im1b3)/(im1b1+im1b2) is 1.5;"
      "min(im1b1,im1b2,3) is -2.5; max(im1b1,im1b2,30) is 30; sum(im1b1,im1b2,im1b3) is 4.75;"
      "avg(im1b1,im1b2,im1b3,im1b5) is 1.1875; min(im1b1)+max(im1b1)+sum(im1b1)+avg(im1b1) is 28;"
      "ndvi(im1b3,im1b1-im1b3-im1b3) is 0.9259259259259259; NDVI(1e-7,8e-7*im1b1/7) is 0; NDVI(1e-6,im1b5) is -1;"
      "ratio(im1b1,im1b2) is -2.8; ratio(im1b1,9e-8)+ratio(im1b1,-9e-8)+ratio(im1b1,im1b5) is 0;"
      "ratio(im1b1,1e-7) is 7e7; im1b1 ? im1b2 : im1b3 is -2.5; im1b5 ? im1b2 : im1b3 is 0.25;"
      "im1b1 > 5 ? 1 : 2 is 1; im1b1 < 5 ? 1 : im1b2 is -2.5; im1b1 < 5 ? im1b2 : 3 is 3");
}

TEST(Expression, HasTheConstantsOfOtb) {
  expect_values(
      "pi+im1b5 is 3.141592653589793; _pi is 3.141592653589; e is 2.718281828459045; _e is 2.718281828459045;"
      "euler is 0.5772156649015329; log2e is 1.4426950408889634; log10e is 0.4342944819032518;"
      "ln2 is 0.6931471805599453; ln10 is 2.302585092994046");
}

TEST(Expression, HasTheLogicOfOtb) {
  // Any number but 0 is true; the words truncate to integers.
  expect_values(
      "im1b3 && 1 is 1; im1b3 and 1 is 0; im1b2 and 1 is 1; im1b5 or im1b3 is 0; im1b5 || im1b3 is 1;"
      "im1b5 || im1b5 is 0; 1e12*im1b1 and 1 is 1; 0.7 && 1 is 1; !im1b1 is 0; !im1b5 is 1; !!im1b1 is 1;"
      "im1b1>=7 is 1; im1b1<=6 is 0; im1b1==7 is 1; im1b1!=7 is 0; im1b1>7 is 0; im1b2<im1b3 is 1");
}

TEST(Expression, BindsAsMuParser) {
  expect_values(
      "-2^2 is -4; 2^-1 is 0.5; 2^-1*3 is 1.5; 2^-2^2 is 0.0625; 2^3^2 is 512; 2*-3^2 is -18; 1--2 is 3; -+2 is -2;"
      "12/3/2 is 2; 12/3*2 is 8; 1-2-3 is -4; 1+2*3 is 7; 1 < 2 < 3 is 1; 3 > 2 > 1 is 0; 1 == 2 < 3 is 1;"
      "1+1 < 3 is 1; 2 < 3 && 0 is 0; 1 || 1 && 0 is 1; 1 || 1 and 0 is 0; 0 and 0 || 1 is 0; 1 or 1 and 0 is 0;"
      "0 and 1 or 1 is 1; 1 or (1 and 0) is 1; 0 or 1 ? 5 : 6 is 5; 1 and 0 ? 5 : 6 is 6; 1 ? 5 : 0 and 0 is 5;"
      "1 ? 0 and 1 : 3 is 0; 0 ? 1 : 0 ? 2 : 3 is 3; 1 ? 0 ? 2 : 3 : 4 is 3; 1 ? 2 : 3 + 4 is 2; !0 == 1 is 1;"
      "!0+1 is 2; 1 && 3and 0 is 0");
}

TEST(Expression, FollowsIeee) {
  expect_values(
      "im1b1/im1b5 is inf; -im1b1/im1b5 is -inf; im1b5/im1b5 is nan; 0/0 is nan; 1/0 is inf; im1b4 < 1 is 0;"
      "im1b4 >= 1 is 0; im1b4 == im1b4 is 0; im1b4 != im1b4 is 1; im1b4 && 1 is 1; im1b4 and 1 is 1; !im1b4 is 0;"
      "im1b4 ? 1 : 2 is 1; min(im1b4,1) is nan; min(1,im1b4) is 1; max(im1b4,1) is nan; max(1,im1b4) is 1;"
      "sum(im1b1,im1b4) is nan; ndvi(im1b1,im1b4) is nan; ratio(im1b1,im1b4) is nan; sign(im1b4) is 0;"
      "isnan(im1b4)+isnan(im1b1) is 1; im1b4^0 is 1; sqrt(im1b2) is nan; log(im1b5) is -inf; 1/-im1b5 is -inf;"
      "1/(-0) is -inf; 1/-0 is -inf; 0*im1b4 is nan; 1/im1b5+im1b1/(-0) is nan");
}

// ---- functions ------------------------------------------------------------------------------------------------------

TEST(Expression, FunctionsAreThoseOfTheLibrary) {
  for (const auto& [name, function] : unaries) {
    const Expression expression = over_bands((name == "neg" ? "-" : name) + "(im1b1)");
    const std::vector<double> got = evaluate(expression, {special}, special.size());
    for (std::size_t k = 0; k < special.size(); ++k)
      EXPECT_TRUE(same(got[k], function(special[k]))) << name << "(" << special[k] << ") is " << got[k];
  }
}

// Each with both operands varying, and with one constant.
TEST(Expression, OperationsOfTwoAreThoseOfTheLibrary) {
  for (const auto& [name, function] : binaries) {
    const bool infix = !std::isalpha(name[0]) || name == "and" || name == "or";
    const std::string before = infix ? "" : name + "(";
    const std::string between = infix ? " " + name + " " : ",";
    const std::string after = infix ? "" : ")";
    const auto text = [&](const std::string& a, const std::string& b) {
      return join(std::vector<std::string>{before, a, between, b, after}, "");
    };
    for (double y : special) {
      const std::vector<double> ys(special.size(), y);
      const std::string constant = as_constant(y);
      const auto varying = evaluate(over_bands(text("im1b1", "im1b2")), {special, ys}, special.size());
      const auto right = evaluate(over_bands(text("im1b1", constant)), {special}, special.size());
      const auto left = evaluate(over_bands(text(constant, "im1b1")), {special}, special.size());
      for (std::size_t k = 0; k < special.size(); ++k) {
        const double x = special[k];
        EXPECT_TRUE(same(varying[k], function(x, y))) << text("x", "y") << " of " << x << ", " << y;
        EXPECT_TRUE(same(right[k], function(x, y))) << text("x", constant) << " of " << x;
        EXPECT_TRUE(same(left[k], function(y, x))) << text(constant, "x") << " of " << x;
      }
    }
  }
}

TEST(Expression, SmallExponentsAreProductsConstantOrNot) {
  for (double x : {1.1, 0.3, -7.7, 1e120, nan}) {
    const double products[] = {x * x, x * x * x, x * x * x * x};
    for (int n = 2; n <= 4; ++n) {
      EXPECT_TRUE(same(value("im1b1^" + std::to_string(n), {x}), products[n - 2]));
      EXPECT_TRUE(same(value("im1b1^im1b2", {x, static_cast<double>(n)}), products[n - 2]));
      EXPECT_TRUE(same(value("pow(im1b1,1+" + std::to_string(n - 1) + ")", {x}), products[n - 2]));
    }
  }
}

TEST(Expression, VariablesAreInOrderOfFirstAppearance) {
  const Expression expression =
      Expression::compile("im2b3 + idxY*im1b1 - im2b3 + idxPhyX/idxPhyY + idxX", std::vector<int>{1, 3});
  const std::vector<ExpressionVariable> expected{{Kind::band, 1, 2}, {Kind::pixel_y}, {Kind::band, 0, 0},
                                                 {Kind::map_x},      {Kind::map_y},   {Kind::pixel_x}};
  EXPECT_EQ(expression.variables(), expected);
  EXPECT_EQ(expression.text(), "im2b3 + idxY*im1b1 - im2b3 + idxPhyX/idxPhyY + idxX");
  EXPECT_TRUE(over_bands("0 ? im1b1 : 5").variables().empty());
  EXPECT_EQ(over_bands("im1b1 + (1 ? im1b2 : im1b3)").variables().size(), 2U);
}

TEST(Expression, TakesNamesOfItsOwn) {
  const std::vector<std::string> names{"nir", "red", "e"};
  const Expression expression = Expression::compile("(nir-red)/(nir+red) + e + idxX", names);
  const std::vector<ExpressionVariable> expected{
      {Kind::band, 0, 0}, {Kind::band, 0, 1}, {Kind::band, 0, 2}, {Kind::pixel_x}};
  EXPECT_EQ(expression.variables(), expected);
  EXPECT_EQ(Expression::compile("ndvi(red, nir)", names).listing(),
            "%0 = sub nir, red\n%1 = add nir, red\n%2 = ndvi_ratio %0, %1\nreturn %2\n");
}

TEST(Expression, SharesAndFolds) {
  const auto listing = [](const char* text) { return over_bands(text).listing(); };
  EXPECT_EQ(listing("(im1b1-im1b2)*(im1b1-im1b2)"), "%0 = sub im1b1, im1b2\n%1 = mul %0, %0\nreturn %1\n");
  EXPECT_EQ(listing("sqrt(im1b1+1) + abs(sqrt(im1b1+1))"),
            "%0 = add im1b1, 1\n%1 = sqrt %0\n%2 = abs %1\n%3 = add %1, %2\nreturn %3\n");
  EXPECT_EQ(listing("2*3+4 > im1b1"), "%0 = gt 10, im1b1\nreturn %0\n");
  EXPECT_EQ(listing("avg(1,2,sqrt(36))"), "return 3\n");
  EXPECT_EQ(listing("1 < 2 ? im1b1 : sin(im1b2)"), "return im1b1\n");
  EXPECT_EQ(listing("im1b1^3"), "%0 = mul im1b1, im1b1\n%1 = mul %0, im1b1\nreturn %1\n");
  EXPECT_EQ(listing("pow(im1b1,4)"), "%0 = mul im1b1, im1b1\n%1 = mul %0, im1b1\n%2 = mul %1, im1b1\nreturn %2\n");
  EXPECT_EQ(listing("im1b1^5"), "%0 = pow im1b1, 5\nreturn %0\n");
  EXPECT_EQ(listing("im1b1 && 1 ? 2 : 3"), "%0 = and im1b1, 1\n%1 = select %0, 2, 3\nreturn %1\n");
  // No reassociation: constants that do not meet in the order of evaluation stay apart.
  EXPECT_EQ(listing("im1b1+1+2"), "%0 = add im1b1, 1\n%1 = add %0, 2\nreturn %1\n");
}

TEST(Expression, ReusesScratch) {
  constexpr std::size_t chunk = Expression::chunk;
  EXPECT_EQ(over_bands("im1b1").scratch_size(), 0U);
  EXPECT_EQ(over_bands("im1b1+im1b2").scratch_size(), 0U);
  EXPECT_EQ(over_bands("(im1b1-im1b2)/(im1b1+im1b2)").scratch_size(), 2 * chunk);
  std::string sum = "im1b1";
  for (int k = 0; k < 20000; ++k) sum += "+im1b" + std::to_string(k % 9 + 1);
  const Expression expression = over_bands(sum);
  EXPECT_EQ(expression.scratch_size(), 2 * chunk);
  EXPECT_EQ(evaluate(expression, Columns(9, {1.0}), 1)[0], 20001);
}

TEST(Expression, WritesNoMoreThanAsked) {
  const Expression expression = over_bands("im1b1*2");
  const std::vector<double> in(Expression::chunk, 3.0);
  const double* const variables[] = {in.data()};
  for (std::size_t count : {0U, 1U, 7U, 511U, 512U}) {
    std::vector<double> out(Expression::chunk + 1, -1.0);
    expression.evaluate(variables, out.data(), count, nullptr);
    for (std::size_t k = 0; k < out.size(); ++k) EXPECT_EQ(out[k], k < count ? 6 : -1);
  }
  EXPECT_THROW(expression.evaluate({}, nullptr, 1, nullptr), InternalError);
}

struct Fault {
  const char* text;
  const char* what;
  int column;
  const char* remedy = "";
};

void expect_fault(const Fault& fault, const std::function<void()>& compile) {
  try {
    compile();
    ADD_FAILURE() << fault.text << " is accepted";
  } catch (const UserError& error) {
    const std::string caret(static_cast<std::size_t>(fault.column - 1), ' ');
    EXPECT_EQ(error.fault(), std::string(fault.what) + " at column " + std::to_string(fault.column) + "\n    " +
                                 fault.text + "\n    " + caret + "^");
    EXPECT_EQ(error.remedy(), fault.remedy) << fault.text;
  }
}

TEST(Expression, PointsAtFaults) {
  const char* const ternary = "write condition ? value : other value";
  const char* const product = "for a product, write '*'";
  const char* const shape = "a band is im<image>b<band>, both counted from 1, such as im1b1";
  const std::vector<Fault> faults{
      {"im1b1+im3b1", "unknown variable 'im3b1'", 7, "image 3 does not exist: 2 images are given"},
      {"im1b1+im1b3", "unknown variable 'im1b3'", 7, "image 1 has 2 bands"},
      {"im2b2", "unknown variable 'im2b2'", 1, "image 2 has 1 band"},
      {"im0b1", "unknown variable 'im0b1'", 1, "images and bands are counted from 1"},
      {"2*IM1b2", "unknown variable 'IM1b2'", 3, "did you mean 'im1b2'?"},
      {"im01b1", "unknown variable 'im01b1'", 1, "did you mean 'im1b1'?"},
      {"im1b1N3x3", "unknown variable 'im1b1N3x3'", 1, shape},
      {"im99999999999b1", "unknown variable 'im99999999999b1'", 1, shape},
      {"xyzzy", "unknown variable 'xyzzy'", 1, shape},
      {"idxx", "unknown variable 'idxx'", 1, "did you mean 'idxX'?"},
      {"2*PI", "unknown variable 'PI'", 3, "did you mean 'pi'?"},
      {"sqr(2)", "unknown function 'sqr'", 1, "did you mean 'sqrt'?"},
      {"1 + sqrt", "function 'sqrt' without arguments", 5, "write sqrt(...)"},
      {"if(1,2,3)", "unknown function 'if'", 1, ternary},
      {"atan2(im1b1)", "atan2 with 1 argument instead of 2", 1},
      {"1+sin(1,2)", "sin with 2 arguments instead of 1", 3},
      {"sum()", "sum with 0 arguments instead of at least 1", 1},
      {"ndvi(1,2,3)", "ndvi with 3 arguments instead of 2", 1},
      {"1 + (2", "'(' without ')'", 5},
      {"sin(1", "'(' without ')'", 4},
      {"1+2)", "')' without '('", 4},
      {"max(1,)", "operand expected before ')'", 7},
      {"()", "operand expected before ')'", 2},
      {"1 +  ", "operand expected before the end", 4},
      {"1 && and 2", "operand expected before 'and'", 6},
      {"2**3", "operand expected before '*'", 3, "for a power, write '^'"},
      {"1<>2", "operand expected before '>'", 3, "for 'not equal', write '!='"},
      {"2im1b1", "operator expected before 'im1b1'", 2, product},
      {"1.2.3", "operator expected before '.3'", 4, product},
      {"im1b1 (2)", "operator expected before '('", 7, product},
      {"im1b1,2", "',' outside the arguments of a function", 6},
      {"(1,2)", "',' outside the arguments of a function", 3},
      {"1 ? 2", "'?' without ':'", 3, ternary},
      {"max(1 ? 2, 3)", "'?' without ':'", 7, ternary},
      {"1 : 2", "':' without '?'", 3, ternary},
      {"im1b1 = 2", "unexpected '='", 7, "to compare, write '=='"},
      {"1 & 2", "unexpected '&'", 3, "for both conditions, write '&&'"},
      {"1 | 2", "unexpected '|'", 3, "for either condition, write '||'"},
      {"1 % 2", "unexpected '%'", 3, "for the remainder of a division, write fmod(x, y)"},
      {"2 × 3 × 4", "unexpected '×'", 3, product},
      {"1 + .", "unexpected '.'", 5},
      {"1e999", "number 1e999 beyond the range of double", 1}};
  for (const Fault& fault : faults)
    expect_fault(fault, [&] { Expression::compile(fault.text, std::vector<int>{2, 1}); });

  const std::vector<std::string> names{"nir", "red", "swir1"};
  const std::vector<Fault> of_names{
      {"nir-rid", "unknown variable 'rid'", 5, "did you mean 'red'?"},
      {"im1b1", "unknown variable 'im1b1'", 1, "variables are nir, red, swir1, idxX, idxY, idxPhyX, idxPhyY"}};
  for (const Fault& fault : of_names) expect_fault(fault, [&] { Expression::compile(fault.text, names); });
}

TEST(Expression, RefusesTheEmptyAndTheAbsurd) {
  EXPECT_THROW(over_bands(""), UserError);
  EXPECT_THROW(over_bands(" \n\t "), UserError);
  for (const std::string unit : {"(", "-", "!", "sin(", "2^", "1?", "1-("}) {
    std::string text;
    for (int k = 0; k < 100000; ++k) text += unit;
    EXPECT_THROW(over_bands(text + "1"), UserError) << unit;
  }
  EXPECT_EQ(value(std::string(150, '(') + "1" + std::string(150, ')')), 1);
  std::string classes;
  for (int k = 0; k < 5000; ++k) classes += "im1b1<" + std::to_string(k) + "?" + std::to_string(k) + ":";
  EXPECT_EQ(value(classes + "-1", {1234.5}), 1235);
  // Of a long expression only the neighbourhood of the fault is shown.
  try {
    over_bands(std::string(5000, ' ') + "1+oops+" + std::string(5000, ' ') + "1");
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_THAT(error.fault(), HasSubstr("at column 5003\n    ..."));
    EXPECT_LT(error.fault().size(), 300U);
  }
}

}  // namespace
}  // namespace cers
