// SPDX-License-Identifier: Apache-2.0
#include "samples_testing.hpp"

namespace cers::testing {
namespace {

class PolygonClassStatistics : public SamplesTest {};

TEST_F(PolygonClassStatistics, counts_classes_and_polygons) {
  const CommandResult result = statistics();
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(read("statistics.xml"),
            "<?xml version=\"1.0\" ?>\n<GeneralStatistics>\n    <Statistic name=\"samplesPerClass\">\n"
            "        <StatisticMap key=\"4\" value=\"1200\" />\n        <StatisticMap key=\"7\" value=\"120\" />\n"
            "        <StatisticMap key=\"9\" value=\"5\" />\n    </Statistic>\n"
            "    <Statistic name=\"samplesPerVector\">\n        <StatisticMap key=\"0\" value=\"300\" />\n"
            "        <StatisticMap key=\"1\" value=\"120\" />\n        <StatisticMap key=\"2\" value=\"900\" />\n"
            "        <StatisticMap key=\"3\" value=\"5\" />\n    </Statistic>\n</GeneralStatistics>\n");
  field_ = "name";
  ASSERT_EQ(statistics().code, 0);
  EXPECT_NE(read("statistics.xml").find("key=\"maize\" value=\"1200\""), std::string::npos);
}

TEST_F(PolygonClassStatistics, counts_within_a_mask) {
  write_raster(folder_ / "mask.tif", utm_grid({300, 200}), 1, PixelType::u8, [](int, int x, int) { return x % 2; });
  const CommandResult result = statistics({"-mask", folder_ / "mask.tif", "-tile", "64", "-threads", "3"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(read("statistics.xml").find("key=\"4\" value=\"600\""), std::string::npos);
  EXPECT_NE(read("statistics.xml").find("key=\"9\" value=\"2\""), std::string::npos);
}

TEST_F(PolygonClassStatistics, tells_what_is_odd_about_the_polygons) {
  write("reference.geojson", collection(square(4, "maize", 10, 10, 20, 15) + "," + square(7, "soy", 25, 20, 12, 10) +
                                        "," + square(4, "maize", 900, 100, 30, 30)));
  const CommandResult result = statistics();
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("1 feature lies outside the image"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("25 pixels lie in polygons of different classes, 1 pair: feature 0 (4) and feature 1 (7)"),
            std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("they count for each of them"), std::string::npos) << result.err;
}

TEST_F(PolygonClassStatistics, says_what_is_wrong) {
  const auto fault = [&](int code, const CommandResult& result, const std::string& text) {
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "statistics.xml"));
  };
  field_ = "kode";
  fault(2, statistics(), "has no field 'kode'");
  field_ = "share";
  fault(2, statistics(), "field 'share' of " + polygons_ + " holds 0.");
  field_ = "code";
  fault(2, statistics({"-layer", "3"}), "has no layer 3");
  write_raster(folder_ / "mask.tif", utm_grid({30, 20}), 1, PixelType::u8, [](int, int, int) { return 1; });
  fault(2, statistics({"-mask", folder_ / "mask.tif"}), "does not lie on the grid");
  write("reference.geojson", collection(square(4, "maize", 900, 10, 20, 15)));
  fault(2, statistics(), "none of the 1 features of " + polygons_ + " meets the image");
  polygons_ = folder_ / "none.gpkg";
  fault(2, statistics(), "there is no vector file");
}

}  // namespace
}  // namespace cers::testing
