// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

#include "sample_app.hpp"

namespace cers {
namespace {

using sample::Method;
using sample::Params;

class RandomParams {
 public:
  explicit RandomParams(unsigned seed) : engine_(seed) {}

  Params next() {
    Params p;
    p.verbose = below(2) == 1;
    p.radius = 1 + below(10);
    p.scale = std::abs(real());
    p.exp = text();
    p.mode = below(2) == 1 ? "Fast" : "Exact";
    p.method = method();
    p.channels.resize(static_cast<std::size_t>(below(4)));
    for (int& channel : p.channels) channel = 1 + below(std::numeric_limits<int>::max());
    p.weights.resize(static_cast<std::size_t>(below(4)));
    for (double& weight : p.weights) weight = std::uniform_real_distribution<double>(0, 1)(engine_);
    p.names.assign(static_cast<std::size_t>(below(4)), "");
    for (std::string& name : p.names) name = text();
    p.list.assign(static_cast<std::size_t>(below(3)), below(2) == 1 ? "Water:NDWI" : "Vegetation:NDVI");
    if (below(2) == 1) p.nodata = real();
    if (below(2) == 1) p.seed = std::uniform_int_distribution<int>(std::numeric_limits<int>::lowest())(engine_);
    if (below(2) == 1) p.label = text();
    if (below(2) == 1) p.fallback = method();
    p.lee_radius = -below(1000);
    return p;
  }

 private:
  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(engine_); }
  Method method() { return static_cast<Method>(below(3)); }
  std::string text() {
    std::string result(static_cast<std::size_t>(below(12)), ' ');
    for (char& c : result) c = static_cast<char>(1 + below(126));
    return result;
  }
  /// Any bit pattern but NaN, which equals nothing.
  double real() {
    const std::uint64_t bits = std::uniform_int_distribution<std::uint64_t>()(engine_);
    double value = 0;
    static_assert(sizeof value == sizeof bits);
    std::memcpy(&value, &bits, sizeof value);
    return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
  }
  std::mt19937_64 engine_;
};

void expect_equal(const Params& a, const Params& b) {
  EXPECT_EQ(a.verbose, b.verbose);
  EXPECT_EQ(a.radius, b.radius);
  EXPECT_EQ(a.scale, b.scale);
  EXPECT_EQ(a.exp, b.exp);
  EXPECT_EQ(a.mode, b.mode);
  EXPECT_EQ(a.method, b.method);
  EXPECT_EQ(a.channels, b.channels);
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_EQ(a.names, b.names);
  EXPECT_EQ(a.list, b.list);
  EXPECT_EQ(a.nodata, b.nodata);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.label, b.label);
  EXPECT_EQ(a.fallback, b.fallback);
  EXPECT_EQ(a.lee_radius, b.lee_radius);
}

TEST(codecs, what_is_printed_reads_back_as_the_same_value) {
  const AppSpec spec = sample::spec();
  RandomParams random(20);
  for (int i = 0; i < 2000; ++i) {
    const Params written = random.next();
    Params read;
    for (const ParamSpec& param : spec.params) {
      const std::vector<std::string> tokens = param.get(&written);
      if (param.optional && tokens.empty()) continue;
      ASSERT_EQ(param.set(&read, tokens), "") << param.key;
    }
    expect_equal(written, read);
  }
}

std::string fault(const std::string& key, const std::vector<std::string>& tokens) {
  const AppSpec spec = sample::spec();
  Params params;
  return spec.find_param(key)->set(&params, tokens);
}

TEST(codecs, booleans_take_eight_words_in_any_case) {
  const AppSpec spec = sample::spec();
  const ParamSpec& verbose = *spec.find_param("verbose");
  Params params;
  for (const char* word : {"1", "on", "TRUE", "Yes"}) {
    params.verbose = false;
    EXPECT_EQ(verbose.set(&params, {word}), "");
    EXPECT_TRUE(params.verbose) << word;
  }
  for (const char* word : {"0", "Off", "false", "NO"}) {
    params.verbose = true;
    EXPECT_EQ(verbose.set(&params, {word}), "");
    EXPECT_FALSE(params.verbose) << word;
  }
  EXPECT_EQ(fault("verbose", {"2"}), "-verbose takes true or false, not '2'");
}

