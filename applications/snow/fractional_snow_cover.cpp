// SPDX-License-Identifier: Apache-2.0
// FractionalSnowCover: how much of each snow pixel is covered, as seen from above and on the ground under trees.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cers/app/application.hpp"
#include "cers/ops/bands.hpp"
#include "cers/products/legends.hpp"
#include "decision.hpp"
#include "fraction.hpp"
#include "fraction_package.hpp"
#include "inputs.hpp"
#include "left_offset.hpp"
#include "pixel_tests.hpp"
#include "seen_codes.hpp"

namespace cers {
namespace {

using snow::FractionModel;

enum class Rounding { standard, lis111 };
std::vector<Choice> choices_of(Rounding) {
  return {{"standard", "Nearest percent; tree cover lowers the quality on the ground by its share"},
          {"lis111",
           "As Let-it-snow 1.11: NDSI cut to whole percent, then the fraction cut; any tree cover gives the "
           "lowest quality on the ground"}};
}

struct FractionalSnowCover {
  struct Params {
    FractionModel model = FractionModel::tanh;
    Rounding profile = Rounding::standard;
    int green = 0;
    int swir = 0;
    double scale = 1;
    double offset = 0;
    std::optional<double> nodata;
    snow::Endmembers spectra;
    double snow_green = spectra.snow_green;
    double snow_swir = spectra.snow_swir;
    double ground_green = spectra.ground_green;
    double ground_swir = spectra.ground_swir;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = FractionalSnowCover::Params;

AppSpec FractionalSnowCover::spec() {
  return Declare<Params>("FractionalSnowCover", "Share of each pixel that snow covers, and how good that is.")
      .doc(
          "Of pixels that the mask calls snow the fraction seen from above follows from NDSI. With the tree cover "
          "density (percent) the fraction on the ground is what is seen over what the trees do not hide, at most 100. "
          "Other pixels keep their code: 0 no snow, 205 cloud, 210 water, 211 ice, 255 nodata, which snow becomes "
          "where "
          "a band is missing.\n\n"
          "The default law was fitted to maps of 2 m and errs by 25 % (root mean square); it never reaches 100: NDSI 1 "
          "gives 92. `-model endmember` inverts a mixture of two spectra and is experimental.\n\n"
          "`-out.flags` holds bits: 1 sun too low and 2 tangent sun for the correction of slope, 4 water, 8 tree cover "
          "above 90 %, 16 snow where the product says cloud, 32 tree cover unknown, 64 snow that the pass for shaded "
          "slopes of "
          "`SnowMask -profile lis111` finds (-decider 3, 4, 5); what no other pass finds (3) is 100 percent, as no law "
          "holds for it. `-out.quality` is 0 (best) to "
          "3: "
          "100 points less 50, 30, 25, 25 and 100 for bits 1, 2, 4, 16 and 64, in steps of 25; `-out.groundquality` "
          "subtracts "
          "80 "
          "times the tree cover more. In profile lis111 bit 64 costs no points of it.")
      .tag("Snow")
      .input("in", "Product, or image of bands.")
      .input("snow", "Snow mask on the grid of the short-wave infrared: 100 snow (SnowMask).")
      .input("decider", "Deciding test on the same grid (SnowMask -out.decider): tells the snow of shaded slopes.")
      .optional()
      .input("tcd", "Tree cover density, 0 to 100 percent; above that it is unknown.")
      .optional()
      .output("out", "Percent of the pixel seen as snow, 1 to 100; 0, 205, 210, 255.", PixelType::u8)
      .output("out.ground", "Percent of the ground covered; needs -tcd.", PixelType::u8)
      .optional()
      .output("out.ndsi", "NDSI of snow pixels in percent, 0 to 100; 205, 210, 255.", PixelType::u8)
      .optional()
      .output("out.flags", "Quality bits.", PixelType::u8)
      .optional()
      .output("out.quality", "Quality of out: 0 best to 3; 205, 210, 255.", PixelType::u8)
      .optional()
      .output("out.groundquality", "Quality of out.ground; needs -tcd.", PixelType::u8)
      .optional()
      .folder_output("out.product",
                     "Folder to make with all layers as Copernicus delivers them: names, cloud optimized GeoTIFFs, "
                     "metadata, quicklook; with -profile lis111 as Theia has them since Let-it-snow 1.7: "
                     "LIS_S2-SNOW-FSC and -QCFLAGS, FSC-TOC without -tcd. Of Sentinel-2 products only; layers of the "
                     "ground with -tcd.")
      .optional()
      .param("model", &Params::model, "How NDSI becomes a fraction.")
      .param("profile", &Params::profile, "How numbers are rounded.")
      .param("channels.green", &Params::green, "Green band of an image that is no product, counted from 1.")
      .at_least(0)
      .param("channels.mir", &Params::swir, "Band at 1.6 µm.")
      .at_least(0)
      .param("scale", &Params::scale, "Stored numbers times this are reflectance; for an image that is no product.")
      .param("offset", &Params::offset, "Added after -scale, in reflectance: -0.1 for Sen2Cor since baseline 04.00.")
      .param("nodata", &Params::nodata, "Stored number that means missing.")
      .param("snow.green", &Params::snow_green, "Green reflectance of pure snow.")
      .only_if("model", "endmember")
      .param("snow.mir", &Params::snow_swir, "Its reflectance at 1.6 µm.")
      .only_if("model", "endmember")
      .param("ground.green", &Params::ground_green, "Green reflectance of bare ground.")
      .only_if("model", "endmember")
      .param("ground.mir", &Params::ground_swir, "Its reflectance at 1.6 µm.")
      .only_if("model", "endmember")
      .cites(
          "Gascoin, Barrou Dumont, Deschamps-Berger, Marti, Salgues, López-Moreno, Revuelto, Michon, Schattan and "
          "Hagolle (2020), Estimating fractional snow cover in open terrain from Sentinel-2 using the normalized "
          "difference snow index, Remote Sensing 12.")
      .cites(
          "Salomonson and Appel (2004), Estimating fractional snow cover from MODIS using NDSI, Remote Sensing of "
          "Environment 89.")
      .example(
          "Fraction of the snow of a product, seen and on the ground",
          "cers FractionalSnowCover -in product -snow snow.tif -tcd tcd.tif -out fsc.tif -out.ground fsc_ground.tif")
      .done();
}

/// Bands of the node's output.
enum class FractionBand : int { seen = 0, ground, ndsi, flags, quality, ground_quality, count };

/// Whole percent 1 to 100: a snow pixel has some snow.
std::uint8_t percent(Rounding rounding, double fraction) {
  if (!(fraction > 0)) return 1;
  // A hair keeps 57 / 100 · 100 from being cut to 56.
  const double value = 100 * fraction;
  const double whole = rounding == Rounding::lis111 ? std::trunc(value + 1e-9) : std::floor(value + 0.5);
  return static_cast<std::uint8_t>(std::clamp(whole, 1.0, 100.0));
}

/// What each pixel holds should it be snow, uint8: percent seen, NDSI in percent. Inputs: green and short-wave infrared
/// (float).
class FractionIfSnow final : public PixelwiseNode {
 public:
  explicit FractionIfSnow(const Params& params)
      : rounding_(params.profile),
        model_(params.model),
        spectra_{params.snow_green, params.snow_swir, params.ground_green, params.ground_swir} {
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const auto limit = [&](std::size_t c) { return at(static_cast<double>(c) / cells); };
      // Both laws of one line rise with NDSI: what is equal at both ends is so between.
      if (model_ != FractionModel::endmember && limit(cell) == limit(cell + 1)) known_[cell] = limit(cell);
    }
    of_none_ = at(0);
  }
  std::string name() const override { return "fraction if snow"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, std::vector<BandInfo>(2), PixelType::u8};
  }
  double cost() const override { return 15; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto green = row.in<float>(0);
    const auto swir = row.in<float>(1);
    const auto seen = row.out<std::uint8_t>(0);
    const auto percent_ndsi = row.out<std::uint8_t>(1);
    for (std::size_t i = 0; i < row.count; ++i) {
      const double g = static_cast<double>(green[i]);
      const double s = static_cast<double>(swir[i]);
      const double ndsi = (g - s) / (g + s);
      const Pixel pixel = g != g || s != s ? missing_ : ndsi > 0 ? looked_up(std::min(ndsi, 1.0)) : of_none_;
      seen[i] = pixel.seen;
      percent_ndsi[i] = pixel.ndsi;
    }
  }

