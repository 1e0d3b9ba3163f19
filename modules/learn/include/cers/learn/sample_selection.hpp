// SPDX-License-Identifier: Apache-2.0
// Which pixels of the polygons become samples.
#pragma once

#include <cstdint>
#include <vector>

#include "cers/learn/polygon_cover.hpp"
#include "cers/learn/sampling_rates.hpp"

namespace cers {

struct SamplePosition {
  std::uint32_t feature = 0;  ///< index into LabelledShapes::features
  std::int32_t x = 0;
  std::int32_t y = 0;
  friend bool operator==(const SamplePosition&, const SamplePosition&) = default;
};

/// Class by class in the order of text, within a class in the order of the cover.
using SampleSelection = std::vector<SamplePosition>;

enum class Sampler { periodic, random };

struct SamplerOptions {
  Sampler sampler = Sampler::periodic;
  int jitter = 0;           ///< of the periodic sampler: each step starts up to so many pixels late, never a whole step
  std::uint64_t seed = 0;   ///< of the random sampler and of the jitter
  bool never_more = false;  ///< the periodic sampler stops at the number asked for; OTB's roundings may give one more
};

/// - periodic: OTB's PeriodicSampler: of the i-th pixel of a class (from 1), with k taken so far and rate r, taken when
///   (i - offset)·r > k. Positions equal those of OTB where it sees the image in one piece; where it streams, OTB's
///   depend on its tiles, these do not.
/// - random: as many pixels, those with the smallest hash of seed, feature and place. Other pixels than OTB's with a
///   seed, but the same for any tiles and threads, and one image's do not depend on another's.
/// A class without a rate has no samples.
SampleSelection select_samples(const PolygonCover& cover, const LabelledShapes& shapes, const SamplingRates& rates,
                               const SamplerOptions& options);

}  // namespace cers
