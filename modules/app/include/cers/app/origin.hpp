// SPDX-License-Identifier: Apache-2.0
// How what a step makes comes about, for applications whose files tell it.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "cers/app/wiring.hpp"
#include "cers/core/origin.hpp"

namespace cers {

/// No parameter is called so.
constexpr const char* origin_key = "(origin)";

/// For the pipeline module: the steps that `wiring` is fed by, its own last.
inline void give_origin(Wiring& wiring, Origin origin) {
  wiring.give(origin_key, std::move(origin));
}

/// Empty when nobody gave it.
inline Origin origin_of(const Wiring& wiring) {
  const auto* const origin = wiring.given<Origin>(origin_key, "an origin");
  return origin ? *origin : Origin{};
}

/// The same with only those parameters of the application itself that `telling` names.
inline Origin origin_of(const Wiring& wiring, const std::set<std::string>& telling) {
  Origin origin = origin_of(wiring);
  if (!origin.empty())
    std::erase_if(origin.back().parameters, [&](const auto& one) { return !telling.contains(one.first); });
  return origin;
}

}  // namespace cers
