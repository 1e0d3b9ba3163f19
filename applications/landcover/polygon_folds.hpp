// SPDX-License-Identifier: Apache-2.0
// The parts of a cross-validation: whole polygons of all files, and those that lie on the same ground together.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "cers/app/wiring.hpp"
#include "cers/core/grid.hpp"
#include "reference_polygons.hpp"

namespace cers {

/// The fold of each polygon of `files`, from 0, by its number in SampleTable::groups. Polygons that share a sample on
/// one of `grids` (those of the images), of one file or of several, are in one fold; so are those of one block, of
/// whatever file. Warns of classes that a fold has no training for, and of polygons that overlap.
std::map<std::int64_t, int> share_out_folds(const PolygonFiles& files, const std::vector<Grid>& grids,
                                            const SplitOptions& options, Wiring& wiring);

}  // namespace cers
