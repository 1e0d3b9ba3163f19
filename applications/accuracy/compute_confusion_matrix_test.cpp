// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "command.hpp"

namespace cers::testing {
namespace {

class ComputeConfusionMatrix : public ::testing::Test {
 protected:
  void SetUp() override {
    draw("map.tif", {"112", "120", "332"});
    draw("ref.tif", {"115", "121", "012"});
  }
  void draw(const std::string& name, const std::vector<std::string>& rows) {
    write_raster(folder_ / name, utm_grid({3, 3}), 1, PixelType::u8, [&](int, int x, int y) {
      return rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] - '0';
    });
  }
  CommandResult run(std::vector<std::string> more) {
    std::vector<std::string> words{"ComputeConfusionMatrix", "-in", folder_ / "map.tif", "-out", folder_ / "m.csv"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  std::string matrix(std::vector<std::string> more) {
    const auto result = run(std::move(more));
    EXPECT_EQ(result.code, 0) << result.err;
    out_ = result.out;
    return text_of(folder_ / "m.csv");
  }
  const TemporaryFolder folder_;
  std::string out_;
};

TEST_F(ComputeConfusionMatrix, counts_as_solved_by_hand) {
  const std::vector<std::string> raster{"-ref.raster.in", folder_ / "ref.tif"};
  EXPECT_EQ(matrix(raster),
            "#Reference labels (rows):0,1,2,5\n#Produced labels (columns):0,1,2,3\n"
            "0,0,0,1\n1,3,0,1\n0,0,2,0\n0,0,1,0\n");
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), raster.begin(), raster.end());
    return matrix(more);
  };
  EXPECT_EQ(with({"-ref.raster.nodata", "0", "-nodatalabel", "0"}),
            "#Reference labels (rows):1,2,5\n#Produced labels (columns):1,2,3\n3,0,1\n0,2,0\n0,1,0\n");
  EXPECT_NE(out_.find("accuracy: 0.714286"), std::string::npos) << out_;
  EXPECT_NE(out_.find("classes: [1, 2, 5]"), std::string::npos) << out_;
  EXPECT_NE(out_.find("precision: [1, 0.666667, 0]"), std::string::npos) << out_;
  EXPECT_NE(out_.find("recall: [0.75, 1, 0]"), std::string::npos) << out_;
  EXPECT_EQ(with({"-format", "contingencytable", "-ref.raster.nodata", "0"}),
            "labels,0,1,2,3\n1,1,3,0,1\n2,0,0,2,0\n5,0,0,1,0\n\n");
  // The unclassified pixel is an error of the map here; OTB leaves it out of its accuracy.
  EXPECT_NE(with({"-ref.raster.nodata", "0"}), "");
  EXPECT_NE(out_.find("accuracy: 0.625"), std::string::npos) << out_;
}

TEST_F(ComputeConfusionMatrix, takes_polygons) {
  // One polygon of class 1 on the first column, one of class 2 on the last pixel, one of class 9 that does not count.
  const auto square = [](int x0, int y0, int x1, int y1, const std::string& code) {
    const auto point = [](int x, int y) {
      return "[" + std::to_string(300000 + 10 * x) + "," + std::to_string(4800000 - 10 * y) + "]";
    };
    return R"({"type":"Feature","properties":{"code":)" + code + R"(},"geometry":{"type":"Polygon","coordinates":[[)" +
           point(x0, y0) + "," + point(x1, y0) + "," + point(x1, y1) + "," + point(x0, y1) + "," + point(x0, y0) +
           "]]}}";
  };
  const auto write = [&](const std::string& last) {
    std::ofstream(folder_ / "p.geojson")
        << R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},"features":[)"
        << square(0, 0, 1, 3, "1") << "," << square(2, 2, 3, 3, "2") << "," << square(1, 0, 3, 2, last) << "]}";
  };
  write("9");
  const std::vector<std::string> vector{
      "-ref", "vector", "-ref.vector.in", folder_ / "p.geojson", "-ref.vector.field", "code", "-ref.vector.nodata",
      "9"};
  EXPECT_EQ(matrix(vector), "#Reference labels (rows):1,2\n#Produced labels (columns):1,2,3\n2,0,1\n0,1,0\n");
  EXPECT_EQ(run(vector).err.find("p.geojson"), std::string::npos) << "nothing to tell";
  std::ofstream(folder_ / "p.geojson")
      << R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},"features":[)"
      << square(0, 0, 2, 2, "1") << "," << square(1, 1, 3, 3, "2") << "," << square(70, 0, 71, 1, "2") << "]}";
  const auto told = run(vector);
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_NE(told.err.find("p.geojson: 1 pixel lies in polygons of different classes, 1 pair: feature 0 (1) and feature "
                          "1 (2): the later one counts"),
            std::string::npos)
      << told.err;
  EXPECT_NE(told.err.find("1 feature lies outside the image"), std::string::npos) << told.err;
  write("\"maize\"");
  const auto odd = run(vector);
  EXPECT_EQ(odd.code, 2);
  EXPECT_NE(odd.err.find("1 of 3 classes in field 'code'"), std::string::npos) << odd.err;
  EXPECT_NE(odd.err.find("'maize'"), std::string::npos) << odd.err;
}

TEST_F(ComputeConfusionMatrix, says_what_is_wrong) {
  const auto fault = [&](int code, std::vector<std::string> words, const std::string& text) {
    const auto result = run(std::move(words));
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "m.csv"));
  };
  fault(2, {}, "-ref raster needs -ref.raster.in");
  fault(2, {"-ref", "vector"}, "-ref vector needs -ref.vector.in and -ref.vector.field");
  draw("truth.tif", {"111", "222", "111"});
  fault(2, {"-ref.raster.in", folder_ / "truth.tif", "-ref.vector.nodata", "9"},
        "-ref.vector.nodata has no effect beside -ref raster");
  const std::vector<std::string> vector{"-ref", "vector", "-ref.vector.in", folder_ / "truth.tif", "-ref.vector.field",
                                        "code"};
  auto both = vector;
  both.insert(both.end(), {"-ref.raster.nodata", "9"});
  fault(2, both, "-ref.raster.nodata has no effect beside -ref vector");
  both = vector;
  both.insert(both.end(), {"-ref.raster.in", folder_ / "truth.tif"});
  fault(2, both, "-ref.raster.in has no effect beside -ref vector");
  write_raster(folder_ / "other.tif", utm_grid({4, 4}), 1, PixelType::u8, [](int, int, int) { return 1; });
  fault(2, {"-ref.raster.in", folder_ / "other.tif"}, "does not lie on the grid");
  draw("none.tif", {"000", "000", "000"});
  fault(3, {"-ref.raster.in", folder_ / "none.tif", "-ref.raster.nodata", "0"}, "no pixel has both a map class");
}

}  // namespace
}  // namespace cers::testing
