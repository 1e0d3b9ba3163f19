// SPDX-License-Identifier: Apache-2.0
#include "probability.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "findings.hpp"
#include "pixel_tests.hpp"

namespace cers::snow {
namespace {

// Made by benchmarks/snow/fit_probability.py; the same functions of the same values as there.
constexpr std::array ndsi_knots{-0.4, -0.1, 0.05, 0.15, 0.25, 0.4, 0.6, 0.8};
constexpr double constant = 6.46094;
constexpr std::array ndsi_weights{17.96159, -9.92025, -0.13859, 8.86412, -19.99713, 4.32921, -3.85572, 0.45796};
constexpr double log_red = 5.70330;
constexpr double log_red_squared = 0.22698;
constexpr double ndvi_weight = 9.10833;
constexpr double ndvi_squared = -27.99862;
constexpr double ndvi_ndsi = -15.38868;
constexpr double in_shade = -12.02357;
constexpr double in_shade_ndsi = 11.40111;
constexpr double in_shade_log_red = -1.32713;
constexpr double under_cloud = -0.25559;
constexpr double under_cloud_ndsi = 1.21438;
constexpr double swir_weight = -26.67659;

double ratio(double a, double b) {
  return (a - b) / (a + b);
}

constexpr auto unknown = static_cast<std::uint8_t>(SnowCode::nodata);

class ProbabilityNode final : public PixelwiseNode {
 public:
  std::string name() const override { return "snow probability"; }
  std::string signature() const override { return name(); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {BandInfo{}}, PixelType::u8};
  }
  double cost() const override { return 40; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto green = row.in<float>(0);
    const auto red = row.in<float>(1);
    const auto swir = row.in<float>(2);
    const auto nir = row.in<float>(3);
    const auto flags = row.in<std::uint8_t>(4);
    const auto findings = row.in<std::uint16_t>(5);
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      out[i] = unknown;
      if (surely_neither({findings[i]})) continue;
      const double p = snow_probability({static_cast<double>(green[i]), static_cast<double>(red[i]),
                                         static_cast<double>(swir[i]), static_cast<double>(nir[i]),
                                         (flags[i] & bit(Flag::shade)) != 0, (flags[i] & bit(Flag::cloud)) != 0});
      if (!std::isnan(p)) out[i] = static_cast<std::uint8_t>(std::floor(100 * p + 0.5));
    }
  }

 private:
  /// Whatever the snow line, the mask will say neither snow nor no snow.
  static bool surely_neither(Findings found) {
    return found.has(Finding::missing) || found.has(Finding::water) ||
           (found.has(Finding::cloud_refined) && !found.has(Finding::strict));
  }
};

class MaskedProbability final : public PixelwiseNode {
 public:
  std::string name() const override { return "snow probability outside cloud"; }
  std::string signature() const override { return name(); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {BandInfo{}}, PixelType::u8};
    info.bands[0].name = "snow probability";
    info.bands[0].unit = "%";
    info.bands[0].description =
        "percent: snow covers at least 25 % of the pixel as seen from above, given that no cloud hides it; 205 cloud, "
        "210 water, 255 nodata";
    info.bands[0].nodata = static_cast<double>(SnowCode::nodata);
    return info;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto percent = row.in<std::uint8_t>(0);
    const auto mask = row.in<std::uint8_t>(1);
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i)
      out[i] = mask[i] > static_cast<int>(SnowCode::snow) ? mask[i] : percent[i];
  }
};

}  // namespace

double snow_probability(const Evidence& e) {
  const double ndsi = std::clamp(ratio(e.green, e.swir), -0.4, 0.95);
  const double ndvi = std::clamp(ratio(e.nir, e.red), -0.3, 0.9);
  // Bounds keep what no scene showed from being extrapolated.
  const double dark = std::log(std::clamp(e.red, 0.0, 1.2) + 0.03);
  double sum = constant;
  for (std::size_t k = 0; k < ndsi_knots.size(); ++k) sum += ndsi_weights[k] * std::max(0.0, ndsi - ndsi_knots[k]);
  sum += log_red * dark + log_red_squared * dark * dark;
  sum += ndvi_weight * ndvi + ndvi_squared * ndvi * ndvi + ndvi_ndsi * ndvi * ndsi;
  if (e.shade) sum += in_shade + in_shade_ndsi * ndsi + in_shade_log_red * dark;
  if (e.cloud) sum += under_cloud + under_cloud_ndsi * ndsi;
  sum += swir_weight * std::clamp(e.swir, 0.0, 0.5);
  return 1 / (1 + std::exp(-sum));
}

std::unique_ptr<const Node> make_probability() {
  return std::make_unique<ProbabilityNode>();
}

std::unique_ptr<const Node> make_masked_probability() {
  return std::make_unique<MaskedProbability>();
}

}  // namespace cers::snow
