// SPDX-License-Identifier: Apache-2.0
// Rasters that could be written early wait for a later pass that reads their files anyway.
#pragma once

#include <vector>

#include "graph_impl.hpp"

namespace cers::engine_detail {

/// What a stage computes over its whole raster.
struct StagedTarget {
  int node = -1;  ///< -1: one that reads hardly anything
  int stage = 0;
  bool movable = false;  ///< a raster that does not stand alone
};

/// The stage of each of `targets`, given the earliest ones. A movable one goes to the first later stage whose targets
/// read all files it needs, unless a target of its own stage that stays reads one of them: then nothing would be saved.
/// So a validity map beside a map of classes does not cost a sweep of its own.
std::vector<int> postponed_stages(const Graph::Impl& graph, const std::vector<StagedTarget>& targets);

}  // namespace cers::engine_detail
