// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "command.hpp"

namespace cers::testing {
namespace {

using ::testing::HasSubstr;

/// Codes of a mask of 4 × 1 pixels, or any other width.
using Row = std::vector<int>;

std::string mask(const TemporaryFolder& folder, const std::string& name, const Row& codes, double pixel = 20) {
  std::filesystem::create_directories(std::filesystem::path(folder / name).parent_path());
  write_raster(folder / name, utm_grid({static_cast<int>(codes.size()), 1}, pixel), 1, PixelType::u8,
               [&](int, int x, int) { return codes[static_cast<std::size_t>(x)]; });
  return folder / name;
}

Row row_of(const std::string& path) {
  const RasterFile file = read_raster(path);
  Row row;
  for (int x = 0; x < file.info.grid.size.width; ++x) row.push_back(static_cast<int>(file.at(0, x, 0)));
  return row;
}

class SnowSynthesis : public ::testing::Test {
 protected:
  /// `words` after the name of the application; outputs SCD, SOD and FLAGS.
  CommandResult run(std::vector<std::string> words) {
    words.insert(words.begin(), "SnowSynthesis");
    for (const char* word : {"-out", "-out.sod", "-out.smod", "-out.nsp", "-out.nobs", "-out.ccd", "-out.flags"}) {
      words.emplace_back(word);
      words.push_back(folder / (std::string(word + 1) + ".tif"));
    }
    return cers(words);
  }
  Row layer(const std::string& key) { return row_of(folder / (key + ".tif")); }
  std::string refused(const std::vector<std::string>& words) {
    std::filesystem::remove(folder / "out.tif");
    const CommandResult result = run(words);
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "out.tif"));
    return result.err;
  }

  TemporaryFolder folder;
};

