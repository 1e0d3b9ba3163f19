// SPDX-License-Identifier: Apache-2.0
// Which file exactly: for merging equal inputs, for resuming and for the record of a run.
#pragma once

#include <cstdint>
#include <string>

namespace cers {

struct FileIdentity {
  std::string path;           ///< absolute, symbolic links resolved
  std::uint64_t size = 0;     ///< bytes
  std::int64_t mtime_ns = 0;  ///< nanoseconds since 1970, UTC
  std::string head_sha256;    ///< SHA-256 of the first 64 KiB, hexadecimal
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// Reads at most 64 KiB. Throws DataError when `path` cannot be read.
FileIdentity file_identity(const std::string& path);
/// SHA-256 of the whole file, hexadecimal. Throws DataError when `path` cannot be read.
std::string file_sha256(const std::string& path);

}  // namespace cers
