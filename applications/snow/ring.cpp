// SPDX-License-Identifier: Apache-2.0
#include "ring.hpp"

#include <algorithm>
#include <deque>

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

/// One patch of snow at a time, by flood filling. Of a patch its rim of open pixels is held, and one bit a pixel.
class Patches {
 public:
  Patches(const std::vector<std::uint8_t>& codes, Size size, const RingRules& rules)
      : codes_(codes), size_(size), rules_(rules), disk_(disk(rules.radius)), seen_(size), mine_(size) {}

  PixelBits surrounded(const std::function<bool()>& stop) {
    PixelBits result(size_);
    for (std::size_t start = 0; start < codes_.size(); ++start) {
      if (start % 1000000 == 0 && stop()) break;
      if ((codes_[start] & ring_snow) == 0 || is_set(seen_, start)) continue;
      const Patch patch = fill(start, seen_);
      if (patch.area <= rules_.least_area) continue;
      fill(start, mine_);
      const bool cloud = is_surrounded(patch);
      each_pixel(patch, [&](int, int, std::size_t pixel) {
        if (cloud) result.set(pixel);
        clear(mine_, pixel);
      });
    }
    return result;
  }

 private:
  struct Patch {
    std::int64_t area = 0;
    int left, right, top, bottom;
  };
  static bool is_set(const PixelBits& bits, std::size_t index) {
    return ((bits.words[index / 64] >> (index % 64)) & 1U) != 0;
  }
  static void clear(PixelBits& bits, std::size_t index) {
    bits.words[index / 64] &= ~(std::uint64_t{1} << (index % 64));
  }
  int column(std::size_t index) const { return static_cast<int>(index % static_cast<std::size_t>(size_.width)); }
  int line(std::size_t index) const { return static_cast<int>(index / static_cast<std::size_t>(size_.width)); }
  bool inside(int x, int y) const { return x >= 0 && y >= 0 && x < size_.width && y < size_.height; }
  bool is_snow(int x, int y) const { return (codes_[seen_.index_of(x, y)] & ring_snow) != 0; }

  /// Sets the bits of the patch around `start`.
  Patch fill(std::size_t start, PixelBits& bits) {
    Patch patch{0, column(start), column(start), line(start), line(start)};
    std::deque<std::size_t> open{start};
    bits.set(start);
    while (!open.empty()) {
      const int x = column(open.front());
      const int y = line(open.front());
      open.pop_front();
      ++patch.area;
      patch.left = std::min(patch.left, x);
      patch.right = std::max(patch.right, x);
      patch.top = std::min(patch.top, y);
      patch.bottom = std::max(patch.bottom, y);
      for (const Offset step : {Offset{1, 0}, Offset{-1, 0}, Offset{0, 1}, Offset{0, -1}}) {
        if (!inside(x + step.x, y + step.y) || !is_snow(x + step.x, y + step.y)) continue;
        const std::size_t neighbour = bits.index_of(x + step.x, y + step.y);
        if (is_set(bits, neighbour)) continue;
        bits.set(neighbour);
        open.push_back(neighbour);
      }
    }
    return patch;
  }

  template <class Visit>
  void each_pixel(const Patch& patch, const Visit& visit) const {
    for (int y = patch.top; y <= patch.bottom; ++y) {
      for (int x = patch.left; x <= patch.right; ++x) {
        const std::size_t pixel = mine_.index_of(x, y);
        if (is_set(mine_, pixel)) visit(x, y, pixel);
      }
    }
  }

  bool is_surrounded(const Patch& patch) const {
    const int r = rules_.radius;
    const Window box = Window{patch.left - r, patch.top - r, patch.right - patch.left + 1 + 2 * r,
                              patch.bottom - patch.top + 1 + 2 * r}
                           .clipped(size_);
    PixelBits ring({box.width, box.height});
    std::int64_t pixels = 0;
    std::int64_t cloudy = 0;
    each_pixel(patch, [&](int x, int y, std::size_t) {
      // Only the rim reaches beyond the patch: whatever is within the disk of an inner pixel is so of the rim too, or
      // is a hole that has a rim of its own.
      if (!is_rim(x, y)) return;
      for (const Offset step : disk_) {
        const int rx = x + step.x;
        const int ry = y + step.y;
        if (!inside(rx, ry) || is_snow(rx, ry) || ring.at(rx - box.x, ry - box.y)) continue;
        ring.set(ring.index_of(rx - box.x, ry - box.y));
        ++pixels;
        if ((codes_[seen_.index_of(rx, ry)] & ring_cloud) != 0) ++cloudy;
      }
    });
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
  PixelBits mine_;  ///< of the patch that is looked at
};

/// The codes of the whole raster, with what snow_inside_cloud() takes beside them: four bits a pixel (seen, own, ring,
/// result) and the rim of a fill, 8 bytes for some widths and heights of the image.
struct CodesReducer final : GatherReducer<std::uint8_t> {
  explicit CodesReducer(Size raster) : GatherReducer(raster), raster_size(raster) {}
  std::size_t result_bytes() const {
    const auto sides = static_cast<std::size_t>(raster_size.width) + static_cast<std::size_t>(raster_size.height);
    return GatherReducer::result_bytes() + static_cast<std::size_t>(raster_size.area()) / 2 + 16 * 8 * sides;
  }
  Size raster_size;
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
  const auto whole = graph.reduce(CodesReducer(size), codes, "snow and cloud");
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
