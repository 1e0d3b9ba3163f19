// SPDX-License-Identifier: Apache-2.0
#include "altitude.hpp"

#include <fmt/format.h>

#include <limits>

#include "cers/core/error.hpp"
#include "inputs.hpp"

namespace cers::snow {
namespace {

class AltitudesOfEarth final : public PixelwiseNode {
 public:
  std::string name() const override { return "altitudes of Earth"; }
  std::string signature() const override { return name(); }
  RasterInfo describe(std::span<const RasterInfo> in) const override { return in[0]; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    constexpr auto lowest = static_cast<float>(lowest_altitude_m);
    constexpr auto highest = static_cast<float>(highest_altitude_m);
    const auto in = row.in<float>(0);
    const auto out = row.out<float>();
    for (std::size_t i = 0; i < row.count; ++i)
      out[i] = in[i] >= lowest && in[i] <= highest ? in[i] : std::numeric_limits<float>::quiet_NaN();
  }
};

}  // namespace

Edge altitude_on(const ImageInput& dem, Graph& graph, const Grid& grid, bool voids) {
  if (grid.georeferenced && !grid.crs.empty() && dem.info().grid.crs.empty())
    throw UserError(
        fmt::format("the DEM {} has no coordinate reference system, so where it lies is not known", dem.label()),
        "name the one it has: gdal_edit.py -a_srs EPSG:32631 DEM");
  Calibration calibration;
  if (voids && !dem.info().bands.empty()) calibration.nodata = dem.info().bands[0].nodata;
  Edge altitude = dem.bands({0}, PixelType::f32, calibration);
  if (!voids) return warped(graph, altitude, grid, Resampling::cubic);
  const auto of_earth = [&graph](Edge edge) { return graph.add(std::make_unique<AltitudesOfEarth>(), {edge}); };
  altitude = of_earth(altitude);
  const Edge placed = warped(graph, altitude, grid, Resampling::cubic);
  return placed == altitude ? altitude : of_earth(placed);  // the cubic kernel swings beyond its samples
}

}  // namespace cers::snow
