// SPDX-License-Identifier: Apache-2.0
// BandMath's grammar.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expression/program.hpp"

namespace cers::detail {

/// What the names in an expression mean.
struct Names {
  std::function<std::optional<ExpressionVariable>(std::string_view name)> find;
  /// What to do about a name that find() does not know; empty when nothing special is wrong with it.
  std::function<std::string(std::string_view name)> remedy;
  std::vector<std::string> known;  ///< candidates for "did you mean"
  std::string help;                ///< what variables look like, when no candidate is near
};

/// Throws UserError that points at the fault.
Program parse(std::string_view text, const Names& names);

}  // namespace cers::detail
