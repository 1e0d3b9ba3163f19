// SPDX-License-Identifier: Apache-2.0
#include "align.hpp"

#include <cstring>

namespace cers::simulator {
namespace {

class Repeat final : public Node {
 public:
  Repeat(const RasterInfo& input, const Grid& grid, const char* name)
      : name_(name), grid_(grid), nest_(nest_of(input.grid, grid)) {}
  std::string name() const override { return name_; }
  std::string signature() const override { return grid_.text(); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.grid = grid_;
    return info;
  }
  Window required(std::size_t, Window output) const override { return nest_.coarse(output); }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const Block& input = *inputs[0];
    const std::size_t size = bytes_of(output.type());
    for (int band = 0; band < output.bands(); ++band) {
      for (int y = w.y; y < w.bottom(); ++y) {
        const int row = floor_quotient(y - nest_.row, nest_.factor);
        const std::byte* from =
            input.band_data(band) + static_cast<std::size_t>(row - input.window().y) * input.stride_bytes();
        std::byte* to = output.band_data(band) + static_cast<std::size_t>(y - w.y) * output.stride_bytes();
        const auto column = [&](int x) {
          return static_cast<std::size_t>(floor_quotient(x - nest_.column, nest_.factor) - input.window().x);
        };
        if (nest_.factor == 1) {
          std::memcpy(to, from + column(w.x) * size, static_cast<std::size_t>(w.width) * size);
          continue;
        }
        for (int x = w.x; x < w.right(); ++x, to += size) std::memcpy(to, from + column(x) * size, size);
      }
    }
  }

 private:
  const char* name_;
  Grid grid_;
  Nest nest_;
};

}  // namespace

std::unique_ptr<const Node> make_align(const RasterInfo& input, const Grid& grid) {
  CERS_EXPECT(nest_of(input.grid, grid).factor == 1);
  return std::make_unique<Repeat>(input, grid, "align");
}

std::unique_ptr<const Node> make_repeat(const RasterInfo& input, const Grid& grid) {
  return std::make_unique<Repeat>(input, grid, "repeat");
}

}  // namespace cers::simulator
