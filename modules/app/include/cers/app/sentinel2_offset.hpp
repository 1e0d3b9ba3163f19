// SPDX-License-Identifier: Apache-2.0
// Numbers of Sentinel-2 bands that need an offset which the file itself does not tell.
#pragma once

#include <string>

#include "cers/app/wiring.hpp"

namespace cers {

/// Whether the stored numbers of a file need an offset that the user does not give.
enum class OffsetDoubt { none, possible, certain };
struct OffsetFinding {
  OffsetDoubt doubt = OffsetDoubt::none;
  std::string reason;  ///< "…/MTD_MSIL2A.xml tells an offset of -1000 for its stored numbers"
};
/// Of a Sentinel-2 SAFE band file, or a VRT of some, with no offset in `calibration`: certain when the product around
/// it or its name in the path tells the offset or a baseline from 04.00 on, possible by the name of the file alone.
OffsetFinding missing_offset(const ImageInput& image, const Calibration& calibration);

/// "give -offset -0.1, or -offset 0 if there is none": −1000 on the scale of `calibration`.
std::string offset_remedy(const Calibration& calibration);

/// One warning line of missing_offset() for applications with -scale and -offset; empty when the user gives -offset, be
/// it 0, or reads raw numbers (raw_number_warning() speaks of those).
std::string offset_warning(const Wiring& wiring, const ImageInput& image, const Calibration& calibration);

}  // namespace cers
