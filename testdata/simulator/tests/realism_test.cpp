// SPDX-License-Identifier: Apache-2.0
// A scene that is too easy proves nothing: the classical snow test must err as often as it does in published studies.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>

#include "run_scene.hpp"

namespace cers::simulator {
namespace {

struct Counts {
  double both = 0;
  double said = 0;   ///< snow said, none there
  double there = 0;  ///< snow there, not said
  double none = 0;
  double total() const { return both + said + there + none; }
  double accuracy() const { return (both + none) / total(); }
  double kappa() const {
    const double t = total();
    const double chance = ((both + said) * (both + there) + (none + said) * (none + there)) / (t * t);
    return (accuracy() - chance) / (1 - chance);
  }
};

struct Sample {
  double ndsi;
  double fraction;
};

/// The two tests on NDSI and red of Gascoin et al. (2019), the second above a snow line, here one band of 100 m below
/// the lowest altitude band whose clear pixels are snow by a tenth. Written again from the paper: not the tools' code.
void classify(const std::map<std::string, testing::Raster>& r, Counts& counts, std::vector<Sample>& samples) {
  const testing::Raster& fine = r.at("fre1");
  const testing::Raster& coarse = r.at("fre2");
  const testing::Raster& dem = r.at("dem");
  const Size size = coarse.size;
  const auto mean = [&](int x, int y, int band) {
    return 0.25 * static_cast<double>(fine.at(2 * x, 2 * y, band) + fine.at(2 * x + 1, 2 * y, band) +
                                      fine.at(2 * x, 2 * y + 1, band) + fine.at(2 * x + 1, 2 * y + 1, band));
  };
  constexpr int bands = 60;
  std::array<double, bands> clear{};
  std::array<double, bands> snow{};
  const auto pass = [&](bool permissive, double line) {
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const double z = static_cast<double>(dem.at(x, y));
        if (std::isnan(z) || r.at("cloud").at(x, y) > 0 || r.at("shadow").at(x, y) > 0) continue;
        const double green = mean(x, y, 1);
        const double red = mean(x, y, 2);
        const double swir = static_cast<double>(coarse.at(x, y, 4));
        const double ndsi = (green - swir) / (green + swir);
        const bool strict = ndsi > 0.4 && red > 0.2;
        if (!permissive) {
          const auto band = static_cast<std::size_t>(std::clamp(z / 100, 0.0, bands - 1.0));
          clear[band] += 1;
          snow[band] += strict;
          continue;
        }
        const bool said = strict || (z > line && ndsi > 0.15 && red > 0.04);
        const double fraction = static_cast<double>(r.at("viewable").at(x, y));
        const bool there = fraction >= 0.25;
        (there ? (said ? counts.both : counts.there) : (said ? counts.said : counts.none)) += 1;
        if (said) samples.push_back({ndsi, fraction});
      }
    }
  };
  pass(false, 0);
  double line = 1e9;
  for (std::size_t b = 0; b < bands; ++b) {
    if (clear[b] > 20 && snow[b] > 0.1 * clear[b]) {
      line = 100.0 * static_cast<double>(b) - 200;
      break;
    }
  }
  pass(true, line);
}

TEST(Realism, TheClassicalSnowTestErrsAsPublished) {
  Counts counts;
  std::vector<Sample> samples;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Recipe recipe = small_recipe(seed);
    SceneDate date = winter_day(recipe);
    // A mixed winter: early, mid and late, snow from the plain to half of the relief.
    date.month = seed % 3 == 0 ? 12 : (seed % 3 == 1 ? 2 : 4);
    date.snow_line = recipe.plain_altitude + recipe.relief * (0.05 + 0.15 * static_cast<double>(seed % 4));
    date.wetness = seed % 3 == 2 ? 0.6 : 0.15;
    date.days_since_snowfall = static_cast<double>(1 + 3 * (seed % 5));
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, date);
    classify(testing::run(graph, {{"fre1", scene.fre_r1},
                                  {"fre2", scene.fre_r2},
                                  {"dem", scene.dem},
                                  {"cloud", scene.truth["cloud"]},
                                  {"shadow", scene.truth["shadow"]},
                                  {"viewable", scene.truth["snow_viewable"]}}),
             counts, samples);
  }
  // Best sigmoid 0.5 · tanh(a · NDSI + b) + 0.5 by search.
  double best = 1;
  double slope = 0;
  double offset = 0;
  for (double a = 0.5; a < 8; a += 0.25) {
    for (double b = -5; b < 2; b += 0.1) {
      double squares = 0;
      for (std::size_t i = 0; i < samples.size(); i += 17) {
        const double d = 0.5 * std::tanh(a * samples[i].ndsi + b) + 0.5 - samples[i].fraction;
        squares += d * d;
      }
      const double rmse = std::sqrt(squares / static_cast<double>((samples.size() + 16) / 17));
      if (rmse < best) {
        best = rmse;
        slope = a;
        offset = b;
      }
    }
  }
  const double omitted = counts.there / (counts.there + counts.both);
  const double committed = counts.said / (counts.said + counts.both);
  std::printf("accuracy %.3f, kappa %.3f, omission %.3f, commission %.3f; fraction: tanh(%.2f NDSI %+.2f), RMSE %.3f\n",
              counts.accuracy(), counts.kappa(), omitted, committed, slope, offset, best);
  // Gascoin et al. 2019: 94 % and 0.81 against stations; Gascoin et al. 2020: RMSE 0.25 against 2 m maps.
  EXPECT_GT(counts.accuracy(), 0.90);
  EXPECT_LT(counts.accuracy(), 0.96);
  EXPECT_GT(counts.kappa(), 0.75);
  EXPECT_LT(counts.kappa(), 0.88);
  EXPECT_GT(best, 0.15);
  EXPECT_LT(best, 0.30);
  // That omissions exceed commissions is published against snow at stations. It is not asserted, for here, against
  // viewable snow from a quarter of a pixel on, they do not (0.08 and 0.16). The second pass takes pixels from NDSI
  // 0.15 on, which by the law fitted here (0.5 tanh(2.25 NDSI - 1.10) + 0.5) hold 0.18 of snow: commissions up to 0.25.

  // The law of Gascoin et al. 2020: 0.5 tanh(2.65 NDSI − 1.42) + 0.5. Slope and offset trade against each other, so the
  // curves are compared where the test calls snow: within a third of that law's own error of one pixel, 0.25.
  for (double ndsi = 0.2; ndsi <= 0.9; ndsi += 0.1) {
    const double published = 0.5 * std::tanh(2.65 * ndsi - 1.42) + 0.5;
    EXPECT_NEAR(0.5 * std::tanh(slope * ndsi + offset) + 0.5, published, 0.25 / 3) << ndsi;
  }
}

}  // namespace
}  // namespace cers::simulator
