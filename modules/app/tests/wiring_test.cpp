// SPDX-License-Identifier: Apache-2.0
#include "cers/app/wiring.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cers/app/application.hpp"
#include "cers/app/sentinel2_offset.hpp"
#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

constexpr Size size{40, 30};

std::unique_ptr<testing::FakeSource> source(const std::string& name, int bands = 3) {
  return std::make_unique<testing::FakeSource>(name, size, bands, Size{16, 16});
}

ImageInput file_input(Graph& graph, const std::string& name, std::vector<int> bands = {0, 1, 2}) {
  return {graph, graph.add_source(source(name)), std::move(bands), name};
}

struct Empty {
  struct Params {};
  static AppSpec spec() { return Declare<Params>("Empty", "Nothing.").output("out", "Out.", PixelType::u16).done(); }
  static void wire(const Params&, Wiring&) {}
};

TEST(ImageInput, a_band_selection_is_seen_as_the_whole_image) {
  Graph graph;
  const ImageInput image = file_input(graph, "a.tif", {2, 0});
  EXPECT_EQ(image.band_count(), 2);
  // Band 0 of the image is band 2 of the file: the same leaf as asking the file for it.
  EXPECT_EQ(image.bands({0}), file_input(graph, "a.tif").bands({2}));
  EXPECT_NE(image.bands({0}), file_input(graph, "a.tif").bands({0}));
}

TEST(ImageInput, a_missing_band_is_counted_from_1_in_the_message) {
  Graph graph;
  const ImageInput image = file_input(graph, "a.tif");
  try {
    (void)image.bands({3});
    FAIL() << "band 4 of 3 was accepted";
  } catch (const UserError& error) {
    EXPECT_EQ(error.fault(), "a.tif has no band 4");
    EXPECT_EQ(error.remedy(), "it has 3 bands, counted from 1");
  }
}

TEST(ImageInput, a_calibrated_leaf_has_nan_as_its_only_nodata) {
  Graph graph;
  const ImageInput image = file_input(graph, "a.tif");
  const RasterInfo& info = graph.info(image.bands({0}, PixelType::f32, {0.0001, 0, -10000}));
  ASSERT_TRUE(info.bands[0].nodata);
  EXPECT_NE(*info.bands[0].nodata, *info.bands[0].nodata);
}

TEST(ImageInput, a_step_result_is_passed_on_untouched_when_it_fits) {
  Graph graph;
  const Edge edge = file_input(graph, "a.tif").all();
  const ImageInput result(graph, edge, "step");
  EXPECT_EQ(result.all(), edge);
  EXPECT_NE(result.bands({1}), edge);
  EXPECT_EQ(graph.info(result.bands({1})).bands.size(), 1U);
  EXPECT_EQ(graph.info(result.all(PixelType::u8)).type, PixelType::u8);
}

TEST(ImageInput, double_arithmetic_reads_double_only_where_float_loses_nothing) {
  Graph graph;
  const ImageInput small = file_input(graph, "a.tif");  // int16
  const ImageInput wide(graph, small.all(PixelType::i32), "step");
  EXPECT_EQ(type_for_double_arithmetic({small}, {}), PixelType::f64);
  EXPECT_EQ(type_for_double_arithmetic({small}, {1, 0, -10000}), PixelType::f64);
  EXPECT_EQ(type_for_double_arithmetic({small}, {0.0001, 0, std::nullopt}), PixelType::f32);
  EXPECT_EQ(type_for_double_arithmetic({small, wide}, {}), PixelType::f32);
}

TEST(Wiring, output_type_is_the_one_asked_for_else_the_declared_one) {
  Graph graph;
  const AppSpec spec = Empty::spec();
  Wiring wiring(spec, graph);
  EXPECT_FALSE(wiring.wants("out"));
  EXPECT_EQ(wiring.output_type("out"), PixelType::u16);
  wiring.want("out", PixelType::f64);
  EXPECT_TRUE(wiring.wants("out"));
  EXPECT_EQ(wiring.output_type("out"), PixelType::f64);
}

