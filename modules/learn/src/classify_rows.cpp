// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/classify_rows.hpp"

#include <algorithm>

#include "cers/core/error.hpp"

namespace cers {

std::vector<RowClass> classify_rows(const Model& model, std::span<const float> values) {
  constexpr std::size_t block = 256;
  const auto features = static_cast<std::size_t>(model.features());
  const std::vector<ClassInfo>& classes = model.info().classes;
  CERS_EXPECT(values.size() % features == 0);
  const std::size_t rows = values.size() / features;
  std::vector<RowClass> result;
  std::vector<float> columns(features * block);
  std::vector<std::uint16_t> votes(classes.size() * block);
  for (std::size_t begin = 0; begin < rows; begin += block) {
    const std::size_t count = std::min(block, rows - begin);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t f = 0; f < features; ++f) columns[f * block + i] = values[(begin + i) * features + f];
    }
    model.vote(columns.data(), block, count, votes.data());
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t winner = 0;
      for (std::size_t c = 1; c < classes.size(); ++c) {
        if (votes[c * block + i] > votes[winner * block + i]) winner = c;
      }
      result.push_back(
          {classes[winner].code, static_cast<float>(votes[winner * block + i]) / static_cast<float>(model.votes())});
    }
  }
  return result;
}

}  // namespace cers
