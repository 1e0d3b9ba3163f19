// SPDX-License-Identifier: Apache-2.0
// A map of classes that several passes look at, kept in memory between them in as few bytes as it needs.
#pragma once

#include "cers/engine/graph.hpp"

namespace cers {

/// The same labels (one int32 band), kept between passes where there is room (Graph::keep): what leads to them is then
/// computed once. They take one byte a pixel where the band names its classes and these, with its nodata value, lie in
/// 0..255; two bytes up to 65535; else four. A pixel of another label than the narrow types hold is a DataError. For
/// labels that cost more than reading a file.
Edge keep_labels(Graph& graph, Edge labels);

}  // namespace cers
