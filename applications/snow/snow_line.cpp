// SPDX-License-Identifier: Apache-2.0
// SnowLine: how high the snow lies, by image and zone.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cers/app/application.hpp"
#include "cers/core/calendar_day.hpp"
#include "cers/core/text.hpp"
#include "cers/vector-io/zone_polygons.hpp"
#include "half_cover.hpp"
#include "inputs.hpp"
#include "season_plot.hpp"
#include "snowline.hpp"
#include "zone_counts.hpp"

namespace cers {
namespace {

struct SnowLine {
  struct Params {
    double dz = 100;
    double fsnow = 0.1;
    double fclear = 0.1;
    double clear_cells = 2.8;  // as SnowMask's default profile has it
    int least = 100;
    std::optional<std::string> polygons;
    std::string field;
    int most_zones = 100;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = SnowLine::Params;
using snow::ZoneCounts;
using snow::ZoneSums;
using snow::ZoneTable;
using ZoneNames = std::vector<std::string>;

AppSpec SnowLine::spec() {
  return Declare<Params>("SnowLine", "Snow line of snow masks, by zone, as a table.")
      .doc(
          "One row for each image and zone: the share of snow among clear pixels, the snow line by Let-it-snow's rule "
          "(two altitude bands below the lowest band with more than -fsnow of snow, of the bands that -fclear or "
          "-fclear.cells lets count, as in SnowMask's default profile), and the altitude at which half of "
          "the ground is covered, by logistic regression on the bands, with its 95 % interval. The interval is scaled "
          "by how far the bands scatter around the curve; forests, aspects and shade make it wide. It takes the bands "
          "for independent: where snow lies in patches that reach less than half a band up the slope it holds the "
          "truth some 90 times in 100, where they reach over one band some 80 times, over three some 65 times.\n\n"
          "`snowline_m` is the line of the masks as they are given. The line that SnowMask prints, Let-it-snow's zs, "
          "is drawn before its second test and counts the snow of the first, strict test only. A finished mask holds "
          "the "
          "snow of both, so `snowline_m` of it mostly lies as high or lower, by one or a few bands. To compare with "
          "the zs of Theia's products or of SnowMask take those that SnowMask prints or writes (-out.json).\n\n"
          "Masks hold 0 no snow and 1 to 100 snow (a fraction counts as snow from 50 on); everything else, cloud, "
          "water "
          "and nodata, tells nothing. Zones are polygons (-zones.vector, one zone for each value of -zones.field) or a "
          "raster of whole numbers, 0 outside; without either the whole image is zone 1. Fields that cannot be told "
          "are empty.\n\n"
          "Beyond the clear ground of a zone the curve tells nothing, so no altitude there is given. `flag` says why: "
          "`above`, half cover lies above that ground, and low_m is a bound below it; `below`, it lies below, and "
          "high_m is a bound above it; `few`, less than -least clear pixels; `no_snow` and `all_snow` of the clear "
          "ground; `bands`, fewer than three bands of altitude have clear ground; `sharp`, snow begins so sharply "
          "between two bands that no curve tells where; `no_rise`, snow does not grow with altitude. Otherwise it is "
          "empty. An "
          "end of the interval beyond that ground is empty: open. Altitudes below −500 m or above 9000 m are voids of "
          "the DEM.")
      .tag("Snow")
      .input_list("il", "Snow masks or fractions of one grid, such as the dates of a season.")
      .input("dem", "Altitudes in metres; brought to the masks' grid by a cubic kernel unless they lie there.")
      .input("zones", "Zones on the grid of the masks: massifs, catchments.")
      .optional()
      .file_output(
          "out",
          "CSV: image, zone, pixels, clear, snow_share, snowline_m, half_cover_m, low_m, high_m, snow_km2, flag.")
      .file_output("out.bands", "CSV: image, zone, bottom_m, top_m, pixels, cloud, snow, no_snow, snow_km2.")
      .optional()
      .file_output("out.plot",
                   "SVG picture of two panels over the images. Above: half cover with its interval, and the snow line "
                   "(`snowline_m`). Below: the snow-covered area in km², of one zone stacked by altitude band within "
                   "the clear ground, of several a line a zone. Images whose name has a date stand by date. Nothing "
                   "is drawn of images with less than -least clear pixels of a zone, nor of half cover beyond the "
                   "altitudes seen.")
      .optional()
      .param("zones.vector", &Params::polygons,
             "Polygons of the zones: GeoPackage, Shapefile, GeoJSON; instead of -zones.")
      .reads_file()
      .param("zones.field", &Params::field, "Field that names the zones; without one every feature is a zone.")
      .param("zones.most", &Params::most_zones, "Zones that the raster -zones may hold: memory is set aside for them.")
      .range(1, 10000000)
      .advanced()
      .param("dz", &Params::dz, "Height of an altitude band.")
      .range(1, 10000)
      .unit("m")
      .param("fsnow", &Params::fsnow, "Share of snow among the clear pixels of a band that makes the snow line.")
      .range(0, 1)
      .param("fclear", &Params::fclear, "Share of clear pixels for a band to count.")
      .range(0, 1)
      .param("fclear.cells", &Params::clear_cells,
             "Clear ground that lets a band count however small its share, in cells of 240 m by 240 m.")
      .at_least(0)
      .advanced()
      .param("least", &Params::least, "Clear pixels that a zone must have to get a line.")
      .at_least(1)
      .unit("pixel")
      .cites(
          "Gascoin, Grizonnet, Bouchet, Salgues and Hagolle (2019), Theia Snow collection, Earth System Science Data "
          "11.")
      .cites("McCullagh and Nelder (1989), Generalized Linear Models, Chapman and Hall.")
      .example("Snow line of a scene, and its snow by altitude",
               "cers SnowLine -il snow.tif -dem dem.tif -out snowline.csv -out.bands bands.csv "
               "-out.plot season.svg")
      .done();
}

constexpr int least_snow_percent = 50;

/// Inputs: mask, altitude, zones if there are.
class ZonedAltitude final : public PixelwiseNode {
 public:
  explicit ZonedAltitude(bool zones) : zones_(zones) {}
  std::string name() const override { return "snow by zone and altitude"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, std::vector<BandInfo>(2), PixelType::i32};
  }
  double cost() const override { return 4; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto mask = row.in<std::uint8_t>(0);
    const auto altitude = row.in<float>(1);
    const auto code = row.out<std::int32_t>(0);
    const auto zone = row.out<std::int32_t>(1);
    for (std::size_t i = 0; i < row.count; ++i) {
      const float z = altitude[i];
      int what = mask[i] > 100 ? snow::zone_unseen : mask[i] >= least_snow_percent ? snow::zone_snow : snow::zone_bare;
      const bool nothing = z != z && what == snow::zone_unseen;
      if (z != z) what = snow::zone_no_altitude;
      const float bounded = z == z ? std::clamp(std::floor(z), -32768.0F, 32767.0F) : 0.0F;
      code[i] = static_cast<std::int32_t>(bounded) * (1 << snow::zone_class_bits) + what;
      zone[i] = nothing ? 0 : zones_ ? row.in<std::int32_t>(2)[i] : 1;
    }
  }

