// SPDX-License-Identifier: Apache-2.0
#include "readers/landsat_mtl.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "xml.hpp"

namespace cers::products {
namespace {

constexpr const char* again = "copy or download the product again; its band files can still be opened one by one";
using Groups = std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>>;

std::string unquoted(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return std::string(text);
}

// ODL: GROUP = NAME … END_GROUP = NAME, KEY = VALUE, END. A key may appear twice; the first one counts.
void parse_odl(const std::string& text, const std::string& shown, std::string& root, Groups& groups) {
  std::vector<std::string> open;
  std::size_t number = 0;
  bool ended = false;
  const auto fault = [&](const std::string& what) {
    return DataError(shown + ", line " + std::to_string(number) + ": " + what, again);
  };
  for (const std::string& raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trimmed(raw);
    if (line.empty() || line.front() == '\0') continue;
    if (line == "END") {
      ended = true;
      break;
    }
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) throw fault("'" + std::string(line.substr(0, 40)) + "' is no KEY = VALUE");
    const std::string key(trimmed(line.substr(0, equals)));
    const std::string value = unquoted(line.substr(equals + 1));
    if (key == "GROUP") {
      if (open.empty()) root = value;
      open.push_back(value);
    } else if (key == "END_GROUP") {
      if (open.empty() || open.back() != value) throw fault("END_GROUP = " + value + " closes no open group");
      open.pop_back();
    } else if (open.size() >= 2) {
      groups[open[1]].emplace(key, value);
    }
  }
  if (!ended || !open.empty()) throw fault("the file breaks off here, before END");
}

void parse_json(const std::string& text, const std::string& shown, std::string& root, Groups& groups) {
  // Root, groups, keys: what is nested deeper is no value.
  using Event = nlohmann::json::parse_event_t;
  const auto shallow = [](int depth, Event event, const nlohmann::json&) {
    return event != Event::array_start && (event != Event::object_start || depth <= 2);
  };
  const auto document = nlohmann::json::parse(text, shallow, false);
  if (document.is_discarded() || !document.is_object() || document.size() != 1 || !document.front().is_object()) {
    const auto line = 1 + std::count(text.begin(), text.end(), '\n');
    throw DataError(
        shown + " (" + std::to_string(line) + " line" + (line > 1 ? "s" : "") + ") is no whole JSON document", again);
  }
  root = document.begin().key();
  for (const auto& [group, keys] : document.front().items()) {
    if (!keys.is_object()) continue;
    for (const auto& [key, value] : keys.items()) {
      if (value.is_primitive()) groups[group].emplace(key, value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
}

void parse_xml(const Xml& xml, std::string& root, Groups& groups) {
  root = local_name(xml.root());
  for (const pugi::xml_node group : xml.root().children()) {
    for (const pugi::xml_node key : group.children()) {
      groups[std::string(local_name(group))].emplace(local_name(key), trimmed(key.text().get()));
    }
  }
}

}  // namespace

LandsatMtl LandsatMtl::parse(const Listing& listing, const Listing::Entry& entry) {
  LandsatMtl mtl;
  mtl.shown_ = listing.shown(entry);
  const std::string name = lower(entry.path);
  if (name.ends_with(".xml")) {
    parse_xml(Xml::parse(listing, entry), mtl.root_, mtl.groups_);
  } else if (name.ends_with(".json")) {
    parse_json(listing.text(entry), mtl.shown_, mtl.root_, mtl.groups_);
  } else {
    parse_odl(listing.text(entry), mtl.shown_, mtl.root_, mtl.groups_);
  }
  return mtl;
}

std::optional<std::string> LandsatMtl::text(std::initializer_list<std::string_view> groups,
                                            std::string_view key) const {
  for (const std::string_view name : groups) {
    const auto group = groups_.find(name);
    if (group == groups_.end()) continue;
    const auto found = group->second.find(key);
    if (found != group->second.end() && !found->second.empty() && found->second != "NULL") return found->second;
  }
  return std::nullopt;
}

std::optional<double> LandsatMtl::number(std::initializer_list<std::string_view> groups, std::string_view key) const {
  const auto found = text(groups, key);
  if (!found) return std::nullopt;
  const auto value = parse_real(*found);
  if (!value) throw DataError(shown_ + ": " + std::string(key) + " is '" + *found + "', which is no number", again);
  return value;
}

std::string LandsatMtl::need(std::initializer_list<std::string_view> groups, std::string_view key) const {
  const auto found = text(groups, key);
  if (found) return *found;
  throw DataError(shown_ + " lacks " + std::string(key), again);
}

double LandsatMtl::need_number(std::initializer_list<std::string_view> groups, std::string_view key) const {
  static_cast<void>(need(groups, key));
  return *number(groups, key);
}

}  // namespace cers::products
