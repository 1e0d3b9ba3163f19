// SPDX-License-Identifier: Apache-2.0
// From a map to its accuracy by way of files, as a user goes: SamplingDesign draws units, somebody fills in the class
// that is seen there, MapAccuracy estimates. The answer is that of the worked example of Olofsson et al. (2014).
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cers/core/text.hpp"
#include "command.hpp"

namespace cers::testing {
namespace {

using Json = nlohmann::json;

/// Their table 8: units by map class (rows) and reference class (columns); deforestation, forest gain, stable forest,
/// stable non-forest.
constexpr std::array<std::array<int, 4>, 4> olofsson{{{66, 0, 5, 4}, {0, 55, 8, 12}, {1, 0, 153, 11}, {2, 1, 9, 313}}};

/// Ten million pixels of 30 m; 200 000, 150 000, 3 200 000 and 6 450 000 of the classes.
constexpr int width = 4000;
constexpr int height = 2500;
int mapped(int x, int y) {
  const int place = y * width + x;
  return place < 200000 ? 1 : place < 350000 ? 2 : place < 3550000 ? 3 : 4;
}

/// The interpreter of the example: of each map class the first units of the list get the reference classes of its row,
/// the units behind them were not looked at.
class Interpreter {
 public:
  /// Nothing: not looked at.
  std::optional<int> sees(int map_class) {
    const auto row = static_cast<std::size_t>(map_class - 1);
    int left = seen_.at(row)++;
    for (std::size_t reference = 0; reference < 4; ++reference) {
      left -= olofsson.at(row).at(reference);
      if (left < 0) return static_cast<int>(reference) + 1;
    }
    return std::nullopt;
  }

 private:
  std::array<int, 4> seen_{};
};

/// Of each class: the value and half the width of its interval.
using Figures = std::array<std::pair<double, double>, 4>;

class ByFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    write_raster(folder_ / "map.tif", utm_grid({width, height}, 30), 1, PixelType::u8,
                 [](int, int x, int y) { return mapped(x, y); });
  }
  void design(const std::string& key, const std::string& name) {
    const auto result =
        cers({"SamplingDesign", "-in", folder_ / "map.tif", "-units", "700", "-minimum", "80", key, folder_ / name});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_NE(result.out.find("allocation: [80, 80, 179, 361]"), std::string::npos) << result.out;
  }
  void expect_published(const std::string& file) {
    const auto result = cers({"MapAccuracy", "-in", folder_ / "map.tif", "-ref", "vector", "-ref.vector.in",
                              folder_ / file, "-ref.vector.field", "seen", "-out", folder_ / "a.json"});
    ASSERT_EQ(result.code, 0) << result.err;
    const Json found = Json::parse(text_of(folder_ / "a.json"));
    EXPECT_EQ(found["kind"], "map accuracy");
    EXPECT_EQ(found["units"], 640);
    EXPECT_NE(found["notes"].dump().find("60 features have no class (not counted)"), std::string::npos)
        << found["notes"];
    const auto figure = [](const Json& one, double value, double half, double precision) {
      EXPECT_NEAR(one["value"].get<double>(), value, precision);
      EXPECT_NEAR((one["high"].get<double>() - one["low"].get<double>()) / 2, half, precision);
    };
    EXPECT_NE(found["notes"].dump().find("2 classes have units enough"), std::string::npos) << found["notes"];
    figure(found["overall_accuracy"], 0.95, 0.02, 0.005);
    // Hectares with intervals as published; their errors are rounded on the way.
    const Figures areas{{{21158, 6158}, {11686, 3756}, {285770, 15510}, {581386, 16282}}};
    const Figures users{{{0.88, 0.07}, {0.73, 0.10}, {0.93, 0.04}, {0.96, 0.02}}};
    const std::array producers{0.75, 0.85, 0.93, 0.96};  // intervals cut at 1 here: modules/learn/tests compares errors
    for (std::size_t i = 0; i < 4; ++i) {
      const Json& one = found["classes"][i];
      EXPECT_NEAR(one["area_hectares"]["value"].get<double>(), areas[i].first, 2);
      constexpr double hectares = 900000;
      EXPECT_NEAR(1.96 * hectares * one["area_share"]["standard_error"].get<double>(), areas[i].second, 2);
      // The changes hang on three omissions and one: ± 1.96 standard errors would be too narrow.
      EXPECT_EQ(one["area_share"]["interval"], i < 2 ? "wilson" : "normal");
      EXPECT_EQ(one["effective_units"].get<double>() < 50, i < 2);
      if (i >= 2) figure(one["area_hectares"], areas[i].first, areas[i].second, 2);
      figure(one["users_accuracy"], users[i].first, users[i].second, 0.0051);
      EXPECT_NEAR(one["producers_accuracy"]["value"].get<double>(), producers[i], 0.0051);
    }
  }
  const TemporaryFolder folder_;
};

