// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/sampling_rates.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cers/core/error.hpp"

namespace cers {
namespace {

// Three images; class 4 has no pixels, 5 is not in the first. Expected numbers: OTB 8.1.1's MultiImageSamplingRate.
const ClassCounts a{{"1", 101}, {"2", 57}, {"3", 3000}, {"4", 0}};
const ClassCounts b{{"1", 40}, {"2", 500}, {"5", 9}};
const ClassCounts c{{"2", 13}, {"3", 7}, {"5", 100}};
const ClassCounts wanted{{"1", 30}, {"2", 60}, {"3", 1000}, {"5", 11}};

using Numbers = std::map<std::string, std::uint64_t>;

std::vector<Numbers> numbers(const SamplingDemand& demand) {
  std::vector<Numbers> result;
  for (const SamplingRates& rates : sampling_rates({a, b, c}, demand)) {
    Numbers one;
    for (const auto& [name, rate] : rates) one[name] = rate.required;
    result.push_back(one);
  }
  return result;
}

TEST(SamplingRates, Proportional) {
  using S = SamplingStrategy;
  const auto demand = [](S strategy) { return SamplingDemand{strategy, ImageSharing::proportional, {}, {}, {}}; };
  EXPECT_EQ(numbers(demand(S::smallest)), (std::vector<Numbers>{{{"1", 78}, {"2", 10}, {"3", 108}, {"4", 0}, {"5", 0}},
                                                                {{"1", 30}, {"2", 95}, {"3", 0}, {"4", 0}, {"5", 9}},
                                                                {{"1", 0}, {"2", 2}, {"3", 0}, {"4", 0}, {"5", 100}}}));
  auto constant = demand(S::constant);
  constant.numbers = {100};
  EXPECT_EQ(numbers(constant), (std::vector<Numbers>{{{"1", 71}, {"2", 10}, {"3", 99}, {"4", 0}, {"5", 0}},
                                                     {{"1", 28}, {"2", 87}, {"3", 0}, {"4", 0}, {"5", 8}},
                                                     {{"1", 0}, {"2", 2}, {"3", 0}, {"4", 0}, {"5", 91}}}));
  auto byclass = demand(S::byclass);
  byclass.by_class = {wanted};
  EXPECT_EQ(numbers(byclass)[0], (Numbers{{"1", 21}, {"2", 6}, {"3", 997}, {"4", 0}, {"5", 0}}));
  EXPECT_EQ(numbers(byclass)[2], (Numbers{{"1", 0}, {"2", 1}, {"3", 2}, {"4", 0}, {"5", 10}}));
  auto percent = demand(S::percent);
  percent.shares = {0.25};
  EXPECT_EQ(numbers(percent), (std::vector<Numbers>{{{"1", 25}, {"2", 14}, {"3", 750}, {"4", 0}},
                                                    {{"1", 10}, {"2", 125}, {"5", 2}},
                                                    {{"2", 3}, {"3", 2}, {"5", 25}}}));
  auto total = demand(S::total);
  total.numbers = {777};
  EXPECT_EQ(numbers(total), (std::vector<Numbers>{{{"1", 21}, {"2", 12}, {"3", 609}, {"4", 0}},
                                                  {{"1", 8}, {"2", 101}, {"5", 2}},
                                                  {{"2", 3}, {"3", 1}, {"5", 20}}}));
  total.numbers = {9999};
  EXPECT_EQ(numbers(total)[2], (Numbers{{"2", 34}, {"3", 18}, {"5", 262}}));
}

TEST(SamplingRates, Equal) {
  using S = SamplingStrategy;
  const auto demand = [](S strategy) { return SamplingDemand{strategy, ImageSharing::equal, {}, {}, {}}; };
  EXPECT_EQ(numbers(demand(S::smallest))[0], (Numbers{{"1", 36}, {"2", 36}, {"3", 36}, {"4", 0}}));
  auto byclass = demand(S::byclass);
  byclass.by_class = {wanted};
  EXPECT_EQ(numbers(byclass)[2], (Numbers{{"1", 0}, {"2", 13}, {"3", 7}, {"4", 0}, {"5", 3}}));
  auto percent = demand(S::percent);
  percent.shares = {0.25};
  EXPECT_EQ(numbers(percent)[1], (Numbers{{"1", 12}, {"2", 48}, {"3", 251}, {"4", 0}, {"5", 9}}));
  auto total = demand(S::total);
  total.numbers = {401};
  EXPECT_EQ(numbers(total), (std::vector<Numbers>{{{"1", 4}, {"2", 2}, {"3", 126}, {"4", 0}},
                                                  {{"1", 10}, {"2", 121}, {"5", 2}},
                                                  {{"2", 14}, {"3", 8}, {"5", 111}}}));
}

TEST(SamplingRates, Custom) {
  using S = SamplingStrategy;
  const auto demand = [](S strategy) { return SamplingDemand{strategy, ImageSharing::custom, {}, {}, {}}; };
  EXPECT_EQ(numbers(demand(S::smallest)), (std::vector<Numbers>{{{"1", 57}, {"2", 57}, {"3", 57}, {"4", 0}},
                                                                {{"1", 9}, {"2", 9}, {"5", 9}},
                                                                {{"2", 7}, {"3", 7}, {"5", 7}}}));
  auto constant = demand(S::constant);
  constant.numbers = {100, 20, 5};
  EXPECT_EQ(numbers(constant)[1], (Numbers{{"1", 20}, {"2", 20}, {"5", 20}}));
  EXPECT_EQ(overflows(sampling_rates({a, b, c}, constant)[1]), 1U);
  auto byclass = demand(S::byclass);
  byclass.by_class = {wanted, {{"1", 300}, {"2", 6}}, {{"3", 3}, {"5", 3}}};
  EXPECT_EQ(numbers(byclass), (std::vector<Numbers>{{{"1", 30}, {"2", 60}, {"3", 1000}, {"4", 0}, {"5", 11}},
                                                    {{"1", 300}, {"2", 6}, {"5", 0}},
                                                    {{"2", 0}, {"3", 3}, {"5", 3}}}));
  constant.numbers = {100, 20};
  EXPECT_THROW(numbers(constant), UserError);
}

TEST(SamplingRates, TableAsOtbWritesIt) {
  const SamplingDemand demand{SamplingStrategy::constant, ImageSharing::custom, {}, {50}, {}};
  EXPECT_EQ(rates_csv(sampling_rates({a}, demand)[0]),
            "#className requiredSamples totalSamples rate\n1\t50\t101\t0.49505\n2\t50\t57\t0.877193\n"
            "3\t50\t3000\t0.0166667\n4\t0\t0\t0\n");
}

TEST(SamplingRates, ReadsWhatIsWantedByClass) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("cers-rates-" + std::to_string(getpid()))).string();
  const auto read = [&](const std::string& text) {
    std::ofstream(path) << text;
    return read_required_samples(path);
  };
  EXPECT_EQ(read("# a table\n\nmaize\t30\t100\t0.3\nsoy \t 4\n"), (ClassCounts{{"maize", 30}, {"soy", 4}}));
  EXPECT_EQ(read("1;30\n2;4\n"), (ClassCounts{{"1", 30}, {"2", 4}}));
  EXPECT_THROW(read("1;30\n2;many\n"), DataError);
  EXPECT_THROW(read("1 30\n"), DataError);
  EXPECT_THROW(read("# nothing\n"), DataError);
  std::filesystem::remove(path);
  EXPECT_THROW(read_required_samples(path), DataError);
}

}  // namespace
}  // namespace cers
