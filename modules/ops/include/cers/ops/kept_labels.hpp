// SPDX-License-Identifier: Apache-2.0
// A map of classes computed once and kept in memory, for what must look at it in several passes.
#pragma once

#include "cers/engine/graph.hpp"

namespace cers {

/// The same labels (one int32 band), from memory in the passes after the one that computes them: what leads to them is
/// computed once. They take one byte a pixel where the band names its classes and these, with its nodata value, lie in
/// 0..255; two bytes up to 65535; else four; a pixel of another label is then a DataError. For labels that cost more
/// than reading a file.
Edge keep_labels(Graph& graph, Edge labels);

}  // namespace cers
