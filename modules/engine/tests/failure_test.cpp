// SPDX-License-Identifier: Apache-2.0
// Errors and cancellation: nothing is published, everything opened is discarded.
#include <gtest/gtest.h>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

struct SyntheticRun {
  Graph graph;
  SinkRecord record;
  MemorySink* sink = nullptr;

  explicit SyntheticRun(std::function<void(int, int)> before_decode = {}) {
    const Size raster{512, 512};
    auto source = std::make_unique<FakeSource>("a", raster, 1, Size{64, 64});
    source->before_decode = std::move(before_decode);
    const SourceId a = graph.add_source(std::move(source));
    auto made = std::make_unique<MemorySink>(record, raster, 1, PixelType::i16, Size{64, 64});
    sink = made.get();
    graph.write(graph.read(a, {0}, {}), std::move(made));
  }
};

TEST(Failure, ADamagedBlockEndsTheRunWithItsOwnError) {
  for (const SchedulerKind kind : schedulers()) {
    for (const int threads : {1, 4}) {
      SyntheticRun setup([](int column, int row) {
        if (column == 3 && row == 4) throw DataError("block 3,4 is damaged");
      });
      const Plan plan = Plan::make(setup.graph, budget(threads));
      try {
        execute(plan, context(kind));
        FAIL() << "expected a DataError";
      } catch (const DataError& error) {
        EXPECT_EQ(error.fault(), "block 3,4 is damaged");
      }
      EXPECT_TRUE(setup.record.discarded);
      EXPECT_FALSE(setup.record.published);
    }
  }
}

TEST(Failure, AFullDiskEndsTheRun) {
  for (const SchedulerKind kind : schedulers()) {
    SyntheticRun setup;
    int writes = 0;
    setup.sink->before_write = [&writes] {
      if (++writes == 5) throw DataError("no space left");
    };
    EXPECT_THROW(execute(Plan::make(setup.graph, budget(3)), context(kind)), DataError);
    EXPECT_TRUE(setup.record.discarded);
  }
}

class AloneSink final : public MemorySink {
 public:
  using MemorySink::MemorySink;
  bool alone() const override { return true; }
};

TEST(Failure, WhatStandsAloneIsKeptWhenALaterPassFails) {
  for (const SchedulerKind kind : schedulers()) {
    const Size raster{256, 256};
    SinkRecord first;
    SinkRecord second;
    Graph graph;
    const auto add = [&](const char* name, SinkRecord& record, std::function<void(int, int)> before_decode) {
      auto source = std::make_unique<FakeSource>(name, raster, 1, Size{64, 64});
      source->before_decode = std::move(before_decode);
      const Edge edge = graph.read(graph.add_source(std::move(source)), {0}, {});
      graph.write(edge, std::make_unique<AloneSink>(record, raster, 1, PixelType::i16, Size{64, 64}));
    };
    add("whole", first, {});
    add("damaged", second, [](int column, int row) {
      if (column == 2 && row == 2) throw DataError("block 2,2 is damaged");
    });
    EXPECT_THROW(execute(Plan::make(graph, budget(2)), context(kind)), DataError);
    EXPECT_TRUE(first.published);
    EXPECT_FALSE(first.discarded);
    EXPECT_FALSE(second.published);
    EXPECT_TRUE(second.discarded);
  }
}

TEST(Failure, CancelStopsWithinATile) {
  for (const SchedulerKind kind : schedulers()) {
    std::stop_source stop;
    std::atomic<int> decoded{0};
    SyntheticRun setup([&](int, int) {
      if (++decoded == 10) stop.request_stop();
    });
    RunContext run = context(kind);
    run.stop = stop.get_token();
    EXPECT_THROW(execute(Plan::make(setup.graph, budget(2, Size{64, 64})), run), Cancelled);
    EXPECT_LE(decoded.load(), 12);
    EXPECT_TRUE(setup.record.discarded);
  }
}

TEST(Failure, ImagesOfDifferentGridsAreRefusedWhenAdded) {
  Graph graph;
  graph.set_step("mix");
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", Size{100, 100}, 1, Size{64, 64}));
  const SourceId b = graph.add_source(std::make_unique<FakeSource>("b", Size{50, 50}, 1, Size{64, 64}));
  try {
    graph.add(std::make_unique<Blend>(1.0F, 1.0F), {graph.read(a, {0}, {}), graph.read(b, {0}, {})});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("step mix"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("100×100 against 50×50"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace cers
