// SPDX-License-Identifier: Apache-2.0
// SimulateScene: scenes whose truth is known, written as the products that tools read.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "cers/app/application.hpp"
#include "cers/core/text.hpp"
#include "cers/simulator/product.hpp"
#include "cers/simulator/tiles.hpp"

namespace cers {
namespace {

using simulator::Recipe;
using simulator::SceneDate;

enum class Size { small, tile };
std::vector<Choice> choices_of(Size) {
  return {{"small", "256 × 256 pixels of 10 m: seconds"}, {"tile", "A whole Sentinel-2 tile: 10 980 × 10 980"}};
}
enum class Spectra { standard, alternative, maritime, continental, boreal };
std::vector<Choice> choices_of(Spectra) {
  return {
      {"standard", "The recipe that tools are tuned on"},
      {"alternative", "Other spectra, structure and errors: a check of robustness"},
      {"maritime", "A third: wet, torn snow, low broken cloud, small fields, basalt"},
      {"continental",
       "A fourth: dry high ranges, thin snow drifted by wind, loess and salt, cloud on the crests, false cirrus"},
      {"boreal",
       "A fifth: fells, bogs and spruce of the high north under a low sun, packed snow, lichen, frozen lakes, fog"}};
}
enum class Weather { winter, drawn };
std::vector<Choice> choices_of(Weather) {
  return {{"winter", "A day with snow down to a third of the relief and some cloud in every layer"},
          {"drawn", "By the date and the seed: cloudy dates cluster, snow falls out of clouds"}};
}
enum class Format { muscate, safe, landsat };
std::vector<Choice> choices_of(Format) {
  return {{"muscate", "Theia MUSCATE Level-2A of Sentinel-2"},
          {"safe", "ESA SAFE Level-2A of Sentinel-2, baseline 04.00"},
          {"landsat", "Landsat 8 Collection 2 Level-2"}};
}

struct SimulateScene {
  struct Params {
    Size size = Size::small;
    std::optional<int> side;
    std::vector<std::string> tiles;
    int seed = 1;
    Spectra recipe = Spectra::standard;
    std::string date = "2018-02-11";
    int count = 1;
    int revisit = 5;
    Weather weather = Weather::winter;
    std::vector<Format> products{Format::muscate};
    bool jp2 = true;
    bool truth = true;
    int polygons = 0;
    std::optional<double> snow_line;
    double clouds = 1;
    // Of the recipe
    std::optional<double> swath_cut, relief, plain_share, snow_spread, patchiness, interception, cold_cloud_share,
        date_shift, band_shift, view_effect, aerosol_blue, noise_floor, dem_error, tcd_error, miss_thick, miss_thin,
        miss_over_snow, false_snow_edge, sowing_spread, lake_share, lake_cell, false_cirrus, vapour, wind_drift;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = SimulateScene::Params;

struct Knob {
  const char* key;
  std::optional<double> Params::*given;
  double Recipe::*member;
  const char* help;
  double Recipe::*also = nullptr;  ///< a second value of the recipe set to the same
};

constexpr std::array knobs{
    Knob{"knob.swathcut", &Params::swath_cut, &Recipe::swath_cut, "Share of the top line outside the swath."},
    Knob{"knob.relief", &Params::relief, &Recipe::relief, "Metres from the plains to the highest peaks."},
    Knob{"knob.plains", &Params::plain_share, &Recipe::plain_share, "Share of the area that is plain."},
    Knob{"knob.lakes", &Params::lake_share, &Recipe::lake_share, "Share of the places for a lake that may have one."},
    Knob{"knob.lakecell", &Params::lake_cell, &Recipe::lake_cell, "Metres between places for a lake."},
    Knob{"knob.snowspread", &Params::snow_spread, &Recipe::snow_spread,
         "Half width in metres from bare to full cover."},
    Knob{"knob.patchiness", &Params::patchiness, &Recipe::patchiness, "Snow patches, in metres of altitude."},
    Knob{"knob.interception", &Params::interception, &Recipe::interception,
         "Share of the canopy white after snowfall."},
    Knob{"knob.coldcloud", &Params::cold_cloud_share, &Recipe::cold_cloud_share,
         "Share of low and middle clouds whose short-wave infrared looks like snow."},
    Knob{"knob.dateshift", &Params::date_shift, &Recipe::shift_before_2021,
         "Metres within which two dates lie in 95 % of cases, instead of 12 before April 2021 and 5 since.",
         &Recipe::shift_since_2021},
    Knob{"knob.bandshift", &Params::band_shift, &Recipe::band_shift, "Largest misregistration of a band, pixels."},
    Knob{"knob.viewangle", &Params::view_effect, &Recipe::view_effect,
         "Effect of the view angle on brightness: 0 none, 1 as published for land."},
    Knob{"knob.aerosol", &Params::aerosol_blue, &Recipe::aerosol_blue,
         "Error of the blue band by aerosol, reflectance."},
    Knob{"knob.noise", &Params::noise_floor, &Recipe::noise_floor, "Noise of the sensor, reflectance."},
    Knob{"knob.demerror", &Params::dem_error, &Recipe::dem_error, "Error of the DEM given to tools, metres."},
    Knob{"knob.treeerror", &Params::tcd_error, &Recipe::tcd_error, "Error of the tree cover given to tools, percent."},
    Knob{"knob.missthick", &Params::miss_thick, &Recipe::miss_thick, "Share of thick cloud the detector misses."},
    Knob{"knob.missthin", &Params::miss_thin, &Recipe::miss_thin, "Share of thin cloud the detector misses."},
    Knob{"knob.missoversnow", &Params::miss_over_snow, &Recipe::miss_over_snow, "More it misses over snow."},
    Knob{"knob.snowascloud", &Params::false_snow_edge, &Recipe::false_snow_edge, "Share of snow edges called cloud."},
    Knob{"knob.falsecirrus", &Params::false_cirrus, &Recipe::false_cirrus,
         "Share of ground that the detector calls high cloud where dry air lets its light through at 1.38 µm: none "
         "where 0.012 of it is left, the share from 0.035 on (Sen2Cor's limits for cirrus)."},
    Knob{"knob.vapour", &Params::vapour, &Recipe::vapour,
         "Water vapour over the plains, times the weather's; it falls to 1/e in 2 km of altitude."},
    Knob{"knob.winddrift", &Params::wind_drift, &Recipe::wind_drift,
         "Snow moved from windward to lee slopes, in metres of altitude."},
    Knob{"knob.sowing", &Params::sowing_spread, &Recipe::sowing_spread, "Days of sowing between fields, ±."},
};

struct Day {
  int year = 0;
  int month = 0;
  int day = 0;
};

std::optional<Day> parse_day(const std::string& text) {
  Day day;
  int used = 0;
  const bool whole = std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &day.year, &day.month, &day.day, &used) == 3 &&
                     static_cast<std::size_t>(used) == text.size();
  if (!whole || day.year < 1950 || day.year > 2050 || day.month < 1 || day.month > 12 || day.day < 1 || day.day > 31)
    return std::nullopt;
  return day;
}

void check_params(const Params& params, Diagnostics& diagnostics) {
  if (!parse_day(params.date))
    diagnostics.fault({}, fmt::format("-date {} is no day", params.date), "write it as 2018-02-11, from 1950 to 2050");
  if (params.products.empty()) diagnostics.fault({}, "-products names no format", "name one: -products muscate");
  if (params.side && *params.side % 2 != 0)
    diagnostics.fault({}, fmt::format("-side {} is odd", *params.side), "20 m pixels need an even number of 10 m ones");
  if (params.count > 1 && params.weather == Weather::winter)
    diagnostics.fault({}, "several dates would have the same weather", "add -weather drawn");
}

AppSpec SimulateScene::spec() {
  Declare<Params> declare("SimulateScene", "Simulates satellite scenes whose truth is known, as whole products.");
  declare
      .doc(
          "Terrain, parcels with their phenology, snow by altitude, aspect and age, lakes, and clouds of some height "
          "with their shadow on the relief are rendered at 5 m under the sun of the date, blurred by the sensor, "
          "shifted, sampled at 10 m and 20 m and made noisy. Mixed pixels follow from that; they are not drawn. The "
          "masks are those of a simulated detector with its faults. The truth stands beside: classes, snow as seen, on "
          "the ground and in the canopy, cloud, shadow, terrain; and so does what tools are given: a degraded DEM and "
          "a tree cover density two years old.\n\n"
          "Two dates lie within 12 m of each other in 95 % of cases before April 2021 and within 5 m since. The twelve "
          "staggered detectors see the ground from other angles: land steps in brightness by some percent at their "
          "seams.\n\n"
          "With `-tiles` one world is simulated over several Sentinel-2 tiles: where they overlap, ground, fields, "
          "snow "
          "and weather are the same, and reference polygons are drawn once over all of them, some astride two. A "
          "`-side` of less than 10 980 gives a small copy of the arrangement at the corner of the first tile, with the "
          "same share of overlap.\n\n"
          "Fields turn to the next crop on 1 November, so the classes of November and December are those of the next "
          "harvest. The reference polygons say in `year` for which harvest their class and label hold: that of most "
          "dates. When the dates see several harvests, `class_2019` and so on tell the truth of each.\n\n"
          "On a given `-dem` lakes fill closed depressions, and some lie on ground flatter than 0.5 %: at most one in "
          "a "
          "square of the map, the same for every tile. Voids of the DEM become sea level. It must cover the scene; "
          "where it ends short of the surroundings that give "
          "light and shadow, its edge is repeated and a warning says so.\n\n"
          "A Landsat scene lies on the square of its tile and bears the path and row whose middle is nearest; with "
          "`-tiles` the tile's name follows in the folder's.\n\n"
          "Every knob stands in the metadata: MTD_ALL.xml of MUSCATE, AUX_DATA/SIMULATION_KNOBS.txt of SAFE, the group "
          "SIMULATION_KNOBS of Landsat's MTL, RECIPE.txt of the truth.\n\n"
          "The same recipe, seed and date give the same bytes. The folder holds one product a date, tile and format, "
          "and `TRUTH…` folders.\n\n"
          "`cers simulate` is short for this application.")
      .tag("Product")
      .tag("Simulation")
      .input("dem", "Altitudes to use instead of the fractal terrain: metres, in the CRS of the scene, 3 km beyond it.")
      .optional()
      .folder_output("out", "Folder to make.")
      .param("size", &Params::size, "Preset of the extent.")
      .param("side", &Params::side, "Width and height in 10 m pixels instead of the preset's.")
      .range(128, 10980)
      .unit("pixel")
      .param("tiles", &Params::tiles, "Sentinel-2 tiles of one UTM zone to simulate side by side: 31TCH 31TDH.")
      .param("seed", &Params::seed, "Number of the world: terrain, parcels, weather and errors.")
      .at_least(0)
      .param("recipe", &Params::recipe, "Spectra and structure.")
      .param("date", &Params::date, "First day, as 2018-02-11.")
      .param("count", &Params::count, "Number of acquisitions.")
      .range(1, 100)
      .param("revisit", &Params::revisit, "Days between acquisitions.")
      .range(1, 60)
      .unit("day")
      .param("weather", &Params::weather, "Snow and clouds.")
      .param("products", &Params::products, "Formats to write.")
      .param("jp2", &Params::jp2, "SAFE images as JPEG 2000, as ESA delivers them; otherwise as GeoTIFF, faster.")
      .param("truth", &Params::truth, "Write the truth, the DEM and the tree cover too.")
      .param(
          "polygons", &Params::polygons,
          "Reference polygons to draw, large fields more likely: with the year of the harvest, the true class then and "
          "a label, wrong for 6 %. Lakes are one class, turbid or not. A warning tells when fewer found room.")
      .range(0, 100000)
      .param("snowline", &Params::snow_line, "Altitude of half snow cover on flat ground.")
      .unit("m")
      .param("clouds", &Params::clouds, "Cloud cover, as a multiple of the weather's.")
      .range(0, 4);
  for (const Knob& knob : knobs) declare.param(knob.key, knob.given, knob.help).advanced();
  return declare.check(check_params)
      .cites("Michalsky (1988), The Astronomical Almanac's algorithm for approximate solar position, Solar Energy 40.")
      .example("A small winter scene as Theia delivers it", "cers SimulateScene -size small -side 128 -out scene")
      .example("A day over two small neighbours, with polygons to learn from",
               "cers SimulateScene -side 128 -tiles 31TCH 31TDH -weather drawn -date 2019-05-01 -truth false "
               "-polygons 20 -out season")
      .done();
}

Recipe recipe_of(const Params& params) {
  const auto seed = static_cast<std::uint64_t>(params.seed);
  Recipe recipe = params.size == Size::small ? simulator::small_recipe(seed) : simulator::tile_recipe(seed);
  if (params.side) recipe.side = *params.side;
  if (params.recipe == Spectra::alternative) recipe = simulator::alternative(recipe);
  if (params.recipe == Spectra::maritime) recipe = simulator::maritime(recipe);
  if (params.recipe == Spectra::continental) recipe = simulator::continental(recipe);
  if (params.recipe == Spectra::boreal) recipe = simulator::boreal(recipe);
  for (const Knob& knob : knobs) {
    const auto& given = params.*knob.given;
    if (!given) continue;
    recipe.*knob.member = *given;
    if (knob.also != nullptr) recipe.*knob.also = *given;
  }
  simulator::check(recipe);
  return recipe;
}

std::vector<SceneDate> dates_of(const Params& params, const Recipe& recipe) {
  const Day first = *parse_day(params.date);
  std::vector<SceneDate> dates;
  if (params.weather == Weather::drawn) {
    dates = simulator::season(recipe, first.year, first.month, first.day, params.revisit, params.count);
  } else {
    SceneDate date = simulator::winter_day(recipe);
    date.year = first.year;
    date.month = first.month;
    date.day = first.day;
    dates.push_back(date);
  }
  for (SceneDate& date : dates) {
    if (params.snow_line) date.snow_line = *params.snow_line;
    for (auto& layer : date.clouds) layer.cover = std::min(1.0, layer.cover * params.clouds);
  }
  return dates;
}

void add_product(const simulator::SimulatedProduct& product, FolderOutput& folder) {
  for (const simulator::ProductFile& file : product.rasters) {
    std::string options = "?";
    for (const std::string& option : split(file.creation, ' ')) {
      if (!option.empty()) options += "&gdal:co:" + option;
    }
    if (file.nodata_tag && file.nodata) options += "&nodata=" + format_real(*file.nodata);
    folder.rasters.push_back({product.id + "/" + file.path, file.edge, file.type, false, options == "?" ? "" : options,
                              file.placed, file.group});
  }
  for (const simulator::ProductText& text : product.texts) {
    folder.files.push_back({product.id + "/" + text.path, {text.values, text.make}});
  }
}

void add_scene(const Params& params, const simulator::SimulatedScene& scene, Graph& graph, FolderOutput& folder) {
  for (const Format format : params.products) {
    if (format == Format::muscate) add_product(simulator::muscate_l2a(graph, scene), folder);
    if (format == Format::safe)
      add_product(simulator::safe_l2a(graph, scene, params.jp2 ? "JP2OpenJPEG" : "GTiff"), folder);
    if (format == Format::landsat) {
      simulator::SimulatedProduct product = simulator::landsat_c2(graph, scene);
      // Neighbouring tiles may lie in one path and row.
      if (!params.tiles.empty()) product.id += "_" + scene.recipe.tile;
      add_product(product, folder);
    }
  }
  if (!params.truth) return;
  simulator::SimulatedProduct truth = simulator::truth_files(graph, scene);
  if (!params.tiles.empty()) truth.id += "_" + scene.recipe.tile;
  truth.id += "_" + scene.date.iso();
  add_product(truth, folder);
}

std::string warning_of(const simulator::GivenDem& dem) {
  return fmt::format(
      "{} ends up to {:.0f} m short of the surroundings whose light and shadows the scene needs: its edge is repeated "
      "there. A DEM that reaches {:.0f} m beyond the scene has them",
      dem.file, dem.missing, std::ceil(dem.reach));
}

/// Draws the polygons into `folder`, with a warning when fewer than asked found room.
void add_polygons(const std::vector<Recipe>& tiles, const std::vector<SceneDate>& dates, int count,
                  const std::optional<Edge>& dem, Wiring& wiring, FolderOutput& folder) {
  const std::vector<int> years = simulator::harvest_years(dates);
  constexpr double wrong = 0.06;
  const auto made = std::make_shared<int>(count);
  const simulator::ProductText text =
      dem ? simulator::reference_polygons_on(wiring.graph(), *dem, tiles, years, count, wrong, made)
          : simulator::ProductText{"reference_polygons.geojson", {}, [tiles, years, count, made](const LateValues&) {
                                     return simulator::reference_polygons(tiles, years, count, wrong, made.get());
                                   }};
  folder.files.push_back({text.path, {text.values, text.make}});
  // Said when the run is over: the text is made by then.
  wiring.after_run({{},
                    [made, count](const LateValues&) {
                      if (*made == count) return std::string();
                      return fmt::format("{} of {} polygons found room: simulate a larger scene for more", *made,
                                         count);
                    },
                    true});
}

void SimulateScene::wire(const Params& params, Wiring& wiring) {
  const Recipe recipe = recipe_of(params);
  const std::vector<Recipe> tiles =
      params.tiles.empty() ? std::vector<Recipe>{recipe} : simulator::tile_recipes(recipe, params.tiles);
  std::optional<Edge> dem;
  if (wiring.has("dem")) dem = wiring.image("dem").bands({0});
  FolderOutput folder;
  Graph& graph = wiring.graph();
  // Each scene is written in passes of its own: a season needs the memory of one scene.
  constexpr int groups_of_scene = 4;
  int scenes = 0;
  std::optional<simulator::GivenDem> widest;
  const std::vector<SceneDate> dates = dates_of(params, recipe);
  for (const SceneDate& date : dates) {
    for (const Recipe& tile : tiles) {
      const SceneDate seen = simulator::seen_over(date, tiles.front(), tile);
      const std::size_t before = folder.rasters.size();
      simulator::SimulatedScene scene = simulator::simulate(graph, tile, seen, dem);
      if (scene.given_dem) {
        scene.given_dem->file = std::filesystem::path(wiring.image("dem").label()).filename().string();
        if (!widest || scene.given_dem->missing > widest->missing) widest = scene.given_dem;
      }
      add_scene(params, scene, graph, folder);
      for (std::size_t i = before; i < folder.rasters.size(); ++i) folder.rasters[i].group += groups_of_scene * scenes;
      ++scenes;
    }
  }
  if (widest && widest->missing > 0) wiring.warn(warning_of(*widest));
  if (params.polygons > 0) add_polygons(tiles, dates, params.polygons, dem, wiring, folder);
  wiring.output("out", std::move(folder));
}

}  // namespace

Application cers_app_SimulateScene() {
  return application<SimulateScene>();
}

}  // namespace cers
