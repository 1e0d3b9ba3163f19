// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "cers/core/text.hpp"
#include "command.hpp"

namespace cers::testing {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

class ComputeImagesStatistics : public ::testing::Test {
 protected:
  /// One band, drawn as rows.
  std::string drawn(const std::string& name, const std::vector<std::vector<double>>& rows,
                    PixelType type = PixelType::f32) {
    const Size size{static_cast<int>(rows[0].size()), static_cast<int>(rows.size())};
    write_raster(folder_ / name, utm_grid(size), 1, type,
                 [&](int, int x, int y) { return rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)]; });
    return folder_ / name;
  }
  CommandResult run(const std::vector<std::string>& images, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"ComputeImagesStatistics", "-il"};
    words.insert(words.end(), images.begin(), images.end());
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  /// The numbers printed as "key: [a, b]".
  static std::vector<double> values(const CommandResult& result, const std::string& key) {
    std::istringstream lines(result.out);
    std::vector<double> numbers;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with(key + ": [")) continue;
      const std::size_t start = key.size() + 3;
      for (const std::string& part : split(line.substr(start, line.size() - start - 1), ',')) {
        numbers.push_back(parse_real(trimmed(part)).value());
      }
    }
    return numbers;
  }
  TemporaryFolder folder_;
};

TEST_F(ComputeImagesStatistics, pools_images_of_any_size) {
  // Means 2 and 20 of 3 and 2 pixels; sums of squared differences 2 and 50; 5 pixels less 2 images.
  const CommandResult result = run({drawn("a.tif", {{1, 2, 3}}), drawn("b.tif", {{15}, {25}})});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(values(result, "out.mean"), std::vector{(6.0 + 40) / 5});
  EXPECT_EQ(values(result, "out.min"), std::vector{1.0});
  EXPECT_EQ(values(result, "out.max"), std::vector{25.0});
  EXPECT_EQ(values(result, "out.std"), std::vector{std::sqrt(52.0 / 3)});
}

TEST_F(ComputeImagesStatistics, writes_the_file_that_otb_writes) {
  const std::string image = folder_ / "two.tif";
  write_raster(image, utm_grid({4, 1}), 2, PixelType::f32, [](int band, int x, int) {
    return band == 0 ? static_cast<double>(x) : x % 2 == 0 ? 0.9071 : 1.0 / 3;
  });
  const CommandResult result = run({image}, {"-out.xml", folder_ / "s.xml"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::string mean = format_real((static_cast<double>(0.9071F) + static_cast<double>(1.0F / 3)) / 2);
  const std::string text = text_of(folder_ / "s.xml");
  EXPECT_TRUE(
      text.starts_with("<?xml version=\"1.0\" ?>\n"
                       "<FeatureStatistics>\n"
                       "    <Statistic name=\"mean\">\n"
                       "        <StatisticVector value=\"1.5\" />\n"
                       "        <StatisticVector value=\"" +
                       mean +
                       "\" />\n"
                       "    </Statistic>\n"
                       "    <Statistic name=\"min\">\n"
                       "        <StatisticVector value=\"0\" />\n"
                       "        <StatisticVector value=\"0.33333334\" />\n"
                       "    </Statistic>\n"
                       "    <Statistic name=\"max\">\n"
                       "        <StatisticVector value=\"3\" />\n"
                       "        <StatisticVector value=\"0.9071\" />\n"
                       "    </Statistic>\n"
                       "    <Statistic name=\"stddev\">\n"
                       "        <StatisticVector value=\"1.2909944487358056\" />\n"))
      << text;
  EXPECT_TRUE(text.ends_with("\" />\n    </Statistic>\n</FeatureStatistics>\n")) << text;
  EXPECT_EQ(values(result, "out.std")[0], std::sqrt(5.0 / 3));
}

TEST_F(ComputeImagesStatistics, drops_whole_pixels_as_otb_does) {
  const std::vector<std::vector<double>> first{{1, 2, 3, 4}, {5, 6, 7, 8.5}};
  const std::vector<std::vector<double>> second{{10, nan, 30, 7}, {7, 7, 7, 80.5}};
  const std::string image = folder_ / "both.tif";
  write_raster(image, utm_grid({4, 2}), 2, PixelType::f32, [&](int band, int x, int y) {
    return (band == 0 ? first : second)[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
  });
  const CommandResult all = run({image});
  EXPECT_EQ(values(all, "out.mean"), (std::vector{34.5 / 7, 148.5 / 7}));
  const CommandResult some = run({image}, {"-bv", "7"});
  EXPECT_EQ(values(some, "out.mean"), (std::vector{27.5 / 6, 141.5 / 6}));
  EXPECT_EQ(values(some, "out.max"), (std::vector{8.5, 80.5}));
  EXPECT_EQ(values(some, "out.min"), (std::vector{1.0, 7.0}));  // 7 is left out only where both bands hold it
}

TEST_F(ComputeImagesStatistics, reads_wide_numbers_exactly) {
  const std::string image = drawn("wide.tif", {{4294967295.0, 4294967293.0}}, PixelType::u32);
  const CommandResult result = run({image});
  EXPECT_EQ(values(result, "out.max"), std::vector{4294967295.0});
  EXPECT_EQ(values(result, "out.mean"), std::vector{4294967294.0});
  EXPECT_EQ(values(result, "out.std"), std::vector{std::sqrt(2.0)});
}

TEST_F(ComputeImagesStatistics, of_one_pixel_have_no_deviation) {
  EXPECT_EQ(values(run({drawn("one.tif", {{3}})}), "out.std"), std::vector{0.0});
}

TEST_F(ComputeImagesStatistics, refuses_images_of_other_bands) {
  write_raster(folder_ / "three.tif", utm_grid({4, 4}), 3, PixelType::u8, [](int, int, int) { return 1.0; });
  const CommandResult result = run({drawn("one.tif", {{1}}), folder_ / "three.tif"});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("three.tif has 3 bands"), std::string::npos) << result.err;
}

TEST_F(ComputeImagesStatistics, says_which_image_has_nothing_to_count_and_leaves_no_file) {
  const std::string good = drawn("good.tif", {{1, 2}});
  const std::string empty = drawn("empty.tif", {{7, 7}});
  const CommandResult result = run({good, empty}, {"-bv", "7", "-out.xml", folder_ / "s.xml"});
  EXPECT_EQ(result.code, 3);
  EXPECT_NE(result.err.find("empty.tif has no pixel"), std::string::npos) << result.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "s.xml"));
  EXPECT_TRUE(result.out.empty()) << result.out;
}

}  // namespace
}  // namespace cers::testing
