// SPDX-License-Identifier: Apache-2.0
#include "readers/reader.hpp"

namespace cers::products {

const std::vector<ProductReader>& readers() {
  static const std::vector<ProductReader> all = {
      sentinel2_l2a_reader(), sentinel2_l1c_reader(), muscate_reader(),    maja_native_reader(),
      landsat_reader(),       sentinel1_grd_reader(), theia_snow_reader(), oso_reader(),
  };
  return all;
}

}  // namespace cers::products
