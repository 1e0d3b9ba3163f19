// SPDX-License-Identifier: Apache-2.0
#include "stored.hpp"

#include <type_traits>

namespace cers::simulator {
namespace {

class Stored final : public PixelwiseNode {
 public:
  Stored(const Storage& storage, int band) : storage_(storage), band_(band) {}
  std::string name() const override { return "store"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    // Raw numbers: scale and missing value are told by the product's metadata, not by tags of the file.
    return {inputs[0].grid, {BandInfo()}, storage_.type};
  }
  double cost() const override { return 2; }
  void compute_row(const RowArgs& row, Scratch*) const override { visit_type(row); }

 private:
  template <class T>
  void convert(const RowArgs& row) const {
    const auto in = row.in<float>(static_cast<std::size_t>(band_));
    const auto out = row.out<T>(0);
    const double factor = 1 / storage_.scale;
    for (std::size_t i = 0; i < row.count; ++i) {
      const double value = (static_cast<double>(in[i]) - storage_.offset) * factor;
      if constexpr (std::is_floating_point_v<T>) {
        out[i] = static_cast<T>(in[i] == in[i] ? value : storage_.missing);
        continue;
      }
      const double near = value < 0 ? value - 0.5 : value + 0.5;
      const double kept = near < storage_.least ? storage_.least : (near > storage_.most ? storage_.most : near);
      out[i] = static_cast<T>(in[i] == in[i] ? kept : storage_.missing);
    }
  }
  void visit_type(const RowArgs& row) const {
    switch (storage_.type) {
      case PixelType::i16:
        return convert<std::int16_t>(row);
      case PixelType::u16:
        return convert<std::uint16_t>(row);
      case PixelType::u8:
        return convert<std::uint8_t>(row);
      default:
        CERS_EXPECT(storage_.type == PixelType::f32);
        return convert<float>(row);
    }
  }

  Storage storage_;
  int band_;
};

}  // namespace

std::unique_ptr<const Node> make_stored(const Storage& storage, int band) {
  return std::make_unique<Stored>(storage, band);
}

}  // namespace cers::simulator
