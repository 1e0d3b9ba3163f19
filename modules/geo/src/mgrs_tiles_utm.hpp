// SPDX-License-Identifier: Apache-2.0
// Transverse Mercator of WGS 84 in the scale of UTM.
#pragma once

#include "cers/geo/crs.hpp"

namespace cers::geo_detail {

struct Utm {
  double x = 0;  ///< false easting 500 km included
  double y = 0;  ///< negative south of the equator
};

/// `lon` is counted from the central meridian, degrees, within ±60.
Utm utm_of(const LonLat& place);
LonLat place_of(const Utm& utm);

}  // namespace cers::geo_detail
