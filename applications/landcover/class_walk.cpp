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
