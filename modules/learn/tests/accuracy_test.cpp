// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/accuracy.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace cers {
namespace {

TEST(Accuracy, scores_a_matrix_as_solved_by_hand) {
  // Reference 1: 6 right, 2 as 3. Reference 3: 1 as 1, 4 right. Reference 7 is never mapped: 3 as 3.
  const ConfusionMatrix matrix(LabelPairs{{{1, 1}, 6}, {{1, 3}, 2}, {{3, 1}, 1}, {{3, 3}, 4}, {{7, 3}, 3}});
  ASSERT_EQ(matrix.classes(), (std::vector<int>{1, 3, 7}));
  EXPECT_EQ(matrix.at(2, 1), 3);
  EXPECT_EQ(matrix.at(0, 1), 2);
  const Agreement found = agreement_of(matrix);
  EXPECT_EQ(found.total, 16);
  EXPECT_DOUBLE_EQ(found.overall, 10.0 / 16);
  EXPECT_DOUBLE_EQ(found.classes[0].users, 6.0 / 7);
  EXPECT_DOUBLE_EQ(found.classes[0].producers, 6.0 / 8);
  EXPECT_DOUBLE_EQ(found.classes[0].f1, 12.0 / 15);
  EXPECT_DOUBLE_EQ(found.classes[1].users, 4.0 / 9);
  EXPECT_TRUE(std::isnan(found.classes[2].users));
  EXPECT_EQ(found.classes[2].producers, 0);
  EXPECT_EQ(found.classes[2].f1, 0);
  const double chance = (8 * 7 + 5 * 9 + 3 * 0) / 256.0;
  EXPECT_DOUBLE_EQ(found.kappa, (10.0 / 16 - chance) / (1 - chance));
  // Totals 8 5 3 against 7 9 0: quantity (1 + 4 + 3) / 2 of 16.
  EXPECT_DOUBLE_EQ(found.quantity, 4.0 / 16);
  EXPECT_DOUBLE_EQ(found.allocation, 2.0 / 16);
}

TEST(Accuracy, knows_no_scores_of_nothing) {
  const Agreement none = agreement_of(ConfusionMatrix(LabelPairs{}));
  EXPECT_TRUE(std::isnan(none.overall));
  const Agreement one = agreement_of(ConfusionMatrix(LabelPairs{{{4, 4}, 9}}));
  EXPECT_EQ(one.overall, 1);
  EXPECT_TRUE(std::isnan(one.kappa)) << "chance alone agrees";
}

}  // namespace
}  // namespace cers
