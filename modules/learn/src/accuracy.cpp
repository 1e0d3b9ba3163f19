// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "cers/core/error.hpp"

namespace cers {
namespace {

double share(double part, double whole) {
  return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

std::vector<int> classes_in(const LabelPairs& pairs) {
  std::set<int> classes;
  for (const auto& [labels, count] : pairs) {
    classes.insert(labels.first);
    classes.insert(labels.second);
  }
  return {classes.begin(), classes.end()};
}

}  // namespace

ConfusionMatrix::ConfusionMatrix(std::vector<int> classes)
    : classes_(std::move(classes)), counts_(classes_.size() * classes_.size(), 0.0) {}

ConfusionMatrix::ConfusionMatrix(const LabelPairs& pairs) : ConfusionMatrix(classes_in(pairs)) {
  for (const auto& [labels, count] : pairs)
    at(index_of(labels.first), index_of(labels.second)) += static_cast<double>(count);
}

std::size_t ConfusionMatrix::index_of(int code) const {
  const auto found = std::lower_bound(classes_.begin(), classes_.end(), code);
  CERS_EXPECT(found != classes_.end() && *found == code);
  return static_cast<std::size_t>(found - classes_.begin());
}

double ConfusionMatrix::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), 0.0);
}

double ConfusionMatrix::reference_total(std::size_t reference) const {
  double sum = 0;
  for (std::size_t map = 0; map < size(); ++map) sum += at(reference, map);
  return sum;
}

double ConfusionMatrix::map_total(std::size_t map) const {
  double sum = 0;
  for (std::size_t reference = 0; reference < size(); ++reference) sum += at(reference, map);
  return sum;
}

Agreement agreement_of(const ConfusionMatrix& matrix) {
  Agreement found;
  found.total = matrix.total();
  double correct = 0;
  double chance = 0;
  double quantity = 0;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const double hit = matrix.at(i, i);
    const double reference = matrix.reference_total(i);
    const double mapped = matrix.map_total(i);
    correct += hit;
    chance += reference * mapped;
    quantity += std::abs(reference - mapped);
    found.classes.push_back({matrix.classes()[i], reference, mapped, share(hit, mapped), share(hit, reference),
                             share(2 * hit, mapped + reference)});
  }
  found.overall = share(correct, found.total);
  const double by_chance = share(chance, found.total * found.total);
  found.kappa = share(found.overall - by_chance, 1 - by_chance);
  found.quantity = share(quantity / 2, found.total);
  found.allocation = 1 - found.overall - found.quantity;
  return found;
}

}  // namespace cers
