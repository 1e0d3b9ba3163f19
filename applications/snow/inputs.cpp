// SPDX-License-Identifier: Apache-2.0
#include "inputs.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cers/app/large_values.hpp"
#include "cers/app/sentinel2_offset.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/align.hpp"
#include "cers/ops/bands.hpp"
#include "cers/ops/nested.hpp"
#include "cers/ops/warp.hpp"
#include "cers/products/mask_node.hpp"
#include "flags.hpp"
#include "left_offset.hpp"

namespace cers::snow {
namespace {

constexpr double sen2cor_scale = 0.0001;  // reflectance of a stored number
// Numbers of Sen2Cor from baseline 04.00 on; reflectance is what the tests need, whatever -scale was given so far.
constexpr const char* sen2cor_remedy = "give -scale 0.0001 -offset -0.1, or -offset 0 if there is none";

const ProductBand& needed_band(const Scene& scene, BandRole role) {
  if (const ProductBand* band = scene.product().band(role)) return *band;
  throw UserError(fmt::format("{} has no {} band, which the snow tests need", scene.product().id, name_of(role)),
                  role == BandRole::swir1 ? "snow is told from cloud at 1.6 µm: take a sensor that has it "
                                            "(Sentinel-2, Landsat 4 to 9)"
                                          : "see the bands there are: cers ProductInfo -in PRODUCT");
}

/// Stored numbers on the band's own grid, whatever grid the scene was given.
Edge stored_numbers(Graph& graph, const Scene& scene, const ProductBand& band) {
  const Edge file = scene.file(band.pixels.file);
  const RasterInfo& info = graph.info(file);
  if (info.bands.size() == 1) return file;
  return graph.add(make_select_bands(info, {band.pixels.band - 1}), {file});
}

void from_product(Graph& graph, const Scene& scene, const SnowRules& rules, const Needs& needs, Inputs& inputs) {
  const ProductBand& green = needed_band(scene, BandRole::green);
  const ProductBand& red = needed_band(scene, BandRole::red);
  const ProductBand& swir = needed_band(scene, BandRole::swir1);
  // Raw numbers are for products whose zero is zero reflectance; others are no case of Let-it-snow's.
  const bool raw = rules.lis_numbers && swir.offset == 0 && green.offset == 0 && red.offset == 0 &&
                   green.scale == swir.scale && red.scale == swir.scale;
  const auto numbers = [&](const ProductBand& band) {
    return raw ? stored_numbers(graph, scene, band) : scene.band(band);
  };
  inputs.swir = numbers(swir);
  inputs.grid = graph.info(inputs.swir).grid;
  // Whole pixels nest: their mean is the reflectance of the coarser pixel. Let-it-snow warps by a cubic kernel.
  const auto placed = [&](const ProductBand& band) {
    const Edge edge = numbers(band);
    return rules.lis_numbers ? warped(graph, edge, inputs.grid, Resampling::cubic)
                             : scene.on_grid(edge, inputs.grid, false);
  };
  inputs.green = placed(green);
  if (needs.red) inputs.red = placed(red);
  if (needs.nir) {
    const Product& product = scene.product();
    const ProductBand* nir = product.band(BandRole::nir_narrow);
    if (nir == nullptr) nir = product.band(BandRole::nir);
    if (nir != nullptr) inputs.nir = placed(*nir);
  }
  if (raw) {
    inputs.unit = 1 / swir.scale;
    inputs.missing_number = swir.nodata;
  }
}

void from_bands(const ImageInput& image, const SnowRules& rules, const PlainBands& bands, const Needs& needs,
                Inputs& inputs) {
  const std::pair<const char*, int> wanted[] = {
      {"green", bands.green}, {"red", bands.red}, {"mir", bands.swir}, {"nir", bands.nir}};
  for (const auto& [key, number] : wanted) {
    const std::string_view name = key;
    if (number == 0 && name != "nir" && (needs.red || name != "red"))
      throw UserError(fmt::format("{} is no product, and -channels.{} is not given", image.label(), key),
                      "give the number of that band, counted from 1, or a product (folder or archive)");
    if (number > image.band_count())
      throw UserError(
          fmt::format("-channels.{} is {}, but {} has {} band(s)", key, number, image.label(), image.band_count()),
          "bands are counted from 1");
  }
  const bool integer = !is_floating(image.info().type);
  const bool raw = rules.lis_numbers && integer && bands.calibration.offset == 0;
  const auto edge = [&](int number) {
    if (raw) return image.bands({number - 1}, image.info().type);
    return image.bands({number - 1}, PixelType::f32, bands.calibration);
  };
  if (integer && bands.calibration.scale == 1)
    throw UserError(fmt::format("{} holds {} numbers, which are no reflectance from 0 to 1", image.label(),
                                name_of(image.info().type)),
                    image.info().type == PixelType::i16
                        ? std::string("give -scale (0.0001 for Theia) and -nodata")
                        : fmt::format("Sentinel-2: {}; Theia: -scale 0.0001; and -nodata", sen2cor_remedy));
  inputs.green = edge(bands.green);
  if (needs.red) inputs.red = edge(bands.red);
  inputs.swir = edge(bands.swir);
  if (needs.nir && bands.nir > 0) inputs.nir = edge(bands.nir);
  inputs.grid = image.info().grid;
  if (raw) {
    inputs.unit = 1 / bands.calibration.scale;
    inputs.missing_number = bands.calibration.nodata;
  }
}

/// Stored numbers that are shifted before they are scaled: the offset is of reflectance.
void refuse_stored_offset(const Calibration& calibration) {
  if (!(std::abs(calibration.offset) > 1 && calibration.scale < 1)) return;
  throw UserError(fmt::format("-offset {:g} is added after -scale {:g}: no reflectance is that far from its numbers",
                              calibration.offset, calibration.scale),
                  fmt::format("give the offset in reflectance: -scale {:g} -offset {:g}", calibration.scale,
                              calibration.offset * calibration.scale));
}

/// Scale and offset that a file tells of itself are not applied: the numbers are calibrated once, as the user says.
void refuse_tagged_offset(const ImageInput& image, const PlainBands& bands) {
  for (const int number : {bands.green, bands.red, bands.swir, bands.nir}) {
    if (number == 0 || number > image.band_count() || !image.is_file()) continue;
    const BandInfo& band = image.info().bands[static_cast<std::size_t>(number - 1)];
    if (band.offset == 0) continue;
    throw UserError(
        fmt::format("band {} of {} carries scale {} and offset {} as tags, which are not applied, and -offset is not "
                    "given",
                    number, image.label(), band.scale, band.offset),
        fmt::format("give -scale {} -offset {}, or -offset 0 if the tags are wrong", band.scale, band.offset));
  }
}

/// A shift of 0.1 in every band makes another map that looks like one. Returns whether it warned.
bool check_offset(Wiring& wiring, const ImageInput& image, const Calibration& calibration) {
  if (wiring.user_set("offset")) return false;
  const OffsetFinding found = missing_offset(image, calibration);
  if (found.doubt == OffsetDoubt::certain)
    throw UserError(found.reason + ", and -offset is not given",
                    fmt::format("{}; or give the product itself", sen2cor_remedy));
  if (found.doubt == OffsetDoubt::possible) {
    wiring.warn(fmt::format("{}, and -offset is not given: {}", found.reason, sen2cor_remedy));
    return true;
  }
  // Bands stacked by other tools keep no name and may be of any type; numbers of Theia are int16.
  if (image.info().type == PixelType::i16 || calibration.scale != sen2cor_scale || calibration.offset != 0)
    return false;
  wiring.warn(
      fmt::format("{} holds {} numbers × 0.0001 without -offset, as Sen2Cor's before baseline 04.00; "
                  "all products since 25 January 2022 are shifted: {}",
                  image.label(), name_of(image.info().type), sen2cor_remedy));
  return true;
}

/// Floating numbers may be reflectance or not: their size tells.
void warn_of_large_values(Wiring& wiring, Graph& graph, const ImageInput& image, const Inputs& inputs) {
  const auto late = graph.reduce(LargeValueReducer{}, inputs.green, "values above reflectance");
  wiring.after_run({{late},
                    [late, label = image.label()](const LateValues& values) -> std::string {
                      const LargeValueCounts& found = values.get(late);
                      if (!found.no_reflectance()) return {};
                      return fmt::format(
                          "{}, and the tests need reflectance from 0 to 1: Sentinel-2: {}; Theia: -scale 0.0001",
                          found.text("the green band of " + label), sen2cor_remedy);
                    },
                    true});
}

Edge plain_flags(const Wiring& wiring, Graph& graph, const Inputs& inputs) {
  if (!wiring.has("cloud"))
    throw UserError(
        "no product and no -cloud: which pixels are cloud is not known",
        "give a mask on the grid of the bands, any value above 0 is cloud; of 0 everywhere if there is none");
  const ImageInput& cloud = wiring.image("cloud");
  check_on_grid(cloud, "cloud", inputs.grid);
  if (is_floating(cloud.info().type))
    throw UserError(fmt::format("-cloud {} holds {} numbers", cloud.label(), name_of(cloud.info().type)),
                    "give a mask of whole numbers");
  const Edge edge = cloud.bands({0}, cloud.info().type);
  const RasterInfo info = graph.info(edge);
  MaskTest above_zero;
  above_zero.kind = MaskTest::Kind::at_least;
  above_zero.values = {1};
  const ProductMask mask{MaskMeaning::cloud, 0, {above_zero}, "-cloud"};
  return add_flags(graph, {{Flag::cloud, graph.add(make_mask(mask, {&info, 1}), {edge})}});
}

/// Flags and water of a raster of its own.
class AddWater final : public PixelwiseNode {
 public:
  std::string name() const override { return "water flag"; }
  std::string signature() const override { return name(); }
  RasterInfo describe(std::span<const RasterInfo> in) const override { return in[0]; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto flags = row.in<std::uint8_t>(0);
    const auto water = row.in<std::uint8_t>(1);
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i)
      out[i] = static_cast<std::uint8_t>(flags[i] | (water[i] == 1 ? bit(Flag::water) : 0));
  }
};

}  // namespace

