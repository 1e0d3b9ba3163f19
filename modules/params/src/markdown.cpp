// SPDX-License-Identifier: Apache-2.0
// The reference page of an application.
#include <fmt/format.h>

#include "cers/core/text.hpp"
#include "cers/params/printers.hpp"
#include "phrases.hpp"

namespace cers {
namespace {

using detail::Entry;
using detail::Section;

std::string code(std::string_view text) {
  // A backtick inside is allowed only between longer fences.
  return text.find('`') == std::string_view::npos ? fmt::format("`{}`", text) : fmt::format("`` {} ``", text);
}

std::string section_text(const Section& section) {
  if (section.entries.empty()) return {};
  std::string page = fmt::format("\n## {}\n\n", section.title);
  for (const Entry& entry : section.entries) {
    page += fmt::format("- {}: {}\n", code(fmt::format("-{} {}", entry.key, entry.placeholder)), entry.text);
    for (const Choice& choice : entry.choices) {
      page += choice.help.empty() ? fmt::format("  - {}\n", code(choice.name))
                                  : fmt::format("  - {}: {}\n", code(choice.name), choice.help);
    }
  }
  return page;
}

}  // namespace

std::string markdown_page(const AppSpec& spec, std::span<const ParamSpec> engine_keys) {
  std::string page = "<!-- Printed from the description of the application: change that, not this page. -->\n";
  page += fmt::format("# {}\n\n{}\n", spec.name, spec.summary);
  if (!spec.tags.empty()) page += fmt::format("\nTags: {}\n", join(spec.tags, ", "));
  page += fmt::format("\n```\n{}\n```\n", join(detail::usage_parts(spec), " "));
  if (!spec.doc.empty()) page += fmt::format("\n{}\n", spec.doc);
  for (const Section& section : detail::sections_of(spec)) page += section_text(section);
  if (!spec.report_keys.empty()) {
    page += "\n## Prints\n\n";
    for (const std::string& key : spec.report_keys) page += fmt::format("- {}\n", code(key));
  }
  if (!spec.examples.empty()) page += "\n## Examples\n";
  for (const Example& example : spec.examples) {
    page += fmt::format("\n{}:\n\n```sh\n{}\n```\n", example.title, example.command);
  }
  if (!spec.citations.empty()) page += "\n## References\n\n";
  for (const std::string& citation : spec.citations) page += fmt::format("- {}\n", citation);
  return page + section_text(detail::engine_section(engine_keys));
}

}  // namespace cers
