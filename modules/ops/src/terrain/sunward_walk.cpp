// SPDX-License-Identifier: Apache-2.0
#include "sunward_walk.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cers/core/vector_clones.hpp"

namespace cers {
namespace {

/// With pixels of 20 m half the way around the Earth: a bound for suns on the horizon.
constexpr double most_steps = 1e6;

/// Pixels to be looked at: the height range seen at the sun's elevation, in whole pixels as rastertools takes it.
int reach_in_pixels(const HeightField& field, double pixel_m, double tangent) {
  const double range = static_cast<double>(field.highest) - static_cast<double>(field.lowest);
  return static_cast<int>(std::min(std::trunc(std::trunc(range / pixel_m) / tangent), most_steps));
}

/// The least tangent, in single precision, whose angle in single precision exceeds that of the sun: the precision of
/// the reference, which tells where the ground just reaches the sun.
float least_dark_tangent(double elevation_rad) {
  const auto sun = static_cast<float>(elevation_rad);
  const auto exceeds = [&](float tangent) { return static_cast<float>(std::atan(static_cast<double>(tangent))) > sun; };
  constexpr float up = std::numeric_limits<float>::infinity();
  auto tangent = static_cast<float>(std::tan(elevation_rad));
  while (exceeds(tangent)) tangent = std::nextafter(tangent, -up);
  while (!exceeds(tangent)) tangent = std::nextafter(tangent, up);
  return tangent;
}

float tangent_of(float ahead, float here, float distance) {
  return (ahead - here) / distance;
}

CERS_VECTOR_CLONES void mark(const float* ahead, const float* here, float distance, float least,
                             std::uint8_t* __restrict dark, int count) {
  for (int i = 0; i < count; ++i)
    dark[i] = static_cast<std::uint8_t>(dark[i] | ((ahead[i] - here[i]) / distance >= least ? 1 : 0));
}

void mark_by_one(float ahead, const float* here, float distance, float least, std::uint8_t* dark, int count) {
  for (int i = 0; i < count; ++i) {
    if (tangent_of(ahead, here[i], distance) >= least) dark[i] = 1;
  }
}

}  // namespace

HeightField height_field(Size size, std::vector<float> heights) {
  HeightField field{size, std::move(heights)};
  bool any = false;
  for (float& z : field.heights) {
    if (std::isnan(z)) {
      z = 0;
      continue;
    }
    field.lowest = any ? std::min(field.lowest, z) : z;
    field.highest = any ? std::max(field.highest, z) : z;
    any = true;
  }
  return field;
}

SunwardWalk::SunwardWalk(std::shared_ptr<const HeightField> field, double pixel_m, const SunPosition& sun)
    : field_(std::move(field)), night_(!(sun.elevation_deg > 0)) {
  if (night_ || sun.elevation_deg >= 90) return;
  constexpr double radians = std::numbers::pi / 180;
  least_ = least_dark_tangent(sun.elevation_deg * radians);
  const int reach = reach_in_pixels(*field_, pixel_m, std::tan(sun.elevation_deg * radians));
  const double right = std::sin(sun.azimuth_deg * radians);
  const double down = -std::cos(sun.azimuth_deg * radians);
  const bool by_lines = std::abs(down) > std::abs(right);
  const double slope = by_lines ? std::abs(right / down) : std::abs(down / right);
  const int column = right < 0 ? -1 : 1;
  const int line = down < 0 ? -1 : 1;
  // Bresenham's line: one pixel along the axis that the azimuth follows more, aside where the way off exceeds a half.
  Step at{0, 0, 0};
  double off = 0;
  double distance = 0;
  while (distance < reach) {
    (by_lines ? at.lines : at.columns) += by_lines ? line : column;
    off += slope;
    if (off > 0.5) {
      (by_lines ? at.columns : at.lines) += by_lines ? column : line;
      off -= 1;
    }
    distance = std::hypot(at.columns, at.lines);
    at.metres = static_cast<float>(distance * pixel_m);
    steps_.push_back(at);
  }
}

void SunwardWalk::row(int x, int y, std::span<std::uint8_t> dark) const {
  std::fill(dark.begin(), dark.end(), night_ ? std::uint8_t{1} : std::uint8_t{0});
  if (steps_.empty()) return;
  const auto [width, height] = field_->size;
  const auto line_of = [&, columns = width](int line) {
    return field_->heights.data() + static_cast<std::ptrdiff_t>(line) * columns;
  };
  const int count = static_cast<int>(dark.size());
  const float* here = line_of(y) + x;
  const float lowest = *std::min_element(here, here + count);
  for (const Step& step : steps_) {
    if (tangent_of(field_->highest, lowest, step.metres) < least_) break;
    // Beyond the raster its rim repeats.
    const float* ahead = line_of(std::clamp(y + step.lines, 0, height - 1));
    const int column = x + step.columns;
    const int first = std::clamp(-column, 0, count);
    const int last = std::clamp(width - column, first, count);
    mark_by_one(ahead[0], here, step.metres, least_, dark.data(), first);
    if (first < last)
      mark(ahead + (column + first), here + first, step.metres, least_, dark.data() + first, last - first);
    mark_by_one(ahead[width - 1], here + last, step.metres, least_, dark.data() + last, count - last);
  }
}

namespace {

class WalkedShadow final : public Node {
 public:
  WalkedShadow(const RasterInfo& altitude, Late<std::shared_ptr<const HeightField>> late, const SunPosition& sun)
      : grid_(altitude.grid), late_(late), sun_(sun) {}
  std::string name() const override { return "walked shadow"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {BandInfo{}}, PixelType::u8};
    info.bands[0].name = "shadow";
    return info;
  }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    auto bound = std::make_unique<WalkedShadow>(*this);
    bound->walk_ = std::make_shared<const SunwardWalk>(values.get(late_), grid_.transform.a[1], sun_);
    return bound;
  }
  double cost() const override { return 60; }
  void compute(std::span<const Block* const>, Block& output, Scratch*) const override {
    const Window w = output.window();
    for (int y = w.y; y < w.bottom(); ++y) walk_->row(w.x, y, output.plane<std::uint8_t>(0).row(y));
  }

 private:
  Grid grid_;
  Late<std::shared_ptr<const HeightField>> late_;
  SunPosition sun_;
  std::shared_ptr<const SunwardWalk> walk_;
};

/// The whole raster as a height field.
class HeightReducer : public GatherReducer<float> {
 public:
  using Result = std::shared_ptr<const HeightField>;
  explicit HeightReducer(Size size) : GatherReducer(size), size_(size) {}
  Result finish(State&& state) const {
    return std::make_shared<const HeightField>(height_field(size_, GatherReducer::finish(std::move(state))));
  }

 private:
  Size size_;
};

}  // namespace

Edge add_walked_shadow(Graph& graph, Edge altitude, const SunPosition& sun) {
  const RasterInfo& info = graph.info(altitude);
  CERS_EXPECT(info.type == PixelType::f32 && info.bands.size() == 1);
  const auto field = graph.reduce(HeightReducer(info.grid.size), altitude, "terrain");
  return graph.add(std::make_unique<WalkedShadow>(info, field, sun), {}, {field});
}

}  // namespace cers
