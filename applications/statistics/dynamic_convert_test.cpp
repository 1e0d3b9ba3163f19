// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "command.hpp"

namespace cers::testing {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
using Picture = std::function<double(int band, int x, int y)>;

/// What OTB computes, written as its documentation and source say it, pixel by pixel.
struct Reference {
  double low = 2;
  double high = 2;
  double gamma = 1;
  double out_min = 0;
  double out_max = 255;
  bool logarithm = false;

  float transferred(double value) const {
    const auto single = static_cast<float>(value);
    return logarithm ? std::log(single) : single;
  }

  /// The value below which the share p of the samples other than 0 lies, in 255 bins over the range of all.
  static double quantile(const std::vector<float>& samples, double p) {
    const auto [least, most] = std::minmax_element(samples.begin(), samples.end());
    const float end = *most + (*most - *least) / 255 / 100;
    const float width = (end - *least) / 255;
    std::vector<double> counts(255, 0);
    double total = 0;
    for (const float sample : samples) {
      if (sample == 0) continue;
      int bin = 254;
      while (bin > 0 && sample < *least + static_cast<float>(bin) * width) --bin;
      ++counts[static_cast<std::size_t>(bin)];
      ++total;
    }
    double sum = 0;
    for (std::size_t bin = 0; bin < 255; ++bin) {
      if (counts[bin] > 0 && (sum + counts[bin]) / total >= p) {
        const double inside = (p * total - sum) / counts[bin];
        return static_cast<double>(*least) + (static_cast<double>(bin) + inside) * static_cast<double>(width);
      }
      sum += counts[bin];
    }
    return static_cast<double>(end);
  }

  double operator()(double from, double to, double value) const {
    const auto x = static_cast<double>(transferred(value));
    if (x < from) return out_min;
    if (x > to) return out_max;
    return out_min + (out_max - out_min) * std::pow((x - from) / (to - from), 1 / gamma);
  }
};

class DynamicConvert : public ::testing::Test {
 protected:
  static double wave(int band, int x, int y) {
    const double value = 3000 + 1500 * std::sin(0.05 * x + band) + 1200 * std::cos(0.031 * y * (band + 1));
    return (x * 7 + y * 13) % 101 == 0 ? 0 : std::round(value);
  }
  std::string write(const std::string& name, Size size, int bands, PixelType type, const Picture& value) {
    write_raster(folder_ / name, utm_grid(size), bands, type, value);
    return folder_ / name;
  }
  CommandResult run(const std::string& image, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"DynamicConvert", "-in", image, "-out", out_};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  /// Compares the output file with the reference on samples of every `ratio`-th pixel.
  void expect_like(const Reference& reference, Size size, const Picture& value, int ratio = 1,
                   double tolerance = 1e-3) {
    const RasterFile file = read_raster(out_);
    for (int band = 0; band < static_cast<int>(file.info.bands.size()); ++band) {
      std::vector<float> samples;
      for (int y = (ratio - 1) / 2; y < size.height / ratio * ratio; y += ratio) {
        for (int x = (ratio - 1) / 2; x < size.width / ratio * ratio; x += ratio) {
          const float sample = reference.transferred(value(band, x, y));
          if (std::isfinite(sample)) samples.push_back(sample);
        }
      }
      const double from = Reference::quantile(samples, 0.01 * reference.low);
      const double to = Reference::quantile(samples, 1 - 0.01 * reference.high);
      double largest = 0;
      for (int y = 0; y < size.height; y += 3) {
        for (int x = 0; x < size.width; x += 17) {
          const double got = file.at(band, x, y);
          const double want = reference(from, to, value(band, x, y));
          // An output that is missing, or not missing, where it should not be counts as far off.
          const double off = std::isnan(got) != std::isnan(want) ? 1e9 : std::isnan(got) ? 0 : std::abs(got - want);
          largest = std::max(largest, off);
        }
      }
      EXPECT_LE(largest, tolerance) << "band " << band + 1;
    }
  }

