// SPDX-License-Identifier: Apache-2.0
// YAML as a tree of text with positions. The only user of libfyaml; values are never interpreted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cers/params/diagnostics.hpp"

namespace cers::yaml {

/// 1-based position in the text.
struct Mark {
  int line = 1;
  int column = 1;
};

struct Entry;

struct Node {
  enum class Kind {
    empty,   ///< nothing was written: "key:"
    scalar,  ///< text; a quoted empty text is a scalar too
    sequence,
    mapping,
    invalid,  ///< refused, and its fault already recorded
  };
  Kind kind = Kind::empty;
  Mark mark;
  std::string text;
  std::vector<Node> items;
  std::vector<Entry> entries;

  bool is(Kind wanted) const { return kind == wanted; }
  const Entry* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Mark mark;
  Node value;
};

/// The text being read and its faults, handed over in the order of their positions.
class Faults {
 public:
  Faults(std::string_view text, std::string name);
  void add(Mark mark, std::string what, std::string remedy = {});
  Location location(Mark mark) const { return {name_, mark.line, mark.column}; }
  std::string excerpt(Mark mark) const;
  Mark mark_of(std::size_t offset) const;
  std::string_view text() const { return text_; }
  bool empty() const { return faults_.empty(); }
  void hand_over(Diagnostics& diagnostics);

 private:
  std::string_view line_at(int line) const;

  std::string_view text_;
  std::string name_;
  std::vector<std::size_t> line_starts_;
  std::vector<Diagnostic> faults_;
};

/// Offset of the first byte that is not UTF-8 or is a control character other than tab, line feed, carriage return.
std::optional<std::size_t> first_bad_byte(std::string_view text);

/// The tree of the one document in the text; nothing when it cannot be read at all. Refuses, each with its position:
/// syntax errors, keys given twice, anchors, aliases, tags, several documents, deep nesting, bytes that are not text.
std::optional<Node> parse(Faults& faults);

}  // namespace cers::yaml
