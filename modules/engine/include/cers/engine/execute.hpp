// SPDX-License-Identifier: Apache-2.0
// Runs a plan: each output appears whole or not at all.
#pragma once

#include <stop_token>

#include "cers/core/events.hpp"
#include "cers/engine/plan.hpp"

namespace cers {

enum class SchedulerKind { tbb, threads };

struct RunContext {
  std::stop_token stop;
  Observer* observer = nullptr;
#ifdef CERS_WITHOUT_TBB
  SchedulerKind scheduler = SchedulerKind::threads;
#else
  SchedulerKind scheduler = SchedulerKind::tbb;
#endif
};

/// Polled by node-independent code (block decodes, tile starts, tasks). Throws Cancelled when the stop token fires.
RunReport execute(const Plan& plan, const RunContext& context);

}  // namespace cers