  TemporaryFolder folder_;
  std::string out_ = folder_ / "out.tif";
};

TEST_F(DynamicConvert, stretches_between_the_second_percentiles) {
  const Size size{230, 170};
  const std::string image = write("in.tif", size, 2, PixelType::i16, wave);
  ASSERT_EQ(run(image, {"float"}).code, 0);
  expect_like({}, size, wave);
  out_ = folder_ / "bytes.tif";
  ASSERT_EQ(run(image).code, 0);
  EXPECT_EQ(read_raster(out_).info.type, PixelType::u8);
  expect_like({}, size, wave, 1, 1.001);  // truncated
}

TEST_F(DynamicConvert, applies_gamma_quantiles_and_output_range) {
  const Size size{230, 170};
  const std::string image = write("in.tif", size, 1, PixelType::i16, wave);
  ASSERT_EQ(run(image, {"double", "-type.linear.gamma", "2.2", "-quantile.low", "5", "-quantile.high", "10", "-outmin",
                        "10", "-outmax", "-200"})
                .code,
            0);
  expect_like({.low = 5, .high = 10, .gamma = 2.2, .out_min = 10, .out_max = -200}, size, wave);
}

TEST_F(DynamicConvert, log2_is_the_natural_logarithm_and_skips_what_has_none) {
  const Size size{230, 170};
  const Picture picture = [](int band, int x, int y) { return x < 9 ? -10000 : wave(band, x, y); };
  const std::string image = write("in.tif", size, 1, PixelType::i16, picture);
  ASSERT_EQ(run(image, {"float", "-type", "log2"}).code, 0);
  expect_like({.logarithm = true}, size, picture);  // a negative number is missing, the logarithm of 0 is -outmin
  EXPECT_TRUE(std::isnan(read_raster(out_).at(0, 3, 3)));
}

TEST_F(DynamicConvert, takes_the_quantiles_of_a_sample_of_large_images) {
  const Size size{3100, 430};  // ratio 3
  const Picture picture = [](int, int x, int y) {
    return (x % 3 == 1 && y % 3 == 1) ? 100.0 + x % 500 : 20000.0 + y;  // only the first kind is sampled
  };
  const std::string image = write("in.tif", size, 1, PixelType::i16, picture);
  ASSERT_EQ(run(image, {"float"}).code, 0);
  expect_like({}, size, picture, 3);
  EXPECT_EQ(read_raster(out_).at(0, 0, 0), 255);
}

TEST_F(DynamicConvert, does_not_count_missing_pixels) {
  const Size size{120, 90};
  const Picture picture = [](int band, int x, int y) { return x < 60 ? nan : wave(band, x, y); };
  const std::string image = write("in.tif", size, 1, PixelType::f32, picture);
  ASSERT_EQ(run(image, {"float"}).code, 0);
  expect_like({}, size, picture);
  out_ = folder_ / "bytes.tif?&nodata=7";
  ASSERT_EQ(run(image).code, 0);
  EXPECT_EQ(read_raster(folder_ / "bytes.tif").at(0, 0, 0), 7);
}

TEST_F(DynamicConvert, counts_only_what_the_mask_leaves) {
  const Size size{120, 90};
  const Picture picture = [](int band, int x, int y) { return x < 40 ? 30000 : wave(band, x, y); };
  const Picture counted = [](int band, int x, int y) { return x < 40 ? nan : wave(band, x, y); };
  const std::string image = write("in.tif", size, 1, PixelType::i16, picture);
  // A mask is on where it is not 0 as a whole number.
  const std::string mask = write("mask.tif", size, 1, PixelType::f32, [](int, int x, int) {
    return x < 20 ? 0 : x < 40 ? -0.7 : x < 60 ? 256 : x < 80 ? -10000 : 1;
  });
  const CommandResult result = run(image, {"float", "-mask", mask});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.err.find("mask"), std::string::npos) << result.err;
  EXPECT_EQ(read_raster(out_).at(0, 5, 5), 255);  // stretched all the same
  const std::string alone = write("alone.tif", size, 1, PixelType::f32, counted);
  const RasterFile masked = read_raster(out_);
  out_ = folder_ / "alone-out.tif";
  ASSERT_EQ(run(alone, {"float"}).code, 0);
  for (int x = 40; x < 120; ++x) EXPECT_EQ(masked.at(0, x, 33), read_raster(out_).at(0, x, 33));
}

