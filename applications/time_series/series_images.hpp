// SPDX-License-Identifier: Apache-2.0
// Scenes of a season as one series: a few bands of every day, on one grid, missing where a mask says so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cers/app/wiring.hpp"
#include "cers/core/calendar_day.hpp"
#include "cers/params/declare.hpp"
#include "cers/series/gap_fill.hpp"

namespace cers::series {

enum class Extent { first, all };
std::vector<Choice> choices_of(Extent);

/// What an application that takes a series asks of its user.
struct SeriesParams {
  std::vector<std::string> dates;
  std::vector<std::string> bands;
  std::vector<std::string> unclear{"nodata", "cloud", "cloud_shadow", "cirrus", "saturated"};
  Extent extent = Extent::first;
  double scale = 1;
  double offset = 0;
  std::optional<double> nodata;
};

/// The days to which an application brings a series.
struct DayParams {
  std::optional<std::string> start;
  std::optional<std::string> stop;
  int step = 10;
  std::optional<std::string> days_file;
  Interpolation interpolation = Interpolation::linear;
};

struct Series {
  Grid grid;
  std::vector<std::string> bands;  ///< roles of a product, else names of the bands
  std::vector<CalendarDay> days;   ///< ascending, distinct
  std::vector<Edge> observations;  ///< of each day: all bands as float, NaN where the pixel was not seen

  /// Days since the first.
  std::vector<int> day_numbers() const;
  int number_of(CalendarDay day) const { return static_cast<int>((day - days.front()).count()); }
};

/// From inputs "il" and, if given, "ml". Images of one day are merged: of each pixel the first clear one counts, finer
/// pixels before coarser ones, else in the order given. Throws UserError for what is lacking or does not fit; warns of
/// what is odd.
Series gather_series(Wiring& wiring, const SeriesParams& params);

/// The days asked for; every step days from the first to the last day of `series` unless told otherwise. Throws
/// UserError and DataError; warns of days beyond the scenes.
std::vector<CalendarDay> wanted_days(const DayParams& params, const Series& series, Wiring& wiring);

/// All bands of the first of `days`, then of the next, and so on, as float, NaN where a pixel was never seen.
Edge fill(Graph& graph, const Series& series, const std::vector<CalendarDay>& days, Interpolation interpolation);

/// Outputs "out.count" and "out.gap" as far as they are wanted (see make_observation_counts), and the reports "scenes"
/// and "days". With one of the outputs a warning after the run tells how many pixels no day shows.
void deliver_counts(Wiring& wiring, const Series& series, const std::vector<CalendarDay>& days);

/// Inputs and parameters of SeriesParams and DayParams.
template <class Params>
Declare<Params>& declare_series(Declare<Params>& declare) {
  return declare.input_list("il", "Scenes: products, a folder of products, or images with their date in the name.")
      .input_list("ml", "Masks of images that are no products, one for each in their order: not 0 where not clear.")
      .optional();
}
template <class Params>
Declare<Params>& declare_counts(Declare<Params>& declare) {
  return declare.output("out.count", "Number of clear days.", PixelType::u16)
      .optional()
      .output("out.gap", "Longest stretch of days without a clear one, from the first to the last day.", PixelType::u16)
      .optional();
}
template <class Params>
Declare<Params>& declare_series_params(Declare<Params>& declare) {
  return declare.param("dates", &Params::dates, "Days of the images, as 2018-02-11 or 20180211, in their order.")
      .param(
          "bands", &Params::bands,
          "Bands: roles of products (red, nir, swir1 …), else names or numbers. All that all scenes have by default.")
      .param("unclear", &Params::unclear,
             "Masks of products where a pixel was not seen: nodata, cloud, cloud_shadow, cirrus, snow, water, "
             "topographic_shadow, saturated.")
      .param("extent", &Params::extent, "What the result covers.")
      .param("scale", &Params::scale, "Reflectance per stored number, of images that are no products.")
      .param("offset", &Params::offset, "Added after the scale, of images that are no products.")
      .param("nodata", &Params::nodata, "Stored number that means missing, of images that are no products.");
}
template <class Params>
Declare<Params>& declare_days(Declare<Params>& declare) {
  return declare.param("start", &Params::start, "First day of the result; the first day of the scenes by default.")
      .param("stop", &Params::stop, "Last day of the result; the last day of the scenes by default.")
      .param("step", &Params::step, "Days from one day of the result to the next.")
      .range(1, 366)
      .unit("day")
      .param("od", &Params::days_file, "File with the days of the result, one a line as 20180211, instead of a step.")
      .reads_file()
      .param("it", &Params::interpolation, "How gaps are filled.");
}
/// What help says of the keys above, in Markdown.
const char* series_doc();
/// For AppSpec::check: faults that need no image.
void check_series(const SeriesParams& params, Diagnostics& diagnostics);
void check_days(const DayParams& params, Diagnostics& diagnostics);

}  // namespace cers::series
