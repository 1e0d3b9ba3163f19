// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "command.hpp"
#include "mask_words.hpp"

namespace cers::testing {
namespace {

std::vector<std::map<std::string, std::string>> rows_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::vector<std::string> names;
  std::vector<std::map<std::string, std::string>> rows;
  while (std::getline(file, line)) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    std::string field;
    while (std::getline(stream, field, ',')) fields.push_back(field);
    if (names.empty()) {
      names = fields;
      continue;
    }
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = i < fields.size() ? fields[i] : "";
    rows.push_back(row);
  }
  return rows;
}

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What a panel of the plot shows, read back by the labels of its own axis.
struct Panel {
  std::vector<std::pair<double, double>> dots;      ///< x in the picture, value
  std::vector<std::pair<double, double>> diamonds;  ///< likewise
  std::vector<std::pair<double, double>> bars;      ///< lower and upper end
  std::map<double, std::vector<double>> stacks;     ///< by x: heights of the parts, the lowest first
  std::map<double, double> wholes;                  ///< by x: heights of the frames
};
Panel drawn_of(const std::string& svg, const std::string& name) {
  const auto begin = svg.find("<g class=\"" + name + "\">");
  const std::string group = svg.substr(begin, svg.find("</g>", begin) - begin);
  const auto all = [&](const std::string& pattern) {
    std::vector<std::vector<double>> found;
    const std::regex regex(pattern);
    for (std::sregex_iterator match(group.begin(), group.end(), regex), end; match != end; ++match) {
      found.emplace_back();
      for (std::size_t i = 1; i < match->size(); ++i) found.back().push_back(std::stod((*match)[i].str()));
    }
    return found;
  };
  const std::string n = "(-?[0-9.]+)";
  const auto ticks = all("y=\"" + n + "\" text-anchor=\"end\">" + n + " ");
  EXPECT_GE(ticks.size(), 2U) << group;
  if (ticks.size() < 2) return {};
  const double per_pixel = (ticks.back()[1] - ticks[0][1]) / (ticks.back()[0] - ticks[0][0]);
  const auto value = [&](double y) { return ticks[0][1] + (y + 4 - ticks[0][0]) * per_pixel; };
  Panel panel;
  for (const auto& c : all("<circle cx=\"" + n + "\" cy=\"" + n + "\"")) panel.dots.emplace_back(c[0], value(c[1]));
  for (const auto& d : all("d=\"M" + n + " " + n + " l5 5")) panel.diamonds.emplace_back(d[0], value(d[1] + 5));
  for (const auto& b : all("x2=\"" + n + "\" y1=\"" + n + "\" y2=\"" + n + "\" stroke=\"#0072B2\""))
    panel.bars.emplace_back(value(b[1]), value(b[2]));
  const std::string place = " y=\"" + n + "\" width=\"" + n + "\" height=\"" + n + "\"";
  for (const auto& r : all("<rect x=\"" + n + "\"" + place)) panel.stacks[r[0]].push_back(-r[3] * per_pixel);
  for (const auto& r : all("<rect class=\"whole\" x=\"" + n + "\"" + place)) panel.wholes[r[0]] = -r[3] * per_pixel;
  return panel;
}

/// Deterministic noise in [0, 1).
double noise(int x, int y) {
  auto n = static_cast<unsigned>(x) * 0x9E3779B1U + static_cast<unsigned>(y) * 0x85EBCA77U;
  n = (n ^ (n >> 15)) * 0x2C1B3C6DU;
  n ^= n >> 12;
  return (n % 100000) / 100000.0;
}

class SnowLineOfAMask : public ::testing::Test {
 protected:
  static constexpr int side = 200;
  static double altitude(int x, int y) { return 500 + 10 * x + 0.1 * y; }
  /// Snow with the logistic probability around `half`.
  void write(const std::string& name, double half_west, double half_east, double cloudy = 0) {
    write_raster(folder_ / name, utm_grid({side, side}, 20), 1, PixelType::u8, [&](int, int x, int y) -> double {
      if (noise(x + 1000, y) < cloudy) return 205;
      const double half = y < side / 2 ? half_west : half_east;
      return noise(x, y) < 1 / (1 + std::exp(-(altitude(x, y) - half) / 80)) ? 100 : 0;
    });
  }
  void SetUp() override {
    write_raster(folder_ / "dem.tif", utm_grid({side, side}, 20), 1, PixelType::f32,
                 [](int, int x, int y) { return altitude(x, y); });
    write_raster(folder_ / "zones.tif", utm_grid({side, side}, 20), 1, PixelType::u16,
                 [](int, int, int y) { return y < side / 2 ? 7 : 300; });
  }
  TemporaryFolder folder_;
};

