// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace cers {
namespace {

constexpr std::size_t chunk_pixels = static_cast<std::size_t>(reduction_chunk) * reduction_chunk;
using Flags = std::array<std::uint8_t, chunk_pixels>;
using Values = std::array<double, chunk_pixels>;
using Moments = BandStatisticsReducer::Moments;

/// `value` as a pixel of type T; nothing when no such pixel equals it.
template <class T>
std::optional<T> as_pixel(std::optional<double> value) {
  if (!value) return std::nullopt;
  if constexpr (std::is_floating_point_v<T>) return static_cast<T>(*value);
  constexpr double least = static_cast<double>(std::numeric_limits<T>::lowest());
  constexpr double most = static_cast<double>(std::numeric_limits<T>::max());
  if (!(*value >= least && *value <= most) || *value != std::trunc(*value)) return std::nullopt;
  return static_cast<T>(*value);
}

template <class T>
bool finite(T value) {
  if constexpr (std::is_floating_point_v<T>) return std::abs(value) <= std::numeric_limits<T>::max();
  return true;
}

/// Sets keep[i] for each pixel of the chunk, in row order: finite in all bands from `first` to before `last`, and not
/// equal to `ignored` in all of them.
template <class T>
void mark(const Block& pixels, const Window& chunk, int first, int last, std::optional<T> ignored, Flags& keep) {
  Flags same;
  const T ignored_value = ignored.value_or(T{});
  keep.fill(1);
  same.fill(ignored ? 1 : 0);
  for (int band = first; band < last; ++band) {
    const auto plane = pixels.plane<T>(band);
    std::size_t start = 0;
    for (int y = chunk.y; y < chunk.bottom(); ++y) {
      const std::span<const T> row = plane.row(y, chunk);
      for (std::size_t x = 0; x < row.size(); ++x) {
        keep[start + x] = static_cast<std::uint8_t>(keep[start + x] & (finite(row[x]) ? 1 : 0));
        same[start + x] = static_cast<std::uint8_t>(same[start + x] & (row[x] == ignored_value ? 1 : 0));
      }
      start += row.size();
    }
  }
  for (std::size_t i = 0; i < chunk_pixels; ++i) keep[i] = static_cast<std::uint8_t>(keep[i] & (1 - same[i]));
}

/// The kept values of one band, close together, so that the loops over them have no condition.
template <class T>
std::span<const double> gather(const Plane<const T>& plane, const Window& chunk, const Flags& keep, Values& values) {
  std::size_t count = 0;
  std::size_t i = 0;
  for (int y = chunk.y; y < chunk.bottom(); ++y) {
    for (const T value : plane.row(y, chunk)) {
      values[count] = static_cast<double>(value);
      count += keep[i++];
    }
  }
  return {values.data(), count};
}

/// Folds f over the values in eight interleaved runs, joined pairwise: vectors without reordering what is written here.
template <class F, class Join>
double fold(std::span<const double> values, double start, F f, Join join) {
  constexpr std::size_t lanes = 8;
  std::array<double, lanes> part;
  part.fill(start);
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) part[lane] = f(part[lane], values[i + lane]);
  }
  for (std::size_t lane = 0; i < values.size(); ++i, ++lane) part[lane] = f(part[lane], values[i]);
  return join(join(join(part[0], part[1]), join(part[2], part[3])),
              join(join(part[4], part[5]), join(part[6], part[7])));
}

Moments moments_of(std::span<const double> values) {
  Moments moments;
  moments.count = values.size();
  if (values.empty()) return moments;
  const auto add = [](double a, double b) { return a + b; };
  const auto less = [](double a, double b) { return b < a ? b : a; };
  const auto more = [](double a, double b) { return b > a ? b : a; };
  moments.minimum = fold(values, moments.minimum, less, less);
  moments.maximum = fold(values, moments.maximum, more, more);
  moments.mean = fold(values, 0, add, add) / static_cast<double>(values.size());
  const auto square = [mean = moments.mean](double sum, double v) { return sum + (v - mean) * (v - mean); };
  moments.squares = fold(values, 0, square, add);
  return moments;
}

void merge_moments(Moments& into, const Moments& from) {
  if (from.count == 0) return;
  if (into.count == 0) {
    into = from;
    return;
  }
  const auto a = static_cast<double>(into.count);
  const auto b = static_cast<double>(from.count);
  const double share = b / (a + b);
  const double step = from.mean - into.mean;
  into.count += from.count;
  into.mean += step * share;
  into.squares += from.squares + step * step * a * share;
  into.minimum = std::min(into.minimum, from.minimum);
  into.maximum = std::max(into.maximum, from.maximum);
}

