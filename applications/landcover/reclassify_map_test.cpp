// SPDX-License-Identifier: Apache-2.0
#include "samples_testing.hpp"

namespace cers::testing {
namespace {

class ReclassifyMap : public SamplesTest {
 protected:
  void SetUp() override {
    write_raster(map_, utm_grid({6, 1}), 1, PixelType::u8, [](int, int x, int) { return codes_[x]; });
    write("walk.csv", "from,to\n5,crop\n6,110\n4,urban\n");
    write("classes.csv", "code,name,colour\n100,urban,#ff00ff\n110,crop,#00ff00\n");
  }
  CommandResult run(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"ReclassifyMap", "-in", map_, "-walk", folder_ / "walk.csv", "-out", out_};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  std::vector<double> row() {
    const RasterFile file = read_raster(out_);
    std::vector<double> values;
    for (int x = 0; x < 6; ++x) values.push_back(file.at(0, x, 0));
    return values;
  }
  static constexpr int codes_[6] = {5, 6, 4, 0, 77, 5};
  std::string map_ = folder_ / "map.tif";
  std::string out_ = folder_ / "out.tif";
};

TEST_F(ReclassifyMap, maps_codes_and_names_classes) {
  const std::string classes = folder_ / "classes.csv";
  CommandResult result = run({"-nomenclature", classes});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(row(), (std::vector<double>{110, 110, 100, 0, 0, 110}));
  EXPECT_NE(result.err.find("does not know 1 code of the map (77), 1 pixel: they become nodata"), std::string::npos)
      << result.err;
  EXPECT_EQ(read_raster(out_).info.bands[0].nodata, 0);
  result = run({"-nomenclature", classes, "-unmapped", "keep"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(row(), (std::vector<double>{110, 110, 100, 0, 77, 110}));
}

TEST_F(ReclassifyMap, a_code_that_stays_must_fit) {
  write_raster(map_, utm_grid({6, 1}), 1, PixelType::u16, [](int, int x, int) { return x == 2 ? 300 : 5; });
  const CommandResult narrow = run({"-nomenclature", folder_ / "classes.csv", "-unmapped", "keep"});
  EXPECT_EQ(narrow.code, 3);
  EXPECT_NE(narrow.err.find("class 300 of 1 pixels leads nowhere and would stay, but does not fit into uint8"),
            std::string::npos)
      << narrow.err;
  EXPECT_FALSE(std::filesystem::exists(out_));
}

TEST_F(ReclassifyMap, says_what_is_wrong) {
  const auto fault = [&](int code, const CommandResult& result, const std::string& text) {
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(out_));
  };
  fault(3, run(), "line 2: 'crop' is no code");
  write("walk.csv", "from,to\n5,300\n");
  fault(2, run(), "class 300 of");
  write("walk.csv", "from,to\n5,101\n");
  fault(2, run({"-nomenclature", folder_ / "classes.csv"}), "leads to class 101, which");
  write("walk.csv", "from,to\nmaize,101\n");
  fault(2, run(), "names classes of the map by text");
  write("walk.csv", "from,to\n5,101\n");
  write_raster(map_, utm_grid({6, 1}), 1, PixelType::f32, [](int, int, int) { return 1; });
  fault(2, run(), "holds float numbers, not classes");
}

}  // namespace
}  // namespace cers::testing
