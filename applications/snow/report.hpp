// SPDX-License-Identifier: Apache-2.0
// What is told of a snow mask after the run.
#pragma once

#include <cstdint>
#include <string>

#include "cers/app/wiring.hpp"
#include "cers/ops/statistics.hpp"
#include "snowline.hpp"

namespace cers::snow {

/// Pixels of the mask.
struct Shares {
  std::uint64_t snow = 0;
  std::uint64_t cloud = 0;
  std::uint64_t seen = 0;  ///< not nodata
};

/// Ground that the scene shows, missing pixels and water left out, by what the masks of cloud said before anything was
/// given back.
struct GivenCloud {
  std::uint64_t clear = 0;
  std::uint64_t cloud = 0;
};

/// Of all bands of the decision (see DecisionBand).
struct GivenCloudReducer {
  using State = GivenCloud;
  using Result = GivenCloud;
  static constexpr bool exact = true;

  State start() const { return {}; }
  void add(State& state, const Block& decision, Window chunk) const;
  void merge(State& into, State&& from) const;
  Result finish(State&& state) const { return state; }
};

/// NaN of nothing: a share that is not known.
double percent(std::uint64_t part, std::uint64_t whole);

Shares shares_of(const LabelCounts& counts, const SnowRules& rules);

/// Snow line, shares and altitude bands as JSON; null for what is not known.
std::string report_json(const Snowline& line, const Shares& shares, const GivenCloud& given, const SnowRules& rules);

/// Warns when the run is over of pixels for which `dem` has no altitude, or none of Earth. `lis`: altitudes that are
/// none of Earth are taken as they are. `scene`: its name, where there are several.
void warn_of_missing_altitude(Wiring& wiring, Late<Snowline> line, const std::string& dem, bool lis,
                              const std::string& scene = "");

/// Prints snow line and shares when the run is over, and warns of pixels without altitude (input "dem"), of a scene
/// without data and of one whose masks call all ground cloud (input "in").
void tell_after_run(Wiring& wiring, Late<Snowline> line, Late<std::vector<LabelCounts>> labels, Late<GivenCloud> given,
                    const SnowRules& rules);

}  // namespace cers::snow
