// SPDX-License-Identifier: Apache-2.0
// TemporalGapFill: a season of scenes on regular days, without clouds.
#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "series_images.hpp"

namespace cers {
namespace {

using namespace series;

struct TemporalGapFill {
  struct Params : SeriesParams, DayParams {};

  static AppSpec spec() {
    Declare<Params> declare("TemporalGapFill", "Brings a season of scenes to regular days, filling what clouds hide.");
    declare
        .doc(std::string(series_doc()) +
             "\n\nThe bands of the result are those of the first day, then those of the next, named `red_20180211`. "
             "`-out.count` says on how many days each pixel was clear, `-out.gap` how long it was not: a filled value "
             "is as good as these. A warning tells how many pixels are clear on no day: their filled values are "
             "missing.\n\nFor the conventions of the module ImageTimeSeriesGapFilling, as OTB and iota2 use "
             "it, see the application of that name.")
        .tag("Time series");
    declare_series(declare)
        .output("out", "Filled series: bands of the first day, of the second, and so on.")
        .optional();
    declare_counts(declare);
    declare_series_params(declare);
    return declare_days(declare)
        .check([](const Params& params, Diagnostics& diagnostics) {
          check_series(params, diagnostics);
          check_days(params, diagnostics);
        })
        .cites(
            "Inglada et al. (2017), Operational high resolution land cover map production at the country scale using "
            "satellite image time series, Remote Sensing 9:95, doi:10.3390/rs9010095.")
        .example("Snow cover in percent every 45 days, from masks with clouds as 205",
                 "cers TemporalGapFill -il snow_20171014.tif snow_20171128.tif snow_20180112.tif snow_20180412.tif "
                 "snow_20180527.tif -nodata 205 -step 45 -out filled.tif -out.count count.tif")
        .example("Red and near infrared of a product",
                 "cers TemporalGapFill -il product -bands red nir -out series.tif")
        .reports("grid", "scenes", "days")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    if (!wiring.wants("out") && !wiring.wants("out.count") && !wiring.wants("out.gap"))
      throw UserError("no output is asked for", "give one or more of -out, -out.count and -out.gap");
    const Series series = gather_series(wiring, params);
    const std::vector<CalendarDay> days = wanted_days(params, series, wiring);
    if (wiring.wants("out")) wiring.output("out", fill(wiring.graph(), series, days, params.interpolation));
    deliver_counts(wiring, series, days);
  }
};

}  // namespace

Application cers_app_TemporalGapFill() {
  return application<TemporalGapFill>();
}

}  // namespace cers
