// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/whole_raster.hpp"

namespace cers {
namespace {

class BitsNode final : public PixelwiseNode {
 public:
  BitsNode(Grid grid, LateBits late, int column, int line, std::string name)
      : grid_(std::move(grid)), late_(late), column_(column), line_(line), name_(std::move(name)) {}
  std::string name() const override { return name_; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    BandInfo band;
    band.name = name_;
    return {grid_, {band}, PixelType::u8};
  }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    auto bound = std::make_unique<BitsNode>(*this);
    bound->bits_ = values.get(late_);
    return bound;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const int x = row.x + static_cast<int>(i) + column_;
      const int y = row.y + line_;
      const bool inside = x >= 0 && y >= 0 && x < bits_->size.width && y < bits_->size.height;
      out[i] = inside && bits_->at(x, y) ? 1 : 0;
    }
  }

 private:
  Grid grid_;
  LateBits late_;
  int column_;
  int line_;
  std::string name_;
  std::shared_ptr<const PixelBits> bits_;
};

}  // namespace

std::unique_ptr<const Node> make_pixel_bits(const Grid& grid, LateBits bits, int column, int line, std::string name) {
  return std::make_unique<BitsNode>(grid, bits, column, line, std::move(name));
}

}  // namespace cers