TEST_F(SnowLineOfAMask, FindsHalfCoverByZoneThroughCloud) {
  write("february.tif", 1400, 1800, 0.5);
  write("may.tif", 2000, 2200);
  const auto result = cers({"SnowLine", "-il", folder_ / "february.tif", folder_ / "may.tif", "-dem",
                            folder_ / "dem.tif", "-zones", folder_ / "zones.tif", "-out", folder_ / "line.csv",
                            "-out.bands", folder_ / "bands.csv", "-progress", "0"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto rows = rows_of(folder_ / "line.csv");
  ASSERT_EQ(rows.size(), 4U);
  const double halves[] = {1400, 1800, 2000, 2200};
  const char* zones[] = {"7", "300", "7", "300"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(rows[i].at("zone"), zones[i]);
    EXPECT_NEAR(std::stod(rows[i].at("half_cover_m")), halves[i], 12) << i;
    EXPECT_LE(std::stod(rows[i].at("low_m")), halves[i] + 1) << i;
    EXPECT_GE(std::stod(rows[i].at("high_m")), halves[i] - 1) << i;
    // A tenth of snow lies at half − 80 · ln 9 = half − 176 m; two bands below the band that holds it.
    EXPECT_NEAR(std::stod(rows[i].at("snowline_m")), halves[i] - 176 - 250, 100) << i;
  }
  double snow = 0;
  for (const auto& row : rows_of(folder_ / "bands.csv")) {
    if (row.at("image").find("may") != std::string::npos && row.at("zone") == "7")
      snow += std::stod(row.at("snow_km2"));
  }
  EXPECT_NEAR(snow, std::stod(rows[2].at("snow_km2")), 1e-3);
}

// The two halves as polygons give the rows of the raster of zones, under their names.
TEST_F(SnowLineOfAMask, ZonesMayBePolygons) {
  write("may.tif", 2000, 2200);
  std::ofstream(folder_ / "massifs.geojson")
      << R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},)"
      << R"("features":[{"type":"Feature","properties":{"massif":"Ossau, haut"},"geometry":{"type":"Polygon",)"
      << R"("coordinates":[[[300000,4800000],[304000,4800000],[304000,4798000],[300000,4798000],[300000,4800000]]]}},)"
      << R"({"type":"Feature","properties":{"massif":"Aure"},"geometry":{"type":"Polygon","coordinates":)"
      << R"([[[300000,4798000],[304000,4798000],[304000,4796000],[300000,4796000],[300000,4798000]]]}}]})";
  const std::vector<std::string> words{"SnowLine",  "-il", folder_ / "may.tif", "-dem", folder_ / "dem.tif",
                                       "-progress", "0"};
  auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> all = words;
    all.insert(all.end(), more.begin(), more.end());
    return cers(all);
  };
  const auto drawn =
      with({"-zones.vector", folder_ / "massifs.geojson", "-zones.field", "massif", "-out", folder_ / "a.csv"});
  ASSERT_EQ(drawn.code, 0) << drawn.err;
  ASSERT_EQ(with({"-zones", folder_ / "zones.tif", "-out", folder_ / "b.csv"}).code, 0);
  std::string a = file_text(folder_ / "a.csv");
  std::string b = file_text(folder_ / "b.csv");
  const auto replace = [](std::string& text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << text;
    text.replace(at, from.size(), to);
  };
  replace(a, ",\"Ossau, haut\",", ",7,");
  replace(a, ",Aure,", ",300,");
  EXPECT_EQ(a, b);
  const auto both =
      with({"-zones", folder_ / "zones.tif", "-zones.vector", folder_ / "massifs.geojson", "-out", folder_ / "c.csv"});
  EXPECT_EQ(both.code, 2);
  EXPECT_NE(both.err.find("-zones and -zones.vector are both given"), std::string::npos) << both.err;
}

