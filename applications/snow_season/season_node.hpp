// SPDX-License-Identifier: Apache-2.0
// The season of many snow masks as one step of a graph.
#pragma once

#include <memory>
#include <vector>

#include "cers/engine/node.hpp"
#include "season_rules.hpp"

namespace cers::season {

/// Takes one input of one uint8 band for each of `days` (relative to the period's first day, ascending; equal days are
/// images of one day, the more trusted ones first) and delivers `layers` as bands of type uint16.
std::unique_ptr<const Node> make_season_node(const Rules& rules, const DayRange& period, std::vector<int> days,
                                             std::vector<Layer> layers);

}  // namespace cers::season
