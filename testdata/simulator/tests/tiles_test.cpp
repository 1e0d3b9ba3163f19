// SPDX-License-Identifier: Apache-2.0
// Neighbouring tiles of one world, and reference polygons over them.
#include "cers/simulator/tiles.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cers/core/error.hpp"
#include "cers/simulator/product.hpp"
#include "ground.hpp"
#include "run_scene.hpp"
#include "sensor.hpp"
#include "view.hpp"

namespace cers::simulator {
namespace {

TEST(Tiles, WholeTilesStandWhereThePublishedGridPutsThem) {
  const auto tiles = tile_recipes(tile_recipe(1), {"31TCH", "T31TDH", "31TCJ"});
  ASSERT_EQ(tiles.size(), 3U);
  EXPECT_EQ(tiles[0].tile, "T31TCH");
  EXPECT_EQ(tiles[0].epsg, 32631);
  EXPECT_EQ(tiles[0].central_meridian, 3);
  EXPECT_EQ(tiles[0].west, 300000);
  EXPECT_EQ(tiles[0].north, 4800000);
  EXPECT_EQ(tiles[1].west, 399960);
  EXPECT_EQ(tiles[1].north, 4800000);
  EXPECT_EQ(tiles[2].west, 300000);
  EXPECT_EQ(tiles[2].north, 4900020);
}

// The default of a whole tile bears the name of the place where it lies.
TEST(Tiles, ThePresetIsATile) {
  const Recipe preset = tile_recipe(1);
  const auto tiles = tile_recipes(preset, {preset.tile});
  EXPECT_EQ(tiles[0].west, preset.west);
  EXPECT_EQ(tiles[0].north, preset.north);
  EXPECT_EQ(tiles[0].epsg, preset.epsg);
}

TEST(Tiles, FaultsNameTheTile) {
  const Recipe base = small_recipe(1);
  EXPECT_THROW(tile_recipes(base, {"31TCH", "31TCH"}), UserError);
  EXPECT_THROW(tile_recipes(base, {"31TCH", "30TYN"}), UserError);
  EXPECT_THROW(tile_recipes(base, {"31TCI"}), UserError);
  Recipe cut = base;
  cut.swath_cut = 0.5;
  try {
    tile_recipes(cut, {"31TDH", "31TCH"});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_NE(error.fault().find("31TCH"), std::string::npos);
  }
}

// What lies on the ground is the same from both tiles; the sun and the view too, but for rounding.
TEST(Tiles, NeighboursAgreeWhereTheyOverlap) {
  const Recipe base = small_recipe(4);
  const auto tiles = tile_recipes(base, {"31TCH", "31TDH"});
  const int shift = static_cast<int>((tiles[1].west - tiles[0].west) / 10);
  ASSERT_EQ(tiles[0].north, tiles[1].north);
  ASSERT_EQ(shift % 2, 0);
  ASSERT_GT(base.side - shift, 12);
  const SceneDate date = winter_day(base);
  std::array<std::map<std::string, testing::Raster>, 2> found;
  for (std::size_t i = 0; i < 2; ++i) {
    Graph graph;
    SimulatedScene scene = simulate(graph, tiles[i], seen_over(date, tiles[0], tiles[i]));
    found[i] = testing::run(graph, {{"class", scene.truth["class"]},
                                    {"dem", scene.truth["dem"]},
                                    {"snow", scene.truth["snow_ground"]},
                                    {"viewable", scene.truth["snow_viewable"]},
                                    {"trees", scene.truth["tree_cover"]},
                                    {"image", scene.sre_r1}});
  }
  for (const char* name : {"class", "dem", "snow", "viewable", "trees"}) {
    const testing::Raster& left = found[0].at(name);
    const testing::Raster& right = found[1].at(name);
    const int columns = shift * left.size.width / base.side;
    for (int y = 0; y < left.size.height; ++y) {
      for (int x = 0; x + columns < left.size.width; ++x) {
        ASSERT_EQ(left.at(x + columns, y), right.at(x, y)) << name << ' ' << x << ' ' << y;
      }
    }
  }
  const testing::Raster& left = found[0].at("image");
  int other = 0;
  double sum = 0;
  for (int y = 0; y < base.side; ++y) {
    for (int x = 0; x + shift < base.side; ++x) {
      const double apart = std::abs(static_cast<double>(left.at(x + shift, y) - found[1].at("image").at(x, y)));
      sum += apart;
      other += apart > 0.004;
    }
  }
  const int count = base.side * (base.side - shift);
  EXPECT_LT(sum / count, 0.0005);
  EXPECT_LT(other, count / 50);  // edges of shadows
}

TEST(Tiles, OnePassSeesAllOfThem) {
  const auto tiles = tile_recipes(tile_recipe(1), {"31TCH", "31TDJ"});
  const SceneDate date = winter_day(tiles[0]);
  const ViewField here(tiles[0], date);
  const ViewField there(tiles[1], seen_over(date, tiles[0], tiles[1]));
  const HalfMetres x = 2 * 405000;
  const HalfMetres y = 2 * 4797000;
  const ViewTangent a = here.at(3, x, y, strip_at(x, y));
  const ViewTangent b = there.at(3, x, y, strip_at(x, y));
  EXPECT_NEAR(a.east, b.east, 1e-9);
  EXPECT_NEAR(a.north, b.north, 1e-9);
}

TEST(Tiles, TheEdgeOfTheSwathGoesOn) {
  Recipe base = small_recipe(4);
  base.swath_cut = 0.4;
  const auto tiles = tile_recipes(base, {"31TCJ", "31TCH", "31TDJ"});
  EXPECT_EQ(tiles[2].swath_cut, 0);
  for (int row = 0; row < 20; ++row) {
    const auto y = static_cast<HalfMetres>(2 * (tiles[1].north - 3 - 10 * row));  // never on the edge itself
    for (int column = 0; column < base.side; ++column) {
      const auto x = static_cast<HalfMetres>(2 * (tiles[1].west + 5 + 10 * column));
      EXPECT_EQ(outside_swath(tiles[0], x, y), outside_swath(tiles[1], x, y));
    }
  }
}

// Of polygons drawn once over two tiles some reach from one into the other.
TEST(Tiles, PolygonsMayLieAstride) {
  Recipe base = small_recipe(2);
  base.side = 600;
  const auto tiles = tile_recipes(base, {"31TCH", "31TDH"});
  const std::string text = reference_polygons(tiles, {2019}, 400);
  EXPECT_EQ(text, reference_polygons(tiles, {2019}, 400));
  const double seam = tiles[0].west + 10.0 * base.side;  // right edge of the left tile
  int astride = 0;
  int left = 0;
  int right = 0;
  for (std::size_t at = text.find("[[["); at != std::string::npos; at = text.find("[[[", at + 1)) {
    double least = 1e9;
    double most = 0;
    const std::size_t end = text.find("]]]", at);
    for (std::size_t corner = at + 2; corner < end; corner = text.find('[', corner + 1)) {
      const double x = std::stod(text.substr(corner + 1));
      least = std::min(least, x);
      most = std::max(most, x);
    }
    astride += least < seam && most > seam;
    left += most <= seam;
    right += least >= seam;
  }
  EXPECT_GT(astride, 1);
  EXPECT_GT(left, 50);
  EXPECT_GT(right, 50);
}

// Places one at a time are the raster's surfaces, but for hedges, tracks, ice and the mixture at edges.
TEST(Ground, AgreesWithTheRaster) {
  int same = 0;
  int all = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Recipe recipe = small_recipe(seed);
    const SceneDate date = winter_day(recipe);
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, date);
    const auto rasters = testing::run(graph, {{"class", scene.truth["class"]}});
    const testing::Raster& kind = rasters.at("class");
    const Ground ground(recipe, date.year);
    for (int y = 2; y < recipe.side; y += 5) {
      for (int x = 2; x < recipe.side; x += 5) {
        const auto east = static_cast<HalfMetres>(2 * recipe.west) + 20 * x;
        const auto north = static_cast<HalfMetres>(2 * recipe.north) - 20 * y;
        std::array<Surface, 4> quarters{};
        for (int q = 0; q < 4; ++q) {
          quarters[static_cast<std::size_t>(q)] = ground.at(east + 5 + 10 * (q % 2), north - 5 - 10 * (q / 2)).surface;
        }
        const auto raster = static_cast<Surface>(static_cast<int>(kind.at(x, y)));
        if (quarters[0] != quarters[1] || quarters[0] != quarters[2] || quarters[0] != quarters[3]) continue;
        if (raster == Surface::lake_ice || raster == Surface::road || raster == Surface::broadleaf) continue;
        ++all;
        same += raster == quarters[0];
      }
    }
  }
  ASSERT_GT(all, 2000);
  EXPECT_EQ(same, all);
}

}  // namespace
}  // namespace cers::simulator
