// SPDX-License-Identifier: Apache-2.0
// The files of a product folder or archive: listed once, read in place, never extracted.
#pragma once

#include <cstdint>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace cers::products {

/// As short as names of common file systems: regular expressions, which recurse over a text, are given nothing else.
/// Names in archives and metadata may have any length.
bool is_short(std::string_view name);

class Listing {
 public:
  struct Entry {
    std::string path;  ///< relative to the folder or archive, with '/'
    std::uint64_t bytes = 0;
  };

  /// A folder, .zip or .tar. Throws UserError when there is nothing at `path`, DataError for a damaged archive, for
  /// entries that lead out of it ("../x", "/x"), and for more than 20 000 entries.
  static Listing of(const std::string& path);

  const std::string& path() const { return path_; }      ///< as given
  const std::string& prefix() const { return prefix_; }  ///< of gdal_name()
  bool archive() const { return archive_; }
  const std::vector<Entry>& entries() const { return entries_; }  ///< files only, sorted

  /// The first entry whose base name matches the whole regular expression (ECMAScript, case ignored), the shallowest
  /// first; null when none does.
  const Entry* find(const std::string& base_name) const;
  std::vector<const Entry*> find_all(const std::string& base_name) const;
  /// The entry whose path below `folder` ("" for the root) is `relative`, case ignored.
  const Entry* at(std::string_view folder, std::string_view relative) const;

  /// The same listing with only the files whose base names begin with `prefix`.
  Listing beginning(const std::string& prefix) const;
  /// The same listing below `folder` only; paths stay relative to the root.
  Listing below(const std::string& folder) const;
  /// The same listing without the folders beside `folder`: of "GRANULE/a" without "GRANULE/b".
  Listing without_siblings(const std::string& folder) const;

  /// The name under which GDAL opens an entry.
  std::string gdal_name(const Entry& entry) const;
  /// A whole text file of at most 64 MiB (a metadata file of a product has less than 5). Throws DataError.
  std::string text(const Entry& entry) const;

  /// "MTD_MSIL2A.xml of 'S2A….zip'" for messages.
  std::string shown(const Entry& entry) const;

  /// Folder part of an entry's path, "" at the root.
  static std::string folder_of(const Entry& entry);
  static std::string base_of(const Entry& entry);

 private:
  std::string path_;
  std::string prefix_;  ///< of GDAL names, ends in '/'
  bool archive_ = false;
  std::vector<Entry> entries_;
};

}  // namespace cers::products
