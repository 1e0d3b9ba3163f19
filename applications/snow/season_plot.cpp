// SPDX-License-Identifier: Apache-2.0
#include "season_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "../plots/svg.hpp"
#include "cers/core/calendar_day.hpp"
#include "cers/core/text.hpp"
#include "line_plot.hpp"

namespace cers::snow {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr int most_shades = 24;  // more cannot be told apart
constexpr const char* black = "#333333";
constexpr const char* second_colour = plot_colours[1];

/// Days where all names have a date, else numbers. Images of one day stand side by side within it.
std::vector<PlotMark> marks_of(const std::vector<SeasonImage>& images) {
  const bool dated = std::all_of(images.begin(), images.end(),
                                 [](const SeasonImage& image) { return day_in_name(image.label).has_value(); });
  std::vector<PlotMark> marks;
  std::map<long, int> of_day;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (!dated) {
      marks.push_back({static_cast<double>(i), std::filesystem::path(images[i].label).stem().string()});
      continue;
    }
    const auto day = day_in_name(images[i].label);
    marks.push_back({static_cast<double>(day->time_since_epoch().count()), text_of(*day)});
    ++of_day[std::lround(marks.back().x)];
  }
  std::map<long, int> drawn;
  for (PlotMark& mark : marks) {
    if (!dated) break;
    const long day = std::lround(mark.x);
    mark.x += drawn[day]++ / static_cast<double>(of_day[day]);
  }
  return marks;
}

double snow_km2(const SeasonZone& zone, double pixel_km2) {
  double pixels = 0;
  for (const AltitudeBand& band : zone.line.bands) pixels += static_cast<double>(band.clear_snow);
  return pixels * pixel_km2;
}

double clear_km2(const SeasonZone& zone, double pixel_km2) {
  double pixels = 0;
  for (const AltitudeBand& band : zone.line.bands) pixels += static_cast<double>(band.clear_snow + band.clear_bare);
  return pixels * pixel_km2;
}

/// Bands with snow in any image, so many together that the shades can be told apart.
struct Shades {
  double height_m = 0;
  int first = 0;
  int count = 0;
  int of(double bottom_m) const { return static_cast<int>(std::floor(bottom_m / height_m + 1e-6)) - first; }
};

Shades shades_of(const std::vector<SeasonImage>& images, int zone) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  double height_m = 0;
  for (const SeasonImage& image : images) {
    const auto found = image.zones.find(zone);
    if (found == image.zones.end()) continue;
    for (const AltitudeBand& band : found->second.line.bands) {
      if (band.clear_snow == 0) continue;
      height_m = band.top_m - band.bottom_m;
      low = std::min(low, band.bottom_m);
      high = std::max(high, band.top_m);
    }
  }
  if (!(low < high)) return {};
  const double together = std::ceil((high - low) / height_m / most_shades);
  Shades shades{.height_m = height_m * together};
  shades.first = static_cast<int>(std::floor(low / shades.height_m + 1e-6));
  shades.count = shades.of(high - height_m) + 1;
  return shades;
}

void stack_by_altitude(const std::vector<SeasonImage>& images, const std::vector<PlotMark>& marks, int zone,
                       double pixel_km2, PlotPanel& panel) {
  const Shades shades = shades_of(images, zone);
  for (int s = 0; s < shades.count; ++s)
    panel.shades.push_back(fmt::format("{} to {} m", format_real((shades.first + s) * shades.height_m),
                                       format_real((shades.first + s + 1) * shades.height_m)));
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto found = images[i].zones.find(zone);
    if (found == images[i].zones.end()) continue;
    PlotStack stack{marks[i].x, clear_km2(found->second, pixel_km2),
                    std::vector<double>(static_cast<std::size_t>(shades.count))};
    for (const AltitudeBand& band : found->second.line.bands) {
      if (band.clear_snow > 0)
        stack.parts[static_cast<std::size_t>(shades.of(band.bottom_m))] +=
            static_cast<double>(band.clear_snow) * pixel_km2;
    }
    panel.stacks.push_back(std::move(stack));
  }
}

struct ZoneSeries {
  PlotSeries half;
  PlotSeries line;
  PlotSeries snow;
};

ZoneSeries series_of(const std::vector<SeasonImage>& images, const std::vector<PlotMark>& marks, int zone,
                     double pixel_km2) {
  ZoneSeries series;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto found = images[i].zones.find(zone);
    if (found == images[i].zones.end()) continue;
    const double x = marks[i].x;
    const SeasonZone& seen = found->second;
    // An open end is drawn to the end of the ground that was seen.
    if (seen.half.place == HalfCoverStatement::Place::within)
      series.half.points.push_back({x, seen.half.altitude_m,
                                    std::isnan(seen.half.low_m) ? seen.lowest_m : seen.half.low_m,
                                    std::isnan(seen.half.high_m) ? seen.highest_m : seen.half.high_m});
    if (seen.line.found) series.line.points.push_back({x, seen.line.altitude_m, none, none});
    series.snow.points.push_back({x, snow_km2(seen, pixel_km2), none, none});
  }
  for (PlotSeries* one : {&series.half, &series.line, &series.snow})
    std::sort(one->points.begin(), one->points.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
  series.line.shape = PlotShape::diamonds;
  return series;
}

}  // namespace

std::string season_plot_svg(const std::vector<SeasonImage>& images, const std::map<int, std::string>& names,
                            double pixel_km2) {
  const std::vector<PlotMark> marks = marks_of(images);
  PlotPanel heights{.name = "altitudes", .title = "How high the snow lies", .unit = "m"};
  PlotPanel areas{.name = "areas", .title = "Snow-covered area in clear view", .unit = "km²", .from_zero = true};
  const bool alone = names.size() == 1;
  std::size_t next = 0;
  for (const auto& [zone, name] : names) {
    ZoneSeries series = series_of(images, marks, zone, pixel_km2);
    const char* colour = plot_colours[next++ % plot_colours.size()];
    series.half.colour = series.snow.colour = colour;
    series.line.colour = alone ? second_colour : colour;
    heights.series.push_back(std::move(series.half));
    heights.series.push_back(std::move(series.line));
    if (alone) {
      stack_by_altitude(images, marks, zone, pixel_km2, areas);
      areas.keys.push_back({black, PlotShape::box, "all ground in clear view"});
    } else {
      areas.series.push_back(std::move(series.snow));
      areas.keys.push_back({colour, PlotShape::dots, name});
    }
  }
  heights.keys = {{alone ? plot_colours[0] : black, PlotShape::dots, "half cover, 95 % interval"},
                  {alone ? second_colour : black, PlotShape::diamonds, "snow line zs"}};
  if (!alone) heights.keys.insert(heights.keys.end(), areas.keys.begin(), areas.keys.end());
  return line_plot_svg({heights, areas}, marks);
}

}  // namespace cers::snow
