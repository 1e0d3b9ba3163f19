// SPDX-License-Identifier: Apache-2.0
// Backscatter from amplitude, pixel by pixel.
#include <limits>

#include "cers/products/sar.hpp"

namespace cers {
namespace {

struct Lines final : Scratch {
  std::vector<double> amplitude;
  std::vector<double> noise;
};

class SarCalibrate final : public PixelwiseNode {
 public:
  SarCalibrate(std::shared_ptr<const SarCalibration> tables, SarQuantity quantity, bool subtract_noise)
      : tables_(std::move(tables)), quantity_(quantity), subtract_noise_(subtract_noise) {
    CERS_EXPECT(tables_ != nullptr);
  }
  std::string name() const override { return "sar-calibration"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 1);
    if (inputs[0].bands.size() != 1)
      throw UserError(
          "calibration takes one polarisation, not an image of " + std::to_string(inputs[0].bands.size()) + " bands",
          "name one band");
    if (inputs[0].type != PixelType::f32)
      throw UserError(
          "calibration takes amplitudes as 32-bit floating point, not " + std::string(cers::name_of(inputs[0].type)),
          "read the measurement without scale as f32");
    RasterInfo info = inputs[0];
    info.bands[0].name = cers::name_of(quantity_);
    info.bands[0].unit = "1";
    info.bands[0].description = std::string(cers::name_of(quantity_)) + ", linear power" +
                                (subtract_noise_ ? ", thermal noise subtracted" : "");
    info.bands[0].scale = 1;
    info.bands[0].offset = 0;
    info.bands[0].nodata = std::numeric_limits<double>::quiet_NaN();
    return info;
  }
  double cost() const override { return 8; }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Lines>(); }
  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& lines = *static_cast<Lines*>(scratch);
    lines.amplitude.resize(row.count);
    lines.noise.assign(row.count, 0);
    tables_->table(quantity_).read_line(row.y, row.x, lines.amplitude);
    if (subtract_noise_) tables_->noise.read_line(row.y, row.x, lines.noise);
    const auto dn = row.in<float>(0);
    const auto out = row.out<float>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const double amplitude = static_cast<double>(dn[i]);
      const double power = (amplitude * amplitude - lines.noise[i]) / (lines.amplitude[i] * lines.amplitude[i]);
      out[i] = dn[i] > 0 ? static_cast<float>(power) : std::numeric_limits<float>::quiet_NaN();
    }
  }

 private:
  std::shared_ptr<const SarCalibration> tables_;
  SarQuantity quantity_;
  bool subtract_noise_;
};

class BelowNoise final : public PixelwiseNode {
 public:
  explicit BelowNoise(std::shared_ptr<const SarCalibration> tables) : tables_(std::move(tables)) {
    CERS_EXPECT(tables_ != nullptr);
  }
  std::string name() const override { return "below-noise"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 1 && inputs[0].bands.size() == 1 && inputs[0].type == PixelType::f32);
    BandInfo band;
    band.name = "below_noise";
    return {inputs[0].grid, {band}, PixelType::u8};
  }
  double cost() const override { return 5; }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Lines>(); }
  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& lines = *static_cast<Lines*>(scratch);
    lines.noise.resize(row.count);
    tables_->noise.read_line(row.y, row.x, lines.noise);
    const auto dn = row.in<float>(0);
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const double amplitude = static_cast<double>(dn[i]);
      const bool below = amplitude * amplitude - lines.noise[i] < lines.noise[i];
      out[i] = static_cast<std::uint8_t>(dn[i] > 0 && below);
    }
  }

 private:
  std::shared_ptr<const SarCalibration> tables_;
};

}  // namespace

std::unique_ptr<const Node> make_below_noise_node(std::shared_ptr<const SarCalibration> tables) {
  return std::make_unique<BelowNoise>(std::move(tables));
}

std::string_view name_of(SarQuantity quantity) {
  switch (quantity) {
    case SarQuantity::sigma0:
      return "sigma0";
    case SarQuantity::beta0:
      return "beta0";
    case SarQuantity::gamma0:
      break;
  }
  return "gamma0_ellipsoid";
}

const SarLut& SarCalibration::table(SarQuantity quantity) const {
  switch (quantity) {
    case SarQuantity::sigma0:
      return sigma_nought;
    case SarQuantity::beta0:
      return beta_nought;
    case SarQuantity::gamma0:
      break;
  }
  return gamma;
}

std::unique_ptr<const Node> make_sar_calibration_node(std::shared_ptr<const SarCalibration> tables,
                                                      SarQuantity quantity, bool subtract_noise) {
  return std::make_unique<SarCalibrate>(std::move(tables), quantity, subtract_noise);
}

}  // namespace cers
