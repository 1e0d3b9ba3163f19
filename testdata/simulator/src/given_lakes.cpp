// SPDX-License-Identifier: Apache-2.0
#include "given_lakes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "cers/ops/warp.hpp"
#include "frame.hpp"
#include "given_dem.hpp"
#include "terrain.hpp"

namespace cers::simulator {
namespace {

constexpr int places = 24;          // along a side of a square
constexpr float least_depth = 2;    // m, of a depression
constexpr float flattest = 0.005F;  // slope of the ground of a round lake
constexpr int around = 2;           // places each way that must be flat
constexpr int inside = 5;           // places from the rim to the middle of a round lake: it keeps within its square
constexpr float shore_rise = 5;     // m above a depression's water to where the shore counts as left behind
constexpr float missing = std::numeric_limits<float>::quiet_NaN();

/// Bands of the squares' raster.
enum SquareBand {
  square_level,   ///< m; NaN where there is no lake
  square_column,  ///< of the place in the middle of a round lake
  square_row,
  square_radius,  ///< m; 0: a depression
  square_turbid,
  square_bands
};

/// Metres between places: a multiple of 5, so that every tile has the same ones.
int spacing_of(const Recipe& recipe) {
  return std::max(1, static_cast<int>(std::lround(recipe.lake_cell / places / 5))) * 5;
}

struct Altitudes {
  float at[places][places];  ///< row, column
};

/// One pixel a square: what lake it holds. Input: altitudes (one band f32) on a lake_lattice().
class LakeSquares final : public Node {
 public:
  LakeSquares(const Recipe& recipe, const Grid& lattice, double turbidity)
      : grid_(lattice),
        spacing_(static_cast<float>(spacing_of(recipe))),
        share_(static_cast<float>(recipe.lake_share)),
        turbidity_(static_cast<float>(turbidity)),
        seed_(seed_of(recipe.seed, 3)) {
    const double side = places * lattice.transform.a[1];
    grid_.size = {lattice.size.width / places, lattice.size.height / places};
    grid_.transform.a[1] = side;
    grid_.transform.a[5] = -side;
    column_ = static_cast<int>(std::lround(grid_.transform.a[0] / side));
    row_ = static_cast<int>(std::lround(grid_.transform.a[3] / side));
  }
  std::string name() const override { return "lake squares"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    for (const char* band : {"level", "column", "row", "radius", "turbid"}) info.bands.push_back(band_named(band));
    return info;
  }
  Window required(std::size_t, Window output) const override {
    return {output.x * places, output.y * places, output.width * places, output.height * places};
  }
  double cost() const override { return 10.0 * places * places; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto altitude = inputs[0]->plane<float>(0);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        Altitudes z{};
        for (int j = 0; j < places; ++j) {
          for (int i = 0; i < places; ++i) z.at[j][i] = altitude.at(x * places + i, y * places + j);
        }
        write(found(z, hashed(seed_, column_ + x, row_ - y)), output, x, y);
      }
    }
  }

 private:
  struct Found {
    float level = missing;
    int column = 0;
    int row = 0;
    float radius = 0;
    bool turbid = false;
  };
  static void write(const Found& lake, Block& output, int x, int y) {
    const auto put = [&](SquareBand band, float value) { output.plane<float>(band).at(x, y) = value; };
    put(square_level, lake.level);
    put(square_column, static_cast<float>(lake.column));
    put(square_row, static_cast<float>(lake.row));
    put(square_radius, lake.radius);
    put(square_turbid, lake.turbid ? 1.0F : 0.0F);
  }

  Found found(const Altitudes& z, std::uint32_t h) const {
    Found lake;
    float rim = std::numeric_limits<float>::max();
    float bottom = std::numeric_limits<float>::max();
    for (int j = 0; j < places; ++j) {
      for (int i = 0; i < places; ++i) {
        const float here = z.at[j][i];
        if (here != here) return lake;
        const bool at_rim = i == 0 || j == 0 || i == places - 1 || j == places - 1;
        float& lowest = at_rim ? rim : bottom;
        lowest = std::min(lowest, here);
      }
    }
    lake.turbid = unit(mixed(h + 4)) < turbidity_;
    const float depth = rim - bottom;
    if (depth >= least_depth) {
      // Between places the rim may dip a little: the water stays below it.
      lake.level = bottom + depth * (0.5F + 0.3F * unit(mixed(h + 1)));
      return lake;
    }
    if (unit(h) < share_) on_flat_ground(z, mixed(h + 3), lake);
    return lake;
  }

  /// The flattest place inside, the first of equal ones from a drawn row on.
  void on_flat_ground(const Altitudes& z, std::uint32_t h, Found& lake) const {
    constexpr int rows = places - 2 * inside;
    const auto first = static_cast<int>(h % static_cast<unsigned>(rows * rows));
    float least = flattest * spacing_ * 2 * around;
    for (int k = 0; k < rows * rows; ++k) {
      const int place = (first + k) % (rows * rows);
      const int column = inside + place % rows;
      const int row = inside + place / rows;
      float low = z.at[row][column];
      float high = low;
      for (int j = -around; j <= around; ++j) {
        for (int i = -around; i <= around; ++i) {
          low = std::min(low, z.at[row + j][column + i]);
          high = std::max(high, z.at[row + j][column + i]);
        }
      }
      if (high - low >= least) continue;
      least = high - low;
      lake.level = low;
      lake.column = column;
      lake.row = row;
      lake.radius = spacing_ * (0.7F + 1.3F * unit(mixed(h + 2)));
    }
  }

  Grid grid_;
  float spacing_;
  float share_;
  float turbidity_;
  std::uint32_t seed_;
  int column_ = 0;
  int row_ = 0;
};

