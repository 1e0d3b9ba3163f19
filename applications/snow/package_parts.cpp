// SPDX-License-Identifier: Apache-2.0
#include "package_parts.hpp"

#include <algorithm>
#include <iterator>

#include "cers/ops/bands.hpp"

namespace cers::snow {

std::string digits_of(const std::string& text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

Edge quicklook(Graph& graph, Edge layer, int width) {
  const int ratio = std::max(1, graph.info(layer).grid.size.width / width);
  return ratio == 1 ? layer : graph.add(make_subsample(graph.info(layer), ratio), {layer});
}

}  // namespace cers::snow
