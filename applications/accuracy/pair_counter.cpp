// SPDX-License-Identifier: Apache-2.0
#include "pair_counter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "cers/ops/bands.hpp"

namespace cers::accuracy {
namespace {

class ZoneCodes final : public PixelwiseNode {
 public:
  ZoneCodes(std::vector<int> codes, int background) : codes_(std::move(codes)), background_(background) {}
  std::string name() const override { return "zone codes"; }
  std::string signature() const override { return fmt::format("{} {}", background_, fmt::join(codes_, " ")); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<std::int32_t>(0);
    const auto out = row.out<std::int32_t>();
    for (std::size_t i = 0; i < row.count; ++i)
      out[i] = in[i] == 0 ? background_ : codes_[static_cast<std::size_t>(in[i]) - 1];
  }

 private:
  std::vector<int> codes_;
  int background_;
};

class Thousandths final : public PixelwiseNode {
 public:
  std::string name() const override { return "thousandths"; }
  std::string signature() const override { return "of the sum"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.type = PixelType::i32;
    for (BandInfo& band : info.bands) band.nodata.reset();
    return info;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const std::size_t bands = row.inputs.size();
    for (std::size_t i = 0; i < row.count; ++i) {
      double sum = 0;
      bool known = true;
      for (std::size_t band = 0; band < bands; ++band) {
        const auto value = static_cast<double>(row.in<float>(band)[i]);
        known &= value >= 0;  // false for NaN
        sum += value;
      }
      known &= sum > 0 && std::isfinite(sum);
      for (std::size_t band = 0; band < bands; ++band) {
        const auto value = static_cast<double>(row.in<float>(band)[i]);
        row.out<std::int32_t>(band)[i] =
            known ? static_cast<std::int32_t>(std::lround(ProbabilityCounts::steps * value / sum)) : 0;
      }
    }
  }
};

/// Puts units into counts; looks a pair up only when it differs from the last one.
class Tally {
 public:
  Tally(PairCounts& counts, const PairLayout& layout, const Block& pixels, int first_band)
      : counts_(counts), layout_(layout), pixels_(pixels), first_(first_band), bands_(layout.codes.size()) {}

  /// The unit at (x, y); `cluster` below 0: none.
  void add(int x, int y, int reference, std::int64_t cluster) {
    if (!layout_.map) return add_probabilities(counts_.strata[0].probabilities, x, y, reference, first_);
    const int label = pixels_.plane<std::int32_t>(0).at(x, y);
    if (layout_.map_nodata && label == *layout_.map_nodata) {
      ++counts_.unmapped;
      return;
    }
    const int stratum = layout_.stratum        ? pixels_.plane<std::int32_t>(first_).at(x, y)
                        : layout_.by_map_class ? label
                                               : 0;
    const auto key = std::tuple(reference, label, stratum, cluster);
    if (of_stratum_ == nullptr || key != last_) {
      of_stratum_ = &counts_.strata[stratum];
      pair_ = &of_stratum_->pairs[{reference, label}];
      in_cluster_ = cluster < 0 ? nullptr : &counts_.clusters[cluster][{reference, label}];
      last_ = key;
    }
    ++*pair_;
    if (in_cluster_ != nullptr) ++*in_cluster_;
    if (bands_.empty()) return;
    add_probabilities(of_stratum_->probabilities, x, y, reference, first_ + (layout_.stratum ? 1 : 0));
  }

 private:
  void add_probabilities(ProbabilityTable& table, int x, int y, int reference, int first) {
    for (std::size_t band = 0; band < bands_.size(); ++band)
      bands_[band] = pixels_.plane<std::int32_t>(first + static_cast<int>(band)).at(x, y);
    if (!table.add(bands_, layout_.codes, reference)) ++counts_.without_probability;
  }

