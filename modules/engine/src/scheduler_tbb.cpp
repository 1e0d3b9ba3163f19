// SPDX-License-Identifier: Apache-2.0
#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include "scheduler.hpp"

namespace cers::engine_detail {

void run_ordered_with_tbb(const OrderedWork& work) {
  // -threads may exceed the number of cores; TBB would otherwise start no more than those.
  const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(work.workers));
  tbb::task_arena arena(work.workers);
  arena.execute([&work] {
    int next = 0;
    const auto source = tbb::make_filter<void, int>(tbb::filter_mode::serial_in_order, [&](tbb::flow_control& flow) {
      if (next == work.count) {
        flow.stop();
        return -1;
      }
      return next++;
    });
    const auto produce = tbb::make_filter<int, int>(tbb::filter_mode::parallel, [&work](int index) {
      work.produce(index, tbb::this_task_arena::current_thread_index());
      return index;
    });
    const auto commit =
        tbb::make_filter<int, void>(tbb::filter_mode::serial_in_order, [&work](int index) { work.commit(index); });
    tbb::parallel_pipeline(static_cast<std::size_t>(work.tokens), source & produce & commit);
  });
}

}  // namespace cers::engine_detail
