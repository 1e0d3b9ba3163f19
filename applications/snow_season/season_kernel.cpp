// SPDX-License-Identifier: Apache-2.0
#include "season_kernel.hpp"

#include <algorithm>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/vector_clones.hpp"

namespace cers::season {
namespace {

using Day = std::int16_t;

// Marks among the days. Real ones lie within ±most_days.
constexpr Day never = std::numeric_limits<Day>::min();         // State::last before the first clear observation
constexpr Day no_run = std::numeric_limits<Day>::max();        // State::start while there is no snow
constexpr Day goes_on = std::numeric_limits<Day>::min();       // State::end while a run is not ended
constexpr Day far_past = std::numeric_limits<Day>::min() + 1;  // start of a run that nothing precedes
constexpr Day far_future = std::numeric_limits<Day>::max();    // end of a run that nothing follows
constexpr Day unseen = -1;                                     // gap around such an end; 65535 when written
static_assert(static_cast<std::uint16_t>(unseen) == unknown);

// Kinds of observations: bits; those of Flag beside these two.
constexpr std::uint8_t is_clear = 64;
constexpr std::uint8_t is_snow = 128;

// Arithmetic of 16-bit days; int in between would halve the width of the vectors.
constexpr Day day_of(int value) {
  return static_cast<Day>(value);
}

// `yes ? a : b` without a branch, which would keep a loop from becoming vectors.
constexpr Day pick(bool yes, Day a, Day b) {
  const Day mask = day_of(-static_cast<int>(yes));
  return day_of((a & mask) | (b & ~mask));
}
constexpr Day only_if(bool yes, Day a) {
  return day_of(a & -static_cast<int>(yes));
}

CERS_VECTOR_CLONES void classify(const std::uint8_t* codes, std::uint8_t least, std::uint8_t* kinds,
                                 std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t code = codes[i];
    const bool water = (code == 210) | (code == 211);
    const bool missing = (code == 205) | (code >= 254);
    const auto clear = static_cast<std::uint8_t>(code >= least ? is_clear | is_snow : is_clear);
    const std::uint8_t strange = missing ? std::uint8_t{0} : std::uint8_t{foreign_code};
    const std::uint8_t other = water ? std::uint8_t{water_seen} : strange;
    kinds[i] = code <= 100 ? clear : other;
  }
}

// The first clear image of a day decides; what is flagged stays so.
CERS_VECTOR_CLONES void merge(const std::uint8_t* later, std::uint8_t* kinds, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto flags = static_cast<std::uint8_t>(later[i] & (water_seen | foreign_code));
    kinds[i] = static_cast<std::uint8_t>(kinds[i] | ((kinds[i] & is_clear) != 0 ? flags : later[i]));
  }
}

/// What all pixels share at one date. A day half way goes to the run where `tie` says snow: then a run begins at the
/// middle rounded up and ends at the middle rounded down; else it begins one day after and ends one day before it.
struct Date {
  Day day = 0;
  Day last_day = 0;  ///< of the period
  Day counts = 0;    ///< 1: for NOBS and CCD
  bool after_start = false;
  Day start_up = 0;  ///< start = last + (gap + start_up) / 2 + start_more
  Day start_more = 0;
  Day end_down = 0;  ///< end = last + (gap − end_down) / 2
};

