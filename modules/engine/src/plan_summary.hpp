// SPDX-License-Identifier: Apache-2.0
// What a plan tells of itself: steps, time and memory by part; and why one cannot be.
#pragma once

#include "sizing.hpp"

namespace cers::engine_detail {

/// What a pass finds taken, whatever its tiles: the program, pixels and late values of passes before.
std::uint64_t taken_bytes(const Plan::Impl& plan, std::size_t pass);

/// Without its times, which depend on what other passes decode.
PassSummary summarize(const Plan::Impl& plan, std::size_t number, const PassSizing& sizing);

/// Kinds of nodes and decoding by their part of the forecast, what is below a hundredth left out.
std::vector<TimeShare> time_shares(const Graph::Impl& graph, const PassPlan& pass, const PassSizing& sizing);

/// Throws UserError: pass `number` is too large, and for what.
[[noreturn]] void refuse(const Plan::Impl& plan, std::size_t number, const PassSizing& sizing);

}  // namespace cers::engine_detail
