// SPDX-License-Identifier: Apache-2.0
// Where a raster lies: size, affine transform and an opaque CRS text. Knows no projection maths (see geo).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cers/core/pixel_type.hpp"
#include "cers/core/window.hpp"

namespace cers {

/// Maps pixel (column, row) to map coordinates: x = a[0] + column·a[1] + row·a[2], y = a[3] + column·a[4] + row·a[5].
/// Integer coordinates are pixel *corners*; the centre of the first pixel is (0.5, 0.5). Same order as GDAL.
struct GeoTransform {
  std::array<double, 6> a{0, 1, 0, 0, 0, 1};
  friend bool operator==(const GeoTransform&, const GeoTransform&) = default;
  double x(double column, double row) const { return a[0] + column * a[1] + row * a[2]; }
  double y(double column, double row) const { return a[3] + column * a[4] + row * a[5]; }
  /// The transform of a sub-window whose first pixel is (column, row).
  GeoTransform shifted(double column, double row) const;
  bool north_up() const { return a[2] == 0 && a[4] == 0; }
};

/// Size, place and coordinate reference system of a raster.
struct Grid {
  Size size;
  GeoTransform transform;
  std::string crs;  ///< WKT; empty when unknown
  bool georeferenced = false;

  friend bool operator==(const Grid&, const Grid&) = default;
  /// Why the two do not coincide pixel for pixel ("size 100×100 and 50×50"); nothing when they do. Origins and pixel
  /// sizes may differ by a thousandth of a pixel. A raster without georeferencing fits any other of its size.
  std::optional<std::string> difference(const Grid& other) const;
  std::string text() const;
};

/// One class of a map: its published code, what it is called and how it is drawn.
struct ClassInfo {
  int code = 0;
  std::string name;                                   ///< "broad-leaved forest"; may be empty
  std::optional<std::array<std::uint8_t, 3>> colour;  ///< red, green, blue
  friend bool operator==(const ClassInfo&, const ClassInfo&) = default;
};

/// What is known about one band. Fields left empty are unknown, not zero.
struct BandInfo {
  std::string name;         ///< as in the file or the formula: "B4", "NDVI"
  std::string role;         ///< blue, green, red, red_edge1, nir, nir_narrow, swir1, …
  std::string unit;         ///< "1" for reflectance, "m", "degree"
  std::string description;  ///< written into the output: formula and real bands
  double scale = 1;         ///< physical = stored · scale + offset
  double offset = 0;
  std::optional<double> nodata;    ///< value that means missing; NaN inside the graph for quantities
  std::vector<ClassInfo> classes;  ///< of a map of classes, by ascending code; written as colours and categories
  friend bool operator==(const BandInfo&, const BandInfo&) = default;
};

/// What a node delivers: one grid, one type, bands with their meaning.
struct RasterInfo {
  Grid grid;
  std::vector<BandInfo> bands;
  PixelType type = PixelType::f32;
};

}  // namespace cers