// Pixels: snow from December to March, never any, hidden but for one day, never seen.
TEST_F(SnowSynthesis, makes_the_layers_of_a_hydrological_year) {
  const std::string a = mask(folder, "snow_20171101.tif", {0, 0, 205, 205});
  const std::string b = mask(folder, "snow_20171231.tif", {100, 0, 205, 255});
  const std::string c = mask(folder, "snow_20180301.tif", {60, 0, 205, 205});
  const std::string d = mask(folder, "snow_20180501.tif", {0, 0, 100, 254});
  const CommandResult result = run({"-il", c, a, d, b, "-year", "2018"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("period: 2017-09-01 to 2018-08-31"));
  EXPECT_THAT(result.out, HasSubstr("dates: 4 in the period, 0 in its margin"));
  // 60 days from 1 November to 31 December: the half way day 1 December has snow; 61 days to 1 May: until 31 March.
  EXPECT_EQ(layer("out"), (Row{121, 0, 365, 65535}));
  EXPECT_EQ(layer("out.sod"), (Row{91, 65535, 0, 65535}));
  EXPECT_EQ(layer("out.smod"), (Row{211, 65535, 364, 65535}));
  EXPECT_EQ(layer("out.nsp"), (Row{1, 0, 1, 65535}));
  EXPECT_EQ(layer("out.nobs"), (Row{4, 4, 1, 0}));
  EXPECT_EQ(layer("out.ccd"), (Row{0, 0, 3, 4}));
  EXPECT_EQ(layer("out.flags"), (Row{12, 12, 15, 12}));
  const RasterFile scd = read_raster(folder / "out.tif");
  EXPECT_EQ(scd.info.type, PixelType::u16);
  EXPECT_EQ(scd.info.bands[0].nodata, 65535);
  EXPECT_THAT(scd.info.bands[0].name, HasSubstr("SCD: snow cover duration: days with snow from 2017-09-01"));
  EXPECT_EQ(read_raster(folder / "out.nobs.tif").info.bands[0].nodata, std::nullopt);
  EXPECT_EQ(read_raster(folder / "out.flags.tif").info.type, PixelType::u8);
}

TEST_F(SnowSynthesis, profile_of_let_it_snow) {
  const std::string a = mask(folder, "a_20171225.tif", {100, 0, 205});
  const std::string b = mask(folder, "b_20180103.tif", {100, 100, 205});
  const std::string c = mask(folder, "c_20180121.tif", {0, 0, 205});
  const CommandResult result = run({"-il", a, b, c, "-start", "2018-01-01", "-stop", "20180131", "-profile", "lis111"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(layer("out"), (Row{12, 12, 0}));
  EXPECT_EQ(layer("out.sod"), (Row{0, 0, 0}));
  EXPECT_EQ(layer("out.smod"), (Row{11, 11, 0}));
  EXPECT_EQ(layer("out.nsp"), (Row{1, 1, 0}));
  EXPECT_EQ(layer("out.nobs"), (Row{3, 3, 0}));  // with the margin
  EXPECT_EQ(layer("out.ccd"), (Row{0, 0, 3}));
  EXPECT_EQ(read_raster(folder / "out.tif").info.bands[0].nodata, std::nullopt);
}

TEST_F(SnowSynthesis, dates_come_from_products_then_from_dates_then_from_names) {
  // The flags come first by name, and are not what is read.
  mask(folder, "p/LIS_S2-SNOW-FSC-QCFLAGS_T31TCH_20180101T105435_1.7.0_1.tif", {3, 3});
  mask(folder, "p/LIS_S2-SNOW-FSC_T31TCH_20180101T105435_1.7.0_1.tif", {40, 0});
  const std::string plain = mask(folder, "mask.tif", {0, 0});
  CommandResult result = run({"-il", folder / "p", plain, "-dates", "2018-01-01", "2018-01-11", "-start", "2018-01-01",
                              "-stop", "2018-01-11"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(layer("out"), (Row{6, 0}));
  result = run({"-il", folder / "p", "-start", "2018-01-01", "-stop", "2018-01-11"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(layer("out"), (Row{11, 0}));
  mask(folder, "run_20180111/LIS_SEB.TIF", {0, 100});  // no date of its own
  result = run({"-il", folder / "p", (folder / "run_20180111") + "/", "-start", "2018-01-01", "-stop", "2018-01-11"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(layer("out"), (Row{6, 6}));
  EXPECT_THAT(refused({"-il", folder / "p", plain, "-dates", "2018-01-02", "2018-01-11", "-year", "2018"}),
              HasSubstr("-dates says 2018-01-02"));
}

TEST_F(SnowSynthesis, densification_fills_what_the_first_list_leaves) {
  const std::string a = mask(folder, "a_20180105.tif", {0, 205, 205, 205});
  // 40 m pixels over the first two: its other pixel lies beside the grid.
  const std::string b = mask(folder, "b_20180105.tif", {100}, 40);
  const std::string c = mask(folder, "c_20180120.tif", {0, 0, 0, 205});
  const CommandResult result = run({"-il", a, c, "-densification", b, "-start", "2018-01-01", "-stop", "2018-01-31"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(layer("out"), (Row{0, 12, 0, 65535}));  // half way is 12.5 January
  EXPECT_EQ(layer("out.nobs"), (Row{2, 2, 1, 0}));
  EXPECT_THAT(result.err, HasSubstr("one day has several images (2018-01-05)"));
}

TEST_F(SnowSynthesis, the_order_of_images_decides_between_those_of_a_day) {
  const std::string a = mask(folder, "a_20180105.tif", {0, 205});
  const std::string b = mask(folder, "b_20180105.tif", {100, 100});
  ASSERT_EQ(run({"-il", a, b, "-start", "2018-01-01", "-stop", "2018-01-31"}).code, 0);
  EXPECT_EQ(layer("out"), (Row{0, 31}));
  ASSERT_EQ(run({"-il", b, a, "-start", "2018-01-01", "-stop", "2018-01-31"}).code, 0);
  EXPECT_EQ(layer("out"), (Row{31, 31}));
}

TEST_F(SnowSynthesis, images_beyond_the_margin_are_ignored_with_one_warning) {
  const std::string a = mask(folder, "a_20171216.tif", {100});
  const std::string b = mask(folder, "b_20171217.tif", {100});
  const std::string c = mask(folder, "c_20180131.tif", {0});
  const std::string d = mask(folder, "d_20180301.tif", {0});
  const CommandResult result = run({"-il", a, b, c, d, "-start", "2018-01-01", "-stop", "2018-01-31"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(layer("out"), (Row{8}));  // half way between 17 December and 31 January: 8.5 January
  EXPECT_EQ(layer("out.flags"), (Row{13}));
  EXPECT_THAT(result.err, HasSubstr("2 of 4 images are ignored, being of days outside 2017-12-17 to 2018-02-15"));
  EXPECT_EQ(result.err.find("ignored"), result.err.rfind("ignored"));
}

TEST_F(SnowSynthesis, fraction_and_tie) {
  const std::string a = mask(folder, "a_20180101.tif", {30, 0});
  const std::string b = mask(folder, "b_20180111.tif", {0, 100});
  const std::vector<std::string> january{"-il", a, b, "-start", "2018-01-01", "-stop", "2018-01-11"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), january.begin(), january.end());
    return more;
  };
  ASSERT_EQ(run(with({})).code, 0);
  EXPECT_EQ(layer("out"), (Row{6, 6}));
  ASSERT_EQ(run(with({"-tie", "nosnow"})).code, 0);
  EXPECT_EQ(layer("out"), (Row{5, 5}));
  ASSERT_EQ(run(with({"-fsc.min", "31"})).code, 0);
  EXPECT_EQ(layer("out"), (Row{0, 6}));
}

TEST_F(SnowSynthesis, the_hemisphere_is_that_of_the_images) {
  const std::string name = mask(folder, "a_20180601.tif", {100});
  EXPECT_THAT(run({"-il", name, "-year", "2018", "-hemisphere", "south"}).out,
              HasSubstr("period: 2018-03-01 to 2019-02-28"));
  Grid south = utm_grid({2, 2});
  south.transform.a[3] = -1000000;  // of the northern zone's equator
  write_raster(folder / "s_20180601.tif", south, 1, PixelType::u8, [](int, int, int) { return 100; });
  EXPECT_THAT(run({"-il", folder / "s_20180601.tif", "-year", "2018"}).out,
              HasSubstr("period: 2018-03-01 to 2019-02-28"));
  Grid nowhere = south;
  nowhere.georeferenced = false;
  nowhere.crs.clear();
  nowhere.transform = {};
  write_raster(folder / "n_20180601.tif", nowhere, 1, PixelType::u8, [](int, int, int) { return 100; });
  EXPECT_THAT(refused({"-il", folder / "n_20180601.tif", "-year", "2018"}), HasSubstr("-hemisphere north or south"));
  EXPECT_EQ(run({"-il", folder / "n_20180601.tif", "-year", "2018", "-hemisphere", "north"}).code, 0);
}

TEST_F(SnowSynthesis, warns_of_values_that_are_no_codes) {
  const std::string a = mask(folder, "a_20180101.tif", {0, 120, 230});
  const CommandResult result = run({"-il", a, "-start", "2018-01-01", "-stop", "2018-01-11"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("2 pixels have values that are no code of a snow mask"));
  EXPECT_EQ(layer("out"), (Row{0, 65535, 65535}));
}

// A map of what is known does not show which images it rests on.
TEST_F(SnowSynthesis, tells_which_images_bring_nothing) {
  const std::string a = mask(folder, "a_20180101.tif", {0, 100, 205});
  const std::string b = mask(folder, "b_20180105.tif", {205, 205, 255});
  const std::string c = mask(folder, "c_20180107.tif", {255, 254, 255});
  const std::string d = mask(folder, "d_20180109.tif", {210, 255, 211});
  const std::string e = mask(folder, "e_20180109.tif", {205, 205, 0});
  const std::vector<std::string> january{"-start", "2018-01-01", "-stop", "2018-01-31"};
  const auto told = [&](std::vector<std::string> images) {
    images.insert(images.begin(), "-il");
    images.insert(images.end(), january.begin(), january.end());
    const CommandResult result = run(images);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.err;
  };
  EXPECT_THAT(told({c, a, d, b, e}),
              HasSubstr("3 of 5 images show no clear pixel and bring nothing: 2018-01-05 b_20180105.tif (cloud), "
                        "2018-01-07 c_20180107.tif (no data), 2018-01-09 d_20180109.tif (water)\n"));
  EXPECT_THAT(told({a, b}), HasSubstr("1 of 2 images shows no clear pixel and brings nothing: 2018-01-05"));
  EXPECT_THAT(told({b, c}), HasSubstr("no image shows a clear pixel, so nothing is known of any: 2018-01-05"));
  EXPECT_EQ(told({a, e}).find("clear pixel"), std::string::npos);
  // By the part that lies on the grid of the season.
  const std::string wide = mask(folder, "wide_20180103.tif", {205, 205, 205, 0, 0});
  EXPECT_THAT(told({a, "-densification", wide}), HasSubstr("1 of 2 images shows no clear pixel"));
  std::vector<std::string> many{a};
  for (int day = 10; day < 23; ++day)
    many.push_back(mask(folder, "m_201801" + std::to_string(day) + ".tif", {205, 205, 205}));
  const std::string line = told(many);
  EXPECT_THAT(line, HasSubstr("13 of 14 images show no clear pixel"));
  EXPECT_THAT(line, HasSubstr("m_20180119.tif (cloud) and 3 more\n"));
}

TEST_F(SnowSynthesis, refuses_what_is_no_season) {
  const std::string a = mask(folder, "a_20180101.tif", {0, 0});
  const std::string b = mask(folder, "b_20180111.tif", {0, 0, 0});
  const std::string undated = mask(folder, "undated.tif", {0, 0});
  const std::string later = mask(folder, "c_20200101.tif", {0, 0});
  EXPECT_THAT(refused({"-il", a, b, "-year", "2018"}), HasSubstr("b_20180111.tif does not lie on the grid of"));
  EXPECT_THAT(refused({"-il", a, b, "-year", "2018"}), HasSubstr("-densification"));
  EXPECT_THAT(refused({"-il", a, undated, "-year", "2018"}), HasSubstr("undated.tif has no date"));
  EXPECT_THAT(refused({"-il", a, undated, "-year", "2018"}), HasSubstr("give -dates with a day for every image"));
  EXPECT_THAT(refused({"-il", a, undated, "-dates", "2018-01-01", "2018-13-01", "-year", "2018"}),
              HasSubstr("'2018-13-01' of -dates, the date of "));
  EXPECT_THAT(refused({"-il", a, undated, "-dates", "2018-01-01", "-year", "2018"}),
              HasSubstr("-dates names 1 days for 2 images"));
  EXPECT_THAT(refused({"-il", a, later, "-year", "2011"}),
              HasSubstr("no image is of the period 2010-09-01 to 2011-08-31: all 2 are of 2018-01-01 to 2020-01-01"));
  EXPECT_THAT(refused({"-il", a, "-start", "2018-01-02", "-stop", "2018-01-11"}), HasSubstr("no image is of"));
}

TEST_F(SnowSynthesis, refuses_periods_that_are_none) {
  const std::string a = mask(folder, "a_20180101.tif", {0, 0});
  EXPECT_THAT(refused({"-il", a}), HasSubstr("the period is not given"));
  EXPECT_THAT(refused({"-il", a, "-start", "2018-01-01"}), HasSubstr("one end only"));
  EXPECT_THAT(refused({"-il", a, "-year", "2018", "-start", "2018-01-01"}), HasSubstr("given twice"));
  EXPECT_THAT(refused({"-il", a, "-start", "2018-02-30", "-stop", "2018-03-01"}), HasSubstr("2018-02-30 is no day"));
  EXPECT_THAT(refused({"-il", a, "-start", "2018-03-01", "-stop", "2018-02-01"}), HasSubstr("lies before -start"));
  EXPECT_THAT(refused({"-il", a, "-start", "1950-01-01", "-stop", "2018-02-01"}), HasSubstr("too long"));
  EXPECT_THAT(refused({"-il", a, "-year", "2018", "-fsc.min", "0"}), HasSubstr("fsc.min"));
}

TEST_F(SnowSynthesis, refuses_images_that_are_no_snow_masks) {
  write_raster(folder / "ndsi_20180101.tif", utm_grid({2, 2}), 1, PixelType::f32, [](int, int, int) { return 0.4; });
  EXPECT_THAT(refused({"-il", folder / "ndsi_20180101.tif", "-year", "2018"}), HasSubstr("holds float numbers"));
  write_raster(folder / "rgb_20180101.tif", utm_grid({2, 2}), 3, PixelType::u8, [](int, int, int) { return 4; });
  EXPECT_THAT(refused({"-il", folder / "rgb_20180101.tif", "-year", "2018"}), HasSubstr("has 3 bands"));
  mask(folder, "s/LIS_S2L8-SNOW-SCD_T31TCH_20170901_20180831_1.7_1.tif", {3, 3});
  EXPECT_THAT(refused({"-il", folder / "s", "-year", "2018"}), HasSubstr("is no snow mask but: Theia snow, synthesis"));
  const std::string a = mask(folder, "a_20180101.tif", {0, 0});
  Grid far = utm_grid({2, 2});
  far.transform.a[0] += 50000;
  write_raster(folder / "far_20180101.tif", far, 1, PixelType::u8, [](int, int, int) { return 100; });
  EXPECT_THAT(refused({"-il", a, "-densification", folder / "far_20180101.tif", "-year", "2018"}),
              HasSubstr("does not overlap"));
  EXPECT_EQ(cers({"SnowSynthesis", "-il", a, "-year", "2018"}).code, 2);
  EXPECT_THAT(cers({"SnowSynthesis", "-il", a, "-year", "2018"}).err, HasSubstr("no output is asked for"));
}

}  // namespace
}  // namespace cers::testing
