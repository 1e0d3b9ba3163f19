// SPDX-License-Identifier: Apache-2.0
// Faults of a command or a pipeline file, collected so that the user sees all of them at once.
#pragma once

#include <string>
#include <vector>

namespace cers {

/// Where a setting was written. For a command line `file` is empty and `line` 0.
struct Location {
  std::string file;
  int line = 0;              ///< 1-based; 0 = unknown
  int column = 0;            ///< 1-based
  std::string text() const;  ///< "snow.yaml:3:10" or ""
};

struct Diagnostic {
  Location where;
  std::string fault;    ///< one sentence: what is wrong
  std::string remedy;   ///< what to do; may be empty
  std::string excerpt;  ///< the source line and a caret line below it, or empty
};

/// Collects faults and warnings; keeps going.
class Diagnostics {
 public:
  void fault(Location where, std::string what, std::string remedy = {}, std::string excerpt = {});
  void warn(std::string text) { warnings_.push_back(std::move(text)); }
  bool ok() const { return faults_.empty(); }
  const std::vector<Diagnostic>& faults() const { return faults_; }
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// Throws one UserError that lists every fault; does nothing when there is none.
  void raise_if_any() const;

 private:
  std::vector<Diagnostic> faults_;
  std::vector<std::string> warnings_;
};

}  // namespace cers
