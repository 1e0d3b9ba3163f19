// SPDX-License-Identifier: Apache-2.0
// The table of readers: one line declares it, one lists it.
#include "readers/reader.hpp"

namespace cers::products {

ProductReader muscate_reader();      ///< Theia L2A of Sentinel-2, Landsat, Venµs, and L3A
ProductReader maja_native_reader();  ///< MAJA's own layout (DBL.DIR, HDR)
ProductReader theia_n2a_reader();    ///< Theia Landsat and SPOT Take5 before MUSCATE
ProductReader theia_snow_reader();   ///< Theia snow and LIS
ProductReader oso_reader();          ///< OSO land cover
ProductReader sentinel2_l1c_reader();
ProductReader sentinel2_l2a_reader();
ProductReader landsat_reader();  ///< Collection 2 L1 and L2; Collection 1 L1
ProductReader sentinel1_grd_reader();

const std::vector<ProductReader>& readers() {
  static const std::vector<ProductReader> all = {
      sentinel2_l2a_reader(), sentinel2_l1c_reader(), muscate_reader(),    maja_native_reader(), landsat_reader(),
      sentinel1_grd_reader(), theia_n2a_reader(),     theia_snow_reader(), oso_reader(),
  };
  return all;
}

}  // namespace cers::products