// Memory is planned for so many zones, and more are refused instead of growing without bound.
TEST_F(SnowLineOfAMask, AsManyZonesAsArePlanned) {
  write("may.tif", 2000, 2200);
  write_raster(folder_ / "many.tif", utm_grid({side, side}, 20), 1, PixelType::u16,
               [](int, int x, int) { return 1 + x % 101; });
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> words{
        "SnowLine",  "-il", folder_ / "may.tif", "-dem", folder_ / "dem.tif", "-out", folder_ / "line.csv",
        "-progress", "0"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  };
  const auto refused = with({"-zones", folder_ / "many.tif"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_NE(refused.err.find("-zones holds more than 100 zones"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("raise -zones.most"), std::string::npos) << refused.err;
  ASSERT_EQ(with({"-zones", folder_ / "many.tif", "-zones.most", "101"}).code, 0);
  EXPECT_EQ(rows_of(folder_ / "line.csv").size(), 101U);
  EXPECT_EQ(with({"-zones.most", "101"}).code, 2) << "no zones are given";
  // Room for ten million zones of an image does not fit, and the plan says so before anything is read.
  const auto large = with({"-zones", folder_ / "many.tif", "-zones.most", "10000000", "-ram", "256"});
  EXPECT_EQ(large.code, 2);
  EXPECT_NE(large.err.find("-ram"), std::string::npos) << large.err;
}

// Two dates out of order: the line runs from the earlier to the later, and higher in May. In July half cover lies above
// the terrain, which reaches 2510 m, and is not drawn.
TEST_F(SnowLineOfAMask, IsDrawnOverTheDates) {
  write("snow_20180710.tif", 2650, 2650);
  write("snow_20180520.tif", 2000, 2000);
  write("snow_20180211.tif", 1400, 1400);
  ASSERT_EQ(cers({"SnowLine", "-il", folder_ / "snow_20180520.tif", folder_ / "snow_20180211.tif",
                  folder_ / "snow_20180710.tif", "-dem", folder_ / "dem.tif", "-out", folder_ / "line.csv", "-out.plot",
                  folder_ / "plot.svg", "-progress", "0"})
                .code,
            0);
  const std::string svg = file_text(folder_ / "plot.svg");
  EXPECT_NE(svg.find(">2018-02-11</text>"), std::string::npos);
  EXPECT_NE(svg.find(">2018-07-10</text>"), std::string::npos);
  EXPECT_EQ(drawn_of(svg, "altitudes").dots.size(), 2U);
  const auto july = rows_of(folder_ / "line.csv")[2];
  EXPECT_EQ(july.at("half_cover_m"), "") << "the ground ends at 2510 m";
  EXPECT_EQ(july.at("high_m"), "");
  EXPECT_EQ(july.at("flag"), "above");
  EXPECT_GT(std::stod(july.at("low_m")), 2400);
  EXPECT_LE(std::stod(july.at("low_m")), 2511);
  double x0 = 0;
  double y0 = 0;
  double x1 = 0;
  double y1 = 0;
  ASSERT_EQ(std::sscanf(svg.c_str() + svg.find("<path d=\"M"), "<path d=\"M%lf %lf L%lf %lf", &x0, &y0, &x1, &y1), 4);
  EXPECT_LT(x0, x1);
  EXPECT_GT(y0, y1) << "higher up is a smaller y";
}

// The picture of one zone has the numbers of both tables: half cover and its ends, the snow line, the snow of each band
// in its order, the clear ground. The overcast day is left out of it.
TEST_F(SnowLineOfAMask, ThePlotHasTheNumbersOfTheTables) {
  write("snow_20180211.tif", 1400, 1400, 0.5);
  write("snow_20180315.tif", 1400, 1400, 1.1);
  write("snow_20180520.tif", 2000, 2000);
  ASSERT_EQ(cers({"SnowLine", "-il", folder_ / "snow_20180211.tif", folder_ / "snow_20180315.tif",
                  folder_ / "snow_20180520.tif", "-dem", folder_ / "dem.tif", "-out", folder_ / "line.csv",
                  "-out.bands", folder_ / "bands.csv", "-out.plot", folder_ / "plot.svg", "-progress", "0"})
                .code,
            0);
  const std::string svg = file_text(folder_ / "plot.svg");
  auto rows = rows_of(folder_ / "line.csv");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].at("flag"), "few");
  rows.erase(rows.begin() + 1);
  const Panel heights = drawn_of(svg, "altitudes");
  ASSERT_EQ(heights.dots.size(), 2U);
  ASSERT_EQ(heights.diamonds.size(), 2U);
  ASSERT_EQ(heights.bars.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    // The table has whole metres, the picture hundredths of a pixel of some 5 m.
    EXPECT_NEAR(heights.dots[i].second, std::stod(rows[i].at("half_cover_m")), 0.7);
    EXPECT_NEAR(heights.bars[i].first, std::stod(rows[i].at("low_m")), 0.7);
    EXPECT_NEAR(heights.bars[i].second, std::stod(rows[i].at("high_m")), 0.7);
    EXPECT_NEAR(heights.diamonds[i].second, std::stod(rows[i].at("snowline_m")), 0.2);
    EXPECT_EQ(heights.diamonds[i].first, heights.dots[i].first) << "the same day";
  }
  const Panel areas = drawn_of(svg, "areas");
  ASSERT_EQ(areas.stacks.size(), 2U);
  ASSERT_EQ(areas.wholes.size(), 2U);
  auto whole = areas.wholes.begin();
  auto row = rows.begin();
  for (const auto& [x, parts] : areas.stacks) {
    std::vector<double> expected;
    for (const auto& band : rows_of(folder_ / "bands.csv"))
      if (band.at("image") == row->at("image") && band.at("snow") != "0")
        expected.push_back(std::stod(band.at("snow_km2")));
    ASSERT_EQ(parts.size(), expected.size()) << row->at("image");
    EXPECT_GT(parts.size(), 8U);
    double sum = 0;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      EXPECT_NEAR(parts[p], expected[p], 2e-4) << p;
      sum += parts[p];
    }
    EXPECT_NEAR(sum, std::stod(row->at("snow_km2")), 1e-3);
    EXPECT_NEAR(whole->second, std::stod(row->at("clear")) * 4e-4, 2e-4);
    ++whole;
    ++row;
  }
  EXPECT_NE(svg.find(">snow line zs</text>"), std::string::npos);
  EXPECT_NE(svg.find(">half cover, 95 % interval</text>"), std::string::npos);
}