Edge warped(Graph& graph, Edge edge, const Grid& grid, Resampling resampling) {
  const RasterInfo& info = graph.info(edge);
  if (!grid_difference_geo(grid, info.grid)) return edge;
  if (resampling == Resampling::cubic && (info.type == PixelType::i16 || info.type == PixelType::u16)) {
    const auto nest = nesting(grid, info.grid);
    if (nest && nest->factor == 2) return graph.add(make_nested_cubic(info, grid, *nest), {edge});
  }
  return graph.add(make_warp(info, grid, resampling), {edge});
}

void check_on_grid(const ImageInput& image, const char* key, const Grid& grid) {
  if (const auto difference = grid_difference_geo(grid, image.info().grid))
    throw UserError(
        fmt::format("-{} {} does not lie on the grid of the short-wave infrared: {}", key, image.label(), *difference),
        "bring it there: cers Superimpose -interpolator nn");
}

void refuse_keys(const Wiring& wiring, std::initializer_list<const char*> keys, const std::string& why,
                 const std::string& remedy) {
  for (const char* key : keys) {
    if (wiring.user_set(key)) throw UserError(fmt::format("-{} has no effect: {}", key, why), remedy);
  }
}

void refuse_plain_options(const Wiring& wiring) {
  const Scene* scene = wiring.image("in").scene();
  if (scene == nullptr) return;
  refuse_keys(wiring, {"channels.green", "channels.red", "channels.mir", "channels.nir", "scale", "offset", "nodata"},
              fmt::format("{} is a product, which knows its bands and their scale", scene->product().id),
              "leave it out");
}

