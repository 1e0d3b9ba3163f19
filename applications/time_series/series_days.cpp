// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"
#include "cers/ops/bands.hpp"
#include "cers/series/date_grid.hpp"
#include "cers/series/observation_counts.hpp"
#include "series_images.hpp"

namespace cers::series {

std::vector<CalendarDay> wanted_days(const DayParams& params, const Series& series, Wiring& wiring) {
  if (params.days_file && wiring.user_set("step"))
    throw UserError("-step has no effect beside -od", "leave one of them out");
  std::vector<CalendarDay> days;
  if (params.days_file) {
    days = read_days(*params.days_file);
    check_ascending(days, *params.days_file, false);
  } else {
    days = regular_days(params.start ? *parse_calendar_day(*params.start) : series.days.front(),
                        params.stop ? *parse_calendar_day(*params.stop) : series.days.back(), params.step);
  }
  if (days.back() < series.days.front() || days.front() > series.days.back())
    throw UserError(fmt::format("the days asked for, {}, lie outside those of the scenes, {}",
                                text_of(DayRange{days.front(), days.back()}),
                                text_of(DayRange{series.days.front(), series.days.back()})),
                    "give days of the same season: -start, -stop or -od");
  const auto beyond = std::count_if(
      days.begin(), days.end(), [&](CalendarDay day) { return day < series.days.front() || day > series.days.back(); });
  if (beyond > 0)
    wiring.warn(
        fmt::format("{} of {} days lie outside those of the scenes, {}: there the first or the last clear "
                    "value is repeated",
                    beyond, days.size(), text_of(DayRange{series.days.front(), series.days.back()})));
  return days;
}

Edge fill(Graph& graph, const Series& series, const std::vector<CalendarDay>& days, Interpolation interpolation) {
  GapFilling filling;
  filling.observed = series.day_numbers();
  filling.bands = static_cast<int>(series.bands.size());
  filling.interpolation = interpolation;
  for (const CalendarDay day : days) {
    filling.wanted.push_back(series.number_of(day));
    filling.wanted_names.push_back(compact_text_of(day));
  }
  return graph.add(make_gap_fill(std::move(filling)), series.observations);
}

namespace {

/// Pixels whose first band, a count, is 0.
struct ZeroCounter {
  using State = std::uint64_t;
  using Result = std::uint64_t;
  static constexpr bool exact = true;
  State start() const { return 0; }
  void add(State& state, const Block& pixels, Window part) const {
    const auto plane = pixels.plane<std::uint16_t>(0);
    for (int y = part.y; y < part.bottom(); ++y) {
      const auto row = plane.row(y, part);
      state += static_cast<std::uint64_t>(std::count(row.begin(), row.end(), 0));
    }
  }
  void merge(State& into, State&& from) const { into += from; }
  Result finish(State&& state) const { return state; }
};

/// Warns after the run of pixels that no scene shows.
void tell_never_clear(Wiring& wiring, Edge counts, const char* become) {
  // In a pipeline that reads the scenes only where there are samples it is not counted.
  const auto never = wiring.graph().reduce_beside(ZeroCounter(), counts, "pixels without a clear day");
  const Size size = wiring.graph().info(counts).grid.size;
  const auto all = static_cast<std::uint64_t>(size.width) * static_cast<std::uint64_t>(size.height);
  wiring.after_run({{never},
                    [never, all, become](const LateValues& values) -> std::string {
                      if (!values.has(never) || values.get(never) == 0) return {};
                      const std::uint64_t count = values.get(never);
                      return fmt::format("{} of {} pixels ({:.1f} %) are clear on no day: {}", count, all,
                                         100.0 * static_cast<double>(count) / static_cast<double>(all), become);
                    },
                    true});
}

}  // namespace

void deliver_counts(Wiring& wiring, const Series& series, const std::vector<CalendarDay>& days) {
  const auto report = [&](const char* key, const std::vector<CalendarDay>& listed, const char* words) {
    wiring.report(key, fmt::format("{}{}{}", listed.size(), words, text_of(DayRange{listed.front(), listed.back()})));
  };
  report("scenes", series.days, " days from ");
  report("days", days, " from ");
  Graph& graph = wiring.graph();
  const int first = series.number_of(std::min(days.front(), series.days.front()));
  const int last = series.number_of(std::max(days.back(), series.days.back()));
  const Edge both = graph.add(make_observation_counts(series.day_numbers(), first, last), series.observations);
  tell_never_clear(wiring, both, "what is computed from their days is missing there");
  const char* keys[] = {"out.count", "out.gap"};
  for (int band = 0; band < 2; ++band) {
    if (!wiring.wants(keys[band])) continue;
    wiring.output(keys[band], graph.add(make_select_bands(graph.info(both), {band}), {both}));
  }
}

void check_days(const DayParams& params, Diagnostics& diagnostics) {
  for (const auto& [key, text] : {std::pair{"start", params.start}, std::pair{"stop", params.stop}}) {
    if (!text) continue;
    if (!parse_calendar_day(*text))
      diagnostics.fault({}, fmt::format("-{}: '{}' is no day", key, *text), "write it as 2018-02-11 or 20180211");
    if (params.days_file)
      diagnostics.fault({}, fmt::format("-{} has no effect beside -od", key), "leave one of them out");
  }
}

const char* series_doc() {
  return "**Scenes.** `-il` takes products (Theia, Sen2Cor, Landsat; folders or archives, of several sensors), a "
         "folder "
         "with products side by side, or images with their date in the name. Of products `-bands` are roles, in "
         "reflectance; what a product's metadata or masks call missing, cloud, shadow, cirrus or saturated "
         "(`-unclear`) was not seen. Masks that a product does not have are left out. Of images the numbers are as "
         "stored unless "
         "`-scale`, `-offset` and `-nodata` say more, and `-ml` gives their masks. Bands that only some of the "
         "products have are left out, with a warning.\n\n"
         "**Grid.** All is brought onto the grid of the scene with the smallest pixels, of equal ones that of the "
         "first: bilinear to finer pixels, by mean to coarser ones, masks by nearest neighbour. The line `grid` tells "
         "which, and a warning names scenes that cover less than half of it. With `-extent all` it grows on its "
         "lattice until it holds all scenes: tiles side by side, of several sensors and zones. Where a pixel misses "
         "one band of a day it was not seen "
         "that day. Scenes of one day are merged: of each pixel the first clear one counts, "
         "finer pixels before coarser ones, else in the order given.\n\n"
         "**Days.** The result has a value every `-step` days from `-start` to `-stop`, or on the days of the file "
         "`-od`: on a clear day what was seen, between clear days the line or the curve between them, before the "
         "first and after the last what these saw. A pixel without a clear day is missing (NaN).";
}

}  // namespace cers::series
