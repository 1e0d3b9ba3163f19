// SPDX-License-Identifier: Apache-2.0
// RadiometricIndices: spectral indices of one image, by the names of OTB and a few more.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "cers/app/application.hpp"
#include "cers/app/large_values.hpp"
#include "cers/app/sentinel2_offset.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/ops/expression_node.hpp"
#include "index_table.hpp"

namespace cers {
namespace {

struct RadiometricIndices {
  struct Params {
    int blue = 1;
    int green = 1;
    int red = 1;
    int nir = 1;
    int mir = 1;
    std::optional<int> red_edge1;
    std::optional<int> red_edge2;
    std::optional<int> red_edge3;
    std::optional<int> nir_narrow;
    std::optional<int> swir2;
    std::vector<std::string> list{"Vegetation:NDVI"};
    double scale = 1;
    double offset = 0;
    std::optional<double> nodata;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = RadiometricIndices::Params;

struct Channel {
  std::string key;
  std::optional<int> band;  ///< counted from 1
};

/// In the order of spectral_roles().
std::vector<Channel> channels_of(const Params& params) {
  std::vector<Channel> channels{{"channels.blue", params.blue},
                                {"channels.green", params.green},
                                {"channels.red", params.red},
                                {"channels.rededge1", params.red_edge1},
                                {"channels.rededge2", params.red_edge2},
                                {"channels.rededge3", params.red_edge3},
                                {"channels.nir", params.nir},
                                {"channels.nirnarrow", params.nir_narrow},
                                {"channels.mir", params.mir},
                                {"channels.swir2", params.swir2}};
  CERS_EXPECT(channels.size() == spectral_roles().size());
  return channels;
}

/// An index with the channels that serve its variables.
struct BoundIndex {
  const SpectralIndex* index;
  Expression expression;
  std::vector<std::size_t> roles;     ///< of each variable, positions in spectral_roles()
  std::vector<std::size_t> channels;  ///< the same, but nir where nir_narrow is wanted and not given
};

std::size_t role_named(const char* name) {
  const auto& roles = spectral_roles();
  return static_cast<std::size_t>(std::find(roles.begin(), roles.end(), name) - roles.begin());
}

std::vector<BoundIndex> bind(const std::vector<std::string>& list, const std::vector<Channel>& channels) {
  const std::size_t nir_narrow = role_named("nir_narrow");
  std::vector<BoundIndex> bound;
  for (const std::string& name : list) {
    const SpectralIndex& index = spectral_index(name);
    BoundIndex one{&index, index.compile(), {}, {}};
    for (const ExpressionVariable& variable : one.expression.variables()) {
      const auto role = static_cast<std::size_t>(variable.band);
      one.roles.push_back(role);
      one.channels.push_back(role == nir_narrow && !channels[role].band ? role_named("nir") : role);
    }
    bound.push_back(std::move(one));
  }
  return bound;
}

void check(const Params& params, Diagnostics& diagnostics) {
  if (params.list.empty()) diagnostics.fault({}, "-list names no index", "name one or more: -list Vegetation:NDVI");
  std::set<std::string> listed;
  for (const std::string& name : params.list) {
    if (!listed.insert(name).second) diagnostics.fault({}, fmt::format("-list names {} twice", name), "name it once");
  }
}

/// A product knows its bands: a channel that the user did not set is the band of that role, or is lacking.
std::vector<Channel> channels_in(const ImageInput& image, const Params& params, const Wiring& wiring) {
  std::vector<Channel> channels = channels_of(params);
  if (!image.scene()) return channels;
  const auto& bands = image.info().bands;
  for (std::size_t role = 0; role < channels.size(); ++role) {
    if (wiring.user_set(channels[role].key)) continue;
    const auto found =
        std::find_if(bands.begin(), bands.end(), [&](const BandInfo& b) { return b.role == spectral_roles()[role]; });
    channels[role].band.reset();
    if (found != bands.end()) channels[role].band = static_cast<int>(found - bands.begin()) + 1;
  }
  // Landsat 8 and products without Sentinel-2's B8 have the narrow near infrared only.
  Channel& nir = channels[role_named("nir")];
  if (!nir.band) nir.band = channels[role_named("nir_narrow")].band;
  return channels;
}

void check_given(const std::vector<BoundIndex>& bound, const std::vector<Channel>& channels, const ImageInput& image) {
  std::map<std::string, std::set<std::string>> lacking;
  for (const BoundIndex& one : bound) {
    for (const std::size_t channel : one.channels) {
      if (!channels[channel].band) lacking[channels[channel].key].insert(one.index->name);
    }
  }
  if (lacking.empty()) return;
  std::vector<std::string> faults;
  for (const auto& [key, names] : lacking) faults.push_back(fmt::format("{} needs -{}", fmt::join(names, ", "), key));
  throw UserError(fmt::format("{}, which {}", fmt::join(faults, "; "),
                              image.scene() ? "the product " + image.scene()->product().id + " does not have"
                                            : std::string("is not given")),
                  "give the number of that band, counted from 1");
}

void check_bands(const std::vector<Channel>& channels, const ImageInput& image) {
  for (const Channel& channel : channels) {
    if (!channel.band || *channel.band <= image.band_count()) continue;
    throw UserError(fmt::format("-{} is {}, but {} has {} band{}", channel.key, *channel.band, image.label(),
                                image.band_count(), image.band_count() == 1 ? "" : "s"),
                    "bands are counted from 1");
  }
}

/// "NDVI = ratio(nir-red, nir+red); nir: band 4 (B8), red: band 3 (B4); Rouse et al. (1974)"
std::string description_of(const BoundIndex& one, const std::vector<Channel>& channels, const ImageInput& image) {
  constexpr std::size_t longest_name = 24;  // longer ones are descriptions
  std::vector<std::string> bands;
  for (std::size_t v = 0; v < one.roles.size(); ++v) {
    const Channel& channel = channels[one.channels[v]];
    const std::string& name = image.info().bands[static_cast<std::size_t>(*channel.band - 1)].name;
    std::string text = fmt::format("{}: band {}", spectral_roles()[one.roles[v]], *channel.band);
    if (!name.empty() && name.size() <= longest_name) text += fmt::format(" ({})", name);
    if (one.channels[v] != one.roles[v]) text += fmt::format(", given as -{}", channel.key);
    bands.push_back(std::move(text));
  }
  return fmt::format("{} = {}; {}; {}", one.index->short_name(), one.index->formula, fmt::join(bands, ", "),
                     one.index->short_citation());
}

/// Stacks indices computed in double, names the bands and rounds once to float; infinities stay, as in OTB.
class StackIndices final : public PixelwiseNode {
 public:
  explicit StackIndices(std::vector<BandInfo> bands) : bands_(std::move(bands)) {}
  std::string name() const override { return "stack-indices"; }
  std::string signature() const override {
    std::string text;
    for (const BandInfo& band : bands_) text += band.name + "\n" + band.description + "\n";
    return text;
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == bands_.size());
    RasterInfo output{inputs[0].grid, bands_, PixelType::f32};
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      CERS_EXPECT(inputs[i].type == PixelType::f64 && inputs[i].bands.size() == 1);
      output.bands[i].nodata = inputs[i].bands[0].nodata;
    }
    return output;
  }
  double cost() const override { return 0.3 * static_cast<double>(bands_.size()); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    for (std::size_t i = 0; i < bands_.size(); ++i) {
      convert_pixels(row.inputs[i], PixelType::f64, row.outputs[i], PixelType::f32, row.count);
    }
  }

