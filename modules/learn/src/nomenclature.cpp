// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/nomenclature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "csv_lines.hpp"

namespace cers {
namespace {

using Entry = Nomenclature::Entry;
using Colour = std::array<std::uint8_t, 3>;

std::optional<int> whole_number(std::string_view text) {
  const auto value = parse_integer(text);
  if (!value || *value < INT32_MIN || *value > INT32_MAX) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<Colour> colour_named(std::string_view text) {
  if (text.size() != 7 || text[0] != '#') return std::nullopt;
  Colour colour{};
  for (std::size_t i = 0; i < 3; ++i) {
    const char* first = text.data() + 1 + 2 * i;
    const auto parsed = std::from_chars(first, first + 2, colour[i], 16);
    if (parsed.ec != std::errc() || parsed.ptr != first + 2) return std::nullopt;
  }
  return colour;
}

[[noreturn]] void bad_line(const std::string& path, const CsvLine& line, const std::string& what) {
  throw DataError(fmt::format("{}, line {}: {}", path, line.number, what),
                  "a nomenclature is a table with the heading code,name,colour,group,alias, a list of name:code, or a "
                  "colour table of code red green blue");
}

class Table {
 public:
  Table(const std::string& path, const CsvLine& heading) : path_(path), heading_(heading) {
    for (std::size_t i = 0; i < heading.fields.size(); ++i) columns_[lower(heading.fields[i])] = i;
    for (const auto& [name, column] : columns_) {
      if (std::find(known.begin(), known.end(), name) == known.end())
        bad_line(path, heading, fmt::format("'{}' is no column of a nomenclature", name));
    }
  }
  Entry entry(const CsvLine& line) const {
    if (line.fields.size() > heading_.fields.size())
      bad_line(path_, line, fmt::format("{} fields under {} headings", line.fields.size(), heading_.fields.size()));
    Entry entry;
    const auto code = whole_number(field(line, "code"));
    if (!code) bad_line(path_, line, fmt::format("'{}' is no code", field(line, "code")));
    entry.info.code = *code;
    entry.info.name = field(line, "name");
    const std::string colour = field(line, "colour").empty() ? field(line, "color") : field(line, "colour");
    if (!colour.empty()) {
      entry.info.colour = colour_named(colour);
      if (!entry.info.colour) bad_line(path_, line, fmt::format("'{}' is no colour such as #ff00aa", colour));
    }
    entry.group = field(line, "group");
    for (const std::string& alias : split(field(line, "alias"), ';')) {
      if (!trimmed(alias).empty()) entry.aliases.emplace_back(trimmed(alias));
    }
    return entry;
  }

 private:
  static constexpr std::array<std::string_view, 6> known{"code", "name", "colour", "color", "group", "alias"};
  std::string field(const CsvLine& line, const std::string& name) const {
    const auto column = columns_.find(name);
    if (column == columns_.end() || column->second >= line.fields.size()) return {};
    return line.fields[column->second];
  }
  std::string path_;
  CsvLine heading_;
  std::map<std::string, std::size_t> columns_;
};

std::optional<Entry> colour_entry(const CsvLine& line) {
  std::vector<int> numbers;
  std::string words = line.text;
  std::replace(words.begin(), words.end(), '\t', ' ');
  for (const std::string& word : split(words, ' ')) {
    if (word.empty()) continue;
    const auto number = whole_number(word);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  if (numbers.size() != 4) return std::nullopt;
  Colour colour{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (numbers[i + 1] < 0 || numbers[i + 1] > 255) return std::nullopt;
    colour[i] = static_cast<std::uint8_t>(numbers[i + 1]);
  }
  Entry entry;
  entry.info = {numbers[0], {}, colour};
  return entry;
}

std::optional<Entry> listed_entry(const CsvLine& line) {
  const std::size_t colon = line.text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto code = whole_number(trimmed(std::string_view(line.text).substr(colon + 1)));
  if (!code) return std::nullopt;
  Entry entry;
  entry.info = {*code, std::string(trimmed(std::string_view(line.text).substr(0, colon))), {}};
  return entry;
}

}  // namespace

Nomenclature::Nomenclature(std::vector<Entry> entries, const std::string& name) : entries_(std::move(entries)) {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.info.code < b.info.code; });
  for (const Entry& entry : entries_) {
    std::vector<std::string> words = entry.aliases;
    words.push_back(std::to_string(entry.info.code));
    if (!entry.info.name.empty()) words.push_back(entry.info.name);
    for (const std::string& word : words) {
      const auto [other, fresh] = codes_.emplace(lower(word), entry.info.code);
      const bool twice = !fresh && (other->second != entry.info.code || word == std::to_string(entry.info.code));
      if (twice) throw UserError(fmt::format("{}: '{}' stands for two classes", name, word), "give each class its own");
    }
  }
}

Nomenclature Nomenclature::read(const std::string& path) {
  const std::vector<CsvLine> lines = read_csv_lines(path);
  if (lines.empty()) throw DataError(fmt::format("{} names no class", path), "write a line for each class");
  std::vector<Entry> entries;
  const auto& heading = lines[0].fields;
  const bool table = std::any_of(heading.begin(), heading.end(), [](const auto& f) { return lower(f) == "code"; });
  if (table) {
    const Table columns(path, lines[0]);
    for (std::size_t i = 1; i < lines.size(); ++i) entries.push_back(columns.entry(lines[i]));
  } else {
    for (const CsvLine& line : lines) {
      auto entry = listed_entry(line);
      if (!entry) entry = colour_entry(line);
      if (!entry) bad_line(path, line, fmt::format("'{}' names no class", line.text));
      entries.push_back(std::move(*entry));
    }
  }
  return Nomenclature(std::move(entries), path);
}

Nomenclature Nomenclature::of_labels(const std::set<std::string>& labels) {
  const bool numbers = std::all_of(labels.begin(), labels.end(),
                                   [](const std::string& label) { return whole_number(label).has_value(); });
  std::vector<Entry> entries;
  int next = 1;
  for (const std::string& label : labels) {
    Entry entry;
    entry.info.code = numbers ? *whole_number(label) : next++;
    if (!numbers) entry.info.name = label;
    entries.push_back(std::move(entry));
  }
  return Nomenclature(std::move(entries));
}

std::vector<ClassInfo> Nomenclature::classes() const {
  std::vector<ClassInfo> classes;
  for (const Entry& entry : entries_) classes.push_back(entry.info);
  return classes;
}

std::optional<int> Nomenclature::code_of(const std::string& label) const {
  const auto found = codes_.find(lower(trimmed(label)));
  if (found == codes_.end()) return std::nullopt;
  return found->second;
}

std::string Nomenclature::name_of(int code) const {
  for (const Entry& entry : entries_)
    if (entry.info.code == code && !entry.info.name.empty()) return entry.info.name;
  return std::to_string(code);
}

std::map<std::string, int> codes_of(const std::set<std::string>& labels, const Nomenclature& nomenclature,
                                    const std::string& name) {
  std::map<std::string, int> codes;
  std::vector<std::string> unknown;
  for (const std::string& label : labels) {
    if (const auto code = nomenclature.code_of(label))
      codes[label] = *code;
    else
      unknown.push_back("'" + label + "'");
  }
  if (!unknown.empty())
    throw UserError(fmt::format("{} does not know {} class{}: {}", name, unknown.size(),
                                unknown.size() == 1 ? "" : "es", join(unknown, ", ")),
                    "add them to the nomenclature, as a class or as an alias of one");
  return codes;
}

std::map<int, int> CrossWalk::by_code() const {
  std::map<int, int> codes;
  for (const auto& [from, code] : to)
    if (const auto number = whole_number(from)) codes[*number] = code;
  return codes;
}

CrossWalk read_cross_walk(const std::string& path, const Nomenclature* target) {
  const std::vector<CsvLine> lines = read_csv_lines(path);
  const auto bad = [&](int number, const std::string& what) {
    throw DataError(fmt::format("{}, line {}: {}", path, number, what),
                    "a cross-walk is a table with the heading from,to");
  };
  if (lines.empty() || lines[0].fields.size() < 2 || lower(lines[0].fields[0]) != "from" ||
      lower(lines[0].fields[1]) != "to")
    bad(lines.empty() ? 1 : lines[0].number, "the heading is not from,to");
  CrossWalk walk;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const CsvLine& line = lines[i];
    if (line.fields.size() < 2 || line.fields[0].empty()) bad(line.number, fmt::format("'{}' is no pair", line.text));
    auto code = whole_number(line.fields[1]);
    if (!code && target) code = target->code_of(line.fields[1]);
    if (!code) bad(line.number, fmt::format("'{}' is no code", line.fields[1]));
    const auto [other, fresh] = walk.to.emplace(line.fields[0], *code);
    if (!fresh && other->second != *code)
      bad(line.number, fmt::format("'{}' goes to {} and to {}", line.fields[0], other->second, *code));
  }
  if (walk.to.empty()) bad(lines[0].number, "no class follows the heading");
  return walk;
}

}  // namespace cers
