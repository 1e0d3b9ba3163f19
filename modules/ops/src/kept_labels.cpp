// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/kept_labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cers/core/error.hpp"

namespace cers {
namespace {

/// int32 labels in a type of fewer bytes.
template <class T>
class Narrow final : public PixelwiseNode {
 public:
  std::string name() const override { return "labels"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {BandInfo{}}, pixel_type_of<T>()};
  }
  double cost() const override { return 0.3; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto from = row.in<std::int32_t>(0);
    const auto to = row.out<T>();
    for (std::size_t i = 0; i < row.count; ++i) {
      to[i] = static_cast<T>(from[i]);
      if (static_cast<std::int32_t>(to[i]) != from[i]) refuse(from[i]);
    }
  }

 private:
  [[noreturn]] static void refuse(std::int32_t label) {
    throw DataError(fmt::format("a pixel has the label {}, which is not among the classes that the map names", label),
                    "give it a table of classes that holds all its codes, or write it to a file and go on from there");
  }
};

/// Back to int32, with what is known of the labels.
template <class T>
class Widen final : public PixelwiseNode {
 public:
  explicit Widen(RasterInfo info) : info_(std::move(info)) {}
  std::string name() const override { return "labels as int32"; }
  RasterInfo describe(std::span<const RasterInfo>) const override { return info_; }
  double cost() const override { return 0.3; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    std::copy_n(row.in<T>(0).data(), row.count, row.out<std::int32_t>().data());
  }

 private:
  RasterInfo info_;
};

template <class T>
Edge keep_as(Graph& graph, Edge labels) {
  const Edge narrow = graph.add(std::make_unique<Narrow<T>>(), {labels});
  graph.keep(narrow);
  return graph.add(std::make_unique<Widen<T>>(graph.info(labels)), {narrow});
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
  graph.keep(labels);
  return labels;
}

}  // namespace cers
