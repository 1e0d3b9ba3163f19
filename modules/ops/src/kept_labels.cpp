// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/kept_labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "cers/core/error.hpp"

namespace cers {
namespace {

/// All labels, row after row; filled by workers, each its own part.
template <class T>
struct LabelField {
  Size size;
  std::once_flag made;
  std::vector<T> labels;
  explicit LabelField(Size raster) : size(raster) {}
  T* row(int x, int y) {
    return labels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) +
           static_cast<std::size_t>(x);
  }
};
template <class T>
using SharedField = std::shared_ptr<LabelField<T>>;

template <class T>
class KeepReducer {
 public:
  struct State {};
  using Result = SharedField<T>;
  static constexpr bool exact = true;
  explicit KeepReducer(Size size) : field_(std::make_shared<LabelField<T>>(size)) {}
  std::size_t result_bytes() const { return static_cast<std::size_t>(field_->size.area()) * sizeof(T); }

  State start() const { return {}; }
  void add(State&, const Block& pixels, Window chunk) const {
    std::call_once(field_->made, [this] { field_->labels.resize(static_cast<std::size_t>(field_->size.area())); });
    const auto plane = pixels.plane<std::int32_t>(0);
    for (int y = chunk.y; y < chunk.bottom(); ++y) {
      const auto from = plane.row(y, chunk);
      T* to = field_->row(chunk.x, y);
      for (std::size_t i = 0; i < from.size(); ++i) {
        to[i] = static_cast<T>(from[i]);
        if (static_cast<std::int32_t>(to[i]) != from[i]) refuse(from[i]);
      }
    }
  }
  void merge(State&, State&&) const {}
  Result finish(State&&) const { return field_; }

 private:
  [[noreturn]] static void refuse(std::int32_t label) {
    throw DataError(fmt::format("a pixel has the label {}, which is not among the classes that the map names", label),
                    "give it a table of classes that holds all its codes, or write it to a file and go on from there");
  }
  SharedField<T> field_;
};

template <class T>
class KeptNode final : public PixelwiseNode {
 public:
  KeptNode(RasterInfo info, Late<SharedField<T>> late) : info_(std::move(info)), late_(late) {}
  std::string name() const override { return "kept labels"; }
  RasterInfo describe(std::span<const RasterInfo>) const override { return info_; }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    auto bound = std::make_unique<KeptNode>(*this);
    bound->field_ = values.get(late_);
    return bound;
  }
  double cost() const override { return 0.3; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const T* from = field_->row(row.x, row.y);
    std::copy_n(from, row.count, row.out<std::int32_t>().data());
  }

 private:
  RasterInfo info_;
  Late<SharedField<T>> late_;
  SharedField<T> field_;
};

template <class T>
Edge keep_as(Graph& graph, Edge labels) {
  const RasterInfo& info = graph.info(labels);
  const auto late = graph.reduce(KeepReducer<T>(info.grid.size), labels, "labels");
  return graph.add(std::make_unique<KeptNode<T>>(info, late), {}, {late});
}

}  // namespace

Edge keep_labels(Graph& graph, Edge labels) {
  const RasterInfo& info = graph.info(labels);
  CERS_EXPECT(info.type == PixelType::i32 && info.bands.size() == 1);
  const BandInfo& band = info.bands[0];
  const auto all_in = [&](PixelType type) {
    return !band.classes.empty() && (!band.nodata || holds(type, *band.nodata)) &&
           std::all_of(band.classes.begin(), band.classes.end(),
                       [type](const ClassInfo& one) { return holds(type, one.code); });
  };
  if (all_in(PixelType::u8)) return keep_as<std::uint8_t>(graph, labels);
  if (all_in(PixelType::u16)) return keep_as<std::uint16_t>(graph, labels);
  return keep_as<std::int32_t>(graph, labels);
}

}  // namespace cers
