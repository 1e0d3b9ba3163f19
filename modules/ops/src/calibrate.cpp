// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/calibrate.hpp"

#include <limits>

#include "cers/core/text.hpp"

namespace cers {
namespace {

class Calibrate final : public PixelwiseNode {
 public:
  Calibrate(PixelType stored, const ReadAs& as) : stored_(stored), as_(as) {
    CERS_EXPECT(as.plain() || is_floating(as.type));
  }
  std::string name() const override { return as_.plain() ? "convert" : "calibrate"; }
  std::string signature() const override {
    return std::string(name_of(as_.type)) + " " + format_real(as_.scale) + " " + format_real(as_.offset) + " " +
           (as_.nodata ? format_real(*as_.nodata) : "-");
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.type = as_.type;
    for (BandInfo& band : info.bands) {
      if (as_.plain()) continue;
      band.classes.clear();
      band.scale = 1;
      band.offset = 0;
      band.nodata = std::numeric_limits<double>::quiet_NaN();
    }
    return info;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    for (std::size_t band = 0; band < row.inputs.size(); ++band) {
      read_pixels(row.inputs[band], stored_, row.outputs[band], as_, row.count);
    }
  }

 private:
  PixelType stored_;
  ReadAs as_;
};

}  // namespace

std::unique_ptr<const Node> make_calibrate(const RasterInfo& input, const ReadAs& as) {
  return std::make_unique<Calibrate>(input.type, as);
}

}  // namespace cers
