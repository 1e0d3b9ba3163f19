// SPDX-License-Identifier: Apache-2.0
// High cloud over snow on high ground, by a product whose bands and masks the test writes.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "command.hpp"

namespace cers::testing {
namespace {

using ::testing::HasSubstr;

/// Bands and masks of one kind of pixel; reflectances.
struct Kind {
  double green, red, swir, nir, altitude;
  bool strict_and_dark;  ///< passes all that the guard asks of the ground
};
constexpr Kind kinds[] = {
    {0.8, 0.8, 0.05, 0.7, 2500, true},    // old snow, high
    {0.8, 0.8, 0.05, 0.7, 1500, false},   // low
    {0.8, 0.8, 0.15, 0.7, 2500, false},   // bright at 1.6 µm
    {0.3, 0.15, 0.05, 0.2, 2500, false},  // too dark for the strict test
    {0.3, 0.3, 0.09, 0.5, 2500, false},   // as near infrared as plants
    {0.3, 0.3, 0.2, 0.25, 2500, false},   // NDSI too low
};
constexpr int kind_count = static_cast<int>(std::size(kinds));

struct Family {
  const char* format;
  const char* prefix;
  std::array<const char*, 4> bands;  ///< green, red, 1.6 µm, near infrared
  const char* mask;
  double scale, offset;
  std::vector<int> clear, only_high, others;  ///< values of the mask
};
// Clear needs no bit; bits 1 and 2 of the detailed cloud mask only sum up.
const Family families[] = {
    {"muscate",
     "SENTINEL2",
     {"_FRE_B3.tif", "_FRE_B4.tif", "_FRE_B11.tif", "_FRE_B8A.tif"},
     "_CLM_R2.tif",
     0.0001,
     0,
     {0},
     {128, 131},
     {16, 7, 11, 128 + 16, 131 + 4, 131 + 8, 129 + 32, 129 + 64}},
    {"landsat",
     "LC08",
     {"_SR_B3.TIF", "_SR_B4.TIF", "_SR_B6.TIF", "_SR_B5.TIF"},
     "_QA_PIXEL.TIF",
     0.0000275,
     -0.2,
     {64},
     {4, 4 + 32},
     {8, 4 + 8, 4 + 2, 4 + 16, 2, 16}},
};

class HighCloud : public ::testing::TestWithParam<int> {
 protected:
  const Family& family() const { return families[static_cast<std::size_t>(GetParam())]; }
  void SetUp() override {
    const auto done = cers(
        {"SimulateScene", "-out", folder_ / "scene", "-side", "360", "-products", family().format, "-progress", "0"});
    ASSERT_EQ(done.code, 0) << done.err;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "scene"))
      if (entry.path().filename().string().starts_with(family().prefix)) product_ = entry.path();
    ASSERT_FALSE(product_.empty());
    for (const auto* list : {&family().clear, &family().only_high, &family().others})
      values_.insert(values_.end(), list->begin(), list->end());
    // Kinds down, values of the mask across, with the pixel of the coarsest band as unit.
    const Grid grid = read_raster(path_of(family().bands[2])).info.grid;
    columns_ = grid.size.width / static_cast<int>(values_.size());
    rows_ = grid.size.height / kind_count;
    for (std::size_t band = 0; band < 4; ++band) {
      const RasterFile was = read_raster(path_of(family().bands[band]));
      const int finer = was.info.grid.size.width / grid.size.width;
      write_raster(
          path_of(family().bands[band]), was.info.grid, 1, was.info.type,
          [&](int, int, int y) {
            const Kind& kind = kind_at(y / finer);
            const double reflectance[] = {kind.green, kind.red, kind.swir, kind.nir};
            return std::round((reflectance[band] - family().offset) / family().scale);
          },
          was.info.bands[0].nodata);
    }
    const RasterFile mask = read_raster(path_of(family().mask));
    write_raster(path_of(family().mask), mask.info.grid, 1, mask.info.type,
                 [&](int, int x, int) { return value_at(x); });
    if (family().format == std::string("muscate"))
      write_raster(path_of("_MG2_R2.tif"), grid, 1, PixelType::u8, [](int, int, int) { return 0; });
    write_raster(folder_ / "dem.tif", grid, 1, PixelType::f32, [&](int, int, int y) { return kind_at(y).altitude; });
  }
  std::string path_of(const std::string& end) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(product_))
      if (entry.path().string().ends_with(end)) return entry.path().string();
    return {};
  }
  const Kind& kind_at(int y) const { return kinds[std::min(kind_count - 1, y / rows_)]; }
  int value_at(int x) const { return values_[std::min(values_.size() - 1, static_cast<std::size_t>(x / columns_))]; }
  CommandResult run(const std::vector<std::string>& more) const {
    std::vector<std::string> words{
        "SnowMask", "-in",  product_.string(), "-dem", folder_ / "dem.tif", "-out", folder_ / "snow.tif",
        "-shade",   "none", "-progress",       "0"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  bool contains(const std::vector<int>& list, int value) const {
    return std::find(list.begin(), list.end(), value) != list.end();
  }

  TemporaryFolder folder_;
  std::filesystem::path product_;
  std::vector<int> values_;
  int columns_ = 0;
  int rows_ = 0;
};

TEST_P(HighCloud, IsGivenBackOverDarkSnowOnHighGround) {
  struct Run {
    std::vector<std::string> more;
    bool given_back;
  };
  ASSERT_EQ(run({}).code, 0);
  const RasterFile as_given = read_raster(folder_ / "snow.tif");
  for (const auto& [more, given_back] :
       {Run{{"-cloud.highabove", "2000"}, true}, Run{{"-cloud.highabove", "2600"}, false},
        Run{{"-cloud.highabove", "2000", "-cloud.highswir", "0.04"}, false}}) {
    const auto done = run(more);
    ASSERT_EQ(done.code, 0) << done.err;
    const RasterFile mask = read_raster(folder_ / "snow.tif");
    int changed = 0;
    for (int y = 0; y < mask.info.grid.size.height; ++y) {
      for (int x = 0; x < mask.info.grid.size.width; ++x) {
        const bool back = given_back && contains(family().only_high, value_at(x)) && kind_at(y).strict_and_dark;
        if (back) {
          ASSERT_EQ(as_given.at(0, x, y), 205) << value_at(x) << " at " << x << ' ' << y;
        }
        ASSERT_EQ(mask.at(0, x, y), back ? 100 : as_given.at(0, x, y)) << value_at(x) << " at " << x << ' ' << y;
        changed += back ? 1 : 0;
      }
    }
    EXPECT_EQ(changed > 0, given_back);
  }
}

TEST_P(HighCloud, IsGivenBackAboveFourThousandMetres) {
  const auto snow_of = [&](const std::vector<std::string>& more) {
    EXPECT_EQ(run(more).code, 0);
    const RasterFile mask = read_raster(folder_ / "snow.tif");
    std::vector<double> codes;
    for (int y = 0; y < mask.info.grid.size.height; ++y)
      for (int x = 0; x < mask.info.grid.size.width; ++x) codes.push_back(mask.at(0, x, y));
    return codes;
  };
  const std::vector<double> expected = snow_of({"-cloud.highabove", "2000"});
  const Grid grid = read_raster(folder_ / "dem.tif").info.grid;
  write_raster(folder_ / "dem.tif", grid, 1, PixelType::f32,
               [&](int, int, int y) { return kind_at(y).altitude + 2000; });
  EXPECT_EQ(snow_of({}), expected);
  EXPECT_NE(snow_of({"-cloud.highabove", "100000"}), expected);
}

TEST_P(HighCloud, IsExplained) {
  const int x = columns_ + columns_ / 2;  // the first value that only high cloud has
  const auto high = run({"-cloud.highabove", "2000", "-pixel", std::to_string(x), std::to_string(rows_ / 2)});
  ASSERT_EQ(high.code, 0) << high.err;
  EXPECT_THAT(high.out, HasSubstr("snow (100): by the strict test"));
  EXPECT_THAT(high.out, HasSubstr("flags: none; high cloud given back above -cloud.highabove"));
  const auto low = run({"-cloud.highabove", "2000", "-pixel", std::to_string(x), std::to_string(rows_ + rows_ / 2)});
  EXPECT_THAT(low.out, HasSubstr("flags: cloud, high cloud\n"));
}

TEST_P(HighCloud, NeedsAMaskThatTellsIt) {
  write_raster(folder_ / "cloud.tif", read_raster(path_of(family().bands[2])).info.grid, 1, PixelType::u8,
               [](int, int, int) { return 0; });
  const auto refused = run({"-cloud", folder_ / "cloud.tif", "-cloud.highabove", "1000"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("-cloud.highabove has no effect: the cloud mask does not tell high cloud"));
}

INSTANTIATE_TEST_SUITE_P(Families, HighCloud, ::testing::Values(0, 1));

}  // namespace
}  // namespace cers::testing
