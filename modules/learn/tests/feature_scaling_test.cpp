// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/feature_scaling.hpp"

#include <gtest/gtest.h>

#include "cers/core/error.hpp"
#include "model_file.hpp"

namespace cers {
namespace {

TEST(FeatureScaling, reads_the_statistics_of_otb_by_name) {
  const testing::ModelFile file("s.xml",
                                "<?xml version=\"1.0\" ?>\n<FeatureStatistics>\n"
                                "<Statistic name=\"stddev\"><StatisticVector value=\"2\" />"
                                "<StatisticVector value=\"0.5\" /></Statistic>\n"
                                "<Statistic name=\"min\"><StatisticVector value=\"0\" /></Statistic>\n"
                                "<Statistic name=\"mean\"><StatisticVector value=\"239.519\" />"
                                "<StatisticVector value=\"-1e1\" /></Statistic>\n</FeatureStatistics>\n");
  const FeatureScaling scaling = read_feature_statistics(file.path());
  EXPECT_EQ(scaling.mean, (std::vector{239.519F, -10.0F}));
  EXPECT_EQ(scaling.deviation, (std::vector{2.0F, 0.5F}));
}

TEST(FeatureScaling, rounds_as_otb_does) {
  const FeatureScaling scaling{{0.1F, 5, 5}, {3, 0, 0.9e-10F}};
  std::vector<float> values{10, -7.7F};
  scaling.apply(0, values.data(), 2);
  const auto expected = [](float value) {
    const float inverse = 1 / 3.0F;
    return static_cast<float>(static_cast<double>(inverse) * static_cast<double>(value - 0.1F));
  };
  EXPECT_EQ(values, (std::vector{expected(10), expected(-7.7F)}));
  for (const std::size_t flat : {1U, 2U}) {  // no deviation to divide by
    std::vector<float> centred{12};
    scaling.apply(flat, centred.data(), 1);
    EXPECT_EQ(centred[0], 7);
  }
}

TEST(FeatureScaling, says_what_is_wrong_with_a_file) {
  const auto fault = [](const std::string& text) -> std::string {
    const testing::ModelFile file("s.xml", text);
    try {
      read_feature_statistics(file.path());
    } catch (const DataError& error) {
      return error.what();
    }
    return "read";
  };
  const auto with = [](const std::string& mean, const std::string& deviation) {
    return "<FeatureStatistics>" + mean + deviation + "</FeatureStatistics>";
  };
  const std::string mean = "<Statistic name=\"mean\"><StatisticVector value=\"1\"/></Statistic>";
  const std::string two =
      "<Statistic name=\"stddev\"><StatisticVector value=\"1\"/><StatisticVector value=\"2\"/></Statistic>";
  EXPECT_NE(fault("").find("is empty"), std::string::npos);
  EXPECT_NE(fault("svm_type c_svc").find("is no statistics file"), std::string::npos);
  EXPECT_NE(fault("<a/>").find("no element FeatureStatistics"), std::string::npos);
  EXPECT_NE(fault(with(mean, "")).find("no statistic 'stddev'"), std::string::npos);
  EXPECT_NE(fault(with(mean, two)).find("1 means but 2 standard deviations"), std::string::npos);
  EXPECT_NE(fault(with("<Statistic name=\"mean\"/>", two)).find("'mean' is empty"), std::string::npos);
  EXPECT_NE(fault(with("<Statistic name=\"mean\"><StatisticVector value=\"x\"/></Statistic>", two))
                .find("value 1 of 'mean' is 'x'"),
            std::string::npos);
  EXPECT_THROW(read_feature_statistics("/nowhere/s.xml"), DataError);
}

}  // namespace
}  // namespace cers
