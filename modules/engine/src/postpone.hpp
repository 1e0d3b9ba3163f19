// SPDX-License-Identifier: Apache-2.0
// What could be made early and nothing waits for is made in a later pass that reads its files anyway.
#pragma once

#include <vector>

#include "graph_impl.hpp"

namespace cers::engine_detail {

enum class Staging {
  fixed,    ///< stands alone, or something waits for it
  movable,  ///< may be made later
  beside,   ///< may be made later, and only beside something else
};

/// What a stage computes over its whole raster.
struct StagedTarget {
  int node = -1;  ///< -1: one that reads hardly anything
  int stage = 0;  ///< the earliest
  Staging staging = Staging::fixed;
};

/// The stage of each of `targets`. A movable one goes to the first later stage whose targets read all files it needs,
/// unless a target of its own stage that stays reads one of them: then nothing would be saved. So a validity map beside
/// a map of classes does not cost a sweep of its own. One that is made only beside others goes to the first stage in
/// which others read all its files, one of them on its grid; -1 when there is none.
std::vector<int> postponed_stages(const Graph::Impl& graph, const std::vector<StagedTarget>& targets);

}  // namespace cers::engine_detail
