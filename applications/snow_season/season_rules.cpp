// SPDX-License-Identifier: Apache-2.0
#include "season_rules.hpp"

#include <fmt/format.h>

namespace cers::season {
namespace {

std::string description_of(Layer layer, const DayRange& period) {
  const std::string first = text_of(period.first);
  switch (layer) {
    case Layer::scd:
      return fmt::format("snow cover duration: days with snow from {}", text_of(period));
    case Layer::sod:
      return fmt::format("snow onset: first day of the longest run of snow days, days since {}", first);
    case Layer::smod:
      return fmt::format("snow melt-out: last day of the longest run of snow days, days since {}", first);
    case Layer::nsp:
      return fmt::format("number of snow periods from {}", text_of(period));
    case Layer::nobs:
      return "number of dates with a clear observation";
    case Layer::ccd:
      return "number of dates without one, for cloud or missing data";
    case Layer::maxgap:
      return "longest gap between clear observations, days";
    case Layer::gapsod:
      return "days between the last observation before the snow onset and the first one after it";
    case Layer::gapsmod:
      return "days between the last observation before the snow melt-out and the first one after it";
    case Layer::flags:
      break;
  }
  return "bits: 1 run cut by the start, 2 by the end, 4 longest gap > 15 days, 8 > 30 days, 16 water seen, 32 foreign "
         "code";
}

bool has_nodata(Layer layer, Profile profile) {
  if (layer == Layer::nobs || layer == Layer::ccd || layer == Layer::flags) return false;
  // let-it-snow writes 0 for everything it does not know.
  return profile == Profile::standard || layer >= Layer::maxgap;
}

}  // namespace

const std::vector<LayerText>& layer_texts() {
  static const std::vector<LayerText> texts = {
      {Layer::scd, "out", "SCD", "Snow cover duration: days with snow in the period."},
      {Layer::sod, "out.sod", "SOD",
       "Snow onset: first day of the longest run of snow days (the first of equal ones); 0 is the first day of the "
       "period."},
      {Layer::smod, "out.smod", "SMOD", "Snow melt-out: last day of that run."},
      {Layer::nsp, "out.nsp", "NSP", "Number of snow periods: runs of snow days."},
      {Layer::nobs, "out.nobs", "NOBS", "Dates with a clear observation."},
      {Layer::ccd, "out.ccd", "CCD", "Dates without one, for cloud or missing data."},
      {Layer::maxgap, "out.maxgap", "MAXGAP",
       "Longest gap in days between clear observations, from the period's first day to its last; a gap that reaches "
       "into the days around it counts whole."},
      {Layer::gapsod, "out.gapsod", "GAPSOD",
       "Days between the last observation before the snow onset and the first one after it; 65535 where the onset is "
       "not seen within the period."},
      {Layer::gapsmod, "out.gapsmod", "GAPSMOD", "The same for the snow melt-out."},
      {Layer::flags, "out.flags", "FLAGS",
       "Sum of: 1 a run is cut by the period's start, 2 by its end, 4 longest gap above 15 days, 8 above 30 days, 16 "
       "an observation says water or lake ice, 32 an observation has a value that is no code of a snow mask."},
  };
  return texts;
}

BandInfo band_of(Layer layer, Profile profile, const DayRange& period) {
  BandInfo band;
  band.name = layer_texts()[static_cast<std::size_t>(layer)].name;
  band.description = fmt::format("{}: {}", band.name, description_of(layer, period));
  const bool counts = layer == Layer::nsp || layer == Layer::nobs || layer == Layer::ccd || layer == Layer::flags;
  band.unit = counts ? "1" : "day";
  if (has_nodata(layer, profile)) band.nodata = unknown;
  return band;
}

}  // namespace cers::season
