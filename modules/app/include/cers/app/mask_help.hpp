// SPDX-License-Identifier: Apache-2.0
// What help says of masks.
#pragma once

namespace cers {

/// For the help of masks that are read as uint8, behind what the mask means.
inline constexpr const char* mask_as_bytes = " It is read as whole numbers from 0 to 255: 0.4 is 0, as in OTB.";

}  // namespace cers
