// SPDX-License-Identifier: Apache-2.0
#include "cers/products/physical_node.hpp"

#include <limits>

#include "cers/core/text.hpp"

namespace cers {
namespace {

class Physical final : public PixelwiseNode {
 public:
  Physical(PixelType stored, const ProductBand& band)
      : stored_(stored),
        scale_(band.scale),
        offset_(band.offset),
        // NaN equals nothing: a number that is not given is never found.
        nodata_(band.nodata.value_or(missing)),
        saturated_(band.saturated.value_or(missing)) {}
  std::string name() const override { return "physical"; }
  std::string signature() const override {
    return "physical " + format_real(scale_) + " " + format_real(offset_) + " " + format_real(nodata_) + " " +
           format_real(saturated_);
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.type = PixelType::f32;
    BandInfo& band = info.bands.at(0);
    band.classes.clear();
    band.scale = 1;
    band.offset = 0;
    band.nodata = missing;
    return info;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    visit(stored_, [&](auto pixel) {
      const auto in = row.in<decltype(pixel)>(0);
      const auto out = row.out<float>();
      for (std::size_t i = 0; i < row.count; ++i) {
        const double stored = static_cast<double>(in[i]);
        const double value = stored * scale_ + offset_;
        const double kept = stored == nodata_ ? missing : value;
        out[i] = static_cast<float>(stored == saturated_ ? missing : kept);
      }
    });
  }

 private:
  static constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  PixelType stored_;
  double scale_;
  double offset_;
  double nodata_;
  double saturated_;
};

}  // namespace

std::unique_ptr<const Node> make_physical(const RasterInfo& stored, const ProductBand& band) {
  CERS_EXPECT(stored.bands.size() == 1);
  return std::make_unique<Physical>(stored.type, band);
}

}  // namespace cers
