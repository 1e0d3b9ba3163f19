// SPDX-License-Identifier: Apache-2.0
// One row of pixels through a pixelwise node.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers::testing {

/// An input of one row: its bands one after the other, all of one length.
using Floats = std::vector<std::vector<float>>;
using Mask = std::vector<std::uint8_t>;
using RowInput = std::variant<Floats, Mask>;

/// What the node makes of the row, band by band, as doubles.
struct RowResult {
  RasterInfo info;
  std::vector<std::vector<double>> bands;
};

inline RowResult row_of(const Node& node, const std::vector<RowInput>& inputs,
                        const std::vector<std::string>& names = {}) {
  std::vector<RasterInfo> infos;
  std::vector<const std::byte*> planes;
  std::size_t count = 0;
  for (const RowInput& input : inputs) {
    RasterInfo info;
    if (const auto* floats = std::get_if<Floats>(&input)) {
      info.type = PixelType::f32;
      info.bands.resize(floats->size());
      for (std::size_t b = 0; b < floats->size(); ++b) {
        if (b < names.size()) info.bands[b].name = names[b];
        planes.push_back(reinterpret_cast<const std::byte*>((*floats)[b].data()));
        count = (*floats)[b].size();
      }
    } else {
      info.type = PixelType::u8;
      info.bands.resize(1);
      planes.push_back(reinterpret_cast<const std::byte*>(std::get<Mask>(input).data()));
    }
    infos.push_back(std::move(info));
  }
  for (RasterInfo& info : infos) info.grid.size = {static_cast<int>(count), 1};
  RowResult result{node.describe(infos), {}};
  std::vector<std::vector<std::byte>> storage(result.info.bands.size());
  std::vector<std::byte*> outputs;
  for (auto& plane : storage) {
    plane.resize(count * bytes_of(result.info.type));
    outputs.push_back(plane.data());
  }
  const auto scratch = node.make_scratch();
  dynamic_cast<const PixelwiseNode&>(node).compute_row({0, 0, count, planes, outputs}, scratch.get());
  for (const std::byte* plane : outputs) {
    visit(result.info.type, [&](auto pixel) {
      const auto* values = reinterpret_cast<const decltype(pixel)*>(plane);
      std::vector<double>& band = result.bands.emplace_back();
      for (std::size_t i = 0; i < count; ++i) band.push_back(static_cast<double>(values[i]));
    });
  }
  return result;
}

}  // namespace cers::testing
