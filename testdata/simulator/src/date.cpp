// SPDX-License-Identifier: Apache-2.0
#include "cers/simulator/date.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "noise.hpp"

namespace cers::simulator {
namespace {

/// Days since 1 January 2000, Gregorian.
int day_number(int year, int month, int day) {
  const int a = (14 - month) / 12;
  const int y = year + 4800 - a;
  const int m = month + 12 * a - 3;
  return day + (153 * m + 2) / 5 + 365 * y + y / 4 - y / 100 + y / 400 - 32045 - 2451545;
}

struct Calendar {
  int year;
  int month;
  int day;
};

Calendar calendar_of(int number) {  // Richards' inverse of the day number
  const int f = number + 2451545 + 1401 + ((4 * (number + 2451545) + 274277) / 146097 * 3) / 4 - 38;
  const int e = 4 * f + 3;
  const int g = e % 1461 / 4;
  const int h = 5 * g + 2;
  const int day = h % 153 / 5 + 1;
  const int month = (h / 153 + 2) % 12 + 1;
  return {e / 1461 - 4716 + (14 - month) / 12, month, day};
}

/// Slow noise in time, standard deviation about 1: weather that holds for `days`.
float weather_noise(std::uint32_t seed, int number, int days) {
  return fractal_at(seed, days * 16, 3, 0.6F, number * 16, 5);
}

/// Dry air lifted over high ridges: thin cold cloud on the crests, hardly any below, cirrus above.
void gather_on_crests(const Recipe& recipe, std::array<CloudLayer, 3>& clouds) {
  const double part = recipe.crest_cloud;
  clouds[0].cover *= 1 - 0.7 * part;
  CloudLayer& crest = clouds[1];
  crest.cold = true;
  crest.cover = std::min(0.97, crest.cover * (1 - 0.3 * part) + 0.02 * part);
  crest.height += part * (recipe.plain_altitude + 0.85 * recipe.relief - crest.height);
  crest.thickness *= 1 - 0.35 * part;
  crest.cell *= 1 - 0.3 * part;
  crest.lift = 1.6 * part;
  crest.level = recipe.plain_altitude + 0.35 * recipe.relief;
  CloudLayer& cirrus = clouds[2];
  cirrus.cover = std::min(0.97, cirrus.cover + 0.06 * part * (1 - cirrus.cover));
}

/// Calm cold air: fog and stratus in the valleys, thin sheets of ice above, hardly a cumulus.
void settle_in_valleys(const Recipe& recipe, std::array<CloudLayer, 3>& clouds) {
  const double part = recipe.valley_fog;
  CloudLayer& fog = clouds[0];
  fog.cold = false;
  fog.height = recipe.plain_altitude + (0.14 + 0.05 * (fog.height - recipe.plain_altitude) / 1300) * recipe.relief;
  fog.thickness *= 1 - 0.5 * part;
  fog.cell *= 1 + 0.5 * part;
  fog.lift = -0.5 * part;
  fog.level = recipe.plain_altitude + 0.1 * recipe.relief;
  fog.cover = std::min(0.97, fog.cover * (1 + 0.6 * part));
  CloudLayer& middle = clouds[1];
  middle.thickness *= 1 - 0.6 * part;
  CloudLayer& ice = clouds[2];
  ice.cover = std::min(0.97, ice.cover * (1 + 0.4 * part));
  ice.thickness *= 1 - 0.2 * part;
}

/// What the recipe adds to the weather of any day.
void settle(const Recipe& recipe, SceneDate& date) {
  date.wetness = std::clamp(date.wetness + recipe.more_wetness, 0.0, 1.0);
  date.dust = std::min(1.0, date.dust + recipe.more_dust);
  date.turbidity = std::min(1.0, date.turbidity + recipe.glacial_flour);
  date.water_vapour *= recipe.vapour;
  date.freezing_level -= recipe.ice_drop;
  if (recipe.crest_cloud > 0) gather_on_crests(recipe, date.clouds);
  if (recipe.valley_fog > 0) settle_in_valleys(recipe, date.clouds);
  if (recipe.cloud_height == 1) return;
  for (std::size_t i = 0; i < 2; ++i) {
    double& height = date.clouds[i].height;
    height = recipe.plain_altitude + recipe.cloud_height * (height - recipe.plain_altitude);
  }
}

constexpr float stormy = 0.9F;  // of the cloudiness: snow or rain falls

}  // namespace

int SceneDate::harvest_year() const {
  constexpr int turn = 11;  // November
  return month >= turn ? year + 1 : year;
}

int SceneDate::day_of_year() const {
  return day_number(year, month, day) - day_number(year, 1, 1) + 1;
}

std::string SceneDate::iso() const {
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

SceneDate winter_day(const Recipe& recipe) {
  SceneDate date;
  date.snow_line = recipe.plain_altitude + 0.12 * recipe.relief;
  date.freezing_level = recipe.plain_altitude + 0.1 * recipe.relief;
  date.clouds[0] = {recipe.plain_altitude + 1300,
                    0.10,
                    22,
                    recipe.cloud_cell,
                    false,
                    0.5 * recipe.cloud_lift,
                    recipe.plain_altitude + 0.3 * recipe.relief};
  date.clouds[1] = {recipe.plain_altitude + 3200, 0.05, 9, 1.5 * recipe.cloud_cell, true};
  date.clouds[2] = {9000, 0.10, 1.2, 2 * recipe.cloud_cell, true};
  settle(recipe, date);
  return date;
}

SceneDate weather_of(const Recipe& recipe, int year, int month, int day) {
  SceneDate date;
  date.year = year;
  date.month = month;
  date.day = day;
  const int number = day_number(year, month, day);
  const std::uint32_t seed = seed_of(recipe.seed, 80);
  const auto cloudiness = [&](int when) { return weather_noise(seed, when, 16); };
  const float today = cloudiness(number);
  int since = 0;
  while (since < 40 && cloudiness(number - since) < stormy) ++since;
  date.days_since_snowfall = since;

  // Snow line: lowest in the middle of February, highest in the middle of August (means of the northern Alps between
  // 1000 and 3100 m), lower in some winters and just after a snowfall. Scaled to the recipe's relief.
  const double phase = 2 * std::numbers::pi * (date.day_of_year() - 46) / 365.25;
  const double winter = static_cast<double>(weather_noise(seed + 1, number, 180));
  const double level = 0.42 - 0.36 * std::cos(phase) + 0.05 * winter - 0.10 * std::exp(-since / 5.0);
  date.snow_line = recipe.plain_altitude + recipe.relief * level;
  date.freezing_level = recipe.plain_altitude + recipe.relief * (0.55 - 0.55 * std::cos(phase));
  const double warm = 0.5 - 0.5 * std::cos(phase);
  date.wetness =
      std::clamp(1.3 * warm - 0.1 + 0.1 * static_cast<double>(weather_noise(seed + 2, number, 10)), 0.0, 1.0);
  date.dust = std::clamp(0.05 + 0.02 * since * (0.5 + warm), 0.0, 0.8);
  date.aerosol =
      std::clamp(0.1 + 0.1 * warm + 0.04 * static_cast<double>(weather_noise(seed + 3, number, 8)), 0.03, 0.8);
  date.water_vapour = 0.8 + 1.6 * warm;
  // Rain and melt wash sediment into lakes; it settles within about ten days.
  date.turbidity = std::clamp(0.08 + 0.3 * std::exp(-since / 6.0) + 0.15 * date.wetness * (1 - warm), 0.0, 1.0);

  // Cover of each layer follows the common cloudiness: low and middle clouds come together with storms.
  const auto covered = [&](std::uint32_t layer, double bias) {
    const double own = static_cast<double>(weather_noise(seed + 10 + layer, number, 5));
    const double x = static_cast<double>(today) + 0.6 * own + bias;
    return std::clamp(1 / (1 + std::exp(-2 * x)) - 0.08, 0.0, 0.97);
  };
  const auto share = [&](std::uint32_t layer) {
    return static_cast<double>(unit(mixed(seed + layer + static_cast<std::uint32_t>(number))));
  };
  const auto cold = [&](std::uint32_t layer) { return share(layer) < recipe.cold_cloud_share * (1.4 - warm); };
  date.clouds[0] = {recipe.plain_altitude + 400 + 1800 * share(20), covered(0, -0.9), 15 + 20 * share(21),
                    recipe.cloud_cell * (0.6 + share(22)), cold(23)};
  date.clouds[1] = {recipe.plain_altitude + 2500 + 2500 * share(24), covered(1, -1.2), 5 + 12 * share(25),
                    recipe.cloud_cell * (1 + share(26)), cold(27)};
  date.clouds[2] = {7500 + 2500 * share(28), covered(2, -1.0), 0.6 + 2 * share(29), 2 * recipe.cloud_cell, true};
  for (CloudLayer& layer : date.clouds) {
    if (layer.cover < 0.01) layer.cover = 0;
  }
  // Fronts and summer's warm air pile cloud up against mountains; a calm winter's lies in the valleys.
  const double lift = 0.3 + 0.8 * static_cast<double>(today) + 1.2 * (warm - 0.5) +
                      0.5 * static_cast<double>(weather_noise(seed + 14, number, 8));
  date.clouds[0].lift = recipe.cloud_lift * std::clamp(lift, -1.5, 1.5);
  date.clouds[0].level = recipe.plain_altitude + recipe.relief * (0.15 + 0.4 * share(32));
  date.view_tilt = {0.12 * (2 * share(30) - 1), 0.02};
  settle(recipe, date);
  return date;
}

std::vector<SceneDate> season(const Recipe& recipe, int year, int month, int day, int revisit, int count) {
  std::vector<SceneDate> dates;
  const int first = day_number(year, month, day);
  for (int k = 0; k < count; ++k) {
    const Calendar when = calendar_of(first + k * revisit);
    dates.push_back(weather_of(recipe, when.year, when.month, when.day));
    dates.back().revisit = revisit;
  }
  return dates;
}

}  // namespace cers::simulator
