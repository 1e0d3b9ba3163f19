// SPDX-License-Identifier: Apache-2.0
#include "pair_counts.hpp"

#include <algorithm>

namespace cers::accuracy {
namespace {

void add_pairs(LabelPairs& into, const LabelPairs& from) {
  for (const auto& [labels, count] : from) into[labels] += count;
}

void add_weighted(ProbabilityCounts& into, const ProbabilityCounts& from, double weight) {
  for (std::size_t i = 0; i < from.stated.size(); ++i) {
    into.stated[i] += weight * from.stated[i];
    into.happened[i] += weight * from.happened[i];
  }
}

}  // namespace

bool ProbabilityTable::add(const std::vector<std::int32_t>& bands, const std::vector<int>& codes, int reference) {
  const auto best = std::max_element(bands.begin(), bands.end());
  if (best == bands.end() || *best <= 0) return false;
  classes.resize(codes.size());
  for (std::size_t band = 0; band < bands.size(); ++band) classes[band].add(bands[band], codes[band] == reference);
  winner.add(*best, codes[static_cast<std::size_t>(best - bands.begin())] == reference);
  return true;
}

void ProbabilityTable::add(const ProbabilityTable& other, double weight) {
  classes.resize(std::max(classes.size(), other.classes.size()));
  for (std::size_t i = 0; i < other.classes.size(); ++i) add_weighted(classes[i], other.classes[i], weight);
  add_weighted(winner, other.winner, weight);
}

void PairCounts::add(const PairCounts& other) {
  for (const auto& [code, stratum] : other.strata) {
    add_pairs(strata[code].pairs, stratum.pairs);
    strata[code].probabilities.add(stratum.probabilities);
  }
  for (const auto& [id, pairs] : other.clusters) add_pairs(clusters[id], pairs);
  without_reference += other.without_reference;
  unmapped += other.unmapped;
  without_probability += other.without_probability;
}

LabelPairs PairCounts::pairs() const {
  LabelPairs sum;
  for (const auto& [code, stratum] : strata) add_pairs(sum, stratum.pairs);
  return sum;
}

}  // namespace cers::accuracy
