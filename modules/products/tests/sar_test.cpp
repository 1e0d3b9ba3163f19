// SPDX-License-Identifier: Apache-2.0
#include "cers/products/sar.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "readers/sar_tables.hpp"
#include "safe_samples.hpp"

namespace cers {
namespace {
using namespace sample;

constexpr const char* massif_central =
    "products/s1_grd_safe/S1A_IW_GRDH_1SDV_20210809T173953_20210809T174018_039156_049F13_6FF8.SAFE";
constexpr const char* noise_file =
    "annotation/calibration/noise-s1a-iw-grd-vv-20210809t173953-20210809t174018-039156-049f13-001.xml";

// A macro, since only it can leave the test.
#define NEED_DATA(path) \
  if (shared(path).empty()) GTEST_SKIP() << "the shared data lack " << (path)

SarLut small_table() {
  return SarLut({{0, {0, 10, 30}, {1, 2, 6}}, {100, {0, 20}, {11, 31}}}, "table");
}

TEST(SarLut, BilinearBetweenNodesOfUnequalRows) {
  const SarLut lut = small_table();
  EXPECT_DOUBLE_EQ(lut.at(0, 0), 1);
  EXPECT_DOUBLE_EQ(lut.at(0, 10), 2);
  EXPECT_DOUBLE_EQ(lut.at(0, 5), 1.5);
  EXPECT_DOUBLE_EQ(lut.at(0, 25), 5);     // 2 + 15/20 · 4
  EXPECT_DOUBLE_EQ(lut.at(100, 10), 21);  // 11 + 10/20 · 20
  EXPECT_DOUBLE_EQ(lut.at(50, 10), 11.5);
  EXPECT_DOUBLE_EQ(lut.at(25, 5), 1.5 + 0.25 * (16 - 1.5));
}

TEST(SarLut, TheNearestNodeBeyondTheEnds) {
  const SarLut lut = small_table();
  EXPECT_DOUBLE_EQ(lut.at(-5, -5), 1);
  EXPECT_DOUBLE_EQ(lut.at(0, 99), 6);
  EXPECT_DOUBLE_EQ(lut.at(200, 20), 31);
  EXPECT_DOUBLE_EQ(lut.at(200, 99), 31);
  EXPECT_DOUBLE_EQ(lut.at(50, 99), 18.5);
}

TEST(SarLut, AnyCutOfALineGivesTheSameValues) {
  const SarLut lut = small_table();
  std::array<double, 40> whole{};
  lut.read_line(37, -3, whole);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(whole[static_cast<std::size_t>(i)], lut.at(37, i - 3));
  std::array<double, 40> parts{};
  lut.read_line(37, -3, std::span(parts).first(17));
  lut.read_line(37, 14, std::span(parts).last(23));
  EXPECT_EQ(parts, whole);
}

TEST(SarLut, DamagedTablesAreRefused) {
  EXPECT_THROW(SarLut({}, "t"), DataError);
  EXPECT_THROW(SarLut({{0, {}, {}}}, "t"), DataError);
  EXPECT_THROW(SarLut({{0, {0, 1}, {1}}}, "t"), DataError);
  EXPECT_THROW(SarLut({{0, {1, 1}, {1, 2}}}, "t"), DataError);
  EXPECT_THROW(SarLut({{5, {0}, {1}}, {5, {0}, {1}}}, "t"), DataError);
}

TEST(SarNoise, AzimuthFactorInsideItsBlockOnly) {
  SarNoise noise;
  noise.range = SarLut({{0, {0, 100}, {200, 200}}}, "noise");
  noise.azimuth = {{0, 50, 10, 19, {0, 40}, {1, 2}}, {0, 50, 20, 29, {0}, {3}}};
  EXPECT_DOUBLE_EQ(noise.at(0, 9), 200);
  EXPECT_DOUBLE_EQ(noise.at(10, 10), 250);  // 200 · 1.25
  EXPECT_DOUBLE_EQ(noise.at(10, 19), 250);
  EXPECT_DOUBLE_EQ(noise.at(10, 20), 600);
  EXPECT_DOUBLE_EQ(noise.at(10, 30), 200);
  EXPECT_DOUBLE_EQ(noise.at(45, 15), 400);
  EXPECT_DOUBLE_EQ(noise.at(51, 15), 200);
  EXPECT_DOUBLE_EQ(SarNoise{}.at(1, 1), 0);
}

// Values read off the annotation files by eye.
TEST(SarTables, NodesOfARealProduct) {
  NEED_DATA(massif_central);
  const Product product = open_product(shared(massif_central).string());
  const auto tables = read_sar_calibration(product, BandRole::vv);
  ASSERT_TRUE(tables.has_value());
  EXPECT_TRUE(tables->problems.empty());
  EXPECT_EQ(tables->sigma_nought.rows().size(), 27U);
  EXPECT_EQ(tables->sigma_nought.rows()[0].pixels.size(), 655U);
  EXPECT_DOUBLE_EQ(tables->sigma_nought.at(0, 0), 662.8682);
  EXPECT_DOUBLE_EQ(tables->sigma_nought.at(667, 40), 662.5948);
  EXPECT_NEAR(tables->sigma_nought.at(0, 20), (662.8682 + 662.5948) / 2, 1e-10);
  EXPECT_DOUBLE_EQ(tables->beta_nought.at(3000, 12345), 474);
  EXPECT_DOUBLE_EQ(tables->gamma.at(0, 80), 613.8123);
  EXPECT_EQ(tables->noise.range.rows().size(), 26U);
  EXPECT_DOUBLE_EQ(tables->noise.range.at(0, 0), 2392.147);
  EXPECT_NEAR(tables->noise.range.at(333, 0), 2392.147 + 333.0 / 667 * (2388.127 - 2392.147), 1e-9);
  ASSERT_EQ(tables->noise.azimuth.size(), 3U);
  EXPECT_NEAR(tables->noise.at(0, 0), 2392.147 * 1.040491, 1e-9);
  EXPECT_NEAR(tables->noise.azimuth[0].at(5), (1.040491 + 1.042047) / 2, 1e-12);
  EXPECT_NEAR(tables->noise.azimuth[1].at(0), 1.001955, 1e-12);  // from sample 8760 on
  EXPECT_NEAR(tables->noise.at(0, 8760) / tables->noise.range.at(0, 8760), 1.001955, 1e-12);
  EXPECT_GT(tables->noise.at(0, 8759) / tables->noise.range.at(0, 8759), 1.04);
}

std::string old_noise(const std::string& values) {
  return "<noise><noiseVectorList count=\"2\">"
         "<noiseVector><azimuthTime>x</azimuthTime><line>0</line><pixel count=\"2\">0 40</pixel><noiseLut "
         "count=\"2\">" +
         values + "</noiseLut></noiseVector>" +
         "<noiseVector><azimuthTime>x</azimuthTime><line>100</line><pixel count=\"3\">0 20 40</pixel>"
         "<noiseLut count=\"3\">0.2 0.2 0.2</noiseLut></noiseVector></noiseVectorList></noise>";
}

TEST(SarTables, OldProcessorsHaveNoAzimuthNoise) {
  const Folder folder;
  write_text(folder / "noise-s1a-iw-grd-vv-x.xml", old_noise("300 500"));
  const auto listing = products::Listing::of(folder.text());
  const SarNoise noise = products::parse_sar_noise(listing, listing.entries().front());
  EXPECT_TRUE(noise.azimuth.empty());
  EXPECT_DOUBLE_EQ(noise.at(0, 20), 400);
  EXPECT_DOUBLE_EQ(noise.at(50, 20), 200.1);
  EXPECT_TRUE(products::sar_noise_problem(noise, "noise.xml").empty());
}

TEST(SarTables, UnscaledNoiseOfTheFirstYearsIsSaid) {
  NEED_DATA(massif_central);
  const Folder folder;
  const fs::path copy = folder.copy(shared(massif_central), "product");
  write_text(copy / noise_file, old_noise("1e-9 2e-9"));
  const Product product = open_product(copy.string());
  EXPECT_TRUE(mentions(product.problems, "k·A²dn"));
  EXPECT_TRUE(mentions(read_sar_calibration(product, BandRole::vv)->problems, "k·A²dn"));
}

TEST(SarTables, CutTablesNameFileAndLine) {
  NEED_DATA(massif_central);
  const Folder folder;
  const fs::path copy = folder.copy(shared(massif_central), "product");
  const std::string whole = read_text(copy / noise_file);
  write_text(copy / noise_file, whole.substr(0, whole.size() / 2));
  try {
    static_cast<void>(open_product(copy.string()));
    FAIL() << "the noise table was cut in half and read";
  } catch (const DataError& error) {
    EXPECT_NE(error.fault().find("noise-s1a-iw-grd-vv"), std::string::npos) << error.fault();
    EXPECT_NE(error.fault().find("line "), std::string::npos) << error.fault();
  }
}

std::shared_ptr<const SarCalibration> known_tables() {
  auto tables = std::make_shared<SarCalibration>();
  tables->sigma_nought = SarLut({{0, {0, 10}, {500, 600}}}, "sigma");
  tables->beta_nought = SarLut({{0, {0}, {400}}}, "beta");
  tables->gamma = SarLut({{0, {0}, {250}}}, "gamma");
  tables->noise.range = SarLut({{0, {0}, {2000}}}, "noise");
  return tables;
}

std::vector<float> calibrated(const Node& node, int x, const std::vector<float>& dn) {
  std::vector<float> out(dn.size(), -1);
  const std::byte* inputs[] = {reinterpret_cast<const std::byte*>(dn.data())};
  std::byte* outputs[] = {reinterpret_cast<std::byte*>(out.data())};
  const auto scratch = node.make_scratch();
  dynamic_cast<const PixelwiseNode&>(node).compute_row({x, 7, dn.size(), inputs, outputs}, scratch.get());
  return out;
}

TEST(SarNode, SignedBackscatterAndNoData) {
  const auto node = make_sar_calibration_node(known_tables(), SarQuantity::sigma0);
  const auto out = calibrated(*node, 0, {100, 0, 10, std::numeric_limits<float>::quiet_NaN()});
  EXPECT_FLOAT_EQ(out[0], 8000.0F / 250000.0F);  // (100² − 2000) / 500²
  EXPECT_TRUE(std::isnan(out[1]));               // DN 0 is no data
  EXPECT_FLOAT_EQ(out[2], -1900.0F / (520.0F * 520.0F));
  EXPECT_TRUE(std::isnan(out[3]));
}

TEST(SarNode, BelowTheNoiseFloorIsLessSignalThanNoise) {
  const auto node = make_below_noise_node(known_tables());
  // 62² = 3844 and 64² = 4096 about twice the noise of 2000; 0 is no data.
  const std::vector<float> dn{62, 64, 0, 44, std::numeric_limits<float>::quiet_NaN()};
  std::vector<std::uint8_t> out(dn.size(), 9);
  const std::byte* inputs[] = {reinterpret_cast<const std::byte*>(dn.data())};
  std::byte* outputs[] = {reinterpret_cast<std::byte*>(out.data())};
  const auto scratch = node->make_scratch();
  dynamic_cast<const PixelwiseNode&>(*node).compute_row({0, 7, dn.size(), inputs, outputs}, scratch.get());
  EXPECT_EQ(out, (std::vector<std::uint8_t>{1, 0, 0, 1, 0}));
}

TEST(SarNode, PlaceInTheRasterNotInTheTile) {
  const auto node = make_sar_calibration_node(known_tables(), SarQuantity::sigma0);
  const auto whole = calibrated(*node, 0, {50, 60, 70, 80});
  const auto part = calibrated(*node, 2, {70, 80});
  EXPECT_EQ(whole[2], part[0]);
  EXPECT_EQ(whole[3], part[1]);
}

TEST(SarNode, OtherQuantitiesAndNoiseLeftIn) {
  const auto beta = make_sar_calibration_node(known_tables(), SarQuantity::beta0);
  const auto gamma = make_sar_calibration_node(known_tables(), SarQuantity::gamma0, false);
  EXPECT_FLOAT_EQ(calibrated(*beta, 0, {100})[0], 8000.0F / 160000.0F);
  EXPECT_FLOAT_EQ(calibrated(*gamma, 0, {100})[0], 10000.0F / 62500.0F);
  RasterInfo info;
  info.bands.resize(1);
  info.type = PixelType::f32;
  const RasterInfo described = gamma->describe(std::span(&info, 1));
  EXPECT_EQ(described.bands[0].name, "gamma0_ellipsoid");
  EXPECT_TRUE(std::isnan(described.bands[0].nodata.value()));
  info.type = PixelType::u16;
  EXPECT_THROW(static_cast<void>(gamma->describe(std::span(&info, 1))), UserError);
}

}  // namespace
}  // namespace cers
