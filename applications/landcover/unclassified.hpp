// SPDX-License-Identifier: Apache-2.0
// How many pixels got no class.
#pragma once

#include <optional>
#include <string>

#include "cers/app/wiring.hpp"

namespace cers {

/// Warns after the run of pixels of `votes` (bands of make_model_votes) without a vote, where whole images are
/// computed. `mask`: one uint8 band, 0 where nobody looked: those pixels are told apart. `why`: what the others lack.
void tell_unclassified(Wiring& wiring, const std::string& image, Edge votes, std::optional<Edge> mask,
                       const std::string& why);

}  // namespace cers
