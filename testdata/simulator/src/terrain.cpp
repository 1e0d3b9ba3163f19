// SPDX-License-Identifier: Apache-2.0
#include "terrain.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cers/core/text.hpp"
#include "cers/core/vector_clones.hpp"

namespace cers::simulator {
namespace {

constexpr float foot = 0.18F;        // of the relief: what a massif rises by without its crests
constexpr float first_ridge = 0.6F;  // of the relief: the largest crests
constexpr float ridge_gain = 0.45F;  // of the amplitude from octave to octave
constexpr HalfMetres finest_ridge = 200;
constexpr float least_swell = 5;  // m, of plains
constexpr float most_swell = 25;  // m, more on massifs
constexpr std::array<float, 3> swells = {4, 1, 1};

// Musgrave's ridged multifractal: crests where the noise is 0, detail only on high ground.
CERS_VECTOR_CLONES void ridge(const float* noise, float amplitude, float* weight, float* sum, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    float crest = 1.0F - 2.0F * (noise[i] < 0 ? -noise[i] : noise[i]);
    crest = crest < 0 ? 0 : crest * crest * weight[i];
    sum[i] += amplitude * crest;
    const float next = 1.6F * crest;
    weight[i] = next > 1 ? 1 : next;
  }
}

// Fells: no crests, smooth from hollow to top.
constexpr float first_fell = 0.55F;
constexpr float fell_gain = 0.3F;
void fell(const float* noise, float amplitude, float part, float* sum, std::size_t count) {
  constexpr float half_range = 0.45F;  // two and a half deviations of the noise
  for (std::size_t i = 0; i < count; ++i) sum[i] += part * amplitude * smooth_step(-half_range, half_range, noise[i]);
}

// Mountains stand where the massif is high: gentle plains elsewhere.
CERS_VECTOR_CLONES void shape(const float* ridges, const float* massif, const float* swell, float level, float plain,
                              float relief, float* out, std::size_t count) {
  constexpr float flank = 1.1F;  // of the massif, in standard deviations, from plain to full height
  for (std::size_t i = 0; i < count; ++i) {
    float t = (massif[i] - level) * (1.0F / flank);
    t = t < 0 ? 0 : (t > 1 ? 1 : t);
    const float rise = t * t * (3.0F - 2.0F * t);
    out[i] = plain + relief * rise * (foot + ridges[i]) + swell[i] * (least_swell + most_swell * rise);
  }
}

// An old surface of erosion in mid-slope: ground between two levels lies in a narrow range, what is higher stands on
// it.
void plane_down(float plain, float relief, float share, std::span<const float> massif, std::span<float> altitude) {
  constexpr float level = 0.26F;  // of the relief, where the massif is at its mean
  constexpr float tilt = 0.07F;   // higher in its middle: of the relief per standard deviation
  constexpr float taken = 0.65F;  // of the range
  const float width = share * relief;
  for (std::size_t i = 0; i < altitude.size(); ++i) {
    const float low = plain + relief * (level + tilt * massif[i]);
    altitude[i] -= taken * width * smooth_step(0, 1.3F * width, altitude[i] - low);
  }
}

constexpr float shore = 0.9F;  // beyond the water, in radii, to where the terrain is untouched

}  // namespace

AltitudeRange altitude_bound(const Recipe& recipe) {
  // Sums of what ridge() and shape() can give at most. Gradient noise lies within ± 1.
  double crests = 0;
  auto amplitude = static_cast<double>(first_ridge);
  const auto finest = static_cast<HalfMetres>(2 * recipe.finest_cell);
  constexpr auto gain = static_cast<double>(ridge_gain);
  for (auto cell = static_cast<HalfMetres>(recipe.relief_cell); cell >= finest; cell /= 2, amplitude *= gain)
    crests += cell > finest_ridge ? amplitude : 0.5 * amplitude;
  const auto swell = static_cast<double>((swells[0] + swells[1] + swells[2]) * (least_swell + most_swell));
  const double height = recipe.relief * (static_cast<double>(foot) + crests);
  return {recipe.plain_altitude - swell, recipe.plain_altitude + height + swell};
}

