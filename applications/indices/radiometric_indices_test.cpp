// SPDX-License-Identifier: Apache-2.0
// RadiometricIndices as a command: which bands are read, what is written, what is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "command.hpp"
#include "index_table.hpp"

namespace cers::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Reflectance of band 0…9 that differs in every band and pixel: role k of spectral_roles() is band 9 − k.
double reflectance(int band, int x, int y) {
  return static_cast<double>(static_cast<float>(0.03 + 0.04 * (9 - band) + 0.001 * x + 0.0007 * y * (band + 1)));
}

const std::vector<std::string> all_channels{
    "-channels.blue",     "10", "-channels.green",    "9", "-channels.red", "8", "-channels.rededge1",  "7",
    "-channels.rededge2", "6",  "-channels.rededge3", "5", "-channels.nir", "4", "-channels.nirnarrow", "3",
    "-channels.mir",      "2",  "-channels.swir2",    "1"};

struct Outcome {
  CommandResult result;
  std::string out;
  bool written() const { return std::filesystem::exists(out); }
};

class RadiometricIndicesTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  const Size size_{37, 23};

  std::string image(const std::string& name, int bands, PixelType type,
                    const std::function<double(int, int, int)>& value, std::optional<double> nodata = std::nullopt) {
    write_raster(folder_ / name, utm_grid(size_), bands, type, value, nodata);
    return folder_ / name;
  }
  std::string ten_bands() { return image("ten.tif", 10, PixelType::f32, reflectance); }

  Outcome run(const std::string& in, const std::vector<std::string>& options, const std::vector<std::string>& list) {
    Outcome outcome{{}, folder_ / "out.tif"};
    std::vector<std::string> arguments{"RadiometricIndices", "-in", in};
    arguments.insert(arguments.end(), options.begin(), options.end());
    if (!list.empty()) arguments.emplace_back("-list");
    arguments.insert(arguments.end(), list.begin(), list.end());
    arguments.insert(arguments.end(), {"-out", outcome.out});
    outcome.result = cers(arguments);
    return outcome;
  }
};

double expected(const SpectralIndex& index, int x, int y) {
  const Expression expression = index.compile();
  std::vector<double> values;
  for (const ExpressionVariable& variable : expression.variables()) {
    values.push_back(reflectance(9 - variable.band, x, y));
  }
  std::vector<const double*> pointers;
  for (const double& value : values) pointers.push_back(&value);
  std::vector<double> scratch(expression.scratch_size());
  double result = 0;
  expression.evaluate(pointers, &result, 1, scratch.data());
  return result;
}

TEST_F(RadiometricIndicesTest, EveryIndexReadsItsChannels) {
  std::vector<std::string> list;
  for (const SpectralIndex& index : spectral_indices()) list.insert(list.begin(), index.name);
  const Outcome done = run(ten_bands(), all_channels, list);
  ASSERT_EQ(done.result.code, 0) << done.result.err;
  EXPECT_THAT(done.result.err, Not(HasSubstr("arning"))) << done.result.err;
  const RasterFile file = read_raster(done.out);
  EXPECT_EQ(file.info.type, PixelType::f32);
  ASSERT_EQ(file.info.bands.size(), list.size());
  for (std::size_t k = 0; k < list.size(); ++k) {
    for (const auto& [x, y] : {std::pair{0, 0}, std::pair{36, 22}, std::pair{5, 17}}) {
      const double wanted = static_cast<double>(static_cast<float>(expected(spectral_index(list[k]), x, y)));
      EXPECT_EQ(file.at(static_cast<int>(k), x, y), wanted) << list[k] << " at " << x << ", " << y;
    }
  }
}

TEST_F(RadiometricIndicesTest, BandsSayFormulaChannelsAndPublication) {
  const Outcome done = run(ten_bands(), all_channels, {"Snow:NDSI", "Vegetation:NDVI"});
  ASSERT_EQ(done.result.code, 0) << done.result.err;
  const RasterFile file = read_raster(done.out);
  ASSERT_EQ(file.info.bands.size(), 2u);
  EXPECT_EQ(file.info.bands[0].name,
            "NDSI = ratio(green-swir1, green+swir1); green: band 9, swir1: band 2; Hall et al. (1995)");
  EXPECT_EQ(file.info.bands[1].name, "NDVI = ratio(nir-red, nir+red); nir: band 4, red: band 8; Rouse et al. (1974)");
}

TEST_F(RadiometricIndicesTest, WithoutAListItComputesNdvi) {
  const Outcome done = run(ten_bands(), {"-channels.red", "8", "-channels.nir", "4"}, {});
  ASSERT_EQ(done.result.code, 0) << done.result.err;
  const RasterFile file = read_raster(done.out);
  ASSERT_EQ(file.info.bands.size(), 1u);
  const double wanted = static_cast<double>(static_cast<float>(expected(spectral_index("Vegetation:NDVI"), 3, 4)));
  EXPECT_EQ(file.at(0, 3, 4), wanted);
}

