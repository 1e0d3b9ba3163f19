// SPDX-License-Identifier: Apache-2.0
// The table of contents of a zip archive: which members are stored as they are, and which can be trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cers {

struct ZipMember {
  std::string path;
  bool stored = false;           ///< not compressed: can be read in place at any offset
  std::uint64_t compressed = 0;  ///< bytes
  std::uint64_t size = 0;        ///< bytes once inflated, as the archive declares
};

/// Reads the central directory only (APPNOTE 6.3.10, zip64 included). Throws DataError for a file that is no whole zip
/// archive, for more than 100 000 members, and for an archive that would blow up: a member that declares more than
/// 1000 times its compressed bytes (DEFLATE reaches 1032 on zeros only), beyond 1 GiB.
std::vector<ZipMember> read_zip_directory(const std::string& path);

/// "/vsizip/{a.zip}/b/c.tif" or "/vsizip/a.zip/b/c.tif" taken apart: archive and member. Nothing for other names.
struct ZipName {
  std::string archive;
  std::string member;
};
std::optional<ZipName> parse_zip_name(const std::string& gdal_name);

}  // namespace cers
