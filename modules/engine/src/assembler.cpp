// SPDX-License-Identifier: Apache-2.0
#include "assembler.hpp"

namespace cers::engine_detail {

void Assembler::add(const Block& tile) {
  if (tile.window().empty()) return;
  if (order_.passes_through(tile.window())) {
    order_.pass_through();
    sink_.write(tile);
    return;
  }
  order_.add(
      tile.window(),
      [&](int index, const Window& part, bool first) {
        std::unique_ptr<Block>& block = open_[index];
        if (first) {
          if (spare_.empty()) {
            block = std::make_unique<Block>();
          } else {
            block = std::move(spare_.back());
            spare_.pop_back();
          }
          block->reshape(order_.block(index), tile.bands(), tile.type());
        }
        for (int band = 0; band < tile.bands(); ++band) copy_pixels(tile, band, *block, band, part);
      },
      [&](int index) {
        const auto entry = open_.find(index);
        sink_.write(*entry->second);
        spare_.push_back(std::move(entry->second));
        open_.erase(entry);
      });
}

}  // namespace cers::engine_detail
