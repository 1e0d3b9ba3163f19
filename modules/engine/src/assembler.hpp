// SPDX-License-Identifier: Apache-2.0
// Turns the tiles of one sink into its blocks, row-major.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "assembly_order.hpp"
#include "cers/engine/sink.hpp"

namespace cers::engine_detail {

class Assembler {
 public:
  Assembler(RasterSink& sink, Size raster) : sink_(sink), order_(raster, sink.block_size()) {}

  void add(const Block& tile);
  bool finished() const { return order_.finished(); }

 private:
  RasterSink& sink_;
  AssemblyOrder order_;
  std::map<int, std::unique_ptr<Block>> open_;
  std::vector<std::unique_ptr<Block>> spare_;
};

}  // namespace cers::engine_detail
