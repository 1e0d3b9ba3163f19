// SPDX-License-Identifier: Apache-2.0
// TimeSeriesFeatures: what a land-cover model looks at, from a season of scenes.
#include <fmt/format.h>

#include <set>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/geo/align.hpp"
#include "cers/ops/bands.hpp"
#include "cers/ops/terrain_shadow.hpp"
#include "cers/ops/warp.hpp"
#include "cers/series/date_grid.hpp"
#include "cers/series/phenology.hpp"
#include "cers/series/series_expression.hpp"
#include "feature_list.hpp"
#include "series_images.hpp"

namespace cers {
namespace {

using namespace series;

struct TimeSeriesFeatures {
  struct Params : SeriesParams, DayParams {
    std::vector<std::string> features;
    std::vector<std::string> daily;
    std::vector<std::string> statistics;
    std::vector<std::string> phenology;
    double fraction = 0.5;
  };

  static AppSpec spec() {
    Declare<Params> declare("TimeSeriesFeatures", "The features of a land-cover map from a season of scenes.");
    declare
        .doc(
            std::string(series_doc()) +
            "\n\n**Features.** `-features` declares quantities: bands, indices of RadiometricIndices (`NDVI`, which is "
            "called `ndvi`) and formulas (`wet=(swir1-nir)/(swir1+nir)`). Unless told otherwise they are the bands, "
            "NDVI, NDWI and the brightness, as of the land-cover map of France. The result holds, in this order:\n\n"
            "- each feature on each day of the result, `ndvi_20180211`; `-daily` picks some, `-daily none` none;\n"
            "- `-statistics ndvi:median ndvi:p90 red:amplitude`, over the clear days as they were seen, not filled: "
            "mean, std, min, max, amplitude, slope (per year), median, p0 to p100;\n"
            "- `-phenology ndvi`: start, peak and end of the season in days since the first day of the result, its "
            "length, base and amplitude, from the filled series;\n"
            "- with `-dem`: altitude, and how much the ground faces up, north and east (the parts of its unit "
            "normal, by Horn's slopes).\n\n"
            "Names travel with the bands: a model trained on them refuses others. A feature that is missing is NaN. "
            "A warning tells how many pixels are clear on no day; in a pipeline too, wherever the scenes are read "
            "whole.")
        .tag("Time series")
        .tag("Learning");
    declare_series(declare)
        .input("dem", "Altitude in metres, on any grid: adds the features of the terrain.")
        .optional()
        .output("out", "Features, one band each.")
        .optional();
    declare_counts(declare)
        .file_output("out.names", "Names of the features, one a line, as -feat of the training takes them.")
        .optional();
    declare_series_params(declare)
        .param("features", &Params::features, "Bands, indices and formulas.")
        .param("daily", &Params::daily, "Features that the result holds for each day; all by default.")
        .param("statistics", &Params::statistics, "Statistics over time, FEATURE:STATISTIC.")
        .param("phenology", &Params::phenology, "Features of which the season is described.")
        .param("phenology.fraction", &Params::fraction,
               "Share of the way from low to peak at which a season starts and ends.")
        .range(0.01, 0.99);
    return declare_days(declare)
        .check([](const Params& params, Diagnostics& diagnostics) {
          check_series(params, diagnostics);
          check_days(params, diagnostics);
        })
        .cites(
            "Inglada et al. (2017), Operational high resolution land cover map production at the country scale using "
            "satellite image time series, Remote Sensing 9:95, doi:10.3390/rs9010095.")
        .cites(
            "Jönsson and Eklundh (2004), TIMESAT - a program for analyzing time-series of satellite sensor data, "
            "Computers and Geosciences 30:833-845, doi:10.1016/j.cageo.2004.05.006.")
        .example("Bands and indices of one scene with the terrain",
                 "cers TimeSeriesFeatures -il product -dem dem.tif -out features.tif -out.names names.txt")
        .example("Statistics of a winter's snow, without daily values",
                 "cers TimeSeriesFeatures -il snow_20171014.tif snow_20171128.tif snow_20180112.tif snow_20180412.tif "
                 "-nodata 205 -bands 1 -features snow=b1 -daily none -statistics snow:median snow:amplitude -out "
                 "statistics.tif")
        .reports("grid", "scenes", "days", "features")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    if (params.phenology.empty() && wiring.user_set("phenology.fraction"))
      throw UserError("-phenology.fraction has no effect without -phenology",
                      "add -phenology FEATURE, or leave it out");
    Graph& graph = wiring.graph();
    const Series series = gather_series(wiring, params);
    const std::vector<CalendarDay> days = wanted_days(params, series, wiring);
    const Edge features = all_features(params, series, days, wiring);
    const auto& bands = graph.info(features).bands;
    wiring.report("features", std::to_string(bands.size()));
    if (wiring.wants("out")) wiring.output("out", features);
    deliver_counts(wiring, series, days);
    if (wiring.wants("out.names")) {
      std::string names;
      for (const BandInfo& band : bands) names += band.name + "\n";
      wiring.output("out.names", FileOutput{{}, [names](const LateValues&) { return names; }});
    }
  }

