// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>
#include <limits>

#include "command.hpp"

namespace cers::testing {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A leaf or a split of the model below.
std::string leaf(int label) {
  return "            - { depth:1, norm_class_idx:" + std::to_string(label) + " }\n";
}
std::string split(int feature, const std::string& threshold) {
  return "            - { depth:0, norm_class_idx:0, splits: [ { var:" + std::to_string(feature) +
         ", quality:1., le:" + threshold + " } ] }\n";
}

/// Three trees on two bands and classes 4, 2 and 9, in this order.
std::string model(const std::string& labels = "4, 2, 9") {
  const std::string tree = "      -\n         nodes:\n";
  return "%YAML:1.0\n---\nopencv_ml_rtrees:\n   format: 3\n   is_classifier: 1\n   var_all: 3\n   var_count: 2\n"
         "   var_type: [ 0, 0, 1 ]\n   class_labels: [ " +
         labels + " ]\n   ntrees: 3\n   trees:\n" + tree + split(0, "10.") + leaf(0) + leaf(1) +  //
         tree + split(1, "10.") + leaf(0) + leaf(2) +                                             //
         tree + split(0, "20.") + split(1, "20.") + leaf(0) + leaf(2) + leaf(1);
}

class ImageClassifier : public ::testing::Test {
 protected:
  std::string text_file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  /// One line of pixels of two bands.
  std::string image(const std::vector<std::pair<double, double>>& pixels, PixelType type = PixelType::f32) {
    write_raster(folder_ / "in.tif", utm_grid({static_cast<int>(pixels.size()), 1}), 2, type,
                 [&](int band, int x, int) {
                   const auto& pixel = pixels[static_cast<std::size_t>(x)];
                   return band == 0 ? pixel.first : pixel.second;
                 });
    return folder_ / "in.tif";
  }
  CommandResult run(const std::string& in, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"ImageClassifier", "-in", in, "-model", model_, "-out", out_};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  std::vector<double> row(const std::string& path, int band = 0) {
    const RasterFile file = read_raster(path);
    std::vector<double> values;
    for (int x = 0; x < file.info.grid.size.width; ++x) values.push_back(file.at(band, x, 0));
    return values;
  }

