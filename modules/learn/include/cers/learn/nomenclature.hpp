// SPDX-License-Identifier: Apache-2.0
// What classes are called, how they are drawn, and how one list of classes becomes another.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cers/core/grid.hpp"

namespace cers {

class Nomenclature {
 public:
  struct Entry {
    ClassInfo info;
    std::string group;                 ///< a coarser class; may be empty
    std::vector<std::string> aliases;  ///< other names that reference data use
  };

  Nomenclature() = default;
  /// Throws UserError when a code or a name stands twice.
  explicit Nomenclature(std::vector<Entry> entries, const std::string& name = "nomenclature");

  /// Reads one of three kinds of text; lines that start with # are left out:
  /// - a table with the heading `code,name,colour,group,alias`, of which code is needed, in any order; colour as
  ///   #rrggbb, aliases between semicolons;
  /// - iota2's list, `name:code` on each line;
  /// - a colour table, `code red green blue` on each line.
  /// Throws DataError, naming file and line.
  static Nomenclature read(const std::string& path);
  /// Classes by the labels of reference data: numbers are their own codes; when one is no number, all get codes from 1
  /// in the order of text.
  static Nomenclature of_labels(const std::set<std::string>& labels);

  const std::vector<Entry>& entries() const { return entries_; }
  /// By ascending code.
  std::vector<ClassInfo> classes() const;
  /// The code of a label: a code, a name or an alias, whatever the case of its letters; nothing when it is none.
  std::optional<int> code_of(const std::string& label) const;
  /// The name of a code, or the code itself.
  std::string name_of(int code) const;

 private:
  std::vector<Entry> entries_;  ///< by ascending code
  std::map<std::string, int> codes_;
};

/// The codes of `labels` in `nomenclature`. Throws UserError that names the labels it does not hold.
std::map<std::string, int> codes_of(const std::set<std::string>& labels, const Nomenclature& nomenclature,
                                    const std::string& name);

/// From codes or labels of one nomenclature to codes of another.
struct CrossWalk {
  std::map<std::string, int> to;  ///< by the text in the file
  /// The codes among them.
  std::map<int, int> by_code() const;
};
/// Reads a table with the heading `from,to`. `target`, when given, may name what `to` holds. Throws DataError, naming
/// file and line, when a line is no pair, or one class goes to two.
CrossWalk read_cross_walk(const std::string& path, const Nomenclature* target = nullptr);

}  // namespace cers
