// SPDX-License-Identifier: Apache-2.0
// From quantities to the numbers a product stores.
#pragma once

#include <memory>
#include <optional>

#include "cers/engine/node.hpp"

namespace cers::simulator {

/// stored = (value − offset) / scale, to the nearest, within [least, most]; NaN becomes `missing`.
struct Storage {
  PixelType type = PixelType::i16;
  double scale = 1;
  double offset = 0;
  double missing = 0;
  double least = 0;
  double most = 0;
};

/// `band`: of the input. The output holds this one band.
std::unique_ptr<const Node> make_stored(const Storage& storage, int band);

}  // namespace cers::simulator
