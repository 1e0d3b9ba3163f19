// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/handle_pool.hpp"

#include <gdal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <list>
#include <mutex>

#include "cers/core/error.hpp"
#include "cers/raster-io/gdal_errors.hpp"
#include "inflated_members.hpp"

namespace cers {
namespace {

// Working memory beyond this goes with the lease: that of a whole-image strip must not stay allocated.
constexpr std::size_t kept_buffer_bytes = std::size_t{32} << 20;

std::size_t default_most_open() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 256;
  return std::clamp<std::size_t>(static_cast<std::size_t>(limit.rlim_cur) / 2, 1, 256);
}

struct CloseDataset {
  void operator()(void* dataset) const {
    const ErrorCollector silent;  // opened read-only: nothing can be lost
    GDALClose(dataset);
  }
};
using DatasetPtr = std::unique_ptr<void, CloseDataset>;

DatasetPtr open_dataset(const std::string& name, const std::vector<std::string>& options) {
  std::vector<const char*> list;
  for (const std::string& option : options) list.push_back(option.c_str());
  list.push_back(nullptr);
  const ErrorCollector errors;
  DatasetPtr dataset(GDALOpenEx(name.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, nullptr,
                                list.data(), nullptr));
  if (!dataset)
    throw DataError("'" + name + "' cannot be opened as a raster: " + errors.text(),
                    "check that it is an image in a format of `gdalinfo --formats`, complete and readable; if it was "
                    "copied or downloaded, do so again");
  return dataset;
}

}  // namespace

struct HandlePool::Lease::Handle {
  DatasetKey key;
  DatasetPtr dataset;
  std::vector<std::byte> buffer;
};

struct HandlePool::State {
  using HandlePtr = std::unique_ptr<Lease::Handle>;

  mutable std::mutex mutex;
  InflatedMembers members;                      // outlives the handles on its copies
  std::list<HandlePtr> idle;                    // most recently used first
  std::vector<std::vector<std::byte>> buffers;  // of leases that ended: as many as there ever were at once
  Stats stats;
  std::size_t most_open = 0;

  // Of the latest lease that ended.
  std::vector<std::byte> take_buffer() {
    if (buffers.empty()) return {};
    std::vector<std::byte> buffer = std::move(buffers.back());
    buffers.pop_back();
    return buffer;
  }

  // Takes idle handles off the list until the limit holds; the caller closes them outside the lock.
  std::vector<HandlePtr> surplus() {
    std::vector<HandlePtr> old;
    while (stats.open > most_open && !idle.empty()) {
      old.push_back(std::move(idle.back()));
      idle.pop_back();
      --stats.open;
    }
    return old;
  }
};

std::string file_version(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return std::to_string(status.st_size) + " bytes, " + std::to_string(status.st_mtim.tv_sec) + "." +
         std::to_string(status.st_mtim.tv_nsec) + ", inode " + std::to_string(status.st_ino);
}

HandlePool::HandlePool(std::size_t most_open) : state_(std::make_unique<State>()) {
  initialise_gdal();
  state_->most_open = most_open > 0 ? most_open : default_most_open();
}

HandlePool::~HandlePool() = default;

HandlePool::Lease::Lease(HandlePool& pool, std::unique_ptr<Handle> handle) : pool_(&pool), handle_(std::move(handle)) {}
HandlePool::Lease::Lease(Lease&& other) noexcept = default;

HandlePool::Lease::~Lease() {
  if (!handle_) return;
  if (handle_->buffer.size() > kept_buffer_bytes) std::vector<std::byte>().swap(handle_->buffer);
  State& state = *pool_->state_;
  std::vector<std::unique_ptr<Handle>> old;
  const std::lock_guard lock(state.mutex);
  if (!handle_->buffer.empty()) state.buffers.push_back(std::move(handle_->buffer));
  state.idle.push_front(std::move(handle_));
  old = state.surplus();
}

void* HandlePool::Lease::dataset() const {
  return handle_->dataset.get();
}

std::vector<std::byte>& HandlePool::Lease::buffer() const {
  return handle_->buffer;
}

HandlePool::Lease HandlePool::lease(const DatasetKey& key) {
  std::vector<State::HandlePtr> old;  // closed after the lock is released
  std::vector<std::byte> buffer;
  {
    const std::lock_guard lock(state_->mutex);
    buffer = state_->take_buffer();
    const auto found =
        std::find_if(state_->idle.begin(), state_->idle.end(), [&](const auto& handle) { return handle->key == key; });
    if (found != state_->idle.end()) {
      Lease lease(*this, std::move(*found));
      state_->idle.erase(found);
      lease.handle_->buffer = std::move(buffer);
      return lease;
    }
    ++state_->stats.opens;
    ++state_->stats.open;
    old = state_->surplus();
    state_->stats.peak_open = std::max(state_->stats.peak_open, state_->stats.open);
  }
  old.clear();
  try {
    auto handle = std::make_unique<Lease::Handle>();
    handle->key = key;
    handle->buffer = std::move(buffer);
    const std::string name = key.for_pixels ? state_->members.readable(key.dataset) : key.dataset;
    handle->dataset = open_dataset(name, key.open_options);
    if (!key.version.empty() && file_version(key.file) != key.version)
      throw DataError("'" + key.file + "' changed while it was being read",
                      "run again once nothing writes to it any more");
    return {*this, std::move(handle)};
  } catch (...) {
    const std::lock_guard lock(state_->mutex);
    --state_->stats.opens;
    --state_->stats.open;
    throw;
  }
}

HandlePool::Stats HandlePool::stats() const {
  const std::lock_guard lock(state_->mutex);
  return state_->stats;
}

std::size_t HandlePool::most_open() const {
  const std::lock_guard lock(state_->mutex);
  return state_->most_open;
}

void HandlePool::keep_at_most(std::size_t count) {
  std::vector<State::HandlePtr> old;  // closed after the lock is released
  const std::lock_guard lock(state_->mutex);
  state_->most_open = std::max<std::size_t>(1, std::min(state_->most_open, count));
  old = state_->surplus();
}

void HandlePool::count_decodes(std::uint64_t units) {
  const std::lock_guard lock(state_->mutex);
  state_->stats.decodes += units;
}

}  // namespace cers