 private:
  struct Pixel {
    std::uint8_t seen = 0;
    std::uint8_t ndsi = 0;
    bool operator==(const Pixel&) const = default;
  };
  static constexpr std::size_t cells = 1024;  ///< of NDSI from 0 to 1: some four to a step of a percent and its limit

  Pixel looked_up(double ndsi) const {
    const auto& known = known_[std::min(cells - 1, static_cast<std::size_t>(ndsi * cells))];
    return known ? *known : at(ndsi);
  }
  Pixel at(double ndsi) const {
    if (rounding_ == Rounding::lis111) ndsi = std::trunc(100 * ndsi + 1e-9) / 100;
    return {percent(rounding_, snow::snow_fraction(model_, ndsi, spectra_)),
            static_cast<std::uint8_t>(std::floor(100 * ndsi + 0.5))};
  }

  Rounding rounding_;
  FractionModel model_;
  snow::Endmembers spectra_;
  std::array<std::optional<Pixel>, cells> known_;  ///< by cell, where all of it comes to the same percent
  Pixel of_none_;
  static constexpr Pixel missing_{255, 255};
};

/// Inputs: FractionIfSnow, snow mask, flags, tree cover, deciding test, the last three as available.
class FractionNode final : public PixelwiseNode {
 public:
  FractionNode(Rounding rounding, bool flags, bool trees, bool decider)
      : rounding_(rounding), flags_(flags), trees_(trees), decider_(decider) {
    for (std::size_t bits = 0; bits < grades_.size(); ++bits) grades_[bits] = grade(points_of(bits));
  }
  std::string name() const override { return "snow fraction"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, std::vector<BandInfo>(static_cast<std::size_t>(FractionBand::count)),
                    PixelType::u8};
    const auto describe_band = [&](FractionBand band, const char* name, const char* text) {
      BandInfo& one = info.bands[static_cast<std::size_t>(band)];
      one.name = name;
      one.description = text;
      if (band != FractionBand::flags) one.nodata = static_cast<double>(snow::FractionCode::nodata);
    };
    describe_band(FractionBand::seen, "FSCTOC", "percent of the pixel seen as snow; 205 cloud, 210 water, 255 nodata");
    describe_band(FractionBand::ground, "FSCOG", "percent of the ground covered; 205 cloud, 210 water, 255 nodata");
    describe_band(FractionBand::ndsi, "NDSI", "NDSI of snow in percent; 205 cloud, 210 water, 255 nodata");
    describe_band(
        FractionBand::flags, "QCFLAGS",
        "bits: 1 low sun, 2 tangent sun, 4 water, 8 trees > 90 %, 16 under cloud, 32 trees unknown, 64 shaded snow");
    describe_band(FractionBand::quality, "QCTOC", "0 best to 3; 205 cloud, 210 water, 255 nodata");
    describe_band(FractionBand::ground_quality, "QCOG", "0 best to 3; 205 cloud, 210 water, 255 nodata");
    const auto classes = [&](FractionBand band) -> std::vector<ClassInfo>& {
      return info.bands[static_cast<std::size_t>(band)].classes;
    };
    for (const FractionBand band : {FractionBand::seen, FractionBand::ground}) classes(band) = snow_fraction_classes();
    for (const FractionBand band : {FractionBand::quality, FractionBand::ground_quality})
      classes(band) = snow_quality_classes();
    return info;
  }
  double cost() const override { return 6; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto if_snow = row.in<std::uint8_t>(0);
    const auto ndsi_if_snow = row.in<std::uint8_t>(1);
    const auto mask = row.in<std::uint8_t>(2);
    const auto out = [&](FractionBand band) { return row.out<std::uint8_t>(static_cast<std::size_t>(band)); };
    const auto seen = out(FractionBand::seen);
    const auto ground = out(FractionBand::ground);
    const auto ndsi_out = out(FractionBand::ndsi);
    const auto flags_out = out(FractionBand::flags);
    const auto quality = out(FractionBand::quality);
    const auto ground_quality = out(FractionBand::ground_quality);
    for (std::size_t i = 0; i < row.count; ++i) {
      const unsigned flags = flags_ ? row.in<std::uint8_t>(3)[i] : 0U;
      const double trees = trees_ ? static_cast<double>(row.in<float>(flags_ ? 4 : 3)[i]) : 255;
      const auto decider = static_cast<snow::Decider>(
          decider_ ? row.in<std::uint8_t>(3U + (flags_ ? 1U : 0U) + (trees_ ? 1U : 0U))[i] : 0);
      const bool alone = decider == snow::Decider::pass_shaded;
      const bool shaded = alone || decider == snow::Decider::pass1_shaded || decider == snow::Decider::pass2_shaded;
      const Pixel pixel = at(mask[i], alone ? 100 : if_snow[i], ndsi_if_snow[i], flags, trees, shaded);
      seen[i] = pixel.seen;
      ground[i] = pixel.ground;
      ndsi_out[i] = pixel.ndsi;
      flags_out[i] = pixel.flags;
      quality[i] = pixel.quality;
      ground_quality[i] = pixel.ground_quality;
    }
  }