 private:
  static Edge all_features(const Params& params, const Series& series, const std::vector<CalendarDay>& days,
                           Wiring& wiring) {
    Graph& graph = wiring.graph();
    const std::vector<std::string> names = names_for_formulas(series.bands);
    const std::vector<Feature> features =
        parse_features(params.features.empty() ? default_features(names) : params.features, names);
    const auto bands = static_cast<int>(names.size());
    std::vector<std::string> day_names;
    std::vector<int> day_numbers;
    for (const CalendarDay day : days) {
      day_names.push_back(compact_text_of(day));
      day_numbers.push_back(series.number_of(day));
    }
    std::vector<std::string> seen_names;
    for (const CalendarDay day : series.days) seen_names.push_back(compact_text_of(day));

    const Edge filled = fill(graph, series, days, params.interpolation);
    const auto on_days = [&](const Feature& feature) {
      return graph.add(make_series_expression(feature.name, feature.compile(names), bands, day_names), {filled});
    };
    std::vector<Edge> parts;
    for (const Feature* feature : daily(params.daily, features)) parts.push_back(on_days(*feature));
    for (const FeatureStatistics& wanted : parse_statistics(params.statistics, features)) {
      const Edge seen =
          graph.add(make_series_expression(wanted.feature->name, wanted.feature->compile(names), bands, seen_names),
                    series.observations);
      parts.push_back(
          graph.add(make_temporal_statistics(wanted.feature->name, series.day_numbers(), wanted.statistics), {seen}));
    }
    for (const std::string& name : params.phenology) {
      const Feature& feature = feature_named(name, features, "phenology");
      parts.push_back(graph.add(make_phenology(name, day_numbers, params.fraction), {on_days(feature)}));
    }
    if (wiring.has("dem")) add_terrain(wiring, series.grid, parts);
    if (parts.empty())
      throw UserError("no feature is asked for", "leave out -daily none, or give -statistics, -phenology or -dem");
    if (parts.size() == 1) return parts[0];
    std::vector<RasterInfo> infos;
    for (const Edge part : parts) infos.push_back(graph.info(part));
    return graph.add(make_concatenate(infos), parts);
  }

  // A formula cannot name band "1": that is b1.
  static std::vector<std::string> names_for_formulas(std::vector<std::string> bands) {
    for (std::string& band : bands) {
      if (!band.empty() && band[0] >= '0' && band[0] <= '9') band = "b" + band;
    }
    return bands;
  }

  static std::vector<const Feature*> daily(const std::vector<std::string>& names,
                                           const std::vector<Feature>& features) {
    std::vector<const Feature*> picked;
    if (names.size() == 1 && names[0] == "none") return picked;
    for (const std::string& name : names) picked.push_back(&feature_named(name, features, "daily"));
    if (!names.empty()) return picked;
    for (const Feature& feature : features) picked.push_back(&feature);
    return picked;
  }

  static void add_terrain(Wiring& wiring, const Grid& grid, std::vector<Edge>& parts) {
    Graph& graph = wiring.graph();
    const ImageInput& dem = wiring.image("dem");
    Calibration voids;
    voids.nodata = dem.info().bands[0].nodata;
    Edge altitude = dem.bands({0}, PixelType::f32, voids);
    if (grid_difference_geo(grid, graph.info(altitude).grid))
      altitude = graph.add(make_warp(graph.info(altitude), grid, Resampling::cubic), {altitude});
    const RasterInfo info = graph.info(altitude);
    const auto named = [&](Edge edge, const char* name) {
      BandInfo band;
      band.name = name;
      band.nodata = std::numeric_limits<double>::quiet_NaN();
      parts.push_back(graph.add(make_renamed(graph.info(edge), {band}), {edge}));
    };
    named(altitude, "altitude");
    // The incidence of a sun straight above, in the north, in the east: the parts of the ground's unit normal.
    const auto facing = [&](double elevation_deg, double azimuth_deg) {
      return graph.add(make_incidence(info, {elevation_deg, azimuth_deg}), {altitude});
    };
    named(facing(90, 0), "facing_up");
    named(facing(0, 0), "facing_north");
    named(facing(0, 90), "facing_east");
  }
};

}  // namespace

Application cers_app_TimeSeriesFeatures() {
  return application<TimeSeriesFeatures>();
}

}  // namespace cers
