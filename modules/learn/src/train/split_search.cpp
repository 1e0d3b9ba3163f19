// SPDX-License-Identifier: Apache-2.0
#include "split_search.hpp"

#include <algorithm>
#include <array>

namespace cers::learn {
namespace {

constexpr std::size_t most_bins = 256;
/// Up to so many samples sorting by insertion is faster than counting all bins (measured: 24 to 40 alike).
constexpr std::size_t few = 32;
/// From so many samples a class on, bins are summed up before they are looked at: each sample then costs one addition
/// (measured: 32 to 128 alike).
constexpr std::size_t many_per_class = 64;

}  // namespace

/// Samples move from the right side to the left one, bin after bin.
class SplitSearch::Sweep {
 public:
  Sweep(SplitSearch& search, const NodeSamples& node, std::size_t feature, Split& best)
      : search_(search), weights_(search.weights_.data()), squares_(search.squared_weights_.data()), best_(best) {
    left_ = search.left_.data();
    right_ = search.right_.data();
    right_count_ = node.count;
    feature_ = feature;
    for (std::size_t c = 0; c < node.totals.size(); ++c) {
      left_[c] = 0;
      right_[c] = node.totals[c];
      const auto n = static_cast<double>(node.totals[c]);
      right_weight_ += weights_[c] * n;
      right_squares_ += squares_[c] * n * n;
    }
  }

  void move(std::size_t c, std::uint32_t times) {
    const auto m = static_cast<double>(times);
    const auto l = static_cast<double>(left_[c]);
    const auto r = static_cast<double>(right_[c]);
    left_squares_ += squares_[c] * m * (2 * l + m);
    right_squares_ -= squares_[c] * m * (2 * r - m);
    left_weight_ += weights_[c] * m;
    right_weight_ -= weights_[c] * m;
    left_[c] += times;
    right_[c] -= times;
    left_count_ += times;
    right_count_ -= times;
  }

  /// Between the last bin moved and the next one that holds samples.
  void look(std::size_t left_bin, std::size_t right_bin) {
    if (left_count_ < search_.min_leaf_ || right_count_ < search_.min_leaf_) return;
    possible_ = true;
    const double score = left_squares_ / left_weight_ + right_squares_ / right_weight_;
    if (score > best_.score) best_ = {score, feature_, left_bin, right_bin};
  }

  bool possible() const { return possible_; }

 private:
  SplitSearch& search_;
  const double* weights_;
  const double* squares_;
  Split& best_;
  std::uint32_t* left_ = nullptr;
  std::uint32_t* right_ = nullptr;
  std::uint64_t left_count_ = 0;
  std::uint64_t right_count_ = 0;
  double left_weight_ = 0;
  double right_weight_ = 0;
  double left_squares_ = 0;
  double right_squares_ = 0;
  std::size_t feature_ = 0;
  bool possible_ = false;
};

SplitSearch::SplitSearch(const BinnedSamples& samples, const std::vector<double>& class_weights, int min_leaf)
    : samples_(samples), weights_(class_weights), min_leaf_(static_cast<std::uint64_t>(std::max(1, min_leaf))) {
  for (const double weight : weights_) squared_weights_.push_back(weight * weight);
  bins_.resize(samples.samples);
  sorted_bins_.resize(samples.samples);
  sorted_.resize(samples.samples);
  histogram_.resize(most_bins * weights_.size());
  left_.resize(weights_.size());
  right_.resize(weights_.size());
}

double SplitSearch::score_of(std::span<const std::uint32_t> totals) const {
  double squares = 0;
  double weight = 0;
  for (std::size_t c = 0; c < totals.size(); ++c) {
    const auto n = static_cast<double>(totals[c]);
    squares += squared_weights_[c] * n * n;
    weight += weights_[c] * n;
  }
  return squares / weight;
}

bool SplitSearch::improve(const NodeSamples& node, std::size_t feature, Split& best) {
  const std::size_t bins = samples_.features[feature].count();
  if (bins < 2) return false;
  if (node.ids.size() > many_per_class * weights_.size()) return sweep_histogram(node, feature, best);
  const std::uint8_t* const column = samples_.column(feature);
  if (node.ids.size() <= few) {
    by_insertion(node, column);
  } else {
    by_counting(node, column, bins);
  }
  return sweep_sorted(node, feature, best);
}

void SplitSearch::by_insertion(const NodeSamples& node, const std::uint8_t* column) {
  for (std::size_t i = 0; i < node.ids.size(); ++i) {
    const std::uint8_t bin = column[node.ids[i]];
    std::size_t at = i;
    for (; at > 0 && sorted_bins_[at - 1] > bin; --at) {
      sorted_bins_[at] = sorted_bins_[at - 1];
      sorted_[at] = sorted_[at - 1];
    }
    sorted_bins_[at] = bin;
    sorted_[at] = node.packed[i];
  }
}

void SplitSearch::by_counting(const NodeSamples& node, const std::uint8_t* column, std::size_t bins) {
  std::array<std::uint32_t, most_bins> next{};
  const std::size_t count = node.ids.size();
  for (std::size_t i = 0; i < count; ++i) {
    bins_[i] = column[node.ids[i]];
    ++next[bins_[i]];
  }
  std::uint32_t begin = 0;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const std::uint32_t held = next[bin];
    next[bin] = begin;
    begin += held;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t at = next[bins_[i]]++;
    sorted_bins_[at] = bins_[i];
    sorted_[at] = node.packed[i];
  }
}

bool SplitSearch::sweep_sorted(const NodeSamples& node, std::size_t feature, Split& best) {
  const std::size_t last = node.ids.size() - 1;
  if (sorted_bins_[0] == sorted_bins_[last]) return false;
  Sweep sweep(*this, node, feature, best);
  for (std::size_t i = 0; i < last; ++i) {
    sweep.move(sorted_[i] >> 16U, sorted_[i] & 0xFFFFU);
    if (sorted_bins_[i] != sorted_bins_[i + 1]) sweep.look(sorted_bins_[i], sorted_bins_[i + 1]);
  }
  return sweep.possible();
}

// A sibling's histogram taken from the parent's, as boosting libraries do, would not pay: a forest draws other features
// for every node.
bool SplitSearch::sweep_histogram(const NodeSamples& node, std::size_t feature, Split& best) {
  const std::size_t classes = weights_.size();
  const std::size_t bins = samples_.features[feature].count();
  const std::uint8_t* const column = samples_.column(feature);
  std::fill_n(histogram_.begin(), bins * classes, 0U);
  for (std::size_t i = 0; i < node.ids.size(); ++i)
    histogram_[column[node.ids[i]] * classes + (node.packed[i] >> 16U)] += node.packed[i] & 0xFFFFU;
  Sweep sweep(*this, node, feature, best);
  std::size_t before = bins;  // last bin that held samples
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const std::uint32_t* const held = histogram_.data() + bin * classes;
    if (std::all_of(held, held + classes, [](std::uint32_t n) { return n == 0; })) continue;
    if (before < bins) sweep.look(before, bin);
    for (std::size_t c = 0; c < classes; ++c) {
      if (held[c] != 0) sweep.move(c, held[c]);
    }
    before = bin;
  }
  return sweep.possible();
}

}  // namespace cers::learn