 private:
  struct Pixel {
    std::uint8_t seen, ground, ndsi, flags, quality, ground_quality;
  };

  Pixel at(std::uint8_t mask, std::uint8_t if_snow, std::uint8_t ndsi, unsigned flags, double trees,
           bool shaded) const {
    const bool known_trees = trees >= 0 && trees <= 100;
    unsigned bits = 0;
    const auto set = [&](snow::QualityBit bit, bool on) { bits |= on ? static_cast<unsigned>(bit) : 0U; };
    const auto flagged = [&](snow::Flag flag) { return (flags & snow::bit(flag)) != 0; };
    const bool is_snow = mask == static_cast<int>(snow::SnowCode::snow);
    set(snow::QualityBit::low_sun, flagged(snow::Flag::low_sun));
    set(snow::QualityBit::tangent_sun, flagged(snow::Flag::tangent_sun));
    set(snow::QualityBit::water, flagged(snow::Flag::water));
    set(snow::QualityBit::dense_trees, known_trees && trees > 90);
    set(snow::QualityBit::under_thin_cloud, is_snow && flagged(snow::Flag::cloud));
    set(snow::QualityBit::unknown_trees, !known_trees);
    set(snow::QualityBit::shaded, is_snow && shaded);
    Pixel pixel{mask, mask, mask, static_cast<std::uint8_t>(bits), 0, 0};
    if (mask != 0 && !is_snow) {
      if (mask >= static_cast<int>(snow::SnowCode::nodata_lis15)) pixel.seen = pixel.ground = pixel.ndsi = 255;
      pixel.quality = pixel.ground_quality = pixel.seen;
      return pixel;
    }
    const double share = known_trees ? trees / 100 : 0;
    pixel.quality = grades_[bits];
    const bool lis = rounding_ == Rounding::lis111;
    const unsigned counted = lis ? bits & ~static_cast<unsigned>(snow::QualityBit::shaded) : bits;
    pixel.ground_quality = share > 0 ? grade(points_of(counted) - 80 * (lis ? 100 * share : share)) : grades_[counted];
    if (!is_snow) return pixel;
    if (if_snow == 255) return {255, 255, 255, pixel.flags, 255, 255};
    pixel.ndsi = ndsi;
    pixel.seen = if_snow;
    // From the whole percent that is written, so that both files agree.
    pixel.ground = percent(rounding_, snow::ground_fraction(static_cast<double>(pixel.seen) / 100, share));
    return pixel;
  }

