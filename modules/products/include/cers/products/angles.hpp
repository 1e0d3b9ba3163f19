// SPDX-License-Identifier: Apache-2.0
// Sun and view angles of a product as rasters: zenith and azimuth in degrees, azimuth clockwise from north.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/engine/node.hpp"
#include "cers/products/product.hpp"

namespace cers {

/// Where the angles of one direction come from.
struct AngleSource {
  enum class Kind : std::uint8_t {
    lattice,  ///< `lattice`, to be interpolated
    image,    ///< `image`, a layer of the product
    mean,     ///< `mean_deg` everywhere: the product knows no more
  };
  std::string name;  ///< "sun_zenith", "view_azimuth_B4"
  bool azimuth = false;
  Kind kind = Kind::mean;
  AngleGrid lattice;
  const ProductLayer* image = nullptr;
  double mean_deg = 0;
  std::string source;  ///< for people: "grid of 23 × 23 nodes, 5000 m apart"
};

/// The angles a product has: sun_zenith, sun_azimuth, view_zenith, view_azimuth (mean of the bands), and of each band
/// with angles of its own view_zenith_B4 and view_azimuth_B4. Points into `product`.
std::vector<std::string> angle_names(const Product& product);
/// By such a name; nothing for other words and for angles the product does not have.
std::optional<AngleSource> angle_named(const Product& product, std::string_view name);

/// float degrees at the centres of the pixels of `grid`, bilinear between the nodes of `angles.lattice`; directions are
/// interpolated as vectors, so that 359° and 1° give 0°. Nodes that are not known are left out of the weights; NaN
/// where all four are, and beyond the lattice. Of a mean: the same everywhere. `angles` is no image.
std::unique_ptr<const Node> make_angles(const AngleSource& angles, const Grid& grid);

/// Degrees of any turn (float) to eastward and northward parts of the direction, and back to degrees from 0 to 360:
/// what images of azimuths must be resampled as.
std::unique_ptr<const Node> make_direction_parts(const RasterInfo& azimuth);
std::unique_ptr<const Node> make_azimuth(const RasterInfo& parts);

}  // namespace cers
