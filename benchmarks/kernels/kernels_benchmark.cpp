// SPDX-License-Identifier: Apache-2.0
// Row kernels beside plain loops of the same arithmetic, in turn, on rows that stay in the first-level cache. Counters:
// ns_per_pixel, the loop's ns_per_pixel_plain, and the median of their ratio.
#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "cers/core/block.hpp"
#include "cers/engine/block_source.hpp"
#include "cers/ops/expression.hpp"
#include "measure.hpp"

namespace cers {
namespace {

using benchmarks::median;
using benchmarks::seconds_of;

constexpr std::size_t row_size = 1024;
constexpr int rows = 200;

template <class Ours, class Plain>
void side_by_side(benchmark::State& state, std::size_t pixels, const Ours& ours, const Plain& plain) {
  const auto repeated = [](const auto& row) {
    return seconds_of([&] {
      for (int i = 0; i < rows; ++i) {
        row();
        benchmark::ClobberMemory();
      }
    });
  };
  std::vector<double> times;
  std::vector<double> plain_times;
  std::vector<double> ratios;
  for (auto _ : state) {
    times.push_back(repeated(ours));
    plain_times.push_back(repeated(plain));
    ratios.push_back(times.back() / plain_times.back());
    state.SetIterationTime(times.back());
  }
  const double all_pixels = static_cast<double>(pixels) * rows;
  state.counters["ns_per_pixel"] = 1e9 * median(times) / all_pixels;
  state.counters["ns_per_pixel_plain"] = 1e9 * median(plain_times) / all_pixels;
  state.counters["ratio"] = median(ratios);
}

/// Reflectances between 0 and 1, different in every band.
template <class T>
std::vector<T> reflectances(int band, double scale) {
  std::vector<T> values(row_size);
  for (std::size_t i = 0; i < row_size; ++i) {
    values[i] =
        static_cast<T>(scale * static_cast<double>((i * 37 + static_cast<std::size_t>(band) * 101) % 997) / 997);
  }
  return values;
}

// ---- expressions ----------------------------------------------------------------------------------------------------

using Bands = std::array<std::vector<double>, 4>;

Bands four_bands() {
  return {reflectances<double>(0, 1), reflectances<double>(1, 1), reflectances<double>(2, 1),
          reflectances<double>(3, 1)};
}

template <class Plain>
void expression(benchmark::State& state, const std::string& text, const Plain& plain) {
  const std::array<int, 4> bands_per_image{1, 1, 1, 1};
  const Expression compiled = Expression::compile(text, bands_per_image);
  const Bands bands = four_bands();
  std::vector<const double*> variables;
  for (const ExpressionVariable& variable : compiled.variables()) {
    variables.push_back(bands[static_cast<std::size_t>(variable.image)].data());
  }
  std::vector<double> out(Expression::chunk);
  std::vector<double> scratch(compiled.scratch_size());
  benchmark::DoNotOptimize(out.data());
  side_by_side(
      state, Expression::chunk, [&] { compiled.evaluate(variables, out.data(), Expression::chunk, scratch.data()); },
      [&] { plain(bands, out.data()); });
}

void plain_ndvi(const Bands& bands, double* __restrict out) {
  const double* nir = bands[0].data();
  const double* red = bands[1].data();
  for (std::size_t i = 0; i < Expression::chunk; ++i) out[i] = (nir[i] - red[i]) / (nir[i] + red[i]);
}

void plain_mask(const Bands& bands, double* __restrict out) {
  const double* nir = bands[0].data();
  const double* red = bands[1].data();
  const double* green = bands[2].data();
  const double* swir = bands[3].data();
  for (std::size_t i = 0; i < Expression::chunk; ++i) {
    out[i] = (nir[i] - red[i]) / (nir[i] + red[i]) > 0.3 && green[i] < swir[i] ? 1 : 0;
  }
}

void expression_ndvi(benchmark::State& state) {
  expression(state, "(im1b1-im2b1)/(im1b1+im2b1)", plain_ndvi);
}

void expression_mask(benchmark::State& state) {
  expression(state, "(im1b1-im2b1)/(im1b1+im2b1) > 0.3 && im3b1 < im4b1 ? 1 : 0", plain_mask);
}

BENCHMARK(expression_ndvi)->UseManualTime();
BENCHMARK(expression_mask)->UseManualTime();

// ---- pixels ---------------------------------------------------------------------------------------------------------

/// The plain loop converts `from` to `to`, pixel by pixel, by `plain`.
template <class From, class To, class Ours, class Plain>
void pixels(benchmark::State& state, double scale, const Ours& ours, const Plain& plain) {
  const std::vector<From> from = reflectances<From>(0, scale);
  std::vector<To> to(row_size);
  benchmark::DoNotOptimize(to.data());
  side_by_side(
      state, row_size,
      [&] { ours(reinterpret_cast<const std::byte*>(from.data()), reinterpret_cast<std::byte*>(to.data())); },
      [&] {
        const From* __restrict in = from.data();
        To* __restrict out = to.data();
        for (std::size_t i = 0; i < row_size; ++i) out[i] = plain(in[i]);
      });
}

template <class From, class To, class Plain>
void convert(benchmark::State& state, double scale, const Plain& plain, bool round = false) {
  const auto ours = [round](const std::byte* from, std::byte* to) {
    convert_pixels(from, pixel_type_of<From>(), to, pixel_type_of<To>(), row_size, round);
  };
  pixels<From, To>(state, scale, ours, plain);
}

/// Within the range of To, toward zero; NaN becomes 0.
template <class To, class From>
To clamped(From value) {
  constexpr From low = std::numeric_limits<To>::min();
  constexpr From high = std::numeric_limits<To>::max();
  return static_cast<To>(value != value ? 0 : value < low ? low : value > high ? high : value);
}

void convert_i16_to_f32(benchmark::State& state) {
  convert<std::int16_t, float>(state, 10000, [](std::int16_t value) { return static_cast<float>(value); });
}

void convert_f32_to_i16(benchmark::State& state) {
  convert<float, std::int16_t>(state, 10000, [](float value) { return clamped<std::int16_t>(value); });
}

void convert_f32_to_i16_rounded(benchmark::State& state) {
  convert<float, std::int16_t>(
      state, 10000, [](float value) { return clamped<std::int16_t>(std::round(value)); }, true);
}

void convert_f64_to_u8(benchmark::State& state) {
  convert<double, std::uint8_t>(state, 255, [](double value) { return clamped<std::uint8_t>(value); });
}

void read_with_scale_offset_nodata(benchmark::State& state) {
  ReadAs as;
  as.scale = 1e-4;
  as.offset = -0.1;
  as.nodata = 0;
  const auto ours = [&as](const std::byte* from, std::byte* to) {
    read_pixels(from, PixelType::i16, to, as, row_size);
  };
  pixels<std::int16_t, float>(state, 10000, ours, [](std::int16_t value) {
    constexpr float missing = std::numeric_limits<float>::quiet_NaN();
    return value == 0 ? missing : static_cast<float>(value * 1e-4 - 0.1);
  });
}

BENCHMARK(convert_i16_to_f32)->UseManualTime();
BENCHMARK(convert_f32_to_i16)->UseManualTime();
BENCHMARK(convert_f32_to_i16_rounded)->UseManualTime();
BENCHMARK(convert_f64_to_u8)->UseManualTime();
BENCHMARK(read_with_scale_offset_nodata)->UseManualTime();

}  // namespace
}  // namespace cers