Terrain::Terrain(const Recipe& recipe, double turbidity)
    : seed_(seed_of(recipe.seed, 1)),
      lake_seed_(seed_of(recipe.seed, 2)),
      plain_(static_cast<float>(recipe.plain_altitude)),
      relief_(static_cast<float>(recipe.relief)),
      // Of a nearly normal field: 1.6 standard deviations span the shares from 0.1 to 0.9.
      level_(static_cast<float>(3.2 * (recipe.plain_share - 0.5))),
      cell_(static_cast<HalfMetres>(2 * recipe.relief_cell)),
      finest_(static_cast<HalfMetres>(2 * recipe.finest_cell)),
      lake_cell_(static_cast<HalfMetres>(2 * recipe.lake_cell)),
      lake_share_(static_cast<float>(recipe.lake_share)),
      turbidity_(static_cast<float>(turbidity)),
      planed_(static_cast<float>(recipe.high_plains)),
      rounded_(static_cast<float>(recipe.rounded)),
      lake_size_(static_cast<float>(recipe.lake_size)) {}

void Terrain::dry_row(HalfMetres x0, HalfMetres step, HalfMetres y, std::span<float> out) const {
  const std::size_t count = out.size();
  std::vector<float> work(count * 5);
  const auto part = [&](std::size_t k) { return std::span<float>(work.data() + k * count, count); };
  const std::span<float> noise = part(0);
  const std::span<float> weight = part(1);
  const std::span<float> ridges = part(2);
  const std::span<float> swell = part(3);
  const std::span<float> massif = part(4);
  fractal_row(mixed(seed_ + 200), cell_, 3, 0.45F, x0, step, y, massif);
  std::fill(weight.begin(), weight.end(), 1.0F);
  float amplitude = first_ridge;
  float round_amplitude = first_fell;
  std::uint32_t octave = 0;
  // Crests down to 100 m; below, plain noise, for every stone would else be an edge.
  for (HalfMetres cell = cell_ / 2; cell >= finest_;
       cell /= 2, amplitude *= ridge_gain, round_amplitude *= fell_gain, ++octave) {
    const std::uint32_t seed = mixed(seed_ + octave);
    if (cell > finest_ridge) {
      noise_row(seed, cell, x0, step, y, noise);
      if (rounded_ < 1) ridge(noise.data(), amplitude * (1.0F - rounded_), weight.data(), ridges.data(), count);
      if (rounded_ > 0) fell(noise.data(), round_amplitude, rounded_, ridges.data(), count);
    } else if (rounded_ > 0) {
      add_noise_row(seed, cell, x0, step, y, 0.5F * round_amplitude, ridges);
    } else {
      add_noise_row(seed, cell, x0, step, y, 0.5F * amplitude, ridges);
    }
  }
  HalfMetres swell_cell = cell_ / 4;
  for (std::size_t k = 0; k < swells.size() && swell_cell > 8; swell_cell /= 4, ++k) {
    add_noise_row(mixed(seed_ + 100 + static_cast<std::uint32_t>(k)), swell_cell, x0, step, y, swells[k], swell);
  }
  shape(ridges.data(), massif.data(), swell.data(), level_, plain_, relief_, out.data(), count);
  if (planed_ > 0) plane_down(plain_, relief_, planed_, massif, out);
}

std::vector<Lake> Terrain::lakes_in(HalfMetres west, HalfMetres south, HalfMetres east, HalfMetres north) const {
  std::vector<Lake> lakes;
  const int reach = lake_cell_;  // a lake keeps well inside one cell of its own
  for (int row = floor_quotient(south - reach, lake_cell_); row <= floor_quotient(north + reach, lake_cell_); ++row) {
    for (int column = floor_quotient(west - reach, lake_cell_); column <= floor_quotient(east + reach, lake_cell_);
         ++column) {
      const std::uint32_t h = hashed(lake_seed_, column, row);
      if (unit(h) >= lake_share_) continue;
      const float side = static_cast<float>(lake_cell_);
      const std::uint32_t h2 = mixed(h + 1);
      const std::uint32_t h3 = mixed(h + 2);
      const float size = unit(mixed(h + 3));
      Lake lake{column * lake_cell_ + static_cast<int>((0.3F + 0.4F * unit(h2)) * side),
                row * lake_cell_ + static_cast<int>((0.3F + 0.4F * unit(h3)) * side),
                lake_size_ * side * (0.025F + 0.09F * size * size), 0, unit(mixed(h + 4)) < turbidity_};
      const float outer = lake.radius * (1.3F + shore);
      const auto misses = [&](HalfMetres place, HalfMetres low, HalfMetres high) {
        return static_cast<float>(place) + outer < static_cast<float>(low) ||
               static_cast<float>(place) - outer > static_cast<float>(high);
      };
      if (misses(lake.x, west, east) || misses(lake.y, south, north)) continue;
      const int r = static_cast<int>(lake.radius);
      std::array<float, 5> around{};
      const std::array<std::array<int, 2>, 5> at = {{{0, 0}, {r, 0}, {-r, 0}, {0, r}, {0, -r}}};
      for (std::size_t i = 0; i < around.size(); ++i) {
        dry_row(lake.x + at[i][0], 1, lake.y + at[i][1], {&around[i], 1});
      }
      const auto [low, high] = std::minmax_element(around.begin(), around.end());
      // No lake on a slope steeper than one in four over its width.
      if (*high - *low > 0.25F * lake.radius) continue;
      lake.level = *low;
      lakes.push_back(lake);
    }
  }
  return lakes;
}

