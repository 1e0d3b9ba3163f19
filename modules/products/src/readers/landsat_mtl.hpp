// SPDX-License-Identifier: Apache-2.0
// Metadata of Landsat products: one tree of two levels, delivered as ODL text, XML and JSON.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "listing.hpp"

namespace cers::products {

class LandsatMtl {
 public:
  /// By the suffix of the file: .txt, .xml or .json. Throws DataError naming the file and the line of the fault.
  static LandsatMtl parse(const Listing& listing, const Listing::Entry& entry);

  /// Collection 2 names its root LANDSAT_METADATA_FILE, the products before it L1_METADATA_FILE.
  bool collection_2() const { return root_ == "LANDSAT_METADATA_FILE"; }
  /// The value of `key` in the first of `groups` that has it; nothing when it is missing, empty or NULL.
  std::optional<std::string> text(std::initializer_list<std::string_view> groups, std::string_view key) const;
  std::optional<double> number(std::initializer_list<std::string_view> groups, std::string_view key) const;
  /// Throws DataError naming the key and the file when it is missing.
  std::string need(std::initializer_list<std::string_view> groups, std::string_view key) const;
  double need_number(std::initializer_list<std::string_view> groups, std::string_view key) const;
  const std::string& shown() const { return shown_; }

 private:
  std::string shown_;
  std::string root_;
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> groups_;
};

}  // namespace cers::products
