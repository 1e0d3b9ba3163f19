// SPDX-License-Identifier: Apache-2.0
// What a worker does for one tile of a pass, in which order and in which blocks.
#pragma once

#include "pass_plan.hpp"

namespace cers::engine_detail {

/// Fills nodes, steps and slots of `pass` from its targets and the nodes it takes from memory. `fuse`: runs of
/// pixelwise nodes are walked row by row, else each node makes a block of its own.
void build_steps(const Graph::Impl& graph, PassPlan& pass, bool fuse);

}  // namespace cers::engine_detail
