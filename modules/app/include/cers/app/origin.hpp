// SPDX-License-Identifier: Apache-2.0
// How what a step makes comes about, for applications whose files tell it.
#pragma once

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

}  // namespace cers
