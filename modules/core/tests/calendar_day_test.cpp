// SPDX-License-Identifier: Apache-2.0
#include "cers/core/calendar_day.hpp"

#include <gtest/gtest.h>

namespace cers {
namespace {

std::string read(std::string_view text) {
  const auto day = parse_calendar_day(text);
  return day ? text_of(*day) : "-";
}

std::string found(std::string_view name) {
  const auto day = day_in_name(name);
  return day ? text_of(*day) : "-";
}

TEST(CalendarDay, reads_both_spellings_and_nothing_else) {
  EXPECT_EQ(read("2018-02-11"), "2018-02-11");
  EXPECT_EQ(read("20180211"), "2018-02-11");
  EXPECT_EQ(read("2016-02-29"), "2016-02-29");
  for (const char* wrong : {"", "2018-2-11", "2018/02/11", "20181301", "20180230", "2017-02-29", "201802111",
                            "0800-01-01", "2018-02-1x", "+2018021", "2018-0211", "11-02-2018"})
    EXPECT_EQ(read(wrong), "-") << wrong;
}

TEST(CalendarDay, finds_the_date_in_names_of_producers) {
  EXPECT_EQ(found("SENTINEL2A_20180211-105435-457_L2B-SNOW_T31TCH_D_V1-4_SNW_R2.tif"), "2018-02-11");
  EXPECT_EQ(found("LIS_S2-SNOW-FSC_T31TCH_20180101T105435_1.7.0_1.tif"), "2018-01-01");
  EXPECT_EQ(found("FSC_20200612T110855_S2A_T31TCJ_V100_1_FSCOG.tif"), "2020-06-12");
  EXPECT_EQ(found("LC08_L2SP_005009_20150710_20200908_02_T2.tif"), "2015-07-10");
  EXPECT_EQ(found("snow_2018-02-11.tif"), "2018-02-11");
  EXPECT_EQ(found("20180211105435.tif"), "2018-02-11");
  EXPECT_EQ(found("201802111054.tif"), "2018-02-11");
}

TEST(CalendarDay, passes_over_what_only_looks_like_a_date) {
  EXPECT_EQ(found("LC08_195025_20181301_20180211.tif"), "2018-02-11");  // month 13
  EXPECT_EQ(found("order_123456789_20180211.tif"), "2018-02-11");       // nine digits
  EXPECT_EQ(found("20180230_mask.tif"), "-");
  EXPECT_EQ(found("mask.tif"), "-");
  EXPECT_EQ(found("2018021.tif"), "-");
  EXPECT_EQ(found(""), "-");
  EXPECT_EQ(found("2018-02-111.tif"), "-");
}

TEST(CalendarDay, hydrological_years_are_named_by_where_most_of_them_lies) {
  EXPECT_EQ(text_of(hydrological_year(2018, false)), "2017-09-01 to 2018-08-31");
  EXPECT_EQ(hydrological_year(2018, false).days(), 365);
  EXPECT_EQ(hydrological_year(2016, false).days(), 366);
  EXPECT_EQ(text_of(hydrological_year(2018, true)), "2018-03-01 to 2019-02-28");
  EXPECT_EQ(text_of(hydrological_year(2019, true)), "2019-03-01 to 2020-02-29");
}

TEST(CalendarDay, both_ends_of_a_range_belong_to_it) {
  const DayRange year = hydrological_year(2018, false);
  EXPECT_TRUE(year.holds(*parse_calendar_day("2017-09-01")));
  EXPECT_TRUE(year.holds(*parse_calendar_day("2018-08-31")));
  EXPECT_FALSE(year.holds(*parse_calendar_day("2017-08-31")));
  EXPECT_FALSE(year.holds(*parse_calendar_day("2018-09-01")));
}

}  // namespace
}  // namespace cers
