// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/sample_selection.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "sample_hash.hpp"

namespace cers {
namespace {

std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0;
  for (const char c : text) hash = mixed(hash, static_cast<unsigned char>(c));
  return hash;
}

class Periodic {
 public:
  Periodic(const SamplingRate& rate, const SamplerOptions& options, std::uint64_t seed)
      : most_(options.never_more ? rate.taken() : rate.total),
        rate_(static_cast<double>(rate.taken()) / static_cast<double>(rate.total)),
        jitter_(std::min(static_cast<double>(options.jitter), 1 / rate_ - 1)),
        seed_(seed) {
    next_offset();
  }
  bool take() {
    ++seen_;
    const double due = (static_cast<double>(seen_) - offset_) * rate_ - static_cast<double>(taken_);
    if (!(due > 0) || taken_ == most_) return false;
    ++taken_;
    next_offset();
    return true;
  }

 private:
  void next_offset() { offset_ = jitter_ > 0 ? jitter_ * unit_interval(mixed(seed_, taken_)) : 0; }
  std::uint64_t most_;
  double rate_;
  double jitter_;
  std::uint64_t seed_;
  double offset_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t taken_ = 0;
};

/// Calls each(position) for the pixels of the runs of one class.
template <class Each>
void for_pixels(const std::vector<PixelRun>& runs, const std::vector<std::size_t>& chosen, Each each) {
  for (const std::size_t i : chosen) {
    for (int x = runs[i].begin; x < runs[i].end; ++x) each(SamplePosition{runs[i].feature, x, runs[i].y});
  }
}

}  // namespace

SampleSelection select_samples(const PolygonCover& cover, const LabelledShapes& shapes, const SamplingRates& rates,
                               const SamplerOptions& options) {
  std::map<std::string, std::vector<std::size_t>> runs_of;
  for (std::size_t i = 0; i < cover.runs.size(); ++i)
    runs_of[shapes.features[cover.runs[i].feature].label].push_back(i);
  SampleSelection selection;
  for (const auto& [name, runs] : runs_of) {
    const auto rate = rates.find(name);
    if (rate == rates.end() || rate->second.taken() == 0) continue;
    if (options.sampler == Sampler::periodic) {
      Periodic periodic(rate->second, options, mixed(options.seed, hash_of(name)));
      for_pixels(cover.runs, runs, [&](const SamplePosition& position) {
        if (periodic.take()) selection.push_back(position);
      });
      continue;
    }
    struct Ranked {
      std::uint64_t hash;
      std::size_t number;
      SamplePosition position;
    };
    std::vector<Ranked> ranked;
    for_pixels(cover.runs, runs, [&](const SamplePosition& p) {
      const auto id = static_cast<std::uint64_t>(shapes.features[p.feature].id);
      const auto place = (static_cast<std::uint64_t>(p.y) << 32U) | static_cast<std::uint32_t>(p.x);
      ranked.push_back({mixed(mixed(options.seed, id), place), ranked.size(), p});
    });
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(rate->second.taken(), ranked.size()));
    std::nth_element(ranked.begin(), ranked.begin() + count, ranked.end(), [](const Ranked& a, const Ranked& b) {
      return std::pair{a.hash, a.number} < std::pair{b.hash, b.number};
    });
    ranked.resize(static_cast<std::size_t>(count));
    std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) { return a.number < b.number; });
    for (const Ranked& one : ranked) selection.push_back(one.position);
  }
  return selection;
}

}  // namespace cers
