// SPDX-License-Identifier: Apache-2.0
// Sun and weather against published values.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "cers/simulator/date.hpp"
#include "phenology.hpp"
#include "sun.hpp"

namespace cers::simulator {
namespace {

// Mean sun angles that MAJA wrote for SENTINEL2B_20200209-103813-308_L2A_T32TLR at the centre of the tile.
TEST(Sun, AgreesWithARealProduct) {
  const SunAngles sun = sun_at(2020, 2, 9, 10 + 38.0 / 60 + 13.3 / 3600, 7.141298455432, 45.544314687803);
  EXPECT_NEAR(sun.zenith, 62.212948, 0.03);
  EXPECT_NEAR(sun.azimuth, 161.536549, 0.05);
}

// Upper corners of that tile: the slope of its top edge against the parallel is the convergence.
TEST(Sun, ConvergenceIsTheTurnOfTheGrid) {
  const double rise = 46.047627622959 - 46.024353396290;
  const double run = (7.834108089722 - 6.415934879603) * std::cos(46.036 * M_PI / 180);
  const double turn = -std::atan2(rise, run) * 180 / M_PI;  // grid north leans west, where the zone's meridian is east
  EXPECT_NEAR(convergence(0.5 * (7.834108089722 + 6.415934879603), 46.036, 9), turn, 0.01);
}

// Declination at the June solstice is 23.44°: at local noon the zenith angle is latitude minus that.
TEST(Sun, SolsticeNoon) {
  double least = 90;
  for (double hour = 11; hour < 13; hour += 1.0 / 60) least = std::min(least, sun_at(2019, 6, 21, hour, 0, 45).zenith);
  EXPECT_NEAR(least, 45 - 23.44, 0.02);
}

TEST(Sun, AnglesOverTheTileAreThoseOfEachPlace) {
  Recipe recipe = tile_recipe();
  SceneDate date;
  const double longitude = 7.14;
  const double latitude = 45.54;
  const double centre_x = recipe.west + 5.0 * recipe.side;
  const double centre_y = recipe.north - 5.0 * recipe.side;
  const SunAngles north = sun_angles(recipe, date, longitude, latitude, centre_x, centre_y + 50000);
  const double turn = convergence(longitude, latitude, recipe.central_meridian) * M_PI / 180;
  const SunAngles there = sun_at(date.year, date.month, date.day, date.hour,
                                 longitude + 50000 * std::sin(turn) / (111320 * std::cos(latitude * M_PI / 180)),
                                 latitude + 50000 * std::cos(turn) / 111320);
  EXPECT_NEAR(north.zenith, there.zenith, 0.01);
  EXPECT_NEAR(north.azimuth, there.azimuth, 0.02);
}

TEST(Date, DayOfYear) {
  SceneDate date;
  date.year = 2020;
  date.month = 12;
  date.day = 31;
  EXPECT_EQ(date.day_of_year(), 366);
  date.month = 3;
  date.day = 1;
  EXPECT_EQ(date.day_of_year(), 61);
}

TEST(Date, FieldsTurnToTheNextCropInNovember) {
  SceneDate date;
  date.year = 2018;
  date.month = 10;
  date.day = 31;
  EXPECT_EQ(date.harvest_year(), 2018);
  EXPECT_EQ(season_day(Surface::maize, date).day, 304);
  date.month = 11;
  date.day = 1;
  EXPECT_EQ(date.harvest_year(), 2019);
  EXPECT_EQ(season_day(Surface::maize, date).year, 2019);
  EXPECT_EQ(season_day(Surface::maize, date).day, 305 - 365);
  EXPECT_EQ(season_day(Surface::grassland, date).year, 2018);
  date.month = 12;
  date.day = 31;
  EXPECT_EQ(season_day(Surface::soy, date).day, 0);
}

// Nothing happens to a field on New Year; when it turns, summer crops are gone.
TEST(Phenology, CropsGoOnOverNewYear) {
  for (std::uint32_t field = 0; field < 200; ++field) {
    for (const Surface crop : {Surface::winter_cereal, Surface::rapeseed, Surface::maize, Surface::soy}) {
      SceneDate last;
      last.year = 2018;
      last.month = 12;
      last.day = 31;
      SceneDate first = last;
      first.year = 2019;
      first.month = first.day = 1;
      const auto green = [&](const SceneDate& date) {
        const SeasonDay day = season_day(crop, date);
        return green_cover(crop, mixed(field), mixed(field / 10), day.year, day.day, 20);
      };
      EXPECT_NEAR(green(last), green(first), 0.02);
      SceneDate harvest = last;
      harvest.month = 10;
      if (crop == Surface::maize || crop == Surface::soy) {
        EXPECT_LT(green(harvest), 0.35F);
      }
    }
  }
}

TEST(Season, DatesFollowTheCalendar) {
  const auto dates = season(tile_recipe(), 2019, 12, 20, 5, 20);
  ASSERT_EQ(dates.size(), 20U);
  EXPECT_EQ(dates[0].iso(), "2019-12-20");
  EXPECT_EQ(dates[2].iso(), "2019-12-30");
  EXPECT_EQ(dates[3].iso(), "2020-01-04");
  EXPECT_EQ(dates[14].iso(), "2020-02-28");
  EXPECT_EQ(dates[15].iso(), "2020-03-04");  // over the leap day
}

double cover(const SceneDate& date) {
  double open = 1;
  for (const CloudLayer& layer : date.clouds) open *= 1 - layer.cover;
  return 1 - open;
}

// Cloudy days come together: the covers of following days correlate, those three weeks apart hardly do.
TEST(Season, CloudClustersInTimeAndSnowFollowsCloud) {
  std::vector<double> covers;
  double after_snow = 0;
  double long_after = 0;
  int fresh = 0;
  int old = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    for (const SceneDate& date : season(tile_recipe(seed), 2017, 9, 1, 1, 365)) {
      covers.push_back(cover(date));
      if (date.days_since_snowfall == 0) {
        after_snow += cover(date);
        ++fresh;
      } else if (date.days_since_snowfall > 10) {
        long_after += cover(date);
        ++old;
      }
    }
  }
  const auto correlation = [&](std::size_t lag) {
    double mean = 0;
    for (double c : covers) mean += c / static_cast<double>(covers.size());
    double both = 0;
    double own = 0;
    for (std::size_t i = 0; i + lag < covers.size(); ++i) {
      both += (covers[i] - mean) * (covers[i + lag] - mean);
      own += (covers[i] - mean) * (covers[i] - mean);
    }
    return both / own;
  };
  EXPECT_GT(correlation(1), 0.6);
  EXPECT_LT(correlation(21), 0.3);
  ASSERT_GT(fresh, 20);
  ASSERT_GT(old, 20);
  EXPECT_GT(after_snow / fresh, long_after / old + 0.2);
}

TEST(Season, SnowLineRisesFromWinterToSummer) {
  const Recipe recipe = tile_recipe(3);
  EXPECT_LT(weather_of(recipe, 2018, 2, 15).snow_line + 1500, weather_of(recipe, 2018, 8, 15).snow_line);
}

TEST(Weather, RecipesWetTheSnowAndLowerTheClouds) {
  Recipe recipe = tile_recipe();
  const SceneDate plain = weather_of(recipe, 2018, 2, 15);
  recipe.more_wetness = 0.3;
  recipe.more_dust = 0.05;
  recipe.cloud_height = 0.6;
  for (const auto& [date, before] :
       {std::pair{weather_of(recipe, 2018, 2, 15), plain}, std::pair{winter_day(recipe), winter_day(tile_recipe())}}) {
    EXPECT_NEAR(date.wetness, std::min(1.0, before.wetness + 0.3), 1e-12);
    EXPECT_NEAR(date.dust, before.dust + 0.05, 1e-12);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_NEAR(date.clouds[i].height - recipe.plain_altitude,
                  0.6 * (before.clouds[i].height - recipe.plain_altitude), 1e-9);
    }
    EXPECT_EQ(date.clouds[2].height, before.clouds[2].height) << "ice cloud stays high";
    EXPECT_EQ(date.snow_line, before.snow_line);
  }
}

TEST(Phenology, CropsAreGreenInTheirSeason) {
  const auto mean = [](Surface surface, int day) {
    float sum = 0;
    for (std::uint32_t field = 0; field < 200; ++field) {
      sum += green_cover(surface, mixed(field), mixed(field / 10), 2018, day, 20) / 200;
    }
    return sum;
  };
  EXPECT_GT(mean(Surface::winter_cereal, 130), 0.65F);
  EXPECT_LT(mean(Surface::winter_cereal, 205), 0.35F);
  EXPECT_GT(mean(Surface::maize, 215), 0.65F);
  EXPECT_LT(mean(Surface::maize, 135), 0.2F);
  EXPECT_LT(mean(Surface::broadleaf, 40), 0.1F);
  EXPECT_GT(mean(Surface::broadleaf, 200), 0.7F);
}

}  // namespace
}  // namespace cers::simulator
