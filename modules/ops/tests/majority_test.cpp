// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/majority.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>

#include "label_source.hpp"

namespace cers {
namespace {

using namespace testing;

LabelMap speckled(Size size, unsigned seed) {
  LabelMap map(size);
  std::mt19937 random(seed);
  const std::array labels{0, 3, -7, 100000, 4};
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      map.at(x, y) = labels[random() % 3 == 0 ? random() % 5 : static_cast<unsigned>(x / 9 + y / 7) % 5];
  return map;
}

/// Straight from the rule, one pixel at a time.
int voted(const LabelMap& map, const MajorityRule& rule, int x, int y) {
  const int own = map.at(x, y);
  const auto counts = [&](int label) {
    return label != rule.nodata && std::find(rule.kept.begin(), rule.kept.end(), label) == rule.kept.end();
  };
  if (!counts(own)) return own;
  std::map<int, int> votes;
  for (int dy = -rule.radius; dy <= rule.radius; ++dy) {
    for (int dx = -rule.radius; dx <= rule.radius; ++dx) {
      if (4 * (dx * dx + dy * dy) > (2 * rule.radius + 1) * (2 * rule.radius + 1)) continue;
      if (x + dx < 0 || y + dy < 0 || x + dx >= map.size.width || y + dy >= map.size.height) continue;
      if (counts(map.at(x + dx, y + dy))) ++votes[map.at(x + dx, y + dy)];
    }
  }
  if (rule.only_isolated && votes[own] > rule.isolated_threshold) return own;
  int most = 0;
  int winner = own;
  int winners = 0;
  for (const auto& [label, count] : votes) {
    if (count > most) winners = 0;
    if (count < most) continue;
    most = count;
    winner = label;
    ++winners;
  }
  return winners == 1 ? winner : rule.mark_undecided ? rule.undecided : own;
}

TEST(Majority, equals_the_rule_pixel_by_pixel_for_any_tiles) {
  const LabelMap map = speckled({150, 110}, 3);
  const std::vector<MajorityRule> rules{{1, 0, false, 0, false, 1},      {2, 0, true, 55, false, 1},
                                        {4, 3, false, 0, false, 1},      {2, 0, false, 0, true, 3},
                                        {3, -7, true, 9, true, 5},       {9, 12345, false, 0, false, 1},
                                        {2, 0, false, 0, false, 1, {3}}, {3, 12345, true, 9, true, 2, {100000, -7}}};
  for (const MajorityRule& rule : rules) {
    LabelMap want(map.size);
    for (int y = 0; y < map.size.height; ++y)
      for (int x = 0; x < map.size.width; ++x) want.at(x, y) = voted(map, rule, x, y);
    EXPECT_GT(differing_labels(want, map), 20);
    for (const Size tile : {Size{64, 64}, Size{256, 256}, Size{128, 64}}) {
      Graph graph;
      const Edge labels = read_labels(graph, map);
      const Edge vote = graph.add(make_majority(graph.info(labels), rule), {labels});
      EXPECT_EQ(differing_labels(run_labels(graph, vote, 2, tile), want), 0) << rule.radius;
    }
  }
}

TEST(Majority, refuses_what_is_no_map_of_classes) {
  RasterInfo info = raster_info({4, 4}, 1, PixelType::i32);
  EXPECT_THROW(make_majority(info, {0, 0, false, 0, false, 1}), UserError);
  LabelMap ids(Size{300, 300});
  for (std::size_t i = 0; i < ids.labels.size(); ++i) ids.labels[i] = static_cast<int>(i);
  Graph graph;
  const Edge labels = read_labels(graph, ids);
  const Edge vote = graph.add(make_majority(graph.info(labels), {}), {labels});
  EXPECT_THROW(run_labels(graph, vote, 1, Size{512, 512}), DataError);
}

}  // namespace
}  // namespace cers
