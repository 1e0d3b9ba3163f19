// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>

#include "command.hpp"

namespace cers::testing {
namespace {

void write_season(const TemporaryFolder& folder) {
  for (int d = 0; d < 4; ++d) {
    write_raster(folder / ("s_2018010" + std::to_string(1 + 2 * d) + ".tif"), utm_grid({20, 10}), 2, PixelType::f32,
                 [&](int band, int x, int) { return band == 0 ? 0.1 : 0.1 + 0.1 * d + 0.001 * x; });
  }
}

TEST(TimeSeriesFeatures, NamesAndComputesWhatIsAskedFor) {
  const TemporaryFolder folder;
  write_season(folder);
  write_raster(folder / "dem.tif", utm_grid({20, 10}), 1, PixelType::f32, [](int, int x, int) { return 100 + 10 * x; });
  const auto result = cers({"TimeSeriesFeatures",
                            "-il",
                            folder / "s_20180101.tif",
                            folder / "s_20180103.tif",
                            folder / "s_20180105.tif",
                            folder / "s_20180107.tif",
                            "-bands",
                            "1",
                            "2",
                            "-features",
                            "b1",
                            "nd=(b2-b1)/(b2+b1)",
                            "-daily",
                            "nd",
                            "-statistics",
                            "nd:max",
                            "b1:mean",
                            "-phenology",
                            "nd",
                            "-dem",
                            folder / "dem.tif",
                            "-step",
                            "3",
                            "-out",
                            folder / "features.tif",
                            "-out.names",
                            folder / "names.txt"});
  ASSERT_EQ(result.code, 0) << result.err;
  std::ifstream file(folder / "names.txt");
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) names.push_back(line);
  EXPECT_EQ(names, (std::vector<std::string>{"nd_20180101", "nd_20180104", "nd_20180107", "nd_max", "b1_mean",
                                             "nd_start", "nd_peak", "nd_end", "nd_length", "nd_base", "nd_amplitude",
                                             "altitude", "facing_up", "facing_north", "facing_east"}));
  const RasterFile out = read_raster(folder / "features.tif");
  ASSERT_EQ(out.info.bands.size(), names.size());
  EXPECT_EQ(out.info.bands[1].name, "nd_20180104");
  const auto index = [](double nir) { return (nir - 0.1) / (nir + 0.1); };
  EXPECT_NEAR(out.at(0, 5, 5), index(0.105), 1e-6);
  EXPECT_NEAR(out.at(1, 5, 5), index(0.255), 1e-6);  // between 0.205 and 0.305
  EXPECT_NEAR(out.at(3, 5, 5), index(0.405), 1e-6);
  EXPECT_NEAR(out.at(4, 5, 5), 0.1, 1e-6);
  EXPECT_EQ(out.at(6, 5, 5), 6);
  EXPECT_NEAR(out.at(11, 5, 5), 150, 1e-3);
  // The ground rises by 10 m in 10 m towards the east: it faces west.
  EXPECT_NEAR(out.at(12, 5, 5), std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(out.at(13, 5, 5), 0, 1e-6);
  EXPECT_NEAR(out.at(14, 5, 5), -std::sqrt(0.5), 1e-6);
}

TEST(TimeSeriesFeatures, SaysWhichFeatureIsWrong) {
  const TemporaryFolder folder;
  write_season(folder);
  const auto fault = [&](const std::vector<std::string>& more, const char* words) {
    std::vector<std::string> command{
        "TimeSeriesFeatures", "-il", folder / "s_20180101.tif", folder / "s_20180103.tif", "-bands", "1", "2", "-out",
        folder / "out.tif"};
    command.insert(command.end(), more.begin(), more.end());
    const auto result = cers(command);
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
  };
  fault({"-features", "NDVI"}, "needs the band");
  fault({"-features", "b1", "b1"}, "names b1 twice");
  fault({"-features", "x=b1+"}, "b1+");
  fault({"-features", "2x=b1"}, "is no name");
  fault({"-features", "b1", "-statistics", "b1:mode"}, "is no statistic");
  fault({"-features", "b1", "-statistics", "b1"}, "names no statistic");
  fault({"-features", "b1", "-phenology", "nd"}, "there is no feature 'nd'");
  fault({"-features", "b1", "-daily", "none"}, "no feature is asked for");
}

}  // namespace
}  // namespace cers::testing