  TemporaryFolder folder_;
  std::string model_ = text_file("forest.yaml", model());
  std::string out_ = folder_ / "out.tif";
};

const std::vector<std::pair<double, double>> pixels{{0, 0}, {15, 0}, {25, 0}, {0, 15}, {0, 25}, {15, 15}};

TEST_F(ImageClassifier, labels_pixels_as_solved_by_hand) {
  // Votes for 4, 2, 9: 3 0 0; 2 1 0; 1 2 0; 2 0 1; 1 0 2; 1 1 1: a tie, which the first class of the model wins.
  const CommandResult result =
      run(image(pixels), {"-confmap", folder_ / "conf.tif", "-probamap", folder_ / "shares.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(row(out_), (std::vector<double>{4, 4, 2, 4, 9, 4}));
  const RasterFile map = read_raster(out_);
  EXPECT_EQ(map.info.type, PixelType::u8);
  EXPECT_EQ(map.info.bands[0].nodata, 0);
  const double third = static_cast<double>(1.0F / 3.0F);
  const double two_thirds = static_cast<double>(2.0F / 3.0F);
  EXPECT_EQ(row(folder_ / "conf.tif"), (std::vector<double>{1, two_thirds, two_thirds, two_thirds, two_thirds, third}));
  EXPECT_EQ(read_raster(folder_ / "conf.tif").info.type, PixelType::f64);
  EXPECT_EQ(read_raster(folder_ / "shares.tif").info.type, PixelType::u16);
  // The nearest thousandth; as a quantity the share itself.
  EXPECT_EQ(row(folder_ / "shares.tif", 0), (std::vector<double>{1000, 667, 333, 667, 333, 333}));
  EXPECT_EQ(row(folder_ / "shares.tif", 1), (std::vector<double>{0, 333, 667, 0, 0, 333}));
  EXPECT_EQ(row(folder_ / "shares.tif", 2), (std::vector<double>{0, 0, 0, 333, 667, 333}));
  EXPECT_EQ(result.err.find("get no class"), std::string::npos) << result.err;
  ASSERT_EQ(run(image(pixels), {"-probamap", folder_ / "shares.tif", "float"}).code, 0);
  EXPECT_EQ(row(folder_ / "shares.tif", 0)[1], static_cast<double>(2000.0F / 3.0F));
}

TEST_F(ImageClassifier, leaves_out_what_is_masked_or_missing) {
  const std::string in = image({{0, 0}, {25, 0}, {nan, 0}, {0, nan}, {-9999, 0}, {25, 0}});
  const std::vector<double> mask{1, 0, 1, 1, 1, 300};
  write_raster(folder_ / "mask.tif", utm_grid({6, 1}), 1, PixelType::i16,
               [&](int, int x, int) { return mask[static_cast<std::size_t>(x)]; });
  const CommandResult result =
      run(in, {"-mask", folder_ / "mask.tif", "-nodatalabel", "255", "-nodata", "-9999", "-confmap",
               folder_ / "conf.tif", "float", "-probamap", folder_ / "shares.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(row(out_), (std::vector<double>{4, 255, 255, 255, 255, 2}));
  EXPECT_EQ(read_raster(out_).info.bands[0].nodata, 255);
  EXPECT_EQ(row(folder_ / "conf.tif"), (std::vector<double>{1, 0, 0, 0, 0, static_cast<double>(2.0F / 3.0F)}));
  EXPECT_EQ(row(folder_ / "shares.tif", 1), (std::vector<double>{0, 0, 0, 0, 0, 667}));
  EXPECT_NE(result.err.find("in.tif: 3 of 5 pixels within the mask (60.0 %) get no class: a feature is missing there; "
                            "the map holds 255, the other images their nodata"),
            std::string::npos)
      << result.err;
  const CommandResult unmasked = run(in, {"-nodata", "-9999"});
  ASSERT_EQ(unmasked.code, 0) << unmasked.err;
  EXPECT_NE(unmasked.err.find("in.tif: 3 of 6 pixels (50.0 %) get no class"), std::string::npos) << unmasked.err;
}

TEST_F(ImageClassifier, centres_and_reduces_by_the_statistics) {
  const std::string statistics = text_file(
      "s.xml",
      "<FeatureStatistics><Statistic name=\"mean\"><StatisticVector value=\"100\"/><StatisticVector value=\"0\"/>"
      "</Statistic><Statistic name=\"stddev\"><StatisticVector value=\"2\"/><StatisticVector value=\"0\"/></Statistic>"
      "</FeatureStatistics>");
  ASSERT_EQ(run(image({{120, 0}, {121, 0}, {140, 0}, {141, 0}, {0, 25}}), {"-imstat", statistics}).code, 0);
  EXPECT_EQ(row(out_), (std::vector<double>{4, 4, 4, 2, 9}));
}

TEST_F(ImageClassifier, does_not_depend_on_tiles_and_threads) {
  write_raster(folder_ / "wide.tif", utm_grid({700, 90}), 2, PixelType::i16,
               [](int band, int x, int y) { return (x * (7 + band) + y * 13) % 31; });
  const auto pixels_of = [&](const std::string& tile, const std::string& threads) {
    EXPECT_EQ(run(folder_ / "wide.tif", {"-tile", tile, "-threads", threads}).code, 0);
    const RasterFile file = read_raster(out_);
    std::vector<double> all;
    for (int y = 0; y < 90; ++y) {
      for (int x = 0; x < 700; ++x) all.push_back(file.at(0, x, y));
    }
    return all;
  };
  const auto reference = pixels_of("512", "1");
  for (int y = 0; y < 90; ++y) {
    for (int x = 0; x < 700; ++x) {
      const int f0 = (x * 7 + y * 13) % 31;
      const int f1 = (x * 8 + y * 13) % 31;
      const int first = f0 <= 10 ? 0 : 1;
      const int second = f1 <= 10 ? 0 : 2;
      const int third = f0 > 20 ? 1 : f1 <= 20 ? 0 : 2;
      std::array<int, 3> votes{};
      for (const int vote : {first, second, third}) ++votes[static_cast<std::size_t>(vote)];
      const int want = votes[0] >= votes[1] && votes[0] >= votes[2] ? 4 : votes[1] >= votes[2] ? 2 : 9;
      ASSERT_EQ(reference[static_cast<std::size_t>(y * 700 + x)], want) << x << " " << y;
    }
  }
  EXPECT_TRUE(pixels_of("64", "8") == reference);
  EXPECT_TRUE(pixels_of("192", "2") == reference);
}

TEST_F(ImageClassifier, warns_of_a_class_that_missing_pixels_look_like) {
  model_ = text_file("forest.yaml", model("0, 2, 9"));
  const CommandResult result = run(image(pixels));
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("has a class 0"), std::string::npos) << result.err;
  EXPECT_FALSE(read_raster(out_).info.bands[0].nodata.has_value());
}

TEST_F(ImageClassifier, says_what_is_wrong) {
  const std::string in = image(pixels);
  const auto fault = [&](int code, const std::vector<std::string>& words, const std::string& text) {
    const CommandResult result = run(in, words);
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(out_));
  };
  fault(2, {"-nodatalabel", "256"}, "-nodatalabel 256 does not fit into uint8");
  fault(3, {"-imstat", model_}, "forest.yaml is no statistics file");
  const std::string one =
      "<FeatureStatistics><Statistic name=\"mean\"><StatisticVector value=\"1\"/></Statistic>"
      "<Statistic name=\"stddev\"><StatisticVector value=\"1\"/></Statistic></FeatureStatistics>";
  fault(2, {"-imstat", text_file("one.xml", one)},
        "in.tif has 2 bands, but " + (folder_ / "one.xml") + " has statistics of 1");
  write_raster(folder_ / "mask.tif", utm_grid({3, 1}), 1, PixelType::u8, [](int, int, int) { return 1; });
  fault(2, {"-mask", folder_ / "mask.tif"}, "does not lie on the grid");
  model_ = text_file("wide.yaml", model("4, 2, 1042"));
  fault(2, {}, "class 1042 of " + model_ + " does not fit into uint8");
  model_ = text_file("cut.yaml", model().substr(0, model().rfind("            - {")));
  fault(3, {}, "cut.yaml ends early: tree 3 of 3 is not whole");
  model_ = folder_ / "none.yaml";
  fault(3, {}, "none.yaml cannot be read: No such file");
  model_ = folder_ / "forest.yaml";
  write_raster(folder_ / "three.tif", utm_grid({3, 1}), 3, PixelType::u8, [](int, int, int) { return 1; });
  const CommandResult result = run(folder_ / "three.tif");
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("three.tif has 3 bands, but " + model_ + " was trained on 2 features"), std::string::npos)
      << result.err;
}

TEST_F(ImageClassifier, is_replayed_only_with_the_same_model) {
  const std::string in = image(pixels);
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  model_ = "forest.yaml";
  const CommandResult result = run(in);
  std::filesystem::current_path(before);
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<double> labels = row(out_);
  const std::string record = folder_ / "out.stac.json";
  std::filesystem::remove(out_);
  const CommandResult again = cers({"replay", record});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(row(out_), labels);
  text_file("forest.yaml", model("4, 2, 8"));
  const CommandResult refused = cers({"replay", record});
  EXPECT_NE(refused.code, 0);
  EXPECT_NE(refused.err.find("forest.yaml holds other bytes"), std::string::npos) << refused.err;
}

TEST_F(ImageClassifier, stores_wide_labels_in_wide_types) {
  model_ = text_file("wide.yaml", model("4, -2, 1042"));
  ASSERT_EQ(run(image(pixels), {"int16"}).code, 0);
  EXPECT_EQ(row(out_), (std::vector<double>{4, 4, -2, 4, 1042, 4}));
}

}  // namespace
}  // namespace cers::testing
