// SPDX-License-Identifier: Apache-2.0
// When a season starts, peaks and ends.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers {

/// Takes one float band for each of `days` (day numbers, strictly ascending) of a filled series of a vegetation index,
/// NaN in all of them where a pixel was never seen. Delivers six float bands of the highest peak, the first of equals:
/// "FEATURE_start", "_peak", "_end" (days since days[0]), "_length" (days), "_base" (mean of the two lows beside the
/// peak, or the one there is), "_amplitude" (peak - base).
///
/// The season starts where the series last rises, before the peak, through the value that lies `fraction` of the way
/// from the low before the peak to the peak, and ends where it first falls through the same of the low after it, both
/// on the line between days (Jönsson and Eklundh 2004, TIMESAT, Computers and Geosciences 30:833-845, doi
/// 10.1016/j.cageo.2004.05.006; half the amplitude: White et al. 1997, Global Biogeochemical Cycles 11:217-234). A
/// season whose start or end lies beyond the series has NaN there, and as length.
std::unique_ptr<const Node> make_phenology(std::string feature, std::vector<int> days, double fraction);

}  // namespace cers
