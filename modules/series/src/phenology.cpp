// SPDX-License-Identifier: Apache-2.0
#include "cers/series/phenology.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t band_count = 6;

struct PhenologyScratch final : Scratch {
  std::vector<double> value;
};

class PhenologyNode final : public PixelwiseNode {
 public:
  PhenologyNode(std::string feature, std::vector<int> days, double fraction)
      : feature_(std::move(feature)), fraction_(fraction) {
    CERS_EXPECT(!days.empty() && fraction > 0 && fraction < 1);
    for (const int day : days) days_.push_back(day - days[0]);
  }
  std::string name() const override { return "phenology"; }
  std::string signature() const override {
    return fmt::format("phenology of {} on {} at {}", feature_, fmt::join(days_, ","), format_real(fraction_));
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    std::size_t planes = 0;
    for (const RasterInfo& input : inputs) planes += input.bands.size();
    CERS_EXPECT(planes == days_.size() && inputs[0].type == PixelType::f32);
    RasterInfo output{inputs[0].grid, std::vector<BandInfo>(band_count), PixelType::f32};
    const char* names[band_count] = {"start", "peak", "end", "length", "base", "amplitude"};
    for (std::size_t b = 0; b < band_count; ++b) {
      BandInfo& band = output.bands[b];
      band.name = feature_ + "_" + names[b];
      if (b < 4) band.unit = "d";
      band.nodata = missing;
    }
    return output;
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<PhenologyScratch>(); }
  double cost() const override { return 4 * static_cast<double>(days_.size()); }

  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    std::vector<double>& value = static_cast<PhenologyScratch*>(scratch)->value;
    value.resize(days_.size());
    for (std::size_t i = 0; i < row.count; ++i) {
      for (std::size_t d = 0; d < days_.size(); ++d) value[d] = static_cast<double>(row.in<float>(d)[i]);
      double season[band_count] = {missing, missing, missing, missing, missing, missing};
      if (value[0] == value[0]) describe_season(value, season);
      for (std::size_t b = 0; b < band_count; ++b) row.out<float>(b)[i] = static_cast<float>(season[b]);
    }
  }

 private:
  void describe_season(const std::vector<double>& value, double (&season)[band_count]) const {
    const auto begin = value.begin();
    const auto peak = std::max_element(begin, value.end());
    // Of a peak at an end of the series only the low on the other side is known.
    const bool first = peak == begin;
    const bool last = peak + 1 == value.end();
    const double low_before = first ? missing : *std::min_element(begin, peak);
    const double low_after = last ? missing : *std::min_element(peak + 1, value.end());
    const auto top = static_cast<std::size_t>(peak - begin);
    season[0] = crossing(value, top, low_before + fraction_ * (*peak - low_before), false);
    season[1] = days_[top];
    season[2] = crossing(value, top, low_after + fraction_ * (*peak - low_after), true);
    season[3] = season[2] - season[0];
    season[4] = first ? low_after : last ? low_before : (low_before + low_after) / 2;
    season[5] = *peak - season[4];
  }

  /// The day on which the series, going away from the peak, first falls below `level`.
  double crossing(const std::vector<double>& value, std::size_t peak, double level, bool onwards) const {
    std::size_t inner = peak;
    while (onwards ? inner + 1 < value.size() : inner > 0) {
      const std::size_t outer = onwards ? inner + 1 : inner - 1;
      if (value[outer] < level) {
        const double share = (value[inner] - level) / (value[inner] - value[outer]);
        return days_[inner] + (days_[outer] - days_[inner]) * share;
      }
      inner = outer;
    }
    return missing;
  }

  std::string feature_;
  std::vector<double> days_;
  double fraction_;
};

}  // namespace

std::unique_ptr<const Node> make_phenology(std::string feature, std::vector<int> days, double fraction) {
  return std::make_unique<PhenologyNode>(std::move(feature), std::move(days), fraction);
}

}  // namespace cers
