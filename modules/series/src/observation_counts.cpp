// SPDX-License-Identifier: Apache-2.0
#include "cers/series/observation_counts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cers/core/error.hpp"
#include "cers/core/vector_clones.hpp"

namespace cers {
namespace {

struct CountScratch final : Scratch {
  std::vector<std::uint8_t> clear;
  std::vector<int> latest;
};

CERS_VECTOR_CLONES void present(const float* band, std::uint8_t* clear, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) clear[i] = static_cast<std::uint8_t>(band[i] == band[i] ? clear[i] : 0);
}

class CountNode final : public PixelwiseNode {
 public:
  CountNode(std::vector<int> days, int first, int last) : days_(std::move(days)), first_(first), last_(last) {
    CERS_EXPECT(!days_.empty() && first <= last);
  }
  std::string name() const override { return "observation counts"; }
  std::string signature() const override {
    return fmt::format("observation counts {} {} {}", fmt::join(days_, ","), first_, last_);
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == days_.size());
    RasterInfo output{inputs[0].grid, std::vector<BandInfo>(2), PixelType::u16};
    output.bands[0].name = "clear_days";
    output.bands[0].description = "days on which the pixel was seen";
    output.bands[1].name = "longest_gap";
    output.bands[1].unit = "d";
    output.bands[1].description = "longest stretch of days without a clear observation";
    return output;
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<CountScratch>(); }
  double cost() const override { return static_cast<double>(days_.size()); }

  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& mine = static_cast<CountScratch&>(*scratch);
    mine.clear.resize(std::max(mine.clear.size(), row.count));
    mine.latest.assign(row.count, first_);
    const std::size_t bands = row.inputs.size() / days_.size();
    std::uint16_t* counts = row.out<std::uint16_t>(0).data();
    std::uint16_t* gaps = row.out<std::uint16_t>(1).data();
    std::fill_n(counts, row.count, std::uint16_t{0});
    std::fill_n(gaps, row.count, std::uint16_t{0});
    for (std::size_t image = 0; image < days_.size(); ++image) {
      std::fill_n(mine.clear.data(), row.count, std::uint8_t{1});
      for (std::size_t b = 0; b < bands; ++b)
        present(row.in<float>(image * bands + b).data(), mine.clear.data(), row.count);
      add(mine.clear.data(), std::clamp(days_[image], first_, last_), mine.latest.data(), counts, gaps, row.count);
    }
    for (std::size_t i = 0; i < row.count; ++i)
      gaps[i] = std::max(gaps[i], static_cast<std::uint16_t>(last_ - mine.latest[i]));
  }

 private:
  CERS_VECTOR_CLONES static void add(const std::uint8_t* clear, int day, int* latest, std::uint16_t* counts,
                                     std::uint16_t* gaps, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto gap = static_cast<std::uint16_t>(day - latest[i]);
      const bool seen = clear[i] != 0;
      counts[i] = static_cast<std::uint16_t>(counts[i] + (seen ? 1 : 0));
      gaps[i] = seen && gap > gaps[i] ? gap : gaps[i];
      latest[i] = seen ? day : latest[i];
    }
  }

  std::vector<int> days_;
  int first_;
  int last_;
};

}  // namespace

std::unique_ptr<const Node> make_observation_counts(std::vector<int> days, int first, int last) {
  return std::make_unique<CountNode>(std::move(days), first, last);
}

}  // namespace cers
