// SPDX-License-Identifier: Apache-2.0
#include "cers/products/legends.hpp"

namespace cers {
namespace {

using Colour = std::array<std::uint8_t, 3>;

constexpr Colour cyan{0, 255, 255};
constexpr Colour white{255, 255, 255};
constexpr Colour black{0, 0, 0};
constexpr Colour copernicus_water{119, 161, 203};
constexpr Colour own_ice{190, 160, 255};
constexpr Colour copernicus_cloud{123, 123, 123};

Colour hex(unsigned rgb) {
  return {static_cast<std::uint8_t>(rgb >> 16U), static_cast<std::uint8_t>(rgb >> 8U & 0xFFU),
          static_cast<std::uint8_t>(rgb & 0xFFU)};
}

/// From `low` at 1 to white at 100.
Colour ramp(const Colour& low, int percent) {
  Colour colour{};
  for (std::size_t i = 0; i < 3; ++i) {
    const int from = low[i];
    colour[i] = static_cast<std::uint8_t>(from + ((255 - from) * (percent - 1) + 49) / 99);
  }
  return colour;
}

}  // namespace

std::vector<ClassInfo> snow_mask_classes(int nodata, bool water) {
  std::vector<ClassInfo> classes{
      {0, "no snow", Colour{119, 119, 119}}, {100, "snow", cyan}, {205, "cloud or shadow", white}};
  if (water) {
    classes.push_back({210, "water", copernicus_water});
    classes.push_back({211, "ice", own_ice});
  }
  classes.push_back({nodata, "no data", black});
  return classes;
}

std::vector<ClassInfo> snow_fraction_classes() {
  std::vector<ClassInfo> classes{{0, "no snow", hex(0xd6d2d0)}};
  for (int percent = 1; percent <= 100; ++percent) classes.push_back({percent, "", ramp({8, 51, 112}, percent)});
  classes.push_back({205, "cloud or shadow", copernicus_cloud});
  classes.push_back({210, "water", copernicus_water});
  classes.push_back({211, "ice", own_ice});
  classes.push_back({255, "no data", black});
  return classes;
}

std::vector<ClassInfo> snow_quality_classes() {
  return {{0, "high quality", Colour{93, 164, 0}},
          {1, "medium quality", Colour{189, 189, 91}},
          {2, "low quality", Colour{255, 194, 87}},
          {3, "lowest quality", Colour{255, 70, 37}},
          {205, "cloud or shadow", copernicus_cloud},
          {210, "water", copernicus_water},
          {211, "ice", own_ice},
          {255, "no data", black}};
}

std::vector<ClassInfo> scl_legend() {
  return {{0, "no data", black},
          {1, "saturated or defective", hex(0xff0000)},
          {2, "dark area or terrain shadow", hex(0x2f2f2f)},
          {3, "cloud shadow", hex(0x643200)},
          {4, "vegetation", hex(0x00a000)},
          {5, "bare soil", hex(0xffe65a)},
          {6, "water", hex(0x0000ff)},
          {7, "unclassified", hex(0x808080)},
          {8, "cloud, medium probability", hex(0xc0c0c0)},
          {9, "cloud, high probability", hex(0xffffff)},
          {10, "thin cirrus", hex(0x64c8ff)},
          {11, "snow or ice", hex(0xff96ff)}};
}

std::vector<ClassInfo> oso_legend() {
  return {{1, "dense built-up", hex(0xff00ff)},
          {2, "diffuse built-up", hex(0xff55ff)},
          {3, "industrial and commercial", hex(0xffaaff)},
          {4, "roads", hex(0x00ffff)},
          {5, "rapeseed", hex(0xffff00)},
          {6, "straw cereals", hex(0xd0ff00)},
          {7, "protein crops", hex(0xa1d600)},
          {8, "soy", hex(0xffab44)},
          {9, "sunflower", hex(0xd6d600)},
          {10, "maize", hex(0xff5500)},
          {11, "rice", hex(0xc5ffff)},
          {12, "roots and tubers", hex(0xaaaa61)},
          {13, "grassland", hex(0xaaaa00)},
          {14, "orchards", hex(0xaaaaff)},
          {15, "vineyards", hex(0x550000)},
          {16, "broad-leaved forest", hex(0x009c00)},
          {17, "coniferous forest", hex(0x003200)},
          {18, "natural grassland", hex(0xaaff00)},
          {19, "woody moorland", hex(0x55aa7f)},
          {20, "mineral surfaces", hex(0xff0000)},
          {21, "beaches and dunes", hex(0xffb802)},
          {22, "glaciers and snow", hex(0xbebebe)},
          {23, "water", hex(0x0000ff)}};
}

}  // namespace cers