  static double points_of(std::size_t bits) {
    return 100 - ((bits & 1U) != 0 ? 50.0 : 0.0) - ((bits & 2U) != 0 ? 30.0 : 0.0) - ((bits & 4U) != 0 ? 25.0 : 0.0) -
           ((bits & 16U) != 0 ? 25.0 : 0.0) - ((bits & 64U) != 0 ? 100.0 : 0.0);
  }

  /// 0 best … 3 worst from 100 … 0 points.
  static std::uint8_t grade(double points) {
    return static_cast<std::uint8_t>(std::min(3.0, std::trunc(4 - std::clamp(points, 0.0, 100.0) / 25)));
  }

  Rounding rounding_;
  bool flags_;
  bool trees_;
  bool decider_;
  std::array<std::uint8_t, 128> grades_{};  ///< by quality bits, without trees
};

void warn_of_nothing(Edge seen, Wiring& wiring) {
  const auto late = wiring.graph().reduce_beside(snow::SeenCodesReducer{}, seen, "clear pixels");
  wiring.after_run({{late},
                    [late, name = wiring.image("in").label()](const LateValues& values) -> std::string {
                      if (!values.has(late) || values.get(late).clear) return {};
                      return fmt::format("{}: the fraction is known nowhere ({})", name, values.get(late).reason());
                    },
                    true});
}

void FractionalSnowCover::wire(const Params& params, Wiring& wiring) {
  Graph& graph = wiring.graph();
  if (!wiring.has("tcd")) {
    for (const char* key : {"out.ground", "out.groundquality"}) {
      if (wiring.wants(key))
        throw UserError(fmt::format("-{} needs the tree cover, and -tcd is not given", key),
                        "give the tree cover density in percent, or leave that output out");
    }
  }
  snow::refuse_plain_options(wiring);
  const snow::SnowRules rules;  // reflectance, mean of whole pixels
  const bool product = wiring.image("in").scene() != nullptr;
  const snow::PlainBands bands{params.green, 0, params.swir, 0, {params.scale, params.offset, params.nodata}};
  const snow::Inputs inputs =
      snow::gather_bands(wiring, graph, rules, bands, {.red = false, .nir = false, .cloud = false});
  const ImageInput& mask = wiring.image("snow");
  snow::check_on_grid(mask, "snow", inputs.grid);
  const Edge if_snow = graph.add(std::make_unique<FractionIfSnow>(params), {inputs.green, inputs.swir});
  const Edge codes = mask.bands({0}, PixelType::u8);
  snow::warn_of_left_offset(wiring, graph, inputs, bands.calibration, codes, snow::ClearBy::codes);
  std::vector<Edge> edges{if_snow, codes};
  graph.keep(if_snow);
  if (product) {
    edges.push_back(inputs.flags);
    graph.keep(inputs.flags);
  }
  if (wiring.has("tcd")) {
    const ImageInput& trees = wiring.image("tcd");
    snow::check_on_grid(trees, "tcd", inputs.grid);
    edges.push_back(trees.bands({0}, PixelType::f32));
  }
  if (wiring.has("decider")) {
    const ImageInput& decider = wiring.image("decider");
    snow::check_on_grid(decider, "decider", inputs.grid);
    edges.push_back(decider.bands({0}, PixelType::u8));
  }
  const Edge all = graph.add(
      std::make_unique<FractionNode>(params.profile, product, wiring.has("tcd"), wiring.has("decider")), edges);
  const auto layer = [&](FractionBand band) {
    return graph.add(make_select_bands(graph.info(all), {static_cast<int>(band)}), {all});
  };
  const auto deliver = [&](const char* key, FractionBand band) {
    if (wiring.wants(key)) wiring.output(key, layer(band));
  };
  deliver("out", FractionBand::seen);
  deliver("out.ground", FractionBand::ground);
  deliver("out.ndsi", FractionBand::ndsi);
  deliver("out.flags", FractionBand::flags);
  deliver("out.quality", FractionBand::quality);
  deliver("out.groundquality", FractionBand::ground_quality);
  warn_of_nothing(layer(FractionBand::seen), wiring);
  if (!wiring.wants("out.product")) return;
  if (!product)
    throw UserError(fmt::format("-out.product needs a product, and {} is none", wiring.image("in").label()),
                    "its name, date and tile are those of the product");
  snow::FractionLayers layers;
  layers.seen = layer(FractionBand::seen);
  layers.ndsi = layer(FractionBand::ndsi);
  layers.flags = layer(FractionBand::flags);
  layers.quality = layer(FractionBand::quality);
  if (wiring.has("tcd")) {
    layers.ground = layer(FractionBand::ground);
    layers.ground_quality = layer(FractionBand::ground_quality);
  }
  const Scene& scene = *wiring.image("in").scene();
  wiring.output("out.product", params.profile == Rounding::lis111 ? snow::theia_fraction_package(graph, scene, layers)
                                                                  : snow::fraction_package(graph, scene, layers));
}

}  // namespace

Application cers_app_FractionalSnowCover() {
  return application<FractionalSnowCover>();
}

}  // namespace cers
