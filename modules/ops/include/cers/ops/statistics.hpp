// SPDX-License-Identifier: Apache-2.0
// Reductions over the bands of a raster: moments and extremes, label counts, histograms and their quantiles.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "cers/engine/graph.hpp"

namespace cers {

/// What BandStatisticsReducer finds of one band. All values are NaN when no pixel took part.
struct BandStatistics {
  std::uint64_t count = 0;  ///< pixels that took part
  double mean = std::numeric_limits<double>::quiet_NaN();
  double minimum = std::numeric_limits<double>::quiet_NaN();
  double maximum = std::numeric_limits<double>::quiet_NaN();
  double variance = std::numeric_limits<double>::quiet_NaN();  ///< unbiased: divided by count − 1; 0 of a single pixel
  double deviation() const;                                    ///< square root of the variance
};

/// Which pixels take part. NaN and infinities never do.
struct StatisticsOptions {
  /// A value to leave out, compared in the type of the pixels.
  std::optional<double> ignored;
  /// Off: each band decides for itself. On: a pixel takes part in all bands or in none, as in OTB: NaN or infinity in
  /// one band drops it, `ignored` drops it only when all bands hold it.
  bool whole_pixels = false;
};

/// Count, mean, extremes and variance of each band. Two passes over each chunk, then the update of Chan, Golub and
/// LeVeque (1979): exact to a few last bits even where the deviation is tiny beside the mean.
class BandStatisticsReducer {
 public:
  /// Of one band of the part seen so far.
  struct Moments {
    std::uint64_t count = 0;
    double mean = 0;
    double squares = 0;  ///< sum of squared differences from the mean
    double minimum = std::numeric_limits<double>::infinity();
    double maximum = -std::numeric_limits<double>::infinity();
  };
  using State = std::vector<Moments>;
  using Result = std::vector<BandStatistics>;
  static constexpr bool exact = false;

  explicit BandStatisticsReducer(int bands, StatisticsOptions options = {}) : bands_(bands), options_(options) {}
  State start() const { return State(static_cast<std::size_t>(bands_)); }
  /// `chunk` is at most reduction_chunk pixels wide and high. Pixels of any type.
  void add(State& state, const Block& pixels, Window chunk) const;
  void merge(State& into, State&& from) const;
  Result finish(State&& state) const;
  std::size_t state_bytes() const { return sizeof(State) + static_cast<std::size_t>(bands_) * sizeof(Moments); }

 private:
  int bands_;
  StatisticsOptions options_;
};

/// How often each value of an 8-bit band occurs.
using LabelCounts = std::array<std::uint64_t, 256>;

class LabelCountReducer {
 public:
  using State = std::vector<LabelCounts>;
  using Result = std::vector<LabelCounts>;
  static constexpr bool exact = true;

  explicit LabelCountReducer(int bands) : bands_(bands) {}
  State start() const { return State(static_cast<std::size_t>(bands_)); }
  /// Pixels of type u8.
  void add(State& state, const Block& pixels, Window part) const;
  void merge(State& into, State&& from) const;
  Result finish(State&& state) const { return std::move(state); }
  std::size_t state_bytes() const { return sizeof(State) + static_cast<std::size_t>(bands_) * sizeof(LabelCounts); }

 private:
  int bands_;
};

/// Bins of equal width between two values, with float edges computed as itk::Statistics::Histogram does, so that counts
/// and quantiles are OTB's.
class HistogramBins {
 public:
  static constexpr int count = 255;
  static constexpr std::uint8_t none = 255;  ///< the bin of values that are not counted

  HistogramBins() = default;
  /// For finite values from minimum to maximum. The last bin ends a hundredth of a bin above the maximum. When both are
  /// equal, all values lie in the last bin.
  HistogramBins(float minimum, float maximum);
  /// `none` for NaN and infinities; values beyond the edges lie in the first or last bin.
  std::uint8_t bin(float value) const;
  float lower(int bin) const { return edges_[static_cast<std::size_t>(bin)]; }
  float upper(int bin) const { return edges_[static_cast<std::size_t>(bin) + 1]; }
  /// The value below which the share `p` (0 to 1) of the counted pixels lies, linear within a bin. Counts of `none`
  /// play no part. The lower edge when nothing was counted.
  double quantile(const LabelCounts& counts, double p) const;

 private:
  std::array<float, count + 1> edges_{};
};

/// The histogram bin of every pixel of every band, as 8-bit labels for LabelCountReducer; pixels equal to `ignored` are
/// HistogramBins::none. `bins` has one entry a band. The input is float.
std::unique_ptr<const Node> make_histogram_labels(const RasterInfo& input, Late<std::vector<HistogramBins>> bins,
                                                  std::optional<float> ignored = std::nullopt);

}  // namespace cers
