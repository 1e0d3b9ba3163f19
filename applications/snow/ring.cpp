// SPDX-License-Identifier: Apache-2.0
#include "ring.hpp"

#include <algorithm>
#include <limits>

#include "findings.hpp"
#include "pixel_tests.hpp"

namespace cers::snow {
namespace {

struct Offset {
  int x;
  int y;
};

std::vector<Offset> disk(int radius) {
  std::vector<Offset> offsets;
  for (int y = -radius; y <= radius; ++y)
    for (int x = -radius; x <= radius; ++x)
      if (x * x + y * y <= radius * radius) offsets.push_back({x, y});
  return offsets;
}

/// One patch of snow at a time, by flood filling.
class Patches {
 public:
  Patches(const std::vector<std::uint8_t>& codes, Size size, const RingRules& rules)
      : codes_(codes), size_(size), rules_(rules), disk_(disk(rules.radius)), seen_(size) {}

  PixelBits surrounded(const std::function<bool()>& stop) {
    PixelBits result(size_);
    for (std::size_t start = 0; start < codes_.size(); ++start) {
      if (start % 1000000 == 0 && stop()) break;
      if ((codes_[start] & ring_snow) == 0 || seen(start)) continue;
      fill(start);
      if (static_cast<std::int64_t>(patch_.size()) <= rules_.least_area || !is_surrounded()) continue;
      for (const std::size_t pixel : patch_) result.set(pixel);
    }
    return result;
  }

 private:
  bool seen(std::size_t index) const { return ((seen_.words[index / 64] >> (index % 64)) & 1U) != 0; }
  int column(std::size_t index) const { return static_cast<int>(index % static_cast<std::size_t>(size_.width)); }
  int line(std::size_t index) const { return static_cast<int>(index / static_cast<std::size_t>(size_.width)); }
  bool inside(int x, int y) const { return x >= 0 && y >= 0 && x < size_.width && y < size_.height; }
  bool is_snow(int x, int y) const { return (codes_[seen_.index_of(x, y)] & ring_snow) != 0; }

  /// patch_ becomes the patch around `start`, box_ the pixels around it.
  void fill(std::size_t start) {
    patch_.assign(1, start);
    seen_.set(start);
    int left = column(start);
    int right = left;
    int top = line(start);
    int bottom = top;
    for (std::size_t next = 0; next < patch_.size(); ++next) {
      const int x = column(patch_[next]);
      const int y = line(patch_[next]);
      left = std::min(left, x);
      right = std::max(right, x);
      top = std::min(top, y);
      bottom = std::max(bottom, y);
      for (const Offset step : {Offset{1, 0}, Offset{-1, 0}, Offset{0, 1}, Offset{0, -1}}) {
        if (!inside(x + step.x, y + step.y) || !is_snow(x + step.x, y + step.y)) continue;
        const std::size_t neighbour = seen_.index_of(x + step.x, y + step.y);
        if (seen(neighbour)) continue;
        seen_.set(neighbour);
        patch_.push_back(neighbour);
      }
    }
    box_ = Window{left - rules_.radius, top - rules_.radius, right - left + 1 + 2 * rules_.radius,
                  bottom - top + 1 + 2 * rules_.radius}
               .clipped(size_);
  }

  bool is_surrounded() const {
    PixelBits ring({box_.width, box_.height});
    std::int64_t pixels = 0;
    std::int64_t cloudy = 0;
    for (const std::size_t pixel : patch_) {
      const int x = column(pixel);
      const int y = line(pixel);
      // Only the rim reaches beyond the patch: whatever is within the disk of an inner pixel is so of the rim too, or
      // is a hole that has a rim of its own.
      if (!is_rim(x, y)) continue;
      for (const Offset step : disk_) {
        const int rx = x + step.x;
        const int ry = y + step.y;
        if (!inside(rx, ry) || is_snow(rx, ry) || ring.at(rx - box_.x, ry - box_.y)) continue;
        ring.set(ring.index_of(rx - box_.x, ry - box_.y));
        ++pixels;
        if ((codes_[seen_.index_of(rx, ry)] & ring_cloud) != 0) ++cloudy;
      }
    }
    return pixels > 0 && static_cast<double>(cloudy) > rules_.cloud_share * static_cast<double>(pixels);
  }

  bool is_rim(int x, int y) const {
    for (const Offset step : {Offset{1, 0}, Offset{-1, 0}, Offset{0, 1}, Offset{0, -1}})
      if (!inside(x + step.x, y + step.y) || !is_snow(x + step.x, y + step.y)) return true;
    return false;
  }

  const std::vector<std::uint8_t>& codes_;
  Size size_;
  RingRules rules_;
  std::vector<Offset> disk_;
  PixelBits seen_;
  std::vector<std::size_t> patch_;
  Window box_;
};

/// Inputs: flags, bits.
class AddRing final : public PixelwiseNode {
 public:
  std::string name() const override { return "snow inside cloud"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto flags = row.in<std::uint8_t>(0);
    const auto inside = row.in<std::uint8_t>(1);
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i)
      out[i] = static_cast<std::uint8_t>(flags[i] | (inside[i] != 0 ? bit(Flag::high_cloud) : 0));
  }
};

}  // namespace

PixelBits snow_inside_cloud(const std::vector<std::uint8_t>& snow_and_cloud, Size size, const RingRules& rules,
                            const std::function<bool()>& stop) {
  return Patches(snow_and_cloud, size, rules).surrounded(stop);
}

Edge without_snow_inside_cloud(Graph& graph, const Inputs& inputs, const SnowRules& rules, const RingRules& ring) {
  const Edge codes = snow_and_cloud(graph, inputs, rules);
  const Size size = inputs.grid.size;
  const auto whole = graph.reduce(GatherReducer<std::uint8_t>(size), codes, "snow and cloud");
  const LateBits bits = graph.then(
      [size, ring](const TaskContext& context, const std::vector<std::uint8_t>& pixels) {
        return std::make_shared<const PixelBits>(
            snow_inside_cloud(pixels, size, ring, [&] { return context.stop.stop_requested(); }));
      },
      "snow inside cloud", whole);
  const Edge inside = graph.add(make_pixel_bits(inputs.grid, bits, 0, 0, "inside cloud"), {}, {bits});
  return graph.add(std::make_unique<AddRing>(), {inputs.flags, inside});
}

}  // namespace cers::snow
