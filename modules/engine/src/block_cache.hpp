// SPDX-License-Identifier: Apache-2.0
// Decoded native blocks shared by all workers: each is decoded by exactly one of them, kept while planned tiles need
// it.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <vector>

#include "pass_plan.hpp"

namespace cers::engine_detail {

/// Where the time of one worker went, in nanoseconds.
struct WorkerTimes {
  std::int64_t decode = 0;
  std::int64_t compute = 0;
  std::int64_t wait = 0;
};

class BlockCache {
 public:
  /// `units_ahead`: how many units may be decoded before a tile asks for them.
  BlockCache(const std::vector<SourceUse>& uses, std::size_t units_ahead, std::stop_token stop);

  /// Announces the units that coming tiles will acquire: `acquisitions[unit]` times each.
  void expect(const std::vector<std::uint32_t>& acquisitions);
  /// Takes back what was announced for tiles that will not come.
  void forgo(std::span<const int> units);
  /// The units in the order in which coming tiles ask for them; only these are decoded ahead.
  void set_order(std::vector<int> order);

  /// Returns when all `units` are decoded. While another worker decodes one of them, decodes other missing ones: of
  /// this tile first, then the next expected. Waits only when nothing is left to decode. Throws what a decode threw,
  /// Cancelled when stopped.
  void acquire(std::span<const int> units, WorkerTimes& times);
  /// Between acquire and release the block stays valid.
  const Block& block(int unit) const { return *units_[static_cast<std::size_t>(unit)].block; }
  void release(std::span<const int> units);

  std::uint64_t decoded() const { return decoded_; }

 private:
  enum class State : std::uint8_t { missing, decoding, ready, failed };
  struct Unit {
    State state = State::missing;
    bool ahead = false;  ///< decoded before any tile asked
    std::uint32_t remaining = 0;
    std::unique_ptr<Block> block;
  };

  void decode(int unit, std::unique_lock<std::mutex>& lock, WorkerTimes& times);
  void no_longer_needed(Unit& unit);
  std::unique_ptr<Block> storage_for(std::size_t bytes);
  int claim_ahead();
  const SourceUse& use_of(int unit) const;

  const std::vector<SourceUse>& uses_;
  std::size_t units_ahead_;
  std::stop_token stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Unit> units_;
  std::deque<std::unique_ptr<Block>> spare_;   ///< storage of blocks that nobody needs any more
  std::vector<std::unique_ptr<Block>> whole_;  ///< for blocks of which parts are kept: one for each thread at most
  std::vector<int> order_;
  std::size_t cursor_ = 0;
  std::size_t ahead_ = 0;
  std::exception_ptr failure_;
  std::uint64_t decoded_ = 0;
};

}  // namespace cers::engine_detail