/// True when a run ends at some pixel.
CERS_VECTOR_CLONES bool observe(State& state, const Date& date, std::size_t count) {
  const Date at = date;
  Day ended = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t kind = state.kinds[i];
    const bool clear = (kind & is_clear) != 0;
    const bool snow = (kind & is_snow) != 0;
    const bool counted = (kind & (is_clear | water_seen)) != 0;
    const Day last = state.last[i];
    const Day start = state.start[i];
    const bool first = last == never;
    const bool on = start != no_run;
    const bool begins = snow & !on;
    const bool ends = clear & !snow & on;
    const Day gap = day_of(at.day - last);

    state.clear_dates[i] = day_of(state.clear_dates[i] + only_if(clear, at.counts));
    state.cloudy_dates[i] = day_of(state.cloudy_dates[i] + only_if(!counted, at.counts));
    state.flags[i] = day_of(state.flags[i] | (kind & (water_seen | foreign_code)));
    const Day reach = pick(first, at.day, only_if(last < at.last_day, gap));
    const Day longest = state.longest_gap[i];
    state.longest_gap[i] = pick(clear & at.after_start & (reach > longest), reach, longest);

    const Day half = day_of(day_of(gap + at.start_up) >> 1);
    const Day begin = pick(first, far_past, day_of(day_of(last + half) + at.start_more));
    state.start[i] = pick(begins, begin, start);
    state.start_gap[i] = pick(begins, pick(first, unseen, gap), state.start_gap[i]);
    state.end[i] = pick(ends, day_of(last + day_of(day_of(gap - at.end_down) >> 1)), goes_on);
    state.end_gap[i] = gap;
    state.last[i] = pick(clear, at.day, last);
    ended = day_of(ended | only_if(ends, 1));
  }
  return ended != 0;
}

/// Credits the runs whose end is known. `both_ways`: NSP counts changes between neighbouring days instead of runs.
CERS_VECTOR_CLONES void end_runs(State& state, Day last_day, bool both_ways, std::size_t count) {
  const Day one = both_ways ? 0 : 1;
  const Day each_change = both_ways ? 1 : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Day start = state.start[i];
    const Day end = state.end[i];
    const bool ends = end != goes_on;
    const bool cut_before = start < 0;
    const bool cut_after = end > last_day;
    const Day from = pick(cut_before, 0, start);
    const Day to = pick(cut_after, last_day, end);
    const bool inside = ends & (to >= from);
    const Day length = only_if(inside, day_of(day_of(to - from) + 1));
    const Day changes = day_of(only_if(from > 0, each_change) + only_if(to < last_day, each_change));
    const Day cut = day_of(only_if(cut_before, cut_by_start) | only_if(cut_after, cut_by_end));
    const Day longest = state.run_length[i];
    const bool longer = length > longest;

    state.snow_days[i] = day_of(state.snow_days[i] + length);
    state.periods[i] = day_of(state.periods[i] + only_if(inside, day_of(one + changes)));
    state.flags[i] = day_of(state.flags[i] | only_if(inside, cut));
    state.run_start[i] = pick(longer, from, state.run_start[i]);
    state.run_length[i] = pick(longer, length, longest);
    state.run_start_gap[i] = pick(longer, pick(cut_before, unseen, state.start_gap[i]), state.run_start_gap[i]);
    state.run_end_gap[i] = pick(longer, pick(cut_after, unseen, state.end_gap[i]), state.run_end_gap[i]);
    state.start[i] = pick(ends, no_run, start);
  }
}

/// After the last date: what is on goes on, and the way to the period's end is a gap too.
CERS_VECTOR_CLONES void close(State& state, Day last_day, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const bool seen = state.last[i] != never;
    const Day rest = day_of(last_day - state.last[i]);
    const Day gap = state.longest_gap[i];
    const Day longest = pick(seen & (rest > gap), rest, gap);
    const Day flags =
        day_of(only_if(!seen | (longest > 15), gap_over_15) | only_if(!seen | (longest > 30), gap_over_30));
    state.longest_gap[i] = longest;
    state.flags[i] = day_of(state.flags[i] | flags);
    state.end[i] = pick(state.start[i] != no_run, far_future, goes_on);
    state.end_gap[i] = unseen;
  }
}

CERS_VECTOR_CLONES void copy(const State::Lane& from, std::span<std::uint16_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint16_t>(from[i]);
}

