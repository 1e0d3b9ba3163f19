// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/pixel_shape.hpp"

#include <gtest/gtest.h>
#include <ogr_geometry.h>

#include <cmath>
#include <random>
#include <set>

namespace cers {
namespace {

using Pixels = std::set<std::pair<int, int>>;

Pixels pixels_of(const PixelShape& shape) {
  std::vector<PixelRun> runs;
  append_runs(shape, 3, runs);
  Pixels pixels;
  for (const PixelRun& run : runs) {
    EXPECT_EQ(run.feature, 3U);
    EXPECT_LT(run.begin, run.end);
    for (int x = run.begin; x < run.end; ++x) EXPECT_TRUE(pixels.emplace(run.y, x).second) << "held twice";
  }
  return pixels;
}

/// OGR's own answer for every centre; lines grow downwards, map coordinates upwards.
Pixels pixels_by_ogr(const std::vector<PixelRing>& polygon, const Window& window) {
  std::vector<OGRLinearRing> rings(polygon.size());
  for (std::size_t r = 0; r < polygon.size(); ++r)
    for (const PixelPoint& p : polygon[r]) rings[r].addPoint(p.x, -p.y);
  Pixels pixels;
  for (int y = window.y; y < window.bottom(); ++y) {
    for (int x = window.x; x < window.right(); ++x) {
      const OGRPoint centre(x + 0.5, -(y + 0.5));
      bool inside = rings[0].isPointInRing(&centre) != 0;
      for (std::size_t r = 1; r < rings.size(); ++r) inside = inside && rings[r].isPointInRing(&centre) == 0;
      if (inside) pixels.emplace(y, x);
    }
  }
  return pixels;
}

PixelRing star(std::mt19937& random, double x, double y, double radius, int corners, double step) {
  std::uniform_real_distribution<double> reach(0.4, 1.0);
  PixelRing ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::acos(-1.0) * i / corners;
    const double r = radius * reach(random);
    const auto snapped = [&](double v) { return step > 0 ? std::round(v / step) * step : v; };
    ring.push_back({snapped(x + r * std::cos(angle)), snapped(y + r * std::sin(angle))});
  }
  ring.push_back(ring.front());
  return ring;
}

TEST(PixelShape, HoldsThePixelsThatOgrHolds) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> place(-5, 65);
  const Window raster{0, 0, 60, 50};
  // Steps of half a pixel put corners and edges on centres.
  for (const double step : {0.0, 0.5, 1.0}) {
    for (int i = 0; i < 300; ++i) {
      const double x = place(random);
      const double y = place(random);
      PixelShape shape;
      shape.polygons.push_back({star(random, x, y, 18, 9, step), star(random, x, y, 7, 7, step)});
      shape.around = raster;
      EXPECT_EQ(pixels_of(shape), pixels_by_ogr(shape.polygons[0], raster)) << step << ", " << i;
    }
  }
}

TEST(PixelShape, NeighboursShareNoPixelAndLeaveNone) {
  // Two halves of a square whose common edge runs through centres.
  PixelShape left{{{{{0, 0}, {5.5, 0}, {4.5, 10}, {0, 10}, {0, 0}}}}, {}, {0, 0, 20, 20}};
  PixelShape right{{{{{5.5, 0}, {10, 0}, {10, 10}, {4.5, 10}, {5.5, 0}}}}, {}, {0, 0, 20, 20}};
  const Pixels a = pixels_of(left);
  const Pixels b = pixels_of(right);
  EXPECT_EQ(a.size() + b.size(), 100U);
  for (const auto& pixel : a) EXPECT_FALSE(b.contains(pixel));
}

TEST(PixelShape, APointHoldsItsPixel) {
  const PixelShape shape{{}, {{3.999, 7}, {-0.5, 2}, {10, 2}}, {0, 0, 10, 10}};
  EXPECT_EQ(pixels_of(shape), (Pixels{{7, 3}}));
}

/// OGR's answer for every pixel, its square closed, within the rows and columns of the line's coordinates.
Pixels pixels_met_by_ogr(const std::vector<PixelPoint>& line, const Window& raster) {
  OGRLineString path;
  OGREnvelope box;
  for (const PixelPoint& p : line) path.addPoint(p.x, p.y);
  path.getEnvelope(&box);
  Pixels pixels;
  for (int y = raster.y; y < raster.bottom(); ++y) {
    for (int x = raster.x; x < raster.right(); ++x) {
      if (x < std::floor(box.MinX) || x > std::floor(box.MaxX) || y < std::floor(box.MinY) || y > std::floor(box.MaxY))
        continue;
      OGRLinearRing ring;
      for (const auto& [dx, dy] : {std::pair{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}) ring.addPoint(x + dx, y + dy);
      OGRPolygon square;
      square.addRing(&ring);
      if (path.Intersects(&square) != 0) pixels.emplace(y, x);
    }
  }
  return pixels;
}

TEST(PixelShape, ALineHoldsThePixelsItMeets) {
  std::mt19937 random(6);
  std::uniform_real_distribution<double> place(-5, 45);
  const Window raster{0, 0, 40, 30};
  // Steps put bends and level parts on edges and corners.
  for (const double step : {0.0, 0.5, 1.0}) {
    for (int i = 0; i < 60; ++i) {
      PixelShape shape;
      shape.around = raster;
      std::vector<PixelPoint>& line = shape.lines.emplace_back();
      const auto snapped = [&](double v) { return step > 0 ? std::round(v / step) * step : v; };
      for (int p = 0; p < 5; ++p) {
        PixelPoint next{snapped(place(random)), snapped(place(random))};
        if (p > 0 && i % 3 == 1) next.x = line.back().x + (p % 2 == 0 ? 4 : 0);  // upright and level parts
        if (p > 0 && i % 3 == 1 && p % 2 == 0) next.y = line.back().y;
        if (p > 0 && i % 3 == 2) next = {line.back().x + p, line.back().y - p};  // through corners
        line.push_back(next);
      }
      EXPECT_EQ(pixels_of(shape), pixels_met_by_ogr(line, raster)) << step << ", " << i;
    }
  }
}

TEST(PixelShape, RunsOfATileAreThoseOfTheWholeInside) {
  std::mt19937 random(9);
  PixelShape shape{{{star(random, 30, 30, 28, 40, 0)}}, {}, {0, 0, 60, 60}};
  const Pixels whole = pixels_of(shape);
  Pixels joined;
  for (const Window& tile : {Window{0, 0, 23, 60}, Window{23, 0, 37, 31}, Window{23, 31, 37, 29}}) {
    shape.around = tile;
    joined.merge(pixels_of(shape));
  }
  EXPECT_EQ(joined, whole);
  shape.around = {0, 0, 60, 60};
  EXPECT_NEAR(pixel_area(shape), static_cast<double>(whole.size()), 0.02 * static_cast<double>(whole.size()));
}

}  // namespace
}  // namespace cers