// OTB's RadiometricIndices casts to float where its BandMath clamps.
TEST_F(RadiometricIndicesTest, InfinitiesStay) {
  const std::string in =
      image("huge.tif", 2, PixelType::f32, [](int band, int, int) { return band == 0 ? 1e-3 : 3e38; });
  const Outcome done = run(in, {"-channels.red", "1", "-channels.nir", "2"}, {"Vegetation:RVI", "Vegetation:NDVI"});
  ASSERT_EQ(done.result.code, 0) << done.result.err;
  EXPECT_EQ(read_raster(done.out).at(0, 0, 0), std::numeric_limits<double>::infinity());
  EXPECT_EQ(read_raster(done.out).at(1, 0, 0), 1);
}

TEST_F(RadiometricIndicesTest, ScaleOffsetAndNodataApplyFirst) {
  const auto stored = [](int band, int x, int) { return x == 3 && band == 0 ? -10000 : 1500 + 1000 * band; };
  const std::string in = image("raw.tif", 2, PixelType::i16, stored);
  const Outcome done =
      run(in, {"-channels.red", "1", "-channels.nir", "2", "-scale", "0.0001", "-offset", "-0.1", "-nodata", "-10000"},
          {"Vegetation:SAVI"});
  ASSERT_EQ(done.result.code, 0) << done.result.err;
  EXPECT_THAT(done.result.err, Not(HasSubstr("arning"))) << done.result.err;
  const RasterFile file = read_raster(done.out);
  EXPECT_NEAR(file.at(0, 0, 0), 0.1 * 1.5 / (0.05 + 0.15 + 0.5), 1e-7);
  EXPECT_TRUE(std::isnan(file.at(0, 3, 0)));
  ASSERT_TRUE(file.info.bands[0].nodata.has_value());
  EXPECT_TRUE(std::isnan(*file.info.bands[0].nodata));
}

TEST_F(RadiometricIndicesTest, MissingReflectanceStaysMissing) {
  const std::string in = image(
      "missing.tif", 2, PixelType::f32, [](int band, int x, int) { return x == 1 ? nan : 0.1 + 0.2 * band; }, nan);
  const Outcome done = run(in, {"-channels.red", "1", "-channels.nir", "2"}, {"Vegetation:NDVI"});
  ASSERT_EQ(done.result.code, 0) << done.result.err;
  const RasterFile file = read_raster(done.out);
  EXPECT_TRUE(std::isnan(file.at(0, 1, 0)));
  EXPECT_NEAR(file.at(0, 0, 0), 0.5, 1e-7);
  EXPECT_TRUE(file.info.bands[0].nodata.has_value());
}

// ---- warnings -------------------------------------------------------------------------------------------------------

TEST_F(RadiometricIndicesTest, AChannelLeftAtItsDefaultIsNamed) {
  const Outcome done = run(ten_bands(), {"-channels.red", "8"}, {"Vegetation:NDVI", "Soil:CI"});
  ASSERT_EQ(done.result.code, 0) << done.result.err;
  EXPECT_THAT(done.result.err, HasSubstr("Vegetation:NDVI uses -channels.nir, which is left at its default"));
  EXPECT_THAT(done.result.err, HasSubstr("Soil:CI uses -channels.green"));
  EXPECT_THAT(done.result.err, AllOf(Not(HasSubstr("-channels.red,")), Not(HasSubstr("-channels.mir")),
                                     Not(HasSubstr("-channels.blue"))));
}

TEST_F(RadiometricIndicesTest, BroadNearInfraredForTheNarrowOneIsSaid) {
  const Outcome done = run(ten_bands(), {"-channels.nir", "4", "-channels.swir2", "1"}, {"Fire:NBR"});
  ASSERT_EQ(done.result.code, 0) << done.result.err;
  EXPECT_THAT(done.result.err, HasSubstr("Fire:NBR uses -channels.nir"));
  EXPECT_THAT(done.result.err, HasSubstr("-channels.nirnarrow"));
  const RasterFile file = read_raster(done.out);
  EXPECT_THAT(file.info.bands[0].name, HasSubstr("nir_narrow: band 4, given as -channels.nir, swir2: band 1"));
  const double nir = reflectance(3, 0, 0);
  const double swir2 = reflectance(0, 0, 0);
  EXPECT_EQ(file.at(0, 0, 0), static_cast<double>(static_cast<float>((nir - swir2) / (nir + swir2))));
}

