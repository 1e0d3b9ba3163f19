// SPDX-License-Identifier: Apache-2.0
// The seam between the engine and a thread library: produce in parallel, commit in order.
#pragma once

#include <functional>

#include "cers/engine/execute.hpp"

namespace cers::engine_detail {

/// `produce(index, worker)` runs concurrently, at most one call per worker number at a time; `commit(index)` runs for
/// index 0, 1, 2 … one at a time, each after its produce. At most `tokens` indices are between the two: index i starts
/// only after i − tokens was committed.
struct OrderedWork {
  int count = 0;
  int workers = 1;
  int tokens = 1;
  std::function<void(int index, int worker)> produce;
  std::function<void(int index)> commit;
};

/// Returns when all is committed; rethrows the first exception after all workers have stopped.
void run_ordered(SchedulerKind kind, const OrderedWork& work);

void run_ordered_with_threads(const OrderedWork& work);
#ifndef CERS_WITHOUT_TBB
void run_ordered_with_tbb(const OrderedWork& work);
#endif

}  // namespace cers::engine_detail
