// SPDX-License-Identifier: Apache-2.0
#include "xml.hpp"

#include <algorithm>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers::products {
namespace {

std::string trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

Xml Xml::parse(const Listing& listing, const Listing::Entry& entry) {
  return parse_text(listing.text(entry), listing.shown(entry));
}

Xml Xml::parse_text(const std::string& text, const std::string& shown) {
  Xml xml;
  xml.shown_ = shown;
  const pugi::xml_parse_result result = xml.document_.load_buffer(text.data(), text.size());
  if (!result || !xml.root()) {
    const auto offset = std::min(text.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)));
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    throw DataError(xml.shown_ + " is no whole XML document: line " + std::to_string(line) + ": " +
                        (result ? "it is empty" : result.description()),
                    "copy or download the product again; its band files can still be opened one by one");
  }
  return xml;
}

std::optional<int> count_in(std::string_view text) {
  constexpr std::int64_t largest = 1'000'000'000;  // orbits are added to
  const auto value = parse_integer(text);
  if (!value || *value < 0 || *value > largest) return std::nullopt;
  return static_cast<int>(*value);
}

std::string_view local_name(pugi::xml_node node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(pugi::xml_node node, std::string_view name) {
  return node.find_child([name](pugi::xml_node one) { return local_name(one) == name; });
}

pugi::xml_node descend(pugi::xml_node node, std::string_view path) {
  while (node && !path.empty()) {
    const auto slash = path.find('/');
    node = child(node, path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return node;
}

pugi::xml_node Xml::find(std::string_view path) const {
  return descend(root(), path);
}

std::optional<std::string> Xml::text(std::string_view path) const {
  const pugi::xml_node node = find(path);
  std::string text = node ? trimmed(node.text().get()) : std::string();
  if (text.empty()) return std::nullopt;
  return text;
}

std::string Xml::need(std::string_view path) const {
  const auto found = text(path);
  if (found) return *found;
  throw DataError(shown_ + " lacks the element " + std::string(path),
                  "copy or download the product again; its band files can still be opened one by one");
}

std::optional<double> Xml::number(std::string_view path) const {
  const auto found = text(path);
  if (!found) return std::nullopt;
  const auto value = parse_real(*found);
  if (!value)
    throw DataError(shown_ + ": " + std::string(path) + " is '" + *found + "', which is no number",
                    "copy or download the product again");
  return value;
}

}  // namespace cers::products
