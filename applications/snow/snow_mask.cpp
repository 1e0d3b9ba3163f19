// SPDX-License-Identifier: Apache-2.0
// SnowMask: snow, no snow and cloud of one scene.
#include <fmt/format.h>

#include "cers/app/application.hpp"
#include "cers/core/text.hpp"
#include "cers/ops/bands.hpp"
#include "cers/ops/statistics.hpp"
#include "explain_pixel.hpp"
#include "high_cloud.hpp"
#include "package.hpp"
#include "probability.hpp"
#include "report.hpp"
#include "ring.hpp"
#include "scene_mask.hpp"
#include "shaded_snow.hpp"
#include "snow_mask_params.hpp"

namespace cers {
namespace {

using snow::Profile;
using snow::Shade;

struct SnowMask {
  using Params = snow::SnowMaskParams;
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = SnowMask::Params;

void check(const Params& params, Diagnostics& diagnostics) {
  if (!params.pixel.empty() && params.pixel.size() != 2)
    diagnostics.fault({}, fmt::format("-pixel has {} numbers", params.pixel.size()),
                      "give column and line: -pixel 100 120");
}

AppSpec SnowMask::spec() {
  return Declare<Params>("SnowMask", "Snow, no snow and cloud of one scene, by Let-it-snow's method.")
      .doc(
          "Two passes over the scene. The first finds snow by a strict test, NDSI > 0.4 and red > 0.2 outside clouds, "
          "and counts it by altitude: the snow line lies two altitude bands below the lowest band with more than a "
          "tenth of snow. The second gives dark clouds back to the ground where the red of some 240 m around is at "
          "most "
          "0.3, and above the snow line calls snow what passes a permissive test, NDSI > 0.15 and red > 0.04. What was "
          "cloud, is no snow and has red > 0.1 becomes cloud again.\n\n"
          "The result has 20 m pixels for Sentinel-2, 30 m for Landsat: 0 no snow, 100 snow, 205 cloud, 210 water, 211 "
          "ice, 255 nodata. Water with NDSI > 0.4, green > 0.1 and near infrared > 0.11 that no cloud hides is frozen: "
          "211. Bare ice of glaciers passes the tests of snow; with a glacier mask (-glacier) what has a near infrared "
          "below 0.7 times green there is ice, 211, and no glacier counts for the snow line.\n\n"
          "`-profile lis15` follows Let-it-snow 1.5 to the pixel, in raw numbers and double precision, with its codes. "
          "`-profile lis111` follows the documented steps of 1.11: above the snow line it also calls snow what is "
          "bluer than rock (blue − near infrared > 160 stored numbers, without correction for slope) in the shade. "
          "That is where the sun's incidence, from the grids of sun angles, has a cosine below 0.2; with `-shade "
          "terrain` what lies in the shadow that rastertools casts, without ground beyond the scene; with `-shade "
          "raster` what -shade.raster says. Missing pixels are 255, water of -water too. 1.11 itself was not seen "
          "running, and its limit of the sun's height for a window of 1024 pixels is not followed. The "
          "default profile mends its known defects: missing pixels are not counted as clear, altitude bands begin at "
          "multiples of -dz, voids of the DEM are no altitude, be they its nodata or numbers below −500 m or above "
          "9000 m, a pixel is missing where any band is, a band of altitude under cloud counts by its clear ground "
          "too, not only by the share of it (-fclear.cells), water has its own "
          "code, plants do not pass the strict test (-pass1.nir), shaded rock is told from patchy snow (-pass2.shade, "
          "-shade), cloud that the mask misses is told by its colour (-cloud.green, -cloud.ndsi, -cloud.swir, "
          "-cloud.iceshare), and "
          "ground that shines through the cloud of the mask does not pass the permissive test (-pass2.cloudswir).\n\n"
          "The product's flag of high cloud is judged again by altitude: where no other test of the product sees "
          "cloud, "
          "ground above `-cloud.highabove` that passes the strict test and is darker than `-cloud.highswir` at 1.6 µm "
          "is "
          "snow. The air above 4000 m holds too little water vapour to hide it from the band at 1.38 µm. Lower, thin "
          "high cloud lies over most such pixels of simulated scenes in usual air; in dry high ranges a lower altitude "
          "may serve, and 100000 gives nothing back.\n\n"
          "`-out.decider` tells for each pixel which test decided. Pixels without altitude only ever become snow by "
          "the "
          "strict test; a warning says how many there are.\n\n"
          "`-out.probability` was fitted on simulated scenes of one recipe. On other scenes of it the stated share is "
          "found within 11 of a hundred, on those of four others within 8, 15, 19 and 31. It tells of mixed pixels, "
          "forest and "
          "shade, not of cloud that the mask misses.")
      .tag("Snow")
      .tag("Product")
      .input("in", "Product (Theia, SAFE Level-2A, Landsat Collection 2) or image of bands.")
      .input("dem", "Altitudes in metres; brought to the scene's grid by a cubic kernel unless they lie there.")
      .input("cloud", "Cloud mask on the grid of the bands, above 0 is cloud; instead of the product's own.")
      .optional()
      .input("water", "Water mask on the grid of the result, 1 is water; beside the product's own.")
      .optional()
      .input("glacier", "Glaciers on the grid of the result, 1 is glacier: their bare ice is told from snow.")
      .optional()
      .input("shade.raster",
             "Where the sun does not reach, on the grid of the result, for -shade raster: 0 in the sun, anything else "
             "in the shade. Missing pixels count as sunlit.")
      .optional()
      .output("out", "Mask: 0 no snow, 100 snow, 205 cloud, 210 water, 211 ice, 255 nodata.", PixelType::u8)
      .optional()
      .output("out.all", "Diagnostic bits (SNOW_ALL of Let-it-snow), without nodata.", PixelType::u8)
      .optional()
      .output("out.decider", "Which test decided each pixel.", PixelType::u8)
      .optional()
      .output("out.probability",
              "Percent: that snow covers a quarter of the pixel or more as seen from above, given that no cloud hides "
              "it; needs a near infrared band.",
              PixelType::u8)
      .optional()
      .file_output("out.histogram", "Pixels by altitude band, as LIS_HISTO.TXT.")
      .optional()
      .file_output("out.json", "Snow line, shares and counts by altitude band.")
      .optional()
      .folder_output("out.product",
                     "Folder to make with the mask as Theia delivers it: names (those since Let-it-snow 1.7 with "
                     "profile lis111), polygons, composition with outlines (not of lis111), SNOW_ALL, histogram, "
                     "metadata, quicklook in the collection's colours; mask and composition are cloud optimized "
                     "GeoTIFFs. Of products only.")
      .optional()
      .param(
          "pixel", &Params::pixel,
          "Column and line (from 0) of a pixel of the mask to explain: its numbers, and which test decided. Needs no "
          "output; `cers explain SnowMask … -pixel 100 120` makes none.")
      .param("profile", &Params::profile, "Which chain to follow.")
      .param("channels.green", &Params::green, "Green band of an image that is no product, counted from 1.")
      .at_least(0)
      .param("channels.red", &Params::red, "Red band.")
      .at_least(0)
      .param("channels.mir", &Params::swir, "Band at 1.6 µm.")
      .at_least(0)
      .param("channels.nir", &Params::nir, "Near infrared band; 0: none, then ice cloud is not told from snow.")
      .at_least(0)
      .param("shade", &Params::shade, "What tells where the sun does not reach; not of profile lis15.")
      .param("sun.zenith", &Params::sun_zenith, "Sun's angle from the vertical, when the product does not tell it.")
      .range(0, 180)
      .unit("degree")
      .param("sun.azimuth", &Params::sun_azimuth, "Sun's direction from true north, clockwise.")
      .range(-360, 360)
      .unit("degree")
      .param(
          "shade.reach", &Params::shade_reach,
          "How far beyond the scene the DEM is looked at towards the sun. In the Alps of February shadows reach 9 km.")
      .range(0, 100000)
      .unit("m")
      .advanced()
      .param("scale", &Params::scale, "Stored numbers times this are reflectance; for an image that is no product.")
      .param("offset", &Params::offset, "Added after -scale, in reflectance: -0.1 for Sen2Cor since baseline 04.00.")
      .param("nodata", &Params::nodata, "Stored number that means missing.")
      .param("pass1.ndsi", &Params::ndsi_pass1, "NDSI of the strict test: 0.4.")
      .range(-1, 1)
      .param("pass1.red", &Params::red_pass1, "Red reflectance of the strict test: 0.2.")
      .param("pass1.nir", &Params::nir_to_green,
             "Near infrared over green that the strict test allows: 1.5; more is plants.")
      .at_least(0)
      .param("pass2.ndsi", &Params::ndsi_pass2, "NDSI of the permissive test: 0.15.")
      .range(-1, 1)
      .param("pass2.red", &Params::red_pass2, "Red reflectance of the permissive test: 0.04.")
      .param("pass2.shade", &Params::ndsi_shade, "NDSI of the permissive test where the sun does not reach: 0.4.")
      .range(-1, 1)
      .param("pass2.cloudswir", &Params::swir_under_cloud,
             "Reflectance at 1.6 µm that the permissive test allows where the product says cloud: 0.15.")
      .at_least(0)
      .param("glacier.nir", &Params::glacier_nir, "Near infrared over green below which a glacier is bare ice: 0.7.")
      .at_least(0)
      .param("cloud.green", &Params::bright_green, "Green reflectance above which snow must have -cloud.ndsi: 0.6.")
      .param("cloud.ndsi", &Params::bright_ndsi, "NDSI that bright snow has: 0.5; bright pixels below are cloud.")
      .range(-1, 1)
      .param("cloud.swir", &Params::bright_swir,
             "Reflectance at 1.6 µm that such cloud exceeds: 0.35; fresh and dusty snow may look so below.")
      .at_least(0)
      .param("cloud.iceshare", &Params::ice_cloud_share,
             "Share of snow that looks like ice cloud above which such pixels are cloud: 0.4.")
      .range(0, 1)
      .advanced()
      .param(
          "cloud.highabove", &Params::high_cloud_above,
          "Altitude above which snow that only the product's test of the 1.38 µm band calls cloud is given back: 4000.")
      .unit("m")
      .advanced()
      .param("cloud.highswir", &Params::high_cloud_swir,
             "Reflectance at 1.6 µm below which it is given back: 0.1. Most cloud is brighter.")
      .advanced()
      .param("pass.swir", &Params::swir_ceiling,
             "Reflectance at 1.6 µm above which a pixel is cloud, for who wants one; fresh snow reaches 0.25.")
      .advanced()
      .param("dz", &Params::dz, "Height of an altitude band: 100.")
      .range(1, 10000)
      .unit("m")
      .param("fsnow", &Params::fsnow, "Share of snow among the clear pixels of a band that makes the snow line: 0.1.")
      .range(0, 1)
      .param("fclear", &Params::fclear, "Share of clear pixels for a band to count: 0.1.")
      .range(0, 1)
      .param("fclear.cells", &Params::clear_cells,
             "Clear ground that lets a band count however small its share, in cells of -rf by -rf pixels: 2.8.")
      .at_least(0)
      .advanced()
      .param("fsnowtotal", &Params::fsnow_total, "Share of snow in the scene for the second pass: 0.001; −1: always.")
      .range(-1, 1)
      .advanced()
      .param("rf", &Params::rf, "Pixels to a coarse pixel of the dark-cloud test: 12, 8 for Landsat.")
      .range(2, 100)
      .unit("pixel")
      .advanced()
      .param("cloud.dark", &Params::red_dark_cloud, "Coarse red above which cloud stays cloud: 0.3.")
      .advanced()
      .param("cloud.back", &Params::red_back_to_cloud,
             "Red above which what was cloud and is no snow is cloud again: 0.1.")
      .advanced()
      .param("shaded.cos", &Params::shaded_cos,
             "Cosine of the sun's incidence below which a slope is shaded: 0.2; of profile lis111.")
      .range(-1, 1)
      .advanced()
      .param("shaded.difference", &Params::shaded_difference,
             "Blue less near infrared, in stored numbers, above which a shaded slope has snow: 160; of profile lis111.")
      .advanced()
      .param("ring", &Params::ring,
             "Patches of snow that cloud surrounds are cloud (pass 1.5 of Let-it-snow); one sweep more.")
      .param("ring.radius", &Params::ring_radius, "How far around a patch is looked.")
      .range(1, 100)
      .unit("pixel")
      .advanced()
      .param("ring.share", &Params::ring_share, "Share of cloud in that ring above which the patch is cloud.")
      .range(0, 1)
      .advanced()
      .param("ring.area", &Params::ring_area, "Patches of more pixels than these are looked at.")
      .at_least(0)
      .unit("pixel")
      .advanced()
      .param("cloud.strict", &Params::strict_cloud, "No snow where a pixel would become cloud again.")
      .advanced()
      .cites(
          "Gascoin, Grizonnet, Bouchet, Salgues and Hagolle (2019), Theia Snow collection: high-resolution operational "
          "snow cover maps from Sentinel-2 and Landsat-8 data, Earth System Science Data 11.")
      .cites(
          "Hall, Riggs and Salomonson (1995), Development of methods for mapping global snow cover using moderate "
          "resolution imaging spectroradiometer data, Remote Sensing of Environment 54.")
      .cites(
          "Gao, Goetz and Wiscombe (1993), Cirrus cloud detection from airborne imaging spectrometer data using the "
          "1.38 µm water vapor band, Geophysical Research Letters 20.")
      .cites("Warren (1982), Optical properties of snow, Reviews of Geophysics 20.")
      .cites(
          "Corripio (2003), Vectorial algebra algorithms for calculating terrain parameters from DEMs and solar "
          "radiation modelling in mountainous terrain, International Journal of Geographical Information Science 17.")
      .example("Snow of a Theia product", "cers SnowMask -in product -dem dem.tif -out snow.tif")
      .example("The same as Let-it-snow 1.5 makes it, with its diagnostic layer",
               "cers SnowMask -in product -dem dem.tif -profile lis15 -out snow_lis.tif -out.all snow_all.tif "
               "-out.histogram histogram.txt")
      .example("As Let-it-snow 1.11 makes it with the shadow that the terrain casts",
               "cers SnowMask -in product -dem dem.tif -profile lis111 -shade terrain -out snow_cast.tif -out.decider "
               "decider_cast.tif")
      .check(check)
      .reports("snowline", "snow", "cloud", "pixel")
      .done();
}

Edge band_of(Graph& graph, Edge decision, snow::DecisionBand band) {
  return graph.add(make_select_bands(graph.info(decision), {static_cast<int>(band)}), {decision});
}

void explain_pixel(const Params& params, const snow::Inputs& inputs, Edge given_flags, Edge dark, Edge decision,
                   Late<snow::Snowline> line, const snow::SnowRules& rules, Wiring& wiring) {
  const Size size = inputs.grid.size;
  const int x = params.pixel[0];
  const int y = params.pixel[1];
  if (x < 0 || y < 0 || x >= size.width || y >= size.height)
    throw UserError(fmt::format("-pixel {} {} lies outside the mask", x, y),
                    fmt::format("it has columns 0 to {} and lines 0 to {}", size.width - 1, size.height - 1));
  const auto values = snow::sample_pixel(wiring.graph(), inputs, given_flags, dark, decision, x, y);
  wiring.after_run({{values, line}, [=, unit = inputs.unit](const LateValues& late) {
                      return "pixel: " + snow::explain_pixel(late.get(values), late.get(line), rules, unit);
                    }});
}

/// A pixel may be explained without a map.
void check_outputs(const Params& params, const Wiring& wiring) {
  for (const char* key :
       {"out", "out.all", "out.decider", "out.probability", "out.histogram", "out.json", "out.product"}) {
    if (wiring.wants(key)) return;
  }
  if (params.pixel.empty()) throw UserError("no output is asked for", "give -out MASK, or -pixel COLUMN LINE");
}

/// Sets Flag::shade, which makes the permissive test of the default profile ask for more.
void shade_for_pass2(const Params& params, Wiring& wiring, snow::Inputs& inputs) {
  const ImageInput& image = wiring.image("in");
  Graph& graph = wiring.graph();
  const bool sun_given = params.sun_zenith.has_value() || params.sun_azimuth.has_value();
  const bool by_default =
      params.shade == Shade::automatic && !snow::has_own_shade(image) && (sun_given || snow::knows_sun(image));
  if (params.shade == Shade::terrain || by_default) {
    inputs.flags = snow::shaded_by_terrain(image, wiring.image("dem"), graph, inputs, params.sun_zenith,
                                           params.sun_azimuth, params.shade_reach);
    return;
  }
  snow::refuse_keys(wiring, {"sun.zenith", "sun.azimuth", "shade.reach"}, "the shade is not taken from the terrain",
                    "add -shade terrain, or leave it out");
  if (params.shade == Shade::raster)
    inputs.flags =
        snow::with_shade(graph, inputs.flags, snow::given_shade(wiring.image("shade.raster"), graph, inputs.grid));
}

/// What the pass of lis111 finds; nothing when the product has not what it takes, unless that pass was asked for.
std::optional<Edge> shaded_snow(const Params& params, Wiring& wiring, const snow::Inputs& inputs,
                                const snow::SnowRules& rules, std::string& lacking) {
  const ImageInput& image = wiring.image("in");
  Graph& graph = wiring.graph();
  std::optional<Edge> shade;
  if (params.shade == Shade::raster) shade = snow::given_shade(wiring.image("shade.raster"), graph, inputs.grid);
  if (params.shade == Shade::terrain) shade = snow::shadow_of_the_scene(image, graph, inputs);
  const auto found = snow::shaded_snow_of(image, graph, inputs, rules, shade, lacking);
  if (!found && shade)
    throw UserError(fmt::format("-shade has no effect: {}", lacking),
                    "the pass over shaded slopes needs a product with SRE bands; leave -shade out");
  return found;
}

void SnowMask::wire(const Params& params, Wiring& wiring) {
  check_outputs(params, wiring);
  Graph& graph = wiring.graph();
  const snow::SnowRules rules = snow::rules_of(params, wiring.image("in"));
  snow::refuse_options(params, wiring);
  const snow::PlainBands bands{
      params.green, params.red, params.swir, params.nir, {params.scale, params.offset, params.nodata}};
  snow::Inputs inputs = snow::gather_bands(wiring, graph, rules, bands, {.nir = params.profile == Profile::standard});
  if (!inputs.nir)
    snow::refuse_keys(wiring, {"pass1.nir", "cloud.iceshare"}, "there is no near infrared band",
                      "give -channels.nir, or leave it out");
  if (!inputs.nir && inputs.glacier)
    throw UserError(fmt::format("-glacier needs a near infrared band, and {} has none", wiring.image("in").label()),
                    "give -channels.nir, or leave -glacier out");
  inputs.altitude = snow::altitude_on(wiring.image("dem"), graph, inputs.grid, !rules.lis_bands);

  if (params.profile == Profile::standard) shade_for_pass2(params, wiring, inputs);
  if (rules.shaded_pass) {
    std::string lacking;
    inputs.shaded_snow = shaded_snow(params, wiring, inputs, rules, lacking);
    if (!inputs.shaded_snow) wiring.warn(lacking + ": shaded slopes are not looked at for snow");
  }
  const Edge given_flags = inputs.flags;
  if (wiring.image("in").scene() && !wiring.has("cloud"))
    inputs.flags = snow::without_false_high_cloud(graph, *wiring.image("in").scene(), inputs, rules);
  if (params.ring)
    inputs.flags = snow::without_snow_inside_cloud(graph, inputs, rules,
                                                   {params.ring_radius, params.ring_share, params.ring_area});

  const auto [dark, findings, decision, mask, line] =
      snow::make_scene_mask(graph, inputs, rules, wiring.image("dem").label());
  if (!params.pixel.empty()) explain_pixel(params, inputs, given_flags, dark, decision, line, rules, wiring);

  if (wiring.wants("out")) wiring.output("out", mask);
  if (wiring.wants("out.all")) wiring.output("out.all", band_of(graph, decision, snow::DecisionBand::snow_all));
  if (wiring.wants("out.decider")) wiring.output("out.decider", band_of(graph, decision, snow::DecisionBand::decider));
  if (wiring.wants("out.probability")) {
    if (rules.lis_numbers)
      throw UserError("-out.probability is made from reflectance, and the profile of Let-it-snow reads raw numbers",
                      "leave it out, or take -profile standard");
    if (!inputs.nir)
      throw UserError(
          fmt::format("-out.probability needs a near infrared band, and {} has none", wiring.image("in").label()),
          "give -channels.nir, or leave it out");
    const Edge probability = graph.add(snow::make_probability(),
                                       {inputs.green, inputs.red, inputs.swir, *inputs.nir, inputs.flags, findings});
    graph.keep(probability);
    wiring.output("out.probability", graph.add(snow::make_masked_probability(), {probability, mask}));
  }
  if (wiring.wants("out.histogram")) {
    wiring.output("out.histogram", FileOutput{{line}, [line](const LateValues& values) {
                                                return snow::histogram_text(values.get(line).bands);
                                              }});
  }
  const auto labels = graph.reduce(LabelCountReducer(1), mask, "shares");
  const auto given = graph.reduce(snow::GivenCloudReducer{}, decision, "cloud given");
  if (wiring.wants("out.product")) {
    const Scene* scene = wiring.image("in").scene();
    if (scene == nullptr)
      throw UserError(fmt::format("-out.product needs a product, and {} is none", wiring.image("in").label()),
                      "its name, date and tile are those of the product");
    const auto figures = [=](const LateValues& values) {
      const snow::Snowline& found = values.get(line);
      const snow::Shares shares = snow::shares_of(values.get(labels)[0], rules);
      return snow::PackageFigures{found.found ? static_cast<int>(found.altitude_m) : rules.no_snowline,
                                  snow::percent(shares.snow, shares.seen), snow::percent(shares.cloud, shares.seen),
                                  snow::histogram_text(found.bands)};
    };
    wiring.output("out.product", snow::package(graph, scene->product(), inputs, mask,
                                               band_of(graph, decision, snow::DecisionBand::snow_all), {line, labels},
                                               figures, params.profile));
  }
  if (wiring.wants("out.json")) {
    wiring.output("out.json", FileOutput{{line, labels, given}, [=](const LateValues& values) {
                                           return snow::report_json(values.get(line),
                                                                    snow::shares_of(values.get(labels)[0], rules),
                                                                    values.get(given), rules);
                                         }});
  }
  snow::tell_after_run(wiring, line, labels, given, rules);
}

}  // namespace

Application cers_app_SnowMask() {
  return application<SnowMask>();
}

}  // namespace cers