// Of two zones the areas are lines, a point an image, in the order of the zones.
TEST_F(SnowLineOfAMask, ThePlotOfZonesHasTheAreaOfEach) {
  write("snow_20180211.tif", 1400, 1800);
  write("snow_20180520.tif", 2000, 2200);
  ASSERT_EQ(cers({"SnowLine", "-il", folder_ / "snow_20180211.tif", folder_ / "snow_20180520.tif", "-dem",
                  folder_ / "dem.tif", "-zones", folder_ / "zones.tif", "-out", folder_ / "line.csv", "-out.plot",
                  folder_ / "plot.svg", "-progress", "0"})
                .code,
            0);
  const std::string svg = file_text(folder_ / "plot.svg");
  const auto rows = rows_of(folder_ / "line.csv");
  const Panel areas = drawn_of(svg, "areas");
  const Panel heights = drawn_of(svg, "altitudes");
  ASSERT_EQ(rows.size(), 4U);
  ASSERT_EQ(areas.dots.size(), 4U);
  ASSERT_EQ(heights.diamonds.size(), 4U);
  EXPECT_TRUE(areas.stacks.empty());
  const std::size_t row_of_point[] = {0, 2, 1, 3};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(areas.dots[i].second, std::stod(rows[row_of_point[i]].at("snow_km2")), 1e-3) << i;
    EXPECT_NEAR(heights.diamonds[i].second, std::stod(rows[row_of_point[i]].at("snowline_m")), 0.2) << i;
  }
  EXPECT_NE(svg.find(">zone 300</text>"), std::string::npos);
}

