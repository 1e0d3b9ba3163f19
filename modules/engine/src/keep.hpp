// SPDX-License-Identifier: Apache-2.0
// Rasters that stay in memory between passes, so that a later pass neither reads nor computes what is under them.
#pragma once

#include "pass_plan.hpp"

namespace cers::engine_detail {

/// Of the nodes `keep` those that a pass of their own stage walks anyway, pixel by pixel, and a later pass needs: adds
/// them to that pass's targets and to what later passes take. `stage_of_pass`: per pass; `stage_of_node`: the first in
/// which a node can run.
std::vector<KeptNode> keep_between(const Graph::Impl& graph, std::vector<PassPlan>& passes,
                                   const std::vector<int>& stage_of_pass, const std::vector<int>& stage_of_node,
                                   const std::vector<int>& keep);

}  // namespace cers::engine_detail
