// SPDX-License-Identifier: Apache-2.0
#include "cers/series/temporal_statistics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "cers/core/error.hpp"

namespace cers {
namespace {

using Kind = TemporalStatistic::Kind;
constexpr double days_per_year = 365.25;

struct StatisticScratch final : Scratch {
  std::vector<double> day, value, sorted;
};

double slope_of(const std::vector<double>& day, const std::vector<double>& value) {
  const auto n = static_cast<double>(day.size());
  double mean_day = 0;
  double mean = 0;
  for (std::size_t i = 0; i < day.size(); ++i) {
    mean_day += day[i];
    mean += value[i];
  }
  mean_day /= n;
  mean /= n;
  double covariance = 0;
  double variance = 0;
  for (std::size_t i = 0; i < day.size(); ++i) {
    covariance += (day[i] - mean_day) * (value[i] - mean);
    variance += (day[i] - mean_day) * (day[i] - mean_day);
  }
  return variance > 0 ? covariance / variance * days_per_year : 0;
}

double mean_of(const std::vector<double>& value) {
  double sum = 0;
  for (const double v : value) sum += v;
  return sum / static_cast<double>(value.size());
}

double deviation_of(const std::vector<double>& value) {
  const double mean = mean_of(value);
  double sum = 0;
  for (const double v : value) sum += (v - mean) * (v - mean);
  return std::sqrt(sum / static_cast<double>(value.size()));
}

double percentile_of(const std::vector<double>& sorted, double percent) {
  const double place = percent / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - static_cast<double>(below));
}

class StatisticsNode final : public PixelwiseNode {
 public:
  StatisticsNode(std::string feature, std::vector<int> days, std::vector<TemporalStatistic> statistics)
      : feature_(std::move(feature)), days_(std::move(days)), statistics_(std::move(statistics)) {
    CERS_EXPECT(!days_.empty() && !statistics_.empty());
    sorts_ = std::any_of(statistics_.begin(), statistics_.end(), [](const TemporalStatistic& s) {
      return s.kind != Kind::mean && s.kind != Kind::deviation && s.kind != Kind::slope;
    });
  }
  std::string name() const override { return "temporal statistics"; }
  std::string signature() const override {
    std::string text = fmt::format("temporal statistics of {} on {}:", feature_, fmt::join(days_, ","));
    for (const TemporalStatistic& statistic : statistics_) text += " " + statistic.name;
    return text;
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    std::size_t planes = 0;
    for (const RasterInfo& input : inputs) {
      CERS_EXPECT(input.type == PixelType::f32);
      planes += input.bands.size();
    }
    CERS_EXPECT(planes == days_.size());
    RasterInfo output{inputs[0].grid, {}, PixelType::f32};
    for (const TemporalStatistic& statistic : statistics_) {
      BandInfo band;
      band.name = feature_ + "_" + statistic.name;
      band.nodata = std::numeric_limits<double>::quiet_NaN();
      output.bands.push_back(std::move(band));
    }
    return output;
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<StatisticScratch>(); }
  double cost() const override { return static_cast<double>(days_.size()) * (sorts_ ? 15 : 3); }

  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& mine = static_cast<StatisticScratch&>(*scratch);
    for (std::size_t i = 0; i < row.count; ++i) {
      mine.day.clear();
      mine.value.clear();
      for (std::size_t d = 0; d < days_.size(); ++d) {
        const float value = row.in<float>(d)[i];
        if (std::isnan(value)) continue;
        mine.day.push_back(days_[d]);
        mine.value.push_back(static_cast<double>(value));
      }
      if (sorts_) {
        mine.sorted = mine.value;
        std::sort(mine.sorted.begin(), mine.sorted.end());
      }
      for (std::size_t s = 0; s < statistics_.size(); ++s)
        row.out<float>(s)[i] = mine.value.empty() ? std::numeric_limits<float>::quiet_NaN()
                                                  : static_cast<float>(value_of(statistics_[s], mine));
    }
  }

 private:
  static double value_of(const TemporalStatistic& statistic, const StatisticScratch& seen) {
    switch (statistic.kind) {
      case Kind::mean:
        return mean_of(seen.value);
      case Kind::deviation:
        return deviation_of(seen.value);
      case Kind::slope:
        return slope_of(seen.day, seen.value);
      case Kind::minimum:
        return seen.sorted.front();
      case Kind::maximum:
        return seen.sorted.back();
      case Kind::amplitude:
        return seen.sorted.back() - seen.sorted.front();
      case Kind::percentile:
        break;
    }
    return percentile_of(seen.sorted, statistic.percent);
  }

  std::string feature_;
  std::vector<int> days_;
  std::vector<TemporalStatistic> statistics_;
  bool sorts_ = false;
};

}  // namespace

TemporalStatistic parse_temporal_statistic(std::string_view text) {
  const std::string name(text);
  if (text == "mean") return {Kind::mean, 0, name};
  if (text == "std") return {Kind::deviation, 0, name};
  if (text == "min") return {Kind::minimum, 0, name};
  if (text == "max") return {Kind::maximum, 0, name};
  if (text == "amplitude") return {Kind::amplitude, 0, name};
  if (text == "slope") return {Kind::slope, 0, name};
  if (text == "median") return {Kind::percentile, 50, name};
  int percent = -1;
  if (text.size() >= 2 && text.size() <= 4 && text[0] == 'p') {
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), percent);
    if (error != std::errc{} || end != text.data() + text.size()) percent = -1;
  }
  if (percent < 0 || percent > 100)
    throw UserError(fmt::format("'{}' is no statistic over time", text),
                    "write mean, std, min, max, amplitude, slope, median or a percentile such as p10");
  return {Kind::percentile, static_cast<double>(percent), name};
}

std::unique_ptr<const Node> make_temporal_statistics(std::string feature, std::vector<int> days,
                                                     std::vector<TemporalStatistic> statistics) {
  return std::make_unique<StatisticsNode>(std::move(feature), std::move(days), std::move(statistics));
}

}  // namespace cers
