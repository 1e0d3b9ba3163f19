// SPDX-License-Identifier: Apache-2.0
// OSR handles that free themselves, and GDAL's messages as text instead of on stderr.
#pragma once

#include <cpl_error.h>
#include <ogr_srs_api.h>

#include <memory>
#include <string>
#include <type_traits>

namespace cers::geo_detail {

struct FreeReference {
  void operator()(OGRSpatialReferenceH handle) const { OSRDestroySpatialReference(handle); }
};
using Reference = std::unique_ptr<std::remove_pointer_t<OGRSpatialReferenceH>, FreeReference>;

struct FreeTransformation {
  void operator()(OGRCoordinateTransformationH handle) const { OCTDestroyCoordinateTransformation(handle); }
};
using Transformation = std::unique_ptr<std::remove_pointer_t<OGRCoordinateTransformationH>, FreeTransformation>;

/// While it lives GDAL stays silent in this thread and message() is what it would have said last.
class QuietGdal {
 public:
  QuietGdal() {
    CPLErrorReset();
    CPLPushErrorHandler(CPLQuietErrorHandler);
  }
  ~QuietGdal() { CPLPopErrorHandler(); }
  QuietGdal(const QuietGdal&) = delete;
  QuietGdal& operator=(const QuietGdal&) = delete;
  std::string message() const { return CPLGetLastErrorMsg(); }
};

/// With axes in raster order (x, then y) and without a vertical part. Throws DataError when the text is not a CRS.
Reference reference_of(const std::string& wkt);

}  // namespace cers::geo_detail
