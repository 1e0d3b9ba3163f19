// SPDX-License-Identifier: Apache-2.0
// The pixels' values at samples: only blocks that hold samples are decoded.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cers/engine/graph.hpp"
#include "cers/learn/pixel_index.hpp"
#include "cers/learn/sample_selection.hpp"

namespace cers {

/// All bands at each position: values[position * bands + band].
struct SampleValues {
  std::size_t bands = 0;
  std::vector<float> values;
};

/// Values of `image` (float) at positions that are known already.
Late<SampleValues> extract_values(Graph& graph, Edge image, std::shared_ptr<const SampleSelection> positions,
                                  std::string label);

/// Values of `image` (float) at positions known after an earlier pass. They lie where `around` says; there are about
/// `expected` of them, for the memory plan.
Late<SampleValues> extract_values(Graph& graph, Edge image, Late<SampleSelection> positions,
                                  std::shared_ptr<const PixelIndex> around, std::size_t expected, std::string label);

}  // namespace cers
