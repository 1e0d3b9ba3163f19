// SPDX-License-Identifier: Apache-2.0
#include "cers/core/text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "cers/core/error.hpp"

namespace cers {
namespace {

TEST(Text, NumbersReadBackExactly) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 10000; ++i) {
    const double value = std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 200) - 100);
    EXPECT_EQ(*parse_real(format_real(value)), value);
  }
  EXPECT_EQ(format_real(0.4), "0.4");
  EXPECT_EQ(format_real(-9999), "-9999");
  EXPECT_EQ(format_real(-0.0), "0");
  EXPECT_TRUE(std::isnan(*parse_real(format_real(std::nan("")))));
}

TEST(Text, NumbersWithRestAreRefused) {
  for (const char* text : {"", "1x", "--1", "1 ", "0x10", "1e"}) EXPECT_FALSE(parse_real(text)) << text;
  EXPECT_FALSE(parse_integer("3.5"));
  EXPECT_EQ(parse_integer("+12"), 12);
}

TEST(Text, SuggestsWhatWasMeant) {
  const std::vector<std::string> names{"BandMath", "RadiometricIndices", "Vegetation:NDVI", "Water:NDWI2"};
  EXPECT_EQ(nearest("bandmaht", names), "BandMath");
  EXPECT_EQ(nearest("ndvi", names), "Vegetation:NDVI");
  EXPECT_FALSE(nearest("xyzzy", names));
  EXPECT_EQ(suggestion("RadiometricIndice", names), "did you mean 'RadiometricIndices'?");
}

TEST(Text, HumanSizes) {
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(57'123'456), "57.1 MB");
  EXPECT_EQ(format_bytes(512'000'000), "512 MB");
  EXPECT_EQ(format_seconds(2.63), "2.6 s");
  EXPECT_EQ(format_seconds(185), "3 min 5 s");
}

TEST(Error, ComposesWhereWhatAndRemedy) {
  try {
    with_context("step ndvi",
                 [] { with_context("B4.tif", []() -> void { throw DataError("truncated", "download it again"); }); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "step ndvi: B4.tif: truncated\n  download it again");
    EXPECT_EQ(error.code(), ExitCode::data);
  }
}

}  // namespace
}  // namespace cers