Inputs product_inputs(Graph& graph, const Scene& scene, const SnowRules& rules, const Needs& needs) {
  Inputs inputs;
  from_product(graph, scene, rules, needs, inputs);
  inputs.flags = flags_of(graph, scene, inputs.grid, rules.water_known);
  return inputs;
}

Inputs gather_bands(Wiring& wiring, Graph& graph, const SnowRules& rules, const PlainBands& bands, const Needs& needs) {
  Inputs inputs;
  const ImageInput& image = wiring.image("in");
  const bool given = needs.cloud && wiring.has("cloud");
  if (image.scene()) {
    from_product(graph, *image.scene(), rules, needs, inputs);
    inputs.flags =
        given ? plain_flags(wiring, graph, inputs) : flags_of(graph, *image.scene(), inputs.grid, rules.water_known);
  } else {
    refuse_stored_offset(bands.calibration);
    const bool warned = check_offset(wiring, image, bands.calibration);
    const bool offset_given = wiring.user_set("offset") || bands.calibration.offset != 0;
    if (!offset_given) refuse_tagged_offset(image, bands);
    from_bands(image, rules, bands, needs, inputs);
    inputs.offset_known = offset_given || warned;
    if (!warned && graph.info(inputs.green).type == PixelType::f32) warn_of_large_values(wiring, graph, image, inputs);
    if (needs.cloud) inputs.flags = plain_flags(wiring, graph, inputs);
  }
  if (needs.cloud && wiring.has("water")) {
    const ImageInput& water = wiring.image("water");
    check_on_grid(water, "water", inputs.grid);
    inputs.flags = graph.add(std::make_unique<AddWater>(), {inputs.flags, water.bands({0}, PixelType::u8)});
  }
  if (needs.cloud && wiring.has("glacier")) {
    const ImageInput& glacier = wiring.image("glacier");
    check_on_grid(glacier, "glacier", inputs.grid);
    inputs.glacier = glacier.bands({0}, PixelType::u8);
  }
  if (needs.cloud) warn_of_left_offset(wiring, graph, inputs, bands.calibration, inputs.flags, ClearBy::flags);
  return inputs;
}

