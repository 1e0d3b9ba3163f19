// SPDX-License-Identifier: Apache-2.0
#include "cers/params/diagnostics.hpp"

#include <fmt/format.h>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

std::string indented(const std::string& text, const std::string& margin) {
  std::string result;
  for (const std::string& line : split(text, '\n')) {
    if (!line.empty()) result += "\n" + margin + line;
  }
  return result;
}

std::string paragraph(const Diagnostic& diagnostic) {
  const std::string place = diagnostic.where.text();
  std::string text = place.empty() ? diagnostic.fault : place + ": " + diagnostic.fault;
  text += indented(diagnostic.excerpt, "    ");
  text += indented(diagnostic.remedy, "  ");
  return text;
}

}  // namespace

std::string Location::text() const {
  if (file.empty() || line <= 0) return file;
  return column > 0 ? fmt::format("{}:{}:{}", file, line, column) : fmt::format("{}:{}", file, line);
}

void Diagnostics::fault(Location where, std::string what, std::string remedy, std::string excerpt) {
  faults_.push_back({std::move(where), std::move(what), std::move(remedy), std::move(excerpt)});
}

void Diagnostics::raise_if_any() const {
  if (faults_.empty()) return;
  const Diagnostic& first = faults_.front();
  if (faults_.size() == 1 && first.where.text().empty() && first.excerpt.empty()) {
    throw UserError(first.fault, first.remedy);
  }
  std::vector<std::string> paragraphs;
  if (faults_.size() > 1) paragraphs.push_back(fmt::format("{} faults:", faults_.size()));
  for (const Diagnostic& diagnostic : faults_) paragraphs.push_back(paragraph(diagnostic));
  throw UserError(join(paragraphs, "\n"));
}

}  // namespace cers
