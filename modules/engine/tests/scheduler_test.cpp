// SPDX-License-Identifier: Apache-2.0
#include "scheduler.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <stdexcept>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using engine_detail::OrderedWork;
using engine_detail::run_ordered;

TEST(Scheduler, CommitsInOrderWithBoundedTokens) {
  for (const SchedulerKind kind : testing::schedulers()) {
    std::vector<int> committed;
    std::atomic<int> produced{0};
    std::atomic<int> in_flight{0};
    std::atomic<int> most{0};
    std::atomic<bool> workers_in_range{true};
    OrderedWork work;
    work.count = 500;
    work.workers = 3;
    work.tokens = 5;
    work.produce = [&](int, int worker) {
      const int now = ++in_flight;
      int seen = most;
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
      if (worker < 0 || worker >= 3) workers_in_range = false;
      ++produced;
    };
    work.commit = [&](int index) {
      --in_flight;
      committed.push_back(index);
    };
    run_ordered(kind, work);
    EXPECT_EQ(produced, 500);
    EXPECT_LE(most, 5);
    EXPECT_TRUE(workers_in_range);
    ASSERT_EQ(committed.size(), 500U);
    for (int i = 0; i < 500; ++i) EXPECT_EQ(committed[static_cast<std::size_t>(i)], i);
  }
}

TEST(Scheduler, RethrowsTheFirstError) {
  for (const SchedulerKind kind : testing::schedulers()) {
    for (const bool in_commit : {false, true}) {
      OrderedWork work;
      work.count = 100;
      work.workers = 2;
      work.tokens = 4;
      work.produce = [&](int index, int) {
        if (!in_commit && index == 7) throw std::runtime_error("seven");
      };
      work.commit = [&](int index) {
        if (in_commit && index == 7) throw std::runtime_error("seven");
      };
      EXPECT_THROW(run_ordered(kind, work), std::runtime_error);
    }
  }
}

TEST(Scheduler, NothingToDoIsNothing) {
  for (const SchedulerKind kind : testing::schedulers()) {
    OrderedWork work;
    work.produce = [](int, int) { FAIL(); };
    work.commit = [](int) { FAIL(); };
    run_ordered(kind, work);
  }
}

}  // namespace
}  // namespace cers