/// `from` where `test` is above `least`, elsewhere `otherwise`.
CERS_VECTOR_CLONES void copy_where(const State::Lane& from, const State::Lane& test, Day least, std::uint16_t otherwise,
                                   std::span<std::uint16_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto value = static_cast<std::uint16_t>(from[i]);
    out[i] = test[i] > least ? value : otherwise;
  }
}

CERS_VECTOR_CLONES void run_ends(const State& state, State::Lane& ends, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) ends[i] = day_of(day_of(state.run_start[i] + state.run_length[i]) - 1);
}

}  // namespace

Kernel::Kernel(const Rules& rules) : rules_(rules) {
  CERS_EXPECT(rules.days >= 1 && rules.days <= most_days);
  CERS_EXPECT(rules.least_percent >= 1 && rules.least_percent <= 100);
}

void Kernel::begin(State& state, std::size_t count) const {
  CERS_EXPECT(count <= State::capacity);
  state.last.fill(never);
  state.start.fill(no_run);
  state.run_start_gap.fill(unseen);
  state.run_end_gap.fill(unseen);
  for (State::Lane* lane : {&state.start_gap, &state.end_gap, &state.snow_days, &state.periods, &state.clear_dates,
                            &state.cloudy_dates, &state.longest_gap, &state.run_start, &state.run_length, &state.flags})
    lane->fill(0);
}

void Kernel::add_date(State& state, std::span<const std::uint8_t* const> images, int day, std::size_t count) const {
  const auto least = static_cast<std::uint8_t>(rules_.least_percent);
  classify(images[0], least, state.kinds.data(), count);
  for (const std::uint8_t* image : images.subspan(1)) {
    classify(image, least, state.other.data(), count);
    merge(state.other.data(), state.kinds.data(), count);
  }
  const bool tie_snow = rules_.tie == Tie::snow;
  Date date;
  date.day = day_of(day);
  date.last_day = day_of(rules_.days - 1);
  date.counts = rules_.profile == Profile::lis111 || (day >= 0 && day < rules_.days) ? 1 : 0;
  date.after_start = day > 0;
  date.start_up = tie_snow ? 1 : 0;
  date.start_more = tie_snow ? 0 : 1;
  date.end_down = tie_snow ? 0 : 1;
  if (observe(state, date, count)) end_runs(state, date.last_day, rules_.profile == Profile::lis111, count);
}

void Kernel::finish(State& state, std::size_t count) const {
  const Day last_day = day_of(rules_.days - 1);
  close(state, last_day, count);
  end_runs(state, last_day, rules_.profile == Profile::lis111, count);
}

void Kernel::write(const State& state, Layer layer, std::span<std::uint16_t> out) const {
  const bool lis = rules_.profile == Profile::lis111;
  // Where there is no clear observation; let-it-snow has 0 there.
  const auto known = [&](const State::Lane& lane) {
    if (lis) return copy(lane, out);
    copy_where(lane, state.last, never, unknown, out);
  };
  const auto dated = [&](const State::Lane& lane) {
    if (lis) return copy_where(lane, state.snow_days, lis_least_snow_days, 0, out);
    copy_where(lane, state.run_length, 0, unknown, out);
  };
  switch (layer) {
    case Layer::scd:
      return known(state.snow_days);
    case Layer::nsp:
      return known(state.periods);
    case Layer::sod:
      return dated(state.run_start);
    case Layer::smod: {
      State::Lane ends;
      run_ends(state, ends, out.size());
      return dated(ends);
    }
    case Layer::nobs:
      return copy(state.clear_dates, out);
    case Layer::ccd:
      return copy(state.cloudy_dates, out);
    case Layer::maxgap:
      return copy_where(state.longest_gap, state.last, never, unknown, out);
    case Layer::gapsod:
      return copy(state.run_start_gap, out);
    case Layer::gapsmod:
      return copy(state.run_end_gap, out);
    case Layer::flags:
      return copy(state.flags, out);
  }
}

}  // namespace cers::season
