// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/feature_days.hpp"

#include <gtest/gtest.h>

namespace cers {
namespace {

using Days = std::vector<std::string>;

TEST(FeatureDays, AreReadFromTheEndsOfNames) {
  EXPECT_EQ(days_of_features({"ndvi_20180221", "red_20180211", "ndvi_20180211", "20180301", "red_median", "altitude"}),
            (Days{"2018-02-11", "2018-02-21", "2018-03-01"}));
  // No days: month 13, digits without an underscore before them, too few and too many digits, day first.
  EXPECT_TRUE(
      days_of_features({"ndvi_20181301", "ndvi20180211", "ndvi_2018021", "ndvi_120180211", "20180211_ndvi"}).empty());
}

TEST(FeatureDays, AreDescribed) {
  EXPECT_EQ(describe_days({}), "");
  EXPECT_EQ(describe_days({"2018-02-11"}), "1 day, 2018-02-11");
  EXPECT_EQ(describe_days({"2018-02-11", "2018-02-21"}), "2 days from 2018-02-11 to 2018-02-21");
}

TEST(FeatureDays, AreReplacedByThoseAtTheirPlace) {
  EXPECT_EQ(with_other_days({"ndvi_20190102", "20190112", "red_median", "red_20190122"}, {"2019-01-02", "2019-01-12"},
                            {"2018-12-31", "2019-01-02"}),
            (Days{"ndvi_20181231", "20190102", "red_median", "red_20190122"}));
}

TEST(FeatureDays, OthersAreListed) {
  const Days model{"2018-01-01", "2018-01-11", "2018-01-21"};
  EXPECT_EQ(describe_other_days(model, model), "");
  EXPECT_EQ(describe_other_days(model, {}), "");
  EXPECT_EQ(describe_other_days({}, model), "");
  EXPECT_EQ(describe_other_days(model, {"2018-01-01", "2018-01-21"}), "2018-01-11 is missing");
  EXPECT_EQ(describe_other_days(model, {"2018-01-01", "2018-01-11", "2018-01-21", "2018-01-31"}),
            "2018-01-31 is one too many");
  EXPECT_EQ(describe_other_days(model, {"2019-01-01"}),
            "2018-01-01, 2018-01-11, 2018-01-21 are missing, 2019-01-01 is one too many");
  Days many;
  for (int day = 10; day < 30; ++day) many.push_back("2018-05-" + std::to_string(day));
  EXPECT_EQ(describe_other_days(many, {"2018-05-10"}),
            "2018-05-11, 2018-05-12, 2018-05-13, 2018-05-14, 2018-05-15 and 14 more are missing");
}

}  // namespace
}  // namespace cers
