// SPDX-License-Identifier: Apache-2.0
#include "block_cache.hpp"

#include <algorithm>
#include <chrono>

namespace cers::engine_detail {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

class Stopwatch {
 public:
  explicit Stopwatch(std::int64_t& total) : total_(total), start_(std::chrono::steady_clock::now()) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() { total_ += std::chrono::nanoseconds(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::int64_t& total_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace

BlockCache::BlockCache(const std::vector<SourceUse>& uses, std::size_t units_ahead, std::stop_token stop)
    : uses_(uses), units_ahead_(units_ahead), stop_(std::move(stop)) {
  int count = 0;
  for (const SourceUse& use : uses) count += use.unit_count();
  units_.resize(at(count));
}

void BlockCache::expect(const std::vector<std::uint32_t>& acquisitions) {
  const std::lock_guard lock(mutex_);
  for (std::size_t unit = 0; unit < acquisitions.size(); ++unit) units_[unit].remaining += acquisitions[unit];
}

void BlockCache::forgo(std::span<const int> units) {
  const std::lock_guard lock(mutex_);
  for (int id : units) {
    Unit& unit = units_[at(id)];
    CERS_EXPECT(unit.remaining > 0 && unit.state != State::decoding);
    if (--unit.remaining == 0 && unit.state == State::ready) no_longer_needed(unit);
  }
}

void BlockCache::no_longer_needed(Unit& unit) {
  unit.state = State::missing;
  spare_.push_back(std::move(unit.block));
}

void BlockCache::set_order(std::vector<int> order) {
  const std::lock_guard lock(mutex_);
  order_ = std::move(order);
  cursor_ = 0;
}

const SourceUse& BlockCache::use_of(int unit) const {
  const auto after = std::upper_bound(uses_.begin(), uses_.end(), unit,
                                      [](int u, const SourceUse& use) { return u < use.first_unit; });
  return *(after - 1);
}

void BlockCache::acquire(std::span<const int> units, WorkerTimes& times) {
  std::unique_lock lock(mutex_);
  std::vector<int> pending;
  for (int id : units) {
    if (failure_) std::rethrow_exception(failure_);
    Unit& unit = units_[at(id)];
    if (unit.ahead) {
      unit.ahead = false;
      --ahead_;
    }
    if (unit.state == State::missing) {
      unit.state = State::decoding;
      decode(id, lock, times);
    } else if (unit.state == State::decoding) {
      pending.push_back(id);
    }
  }
  while (true) {
    if (failure_) std::rethrow_exception(failure_);
    std::erase_if(pending, [this](int id) { return units_[at(id)].state == State::ready; });
    if (pending.empty()) return;
    if (const int next = claim_ahead(); next >= 0) {
      decode(next, lock, times);
      continue;
    }
    const Stopwatch watch(times.wait);
    changed_.wait(lock);
  }
}

// The next expected unit that nobody has; -1 when there is none or enough lie ready.
int BlockCache::claim_ahead() {
  if (ahead_ >= units_ahead_) return -1;
  for (; cursor_ < order_.size(); ++cursor_) {
    Unit& unit = units_[at(order_[cursor_])];
    if (unit.state != State::missing || unit.remaining == 0) continue;
    unit.state = State::decoding;
    unit.ahead = true;
    ++ahead_;
    return order_[cursor_++];
  }
  return -1;
}

// Storage of its size that is free. Without one, free storage of other sizes goes before new is taken, so that all of
// it together stays what the plan counts: what lives at once.
std::unique_ptr<Block> BlockCache::storage_for(std::size_t bytes) {
  const auto fits = [bytes](const std::unique_ptr<Block>& block) {
    return block->capacity() >= bytes && block->capacity() - bytes <= bytes / 8;
  };
  if (const auto found = std::find_if(spare_.rbegin(), spare_.rend(), fits); found != spare_.rend()) {
    std::unique_ptr<Block> block = std::move(*found);
    spare_.erase(std::next(found).base());
    return block;
  }
  std::size_t freed = 0;
  while (!spare_.empty() && freed < bytes) {
    freed += spare_.front()->capacity();
    spare_.pop_front();
  }
  return std::make_unique<Block>();
}

void BlockCache::decode(int id, std::unique_lock<std::mutex>& lock, WorkerTimes& times) {
  Unit& unit = units_[at(id)];
  std::unique_ptr<Block> block = storage_for(use_of(id).unit_bytes(id));
  std::unique_ptr<Block> whole;  // of which `block` is a part
  if (use_of(id).parts() > 1) {
    if (whole_.empty()) whole_.push_back(std::make_unique<Block>());
    whole = std::move(whole_.back());
    whole_.pop_back();
  }
  lock.unlock();
  std::exception_ptr failure;
  try {
    if (stop_.stop_requested()) throw Cancelled();
    const Stopwatch watch(times.decode);
    const SourceUse& use = use_of(id);
    const int index = (id - use.first_unit) / use.units_per_block();
    const int position = (id - use.first_unit) % use.units_per_block();
    const std::span<const int> bands =
        use.interleaved ? std::span<const int>(use.bands) : std::span<const int>(&use.bands[at(position)], 1);
    const PixelType type = use.source->info().type;
    Block& decoded = whole ? *whole : *block;
    decoded.reshape(use.native_window(id), use.unit_bands(), type);
    use.source->decode(index % use.columns, index / use.columns / use.parts(), bands, decoded);
    if (whole) {
      block->reshape(use.unit_window(id), use.unit_bands(), type);
      for (int band = 0; band < use.unit_bands(); ++band) copy_pixels(*whole, band, *block, band, block->window());
    }
  } catch (...) {  // handed to every worker that needs the block; acquire() rethrows it
    failure = std::current_exception();
  }
  lock.lock();
  if (whole) whole_.push_back(std::move(whole));
  if (failure) {
    unit.state = State::failed;
    if (!failure_) failure_ = failure;
  } else {
    unit.block = std::move(block);
    unit.state = State::ready;
    ++decoded_;
  }
  changed_.notify_all();
}

void BlockCache::release(std::span<const int> units) {
  const std::lock_guard lock(mutex_);
  for (int id : units) {
    Unit& unit = units_[at(id)];
    CERS_EXPECT(unit.remaining > 0 && unit.state == State::ready);
    if (--unit.remaining == 0) no_longer_needed(unit);
  }
}

}  // namespace cers::engine_detail
