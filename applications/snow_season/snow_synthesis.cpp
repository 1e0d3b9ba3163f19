// SPDX-License-Identifier: Apache-2.0
// SnowSynthesis: a season of snow masks as maps of duration, onset and melt-out, with what they rest on.
#include <fmt/format.h>

#include <algorithm>

#include "../snow/scene_mask.hpp"
#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/ops/bands.hpp"
#include "empty_images.hpp"
#include "season_images.hpp"
#include "season_node.hpp"
#include "season_package.hpp"

namespace cers {
namespace season {

std::vector<Choice> choices_of(Profile) {
  return {{"standard", "What is not known is 65535, a snow period is a run of snow days."},
          {"lis111", "As let-it-snow 1.11 counts: see above."}};
}
std::vector<Choice> choices_of(Tie) {
  return {{"snow", "The day has snow, as in let-it-snow since 1.6."}, {"nosnow", "The day has none."}};
}

}  // namespace season

namespace {

using namespace season;

enum class Hemisphere { automatic, north, south };
std::vector<Choice> choices_of(Hemisphere) {
  return {{"auto", "By the latitude of the middle of the images."},
          {"north", "1 September of the year before to 31 August."},
          {"south", "1 March to the last day of February of the year after."}};
}

struct SnowSynthesis {
  struct Params {
    std::optional<std::string> tile;
    std::vector<std::string> dates;
    std::optional<int> year;
    std::optional<std::string> start;
    std::optional<std::string> stop;
    Hemisphere hemisphere = Hemisphere::automatic;
    int margin = 15;
    Profile profile = Profile::standard;
    int least_percent = 1;
    Tie tie = Tie::snow;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = SnowSynthesis::Params;

std::optional<CalendarDay> checked_day(const char* key, const std::optional<std::string>& text,
                                       Diagnostics& diagnostics) {
  if (!text) return std::nullopt;
  const auto day = parse_calendar_day(*text);
  if (!day) diagnostics.fault({}, fmt::format("-{} {} is no day", key, *text), "write it as 2018-02-11 or 20180211");
  return day;
}

void check(const Params& params, Diagnostics& diagnostics) {
  const auto start = checked_day("start", params.start, diagnostics);
  const auto stop = checked_day("stop", params.stop, diagnostics);
  const bool dated = params.start || params.stop;
  if (params.year && dated) {
    diagnostics.fault({}, "the period is given twice, as -year and as -start or -stop", "leave one of them out");
  } else if (!params.year && !(params.start && params.stop)) {
    diagnostics.fault({}, dated ? "the period has one end only" : "the period is not given",
                      "give -year 2018, or -start 2017-09-01 -stop 2018-08-31");
  }
  if (!start || !stop || !diagnostics.ok()) return;
  if (*stop < *start) {
    diagnostics.fault({}, fmt::format("-stop {} lies before -start {}", *params.stop, *params.start), "exchange them");
  } else if (DayRange{*start, *stop}.days() + 2 * params.margin > most_days) {
    diagnostics.fault({}, fmt::format("the period {} is too long", text_of(DayRange{*start, *stop})),
                      fmt::format("with the days around it there may be {} days", most_days));
  }
}

AppSpec SnowSynthesis::spec() {
  Declare<Params> declare("SnowSynthesis", "Maps of duration, onset and melt-out of snow from the masks of a season.");
  declare
      .doc(
          "Reads the snow masks or snow fractions of a season once and writes the layers that are asked for, for the "
          "period from `-start` to `-stop`, both included, or for the hydrological `-year`. No daily image is made; "
          "what a pixel costs grows with its observations, not with the days of the period.\n\n"
          "**Images.** A list of snow products (Theia snow, let-it-snow, Copernicus FSC; folder or archive) or of "
          "uint8 rasters on one grid, with these codes: 0 no snow, 1 to 100 snow cover in percent, 205 cloud, 210 "
          "water, 211 lake ice, 254 and 255 missing. Any other value is taken as missing and flagged. A nodata value "
          "that a file declares is not looked at. The day of an image is that of its product; else that in `-dates`; "
          "else the first date in the name of the file: 8 digits that are a date (`snow_20180211.tif`, "
          "`…_20180211T105101_…`) or `2018-02-11`. `-densification` takes masks of other sensors and grids, which are "
          "brought onto the grid of the first image by nearest neighbour. Several images may be of one day: of each "
          "pixel the first clear one counts, in the order of `-il`, then of `-densification`. Images of `-margin` days "
          "before and after the period inform its ends; images beyond are ignored. Those without a clear pixel are "
          "named "
          "after the run.\n\n"
          "**Scenes.** Products with bands may stand among them (Theia, SAFE Level-2A, Landsat Collection 2; a folder "
          "of products is taken as all of them): with `-dem` their masks are made in the same run, as SnowMask with "
          "the same `-profile` makes them when nothing else is given. Each scene is read twice at most, once for its "
          "snow line and once for its mask; `-out.masks` keeps the masks. Unlike that of masks, "
          "the least memory grows with the number of scenes (some 7 MB each for a whole tile); where whole blocks do "
          "not fit, parts of them are kept and blocks decoded again, which `explain` tells.\n\n"
          "**Rules.** A day is as the clear observation nearest in time; before the first and after the last one as "
          "these. A day half way between an observation with snow and one without is as `-tie` says. This is the "
          "linear interpolation of let-it-snow. Snow onset and melt-out are the ends of the longest run of snow days. "
          "Layers are uint16; 65535 means that there is no such day, or, where no clear observation lies in the period "
          "and its margin, that nothing is known: never 0. Pixels of water have no clear observation and carry a flag. "
          "The year of `-year` is the one in which most of the period lies.\n\n"
          "**Quality.** Onset and melt-out are known to lie between two observations, `-out.gapsod` and "
          "`-out.gapsmod` days apart. Gaps up to 15 days are usual; `-out.flags` marks longer ones.\n\n"
          "**Profile lis111** gives what let-it-snow 1.11 gives: SOD and SMOD where there are more than 10 snow days, "
          "else 0; 0 in every layer without a clear observation; NSP counts the changes between days with and without "
          "snow, in both directions (4 for two winters within the period, 1 for one that is cut by its start); NOBS "
          "and CCD count the dates of the margin too; any fraction above 0 is snow. Layers that let-it-snow does not "
          "make follow the rules above. The standard profile counts runs in NSP, flags those that are cut, and counts "
          "dates of the period.")
      .tag("Snow")
      .tag("Time series")
      .input_list("il", "Snow masks, snow fractions, snow products or scenes of one grid, in any order.")
      .input_list("densification", "More of them, of other sensors or grids; they rank after those of -il.")
      .optional();
  declare.input("dem", "Altitudes in metres, for the masks of scenes.").optional();
  for (const LayerText& text : layer_texts())
    declare.output(text.key, text.help, text.layer == Layer::flags ? PixelType::u8 : PixelType::u16).optional();
  return declare
      .folder_output(
          "out.product",
          "Folder to make with SCD, SOD, SMOD, NSP and NOBS under the names of Let-it-snow, and its metadata.")
      .optional()
      .folder_output("out.masks", "Folder to make with the masks of the scenes: snow_20180211.tif.")
      .optional()
      .param("product.tile", &Params::tile, "Tile in those names (T31TCH), when the images do not tell.")
      .param("dates", &Params::dates,
             "Days of the images of -il, or of -il and -densification, as 2018-02-11 or 20180211, in their order.")
      .param("year", &Params::year, "Hydrological year: 2018 is 2017-09-01 to 2018-08-31 in the north.")
      .range(1951, 2098)
      .param("start", &Params::start, "First day of the period, instead of -year.")
      .param("stop", &Params::stop, "Last day of the period.")
      .param("hemisphere", &Params::hemisphere, "Which year -year means.")
      .param("margin", &Params::margin, "Days before and after the period of which images are used.")
      .range(0, 366)
      .unit("day")
      .param("profile", &Params::profile, "Conventions.")
      .param("fsc.min", &Params::least_percent, "Snow cover from which an observation counts as snow.")
      .range(1, 100)
      .unit("percent")
      .only_if("profile", "standard")
      .param("tie", &Params::tie, "A day half way between snow and no snow.")
      .only_if("profile", "standard")
      .check(check)
      .cites(
          "Gascoin et al. (2019), Theia Snow collection: high-resolution operational snow cover maps from Sentinel-2 "
          "and Landsat-8 data, Earth System Science Data 11.")
      .example("Duration, onset and melt-out of the winter 2017-2018",
               "cers SnowSynthesis -il snow_20171014.tif snow_20171128.tif snow_20180112.tif snow_20180226.tif "
               "snow_20180412.tif snow_20180527.tif -year 2018 -out scd.tif -out.sod sod.tif -out.smod smod.tif "
               "-out.flags flags.tif")
      .example("With masks of another sensor, counted as let-it-snow does",
               "cers SnowSynthesis -il snow_20171128.tif snow_20180112.tif snow_20180412.tif -densification "
               "snow_l8_20180226.tif -start 2017-11-01 -stop 2018-04-30 -profile lis111 -out scd.tif -out.nsp nsp.tif "
               "-out.nobs nobs.tif")
      .example("Of scenes, their masks made on the way",
               "cers SnowSynthesis -il product -dem dem.tif -start 2018-02-01 -stop 2018-02-28 -out scd.tif -out.masks "
               "masks")
      .reports("period", "dates")
      .done();
}

DayRange period_of(const Params& params, const Wiring& wiring) {
  if (!params.year) return {*parse_calendar_day(*params.start), *parse_calendar_day(*params.stop)};
  const bool south = params.hemisphere == Hemisphere::automatic ? lies_south(wiring.image("il"))
                                                                : params.hemisphere == Hemisphere::south;
  return hydrological_year(*params.year, south);
}

/// The layers asked for, those of a package, and the flags, which the warning about foreign codes is made of.
std::vector<Layer> wanted_layers(const Wiring& wiring) {
  std::vector<Layer> layers;
  for (const LayerText& text : layer_texts()) {
    const auto& packaged = packaged_layers();
    const bool in_package =
        wiring.wants("out.product") && std::find(packaged.begin(), packaged.end(), text.layer) != packaged.end();
    if (wiring.wants(text.key) || in_package) layers.push_back(text.layer);
  }
  if (layers.empty())
    throw UserError("no output is asked for", "give one or more: -out scd.tif -out.sod sod.tif -out.smod smod.tif");
  if (layers.back() != Layer::flags) layers.push_back(Layer::flags);
  return layers;
}

void report_dates(const std::vector<DatedImage>& images, const DayRange& period, Wiring& wiring) {
  int inside = 0;
  int around = 0;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (i > 0 && images[i].day == images[i - 1].day) continue;
    ++(period.holds(images[i].day) ? inside : around);
  }
  wiring.report("period", text_of(period));
  wiring.report("dates", fmt::format("{} in the period, {} in its margin", inside, around));
}

/// Pixels with a value that is no code.
struct ForeignCodes {
  using State = std::int64_t;
  using Result = State;
  static constexpr bool exact = true;

