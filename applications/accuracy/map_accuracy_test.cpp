// SPDX-License-Identifier: Apache-2.0
// The estimators are tested in modules/learn/tests; here is what the command makes of maps, points and polygons.
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cers/core/random_bits.hpp"
#include "command.hpp"

namespace cers::testing {
namespace {

using Json = nlohmann::json;

constexpr int side = 200;

/// Squares of 10 pixels of classes 1 to 3.
int truth(int x, int y) {
  return 1 +
         static_cast<int>(random_bits(3, static_cast<std::uint64_t>(x / 10), static_cast<std::uint64_t>(y / 10)) % 3);
}
double chance(int x, int y) {
  return static_cast<double>(random_bits(4, static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(y)) >> 11U) *
         0x1p-53;
}
/// A fifth of class 1 is mapped as 2.
int mapped(int x, int y) {
  return truth(x, y) == 1 && chance(x, y) < 0.2 ? 2 : truth(x, y);
}

class MapAccuracy : public ::testing::Test {
 protected:
  void SetUp() override {
    write_raster(
        folder_ / "map.tif", utm_grid({side, side}), 1, PixelType::u8,
        [](int, int x, int y) { return x < 5 ? 0 : mapped(x, y); }, 0);
    write_raster(folder_ / "truth.tif", utm_grid({side, side}), 1, PixelType::u8,
                 [](int, int x, int y) { return truth(x, y); });
  }
  static std::string point(double x, double y) {
    return "[" + std::to_string(300000 + 10 * x) + "," + std::to_string(4800000 - 10 * y) + "]";
  }
  void write_features(const std::string& name, const std::vector<std::pair<std::string, std::string>>& features) {
    std::ofstream file(folder_ / name);
    file
        << R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},"features":[)";
    for (std::size_t i = 0; i < features.size(); ++i)
      file << (i == 0 ? "" : ",") << R"({"type":"Feature","properties":{"code":)" << features[i].first
           << R"(},"geometry":{"type":)" << features[i].second << "}}";
    file << "]}";
  }
  static std::string square(int x, int y, int width) {
    return R"("Polygon","coordinates":[[)" + point(x, y) + "," + point(x + width, y) + "," +
           point(x + width, y + width) + "," + point(x, y + width) + "," + point(x, y) + "]]";
  }
  CommandResult run(std::vector<std::string> more) {
    std::vector<std::string> words{"MapAccuracy", "-in", folder_ / "map.tif", "-out", folder_ / "a.json"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  Json report(std::vector<std::string> more) {
    const auto result = run(std::move(more));
    EXPECT_EQ(result.code, 0) << result.err;
    return Json::parse(text_of(folder_ / "a.json"));
  }
  const TemporaryFolder folder_;
};

TEST_F(MapAccuracy, estimates_areas_from_random_points) {
  // Every class of the map gets 150 points: the first of a walk over the map in an order drawn by chance.
  std::vector<std::pair<std::string, std::string>> points;
  std::map<int, int> drawn;
  double mapped_as_1 = 0;
  double truly_1 = 0;
  double right = 0;
  double pixels = 0;
  for (int y = 0; y < side; ++y) {
    for (int x = 5; x < side; ++x) {
      ++pixels;
      mapped_as_1 += mapped(x, y) == 1;
      truly_1 += truth(x, y) == 1;
      right += truth(x, y) == mapped(x, y);
    }
  }
  for (std::uint64_t i = 0; drawn.size() < 3 || drawn[1] < 150 || drawn[2] < 150 || drawn[3] < 150; ++i) {
    const int x = 5 + static_cast<int>(below(side - 5, random_bits(8, i, 0)));
    const int y = static_cast<int>(below(side, random_bits(8, i, 1)));
    if (++drawn[mapped(x, y)] > 150) continue;
    points.emplace_back(std::to_string(truth(x, y)), R"("Point","coordinates":)" + point(x + 0.5, y + 0.5));
  }
  write_features("points.geojson", points);
  const Json found = report({"-ref", "vector", "-ref.vector.in", folder_ / "points.geojson", "-ref.vector.field",
                             "code", "-out.html", folder_ / "a_report.html"});
  EXPECT_EQ(found["kind"], "map accuracy");
  EXPECT_EQ(found["units"], 450);
  const Json& overall = found["overall_accuracy"];
  EXPECT_NEAR(overall["value"].get<double>(), right / pixels, 3 * overall["standard_error"].get<double>());
  const Json& first = found["classes"][0];
  EXPECT_EQ(first["users_accuracy"]["value"], 1.0);
  EXPECT_NEAR(first["mapped_share"].get<double>(), mapped_as_1 / pixels, 1e-12);
  // The map misses a fifth of class 1; the estimate finds it again.
  const double share = first["area_share"]["value"].get<double>();
  EXPECT_NEAR(share, truly_1 / pixels, 3 * first["area_share"]["standard_error"].get<double>());
  EXPECT_GT(share, 1.1 * mapped_as_1 / pixels);
  EXPECT_NEAR(first["area_hectares"]["value"].get<double>(), share * pixels / 100, 1e-6);
  const std::string page = text_of(folder_ / "a_report.html");
  EXPECT_NE(page.find("<svg"), std::string::npos);
  EXPECT_NE(page.find("true area ha"), std::string::npos);
  EXPECT_EQ(page.find("src="), std::string::npos) << "one file, nothing from elsewhere";
  EXPECT_EQ(page.find("href="), std::string::npos);
}

TEST_F(MapAccuracy, tells_of_polygons_of_two_classes_on_one_pixel) {
  write_features(
      "over.geojson",
      {{"1", square(10, 10, 10)}, {"2", square(15, 12, 10)}, {"2", square(22, 12, 10)}, {"3", square(9000, 12, 10)}});
  const auto result = run({"-ref", "vector", "-ref.vector.in", folder_ / "over.geojson", "-ref.vector.field", "code"});
  ASSERT_EQ(result.code, 0) << result.err;
  // 5 columns by 8 lines; the two of class 2 may share pixels.
  EXPECT_NE(result.err.find("over.geojson: 40 pixels lie in polygons of different classes, 1 pair: feature 0 (1) and "
                            "feature 1 (2): each of them counts, in both polygons"),
            std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("lies outside the image"), std::string::npos) << result.err;
  const Json found = Json::parse(text_of(folder_ / "a.json"));
  EXPECT_EQ(found["units"], 300);
  EXPECT_NE(found["notes"].dump().find("40 pixels lie in polygons of different classes"), std::string::npos);
}

TEST_F(MapAccuracy, calls_polygons_agreement_and_draws_them_whole) {
  std::vector<std::pair<std::string, std::string>> polygons;
  for (int y = 0; y < side; y += 20)
    for (int x = 10; x < side; x += 20) polygons.emplace_back(std::to_string(truth(x, y)), square(x, y, 10));
  write_features("polygons.geojson", polygons);
  const std::vector<std::string> keys{
      "-ref", "vector",    "-ref.vector.in",         folder_ / "polygons.geojson", "-ref.vector.field",
      "code", "-out.html", folder_ / "a_report.html"};
  const Json found = report(keys);
  EXPECT_EQ(found["kind"], "agreement");
  EXPECT_NE(found["statement"].get<std::string>().find("Agreement on held-out polygons, not map accuracy"),
            std::string::npos);
  EXPECT_EQ(found["clusters"], polygons.size());
  EXPECT_EQ(found["units"], 100 * polygons.size());
  EXPECT_FALSE(found["classes"][0].contains("area_share"));
  const double value = found["overall_accuracy"]["value"];
  EXPECT_LT(found["overall_accuracy"]["low"], value);
  EXPECT_GT(found["overall_accuracy"]["high"], value);
  EXPECT_NEAR(found["classes"][0]["producers_accuracy"]["value"].get<double>(), 0.8, 0.03);
  const std::string page = text_of(folder_ / "a_report.html");
  EXPECT_NE(page.find("Agreement on held-out polygons, not map accuracy"), std::string::npos);
  EXPECT_EQ(page.find("true area"), std::string::npos);
  auto area = keys;
  area.insert(area.end(), {"-mode", "area"});
  const auto refused = run(area);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("no random sample of pixels"), std::string::npos) << refused.err;
}

TEST_F(MapAccuracy, does_not_depend_on_tiles_and_threads) {
  std::vector<std::pair<std::string, std::string>> polygons;
  for (int y = 3; y + 31 < side; y += 40)
    for (int x = 3; x + 31 < side; x += 40) polygons.emplace_back(std::to_string(truth(x, y)), square(x, y, 31));
  write_features("polygons.geojson", polygons);
  for (const auto& reference : std::vector<std::vector<std::string>>{
           {"-ref.raster.in", folder_ / "truth.tif"},
           {"-ref", "vector", "-ref.vector.in", folder_ / "polygons.geojson", "-ref.vector.field", "code"}}) {
    const auto with = [&](const std::string& tile, const std::string& threads) {
      auto words = reference;
      words.insert(words.end(), {"-tile", tile, "-threads", threads});
      report(words);
      return text_of(folder_ / "a.json");
    };
    const std::string one = with("512", "1");
    EXPECT_EQ(with("64", "3"), one);
    EXPECT_EQ(with("128", "2"), one);
  }
}

TEST_F(MapAccuracy, judges_probabilities) {
  // Where the map says 2, a fifth of class 1 hides: stated honestly, as shares of the classes among such pixels.
  double two = 0;
  double truly = 0;
  for (int y = 0; y < side; ++y) {
    for (int x = 5; x < side; ++x) {
      two += mapped(x, y) == 2;
      truly += mapped(x, y) == 2 && truth(x, y) == 2;
    }
  }
  const double share = truly / two;
  write_raster(folder_ / "honest.tif", utm_grid({side, side}), 3, PixelType::f32, [&](int band, int x, int y) {
    const int label = mapped(x, y);
    if (label != 2) return label == band + 1 ? 1.0 : 0.0;
    return band == 1 ? share : band == 0 ? 1 - share : 0.0;
  });
  write_raster(folder_ / "sure.tif", utm_grid({side, side}), 3, PixelType::u16,
               [&](int band, int x, int y) { return mapped(x, y) == band + 1 ? 1000 : 0; });
  const auto judge = [&](const std::string& name) {
    return report({"-ref.raster.in", folder_ / "truth.tif", "-probamap", folder_ / name, "-classes", "1", "2",
                   "3"})["probabilities"];
  };
  const Json honest = judge("honest.tif");
  const Json sure = judge("sure.tif");
  EXPECT_LT(honest["most_probable_class"]["calibration_error"].get<double>(), 0.001);
  EXPECT_NEAR(sure["most_probable_class"]["calibration_error"].get<double>(), (two - truly) / (side * (side - 5)),
              1e-9);
  EXPECT_GT(honest["brier_skill"].get<double>(), sure["brier_skill"].get<double>());
  EXPECT_EQ(honest["classes"][2]["brier"], 0.0);
}

TEST_F(MapAccuracy, says_what_is_wrong) {
  const auto fault = [&](int code, std::vector<std::string> words, const std::string& text) {
    const auto result = run(std::move(words));
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "a.json"));
  };
  fault(2, {}, "-ref raster needs -ref.raster.in");
  fault(2, {"-ref.raster.in", folder_ / "truth.tif", "-strata", folder_ / "truth.tif"}, "-strata has no effect");
  const std::vector<std::string> raster{"-ref.raster.in", folder_ / "truth.tif"};
  for (const auto& [key, value] : {std::pair{"-bins", "5"}, {"-classes", "1"}}) {
    auto words = raster;
    words.insert(words.end(), {key, value});
    fault(2, words, std::string(key) + " has no effect without -probamap");
  }
  auto both = raster;
  both.insert(both.end(), {"-ref.vector.field", "code"});
  fault(2, both, "-ref.vector.field has no effect without -ref vector");
  write_features("points.geojson", {{"1", R"("Point","coordinates":)" + point(20.5, 20.5)},
                                    {"\"wood\"", R"("Point","coordinates":)" + point(30.5, 20.5)}});
  const std::vector<std::string> points{
      "-ref", "vector", "-ref.vector.in", folder_ / "points.geojson", "-ref.vector.field", "code"};
  fault(2, points, "1 class in field 'code' of " + (folder_ / "points.geojson") + " is no whole number: 'wood'");
  write_features("points.geojson", {{"1", R"("Point","coordinates":)" + point(20.5, 20.5)},
                                    {"2", R"("Point","coordinates":)" + point(2.5, 20.5)}});
  fault(3, points, "3 of 3 strata have fewer than two reference units");
  for (const char* key : {"-seed", "-bootstrap"}) {
    auto words = points;
    words.insert(words.end(), {key, "200"});
    fault(2, words, std::string(key) + " has no effect on a random sample");
  }
  auto two = points;
  two.insert(two.end(), raster.begin(), raster.end());
  fault(2, two, "-ref.raster.in has no effect beside -ref vector");
  auto agreement = points;
  agreement.insert(agreement.end(), {"-mode", "agreement"});
  const Json found = report(agreement);
  EXPECT_EQ(found["units"], 1);
  EXPECT_NE(found["notes"].dump().find("1 units lie where the map has no class and do not count for the map"),
            std::string::npos)
      << found["notes"];
}

}  // namespace
}  // namespace cers::testing