class HistogramLabels final : public PixelwiseNode {
 public:
  HistogramLabels(std::size_t bands, Late<std::vector<HistogramBins>> late, std::optional<float> ignored,
                  std::vector<HistogramBins> bins = {})
      : bands_(bands), late_(late), ignored_(ignored), bins_(std::move(bins)) {}
  std::string name() const override { return "histogram-labels"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 1 && inputs[0].type == PixelType::f32 && inputs[0].bands.size() == bands_);
    return {inputs[0].grid, std::vector<BandInfo>(bands_), PixelType::u8};
  }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    const std::vector<HistogramBins>& bins = values.get(late_);
    CERS_EXPECT(bins.size() == bands_);
    return std::make_unique<HistogramLabels>(bands_, late_, ignored_, bins);
  }
  double cost() const override { return 10 * static_cast<double>(bands_); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    for (std::size_t band = 0; band < bands_; ++band) {
      const auto in = row.in<float>(band);
      const auto out = row.out<std::uint8_t>(band);
      for (std::size_t i = 0; i < row.count; ++i) {
        out[i] = ignored_ && in[i] == *ignored_ ? HistogramBins::none : bins_[band].bin(in[i]);
      }
    }
  }

 private:
  std::size_t bands_;
  Late<std::vector<HistogramBins>> late_;
  std::optional<float> ignored_;
  std::vector<HistogramBins> bins_;  ///< one a band once bound
};

}  // namespace

double BandStatistics::deviation() const {
  return std::sqrt(variance);
}

void BandStatisticsReducer::add(State& state, const Block& pixels, Window chunk) const {
  CERS_EXPECT(pixels.bands() == bands_ && chunk.width <= reduction_chunk && chunk.height <= reduction_chunk);
  visit(pixels.type(), [&](auto zero) {
    using T = decltype(zero);
    const std::optional<T> ignored = as_pixel<T>(options_.ignored);
    Flags keep;
    Values values;
    if (options_.whole_pixels) mark<T>(pixels, chunk, 0, bands_, ignored, keep);
    for (int band = 0; band < bands_; ++band) {
      if (!options_.whole_pixels) mark<T>(pixels, chunk, band, band + 1, ignored, keep);
      merge_moments(state[static_cast<std::size_t>(band)],
                    moments_of(gather(pixels.plane<T>(band), chunk, keep, values)));
    }
  });
}

void BandStatisticsReducer::merge(State& into, State&& from) const {
  for (std::size_t band = 0; band < into.size(); ++band) merge_moments(into[band], from[band]);
}

BandStatisticsReducer::Result BandStatisticsReducer::finish(State&& state) const {
  Result result(state.size());
  for (std::size_t band = 0; band < state.size(); ++band) {
    const Moments& found = state[band];
    if (found.count == 0) continue;
    const double divisor = found.count > 1 ? static_cast<double>(found.count - 1) : 1;
    result[band] = {found.count, found.mean, found.minimum, found.maximum, found.squares / divisor};
  }
  return result;
}

void LabelCountReducer::add(State& state, const Block& pixels, Window part) const {
  CERS_EXPECT(pixels.bands() == bands_);
  for (int band = 0; band < bands_; ++band) {
    LabelCounts& counts = state[static_cast<std::size_t>(band)];
    const auto plane = pixels.plane<std::uint8_t>(band);
    for (int y = part.y; y < part.bottom(); ++y) {
      for (const std::uint8_t label : plane.row(y, part)) ++counts[label];
    }
  }
}

void LabelCountReducer::merge(State& into, State&& from) const {
  for (std::size_t band = 0; band < into.size(); ++band) {
    for (std::size_t label = 0; label < from[band].size(); ++label) into[band][label] += from[band][label];
  }
}

HistogramBins::HistogramBins(float minimum, float maximum) {
  constexpr float bins = count;
  constexpr float margin = 100;  // of a bin: the maximum itself then lies inside the last one
  const float end = maximum + (maximum - minimum) / bins / margin;
  const float width = (end - minimum) / bins;
  for (int i = 0; i < count; ++i) edges_[static_cast<std::size_t>(i)] = minimum + static_cast<float>(i) * width;
  edges_.back() = end;
}

std::uint8_t HistogramBins::bin(float value) const {
  if (!finite(value)) return none;
  const auto above = std::upper_bound(edges_.begin(), edges_.end(), value);
  return static_cast<std::uint8_t>(std::clamp<std::ptrdiff_t>(above - edges_.begin() - 1, 0, count - 1));
}

double HistogramBins::quantile(const LabelCounts& counts, double p) const {
  std::uint64_t counted = 0;
  for (std::size_t i = 0; i < count; ++i) counted += counts[i];
  if (counted == 0) return static_cast<double>(lower(0));
  const auto total = static_cast<double>(counted);
  // From the nearer end, as ITK does: where empty bins leave a choice the value is the one nearer to that end.
  const bool from_below = p < 0.5;
  const double share = from_below ? p : 1 - p;
  double sum = 0;
  int steps = 0;
  int bin = 0;
  double here = 0;
  do {
    bin = from_below ? steps : count - 1 - steps;
    here = static_cast<double>(counts[static_cast<std::size_t>(bin)]);
    sum += here;
    ++steps;
  } while (steps < count && sum / total < share);
  const auto low = static_cast<double>(lower(bin));
  const auto high = static_cast<double>(upper(bin));
  // Nothing to interpolate when share is 0 and the end bin holds only values that are not counted.
  const double inside = here == 0 ? 0 : (share * total - (sum - here)) / here;
  return from_below ? low + inside * (high - low) : high - inside * (high - low);
}

std::unique_ptr<const Node> make_histogram_labels(const RasterInfo& input, Late<std::vector<HistogramBins>> bins,
                                                  std::optional<float> ignored) {
  return std::make_unique<HistogramLabels>(input.bands.size(), bins, ignored);
}

}  // namespace cers
