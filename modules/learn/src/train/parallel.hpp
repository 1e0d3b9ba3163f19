// SPDX-License-Identifier: Apache-2.0
// Independent jobs on a few threads, between the passes of a run: nothing else computes then.
#pragma once

#include <atomic>
#include <cstddef>
#include <future>
#include <vector>

namespace cers::learn {

/// Calls job(i) for every i in [0, count) on at most `threads` threads, the caller's among them. Jobs begin in order.
/// An exception of a job ends the thread it was thrown in and is thrown again once all threads are done.
template <class Job>
void in_parallel(std::size_t count, int threads, const Job& job) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) job(i);
  };
  std::vector<std::future<void>> others;  // futures of std::async wait when they go
  for (int i = 1; i < threads && static_cast<std::size_t>(i) < count; ++i)
    others.push_back(std::async(std::launch::async, work));
  work();
  for (std::future<void>& other : others) other.get();
}

}  // namespace cers::learn
