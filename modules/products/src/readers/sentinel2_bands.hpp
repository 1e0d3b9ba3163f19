// SPDX-License-Identifier: Apache-2.0
// The thirteen bands of Sentinel-2's MSI, in the order of ESA's band index.
#pragma once

#include <array>

#include "cers/products/roles.hpp"

namespace cers::products {

struct Sentinel2Band {
  const char* name;
  BandRole role;
  double wavelength_nm;  ///< centre of Sentinel-2A; the metadata of a product knows its own
  double gsd_m;
};

/// Centres: ESA, Sentinel-2 spectral response functions (S2A).
inline constexpr std::array<Sentinel2Band, 13> sentinel2_bands{{
    {"B1", BandRole::coastal, 442.7, 60},
    {"B2", BandRole::blue, 492.7, 10},
    {"B3", BandRole::green, 559.8, 10},
    {"B4", BandRole::red, 664.6, 10},
    {"B5", BandRole::red_edge1, 704.1, 20},
    {"B6", BandRole::red_edge2, 740.5, 20},
    {"B7", BandRole::red_edge3, 782.8, 20},
    {"B8", BandRole::nir, 832.8, 10},
    {"B8A", BandRole::nir_narrow, 864.7, 20},
    {"B9", BandRole::water_vapour, 945.1, 60},
    {"B10", BandRole::cirrus, 1373.5, 60},
    {"B11", BandRole::swir1, 1613.7, 20},
    {"B12", BandRole::swir2, 2202.4, 20},
}};

}  // namespace cers::products
