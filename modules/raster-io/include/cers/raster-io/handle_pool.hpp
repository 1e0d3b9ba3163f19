// SPDX-License-Identifier: Apache-2.0
// Open datasets are dear and serve one thread at a time: workers lease them here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cers {

/// What to open. `file` and `version` guard against a file that is replaced meanwhile; both may be empty.
struct DatasetKey {
  std::string dataset;                      ///< what GDAL opens: a path or a subdataset name
  std::vector<std::string> open_options{};  ///< "KEY=VALUE"
  std::string file{};                       ///< the file that holds it
  std::string version{};                    ///< file_version(file) when the source was opened
  bool for_pixels = false;                  ///< blocks will be read: a compressed member of a zip is inflated once
  friend bool operator==(const DatasetKey&, const DatasetKey&) = default;
};

/// Size, modification time and inode of a file as a text; empty when there is no such file.
std::string file_version(const std::string& path);

/// Leases GDAL dataset handles. At most `most_open` stay open, the least
/// recently used idle one being closed first; only when more than that are leased at once is the limit exceeded, for
/// a worker never waits here. Thread safe. Must outlive every source opened with it.
class HandlePool {
 public:
  /// `most_open` 0: min(256, half the file descriptors the process may have).
  explicit HandlePool(std::size_t most_open = 0);
  ~HandlePool();
  HandlePool(const HandlePool&) = delete;
  HandlePool& operator=(const HandlePool&) = delete;

  /// An exclusive handle, given back by the destructor.
  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    /// A GDALDatasetH, opened read-only; never null.
    void* dataset() const;
    /// Working memory for the time of the lease, its contents undefined; an idle handle has none.
    std::vector<std::byte>& buffer() const;

   private:
    friend class HandlePool;
    struct Handle;
    Lease(HandlePool& pool, std::unique_ptr<Handle> handle);
    HandlePool* pool_;
    std::unique_ptr<Handle> handle_;
  };

  /// An idle handle of that dataset, else a new one. Throws DataError with the driver's words when it cannot be opened
  /// and when the file is no longer the one that `key.version` describes.
  Lease lease(const DatasetKey& key);

  struct Stats {
    std::uint64_t opens = 0;    ///< datasets opened so far
    std::uint64_t decodes = 0;  ///< units decoded: a block of one band, or of all bands when interleaved
    std::size_t open = 0;       ///< open now, leased or idle
    std::size_t peak_open = 0;
  };
  Stats stats() const;
  std::size_t most_open() const;
  /// From now on at most `count` (≥ 1) stay open, never more than before: handles hold memory while they are idle.
  void keep_at_most(std::size_t count);
  void count_decodes(std::uint64_t units);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cers
