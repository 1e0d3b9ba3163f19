// SPDX-License-Identifier: Apache-2.0
// Tables over a SAR image and their interpolation, in double throughout.
#include <algorithm>
#include <cmath>

#include "cers/core/error.hpp"
#include "cers/products/sar.hpp"

namespace cers {
namespace {

// Position among ascending nodes: between `low` and `low + 1` at `weight`; beyond the ends at the end.
struct Place {
  std::size_t low = 0;
  double weight = 0;
};

template <class Node, class Position>
Place place(const std::vector<Node>& nodes, int at, Position position) {
  const auto above = std::upper_bound(nodes.begin(), nodes.end(), at,
                                      [&](int value, const Node& node) { return value < position(node); });
  if (above == nodes.begin()) return {};
  const auto low = static_cast<std::size_t>(above - nodes.begin()) - 1;
  if (above == nodes.end()) return {low, 0};
  const double from = position(nodes[low]);
  return {low, (at - from) / (position(*above) - from)};
}

double mix(double a, double b, double weight) {
  return weight == 0 ? a : a + (b - a) * weight;
}

// The values of a row at successive pixels.
class Walk {
 public:
  Walk(const SarLut::Row& row, int first)
      : row_(row), low_(place(row.pixels, first, [](int pixel) { return pixel; }).low) {}
  double at(int pixel) {
    while (low_ + 1 < row_.pixels.size() && row_.pixels[low_ + 1] <= pixel) ++low_;
    if (pixel <= row_.pixels[low_] || low_ + 1 == row_.pixels.size()) return row_.values[low_];
    const double from = row_.pixels[low_];
    const double weight = (pixel - from) / (row_.pixels[low_ + 1] - from);
    return mix(row_.values[low_], row_.values[low_ + 1], weight);
  }

 private:
  const SarLut::Row& row_;
  std::size_t low_;
};

}  // namespace

SarLut::SarLut(std::vector<Row> rows, const std::string& shown) : rows_(std::move(rows)) {
  const auto fault = [&](const std::string& what) { return DataError(shown + ": " + what, "download it again"); };
  if (rows_.empty()) throw fault("the table has no vector");
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    const std::string name = "the vector of line " + std::to_string(row.line);
    if (row.pixels.empty()) throw fault(name + " is empty");
    if (row.pixels.size() != row.values.size())
      throw fault(name + " has " + std::to_string(row.pixels.size()) + " pixels and " +
                  std::to_string(row.values.size()) + " values");
    if (std::adjacent_find(row.pixels.begin(), row.pixels.end(), std::greater_equal<>()) != row.pixels.end())
      throw fault(name + " has pixels out of order");
    if (i > 0 && rows_[i - 1].line >= row.line) throw fault(name + " is out of order");
  }
}

void SarLut::read_line(int line, int first, std::span<double> values) const {
  CERS_EXPECT(!rows_.empty());
  const auto [low, weight] = place(rows_, line, [](const Row& row) { return row.line; });
  Walk above(rows_[low], first);
  Walk below(rows_[std::min(low + 1, rows_.size() - 1)], first);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int pixel = first + static_cast<int>(i);
    const double a = above.at(pixel);
    values[i] = weight == 0 ? a : mix(a, below.at(pixel), weight);
  }
}

double SarLut::at(int line, int pixel) const {
  double value = 0;
  read_line(line, pixel, {&value, 1});
  return value;
}

double SarLut::largest() const {
  double largest = 0;
  for (const Row& row : rows_) {
    for (const double value : row.values) largest = std::max(largest, value);
  }
  return largest;
}

double SarAzimuthNoise::at(int line) const {
  if (factors.empty()) return 1;
  const auto [low, weight] = place(lines, line, [](int node) { return node; });
  return mix(factors[low], factors[std::min(low + 1, factors.size() - 1)], weight);
}

void SarNoise::read_line(int line, int first, std::span<double> values) const {
  if (range.empty()) {
    std::fill(values.begin(), values.end(), 0.0);
    return;
  }
  range.read_line(line, first, values);
  const int end = first + static_cast<int>(values.size());
  for (const SarAzimuthNoise& block : azimuth) {
    if (line < block.first_line || line > block.last_line) continue;
    const double factor = block.at(line);
    for (int pixel = std::max(first, block.first_pixel); pixel < std::min(end, block.last_pixel + 1); ++pixel) {
      values[static_cast<std::size_t>(pixel - first)] *= factor;
    }
  }
}

double SarNoise::at(int line, int pixel) const {
  double value = 0;
  read_line(line, pixel, {&value, 1});
  return value;
}

}  // namespace cers
