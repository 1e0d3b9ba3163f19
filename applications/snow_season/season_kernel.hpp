// SPDX-License-Identifier: Apache-2.0
// Folds the observations of a season, date by date, into its layers, for a few hundred pixels at a time. No daily
// values exist: an observation with snow owns the days up to half way to its neighbours, and every run of snow is known
// by its two ends.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "season_rules.hpp"

namespace cers::season {

/// What is known of each pixel after the dates seen so far. Days are relative to the period's first one.
struct State {
  static constexpr std::size_t capacity = 512;  ///< pixels; all of it stays in the first cache
  using Lane = std::array<std::int16_t, capacity>;

  alignas(64) Lane last;  ///< day of the latest clear observation
  Lane start;             ///< first day of the run of snow that is on
  Lane start_gap;         ///< days between the observations around that start
  Lane end;               ///< last day of a run that the present date ends
  Lane end_gap;
  Lane snow_days;
  Lane periods;
  Lane clear_dates;
  Lane cloudy_dates;
  Lane longest_gap;
  Lane run_start;  ///< the longest run so far, within the period
  Lane run_length;
  Lane run_start_gap;
  Lane run_end_gap;
  Lane flags;
  std::array<std::uint8_t, capacity> kinds;  ///< of the present date
  std::array<std::uint8_t, capacity> other;  ///< of another image of that date
};

class Kernel {
 public:
  explicit Kernel(const Rules& rules);

  /// `count` pixels of which nothing is known.
  void begin(State& state, std::size_t count) const;
  /// The next date. `images`: rows of codes of all images of that day, the first clear one of a pixel counts.
  /// Codes: 0 no snow, 1 to 100 snow cover in percent, 210 water, 211 lake ice, 205 cloud, 254 and 255 missing; others
  /// are taken as missing and flagged. `day` must grow from call to call.
  void add_date(State& state, std::span<const std::uint8_t* const> images, int day, std::size_t count) const;
  /// After the last date.
  void finish(State& state, std::size_t count) const;
  /// `out`: one layer of the finished state.
  void write(const State& state, Layer layer, std::span<std::uint16_t> out) const;

 private:
  Rules rules_;
};

}  // namespace cers::season