TEST_F(ByFiles, aTableGivesThePublishedFigures) {
  design("-out.csv", "units.csv");
  std::istringstream lines(text_of(folder_ / "units.csv"));
  std::ofstream filled(folder_ / "filled.csv");
  std::string line;
  std::getline(lines, line);
  filled << line << ",seen\n";
  Interpreter interpreter;
  while (std::getline(lines, line)) {
    const auto seen = interpreter.sees(static_cast<int>(*parse_integer(split(line, ',').at(3))));
    filled << line << "," << (seen ? std::to_string(*seen) : "") << "\n";
  }
  filled.close();
  expect_published("filled.csv");
}

TEST_F(ByFiles, aGeoPackageGivesThePublishedFigures) {
  design("-out", "units.gpkg");
  {
    GDALAllRegister();
    const GDALDatasetUniquePtr file(
        GDALDataset::Open((folder_ / "units.gpkg").c_str(), GDAL_OF_VECTOR | GDAL_OF_UPDATE));
    ASSERT_TRUE(file);
    OGRLayer& layer = *file->GetLayer(0);
    OGRFieldDefn field("seen", OFTInteger);
    ASSERT_EQ(layer.CreateField(&field), OGRERR_NONE);
    Interpreter interpreter;
    double pixels = 0;
    for (GIntBig id = 1; id <= layer.GetFeatureCount(); ++id) {
      const OGRFeatureUniquePtr unit(layer.GetFeature(id));
      pixels += unit->GetFieldAsDouble("weight");
      if (const auto seen = interpreter.sees(unit->GetFieldAsInteger("class"))) unit->SetField("seen", *seen);
      ASSERT_EQ(layer.SetFeature(unit.get()), OGRERR_NONE);
    }
    EXPECT_NEAR(pixels, 1e7, 1e-3) << "the units stand for all pixels";
  }
  expect_published("units.gpkg");
}

// Longitude and latitude with nine decimals stay in their pixels.
TEST_F(ByFiles, unitsAreTheSamePixelsInEveryFormat) {
  const auto agree = [&](const std::string& name) {
    const auto result = cers({"MapAccuracy", "-in", folder_ / "map.tif", "-ref", "vector", "-ref.vector.in",
                              folder_ / name, "-ref.vector.field", "class", "-out", folder_ / "a.json"});
    ASSERT_EQ(result.code, 0) << result.err;
    const Json found = Json::parse(text_of(folder_ / "a.json"));
    EXPECT_EQ(found["units"], 700) << name;
    EXPECT_EQ(found["overall_accuracy"]["value"], 1.0) << name;
  };
  for (const char* name : {"u.gpkg", "u.shp", "u.sqlite", "u.geojson"}) {
    design("-out", name);
    agree(name);
  }
  design("-out.csv", "u.csv");
  agree("u.csv");
}

TEST_F(ByFiles, aFileNobodyFilledInIsTold) {
  design("-out.csv", "units.csv");
  std::istringstream lines(text_of(folder_ / "units.csv"));
  std::string text;
  for (std::string line; std::getline(lines, line);) text += line + (text.empty() ? ",seen\n" : ",\n");
  std::ofstream(folder_ / "empty.csv") << text;
  const auto result = cers({"MapAccuracy", "-in", folder_ / "map.tif", "-ref", "vector", "-ref.vector.in",
                            folder_ / "empty.csv", "-ref.vector.field", "seen", "-out", folder_ / "a.json"});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("has a class in its field 'seen'"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace cers::testing