TEST_F(SnowLineOfAMask, LeavesEmptyWhatCannotBeTold) {
  write("bare.tif", 90000, 90000);
  write("overcast.tif", 1500, 1500, 1.1);
  const auto result = cers({"SnowLine", "-il", folder_ / "bare.tif", folder_ / "overcast.tif", "-dem",
                            folder_ / "dem.tif", "-out", folder_ / "line.csv", "-progress", "0"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto rows = rows_of(folder_ / "line.csv");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("snow_share"), "0.0000");
  EXPECT_EQ(rows[0].at("snowline_m"), "");
  EXPECT_EQ(rows[0].at("half_cover_m"), "");
  EXPECT_EQ(rows[0].at("flag"), "no_snow");
  EXPECT_EQ(rows[1].at("flag"), "few");
  EXPECT_EQ(rows[1].at("clear"), "0");
  EXPECT_EQ(rows[1].at("snow_share"), "");
}

TEST_F(SnowLineOfAMask, SaysHowMuchTheDemLacks) {
  write("may.tif", 2000, 2000);
  const auto with = [&](const std::string& dem) {
    return cers({"SnowLine", "-il", folder_ / "may.tif", "-dem", dem, "-out", folder_ / "line.csv", "-progress", "0"});
  };
  ASSERT_EQ(with(folder_ / "dem.tif").err, "");
  const double whole = std::stod(rows_of(folder_ / "line.csv")[0].at("half_cover_m"));
  // 41 % of the rows: untagged voids, and a DEM that ends there.
  constexpr int known = 118;
  write_raster(folder_ / "voids.tif", utm_grid({side, side}, 20), 1, PixelType::f32,
               [](int, int x, int y) { return y < known ? altitude(x, y) : -9999; });
  write_raster(folder_ / "part.tif", utm_grid({side, known}, 20), 1, PixelType::f32,
               [](int, int x, int y) { return altitude(x, y); });
  for (const char* dem : {"voids.tif", "part.tif"}) {
    const auto result = with(folder_ / dem);
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_NE(result.err.find("has no altitude for 16400 of 40000 clear pixels of the zones (41.0 %"),
              std::string::npos)
        << result.err;
    EXPECT_NEAR(std::stod(rows_of(folder_ / "line.csv")[0].at("half_cover_m")), whole, 15) << dem;
    EXPECT_EQ(rows_of(folder_ / "line.csv")[0].at("pixels"), "23600");
  }
  std::filesystem::remove(folder_ / "line.csv");
  std::filesystem::remove(folder_ / "line.stac.json");
  Grid elsewhere = utm_grid({side, side}, 20);
  elsewhere.transform.a[0] += 200000;
  write_raster(folder_ / "far.tif", elsewhere, 1, PixelType::f32, [](int, int, int) { return 100; });
  const auto refused = with(folder_ / "far.tif");
  EXPECT_EQ(refused.code, 3);
  EXPECT_NE(refused.err.find("has no altitude for any clear pixel of the zones"), std::string::npos) << refused.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "line.csv"));
}

// Six pixels in a hundred are clear: too small a share of each band of 10 000 pixels, but 600 pixels are more than the
// 403 of 2.8 cells. SnowMask and SnowLine draw the same line of it.
TEST(SnowLine, ClearGroundCountsInCellsAsForTheMask) {
  TemporaryFolder folder;
  const Grid grid = utm_grid({200, 200}, 20);
  const auto clear = [](int x, int y) { return (x + 7 * y) % 50 < 3; };
  write_raster(folder / "bands.tif", grid, 3, PixelType::f32, [&](int band, int x, int y) {
    const double cloud[] = {0.5, 0.5, 0.45};
    const double snow[] = {0.8, 0.8, 0.1};
    const double bare[] = {0.1, 0.12, 0.25};
    return !clear(x, y) ? cloud[band] : y >= 100 ? snow[band] : bare[band];
  });
  write_raster(folder / "cloud.tif", grid, 1, PixelType::u8, [&](int, int x, int y) { return clear(x, y) ? 0 : 1; });
  write_raster(folder / "dem.tif", grid, 1, PixelType::f32, [](int, int, int y) { return 1000 + 100 * (y / 50); });
  // 2.8 cells have 403.2 pixels, 4.1 have 590.4, 4.2 have 604.8. Snow begins at 1200 m.
  const std::pair<std::vector<std::string>, const char*> rules[] = {
      {{}, "1000"}, {{"-fclear.cells", "4.1"}, "1000"}, {{"-fclear.cells", "4.2"}, ""}, {{"-fclear", "0.05"}, "1000"}};
  for (const auto& [words, line] : rules) {
    std::vector<std::string> of_mask =
        mask_of_bands(folder / "bands.tif", folder / "dem.tif", folder / "cloud.tif", {"-out", folder / "snow.tif"});
    of_mask.insert(of_mask.end(), words.begin(), words.end());
    const auto mask = cers(of_mask);
    ASSERT_EQ(mask.code, 0) << mask.err;
    const std::string told =
        std::string(line).empty() ? "snowline: not found" : "snowline: " + std::string(line) + " m";
    EXPECT_NE(mask.out.find(told), std::string::npos) << mask.out;
    std::vector<std::string> of_line{
        "SnowLine",  "-il", folder / "snow.tif", "-dem", folder / "dem.tif", "-out", folder / "line.csv",
        "-progress", "0"};
    of_line.insert(of_line.end(), words.begin(), words.end());
    const auto result = cers(of_line);
    ASSERT_EQ(result.code, 0) << result.err;
    const auto rows = rows_of(folder / "line.csv");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].at("snowline_m"), line) << mask.out;
  }
}

}  // namespace
}  // namespace cers::testing
