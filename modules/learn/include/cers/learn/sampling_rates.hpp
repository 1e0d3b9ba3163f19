// SPDX-License-Identifier: Apache-2.0
// How many samples to take of each class in each image: the strategies of OTB's SampleSelection and
// MultiImageSamplingRate, with their roundings.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "cers/learn/polygon_cover.hpp"

namespace cers {

struct SamplingRate {
  std::uint64_t required = 0;  ///< may exceed `total`: then all are taken
  std::uint64_t total = 0;
  double rate = 0;  ///< share of the pixels to take, at most 1
  std::uint64_t taken() const { return required < total ? required : total; }
};
/// By class, in the order of text.
using SamplingRates = std::map<std::string, SamplingRate>;

enum class SamplingStrategy { byclass, constant, smallest, percent, total, all };
/// How the wanted numbers are shared between images.
enum class ImageSharing { proportional, equal, custom };

struct SamplingDemand {
  SamplingStrategy strategy = SamplingStrategy::smallest;
  ImageSharing sharing = ImageSharing::proportional;
  // One entry, or one an image when sharing is custom:
  std::vector<ClassCounts> by_class;   ///< strategy byclass
  std::vector<std::uint64_t> numbers;  ///< strategies constant and total
  std::vector<double> shares;          ///< strategy percent, 0 to 1
  /// Strategy smallest: no more than this of each class.
  std::uint64_t at_most = std::numeric_limits<std::uint64_t>::max();
};

/// Rates of each image from its counts. With L images, T(i,c) pixels of class c in image i:
/// - all: T(i,c).
/// - constant M: proportional ⌊M·T(i,c)/Σk T(k,c)⌋; equal ⌊M/L⌋; custom Mi. Classes without pixels: 0.
/// - smallest: constant, M the smallest class that has pixels, over all images (custom: of each image).
/// - byclass M(c): proportional ⌊M(c)·T(i,c)/Σk T(k,c)⌋; equal ⌊M(c)/L⌋, at most T(i,c); custom Mi(c).
/// - percent p: proportional ⌊p·T(i,c) + ½⌋; equal ⌊p·Σk T(k,c)/L + ½⌋; custom with pi.
/// - total N: N shared between images by their pixels (rounded), equally (down) or custom Ni, then between the classes
///   of the image by their pixels, rounded.
/// Throws UserError when there are fewer entries than the sharing needs.
std::vector<SamplingRates> sampling_rates(const std::vector<ClassCounts>& images, const SamplingDemand& demand);

/// Classes of which more is wanted than there is.
std::size_t overflows(const SamplingRates& rates);

/// The table that OTB writes: a head line, then class, required, total and rate between tabs.
std::string rates_csv(const SamplingRates& rates);

/// Numbers by class: the first two columns between tabs, semicolons or commas; lines that start with # are left out.
/// Throws DataError, naming file and line.
ClassCounts read_required_samples(const std::string& path);

}  // namespace cers