TEST_F(RadiometricIndicesTest, IntegersMeetAScaleDependentIndex) {
  const std::string in = image("raw.tif", 2, PixelType::i16, [](int band, int, int) { return 1000 + 2000 * band; });
  const std::vector<std::string> channels{"-channels.red", "1", "-channels.nir", "2"};
  EXPECT_THAT(run(in, channels, {"Vegetation:NDVI"}).result.err, Not(HasSubstr("scale")));
  EXPECT_THAT(run(in, channels, {"Vegetation:NDVI", "Vegetation:SAVI"}).result.err,
              AllOf(HasSubstr("Vegetation:SAVI depends on the scale"), HasSubstr("int16"), HasSubstr("-scale"),
                    Not(HasSubstr("above 1.5"))));
}

TEST_F(RadiometricIndicesTest, NumbersBeyondReflectanceAreFoundInTheRun) {
  const std::vector<std::string> channels{"-channels.red", "1", "-channels.nir", "2"};
  const auto raw = [](int band, int x, int) { return x == 0 ? nan : 1000.0 + 2000 * band + x; };
  const std::string numbers = image("numbers.tif", 2, PixelType::f32, raw);
  EXPECT_THAT(run(numbers, channels, {"Vegetation:EVI2"}).result.err,
              AllOf(HasSubstr("Vegetation:EVI2 depends on the scale"), HasSubstr("100 %"), HasSubstr("up to 3036")));
  EXPECT_THAT(run(numbers, channels, {"Vegetation:NDVI"}).result.err, Not(HasSubstr("above 1.5")));

  // A few saturated pixels are usual.
  const auto glint = [](int band, int x, int y) { return x == 5 && y < 8 ? 1.9 : 0.1 + 0.2 * band; };
  const std::string scene = image("scene.tif", 2, PixelType::f32, glint);
  EXPECT_THAT(run(scene, channels, {"Vegetation:EVI2"}).result.err, Not(HasSubstr("above 1.5")));
}

TEST_F(RadiometricIndicesTest, AFileNameThatTellsItsScaleIsSaidOnce) {
  const std::string theia = "SENTINEL2A_20200101-105000-000_L2A_T31TCJ_C_V2-2_FRE_B4.tif";
  const std::string in = image(theia, 2, PixelType::i16, [](int band, int, int) { return 1000 + 2000 * band; });
  const CommandResult result = run(in, {"-channels.red", "1", "-channels.nir", "2"}, {"Vegetation:SAVI"}).result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("Theia"), Not(HasSubstr("depends on the scale"))));
}

// ---- faults ---------------------------------------------------------------------------------------------------------

struct FaultCase {
  std::string name;
  std::vector<std::string> options;
  std::vector<std::string> list;
  std::vector<std::string> said;
};

class RadiometricIndicesFaults : public RadiometricIndicesTest, public ::testing::WithParamInterface<FaultCase> {};

TEST_P(RadiometricIndicesFaults, EndTheRunBeforeAnythingIsWritten) {
  const Outcome done = run(ten_bands(), GetParam().options, GetParam().list);
  EXPECT_EQ(done.result.code, 2);
  for (const std::string& text : GetParam().said) EXPECT_THAT(done.result.err, HasSubstr(text));
  EXPECT_FALSE(done.written());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1) << "only the input is there";
}

INSTANTIATE_TEST_SUITE_P(
    All, RadiometricIndicesFaults,
    ::testing::Values(
        FaultCase{"BeyondTheLastBand",
                  {"-channels.red", "3", "-channels.nir", "11"},
                  {"Vegetation:NDVI"},
                  {"-channels.nir is 11", "ten.tif has 10 bands"}},
        FaultCase{"BeyondTheLastBandUnused",
                  {"-channels.red", "3", "-channels.nir", "4", "-channels.swir2", "12"},
                  {"Vegetation:NDVI"},
                  {"-channels.swir2 is 12"}},
        FaultCase{"ZeroIsNoChannel", {"-channels.red", "0"}, {"Vegetation:NDVI"}, {"-channels.red", "'0'"}},
        FaultCase{"ChannelNotGiven",
                  {"-channels.nir", "4"},
                  {"Fire:NBR", "Soil:NDTI_TILLAGE", "Vegetation:NDRE_B6"},
                  {"Fire:NBR, Soil:NDTI_TILLAGE needs -channels.swir2", "Vegetation:NDRE_B6 needs -channels.rededge2"}},
        FaultCase{
            "Twice", {}, {"Vegetation:NDVI", "Soil:CI", "Vegetation:NDVI"}, {"-list names Vegetation:NDVI twice"}},
        FaultCase{"Unknown", {}, {"Vegetation:NDVY"}, {"did you mean 'Vegetation:NDVI'?"}}),
    [](const auto& fault) { return fault.param.name; });

}  // namespace
}  // namespace cers::testing
