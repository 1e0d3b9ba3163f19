// SPDX-License-Identifier: Apache-2.0
// What the packages of mask and fraction have in common.
#pragma once

#include <string>

#include "cers/engine/graph.hpp"

namespace cers::snow {

/// "20180211105000000" of "2018-02-11T10:50:00.000Z".
std::string digits_of(const std::string& text);

/// Every n-th pixel of a layer in both directions, n the largest that leaves `width` pixels or more across; a smaller
/// layer as it is.
Edge quicklook(Graph& graph, Edge layer, int width);

}  // namespace cers::snow
