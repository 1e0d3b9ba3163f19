// SPDX-License-Identifier: Apache-2.0
// What of a graph the outputs ask for; the rest is not run.
#pragma once

#include <string>
#include <vector>

#include "graph_impl.hpp"

namespace cers::engine_detail {

/// By index of the graph's nodes and late values. A reduction is needed only when an output, or a node that leads to
/// one, asks for its value.
struct Needed {
  std::vector<bool> node;
  std::vector<bool> late;
};

Needed find_needed(const Graph::Impl& graph);

/// Names of the steps none of whose nodes is needed, in alphabetical order.
std::vector<std::string> unused_steps(const Graph::Impl& graph, const Needed& needed);

}  // namespace cers::engine_detail
