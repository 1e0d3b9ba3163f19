// SPDX-License-Identifier: Apache-2.0
// What the codes of published maps mean, and the colours their producers draw them in.
#pragma once

#include <vector>

#include "cers/core/grid.hpp"

namespace cers {

/// Snow masks of Theia, Let-it-snow and Cers: 0, 100, 205, `nodata` (254 up to Let-it-snow 1.5, else 255) and, with
/// `water`, 210 water and 211 ice. Colours: those of Let-it-snow's tools, water that of Copernicus, ice Cers'
/// own.
std::vector<ClassInfo> snow_mask_classes(int nodata, bool water);

/// Fractions of snow, 0 to 100, 205, 210, 211, 255: the colours of Copernicus HR-S&I, 0 that of Let-it-snow's style.
/// The percents have no name, for they are no classes.
std::vector<ClassInfo> snow_fraction_classes();

/// Quality of a fraction, 0 (best) to 3, 205, 210, 211, 255: the colours of Copernicus HR-S&I.
std::vector<ClassInfo> snow_quality_classes();

/// Scene classification of Sen2Cor (SCL), 0 to 11.
std::vector<ClassInfo> scl_legend();

/// Land cover of France (OSO) since 2018, 1 to 23, with the colours its users share.
std::vector<ClassInfo> oso_legend();

}  // namespace cers
