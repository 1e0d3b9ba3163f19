// SPDX-License-Identifier: Apache-2.0
#include "sampling_plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "cers/core/error.hpp"
#include "cers/core/random_bits.hpp"

namespace cers::accuracy {
namespace {

/// Whole numbers in proportion to `shares` (any scale) that add up to `total`: largest remainders, the first of equals.
std::vector<std::uint64_t> apportioned(const std::vector<double>& shares, std::uint64_t total) {
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<std::uint64_t> units;
  std::vector<std::pair<double, std::size_t>> rest;
  std::uint64_t given = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double due = sum > 0 ? static_cast<double>(total) * shares[i] / sum : 0;
    units.push_back(static_cast<std::uint64_t>(due));
    given += units.back();
    rest.emplace_back(static_cast<double>(units.back()) - due, i);
  }
  std::sort(rest.begin(), rest.end());
  for (std::size_t i = 0; given < total && i < rest.size(); ++i, ++given) ++units[rest[i].second];
  return units;
}

std::vector<std::uint64_t> compromise(const SamplingPlan& plan, std::uint64_t total, std::uint64_t least) {
  std::vector<bool> small(plan.size(), false);
  while (true) {
    std::vector<double> areas;
    std::uint64_t fixed = 0;
    for (std::size_t i = 0; i < plan.size(); ++i) {
      areas.push_back(small[i] ? 0 : static_cast<double>(plan[i].pixels));
      fixed += small[i] ? least : 0;
    }
    std::vector<std::uint64_t> units = apportioned(areas, total > fixed ? total - fixed : 0);
    bool changed = false;
    for (std::size_t i = 0; i < plan.size(); ++i) {
      if (!small[i] && units[i] < least) changed = small[i] = true;
      if (small[i]) units[i] = least;
    }
    if (!changed) return units;
  }
}

}  // namespace

void allocate(SamplingPlan& plan, std::uint64_t total, Allocation allocation, std::uint64_t least) {
  std::vector<double> shares;
  for (const PlannedStratum& one : plan)
    shares.push_back(allocation == Allocation::equal ? 1 : static_cast<double>(one.pixels));
  const auto units = allocation == Allocation::compromise ? compromise(plan, total, least) : apportioned(shares, total);
  for (std::size_t i = 0; i < plan.size(); ++i)
    plan[i].units = std::min(std::max<std::uint64_t>(units[i], 2), plan[i].pixels);
}

double expected_error(const SamplingPlan& plan) {
  double pixels = 0;
  for (const PlannedStratum& one : plan) pixels += static_cast<double>(one.pixels);
  double variance = 0;
  for (const PlannedStratum& one : plan) {
    if (one.units < 2) continue;
    const double weight = static_cast<double>(one.pixels) / pixels;
    variance += weight * weight * one.expected_users * (1 - one.expected_users) / static_cast<double>(one.units - 1);
  }
  return std::sqrt(variance);
}

UnitDrawer UnitDrawer::bind(const LateValues& values) const {
  UnitDrawer bound = *this;
  for (const PlannedStratum& one : values.get(late_)) {
    const auto n = static_cast<double>(one.units);
    // The number of hashes below the limit varies by its root: ten of them and fifty more are never missed.
    const double share = (n + 10 * std::sqrt(n) + 50) / static_cast<double>(one.pixels);
    constexpr auto all = std::numeric_limits<std::uint64_t>::max();
    bound.limits_[one.code] = {share >= 1 ? all : static_cast<std::uint64_t>(share * 0x1p64), one.units};
  }
  return bound;
}

void UnitDrawer::add(State& state, const Block& pixels, Window part) const {
  const auto plane = pixels.plane<std::int32_t>(0);
  for (int y = part.y; y < part.bottom(); ++y) {
    const auto row = plane.row(y, part);
    auto limit = limits_.end();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i == 0 || row[i] != row[i - 1]) limit = limits_.find(row[i]);
      if (limit == limits_.end()) continue;
      const int x = part.x + static_cast<int>(i);
      const auto place =
          static_cast<std::uint64_t>(y) * static_cast<std::uint64_t>(raster_.width) + static_cast<std::uint64_t>(x);
      const std::uint64_t hash = random_bits(seed_, place);
      if (hash <= limit->second.hash) state.push_back({hash, row[i], x, y});
    }
  }
}

UnitDrawer::Result UnitDrawer::finish(State&& state) const {
  std::sort(state.begin(), state.end(), [](const DrawnUnit& l, const DrawnUnit& r) {
    return std::tie(l.hash, l.y, l.x) < std::tie(r.hash, r.y, r.x);
  });
  std::map<int, std::uint64_t> drawn;
  Result units;
  for (const DrawnUnit& unit : state)
    if (drawn[unit.code]++ < limits_.at(unit.code).units) units.push_back(unit);
  for (const auto& [code, limit] : limits_) CERS_EXPECT(drawn[code] >= limit.units);
  return units;
}

}  // namespace cers::accuracy
