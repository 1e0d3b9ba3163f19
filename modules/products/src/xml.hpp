// SPDX-License-Identifier: Apache-2.0
// XML metadata by paths from the root: element names repeat in product metadata, so nothing is searched.
#pragma once

#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "listing.hpp"

namespace cers::products {

class Xml {
 public:
  /// Throws DataError naming the file and the line of the fault.
  static Xml parse(const Listing& listing, const Listing::Entry& entry);
  /// `shown`: the file, for messages.
  static Xml parse_text(const std::string& text, const std::string& shown);

  pugi::xml_node root() const { return document_.document_element(); }
  /// The element at "A/B/C" below the root (namespace prefixes are ignored); a null node when there is none.
  pugi::xml_node find(std::string_view path) const;
  /// Its text, trimmed. need() throws DataError naming the element and the file when it is missing or empty.
  std::optional<std::string> text(std::string_view path) const;
  std::string need(std::string_view path) const;
  /// A number; throws DataError when the text is none.
  std::optional<double> number(std::string_view path) const;
  const std::string& shown() const { return shown_; }

 private:
  pugi::xml_document document_;
  std::string shown_;
};

/// A whole number from 0 to a billion: an orbit, an EPSG code, the number of a band. Nothing for other text.
std::optional<int> count_in(std::string_view text);
/// The child element `name` of `node`, its namespace prefix ignored.
pugi::xml_node child(pugi::xml_node node, std::string_view name);
/// Descends "A/B/C" from `node`.
pugi::xml_node descend(pugi::xml_node node, std::string_view path);
/// Name of an element without its namespace prefix.
std::string_view local_name(pugi::xml_node node);

}  // namespace cers::products
