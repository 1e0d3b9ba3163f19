// SPDX-License-Identifier: Apache-2.0
// How long late values are asked for.
#pragma once

#include "needed.hpp"
#include "pass_plan.hpp"

namespace cers::engine_detail {

/// Per late value: something asks for it from pass `next` on. `known`: per late value, it is there already; tasks and
/// reductions that made theirs ask for nothing more.
std::vector<bool> asked_from(const Graph::Impl& graph, const Needed& needed, const std::vector<PassPlan>& passes,
                             std::size_t next, const std::vector<bool>& known);

/// Per late value: it is there before pass `next`.
std::vector<bool> known_before(const Graph::Impl& graph, const std::vector<PassPlan>& passes, std::size_t next);

}  // namespace cers::engine_detail