Edge coarse_red(Graph& graph, Edge red, const SnowRules& rules) {
  const RasterInfo& info = graph.info(red);
  const Size size = info.grid.size;
  Grid coarse = info.grid;
  const int factor = rules.coarse_factor;
  if (size.width < factor || size.height < factor)
    throw UserError(fmt::format("the scene has {}×{} pixels, less than one coarse pixel of the dark-cloud test",
                                size.width, size.height),
                    fmt::format("give at least {0}×{0} pixels, or a smaller -rf", factor));
  double step_x = factor;
  double step_y = factor;
  if (rules.lis_numbers) {  // whole cells over the whole image, a little wider than the factor
    coarse.size = {size.width / factor, size.height / factor};
    step_x = static_cast<double>(size.width) / coarse.size.width;
    step_y = static_cast<double>(size.height) / coarse.size.height;
  } else {
    coarse.size = {(size.width + factor - 1) / factor, (size.height + factor - 1) / factor};
  }
  auto& a = coarse.transform.a;
  a[1] *= step_x;
  a[4] *= step_x;
  a[2] *= step_y;
  a[5] *= step_y;
  if (rules.lis_numbers) {
    const Edge cells = graph.add(make_warp(info, coarse, Resampling::bilinear), {red});
    return graph.add(make_warp(graph.info(cells), info.grid, Resampling::nearest), {cells});
  }
  const Nesting nest{factor, 0, 0};
  const Edge cells = graph.add(make_nested_mean(info, coarse, nest), {red});
  return graph.add(make_nested_repeat(graph.info(cells), info.grid, nest), {cells});
}

}  // namespace cers::snow
