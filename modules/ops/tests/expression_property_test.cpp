// SPDX-License-Identifier: Apache-2.0
// Random expressions, printed and compiled, against a naive evaluation of the same tree, bit for bit.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <thread>

#include "expression_oracle.hpp"

namespace cers {
namespace {

using namespace expression_oracle;
using ::testing::HasSubstr;
using ::testing::Not;

struct Tree {
  std::string name;   // an infix, a prefix ("neg", "!") or a function; "?:"; "#" a number; "$" a variable
  double number = 0;  // of "#"
  std::size_t variable = 0;
  std::vector<Tree> operands;
};

const std::vector<std::string> levels_of_infix[] = {
    {"and", "or"}, {"||"}, {"&&"}, {"<", ">", "<=", ">=", "==", "!="}, {"+", "-"}, {"*", "/"}, {"^"}};

// 0 binds loosest (?:); infixes follow; operands that need no parentheses bind tightest.
int level_of(const Tree& tree) {
  if (tree.name == "?:") return 0;
  for (int level = 0; level < 7; ++level) {
    const auto& names = levels_of_infix[level];
    if (std::find(names.begin(), names.end(), tree.name) != names.end()) return level + 1;
  }
  return tree.name == "neg" || tree.name == "!" ? 7 : 9;
}

using Leaf = std::function<std::string(const Tree&)>;

std::string print(const Tree& tree, const Leaf& leaf);

std::string bound(const Tree& tree, int at_least, const Leaf& leaf) {
  const std::string text = print(tree, leaf);
  return level_of(tree) < at_least ? "(" + text + ")" : text;
}

// With no parenthesis that the grammar does not need.
std::string print(const Tree& tree, const Leaf& leaf) {
  const auto& in = tree.operands;
  const int level = level_of(tree);
  if (tree.name == "#" || tree.name == "$") return leaf(tree);
  if (level == 0) return bound(in[0], 1, leaf) + "?" + bound(in[1], 0, leaf) + " : " + bound(in[2], 0, leaf);
  if (tree.name == "neg" || tree.name == "!") return (tree.name == "!" ? "!" : "-") + bound(in[0], 7, leaf);
  if (tree.name == "^") return bound(in[0], 9, leaf) + "^" + bound(in[1], 7, leaf);
  if (level < 7) return bound(in[0], level, leaf) + " " + tree.name + " " + bound(in[1], level + 1, leaf);
  std::vector<std::string> arguments;
  arguments.reserve(in.size());
  for (const Tree& operand : in) arguments.push_back(print(operand, leaf));
  return tree.name + "(" + join(arguments, ", ") + ")";
}

double naive(const Tree& tree, const std::vector<double>& variables) {
  if (tree.name == "#") return tree.number;
  if (tree.name == "$") return variables[tree.variable];
  std::vector<double> in;
  in.reserve(tree.operands.size());
  for (const Tree& operand : tree.operands) in.push_back(naive(operand, variables));
  if (tree.name == "?:") return in[0] != 0 ? in[1] : in[2];
  if (tree.name == "min" || tree.name == "max")
    return std::accumulate(in.begin() + 1, in.end(), in[0], binaries.at(tree.name));
  const double sum = std::accumulate(in.begin() + 1, in.end(), in[0]);
  if (tree.name == "sum") return sum;
  if (tree.name == "avg") return sum / static_cast<double>(in.size());
  return in.size() == 1 ? unaries.at(tree.name)(in[0]) : binaries.at(tree.name)(in[0], in[1]);
}

constexpr std::size_t variable_count = 4;

class RandomTrees {
 public:
  explicit RandomTrees(unsigned seed) : random_(seed) {
    for (const auto& [name, function] : unaries) shapes_.emplace_back(name, 1);
    for (const auto& [name, function] : binaries) shapes_.insert(shapes_.end(), 2, {name, 2});
    for (const char* name : {"min", "max", "sum", "avg"}) shapes_.emplace_back(name, 0);
    shapes_.insert(shapes_.end(), 8, {"?:", 3});
  }