 private:
  bool zones_;
};

std::string number(double value, const char* format) {
  return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : std::string();
}

/// A field of CSV (RFC 4180).
std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}

struct Image {
  std::string label;
  Late<ZoneTable> zones;
};

/// A polygon zone by its name, a raster zone by its number.
std::string label_of(int zone, const ZoneNames& names) {
  return names.empty() ? std::to_string(zone) : quoted(names.at(static_cast<std::size_t>(zone) - 1));
}

struct ZoneLine {
  snow::Snowline line;
  snow::HalfCoverStatement half;
  const char* flag = "few";  ///< as in the table
  bool told = false;         ///< there is enough clear ground
};

/// Pixels along a side of 240 m: 12 of 20 m, 8 of 30 m.
int pixels_in_a_cell(double pixel_km2) {
  return std::max(1, static_cast<int>(std::lround(0.24 / std::sqrt(pixel_km2))));
}

/// Of the clear pixels.
std::pair<double, double> altitudes_of(const ZoneCounts& counts) {
  if (counts.lowest_clear_m > counts.highest_clear_m) {
    const double none = std::numeric_limits<double>::infinity();
    return {none, -none};
  }
  return {counts.lowest_clear_m, counts.highest_clear_m + 1.0};
}

const char* flag_of(const snow::HalfCover& line, const snow::HalfCoverStatement& half, const ZoneSums& sums) {
  using Place = snow::HalfCoverStatement::Place;
  using Lack = snow::HalfCover::Lack;
  if (half.place == Place::above) return "above";
  if (half.place == Place::below) return "below";
  if (half.place == Place::within) return "";
  if (line.lacking == Lack::mixture) return sums.snow == 0 ? "no_snow" : "all_snow";
  return line.lacking == Lack::bands ? "bands" : line.lacking == Lack::curve ? "sharp" : "no_rise";
}

/// Nothing can be told of fewer than -least clear pixels.
ZoneLine line_of(const ZoneCounts& counts, const Params& params, double pixel_km2) {
  snow::SnowRules rules;
  rules.coarse_factor = pixels_in_a_cell(pixel_km2);
  rules.least_clear_cells = params.clear_cells;
  rules.band_height_m = params.dz;
  rules.least_snow_share = params.fsnow;
  rules.least_clear_share = params.fclear;
  const ZoneSums sums = sums_of(counts);
  if (sums.clear < static_cast<std::uint64_t>(params.least)) return {};
  ZoneLine found;
  found.told = true;
  found.line.bands = bands_of(counts, params.dz);
  snow::draw_snowline(found.line, rules);
  const auto [lowest, highest] = altitudes_of(counts);
  const snow::HalfCover curve = snow::fit_half_cover(found.line.bands);
  found.half = snow::statement_of(curve, lowest, highest);
  found.flag = flag_of(curve, found.half, sums);
  return found;
}

std::string table(const std::vector<Image>& images, const ZoneNames& names, const LateValues& values,
                  const Params& params, double pixel_km2) {
  std::string text = "image,zone,pixels,clear,snow_share,snowline_m,half_cover_m,low_m,high_m,snow_km2,flag\n";
  for (const Image& image : images) {
    for (const auto& [zone, counts] : values.get(image.zones)) {
      const auto [clear, snow, pixels] = sums_of(counts);
      const ZoneLine found = line_of(counts, params, pixel_km2);
      const double share =
          clear > 0 ? static_cast<double>(snow) / static_cast<double>(clear) : std::numeric_limits<double>::quiet_NaN();
      text += fmt::format("{},{},{},{},{},{},{},{},{},{:.4f},{}\n", quoted(image.label), label_of(zone, names), pixels,
                          clear, number(share, "{:.4f}"),
                          found.line.found ? format_real(found.line.altitude_m) : std::string(),
                          number(found.half.altitude_m, "{:.0f}"), number(found.half.low_m, "{:.0f}"),
                          number(found.half.high_m, "{:.0f}"), static_cast<double>(snow) * pixel_km2, found.flag);
    }
  }
  return text;
}

std::string plot(const std::vector<Image>& images, const ZoneNames& names, const LateValues& values,
                 const Params& params, double pixel_km2) {
  std::vector<snow::SeasonImage> season;
  std::map<int, std::string> labels;
  for (const Image& image : images) {
    season.push_back({image.label, {}});
    for (const auto& [zone, counts] : values.get(image.zones)) {
      labels[zone] = names.empty() ? "zone " + std::to_string(zone) : names.at(static_cast<std::size_t>(zone) - 1);
      const ZoneLine found = line_of(counts, params, pixel_km2);
      if (!found.told) continue;
      const auto [lowest, highest] = altitudes_of(counts);
      season.back().zones[zone] = {found.line, found.half, lowest, highest};
    }
  }
  return snow::season_plot_svg(season, labels, pixel_km2);
}

std::string bands_table(const std::vector<Image>& images, const ZoneNames& names, const LateValues& values, double dz,
                        double pixel_km2) {
  std::string text = "image,zone,bottom_m,top_m,pixels,cloud,snow,no_snow,snow_km2\n";
  for (const Image& image : images) {
    for (const auto& [zone, counts] : values.get(image.zones)) {
      for (const snow::AltitudeBand& band : bands_of(counts, dz)) {
        text += fmt::format("{},{},{},{},{},{},{},{},{:.4f}\n", quoted(image.label), label_of(zone, names),
                            format_real(band.bottom_m), format_real(band.top_m), band.total, band.cloud,
                            band.clear_snow, band.clear_bare, static_cast<double>(band.clear_snow) * pixel_km2);
      }
    }
  }
  return text;
}

/// A DEM that covers nothing of what the masks show is an error; what is missing otherwise is told once.
void check_cover(const std::vector<Image>& images, const std::string& dem, Wiring& wiring) {
  std::vector<LateRef> all;
  for (const Image& image : images) all.push_back(image.zones);
  wiring.after_run({all,
                    [=](const LateValues& values) -> std::string {
                      std::uint64_t missing = 0;
                      std::uint64_t clear = 0;
                      for (const Image& image : images) {
                        for (const auto& [zone, counts] : values.get(image.zones)) {
                          missing += counts.without_altitude;
                          clear += counts.without_altitude + sums_of(counts).clear;
                        }
                      }
                      if (missing == 0) return {};
                      if (missing == clear)
                        throw DataError(fmt::format("{} has no altitude for any clear pixel of the zones", dem),
                                        "give a DEM that covers the masks");
                      return fmt::format(
                          "{} has no altitude for {} of {} clear pixels of the zones ({:.1f} %; below {} m or above {} "
                          "m is none): they count nowhere",
                          dem, missing, clear, 100 * static_cast<double>(missing) / static_cast<double>(clear),
                          snow::lowest_altitude_m, snow::highest_altitude_m);
                    },
                    true});
}

void SnowLine::wire(const Params& params, Wiring& wiring) {
  Graph& graph = wiring.graph();
  const std::vector<ImageInput>& masks = wiring.images("il");
  const Grid& grid = masks[0].info().grid;
  check_same_grid(masks, "SnowLine");
  const Edge altitude = snow::altitude_on(wiring.image("dem"), graph, grid, true);
  std::optional<Edge> zones;
  if (wiring.has("zones")) {
    const ImageInput& image = wiring.image("zones");
    if (is_floating(image.info().type))
      throw UserError(fmt::format("-zones {} holds {} numbers", image.label(), name_of(image.info().type)),
                      "give whole numbers, one for each zone, 0 outside");
    snow::check_on_grid(image, "zones", grid);
    zones = image.bands({0}, PixelType::i32);
  }
  ZoneNames names;
  if (params.polygons) {
    if (zones) throw UserError("-zones and -zones.vector are both given", "give the zones as a raster or as polygons");
    const auto polygons = std::make_shared<const ZonePolygons>(*params.polygons, params.field, grid);
    names = polygons->names();
    zones = graph.add(make_zones(grid, polygons), {});
  }
  if (!zones || params.polygons)
    snow::refuse_keys(wiring, {"zones.most"}, "there is no raster of zones", "add -zones, or leave it out");
  const std::size_t most = params.polygons ? std::max<std::size_t>(1, names.size())
                           : zones         ? static_cast<std::size_t>(params.most_zones)
                                           : 1;
  std::vector<Image> images;
  std::vector<LateRef> all;
  for (const ImageInput& mask : masks) {
    std::vector<Edge> edges{mask.bands({0}, PixelType::u8), altitude};
    if (zones) edges.push_back(*zones);
    const Edge coded = graph.add(std::make_unique<ZonedAltitude>(zones.has_value()), edges);
    images.push_back(
        {mask.label(), graph.reduce(snow::ZoneReducer{params.dz, most}, coded, "snow by altitude of " + mask.label())});
    all.push_back(images.back().zones);
  }
  check_cover(images, wiring.image("dem").label(), wiring);
  const double pixel_km2 = std::abs(grid.transform.a[1] * grid.transform.a[5]) / 1e6;
  wiring.output("out", FileOutput{all, [=](const LateValues& values) {
                                    return table(images, names, values, params, pixel_km2);
                                  }});
  if (wiring.wants("out.plot"))
    wiring.output("out.plot", FileOutput{all, [=](const LateValues& values) {
                                           return plot(images, names, values, params, pixel_km2);
                                         }});
  if (wiring.wants("out.bands"))
    wiring.output("out.bands", FileOutput{all, [=](const LateValues& values) {
                                            return bands_table(images, names, values, params.dz, pixel_km2);
                                          }});
}

}  // namespace

Application cers_app_SnowLine() {
  return application<SnowLine>();
}

}  // namespace cers
