// SPDX-License-Identifier: Apache-2.0
#include "samples_testing.hpp"

namespace cers::testing {
namespace {

class MultiImageSamplingRate : public SamplesTest {
 protected:
  static std::string counts(const std::vector<std::pair<int, int>>& classes) {
    std::string text = "<?xml version=\"1.0\" ?>\n<GeneralStatistics><Statistic name=\"samplesPerClass\">";
    for (const auto& [key, value] : classes)
      text += "<StatisticMap key=\"" + std::to_string(key) + "\" value=\"" + std::to_string(value) + "\"/>";
    return text + "</Statistic></GeneralStatistics>\n";
  }
  CommandResult rates(std::vector<std::string> more) {
    std::vector<std::string> words{"MultiImageSamplingRate", "-il", a_, b_, "-out", folder_ / "rates.csv"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  std::string a_ = write("a.xml", counts({{1, 101}, {2, 57}, {3, 3000}}));
  std::string b_ = write("b.xml", counts({{1, 40}, {2, 500}}));
};

const std::string head = "#className requiredSamples totalSamples rate\n";

TEST_F(MultiImageSamplingRate, writes_a_table_an_image_and_their_sum) {
  const CommandResult result = rates({"-strategy", "constant", "-strategy.constant.nb", "100"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(read("rates_1.csv"), head + "1\t71\t101\t0.70297\n2\t10\t57\t0.175439\n3\t100\t3000\t0.0333333\n");
  EXPECT_EQ(read("rates_2.csv"), head + "1\t28\t40\t0.7\n2\t89\t500\t0.178\n3\t0\t0\t0\n");
  EXPECT_EQ(read("rates.csv"), head + "1\t99\t141\t0.702128\n2\t99\t557\t0.177738\n3\t100\t3000\t0.0333333\n");
}

TEST_F(MultiImageSamplingRate, takes_numbers_for_each_image) {
  const CommandResult result = rates({"-strategy", "constant", "-strategy.constant.nb", "100 20", "-mim", "custom"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(read("rates_2.csv"), head + "1\t20\t40\t0.5\n2\t20\t500\t0.04\n");
  EXPECT_NE(result.err.find("1 time more samples of a class are wanted"), std::string::npos) << result.err;
  const std::string wanted = write("wanted.csv", "1;5\n2;6\n3;7\n");
  ASSERT_EQ(rates({"-strategy", "byclass", "-strategy.byclass.in", wanted}).code, 0);
  EXPECT_EQ(read("rates_1.csv"), head + "1\t3\t101\t0.029703\n2\t0\t57\t0\n3\t7\t3000\t0.00233333\n");
}

TEST_F(MultiImageSamplingRate, says_what_is_wrong) {
  const auto fault = [&](int code, const std::vector<std::string>& words, const std::string& text) {
    const CommandResult result = rates(words);
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "rates_1.csv"));
  };
  fault(2, {"-strategy", "constant"}, "-strategy.constant.nb is not given");
  fault(2, {"-strategy", "percent", "-strategy.percent.p", "1.5"}, "'1.5' is no number of samples");
  fault(2, {"-strategy", "total", "-strategy.total.v", "10", "-mim", "custom"}, "1 numbers are given, but 2 needed");
  b_ = folder_ / "rates.xml";
  fault(3, {}, "rates.xml cannot be read as XML");
}

}  // namespace
}  // namespace cers::testing
