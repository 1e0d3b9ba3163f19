// SPDX-License-Identifier: Apache-2.0
// The chain of steps that something was made by: what each read and with which options.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace cers {

/// What one input of a step was given.
struct OriginInput {
  std::string key;
  std::vector<std::string> names;  ///< of files and products without their folders, or "step.output"
  std::vector<std::string> days;   ///< of the products, as 2018-02-11; empty unless all have one
  bool operator==(const OriginInput&) const = default;
};

struct OriginStep {
  std::string id;  ///< that inputs of later steps name
  std::string app;
  std::vector<OriginInput> inputs;
  /// Key and values, defaults included; of files the names without their folders.
  std::vector<std::pair<std::string, std::vector<std::string>>> parameters;
  bool operator==(const OriginStep&) const = default;
};

/// Each after those it reads, so the maker itself is last. Empty: unknown. Holds no folder, clock, thread count or
/// memory: equal runs elsewhere have equal origins.
using Origin = std::vector<OriginStep>;

}  // namespace cers
