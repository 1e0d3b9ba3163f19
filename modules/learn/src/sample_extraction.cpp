// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/sample_extraction.hpp"

#include <limits>

#include "line_order.hpp"

namespace cers {
namespace {

int line_of(const SamplePosition& position) {
  return position.y;
}
int column_of(const SamplePosition& position) {
  return position.x;
}

/// Samples found in one tile: their numbers, and their values in that order.
struct Found {
  std::vector<std::uint32_t> samples;
  std::vector<float> values;
};

class ValuesAtSamples {
 public:
  using State = Found;
  using Result = SampleValues;
  static constexpr bool exact = true;

  ValuesAtSamples(std::size_t bands, Late<SampleSelection> late, std::shared_ptr<const PixelIndex> around,
                  std::size_t expected)
      : bands_(bands), late_(late), around_(std::move(around)), expected_(expected) {}

  void set_positions(std::shared_ptr<const SampleSelection> positions, Size raster) {
    positions_ = std::move(positions);
    order_ = std::make_shared<const std::vector<std::uint32_t>>(by_line(*positions_, line_of, column_of));
    const auto index = std::make_shared<PixelIndex>(raster);
    for (const SamplePosition& position : *positions_) index->add({position.x, position.y, 1, 1});
    around_ = index;
    expected_ = positions_->size();
  }
  void set_raster(Size raster) { raster_ = raster; }

  std::size_t state_bytes() const { return expected_ * row_bytes() / 16; }
  // The values once as they are found and once in their order.
  std::size_t result_bytes() const { return 2 * expected_ * row_bytes(); }
  Window wanted(Window tile) const { return around_->within(tile); }
  ValuesAtSamples bind(const LateValues& values) const {
    ValuesAtSamples bound = *this;
    bound.set_positions(std::make_shared<const SampleSelection>(values.get(late_)), raster_);
    return bound;
  }

  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window part) const {
    for (int y = part.y; y < part.bottom(); ++y) {
      const auto [first, last] = on_line(*order_, *positions_, line_of, y);
      for (std::size_t i = first; i < last; ++i) {
        const std::uint32_t sample = (*order_)[i];
        const int x = (*positions_)[sample].x;
        if (x < part.x || x >= part.right()) continue;
        state.samples.push_back(sample);
        for (std::size_t band = 0; band < bands_; ++band)
          state.values.push_back(pixels.plane<float>(static_cast<int>(band)).at(x, y));
      }
    }
  }
  void merge(State& into, State&& from) const {
    into.samples.insert(into.samples.end(), from.samples.begin(), from.samples.end());
    into.values.insert(into.values.end(), from.values.begin(), from.values.end());
  }
  Result finish(State&& state) const {
    CERS_EXPECT(state.samples.size() == positions_->size());
    SampleValues result{bands_, std::vector<float>(state.values.size())};
    for (std::size_t i = 0; i < state.samples.size(); ++i)
      std::copy_n(state.values.begin() + static_cast<std::ptrdiff_t>(i * bands_), bands_,
                  result.values.begin() + static_cast<std::ptrdiff_t>(state.samples[i] * bands_));
    return result;
  }

 private:
  std::size_t row_bytes() const { return bands_ * sizeof(float) + sizeof(std::uint32_t); }
  std::size_t bands_;
  Late<SampleSelection> late_;
  std::shared_ptr<const PixelIndex> around_;
  std::size_t expected_;
  Size raster_;
  std::shared_ptr<const SampleSelection> positions_;
  std::shared_ptr<const std::vector<std::uint32_t>> order_;
};

}  // namespace

Late<SampleValues> extract_values(Graph& graph, Edge image, std::shared_ptr<const SampleSelection> positions,
                                  std::string label) {
  const RasterInfo& info = graph.info(image);
  CERS_EXPECT(info.type == PixelType::f32);
  ValuesAtSamples reducer(info.bands.size(), {}, nullptr, 0);
  reducer.set_positions(std::move(positions), info.grid.size);
  return graph.reduce(std::move(reducer), image, std::move(label));
}

Late<SampleValues> extract_values(Graph& graph, Edge image, Late<SampleSelection> positions,
                                  std::shared_ptr<const PixelIndex> around, std::size_t expected, std::string label) {
  const RasterInfo& info = graph.info(image);
  CERS_EXPECT(info.type == PixelType::f32);
  ValuesAtSamples reducer(info.bands.size(), positions, std::move(around), expected);
  reducer.set_raster(info.grid.size);
  return graph.reduce(std::move(reducer), image, std::move(label), {positions});
}

}  // namespace cers
