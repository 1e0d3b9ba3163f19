// SPDX-License-Identifier: Apache-2.0
#include "doc_text.hpp"

#include <algorithm>
#include <utility>

#include "cers/core/text.hpp"

namespace cers::detail {

std::vector<DocBlock> blocks_of(std::string_view markdown) {
  using Kind = DocBlock::Kind;
  std::vector<DocBlock> blocks;
  bool open = false;  // the last block takes further lines
  bool fenced = false;
  const auto add = [&](Kind kind, std::string_view text) {
    const bool goes_on = open && (blocks.back().kind == kind || blocks.back().kind == Kind::item) && kind != Kind::item;
    if (goes_on)
      blocks.back().text += (kind == Kind::verbatim ? '\n' : ' ') + std::string(text);
    else
      blocks.push_back({kind, std::string(text)});
    open = true;
  };
  for (const std::string& line : split(markdown, '\n')) {
    const std::string_view content = trimmed(line);
    if (content.starts_with("```")) {
      fenced = !fenced;
      open = false;
    } else if (fenced) {
      add(Kind::verbatim, line);
    } else if (content.empty()) {
      open = false;
    } else if (content.starts_with("- ") || content.starts_with("* ")) {
      add(Kind::item, trimmed(content.substr(2)));
    } else if (content.starts_with("|")) {
      if (open && blocks.back().kind != Kind::verbatim) open = false;
      add(Kind::verbatim, content);
    } else {
      add(Kind::paragraph, content);
    }
  }
  return blocks;
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::vector<std::string> wrapped_parts(const std::vector<std::string>& parts, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string& part : parts) {
    if (!lines.empty() && columns_of(lines.back()) + 1 + columns_of(part) <= width)
      lines.back() += " " + part;
    else
      lines.push_back(part);
  }
  return lines;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> words;
  std::string flat(text);
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  for (std::string& word : split(flat, ' ')) {
    if (!word.empty()) words.push_back(std::move(word));
  }
  return wrapped_parts(words, width);
}

std::vector<std::string> command_words(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  for (const char c : command) {
    if (quote == 0 && (c == ' ' || c == '\n')) {
      if (!word.empty()) words.push_back(std::exchange(word, {}));
      continue;
    }
    if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    else if (c == quote)
      quote = 0;
    word += c;
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

}  // namespace cers::detail
