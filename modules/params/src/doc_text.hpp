// SPDX-License-Identifier: Apache-2.0
// The little of Markdown that descriptions use, taken apart for printers that are not Markdown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cers::detail {

struct DocBlock {
  enum class Kind { paragraph, item, verbatim };
  Kind kind = Kind::paragraph;
  std::string text;  ///< one line, except verbatim; an item without its dash
};

/// Blank lines part paragraphs; lines that begin with "- " or "* " are items; fenced code and tables are verbatim.
std::vector<DocBlock> blocks_of(std::string_view markdown);

/// Columns that UTF-8 text takes, one for each code point.
std::size_t columns_of(std::string_view text);
/// Breaks at blanks so that no line exceeds `width`, unless a single word does.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);
/// The same for parts that must stay whole.
std::vector<std::string> wrapped_parts(const std::vector<std::string>& parts, std::size_t width);
/// A command taken apart at blanks outside quotes.
std::vector<std::string> command_words(std::string_view command);

}  // namespace cers::detail
