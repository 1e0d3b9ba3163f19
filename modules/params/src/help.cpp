// SPDX-License-Identifier: Apache-2.0
// Help for the terminal.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/params/printers.hpp"
#include "doc_text.hpp"
#include "phrases.hpp"

namespace cers {
namespace {

using detail::columns_of;
using detail::DocBlock;
using detail::Entry;
using detail::Section;

constexpr std::size_t line_width = 100;
constexpr std::size_t widest_key = 26;

std::string blanks(std::size_t count) {
  return std::string(count, ' ');
}

/// `lead` on the first line, as many blanks on the others.
std::string hanging(const std::string& lead, const std::vector<std::string>& lines, const std::string& line_end = "") {
  std::string text = lead;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) text += line_end + "\n" + blanks(columns_of(lead));
    text += lines[i];
  }
  return text + "\n";
}

std::string paragraph(const std::string& lead, std::string_view text) {
  return hanging(lead, detail::wrapped(text, line_width - columns_of(lead)));
}

std::string doc_text(const std::string& markdown) {
  std::string text;
  const DocBlock* before = nullptr;
  const std::vector<DocBlock> blocks = detail::blocks_of(markdown);
  for (const DocBlock& block : blocks) {
    const bool item = block.kind == DocBlock::Kind::item;
    if (!(item && before != nullptr && before->kind == DocBlock::Kind::item)) text += "\n";
    if (block.kind == DocBlock::Kind::verbatim)
      text += hanging("  ", split(block.text, '\n'));
    else
      text += paragraph(item ? "- " : "", block.text);
    before = &block;
  }
  return text;
}

std::string left_column(const Entry& entry) {
  return fmt::format("  -{} {}", entry.key, entry.placeholder);
}

std::string choices_text(const std::vector<Choice>& choices, std::size_t indent) {
  std::size_t widest = 0;
  for (const Choice& choice : choices) widest = std::max(widest, std::min(columns_of(choice.name), widest_key));
  std::string text;
  for (const Choice& choice : choices) {
    const std::size_t used = columns_of(choice.name);
    const std::string lead = blanks(indent) + choice.name + blanks(used < widest ? widest - used : 0) + "  ";
    text += choice.help.empty() ? blanks(indent) + choice.name + "\n" : paragraph(lead, choice.help);
  }
  return text;
}

std::string entry_text(const Entry& entry, std::size_t column) {
  const std::string left = left_column(entry);
  const std::size_t used = columns_of(left);
  std::string text;
  if (used + 2 <= column)
    text = paragraph(left + blanks(column - used), entry.text);
  else
    text = left + "\n" + paragraph(blanks(column), entry.text);
  return text + choices_text(entry.choices, column + 2);
}

/// All sections share one column, so that the eye runs down one edge.
std::size_t column_of(const std::vector<Section>& sections) {
  std::size_t column = 0;
  for (const Section& section : sections) {
    for (const Entry& entry : section.entries) {
      const std::size_t used = columns_of(left_column(entry)) + 2;
      if (used <= widest_key + 2) column = std::max(column, used);
    }
  }
  return std::max<std::size_t>(column, 8);
}

std::string section_text(const Section& section, std::size_t column) {
  if (section.entries.empty()) return {};
  std::string text = "\n" + section.title + ":\n";
  for (const Entry& entry : section.entries) text += entry_text(entry, column);
  return text;
}

std::string examples_text(const AppSpec& spec) {
  if (spec.examples.empty()) return {};
  std::string text = "\nExamples:\n";
  for (const Example& example : spec.examples) {
    text += paragraph("  ", example.title);
    const auto words = detail::command_words(example.command);
    text += hanging("    ", detail::wrapped_parts(words, line_width - 6), " \\");
  }
  return text;
}

std::string references_text(const AppSpec& spec) {
  if (spec.citations.empty()) return {};
  std::string text = "\nReferences:\n";
  for (const std::string& citation : spec.citations) text += paragraph("  ", citation);
  return text;
}

}  // namespace

std::string help_text(const AppSpec& spec, std::span<const ParamSpec> engine_keys) {
  std::vector<Section> sections = detail::sections_of(spec);
  const Section engine = detail::engine_section(engine_keys);
  std::vector<Section> all = sections;
  all.push_back(engine);
  const std::size_t column = column_of(all);

  std::string text = paragraph("", fmt::format("{} - {}", spec.name, spec.summary));
  std::vector<std::string> usage = detail::usage_parts(spec);
  const std::string lead = "Usage: " + usage.front() + " ";
  usage.erase(usage.begin());
  text += "\n" + hanging(lead, detail::wrapped_parts(usage, line_width - columns_of(lead)));
  text += doc_text(spec.doc);
  for (const Section& section : sections) text += section_text(section, column);
  if (!spec.report_keys.empty()) text += "\n" + paragraph("Prints: ", fmt::format("{}", join(spec.report_keys, ", ")));
  text += examples_text(spec);
  text += references_text(spec);
  return text + section_text(engine, column);
}

std::string help_text(const AppSpec& spec, std::string_view key, std::span<const ParamSpec> engine_keys) {
  if (key.starts_with('-')) key.remove_prefix(1);
  std::vector<Section> sections = detail::sections_of(spec);
  sections.push_back(detail::engine_section(engine_keys));
  std::vector<std::string> known;
  for (const Section& section : sections) {
    for (const Entry& entry : section.entries) {
      if (entry.key == key) return entry_text(entry, columns_of(left_column(entry)) + 2);
      known.push_back(entry.key);
    }
  }
  throw UserError(fmt::format("{} has no key -{}", spec.name, key), suggestion(key, known));
}

}  // namespace cers
