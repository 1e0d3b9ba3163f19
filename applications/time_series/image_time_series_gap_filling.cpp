// SPDX-License-Identifier: Apache-2.0
// ImageTimeSeriesGapFilling: OTB's remote module, key by key.
#include <fmt/format.h>

#include <set>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/series/date_grid.hpp"
#include "cers/series/gap_fill.hpp"

namespace cers {
namespace {

struct ImageTimeSeriesGapFilling {
  struct Params {
    int comp = 1;
    Interpolation it = Interpolation::linear;
    std::optional<std::string> id;
    std::optional<std::string> od;
  };

  static AppSpec spec() {
    return Declare<Params>("ImageTimeSeriesGapFilling", "Fills the gaps of a stacked series, as OTB's module does.")
        .doc(
            "`-in` holds the bands of the first date, `-comp` of them, then those of the next; `-mask` one band a "
            "date, not 0 where the pixel was not seen. `-id` names the dates, one a line as 20180211; without it they "
            "are a day apart. `-od` names the dates of the result; without it they are those of the image.\n\n"
            "The result is that of the module: a pixel that was never seen is 0 in all bands (by splines it keeps what "
            "the image has); before the first and after the last clear date the value is theirs; of a date with "
            "several images the first counts when it is clear; integers are truncated. TemporalGapFill takes "
            "products, and keeps missing pixels apart from 0.")
        .tag("Time series")
        .input("in", "Stacked series, date by date.")
        .input("mask", "Stacked masks, one band a date: not 0 where the pixel was not seen.")
        .output("out", "Filled series.")
        .param("comp", &Params::comp, "Bands of one date.")
        .at_least(1)
        .param("it", &Params::it, "Interpolation.")
        .param("id", &Params::id, "File with the dates of the image.")
        .reads_file()
        .param("od", &Params::od, "File with the dates of the result.")
        .reads_file()
        .check([](const Params& params, Diagnostics& diagnostics) {
          if (params.od && !params.id)
            diagnostics.fault({}, "-od names days, but those of the image are not known", "add -id FILE");
        })
        .example("Snow masks of four dates, clouds filled",
                 "cers ImageTimeSeriesGapFilling -in stack.tif -mask snow_20180226.tif?&bands=1,1,1,1 -comp 1 -out "
                 "filled.tif int16")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const ImageInput& image = wiring.image("in");
    const ImageInput& mask = wiring.image("mask");
    check_same_grid({image, mask}, "ImageTimeSeriesGapFilling");
    if (image.band_count() % params.comp != 0)
      throw UserError(
          fmt::format("{} has {} bands, which is no multiple of {}", image.label(), image.band_count(), params.comp),
          "-comp is the number of bands of one date");
    const int dates = image.band_count() / params.comp;
    if (mask.band_count() != dates)
      throw UserError(fmt::format("{} has {} dates of {} bands, but {} has {} bands", image.label(), dates, params.comp,
                                  mask.label(), mask.band_count()),
                      "give one mask band a date");
    if (mask.info().type != PixelType::u8)
      throw UserError(fmt::format("{} holds {} numbers, masks are uint8", mask.label(), name_of(mask.info().type)),
                      "write them as uint8");

    GapFilling filling;
    filling.bands = params.comp;
    filling.interpolation = params.it;
    filling.convention = GapConvention::otb;
    const std::vector<CalendarDay> observed = observed_days(params, dates, image);
    const std::chrono::year_month_day first(observed.front());
    const CalendarDay origin = params.id ? CalendarDay(first.year() / 1 / 1) : observed.front();
    const auto number = [&](CalendarDay day) { return static_cast<int>((day - origin).count()); };
    for (const CalendarDay day : observed) filling.observed.push_back(number(day));
    for (const CalendarDay day : wanted_days(params, observed)) {
      filling.wanted.push_back(number(day));
      filling.wanted_names.push_back(params.id ? compact_text_of(day) : std::to_string(filling.wanted.size()));
    }
    std::vector<Edge> inputs;
    for (int date = 0; date < dates; ++date) {
      std::vector<int> bands;
      for (int band = 0; band < params.comp; ++band) bands.push_back(date * params.comp + band);
      inputs.push_back(image.bands(bands, PixelType::f32));
      inputs.push_back(mask.bands({date}, PixelType::u8));
    }
    wiring.output("out", wiring.graph().add(make_gap_fill(std::move(filling)), inputs));
  }

 private:
  static std::vector<CalendarDay> observed_days(const Params& params, int dates, const ImageInput& image) {
    std::vector<CalendarDay> days;
    if (!params.id) {
      for (int date = 0; date < dates; ++date) days.push_back(CalendarDay(std::chrono::days(date)));
      return days;
    }
    days = read_days(*params.id);
    check_ascending(days, *params.id, true);
    if (days.size() != static_cast<std::size_t>(dates))
      throw UserError(fmt::format("{} names {} dates, but {} has {}", *params.id, days.size(), image.label(), dates),
                      "give one line a date, and -comp for the bands of each");
    return days;
  }

  // A date with several images is one date of the result: the module repeats it, from the same images.
  static std::vector<CalendarDay> wanted_days(const Params& params, const std::vector<CalendarDay>& observed) {
    std::vector<CalendarDay> days = observed;
    if (params.od) {
      days = read_days(*params.od);
      check_ascending(days, *params.od, false);
    } else {
      const std::set<CalendarDay> distinct(days.begin(), days.end());
      if (distinct.size() != days.size())
        throw UserError(fmt::format("{} names a date twice", *params.id),
                        "say which dates the result has: -od FILE, each once");
    }
    return days;
  }
};

}  // namespace

Application cers_app_ImageTimeSeriesGapFilling() {
  return application<ImageTimeSeriesGapFilling>();
}

}  // namespace cers
