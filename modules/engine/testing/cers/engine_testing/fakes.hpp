// SPDX-License-Identifier: Apache-2.0
// Synthetic sources, sinks and nodes, so that the engine is tested without any file.
#pragma once

#include <atomic>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "cers/engine/execute.hpp"
#include "cers/engine/graph.hpp"
#include "cers/engine/plan.hpp"

namespace cers::testing {

inline RasterInfo raster_info(Size size, int bands, PixelType type) {
  RasterInfo info;
  info.grid.size = size;
  info.grid.georeferenced = true;
  info.grid.transform.a = {0, 10, 0, 0, 0, -10};
  info.bands.resize(static_cast<std::size_t>(bands));
  info.type = type;
  return info;
}

/// A value that differs for every pixel and band and needs no storage.
inline int noise(int band, int x, int y) {
  std::uint32_t h = static_cast<std::uint32_t>(x) * 0x9E3779B1u ^ static_cast<std::uint32_t>(y) * 0x85EBCA77u ^
                    static_cast<std::uint32_t>(band + 1) * 0xC2B2AE3Du;
  h ^= h >> 15;
  h *= 0x2C1B3C6Du;
  h ^= h >> 12;
  return static_cast<int>(h % 10000u);
}

class FakeSource final : public BlockSource {
 public:
  FakeSource(std::string name, Size size, int bands, Size block, bool interleaved = false)
      : name_(std::move(name)),
        info_(raster_info(size, bands, PixelType::i16)),
        block_(block),
        interleaved_(interleaved) {}

  const RasterInfo& info() const override { return info_; }
  Size block_size() const override { return block_; }
  bool interleaved() const override { return interleaved_; }
  std::string identity() const override { return name_; }
  std::string name() const override { return name_; }
  std::size_t decoder_bytes() const override { return decoder_bytes_each; }
  std::size_t handle_bytes() const override { return handle_bytes_each; }

  void decode(int column, int row, std::span<const int> bands, Block& out) const override {
    if (before_decode) before_decode(column, row);
    for (std::size_t i = 0; i < bands.size(); ++i) {
      const Plane<std::int16_t> plane = out.plane<std::int16_t>(static_cast<int>(i));
      for (int y = plane.window.y; y < plane.window.bottom(); ++y) {
        for (int x = plane.window.x; x < plane.window.right(); ++x) {
          plane.at(x, y) = static_cast<std::int16_t>(noise(bands[i], x, y));
        }
      }
    }
    const std::lock_guard lock(mutex_);
    for (int band : bands) ++decodes_[{band, row, column}];
  }

  /// How often each (band, row, column) was decoded.
  std::map<std::array<int, 3>, int> decodes() const {
    const std::lock_guard lock(mutex_);
    return decodes_;
  }

  RasterInfo& mutable_info() { return info_; }
  std::function<void(int column, int row)> before_decode;
  std::size_t decoder_bytes_each = 0;
  std::size_t handle_bytes_each = 0;

 private:
  std::string name_;
  RasterInfo info_;
  Size block_;
  bool interleaved_;
  mutable std::mutex mutex_;
  mutable std::map<std::array<int, 3>, int> decodes_;
};

/// What a MemorySink saw; outlives the graph.
struct SinkRecord {
  std::vector<Window> order;  ///< windows of the blocks as they came
  Block whole;                ///< all pixels
  bool opened = false, closed = false, published = false, discarded = false;
  /// FNV-1a over blocks in order: equal bytes in equal order ⇔ equal digest (barring collisions).
  std::uint64_t digest = 1469598103934665603ull;
};

class MemorySink : public RasterSink {
 public:
  MemorySink(SinkRecord& record, Size raster, int bands, PixelType type, Size block)
      : record_(record), type_(type), block_(block) {
    record_.whole.reshape(Window::of(raster), bands, type);
  }
  std::string path() const override { return "memory"; }
  PixelType type() const override { return type_; }
  Size block_size() const override { return block_; }
  std::optional<double> nodata() const override { return nodata_value; }
  void open() override { record_.opened = true; }
  void close() override { record_.closed = true; }
  void publish() override { record_.published = true; }
  void discard() noexcept override { record_.discarded = true; }
  void write(const Block& block) override {
    if (before_write) before_write();
    record_.order.push_back(block.window());
    for (int band = 0; band < block.bands(); ++band) {
      copy_pixels(block, band, record_.whole, band, block.window());
      for (int y = 0; y < block.window().height; ++y) {
        const auto* row = block.band_data(band) + static_cast<std::size_t>(y) * block.stride_bytes();
        for (std::size_t i = 0; i < static_cast<std::size_t>(block.window().width) * bytes_of(type_); ++i) {
          record_.digest = (record_.digest ^ static_cast<std::uint64_t>(row[i])) * 1099511628211ull;
        }
      }
    }
  }
  std::optional<double> nodata_value;
  std::function<void()> before_write;

