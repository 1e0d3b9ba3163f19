// SPDX-License-Identifier: Apache-2.0
#include "csv_lines.hpp"

#include <fstream>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  std::string field;
  bool quoted = false;
  bool was_quoted = false;
  const auto end = [&] {
    fields.push_back(was_quoted ? field : std::string(trimmed(field)));
    field.clear();
    was_quoted = false;
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      field += '"';
      ++i;
    } else if (c == '"' && (quoted || trimmed(field).empty())) {
      if (!quoted) field.clear();
      quoted = !quoted;
      was_quoted = true;
    } else if (c == ',' && !quoted) {
      end();
    } else if (!was_quoted || quoted) {
      field += c;
    }
  }
  end();
  return fields;
}

}  // namespace

std::vector<CsvLine> read_csv_lines(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw DataError("'" + path + "' cannot be read", "check the path");
  std::vector<CsvLine> lines;
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    const std::string_view content = trimmed(text);
    if (content.empty() || content.front() == '#') continue;
    lines.push_back({number, std::string(content), fields_of(content)});
  }
  return lines;
}

}  // namespace cers
