// SPDX-License-Identifier: Apache-2.0
// How well a map agrees with a reference: confusion matrix and the scores read off it.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace cers {

/// How often (reference label, map label) occurs.
using LabelPairs = std::map<std::pair<int, int>, std::uint64_t>;

/// Square: the classes of reference and map together, ascending. Rows are reference classes, columns map classes.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(std::vector<int> classes);
  explicit ConfusionMatrix(const LabelPairs& pairs);

  const std::vector<int>& classes() const { return classes_; }
  std::size_t size() const { return classes_.size(); }
  /// Position of a class; it must be one.
  std::size_t index_of(int code) const;
  double& at(std::size_t reference, std::size_t map) { return counts_[reference * size() + map]; }
  double at(std::size_t reference, std::size_t map) const { return counts_[reference * size() + map]; }
  double total() const;
  double reference_total(std::size_t reference) const;
  double map_total(std::size_t map) const;

 private:
  std::vector<int> classes_;
  std::vector<double> counts_;
};

/// Scores of one class; NaN where the denominator is 0.
struct ClassScores {
  int code = 0;
  double reference = 0;  ///< units of this class in the reference
  double mapped = 0;     ///< units of this class in the map
  double users = 0;      ///< user's accuracy or precision: correct / mapped
  double producers = 0;  ///< producer's accuracy or recall: correct / reference
  double f1 = 0;         ///< 2 · correct / (mapped + reference)
};

struct Agreement {
  double total = 0;
  double overall = 0;     ///< share of units on the diagonal
  double kappa = 0;       ///< Cohen's; NaN when chance alone agrees everywhere
  double quantity = 0;    ///< disagreement of Pontius and Millones (2011): shares of classes differ
  double allocation = 0;  ///< and the rest: classes lie elsewhere; both add up to 1 − overall
  std::vector<ClassScores> classes;
};

/// All NaN when the matrix is empty.
Agreement agreement_of(const ConfusionMatrix& matrix);

}  // namespace cers