 private:
  SinkRecord& record_;
  PixelType type_;
  Size block_;
};

/// Sum of float pixels: order matters in the last bits.
struct SumReducer {
  using State = double;
  using Result = double;
  static constexpr bool exact = false;
  State start() const { return 0; }
  void add(State& s, const Block& pixels, Window chunk) const {
    const auto plane = pixels.plane<float>(0);
    for (int y = chunk.y; y < chunk.bottom(); ++y) {
      for (float v : plane.row(y, chunk)) s += 1.0 / (1.0 + static_cast<double>(v));
    }
  }
  void merge(State& into, State&& from) const { into += from; }
  Result finish(State&& s) const { return s; }
};

/// out = a·first + b·second (first bands of the inputs).
class Blend final : public PixelwiseNode {
 public:
  Blend(float a, float b) : a_(a), b_(b) {}
  std::string name() const override { return "blend"; }
  std::string signature() const override { return std::to_string(a_) + " " + std::to_string(b_); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.bands.resize(1);
    info.type = PixelType::f32;
    return info;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto x = row.in<float>(0);
    const auto y = row.in<float>(row.inputs.size() - 1);
    const auto out = row.out<float>();
    for (std::size_t i = 0; i < row.count; ++i) out[i] = a_ * x[i] + b_ * y[i];
  }

 private:
  float a_;
  float b_;
};

/// Mean over a (2r+1)² window, summed in a fixed order.
class BoxMean final : public Node {
 public:
  explicit BoxMean(int radius, Outside rule = Outside::replicate) : radius_(radius), rule_(rule) {}
  std::string name() const override { return "box mean"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  Window required(std::size_t, Window output) const override { return output.grown(Halo::square(radius_)); }
  Border border(std::size_t) const override { return {rule_, -5}; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const auto in = inputs[0]->plane<float>(0);
    const auto out = output.plane<float>(0);
    for (int y = out.window.y; y < out.window.bottom(); ++y) {
      for (int x = out.window.x; x < out.window.right(); ++x) {
        float sum = 0;
        for (int dy = -radius_; dy <= radius_; ++dy) {
          for (int dx = -radius_; dx <= radius_; ++dx) sum += in.at(x + dx, y + dy);
        }
        out.at(x, y) = sum;
      }
    }
  }

 private:
  int radius_;
  Outside rule_;
};

inline Budget budget(int threads, std::optional<Size> tile = std::nullopt, std::uint64_t bytes = 4'000'000'000) {
  Budget budget;
  budget.memory_bytes = bytes;
  budget.threads = threads;
  budget.tile = tile;
  return budget;
}

inline RunContext context(SchedulerKind kind) {
  RunContext context;
  context.scheduler = kind;
  return context;
}

inline std::vector<SchedulerKind> schedulers() {
#ifdef CERS_WITHOUT_TBB
  return {SchedulerKind::threads};
#else
  return {SchedulerKind::tbb, SchedulerKind::threads};
#endif
}

}  // namespace cers::testing
