// SPDX-License-Identifier: Apache-2.0
#include "cers/series/date_grid.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "cers/core/error.hpp"

namespace cers {
namespace {

CalendarDay day(const char* text) {
  return *parse_calendar_day(text);
}

TEST(DateGrid, StepsOverALeapDayAndStopsAtTheLastDay) {
  const auto days = regular_days(day("2020-02-20"), day("2020-03-11"), 10);
  ASSERT_EQ(days.size(), 3U);
  EXPECT_EQ(text_of(days[1]), "2020-03-01");
  EXPECT_EQ(compact_text_of(days[2]), "20200311");
  EXPECT_EQ(regular_days(day("2020-02-20"), day("2020-02-20"), 10).size(), 1U);
  EXPECT_THROW(regular_days(day("2020-02-20"), day("2020-02-19"), 10), UserError);
}

TEST(DateGrid, ReadsAFileOfDaysAndNamesTheLineThatIsNone) {
  const std::string path = ::testing::TempDir() + "/cers_days.txt";
  std::ofstream(path) << "20180105\n\n2018-01-15\r\n";
  const auto days = read_days(path);
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(text_of(days[1]), "2018-01-15");
  std::ofstream(path) << "20180105\n20181301\n";
  try {
    read_days(path);
    FAIL();
  } catch (const DataError& error) {
    EXPECT_NE(error.fault().find("line 2"), std::string::npos);
  }
  EXPECT_THROW(read_days(path + ".none"), DataError);
}

TEST(DateGrid, RefusesDaysThatDoNotAscend) {
  const std::vector<CalendarDay> twice{day("2018-01-05"), day("2018-01-05")};
  EXPECT_NO_THROW(check_ascending(twice, "a.txt", true));
  EXPECT_THROW(check_ascending(twice, "a.txt", false), UserError);
  EXPECT_THROW(check_ascending({day("2018-01-06"), day("2018-01-05")}, "a.txt", true), UserError);
}

}  // namespace
}  // namespace cers
