// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/control_points.hpp"

#include <gdal.h>

#include <array>

#include "cers/raster-io/gdal_errors.hpp"

namespace cers {

std::optional<ControlPoints> read_control_points(const std::string& file, HandlePool& pool) {
  DatasetKey key;
  key.dataset = file;
  const HandlePool::Lease lease = pool.lease(key);
  const ErrorCollector silent;
  const GDALDatasetH dataset = lease.dataset();
  std::array<double, 6> transform{};
  if (GDALGetGeoTransform(dataset, transform.data()) == CE_None) return std::nullopt;
  constexpr int fewest = 3;  // for a plane
  const int count = GDALGetGCPCount(dataset);
  const GDAL_GCP* points = GDALGetGCPs(dataset);
  const char* crs = GDALGetGCPProjection(dataset);
  if (count < fewest || points == nullptr || crs == nullptr || *crs == 0) return std::nullopt;
  ControlPoints control;
  control.crs = crs;
  for (int i = 0; i < count; ++i)
    control.points.push_back({points[i].dfGCPPixel, points[i].dfGCPLine, points[i].dfGCPX, points[i].dfGCPY});
  return control;
}

}  // namespace cers
