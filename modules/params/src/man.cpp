// SPDX-License-Identifier: Apache-2.0
// The man page of an application, in roff.
#include <fmt/format.h>

#include <algorithm>

#include "cers/core/text.hpp"
#include "cers/params/printers.hpp"
#include "doc_text.hpp"
#include "phrases.hpp"

namespace cers {
namespace {

using detail::DocBlock;
using detail::Entry;
using detail::Section;

/// Text that roff prints as it is, on one line. Backslash, and a dot or quote in the first column, would be commands;
/// a bare '-' becomes a hyphen that cannot be copied into a shell.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (result.empty() && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\')
      result += "\\(rs";
    else if (c == '-')
      result += "\\-";
    else if (c == '\'')
      result += "\\(aq";
    else if (c == '`')
      result += "\\(ga";
    else if (c == '^')
      result += "\\(ha";
    else if (c == '~')
      result += "\\(ti";
    else
      result += c == '\n' ? ' ' : c;
  }
  return result;
}

/// The same with `code` in bold. A backtick without partner stays.
std::string inline_text(std::string_view markdown) {
  const std::vector<std::string> pieces = split(markdown, '`');
  std::string result;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool code = i % 2 == 1 && i + 1 < pieces.size();
    if (i % 2 == 1 && !code) result += "\\(ga";
    result += code ? "\\fB" + escaped(pieces[i]) + "\\fR" : escaped(pieces[i]);
  }
  return result;
}

std::string heading(std::string title) {
  std::transform(title.begin(), title.end(), title.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return fmt::format(".SH {}\n", title);
}

std::string verbatim(const std::string& text) {
  std::string page = ".RS 4\n.nf\n";
  for (const std::string& line : split(text, '\n')) page += escaped(line) + "\n";
  return page + ".fi\n.RE\n";
}

std::string doc_text(const std::string& markdown) {
  std::string page;
  for (const DocBlock& block : detail::blocks_of(markdown)) {
    if (block.kind == DocBlock::Kind::verbatim)
      page += ".PP\n" + verbatim(block.text);
    else
      page += (block.kind == DocBlock::Kind::item ? ".IP \\(bu 2\n" : ".PP\n") + inline_text(block.text) + "\n";
  }
  return page;
}

std::string section_text(const Section& section) {
  if (section.entries.empty()) return {};
  std::string page = heading(section.title);
  for (const Entry& entry : section.entries) {
    page += fmt::format(".TP\n\\fB\\-{}\\fR {}\n", escaped(entry.key), escaped(entry.placeholder));
    page += entry.text.empty() ? "\\&\n" : inline_text(entry.text) + "\n";
    if (entry.choices.empty()) continue;
    page += ".RS\n";
    for (const Choice& choice : entry.choices) {
      page += fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(choice.name),
                          choice.help.empty() ? "\\&" : inline_text(choice.help));
    }
    page += ".RE\n";
  }
  return page;
}

}  // namespace

std::string man_page(const AppSpec& spec, std::span<const ParamSpec> engine_keys, std::string_view version) {
  // No date: the page must not change from one build to the next.
  std::string page = fmt::format(".TH \"cers\\-{}\" 1 \"\" \"Cers {}\" \"Cers\"\n", spec.name, escaped(version));
  // Flush left: long keys and file names would tear holes into justified lines.
  page += ".ad l\n.nh\n";
  page += fmt::format(".SH NAME\ncers\\-{} \\- {}\n", spec.name, inline_text(spec.summary));
  page += fmt::format(".SH SYNOPSIS\n{}\n", escaped(join(detail::usage_parts(spec), " ")));
  if (!spec.doc.empty()) page += ".SH DESCRIPTION\n" + doc_text(spec.doc);
  for (const Section& section : detail::sections_of(spec)) page += section_text(section);
  if (!spec.report_keys.empty()) page += ".SH PRINTS\n" + escaped(join(spec.report_keys, ", ")) + "\n";
  if (!spec.examples.empty()) page += ".SH EXAMPLES\n";
  for (const Example& example : spec.examples) {
    page += ".PP\n" + inline_text(example.title) + "\n" + verbatim(example.command);
  }
  if (!spec.citations.empty()) page += ".SH REFERENCES\n";
  for (const std::string& citation : spec.citations) page += ".PP\n" + inline_text(citation) + "\n";
  return page + section_text(detail::engine_section(engine_keys));
}

}  // namespace cers
