// SPDX-License-Identifier: Apache-2.0
// std::jthread scheduler: small, and fully visible to the thread sanitizer.
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "scheduler.hpp"

namespace cers::engine_detail {
namespace {

class OrderedRun {
 public:
  explicit OrderedRun(const OrderedWork& work) : work_(work), produced_(static_cast<std::size_t>(work.tokens), false) {}

  void run() {
    {
      std::vector<std::jthread> threads;
      for (int worker = 0; worker < work_.workers; ++worker) threads.emplace_back([this, worker] { work(worker); });
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void work(int worker) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return failure_ || next_ == work_.count || next_ < committed_ + work_.tokens; });
      if (failure_ || next_ == work_.count) return;
      const int index = next_++;
      lock.unlock();
      try {
        work_.produce(index, worker);
        lock.lock();
        produced_[slot(index)] = true;
        commit_ready(lock);
      } catch (...) {  // kept for run(), which rethrows it to the caller
        if (!lock.owns_lock()) lock.lock();
        if (!failure_) failure_ = std::current_exception();
        changed_.notify_all();
        return;
      }
    }
  }

  // One thread at a time commits whatever is ready; the others go on producing.
  void commit_ready(std::unique_lock<std::mutex>& lock) {
    if (committing_) return;
    committing_ = true;
    while (!failure_ && committed_ < work_.count && produced_[slot(committed_)]) {
      const int index = committed_;
      lock.unlock();
      work_.commit(index);
      lock.lock();
      produced_[slot(index)] = false;
      ++committed_;
      changed_.notify_all();
    }
    committing_ = false;
  }

  std::size_t slot(int index) const { return static_cast<std::size_t>(index % work_.tokens); }

  const OrderedWork& work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<bool> produced_;
  int next_ = 0;
  int committed_ = 0;
  bool committing_ = false;
  std::exception_ptr failure_;
};

}  // namespace

void run_ordered_with_threads(const OrderedWork& work) {
  OrderedRun(work).run();
}

void run_ordered(SchedulerKind kind, const OrderedWork& work) {
#ifndef CERS_WITHOUT_TBB
  if (kind == SchedulerKind::tbb) return run_ordered_with_tbb(work);
#endif
  (void)kind;
  run_ordered_with_threads(work);
}

}  // namespace cers::engine_detail