/// The three bands of make_terrain(…, with_water). Inputs: altitudes on `grid` (voids become sea level), the squares.
class WetTerrain final : public Node {
 public:
  WetTerrain(const Recipe& recipe, const Grid& grid, const Grid& squares)
      : terrain_(recipe),
        grid_(grid),
        frame_(frame_of(grid)),
        side_(static_cast<HalfMetres>(std::lround(2 * squares.transform.a[1]))),
        west_(static_cast<HalfMetres>(std::lround(2 * squares.transform.a[0]))),
        north_(static_cast<HalfMetres>(std::lround(2 * squares.transform.a[3]))) {}
  std::string name() const override { return "given terrain"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs[0].type == PixelType::f32 && inputs[0].bands.size() == 1);
    return {grid_, {band_named("altitude", "m"), band_named("shore"), band_named("turbid")}, PixelType::f32};
  }
  Window required(std::size_t input, Window output) const override {
    if (input == 0) return output;
    const int x = column(output.x);
    const int y = row(output.y);
    return {x, y, column(output.right() - 1) + 1 - x, row(output.bottom() - 1) + 1 - y};
  }
  double cost() const override { return 8; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const Block& squares = *inputs[1];
    const Window seen = required(1, w);
    std::vector<Lake> round;
    for (int y = seen.y; y < seen.bottom(); ++y) {
      for (int x = seen.x; x < seen.right(); ++x) {
        if (const auto lake = round_lake(squares, x, y)) round.push_back(*lake);
      }
    }
    std::vector<std::uint8_t> turbid(static_cast<std::size_t>(w.width));
    for (int y = w.y; y < w.bottom(); ++y) {
      const auto altitude = output.plane<float>(0).row(y);
      const auto given = inputs[0]->plane<float>(0).row(y, {w.x, y, w.width, 1});
      std::transform(given.begin(), given.end(), altitude.begin(), [](float z) { return z == z ? z : 0; });
      std::fill(turbid.begin(), turbid.end(), std::uint8_t{0});
      const auto shore = output.plane<float>(1).row(y);
      terrain_.add_lakes(round, frame_.x(w.x), frame_.step, frame_.y(y), altitude, shore, turbid);
      std::copy(turbid.begin(), turbid.end(), output.plane<float>(2).row(y).begin());
      fill_depressions(squares, w.x, y, altitude, shore, output.plane<float>(2).row(y));
    }
  }

 private:
  int column(int x) const { return floor_quotient(frame_.x(x) - west_, side_); }
  int row(int y) const { return floor_quotient(north_ - frame_.y(y), side_); }

  std::optional<Lake> round_lake(const Block& squares, int x, int y) const {
    const float radius = squares.plane<float>(square_radius).at(x, y);
    const float level = squares.plane<float>(square_level).at(x, y);
    if (radius <= 0 || level != level) return std::nullopt;
    const auto middle = [&](SquareBand band) {
      return side_ * (2 * static_cast<int>(squares.plane<float>(band).at(x, y)) + 1) / (2 * places);
    };
    return Lake{west_ + x * side_ + middle(square_column), north_ - y * side_ - middle(square_row), 2 * radius, level,
                squares.plane<float>(square_turbid).at(x, y) > 0};
  }

  void fill_depressions(const Block& squares, int x0, int y, std::span<float> altitude, std::span<float> shore,
                        std::span<float> turbid) const {
    const auto level = squares.plane<float>(square_level);
    const auto radius = squares.plane<float>(square_radius);
    for (std::size_t i = 0; i < altitude.size(); ++i) {
      const int cx = column(x0 + static_cast<int>(i));
      const int cy = row(y);
      const float water = level.at(cx, cy);
      if (water != water || radius.at(cx, cy) > 0) continue;
      const float above = altitude[i] - water;
      shore[i] = std::min(shore[i], above <= 0 ? 0 : above / shore_rise);
      if (above > 0) continue;
      altitude[i] = water;
      turbid[i] = squares.plane<float>(square_turbid).at(cx, cy);
    }
  }

  Terrain terrain_;
  Grid grid_;
  Frame frame_;
  HalfMetres side_;
  HalfMetres west_;
  HalfMetres north_;
};

/// The places at which the squares that meet `grid` are seen: whole squares, anchored at the map's origin.
Grid lake_lattice(const Recipe& recipe, const Grid& grid) {
  const int spacing = spacing_of(recipe);
  const double side = places * spacing;
  const auto below = [&](double metres) { return std::floor(metres / side) * side; };
  const double west = below(grid.transform.a[0]);
  const double south = below(grid.transform.y(0, grid.size.height));
  const double east = below(grid.transform.x(grid.size.width, 0)) + side;
  const double north = below(grid.transform.a[3]) + side;
  Grid lattice = grid;
  lattice.size = {static_cast<int>(std::lround((east - west) / spacing)),
                  static_cast<int>(std::lround((north - south) / spacing))};
  lattice.transform.a = {west, static_cast<double>(spacing), 0, north, 0, -static_cast<double>(spacing)};
  return lattice;
}

}  // namespace

Edge given_terrain(Graph& graph, const Recipe& recipe, Edge dem, const Grid& grid, double turbidity) {
  const auto warped = [&](const Grid& to) {
    const Edge covering = covering_dem(graph, dem, to);
    return graph.add(make_warp(graph.info(covering), to, Resampling::cubic), {covering});
  };
  const Grid lattice = lake_lattice(recipe, grid);
  const Edge squares = graph.add(std::make_unique<LakeSquares>(recipe, lattice, turbidity), {warped(lattice)});
  return graph.add(std::make_unique<WetTerrain>(recipe, grid, graph.info(squares).grid), {warped(grid), squares});
}

}  // namespace cers::simulator
