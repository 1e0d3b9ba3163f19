// SPDX-License-Identifier: Apache-2.0
// What a filled series rests on: how often each pixel was seen, and how long not.
#pragma once

#include <memory>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers {

/// Takes one input of float bands for each of `days` (ascending, distinct), NaN in any band where the pixel was not
/// seen. Delivers two uint16 bands: the number of clear days, and the longest stretch of days without one between
/// `first` and `last`: from a clear day to the next, from `first` to the first of them, from the last to `last`.
/// Without any it is last - first.
std::unique_ptr<const Node> make_observation_counts(std::vector<int> days, int first, int last);

}  // namespace cers
