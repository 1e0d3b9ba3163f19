// SPDX-License-Identifier: Apache-2.0
// What bears what at the places that a survey asks for, on any terrain.
#pragma once

#include <memory>
#include <vector>

#include "cers/engine/graph.hpp"
#include "cers/learn/sample_extraction.hpp"
#include "ground.hpp"

namespace cers::simulator {

struct Place {
  HalfMetres x;
  HalfMetres y;
};

/// What Ground tells on the fractal terrain, but on a given DEM: found by a pass over the pixels that hold places.
class SurveyedGround {
 public:
  /// `tiles`: of one world; `places`: within them or near; `year`: of the harvest.
  SurveyedGround(Graph& graph, const std::vector<Recipe>& tiles, int year, Edge dem, const std::vector<Place>& places);
  Late<SampleValues> values() const { return values_; }
  /// At place number `index`. `field` is 1 where the ground is farmed, else 0.
  static Ground::Found at(const SampleValues& values, std::size_t index) {
    return {static_cast<Surface>(static_cast<int>(values.values[2 * index])),
            static_cast<std::uint32_t>(values.values[2 * index + 1])};
  }

 private:
  Late<SampleValues> values_;
};

}  // namespace cers::simulator
