// SPDX-License-Identifier: Apache-2.0
#include "half_cover.hpp"

#include <algorithm>
#include <cmath>

namespace cers::snow {
namespace {

HalfCover without(HalfCover::Lack lacking) {
  HalfCover line;
  line.lacking = lacking;
  return line;
}

}  // namespace

/// P(snow | z) = 1 / (1 + exp(−(z − half) / width)), fitted to the clear pixels of the bands by iteratively reweighted
/// least squares (McCullagh and Nelder 1989). Pixels of one scene depend on each other, so the error is scaled by the
/// residual dispersion of the bands.
HalfCover fit_half_cover(const std::vector<AltitudeBand>& bands) {
  HalfCover line;
  std::vector<const AltitudeBand*> used;
  double snow = 0;
  double clear = 0;
  for (const AltitudeBand& band : bands) {
    if (band.clear_snow + band.clear_bare == 0) continue;
    used.push_back(&band);
    snow += static_cast<double>(band.clear_snow);
    clear += static_cast<double>(band.clear_snow + band.clear_bare);
  }
  if (snow == 0 || snow == clear) return without(HalfCover::Lack::mixture);
  if (used.size() < 3) return without(HalfCover::Lack::bands);
  double centre = 0;
  for (const AltitudeBand* band : used)
    centre += 0.5 * (band->bottom_m + band->top_m) / static_cast<double>(used.size());
  const auto height = [&](const AltitudeBand* band) { return (0.5 * (band->bottom_m + band->top_m) - centre) / 100; };
  // Logarithm of the likelihood of a and b, up to a constant; its slope and curvature where asked for.
  const auto likelihood = [&](double a, double b) {
    double sum = 0;
    for (const AltitudeBand* band : used) {
      const double eta = a + b * height(band);
      // log p and log (1 − p) without cancellation.
      const double log_p = eta > 0 ? -std::log1p(std::exp(-eta)) : eta - std::log1p(std::exp(eta));
      sum += static_cast<double>(band->clear_snow) * log_p + static_cast<double>(band->clear_bare) * (log_p - eta);
    }
    return sum;
  };
  double a = std::log(snow / (clear - snow));
  double b = 0;
  double best = likelihood(a, b);
  double aa = 0;
  double ab = 0;
  double bb = 0;
  bool settled = false;
  for (int iteration = 0; iteration < 100 && !settled; ++iteration) {
    double ga = 0;
    double gb = 0;
    aa = ab = bb = 0;
    for (const AltitudeBand* band : used) {
      const double n = static_cast<double>(band->clear_snow + band->clear_bare);
      const double z = height(band);
      const double p = 1 / (1 + std::exp(-(a + b * z)));
      const double weight = std::max(n * p * (1 - p), 1e-9);
      const double residual = static_cast<double>(band->clear_snow) - n * p;
      ga += residual;
      gb += residual * z;
      aa += weight;
      ab += weight * z;
      bb += weight * z * z;
    }
    const double determinant = aa * bb - ab * ab;
    if (!(determinant > 1e-9)) return without(b > 0 ? HalfCover::Lack::curve : HalfCover::Lack::rise);
    double da = (bb * ga - ab * gb) / determinant;
    double db = (aa * gb - ab * ga) / determinant;
    // Newton's step, halved until it climbs: far from the top it may lead anywhere.
    double reached = likelihood(a + da, b + db);
    for (int half = 0; half < 40 && !(reached >= best); ++half) {
      da /= 2;
      db /= 2;
      reached = likelihood(a + da, b + db);
    }
    if (!(reached >= best)) break;
    settled = reached - best < 1e-9 * std::abs(best) + 1e-9;
    a += da;
    b += db;
    best = reached;
  }
  if (!(b > 0.01)) return without(HalfCover::Lack::rise);
  if (!settled || b > 100) return without(HalfCover::Lack::curve);
  // By the sums of squares, not the mean of Pearson's quotients: bands of full or of no cover scatter little and would
  // make little of the scatter of those that place the line.
  double variances = 0;
  double squares = 0;
  double scatter = 0;
  for (const AltitudeBand* band : used) {
    const double n = static_cast<double>(band->clear_snow + band->clear_bare);
    const double p = 1 / (1 + std::exp(-(a + b * height(band))));
    const double expected = n * p * (1 - p);
    const double residual = static_cast<double>(band->clear_snow) - n * p;
    variances += expected;
    squares += expected * expected;
    scatter += residual * residual;
  }
  const double telling = variances * variances / squares;  // bands that place the line, as if all told alike much
  const double dispersion = std::max(1.0, scatter / variances * telling / std::max(1.0, telling - 2));
  const double determinant = aa * bb - ab * ab;
  const double half = -a / b;
  // Delta method for −a/b.
  const double variance =
      (bb / determinant + half * half * aa / determinant + 2 * half * (-ab) / determinant) / (b * b);
  line.altitude_m = centre + 100 * half;
  line.error_m = 100 * std::sqrt(std::max(0.0, variance) * dispersion);
  line.width_m = 100 / b;
  return line;
}

HalfCoverStatement statement_of(const HalfCover& line, double lowest_m, double highest_m) {
  constexpr double two_sided_95 = 1.959964;
  HalfCoverStatement told;
  if (!std::isfinite(line.altitude_m)) return told;
  const double low = line.altitude_m - two_sided_95 * line.error_m;
  const double high = line.altitude_m + two_sided_95 * line.error_m;
  using Place = HalfCoverStatement::Place;
  told.place = line.altitude_m > highest_m ? Place::above : line.altitude_m < lowest_m ? Place::below : Place::within;
  if (told.place == Place::within) told.altitude_m = line.altitude_m;
  if (told.place == Place::above) {
    told.low_m = std::min(low, highest_m);
  } else if (low >= lowest_m) {
    told.low_m = low;
  }
  if (told.place == Place::below) {
    told.high_m = std::max(high, lowest_m);
  } else if (high <= highest_m) {
    told.high_m = high;
  }
  if (told.low_m < lowest_m) told.low_m = std::numeric_limits<double>::quiet_NaN();
  if (told.high_m > highest_m) told.high_m = std::numeric_limits<double>::quiet_NaN();
  return told;
}

}  // namespace cers::snow