 private:
  std::vector<BandInfo> bands_;
};

std::vector<std::string> scale_dependent(const std::vector<BoundIndex>& bound) {
  std::vector<std::string> names;
  for (const BoundIndex& one : bound) {
    if (one.index->scale_dependent) names.push_back(one.index->name);
  }
  return names;
}

/// At most one line: a file name that tells its scale, else integers read raw, else, after the run, numbers that are no
/// reflectance.
void warn_of_scale(const std::vector<BoundIndex>& bound, const ImageInput& image, const Calibration& calibration,
                   Edge input, Wiring& wiring) {
  if (image.scene()) return;  // reflectance by its metadata
  if (const std::string warning = raw_number_warning(image, calibration); !warning.empty()) {
    wiring.warn(warning);
    return;
  }
  if (const std::string warning = offset_warning(wiring, image, calibration); !warning.empty()) {
    wiring.warn(warning);
    return;
  }
  const std::vector<std::string> names = scale_dependent(bound);
  if (names.empty()) return;
  const std::string which =
      fmt::format("{} {} on the scale of the numbers and {} reflectance from 0 to 1", fmt::join(names, ", "),
                  names.size() == 1 ? "depends" : "depend", names.size() == 1 ? "expects" : "expect");
  const std::string remedy = "give -scale (0.0001 for Sentinel-2)";
  if (!is_floating(image.info().type) && calibration.scale == 1 && calibration.offset == 0) {
    wiring.warn(
        fmt::format("{}, but {} holds {} numbers: {}", which, image.label(), name_of(image.info().type), remedy));
    return;
  }
  const auto late = wiring.graph().reduce(LargeValueReducer{}, input, "values above reflectance");
  const auto make = [late, which, remedy, label = image.label()](const LateValues& values) -> std::string {
    const LargeValueCounts& found = values.get(late);
    if (!found.no_reflectance()) return {};
    return fmt::format("{}, but {}: {}", which, found.text(label), remedy);
  };
  wiring.after_run({{late}, make, true});
}

void warn_of_channels(const std::vector<BoundIndex>& bound, const std::vector<Channel>& channels,
                      const ImageInput& image, Wiring& wiring) {
  std::map<std::size_t, std::vector<std::string>> defaults;
  std::vector<std::string> broad;
  for (const BoundIndex& one : bound) {
    for (std::size_t v = 0; v < one.roles.size(); ++v) {
      if (!image.scene() && !wiring.user_set(channels[one.channels[v]].key))
        defaults[one.channels[v]].push_back(one.index->name);
      if (one.channels[v] != one.roles[v]) broad.push_back(one.index->name);
    }
  }
  for (const auto& [channel, names] : defaults) {
    wiring.warn(fmt::format("{} {} -{}, which is left at its default, band 1: name the band", fmt::join(names, ", "),
                            names.size() == 1 ? "uses" : "use", channels[channel].key));
  }
  if (!broad.empty()) {
    wiring.warn(
        fmt::format("{} {} -channels.nir: the narrow near infrared (B8A of Sentinel-2) is not given as "
                    "-channels.nirnarrow",
                    fmt::join(broad, ", "), broad.size() == 1 ? "uses" : "use"));
  }
}

std::vector<Choice> index_choices() {
  std::vector<Choice> choices;
  for (const SpectralIndex& index : spectral_indices()) {
    choices.push_back({index.name, fmt::format("{}: `{}`. {}", index.title, index.formula, index.citation)});
  }
  return choices;
}

AppSpec RadiometricIndices::spec() {
  return Declare<Params>("RadiometricIndices", "Vegetation, water, snow, fire, soil and built-up indices of one image.")
      .doc(
          "One output band for each name in `-list`, in that order. The names and formulas of OTB stay as they are, so "
          "that `Water:NDWI` is Gao's moisture index, `Water:NDWI2` McFeeters' open water index and `Water:NDTI` "
          "turbidity; other indices have names that say what they are.\n\n"
          "The image is a stack of bands, or a product (Theia, SAFE, Landsat, as a folder or archive), whose bands are "
          "found by their role and read as reflectance: then no channel and no scale need be given.\n\n"
          "Formulas are in the language of BandMath, with band names for variables. Their channels:\n\n"
          "- blue, green, red, nir: `-channels.blue`, `-channels.green`, `-channels.red`, `-channels.nir` (Sentinel-2 "
          "B2, B3, B4, B8)\n"
          "- red_edge1, red_edge2, red_edge3: `-channels.rededge1`, `-channels.rededge2`, `-channels.rededge3` (B5, "
          "B6, "
          "B7)\n"
          "- nir_narrow: `-channels.nirnarrow` (B8A), or `-channels.nir` when that is not given\n"
          "- swir1: `-channels.mir` (B11), OTB's middle infrared\n"
          "- swir2: `-channels.swir2` (B12)\n\n"
          "`ratio(a, b)` is a/b, but 0 where b is nearer to 0 than 1e-7. Everything is computed in double from float "
          "pixels and stored as float. A missing pixel (NaN) gives NaN, except where such a rule makes it 0.\n\n"
          "Indices with constants beside the bands, such as SAVI, EVI, GEMI or the leaf area indices, hold for "
          "reflectance from 0 to 1: `-scale 0.0001` makes it of Sentinel-2 numbers. Every output band's description "
          "holds the formula, the bands that were used and the publication.")
      .tag("Feature Extraction")
      .tag("Radiometric Indices")
      .input("in", "Image with all the channels as bands.")
      .output("out", "Indices, one band each.")
      .param("channels.blue", &Params::blue, "Band that is blue, counted from 1 like all channels.")
      .at_least(1)
      .param("channels.green", &Params::green, "Band that is green.")
      .at_least(1)
      .param("channels.red", &Params::red, "Band that is red.")
      .at_least(1)
      .param("channels.nir", &Params::nir, "Band that is near infrared.")
      .at_least(1)
      .param("channels.mir", &Params::mir, "Band that is middle infrared: short-wave infrared around 1.6 µm.")
      .at_least(1)
      .param("channels.rededge1", &Params::red_edge1, "Band that is red edge around 705 nm.")
      .at_least(1)
      .param("channels.rededge2", &Params::red_edge2, "Band that is red edge around 740 nm.")
      .at_least(1)
      .param("channels.rededge3", &Params::red_edge3, "Band that is red edge around 783 nm.")
      .at_least(1)
      .param("channels.nirnarrow", &Params::nir_narrow, "Band that is narrow near infrared around 865 nm.")
      .at_least(1)
      .param("channels.swir2", &Params::swir2, "Band that is short-wave infrared around 2.2 µm.")
      .at_least(1)
      .param("list", &Params::list, "Indices to compute, in the order of the output bands.")
      .choices(index_choices())
      .param("scale", &Params::scale, "Stored numbers are multiplied by this first.")
      .param("offset", &Params::offset, "Added after -scale.")
      .param("nodata", &Params::nodata, "Stored number that means missing.")
      .check(check)
      .cites("Inglada and Christophe (2009), The Orfeo Toolbox remote sensing image processing software, IGARSS.")
      .example(
          "Vegetation, water and snow of a stack of green, red, near and middle infrared reflectance",
          "cers RadiometricIndices -in stack.tif -channels.green 1 -channels.red 2 -channels.nir 3 -channels.mir 4 "
          "-list Vegetation:NDVI Water:NDWI2 Snow:NDSI -out indices.tif float")
      .example("Indices that expect reflectance from 0 to 1",
               "cers RadiometricIndices -in stack.tif -channels.red 2 -channels.nir 3 -list Vegetation:SAVI "
               "Vegetation:EVI2 Vegetation:MSAVI2 -out soil_adjusted.tif float")
      .done();
}

void RadiometricIndices::wire(const Params& params, Wiring& wiring) {
  const ImageInput& image = wiring.image("in");
  const std::vector<Channel> channels = channels_in(image, params, wiring);
  check_bands(channels, image);
  std::vector<BoundIndex> bound = bind(params.list, channels);
  check_given(bound, channels, image);
  const Calibration calibration{params.scale, params.offset, params.nodata};

  std::set<int> used;  // only these are decoded
  for (const BoundIndex& one : bound) {
    for (const std::size_t channel : one.channels) used.insert(*channels[channel].band - 1);
  }
  const Edge input = image.bands({used.begin(), used.end()}, PixelType::f32, calibration);
  warn_of_channels(bound, channels, image, wiring);
  warn_of_scale(bound, image, calibration, input, wiring);

  std::vector<Edge> indices;
  std::vector<BandInfo> bands;
  for (BoundIndex& one : bound) {
    BandInfo band;
    band.name = one.index->short_name();
    band.description = description_of(one, channels, image);
    bands.push_back(std::move(band));
    std::vector<int> planes;
    for (const std::size_t channel : one.channels) {
      planes.push_back(static_cast<int>(std::distance(used.begin(), used.find(*channels[channel].band - 1))));
    }
    indices.push_back(wiring.graph().add(make_expression_node(std::move(one.expression), std::move(planes),
                                                              PixelType::f32, image.info().grid, PixelType::f64),
                                         {input}));
  }
  wiring.output("out", wiring.graph().add(std::make_unique<StackIndices>(std::move(bands)), indices));
}

}  // namespace

Application cers_app_RadiometricIndices() {
  return application<RadiometricIndices>();
}

}  // namespace cers
