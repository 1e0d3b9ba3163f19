// SPDX-License-Identifier: Apache-2.0
#include "splines.hpp"

#include <cmath>

#include "cers/core/error.hpp"

namespace cers::series_detail {
namespace {

constexpr std::size_t least_for_akima = 5;

/// y + b·u + c·u² + d·u³ from the left end of a piece.
struct Cubic {
  double y, b, c, d;
  double at(double u) const { return y + u * (b + u * (c + d * u)); }
};

// Akima (1970): the tangent at a point is the mean of the slopes beside it, each weighted by how much the two slopes on
// the other side differ; two slopes are made up beyond either end.
void akima_slopes(std::span<const double> t, std::span<const double> y, std::vector<double>& slope) {
  const std::size_t n = t.size();
  double* m = slope.data() + 2;  // m[-2] … m[n]
  for (std::size_t i = 0; i + 1 < n; ++i) m[i] = (y[i + 1] - y[i]) / (t[i + 1] - t[i]);
  m[-2] = 3 * m[0] - 2 * m[1];
  m[-1] = 2 * m[0] - m[1];
  m[n - 1] = 2 * m[n - 2] - m[n - 3];
  m[n] = 3 * m[n - 2] - 2 * m[n - 3];
}

Cubic akima_piece(std::span<const double> t, std::span<const double> y, const std::vector<double>& slope,
                  std::size_t i) {
  const double* m = slope.data() + 2 + i;
  const double here = std::abs(m[1] - m[0]) + std::abs(m[-1] - m[-2]);
  if (here == 0) return {y[i], m[0], 0, 0};
  const double h = t[i + 1] - t[i];
  const double weight = std::abs(m[-1] - m[-2]) / here;
  const double next = std::abs(m[2] - m[1]) + std::abs(m[0] - m[-1]);
  double end = m[0];
  if (next != 0) {
    const double next_weight = std::abs(m[0] - m[-1]) / next;
    end = (1 - next_weight) * m[0] + next_weight * m[1];
  }
  const double b = (1 - weight) * m[-1] + weight * m[0];
  return {y[i], b, (3 * m[0] - 2 * b - end) / h, (b + end - 2 * m[0]) / (h * h)};
}

// Second derivatives of the spline that has none at its ends: the tridiagonal system solved forwards and back.
void natural_curvature(std::span<const double> t, std::span<const double> y, SplineRoom& room) {
  const std::size_t n = t.size();
  std::vector<double>& m = room.second;
  std::vector<double>& p = room.pivot;
  m[0] = p[0] = 0;
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double before = t[i] - t[i - 1];
    const double after = t[i + 1] - t[i];
    const double bend = 6 * ((y[i + 1] - y[i]) / after - (y[i] - y[i - 1]) / before);
    const double pivot = 2 * (before + after) - before * p[i - 1];
    p[i] = after / pivot;
    m[i] = (bend - before * m[i - 1]) / pivot;
  }
  m[n - 1] = 0;
  for (std::size_t i = n - 1; i-- > 1;) m[i] -= p[i] * m[i + 1];
}

Cubic natural_piece(std::span<const double> t, std::span<const double> y, const std::vector<double>& second,
                    std::size_t i) {
  const double h = t[i + 1] - t[i];
  return {y[i], (y[i + 1] - y[i]) / h - h * (2 * second[i] + second[i + 1]) / 6, second[i] / 2,
          (second[i + 1] - second[i]) / (6 * h)};
}

}  // namespace

SplineRoom::SplineRoom(std::size_t capacity) : slope(capacity + 4), second(capacity + 1), pivot(capacity + 1) {}

void spline_through(std::span<const double> t, std::span<const double> y, std::span<const double> at,
                    std::span<double> out, SplineRoom& room) {
  const std::size_t n = t.size();
  CERS_EXPECT(n >= 1 && y.size() == n && room.second.size() > n);
  if (n >= least_for_akima)
    akima_slopes(t, y, room.slope);
  else if (n >= 3)
    natural_curvature(t, y, room);
  const auto piece = [&](std::size_t i) -> Cubic {
    if (n >= least_for_akima) return akima_piece(t, y, room.slope, i);
    if (n >= 3) return natural_piece(t, y, room.second, i);
    return {y[0], (y[1] - y[0]) / (t[1] - t[0]), 0, 0};
  };
  std::size_t i = 0;
  for (std::size_t k = 0; k < at.size(); ++k) {
    if (at[k] <= t[0] || n == 1) {
      out[k] = y[0];
      continue;
    }
    if (at[k] >= t[n - 1]) {
      out[k] = y[n - 1];
      continue;
    }
    while (at[k] > t[i + 1]) ++i;
    out[k] = at[k] == t[i + 1] ? y[i + 1] : piece(i).at(at[k] - t[i]);
  }
}

}  // namespace cers::series_detail