  Tree next(int depth) {
    if (depth == 0 || below(6) == 0) return leaf();
    const auto& [name, count] = shapes_[below(shapes_.size())];
    Tree tree{name, 0, 0, {}};
    for (std::size_t k = count > 0 ? count : 1 + below(4); k > 0; --k) tree.operands.push_back(next(depth - 1));
    return tree;
  }

  double number() {
    constexpr double plain[] = {0, 1, 2, 3, 4, 0.5, 0.25, 0.7, 1e-8, 7.25, 1e3, 1e300};
    return plain[below(std::size(plain))];
  }

  double value() {
    constexpr double odd[] = {0.0, -0.0, nan, inf, -inf, 1e-7, -5e-8};
    const auto kind = below(8);
    if (kind == 0) return odd[below(std::size(odd))];
    if (kind < 4) return static_cast<double>(below(9)) - 4;
    return std::normal_distribution<double>(0, 10)(random_);
  }

 private:
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  Tree leaf() {
    if (below(3) == 0) return {"#", number(), 0, {}};
    return {"$", 0, below(variable_count), {}};
  }

  std::mt19937 random_;
  std::vector<std::pair<std::string, std::size_t>> shapes_;
};

std::string as_name(const Tree& leaf) {
  return leaf.name == "#" ? format_real(leaf.number) : "im1b" + std::to_string(leaf.variable + 1);
}

TEST(RandomExpression, AgreesWithANaiveEvaluator) {
  RandomTrees trees(20240607);
  for (int round = 0; round < 1200; ++round) {
    const Tree tree = trees.next(1 + round % 6);
    const Expression expression = over_bands(print(tree, as_name), variable_count);
    for (std::size_t count : {1U, 7U, 512U}) {
      Columns columns(variable_count, std::vector<double>(count));
      for (auto& column : columns) std::generate(column.begin(), column.end(), [&] { return trees.value(); });
      const std::vector<double> got = evaluate(expression, columns, count);
      for (std::size_t k = 0; k < count; ++k) {
        const std::vector<double> row{columns[0][k], columns[1][k], columns[2][k], columns[3][k]};
        const double expected = naive(tree, row);
        ASSERT_TRUE(same(got[k], expected)) << expression.text() << " of " << ::testing::PrintToString(row) << " is "
                                            << got[k] << ", not " << expected << "\n"
                                            << expression.listing();
      }
    }
  }
}

TEST(RandomExpression, FoldsToTheBitsOfRunTime) {
  RandomTrees trees(99);
  for (int round = 0; round < 3000; ++round) {
    const Tree tree = trees.next(1 + round % 5);
    std::vector<double> row(variable_count);
    std::generate(row.begin(), row.end(), [&] { return trees.value(); });
    const auto as_number = [&](const Tree& leaf) {
      return as_constant(leaf.name == "#" ? leaf.number : row[leaf.variable]);
    };
    const std::string constant = print(tree, as_number);
    EXPECT_THAT(over_bands(constant).listing(), Not(HasSubstr("%"))) << constant;
    EXPECT_TRUE(same(value(constant), value(print(tree, as_name), row))) << constant;
  }
}

TEST(RandomExpression, EvaluatesInSeveralThreads) {
  const Expression expression = over_bands("im1b1 > 0 ? ndvi(im1b1, im1b2)^2 : sqrt(abs(im1b1*im1b2))+im1b1");
  const auto work = [&](unsigned seed, bool& right) {
    RandomTrees random(seed);
    right = true;
    for (int round = 0; round < 300; ++round) {
      Columns columns(2, std::vector<double>(Expression::chunk));
      for (auto& column : columns) std::generate(column.begin(), column.end(), [&] { return random.value(); });
      const std::vector<double> got = evaluate(expression, columns, Expression::chunk);
      for (std::size_t k = 0; k < got.size(); ++k) {
        const double a = columns[0][k];
        const double b = columns[1][k];
        const double ndvi = std::abs(a + b) < 1e-6 ? 0 : (b - a) / (b + a);
        right = right && same(got[k], a > 0 ? ndvi * ndvi : std::sqrt(std::abs(a * b)) + a);
      }
    }
  };
  bool first = false;
  bool second = false;
  std::thread other(work, 1, std::ref(first));
  work(2, second);
  other.join();
  EXPECT_TRUE(first && second);
}

}  // namespace
}  // namespace cers