  State start() const { return 0; }
  void add(State& state, const Block& flags, Window chunk) const {
    const auto plane = flags.plane<std::uint16_t>(0);
    for (int y = chunk.y; y < chunk.bottom(); ++y) {
      for (const std::uint16_t value : plane.row(y, chunk)) state += (value & foreign_code) != 0 ? 1 : 0;
    }
  }
  void merge(State& into, State&& from) const { into += from; }
  Result finish(State&& state) const { return state; }
};

void warn_of_foreign_codes(Edge flags, Wiring& wiring) {
  const auto late = wiring.graph().reduce(ForeignCodes{}, flags, "values that are no code");
  wiring.after_run({{late},
                    [late](const LateValues& values) -> std::string {
                      const std::int64_t pixels = values.get(late);
                      if (pixels == 0) return {};
                      return fmt::format(
                          "{} pixels have values that are no code of a snow mask (0 to 100, 205, 210, "
                          "211, 254, 255) and are taken as missing: is every image a snow mask?",
                          pixels);
                    },
                    true});
}

/// That of the masks of -il, also when none of their days counts: a scene's is that of the mask it would give.
Grid season_grid(const std::vector<DatedImage>& images, snow::Profile profile, Wiring& wiring) {
  const auto first = std::find_if(images.begin(), images.end(), [](const auto& one) { return !one.densification; });
  if (first != images.end()) return first->mask().info().grid;
  const auto& all = wiring.images("il");
  const auto mask = std::find_if(all.begin(), all.end(), [](const auto& image) { return !snow::is_scene(image); });
  return mask != all.end() ? mask->info().grid : snow::mask_grid(wiring.graph(), all.front(), profile);
}

void SnowSynthesis::wire(const Params& params, Wiring& wiring) {
  const std::vector<Layer> layers = wanted_layers(wiring);
  std::vector<DatedImage> images = dated_images(wiring, params.dates, true);
  const DayRange period = period_of(params, wiring);
  const std::chrono::days margin(params.margin);
  images = images_within(std::move(images), period, {period.first - margin, period.last + margin}, wiring);
  report_dates(images, period, wiring);
  const auto snow_profile = params.profile == Profile::lis111 ? snow::Profile::lis111 : snow::Profile::standard;
  make_masks(images, snow_profile, wiring);
  if (wiring.wants("out.masks")) wiring.output("out.masks", made_masks(images));

  Rules rules;
  rules.profile = params.profile;
  rules.days = period.days();
  if (params.profile == Profile::standard) {
    rules.tie = params.tie;
    rules.least_percent = params.least_percent;
  }
  Graph& graph = wiring.graph();
  const Grid grid = season_grid(images, snow_profile, wiring);
  std::vector<Edge> masks;
  std::vector<int> days;
  for (const DatedImage& image : images) {
    masks.push_back(codes_on(image, grid, graph));
    days.push_back(static_cast<int>((image.day - period.first).count()));
  }
  warn_of_empty_images(images, masks, wiring);
  const Edge season = graph.add(make_season_node(rules, period, days, layers), masks);
  std::vector<Edge> packaged(packaged_layers().size());
  for (std::size_t band = 0; band < layers.size(); ++band) {
    const Edge layer = graph.add(make_select_bands(graph.info(season), {static_cast<int>(band)}), {season});
    const char* key = layer_texts()[static_cast<std::size_t>(layers[band])].key;
    if (wiring.wants(key)) wiring.output(key, layer);
    if (layers[band] == Layer::flags) warn_of_foreign_codes(layer, wiring);
    const auto in_package = std::find(packaged_layers().begin(), packaged_layers().end(), layers[band]);
    if (in_package != packaged_layers().end())
      packaged[static_cast<std::size_t>(in_package - packaged_layers().begin())] = layer;
  }
  if (wiring.wants("out.product")) {
    wiring.output("out.product", season_package(package_text(images, params.tile.value_or("")), period, packaged));
  } else if (params.tile) {
    throw UserError("-product.tile has no effect: no package is made", "add -out.product, or leave it out");
  }
}

}  // namespace

Application cers_app_SnowSynthesis() {
  return application<SnowSynthesis>();
}

}  // namespace cers