void Terrain::add_lakes(const std::vector<Lake>& lakes, HalfMetres x0, HalfMetres step, HalfMetres y,
                        std::span<float> altitude, std::span<float> water, std::span<std::uint8_t> turbid) const {
  if (!water.empty()) std::fill(water.begin(), water.end(), 1.0F);
  const int count = static_cast<int>(altitude.size());
  for (const Lake& lake : lakes) {
    const float outer = lake.radius * (1.3F + shore);
    const float dy = static_cast<float>(y - lake.y);
    if (dy * dy > outer * outer) continue;
    const int reach = static_cast<int>(outer);
    const int first = std::clamp(floor_quotient(lake.x - reach - x0, step), 0, count);
    const int last = std::clamp(floor_quotient(lake.x + reach - x0, step) + 1, 0, count);
    for (int i = first; i < last; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const HalfMetres x = x0 + i * step;
      const float dx = static_cast<float>(x - lake.x);
      const float bend = noise_at(lake_seed_ + 7, std::max(8, static_cast<int>(lake.radius)), x, y) +
                         0.4F * noise_at(lake_seed_ + 8, std::max(8, static_cast<int>(lake.radius / 3)), x, y);
      const float outside = std::sqrt(dx * dx + dy * dy) / lake.radius - 1.0F + 0.8F * clamped(bend, -0.3F, 0.3F);
      if (outside >= shore) continue;
      const float keep = smooth_step(0, shore, outside);
      altitude[at] = lake.level + keep * (altitude[at] - lake.level);
      if (!water.empty()) water[at] = std::min(water[at], outside);
      if (!turbid.empty() && outside <= 0) turbid[at] = lake.turbid;
    }
  }
}

namespace {

class TerrainNode final : public Node {
 public:
  TerrainNode(const Recipe& recipe, const Grid& grid, bool with_water, double turbidity)
      : terrain_(recipe, turbidity), grid_(grid), frame_(frame_of(grid)), with_water_(with_water) {}

  std::string name() const override { return "terrain"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    info.bands.push_back(band_named("altitude", "m"));
    if (with_water_) info.bands.insert(info.bands.end(), {band_named("shore"), band_named("turbid")});
    return info;
  }
  double cost() const override { return 30; }
  void compute(std::span<const Block* const>, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto lakes = terrain_.lakes_in(frame_.x(w.x), frame_.y(w.bottom()), frame_.x(w.right()), frame_.y(w.y));
    const auto altitude = output.plane<float>(0);
    std::vector<std::uint8_t> turbid(with_water_ ? static_cast<std::size_t>(w.width) : 0);
    for (int y = w.y; y < w.bottom(); ++y) {
      terrain_.dry_row(frame_.x(w.x), frame_.step, frame_.y(y), altitude.row(y));
      std::fill(turbid.begin(), turbid.end(), std::uint8_t{0});
      const auto water = with_water_ ? output.plane<float>(1).row(y) : std::span<float>();
      terrain_.add_lakes(lakes, frame_.x(w.x), frame_.step, frame_.y(y), altitude.row(y), water, turbid);
      if (with_water_) std::copy(turbid.begin(), turbid.end(), output.plane<float>(2).row(y).begin());
    }
  }

 private:
  Terrain terrain_;
  Grid grid_;
  Frame frame_;
  bool with_water_;
};

}  // namespace

std::unique_ptr<const Node> make_terrain(const Recipe& recipe, const Grid& grid, bool with_water, double turbidity) {
  return std::make_unique<TerrainNode>(recipe, grid, with_water, turbidity);
}

}  // namespace cers::simulator
