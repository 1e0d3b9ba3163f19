// SPDX-License-Identifier: Apache-2.0
// Merges partial reductions as tiles are committed.
#pragma once

#include <map>
#include <memory>

#include "tile_worker.hpp"

namespace cers::engine_detail {

/// Chunks are merged in row-major order whatever tiles they came in, so floating sums have the same bits each time.
class Reduction {
 public:
  explicit Reduction(const ReduceTask& task) : task_(task), total_(task.start()) {}

  void add(std::vector<TileResult::Partial>& partials) {
    for (auto& partial : partials) {
      if (task_.exact())
        task_.merge(*total_, *partial.state);
      else
        waiting_[partial.chunk] = std::move(partial.state);
    }
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      task_.merge(*total_, *waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++next_;
    }
  }

  std::any finish() {
    CERS_EXPECT(waiting_.empty());
    return task_.finish(*total_);
  }

 private:
  const ReduceTask& task_;
  std::unique_ptr<ReduceTask::State> total_;
  std::map<int, std::unique_ptr<ReduceTask::State>> waiting_;
  int next_ = 0;
};

}  // namespace cers::engine_detail
