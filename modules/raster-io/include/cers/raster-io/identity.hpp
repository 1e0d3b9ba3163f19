// SPDX-License-Identifier: Apache-2.0
// Which file or product folder exactly: for merging equal inputs, for resuming and for the record of a run.
#pragma once

#include <cstdint>
#include <string>

namespace cers {

struct FileIdentity {
  std::string path;           ///< absolute, symbolic links resolved
  std::uint64_t size = 0;     ///< bytes; of a folder, of all its files
  std::int64_t mtime_ns = 0;  ///< nanoseconds since 1970, UTC
  /// SHA-256 of the first 64 KiB, hexadecimal. Of a folder: of the path, size and first 64 KiB of every file in it.
  std::string head_sha256;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// Reads at most 64 KiB of a file. Throws DataError when `path` cannot be read.
FileIdentity file_identity(const std::string& path);
/// SHA-256 of the whole file, or of all files of a folder, hexadecimal. Throws DataError when `path` cannot be read.
std::string file_sha256(const std::string& path);

}  // namespace cers
