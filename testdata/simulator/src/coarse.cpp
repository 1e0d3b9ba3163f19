// SPDX-License-Identifier: Apache-2.0
#include "coarse.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace cers::simulator {
namespace {

Window under(const Window& output, int factor, const Size& size) {
  const int x = output.x * factor;
  const int y = output.y * factor;
  return {x, y, std::min(output.right() * factor, size.width) - x, std::min(output.bottom() * factor, size.height) - y};
}

float mean_of(const Plane<const float>& in, const Window& from) {
  double sum = 0;
  int count = 0;
  for (int y = from.y; y < from.bottom(); ++y) {
    for (int x = from.x; x < from.right(); ++x) {
      const float value = in.at(x, y);
      if (value != value) continue;
      sum += static_cast<double>(value);
      ++count;
    }
  }
  return count > 0 ? static_cast<float>(sum / count) : std::numeric_limits<float>::quiet_NaN();
}

class CoarseMean final : public Node {
 public:
  CoarseMean(const std::vector<int>& bands, const Grid& from, int factor)
      : bands_(bands), size_(from.size), grid_(coarser(from, factor)), factor_(factor) {}
  std::string name() const override { return "coarse mean"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    for (int band : bands_) info.bands.push_back(inputs[0].bands.at(static_cast<std::size_t>(band)));
    return info;
  }
  Window required(std::size_t, Window output) const override { return under(output, factor_, size_); }
  double cost() const override { return 2.0 * factor_ * factor_ * static_cast<double>(bands_.size()); }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    for (std::size_t k = 0; k < bands_.size(); ++k) {
      const auto in = inputs[0]->plane<float>(bands_[k]);
      const auto out = output.plane<float>(static_cast<int>(k));
      for (int y = w.y; y < w.bottom(); ++y) {
        for (int x = w.x; x < w.right(); ++x) out.at(x, y) = mean_of(in, under({x, y, 1, 1}, factor_, size_));
      }
    }
  }

 private:
  std::vector<int> bands_;
  Size size_;
  Grid grid_;
  int factor_;
};

class CoarseSample final : public Node {
 public:
  CoarseSample(const RasterInfo& input, int factor)
      : size_(input.grid.size), grid_(coarser(input.grid, factor)), factor_(factor) {}
  std::string name() const override { return "coarse sample"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.grid = grid_;
    info.bands.assign(info.bands.size(), BandInfo());
    return info;
  }
  Window required(std::size_t, Window output) const override { return under(output, factor_, size_); }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const Block& input = *inputs[0];
    const std::size_t size = bytes_of(output.type());
    for (int band = 0; band < output.bands(); ++band) {
      for (int y = w.y; y < w.bottom(); ++y) {
        const int row = std::min(y * factor_ + factor_ / 2, size_.height - 1);
        const std::byte* from =
            input.band_data(band) + static_cast<std::size_t>(row - input.window().y) * input.stride_bytes();
        std::byte* to = output.band_data(band) + static_cast<std::size_t>(y - w.y) * output.stride_bytes();
        for (int x = w.x; x < w.right(); ++x, to += size) {
          const int column = std::min(x * factor_ + factor_ / 2, size_.width - 1);
          std::memcpy(to, from + static_cast<std::size_t>(column - input.window().x) * size, size);
        }
      }
    }
  }

 private:
  Size size_;
  Grid grid_;
  int factor_;
};

class Picture final : public Node {
 public:
  Picture(const std::vector<int>& bands, const Grid& from, int factor, float white)
      : bands_(bands), size_(from.size), grid_(coarser(from, factor)), factor_(factor), white_(white) {}
  std::string name() const override { return "picture"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {BandInfo(), BandInfo(), BandInfo()}, PixelType::u8};
  }
  Window required(std::size_t, Window output) const override { return under(output, factor_, size_); }
  double cost() const override { return 6.0 * factor_ * factor_; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    for (std::size_t k = 0; k < bands_.size(); ++k) {
      const auto in = inputs[0]->plane<float>(bands_[k]);
      const auto out = output.plane<std::uint8_t>(static_cast<int>(k));
      for (int y = w.y; y < w.bottom(); ++y) {
        for (int x = w.x; x < w.right(); ++x) {
          const float mean = mean_of(in, under({x, y, 1, 1}, factor_, size_));
          out.at(x, y) = mean == mean ? static_cast<std::uint8_t>(clamped(1.5F + 254.0F * mean / white_, 1.0F, 255.0F))
                                      : std::uint8_t{0};
        }
      }
    }
  }

 private:
  std::vector<int> bands_;
  Size size_;
  Grid grid_;
  int factor_;
  float white_;
};

}  // namespace

Grid coarser(const Grid& grid, int factor) {
  Grid coarse = grid;
  coarse.size = {(grid.size.width + factor - 1) / factor, (grid.size.height + factor - 1) / factor};
  coarse.transform.a[1] *= factor;
  coarse.transform.a[5] *= factor;
  return coarse;
}

std::unique_ptr<const Node> make_coarse_mean(const std::vector<int>& bands, const Grid& from, int factor) {
  return std::make_unique<CoarseMean>(bands, from, factor);
}
std::unique_ptr<const Node> make_coarse_sample(const RasterInfo& input, int factor) {
  return std::make_unique<CoarseSample>(input, factor);
}
std::unique_ptr<const Node> make_picture(const std::vector<int>& bands, const Grid& from, int factor, float white) {
  return std::make_unique<Picture>(bands, from, factor, white);
}

}  // namespace cers::simulator
