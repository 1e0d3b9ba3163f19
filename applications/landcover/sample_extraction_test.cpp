// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "samples_testing.hpp"

namespace cers::testing {
namespace {

class SampleExtractionTest : public SamplesTest {
 protected:
  void SetUp() override {
    SamplesTest::SetUp();
    ASSERT_EQ(statistics().code, 0);
    ASSERT_EQ(select("points.gpkg").code, 0);
  }
  CommandResult extract(const std::string& points, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"SampleExtraction", "-in", image_, "-vec", folder_ / points, "-field", "code"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
};

TEST_F(SampleExtractionTest, writes_the_values_of_the_pixels) {
  const CommandResult result = extract("points.gpkg", {"-out", folder_ / "samples.gpkg"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto rows = lines(table("samples.gpkg"));
  ASSERT_EQ(rows.size(), 16U);
  EXPECT_EQ(rows[0], "X,Y,code,name,share,originfid,value_0,value_1");
  EXPECT_EQ(rows[1], "300105,4799895,4,maize,0.5,0,40,1040");   // pixel 10, 10
  EXPECT_EQ(rows[3], "302005,4798935,4,maize,0.5,2,518,1518");  // pixel 200, 106
  ASSERT_EQ(extract("points.gpkg",
                    {"-outfield", "list", "-outfield.list.names", "red", "nir", "-out", folder_ / "samples.geojson"})
                .code,
            0);
  EXPECT_EQ(lines(table("samples.geojson"))[0], "X,Y,code,name,share,originfid,red,nir");
}

TEST_F(SampleExtractionTest, changes_the_points_in_place) {
  for (const std::string points : {"points.gpkg", "points.shp", "points.sqlite", "points.geojson"}) {
    ASSERT_EQ(select(points).code, 0);
    const CommandResult result = extract(points);
    ASSERT_EQ(result.code, 0) << points << result.err;
    const auto rows = lines(table(points));
    ASSERT_EQ(rows.size(), 16U) << points;
    EXPECT_NE(rows[0].find("originfid,value_0,value_1"), std::string::npos) << rows[0];
    EXPECT_EQ(rows[3].substr(0, 14), "302005,4798935");
    EXPECT_NE(rows[3].find(",518"), std::string::npos) << rows[3];
    EXPECT_NE(rows[3].find(",1518"), std::string::npos) << rows[3];
  }
  // A run that fails leaves the points as they are.
  const std::string before = read("points.gpkg");
  EXPECT_NE(extract("points.gpkg", {"-outfield.prefix.name", "name_", "-ram", "1"}).code, 0);
  EXPECT_TRUE(read("points.gpkg") == before);
}

TEST_F(SampleExtractionTest, leaves_out_points_beside_the_image) {
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  image_ = folder_ / "narrow.tif";
  write_raster(image_, utm_grid({150, 200}), 1, PixelType::f32, [](int, int x, int) { return x == 10 ? missing : x; });
  const CommandResult result = extract("points.gpkg", {"-out", folder_ / "samples.gpkg"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("3 features lie outside the image"), std::string::npos) << result.err;
  const auto rows = lines(table("samples.gpkg"));
  ASSERT_EQ(rows.size(), 13U);
  EXPECT_EQ(rows[1], "300105,4799895,4,maize,0.5,0,") << "NaN is not set";
}

TEST_F(SampleExtractionTest, says_what_is_wrong) {
  const auto fault = [&](const CommandResult& result, const std::string& text) {
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };
  const std::string out = folder_ / "out.gpkg";
  fault(extract("points.gpkg", {"-outfield", "list", "-outfield.list.names", "a", "-out", out}),
        "-outfield.list.names has 1 name, but");
  fault(extract("points.gpkg", {"-outfield", "list", "-outfield.list.names", "a", "a", "-out", out}), "has 'a' twice");
  fault(extract("reference.geojson", {"-out", out}), "holds no points");
  fault(extract("points.gpkg", {"-outfield.prefix.name", "reflectance_", "-out", folder_ / "out.shp"}), "10 letters");
  EXPECT_FALSE(std::filesystem::exists(out));
}

}  // namespace
}  // namespace cers::testing