TEST_F(DynamicConvert, an_empty_mask_is_not_used_and_reported) {
  const Size size{120, 90};
  const std::string image = write("in.tif", size, 1, PixelType::i16, wave);
  const std::string mask = write("mask.tif", size, 1, PixelType::u8, [](int, int, int) { return 0; });
  const CommandResult result = run(image, {"float", "-mask", mask});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("mask.tif leaves no pixel"), std::string::npos) << result.err;
  expect_like({}, size, wave);
}

TEST_F(DynamicConvert, a_mask_of_another_grid_is_refused) {
  const std::string image = write("in.tif", {120, 90}, 1, PixelType::i16, wave);
  const std::string mask = write("mask.tif", {60, 45}, 1, PixelType::u8, [](int, int, int) { return 1; });
  const CommandResult result = run(image, {"-mask", mask});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("mask.tif does not lie on the grid"), std::string::npos) << result.err;
}

TEST_F(DynamicConvert, chooses_channels) {
  const Size size{120, 90};
  const std::string image = write("in.tif", size, 4, PixelType::i16, wave);
  ASSERT_EQ(run(image, {"float", "-channels", "rgb", "-channels.rgb.red", "3", "-channels.rgb.green", "1",
                        "-channels.rgb.blue", "3"})
                .code,
            0);
  const auto mixed = [](int band, int x, int y) { return wave(band == 1 ? 0 : 2, x, y); };
  EXPECT_EQ(read_raster(out_).info.bands.size(), 3U);
  expect_like({}, size, mixed);
  out_ = folder_ / "gray.tif";
  ASSERT_EQ(run(image, {"float", "-channels", "grayscale", "-channels.grayscale.channel", "4"}).code, 0);
  EXPECT_EQ(read_raster(out_).info.bands.size(), 3U);
  expect_like({}, size, [](int, int x, int y) { return wave(3, x, y); });
}

TEST_F(DynamicConvert, bands_of_one_value_become_outmin) {
  for (const double value : {0.0, 42.0}) {
    const std::string image = write("in.tif", {20, 10}, 1, PixelType::u8, [&](int, int, int) { return value; });
    ASSERT_EQ(run(image, {"-outmin", "9"}).code, 0);
    EXPECT_EQ(read_raster(out_).at(0, 3, 3), 9) << value;
  }
}

TEST_F(DynamicConvert, does_not_depend_on_tiles_and_threads) {
  const std::string image = write("in.tif", {2100, 300}, 2, PixelType::i16, wave);
  const auto pixels = [&](const std::string& tile, const std::string& threads) {
    out_ = folder_ / ("t" + tile + "-" + threads + ".tif");
    EXPECT_EQ(run(image, {"float", "-tile", tile, "-threads", threads}).code, 0);
    const RasterFile file = read_raster(out_);
    std::vector<double> all;
    for (int band = 0; band < 2; ++band) {
      for (int y = 0; y < 300; ++y) {
        for (int x = 0; x < 2100; ++x) all.push_back(file.at(band, x, y));
      }
    }
    return all;
  };
  const std::vector<double> reference = pixels("512", "1");
  for (const char* tile : {"64", "192"}) {
    for (const char* threads : {"1", "8"}) EXPECT_TRUE(pixels(tile, threads) == reference) << tile << ", " << threads;
  }
}

TEST_F(DynamicConvert, says_what_is_wrong) {
  const std::string image = write("in.tif", {20, 10}, 2, PixelType::u8, [](int, int x, int) { return x; });
  const auto fault = [&](const std::vector<std::string>& words, const std::string& text) {
    const CommandResult result = run(image, words);
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };
  fault({"-channels", "rgb", "-channels.rgb.green", "1", "-channels.rgb.blue", "2"}, "needs -channels.rgb.red");
  fault({"-channels", "grayscale", "-channels.grayscale.channel", "3"}, "in.tif has no band 3");
  fault({"-outmax", "300"}, "-outmax is 300, which uint8 cannot hold");
  fault({"-type.linear.gamma", "0"}, "give a number above 0");
  fault({"-quantile.low", "70", "-quantile.high", "40"}, "cut away more than everything");
  EXPECT_FALSE(std::filesystem::exists(out_));
}

}  // namespace
}  // namespace cers::testing
