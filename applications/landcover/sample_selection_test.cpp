// SPDX-License-Identifier: Apache-2.0
#include "samples_testing.hpp"

namespace cers::testing {
namespace {

class SampleSelectionTest : public SamplesTest {
 protected:
  void SetUp() override {
    SamplesTest::SetUp();
    ASSERT_EQ(statistics().code, 0);
  }
};

TEST_F(SampleSelectionTest, takes_pixels_at_regular_steps) {
  const CommandResult result = select("points.gpkg", {"-outrates", folder_ / "rates.csv"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(read("rates.csv"),
            "#className requiredSamples totalSamples rate\n4\t5\t1200\t0.00416667\n"
            "7\t5\t120\t0.0416667\n9\t5\t5\t1\n");
  // Every 240th pixel of class 4 from its first: 300 lie in the first polygon, 20 a line; every 24th of class 7.
  const auto rows = lines(table("points.gpkg"));
  ASSERT_EQ(rows.size(), 16U);
  EXPECT_EQ(rows[0], "X,Y,code,name,share,originfid");
  EXPECT_EQ(rows[1], "300105,4799895,4,maize,0.5,0");
  EXPECT_EQ(rows[2], "300105,4799775,4,maize,0.5,0");
  EXPECT_EQ(rows[3], "302005,4798935,4,maize,0.5,2");
  EXPECT_EQ(rows[6], "300505,4799795,7,soy,0.5,1");
  EXPECT_EQ(rows[7], "300505,4799775,7,soy,0.5,1");
  EXPECT_EQ(rows[11], "301005,4799495,9,rice,0.5,3");
  EXPECT_EQ(rows[15], "301045,4799495,9,rice,0.5,3");
}

TEST_F(SampleSelectionTest, does_not_depend_on_tiles_and_threads) {
  write_raster(folder_ / "mask.tif", utm_grid({300, 200}), 1, PixelType::u8,
               [](int, int x, int y) { return (x + y) % 3; });
  ASSERT_EQ(statistics({"-mask", folder_ / "mask.tif"}).code, 0);
  for (const std::string sampler : {"periodic", "random"}) {
    std::string reference;
    for (const auto& [tile, threads] : {std::pair{"512", "1"}, {"64", "4"}, {"192", "2"}}) {
      const CommandResult result =
          select("points.gpkg", {"-mask", folder_ / "mask.tif", "-sampler", sampler, "-rand", "5", "-strategy", "total",
                                 "-strategy.total.v", "200", "-tile", tile, "-threads", threads});
      ASSERT_EQ(result.code, 0) << result.err;
      if (reference.empty()) reference = read("points.gpkg");
      EXPECT_TRUE(read("points.gpkg") == reference) << sampler << " " << tile;
    }
    EXPECT_NEAR(static_cast<double>(lines(table("points.gpkg")).size()), 201, 2);
  }
}

TEST_F(SampleSelectionTest, warns_when_the_statistics_are_of_something_else) {
  CommandResult result = select("points.gpkg", {"-strategy", "constant", "-strategy.constant.nb", "50"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("of 1 class more samples are wanted than there are pixels"), std::string::npos)
      << result.err;
  write("reference.geojson", collection(square(4, "maize", 10, 10, 20, 10) + "," + square(7, "soy", 50, 20, 12, 10)));
  result = select("points.gpkg", {"-strategy", "all"});
  EXPECT_NE(result.err.find("counts 1200 pixels of class '4', but the polygons hold 200"), std::string::npos)
      << result.err;
  write("reference.geojson", collection(square(5, "wheat", 10, 10, 20, 10)));
  result = select("points.gpkg", {"-strategy", "all"});
  EXPECT_NE(result.err.find("does not know the class '5'"), std::string::npos) << result.err;
}

TEST_F(SampleSelectionTest, replaces_a_shapefile_whole) {
  ASSERT_EQ(select("points.shp").code, 0);
  write("points.qix", "an index of the old file");
  ASSERT_EQ(select("points.shp", {"-strategy", "all"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "points.qix"));
  EXPECT_EQ(lines(table("points.shp")).size(), 1326U);
}

TEST_F(SampleSelectionTest, says_what_is_wrong) {
  const auto fault = [&](int code, const CommandResult& result, const std::string& text) {
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };
  fault(2, select("points.txt"), "names no vector format that can be written");
  fault(2, select("points.gpkg", {"-strategy", "constant"}), "-strategy.constant.nb is not given");
  fault(2, select("points.gpkg", {"-strategy", "percent", "-strategy.percent.p", "1.5"}), "strategy.percent.p");
  write("statistics.xml", "<GeneralStatistics/>");
  fault(3, select("points.gpkg"), "has no samplesPerClass");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "points.gpkg"));
}

}  // namespace
}  // namespace cers::testing