  PairCounts& counts_;
  const PairLayout& layout_;
  const Block& pixels_;
  int first_;
  std::vector<std::int32_t> bands_;
  std::tuple<int, int, int, std::int64_t> last_;
  PairCounts::OfStratum* of_stratum_ = nullptr;
  std::uint64_t* pair_ = nullptr;
  std::uint64_t* in_cluster_ = nullptr;
};

std::size_t bytes_of_counts(const PairLayout& layout) {
  constexpr std::size_t pairs = 500;  // of some twenty classes
  const std::size_t tables = layout.codes.empty() ? 0 : layout.codes.size() + 1;
  return pairs * 64 + tables * sizeof(ProbabilityCounts);
}

}  // namespace

std::size_t PairCounter::state_bytes() const {
  return bytes_of_counts(layout_);
}

void PairCounter::add(State& state, const Block& pixels, Window part) const {
  const int before = layout_.map ? 1 : 0;
  Tally tally(state, layout_, pixels, before + 1);
  const auto reference = pixels.plane<std::int32_t>(before);
  for (int y = part.y; y < part.bottom(); ++y) {
    for (int x = part.x; x < part.right(); ++x) {
      const int truth = reference.at(x, y);
      if (layout_.reference_nodata && truth == *layout_.reference_nodata) {
        ++state.without_reference;
        continue;
      }
      const std::int64_t block =
          layout_.block > 0 ? (std::int64_t{y / layout_.block} << 32) + x / layout_.block : std::int64_t{-1};
      tally.add(x, y, truth, block);
    }
  }
}

FeatureCounter::FeatureCounter(PairLayout layout, std::vector<PixelRun> runs, std::vector<int> labels)
    : layout_(std::move(layout)) {
  std::sort(runs.begin(), runs.end(), [](const PixelRun& l, const PixelRun& r) {
    return std::tie(l.y, l.begin, l.feature) < std::tie(r.y, r.begin, r.feature);
  });
  places_ = std::make_shared<const Places>(Places{std::move(runs), std::move(labels)});
}

std::size_t FeatureCounter::state_bytes() const {
  return bytes_of_counts(layout_);
}

namespace {

/// Calls use(run) for the runs that meet `window`, cut to it.
template <class Use>
void runs_in(const std::vector<PixelRun>& runs, const Window& window, Use use) {
  auto run = std::lower_bound(runs.begin(), runs.end(), window.y, [](const PixelRun& r, int y) { return r.y < y; });
  for (; run != runs.end() && run->y < window.bottom(); ++run) {
    PixelRun cut = *run;
    cut.begin = std::max(cut.begin, window.x);
    cut.end = std::min(cut.end, window.right());
    if (cut.begin < cut.end) use(cut);
  }
}

}  // namespace

Window FeatureCounter::wanted(Window tile) const {
  Window box;
  runs_in(places_->runs, tile, [&](const PixelRun& run) {
    box = box.united({run.begin, run.y, run.end - run.begin, 1});
  });
  return box;
}

void FeatureCounter::add(State& state, const Block& pixels, Window part) const {
  Tally tally(state, layout_, pixels, layout_.map ? 1 : 0);
  runs_in(places_->runs, part, [&](const PixelRun& run) {
    const int label = places_->labels[run.feature];
    for (int x = run.begin; x < run.end; ++x) tally.add(x, run.y, label, run.feature);
  });
}

std::unique_ptr<const Node> make_zone_codes(std::vector<int> codes, int background) {
  return std::make_unique<ZoneCodes>(std::move(codes), background);
}

std::unique_ptr<const Node> make_thousandths() {
  return std::make_unique<Thousandths>();
}

Edge stacked(Graph& graph, const std::vector<Edge>& inputs) {
  if (inputs.size() == 1) return inputs[0];
  std::vector<RasterInfo> infos;
  for (const Edge input : inputs) infos.push_back(graph.info(input));
  return graph.add(make_concatenate(infos), inputs);
}

}  // namespace cers::accuracy
