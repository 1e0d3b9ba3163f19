// SPDX-License-Identifier: Apache-2.0
// Calibration and noise annotations of Sentinel-1.
#pragma once

#include <optional>
#include <string>

#include "cers/products/sar.hpp"
#include "listing.hpp"

namespace cers::products {

/// The annotation whose name starts with `kind` ("calibration-", "noise-", "" for the image's own) for a polarisation
/// ("vv"); null when there is none.
const Listing::Entry* find_sar_annotation(const Listing& listing, const std::string& kind,
                                          const std::string& polarisation);

SarCalibration parse_sar_calibration(const Listing& listing, const Listing::Entry& entry);
SarNoise parse_sar_noise(const Listing& listing, const Listing::Entry& entry);

/// What is wrong with noise of the first two years; empty when nothing is.
std::string sar_noise_problem(const SarNoise& noise, const std::string& shown);

}  // namespace cers::products
