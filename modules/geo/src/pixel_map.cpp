// SPDX-License-Identifier: Apache-2.0
#include "cers/geo/pixel_map.hpp"

#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal.h>
#include <gdal_alg.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "cers/core/error.hpp"
#include "cers/geo/control_points.hpp"
#include "cers/geo/crs.hpp"
#include "osr.hpp"

namespace cers {
namespace {

using geo_detail::QuietGdal;
using geo_detail::reference_of;

struct CloseDataset {
  void operator()(GDALDatasetH dataset) const { GDALClose(dataset); }
};
using Dataset = std::unique_ptr<std::remove_pointer_t<GDALDatasetH>, CloseDataset>;

Dataset empty(Size size) {
  static std::once_flag registered;
  std::call_once(registered, [] { GDALAllRegister(); });
  const GDALDriverH driver = GDALGetDriverByName("MEM");
  if (!driver) throw InternalError("GDAL has no MEM driver");
  return Dataset(GDALCreate(driver, "", size.width, size.height, 0, GDT_Byte, nullptr));
}

// A raster without bands: GDAL derives from its extent which operation between two CRS fits the area best.
Dataset bandless(const Grid& grid, bool with_crs) {
  Dataset dataset = empty(grid.size);
  auto coefficients = grid.transform.a;
  if (!dataset || GDALSetGeoTransform(dataset.get(), coefficients.data()) != CE_None) {
    throw InternalError("a georeference cannot be handed to GDAL: " + std::string(CPLGetLastErrorMsg()));
  }
  if (with_crs && GDALSetSpatialRef(dataset.get(), reference_of(grid.crs).get()) != CE_None) {
    throw InternalError("a CRS cannot be handed to GDAL: " + std::string(CPLGetLastErrorMsg()));
  }
  return dataset;
}

void check(const Grid& grid, const char* which) {
  const auto& a = grid.transform.a;
  const double determinant = a[1] * a[5] - a[2] * a[4];
  if (grid.size.area() <= 0 || !(std::abs(determinant) > 0) || !std::isfinite(determinant)) {
    throw UserError(fmt::format("the {} raster has an unusable georeference: {}", which, grid.text()),
                    "check it with gdalinfo");
  }
}

}  // namespace

void PixelMap::Free::operator()(void* transformer) const {
  GDALDestroyGenImgProjTransformer(transformer);
}

PixelMap::PixelMap(const Grid& target, const Grid& source) {
  check(target, "reference");
  check(source, "input");
  if (target.georeferenced != source.georeferenced || target.crs.empty() != source.crs.empty()) {
    const bool of_source = !source.georeferenced || (source.crs.empty() && !target.crs.empty());
    throw UserError(fmt::format("the {} raster has no {}, so it cannot be laid over the other one",
                                of_source ? "input" : "reference",
                                target.georeferenced != source.georeferenced ? "georeference" : "CRS"),
                    "assign one with gdal_edit.py -a_srs EPSG:… -a_ullr …");
  }
  affine_ = same_crs(target.crs, source.crs);
  const QuietGdal quiet;
  // A north-up grid of unit pixels at 0,0 counts as "not georeferenced" for GDAL: such a pair stays as it is.
  if (!target.georeferenced) return;
  const Dataset from = bandless(source, !affine_);
  const Dataset to = bandless(target, !affine_);
  CPLStringList options;
  options.SetNameValue("SRC_METHOD", "GEOTRANSFORM");
  options.SetNameValue("DST_METHOD", "GEOTRANSFORM");
  CPLErrorReset();
  transformer_.reset(GDALCreateGenImgProjTransformer2(from.get(), to.get(), options.List()));
  if (!transformer_) {
    throw UserError(
        fmt::format("no way from {} to {}: {}", crs_label(source.crs), crs_label(target.crs), quiet.message()),
        "reproject one of the rasters first");
  }
}

PixelMap map_by_control(const Grid& target, Size source, const ControlPoints& control) {
  check(target, "reference");
  if (!target.georeferenced || target.crs.empty())
    throw UserError("the reference raster has no georeference, so an image with control points cannot be laid over it",
                    "assign one with gdal_edit.py -a_srs EPSG:… -a_ullr …");
  const QuietGdal quiet;
  const Dataset from = empty(source);
  std::string none;
  std::vector<GDAL_GCP> points;
  for (const ControlPoint& point : control.points)
    points.push_back({none.data(), none.data(), point.column, point.row, point.x, point.y, 0});
  if (!from || GDALSetGCPs2(from.get(), static_cast<int>(points.size()), points.data(),
                            reference_of(control.crs).get()) != CE_None)
    throw InternalError("control points cannot be handed to GDAL: " + quiet.message());
  const Dataset to = bandless(target, true);
  CPLStringList options;
  options.SetNameValue("SRC_METHOD", "GCP_TPS");
  options.SetNameValue("DST_METHOD", "GEOTRANSFORM");
  CPLErrorReset();
  PixelMap map;
  map.transformer_.reset(GDALCreateGenImgProjTransformer2(from.get(), to.get(), options.List()));
  if (!map.transformer_)
    throw UserError(fmt::format("{} control points do not place the image: {}", points.size(), quiet.message()),
                    "check them with gdalinfo");
  return map;
}

PixelMap::~PixelMap() = default;
PixelMap::PixelMap(PixelMap&&) noexcept = default;
PixelMap& PixelMap::operator=(PixelMap&&) noexcept = default;

void PixelMap::map(std::span<double> x, std::span<double> y, std::span<int> mapped) {
  CERS_EXPECT(x.size() == y.size() && x.size() == mapped.size());
  std::fill(mapped.begin(), mapped.end(), 1);
  if (!transformer_ || x.empty()) return;
  z_.assign(x.size(), 0);
  const QuietGdal quiet;
  const int all = GDALGenImgProjTransform(transformer_.get(), TRUE, static_cast<int>(x.size()), x.data(), y.data(),
                                          z_.data(), mapped.data());
  if (!all && std::all_of(mapped.begin(), mapped.end(), [](int ok) { return ok != 0; })) {
    std::fill(mapped.begin(), mapped.end(), 0);
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) mapped[i] = 0;
  }
}

}  // namespace cers
