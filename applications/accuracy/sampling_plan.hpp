// SPDX-License-Identifier: Apache-2.0
// How many reference units each stratum gets, and which pixels they are.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cers/engine/graph.hpp"

namespace cers::accuracy {

enum class Allocation { equal, proportional, compromise };

struct PlannedStratum {
  int code = 0;
  std::uint64_t pixels = 0;
  std::uint64_t units = 0;
  double expected_users = 0;  ///< user's accuracy
};
using SamplingPlan = std::vector<PlannedStratum>;

/// Shares `total` units out. `least`: units of each stratum with compromise; the rest goes by area among the strata
/// that get more than that by area. Every stratum gets two at least, for variances need them, and no more than it has
/// pixels; so the sum can differ from `total`.
void allocate(SamplingPlan& plan, std::uint64_t total, Allocation allocation, std::uint64_t least);

/// Standard error of overall accuracy to expect with this plan.
double expected_error(const SamplingPlan& plan);

struct DrawnUnit {
  std::uint64_t hash = 0;
  int code = 0;
  int x = 0;
  int y = 0;
};

/// Draws the planned units of each stratum without replacement, all pixels of it alike: those with the smallest hash of
/// seed and place. The result depends on the map and the seed alone; it is in the order of the hashes, so that strata
/// are mixed. The input is one int32 band.
class UnitDrawer {
 public:
  using State = std::vector<DrawnUnit>;
  using Result = std::vector<DrawnUnit>;
  static constexpr bool exact = true;

  UnitDrawer(Size raster, std::uint64_t seed, Late<SamplingPlan> late) : raster_(raster), seed_(seed), late_(late) {}
  UnitDrawer bind(const LateValues& values) const;
  std::size_t state_bytes() const { return 64 * 1024; }
  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window part) const;
  void merge(State& into, State&& from) const { into.insert(into.end(), from.begin(), from.end()); }
  Result finish(State&& state) const;

 private:
  struct Limit {
    std::uint64_t hash = 0;  ///< pixels with a larger one cannot be among the units, but for chances below 10⁻²⁰
    std::uint64_t units = 0;
  };
  Size raster_;
  std::uint64_t seed_;
  Late<SamplingPlan> late_;
  std::map<int, Limit> limits_;
};

}  // namespace cers::accuracy