TEST(RawNumbers, theia_names_are_recognised_unless_the_user_calibrates) {
  Graph graph;
  const std::string theia = "SENTINEL2B_20180815-103015-461_L2A_T31TCJ_C_V1-9_FRE_B4.tif";
  const ImageInput image = file_input(graph, "folder/" + theia);
  EXPECT_NE(raw_number_warning(image, {}).find("-scale 0.0001 -nodata -10000"), std::string::npos);
  EXPECT_EQ(raw_number_warning(image, {0.0001, 0, -10000}), "");
  EXPECT_EQ(raw_number_warning(file_input(graph, "B4.tif"), {}), "");
  EXPECT_NE(raw_number_warning(file_input(graph, "T31TCJ_20180815T103019_B04_10m.jp2"), {}), "");
}

TEST(RawNumbers, offset_of_safe_bands_is_missed_by_product_path_or_name) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / fmt::format("cers-offset-{}", ::getpid());
  const auto put = [&](const std::string& path, const std::string& text) {
    fs::create_directories((folder / path).parent_path());
    std::ofstream(folder / path) << text;
    return (folder / path).string();
  };
  const std::string band = "GRANULE/L2A_T31TCJ_A1/IMG_DATA/R20m/T31TCJ_20180815T103019_B04_20m.jp2";
  put("shifted/MTD_MSIL2A.xml", "<BOA_ADD_OFFSET band_id=\"3\">-1000</BOA_ADD_OFFSET>");
  put("old/MTD_MSIL2A.xml", "<PROCESSING_BASELINE>02.08</PROCESSING_BASELINE>");
  put("relative.vrt", "<SourceFilename relativeToVRT=\"1\">shifted/" + band + "</SourceFilename>");
  const auto doubt = [&](const std::string& path, Calibration calibration = {0.0001, 0, 0}) {
    Graph graph;
    return missing_offset(file_input(graph, path), calibration).doubt;
  };
  EXPECT_EQ(doubt((folder / "shifted" / band).string()), OffsetDoubt::certain);
  EXPECT_EQ(doubt((folder / "shifted" / band).string(), {0.0001, -0.1, 0}), OffsetDoubt::none);
  EXPECT_EQ(doubt((folder / "old" / band).string()), OffsetDoubt::none);
  EXPECT_EQ(doubt((folder / "relative.vrt").string()), OffsetDoubt::certain);
  EXPECT_EQ(doubt("S2A_MSIL2A_20230208T105201_N0509_R051_T31TCJ_20230208T141803.SAFE/" + band), OffsetDoubt::certain);
  EXPECT_EQ(doubt("S2A_MSIL2A_20180815T103019_N0208_R108_T31TCJ_20180815T141803.SAFE/" + band), OffsetDoubt::none);
  EXPECT_EQ(doubt(band), OffsetDoubt::possible);
  EXPECT_EQ(doubt("T31TCJ_20230208T105201_B11_20m.tif"), OffsetDoubt::possible);
  EXPECT_EQ(doubt("B11.tif"), OffsetDoubt::none);
  EXPECT_EQ(doubt("SENTINEL2B_20180815-103015-461_L2A_T31TCJ_C_V1-9_FRE_B4.tif"), OffsetDoubt::none);

  Graph graph;
  const AppSpec spec = Empty::spec();
  Wiring wiring(spec, graph);
  const ImageInput image = file_input(graph, band);
  EXPECT_NE(offset_warning(wiring, image, {0.0001, 0, 0}).find("give -offset -0.1, or -offset 0"), std::string::npos)
      << offset_warning(wiring, image, {0.0001, 0, 0});
  EXPECT_EQ(offset_warning(wiring, image, {}), "") << "raw_number_warning() speaks of raw numbers";
  wiring.set_user_keys({"offset"});
  EXPECT_EQ(offset_warning(wiring, image, {0.0001, 0, 0}), "");
  fs::remove_all(folder);
}

TEST(Registry, refuses_a_name_twice_and_sorts) {
  Application a = application<Empty>();
  Application b = application<Empty>();
  EXPECT_THROW(Registry({a, b}), InternalError);
  b.spec.name = "Before";
  const Registry registry({a, b});
  EXPECT_EQ(registry.names(), (std::vector<std::string>{"Before", "Empty"}));
  EXPECT_NE(registry.find("Empty"), nullptr);
  EXPECT_EQ(registry.find("empty"), nullptr);
}

}  // namespace
}  // namespace cers