TEST(codecs, faults_name_the_value_and_what_is_legal) {
  EXPECT_EQ(fault("radius", {"3.5"}), "-radius takes a whole number from 1 to 10 pixel, not '3.5'");
  EXPECT_EQ(fault("radius", {"11"}), "-radius takes a whole number from 1 to 10 pixel, not '11'");
  EXPECT_EQ(fault("radius", {"1e9999"}), "-radius takes a whole number from 1 to 10 pixel, not '1e9999'");
  EXPECT_EQ(fault("seed", {"3000000000"}),
            "-seed takes a whole number from -2147483648 to 2147483647, not '3000000000'");
  EXPECT_EQ(fault("seed", {"99999999999999999999"}),
            "-seed takes a whole number from -2147483648 to 2147483647, not '99999999999999999999'");
  EXPECT_EQ(fault("channels", {"1", "3000000000"}),
            "-channels takes whole numbers from 1 to 2147483647, not '3000000000'");
  EXPECT_EQ(fault("scale", {"-0.5"}), "-scale takes a number of at least 0, not '-0.5'");
  EXPECT_EQ(fault("scale", {"nan"}), "-scale takes a number of at least 0, not 'nan'");
  EXPECT_EQ(fault("scale", {"1,5"}), "-scale takes a number of at least 0, not '1,5'");
  EXPECT_EQ(fault("nodata", {"none"}), "-nodata takes a number, not 'none'");
  EXPECT_EQ(fault("weights", {"0.5", "2"}), "-weights takes numbers from 0 to 1, not '2'");
  EXPECT_EQ(fault("radius", {}), "-radius needs a value: a whole number from 1 to 10 pixel");
  EXPECT_EQ(fault("radius", {"1", "2"}), "-radius takes one value, not 2: '1', '2'");
}

TEST(codecs, a_value_out_of_place_leaves_the_old_one) {
  const AppSpec spec = sample::spec();
  Params params;
  EXPECT_NE(spec.find_param("channels")->set(&params, {"5", "x"}), "");
  EXPECT_EQ(params.channels, (std::vector<int>{1, 2}));
}

TEST(codecs, nan_is_a_nodata_value) {
  const AppSpec spec = sample::spec();
  Params params;
  EXPECT_EQ(spec.find_param("nodata")->set(&params, {"nan"}), "");
  EXPECT_TRUE(params.nodata && std::isnan(*params.nodata));
  EXPECT_EQ(spec.find_param("nodata")->get(&params), std::vector<std::string>{"nan"});
}

TEST(codecs, choices_forgive_case_and_suggest) {
  const AppSpec spec = sample::spec();
  Params params;
  EXPECT_EQ(spec.find_param("mode")->set(&params, {"EXACT"}), "");
  EXPECT_EQ(params.mode, "Exact");
  EXPECT_EQ(spec.find_param("method")->set(&params, {"Frost"}), "");
  EXPECT_EQ(params.method, Method::frost);
  EXPECT_EQ(fault("method", {"frst"}), "-method takes mean, lee or frost, not 'frst'; did you mean 'frost'?");
  EXPECT_EQ(fault("method", {"gamma"}), "-method takes mean, lee or frost, not 'gamma'");
  EXPECT_EQ(fault("list", {"Vegetation:NDVJ"}),
            "-list takes Vegetation:NDVI or Water:NDWI, not 'Vegetation:NDVJ'; did you mean 'Vegetation:NDVI'?");
}

struct Letters {
  std::string letter = "n";
  std::string word = "w0";
};

TEST(codecs, choices_that_differ_only_in_case_must_be_written_exactly) {
  std::vector<Choice> many;
  for (int i = 0; i < 20; ++i) many.push_back({"w" + std::to_string(i), ""});
  const AppSpec spec = Declare<Letters>("Letters", "")
                           .param("letter", &Letters::letter, "")
                           .choices({{"n", ""}, {"N", ""}, {"ab", ""}, {"aB", ""}})
                           .param("word", &Letters::word, "")
                           .choices(many)
                           .done();
  Letters letters;
  EXPECT_EQ(spec.find_param("letter")->set(&letters, {"N"}), "");
  EXPECT_EQ(letters.letter, "N");
  EXPECT_EQ(spec.find_param("letter")->set(&letters, {"AB"}),
            "-letter takes n, N, ab or aB, not 'AB'; did you mean 'ab'?");
  EXPECT_EQ(spec.find_param("word")->set(&letters, {"w77"}), "-word has no choice 'w77'; did you mean 'w7'?");
}

}  // namespace
}  // namespace cers
