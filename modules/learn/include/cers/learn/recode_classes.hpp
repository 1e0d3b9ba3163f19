// SPDX-License-Identifier: Apache-2.0
// A map of classes in another nomenclature.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/engine/node.hpp"
#include "cers/engine/reducer.hpp"

namespace cers {

/// One int32 band: each code of the int32 input by `to`; a code that is not there stays (`unknown` empty) or becomes
/// `unknown`. `nodata` stays what it is. The output's classes are `classes`.
std::unique_ptr<const Node> make_recoded_classes(std::map<int, int> to, std::optional<int> unknown,
                                                 std::optional<int> nodata, std::vector<ClassInfo> classes);

/// Pixels of each code that `known` does not hold, of an int32 band; `nodata` is not counted.
struct UnknownCodes {
  using State = std::map<int, std::uint64_t>;
  using Result = State;
  static constexpr bool exact = true;
  std::map<int, int> known;
  std::optional<int> nodata;

  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window part) const;
  void merge(State& into, State&& from) const;
  Result finish(State&& state) const { return std::move(state); }
};

}  // namespace cers
