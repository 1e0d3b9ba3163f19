// SPDX-License-Identifier: Apache-2.0
// A year of real cloud masks: 68 dates of Sentinel-2 over 1 km² of Slovenia (shared data snow/cloud_series).
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "command.hpp"
#include "season_oracle.hpp"

namespace cers::season {
namespace {

namespace fs = std::filesystem;
using testing::RasterFile;

struct Series {
  std::vector<CalendarDay> days;
  RasterFile clouds;  ///< a band each
};

Series read_series(const fs::path& folder) {
  Series series;
  std::ifstream table(folder / "dates.tsv");
  std::string line;
  std::getline(table, line);  // band, utc, cloud_fraction
  while (std::getline(table, line)) series.days.push_back(*parse_calendar_day(line.substr(line.find('\t') + 1, 10)));
  series.clouds = testing::read_raster((folder / "clm_68dates_100x101.tif").string());
  return series;
}

/// A winter from November to March that comes later and goes earlier from west to east.
int code_at(const Series& series, std::size_t band, int x, int y) {
  if (series.clouds.at(static_cast<int>(band), x, y) != 0) return 205;
  const CalendarDay onset = *parse_calendar_day("2016-11-10") + std::chrono::days(x / 2);
  const CalendarDay melt = *parse_calendar_day("2017-04-10") - std::chrono::days(y / 2);
  return series.days[band] >= onset && series.days[band] <= melt ? 100 : 0;
}

TEST(SeasonOfRealClouds, equals_arrays_of_days_and_the_counts_of_the_data_set) {
  const char* root = std::getenv("CERS_SHARED_DATA");
  const fs::path folder = fs::path(root == nullptr ? "" : root) / "snow/cloud_series";
  if (!fs::exists(folder / "dates.tsv")) GTEST_SKIP() << "needs shared data snow/cloud_series";
  const Series series = read_series(folder);
  ASSERT_EQ(series.days.size(), 68U);
  const Size size = series.clouds.info.grid.size;

  const testing::TemporaryFolder work;
  std::vector<std::string> words{"SnowSynthesis", "-il"};
  for (std::size_t band = 0; band < series.days.size(); ++band) {
    words.push_back(work / ("snow_" + text_of(series.days[band]) + "_" + std::to_string(band) + ".tif"));
    testing::write_raster(words.back(), series.clouds.info.grid, 1, PixelType::u8,
                          [&](int, int x, int y) { return code_at(series, band, x, y); });
  }
  for (const char* word : {"-year", "2017"}) words.emplace_back(word);
  for (const LayerText& text : layer_texts()) {
    words.push_back(std::string("-") + text.key);
    words.push_back(work / (std::string(text.key) + ".tif"));
  }
  const testing::CommandResult result = testing::cers(words);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("dates: 28 in the period"), std::string::npos) << result.out;

  const DayRange period = hydrological_year(2017, false);
  std::map<Layer, RasterFile> layers;
  for (const LayerText& text : layer_texts())
    layers[text.layer] = testing::read_raster(work / (std::string(text.key) + ".tif"));
  Rules rules;
  std::vector<int> clear;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      std::vector<oracle::Date> pixel;
      for (std::size_t band = 0; band < series.days.size(); ++band) {
        const int day = static_cast<int>((series.days[band] - period.first).count());
        if (day < -15 || day >= rules.days + 15) continue;
        pixel.push_back({day, {code_at(series, band, x, y)}});
      }
      for (const auto& [layer, value] : oracle::layers_of(pixel, rules))
        ASSERT_EQ(layers.at(layer).at(0, x, y), value) << layer_texts()[static_cast<std::size_t>(layer)].name;
      clear.push_back(static_cast<int>(layers.at(Layer::nobs).at(0, x, y)));
      ASSERT_EQ(clear.back() + layers.at(Layer::ccd).at(0, x, y), 28);
    }
  }
  // expected.tsv: clear observations per pixel, minimum, median and maximum
  std::sort(clear.begin(), clear.end());
  EXPECT_EQ(clear.front(), 17);
  EXPECT_EQ(clear[clear.size() / 2], 20);
  EXPECT_EQ(clear.back(), 21);
}

}  // namespace
}  // namespace cers::season
