// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/vote_calibration.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cers/core/error.hpp"

namespace cers {
namespace {

/// Pixels at a time: what is known of them stays in registers and the first cache.
constexpr std::size_t block = 64;

}  // namespace

VoteCurve::VoteCurve(const VoteCalibration& calibration, std::size_t all, std::size_t trees, std::size_t classes)
    : classes_(classes), noise_(calibration.noise) {
  CERS_EXPECT(calibration.exponent >= VoteCalibration::least && calibration.exponent <= VoteCalibration::most);
  CERS_EXPECT(noise_ >= 0 && noise_ <= VoteCalibration::most_noise);
  CERS_EXPECT(all > 0 && all <= votes && trees > 0 && classes > 0);
  const double floor = 1.0 / (static_cast<double>(classes) * static_cast<double>(trees));
  for (std::size_t v = 0; v <= all; ++v)
    of_votes_.push_back(
        static_cast<float>(std::pow(static_cast<double>(v) / static_cast<double>(all) + floor, calibration.exponent)));
}

void VoteCurve::apply(std::uint16_t* const all_votes, std::size_t stride, std::size_t count) const {
  // One vote is kept back for the winner, so that no rounding makes it equal to another class.
  const double shared = (votes - 1) * (1 - noise_);
  const auto own_share = static_cast<float>((votes - 1) * noise_ / static_cast<double>(classes_));
  std::array<double, block> sums{};
  std::array<float, block> factors{};
  std::array<std::uint16_t, block> most{};
  std::array<std::uint16_t, block> winner{};
  std::array<std::uint16_t, block> left{};
  for (std::size_t begin = 0; begin < count; begin += block) {
    const std::size_t here = std::min(block, count - begin);
    sums.fill(0);
    most.fill(0);
    winner.fill(0);
    for (std::size_t c = 0; c < classes_; ++c) {
      const std::uint16_t* const row = all_votes + c * stride + begin;
      for (std::size_t i = 0; i < here; ++i) {
        sums[i] += static_cast<double>(of_votes_[row[i]]);
        const bool more = row[i] > most[i];
        most[i] = more ? row[i] : most[i];
        winner[i] = more ? static_cast<std::uint16_t>(c) : winner[i];
      }
    }
    for (std::size_t i = 0; i < here; ++i) factors[i] = static_cast<float>(shared / sums[i]);
    left.fill(votes);
    for (std::size_t c = 0; c < classes_; ++c) {
      std::uint16_t* const row = all_votes + c * stride + begin;
      for (std::size_t i = 0; i < here; ++i) {
        row[i] = static_cast<std::uint16_t>(of_votes_[row[i]] * factors[i] + own_share);
        left[i] = static_cast<std::uint16_t>(left[i] - row[i]);
      }
    }
    for (std::size_t i = 0; i < here; ++i) {
      std::uint16_t& own = all_votes[winner[i] * stride + begin + i];
      own = static_cast<std::uint16_t>(own + left[i]);
    }
  }
}

}  // namespace cers
