// SPDX-License-Identifier: Apache-2.0
// Pixel types as GDAL names them. The one public header that needs GDAL's own: link GDAL where you include it.
#pragma once

#include <gdal.h>

#include "cers/core/pixel_type.hpp"

namespace cers {

inline GDALDataType gdal_type(PixelType type) {
  switch (type) {
    case PixelType::u8:
      return GDT_Byte;
    case PixelType::u16:
      return GDT_UInt16;
    case PixelType::i16:
      return GDT_Int16;
    case PixelType::u32:
      return GDT_UInt32;
    case PixelType::i32:
      return GDT_Int32;
    case PixelType::f32:
      return GDT_Float32;
    case PixelType::f64:
      break;
  }
  return GDT_Float64;
}

}  // namespace cers
