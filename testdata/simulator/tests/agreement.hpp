// SPDX-License-Identifier: Apache-2.0
// How far the two cloud detectors agree with the truth over a set of scenes.
#pragma once

#include <vector>

#include "run_scene.hpp"

namespace cers::simulator::testing {

/// Shares of the pixels of a scene.
struct Agreement {
  double cloud = 0;  ///< of the truth
  double right = 0;  ///< MAJA's mask says cloud or clear as the truth does
  double missed = 0;
  double scl_right = 0;
  double scl_missed = 0;
};

inline Agreement agreement(const Recipe& recipe, const SceneDate& date) {
  Graph graph;
  const SimulatedScene scene = simulate(graph, recipe, date);
  const auto r = run(graph, {{"clm", scene.clm_r2}, {"scl", scene.scl}, {"cloud", scene.truth.at("cloud")}});
  const auto& clm = r.at("clm").bands[0];
  const auto& scl = r.at("scl").bands[0];
  const auto& cloud = r.at("cloud").bands[0];
  const double each = 1 / static_cast<double>(clm.size());
  Agreement result;
  for (std::size_t i = 0; i < clm.size(); ++i) {
    const bool is = cloud[i] > 0;
    const bool maja = (static_cast<unsigned>(clm[i]) & (2U | 16U | 128U)) != 0;
    const bool sen2cor = scl[i] >= 8 && scl[i] <= 10;
    result.cloud += is * each;
    result.right += (maja == is) * each;
    result.missed += (is && !maja) * each;
    result.scl_right += (sen2cor == is) * each;
    result.scl_missed += (is && !sen2cor) * each;
  }
  return result;
}

inline Agreement mean_of(const std::vector<Agreement>& list) {
  Agreement mean;
  const double each = 1 / static_cast<double>(list.size());
  for (const Agreement& a : list) {
    mean.cloud += a.cloud * each;
    mean.right += a.right * each;
    mean.missed += a.missed * each;
    mean.scl_right += a.scl_right * each;
    mean.scl_missed += a.scl_missed * each;
  }
  return mean;
}

}  // namespace cers::simulator::testing
