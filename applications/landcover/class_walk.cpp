// SPDX-License-Identifier: Apache-2.0
#include "class_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {

CrossWalk read_walk(const WalkParams& params, const std::optional<Nomenclature>& target) {
  CrossWalk walk = read_cross_walk(*params.walk, target ? &*target : nullptr);
  for (const auto& [from, to] : walk.to) {
    if (target && !target->code_of(std::to_string(to)))
      throw UserError(
          fmt::format("{} leads to class {}, which {} does not know", *params.walk, to, *params.nomenclature),
          "correct one of the two");
  }
  return walk;
}

Nomenclature classes_of_field(const std::set<std::string>& labels, const std::string& field, const std::string& file) {
  const std::string* number = nullptr;
  const std::string* name = nullptr;
  for (const std::string& label : labels) {
    const std::string*& one = parse_integer(label) ? number : name;
    if (one == nullptr) one = &label;
  }
  try {
    return Nomenclature::of_labels(labels);
  } catch (const UserError&) {
    if (number != nullptr && name != nullptr)
      throw UserError(fmt::format("field '{}' of {} mixes numbers and names, such as '{}' and '{}': names are numbered "
                                  "from 1, and these codes are classes already",
                                  field, file, *number, *name),
                      "give a field of one kind, or -nomenclature, a table code,name that tells the code of each");
    throw UserError(
        fmt::format("field '{}' of {} has classes that differ by their case or by zeros alone", field, file),
        "write them alike, or give -nomenclature, a table code,name");
  }
}

std::string describe_lost_classes(const std::set<std::string>& classes, std::size_t features, const std::string& path) {
  constexpr std::size_t most_listed = 10;
  if (classes.empty()) return {};
  std::vector<std::string> names;
  for (const std::string& one : classes) names.push_back("'" + one + "'");
  const bool more = names.size() > most_listed;
  names.resize(std::min(names.size(), most_listed));
  return fmt::format("{}: {} feature{} of {} class{} ({}{}) {} left out: no new class is given", path, features,
                     features == 1 ? "" : "s", classes.size(), classes.size() == 1 ? "" : "es", join(names, ", "),
                     more ? ", …" : "", features == 1 ? "is" : "are");
}

void warn_of_lost_classes(const std::set<std::string>& classes, std::size_t features, const std::string& path,
                          Wiring& wiring) {
  std::string text = describe_lost_classes(classes, features, path);
  if (!text.empty()) wiring.warn(std::move(text));
}

}  // namespace cers
