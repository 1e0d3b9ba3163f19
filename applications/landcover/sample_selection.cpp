// SPDX-License-Identifier: Apache-2.0
// SampleSelection: which pixels of the reference polygons become samples.
#include <fmt/format.h>

#include <limits>

#include "cers/app/mask_help.hpp"
#include "cers/core/error.hpp"
#include "cers/vector-io/layer_copy.hpp"
#include "sampling_params.hpp"

namespace cers {
namespace {

struct SampleSelectionApp {
  struct Params {
    std::string vec;
    std::string instats;
    Sampler sampler = Sampler::periodic;
    int jitter = 0;
    SamplingStrategy strategy = SamplingStrategy::smallest;
    std::optional<std::string> in;
    std::optional<int> nb;
    double p = 0.5;
    int v = 1000;
    std::string field;
    int layer = 0;
    int rand = 0;
  };

  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = SampleSelectionApp::Params;

AppSpec SampleSelectionApp::spec() {
  return Declare<Params>("SampleSelection", "Chooses pixels of reference polygons as samples.")
      .doc(
          "The statistics tell how many pixels each class has, the strategy how many of them to take: the formulas are "
          "those of MultiImageSamplingRate for one image. Each sample is a point at the centre of its pixel with the "
          "fields of its polygon and `originfid`, the polygon's number. Points stand class by class, in the order of "
          "the polygons.\n\n"
          "The periodic sampler takes the pixels OTB takes when it sees the image in one piece; where OTB streams, its "
          "choice depends on its tiles, this one does not. With `-sampler.periodic.jitter` each step starts up to so "
          "many pixels late. The random sampler takes exactly the wanted number, ranked by a hash of `-rand`, polygon "
          "and place: other pixels than OTB's for a seed, the same for any tiles and threads.\n\n"
          "A pixel in two polygons can be a sample of both; a warning tells how many lie in polygons of different "
          "classes. The format of the points follows the suffix: .gpkg, .shp, .sqlite, .geojson. Polygons of another "
          "reference system are brought to the image's; `originfid` is the number in the file, where OTB counts anew.")
      .tag("Learning")
      .input("in", "Image that gives the grid.")
      .input("mask", std::string("Pixels to look at: not 0.") + mask_as_bytes)
      .optional()
      .file_output("out", "Samples as points.")
      .file_output("outrates", "Table of rates: class, required and total samples, rate.")
      .optional()
      .param("vec", &Params::vec, "Reference polygons: GeoPackage, Shapefile, SQLite, GeoJSON.")
      .required()
      .reads_file()
      .param("instats", &Params::instats, "Statistics of these polygons, from PolygonClassStatistics.")
      .required()
      .reads_file()
      .param("sampler", &Params::sampler, "How the pixels of a class are chosen.")
      .param("sampler.periodic.jitter", &Params::jitter, "Most pixels by which a step starts late, at random.")
      .at_least(0)
      .unit("pixel")
      .only_if("sampler", "periodic")
      .param("strategy", &Params::strategy, "How many samples are wanted.")
      .param("strategy.byclass.in", &Params::in, "Table of class and number, as MultiImageSamplingRate writes it.")
      .only_if("strategy", "byclass")
      .reads_file()
      .param("strategy.constant.nb", &Params::nb, "Samples of each class.")
      .at_least(1)
      .only_if("strategy", "constant")
      .param("strategy.percent.p", &Params::p, "Share of the pixels of each class.")
      .range(0, 1)
      .only_if("strategy", "percent")
      .param("strategy.total.v", &Params::v, "Samples in all.")
      .at_least(1)
      .only_if("strategy", "total")
      .param("field", &Params::field, "Field that holds the class: text or whole numbers.")
      .required()
      .param("layer", &Params::layer, "Layer of the file, from 0.")
      .at_least(0)
      .param("rand", &Params::rand, "Seed of the random sampler and of the jitter.")
      .at_least(0)
      .example("As many samples of each class as the smallest has",
               "cers SampleSelection -in stack.tif -vec reference.geojson -field code -instats statistics_a.xml "
               "-out chosen.gpkg -outrates rates.csv")
      .example("A tenth of each class at random",
               "cers SampleSelection -in stack.tif -vec reference.geojson -field code -instats statistics_a.xml "
               "-sampler random -rand 7 -strategy percent -strategy.percent.p 0.1 -out tenth.shp")
      .done();
}

SamplingDemand demand_of(const Params& params) {
  SamplingDemand demand;
  demand.strategy = params.strategy;
  demand.sharing = ImageSharing::custom;
  switch (params.strategy) {
    case SamplingStrategy::byclass:
      if (!params.in) throw UserError("-strategy.byclass.in is not given", "give a table of class and number");
      demand.by_class.push_back(read_required_samples(*params.in));
      break;
    case SamplingStrategy::constant:
      if (!params.nb) throw UserError("-strategy.constant.nb is not given", "give the samples of each class");
      demand.numbers.push_back(static_cast<std::uint64_t>(*params.nb));
      break;
    case SamplingStrategy::percent:
      demand.shares.push_back(params.p);
      break;
    case SamplingStrategy::total:
      demand.numbers.push_back(static_cast<std::uint64_t>(params.v));
      break;
    case SamplingStrategy::smallest:
    case SamplingStrategy::all:
      break;
  }
  return demand;
}

/// Empty when the statistics are of these very pixels.
std::string mismatch(const ClassCounts& counted, const ClassCounts& found, const std::string& path) {
  for (const auto& [name, count] : found) {
    const auto there = counted.find(name);
    if (there == counted.end())
      return fmt::format("{} does not know the class '{}', of which no sample is taken", path, name);
    if (there->second != count)
      return fmt::format(
          "{} counts {} pixels of class '{}', but the polygons hold {}: it was made with another image, "
          "mask or file, and fewer or other samples than wanted are taken",
          path, there->second, name, count);
  }
  return {};
}

void SampleSelectionApp::wire(const Params& params, Wiring& wiring) {
  const ImageInput& image = wiring.image("in");
  const ClassCounts counted = read_class_counts(params.instats);
  const SamplingRates rates = sampling_rates({counted}, demand_of(params)).at(0);
  if (const std::size_t many = overflows(rates); many > 0)
    wiring.warn(fmt::format("of {} class{} more samples are wanted than there are pixels: all of them are taken", many,
                            many == 1 ? "" : "es"));
  const SharedShapes shapes = open_polygons(wiring, params.vec, params.layer, params.field, image);
  const auto cover = cover_with_mask(wiring, shapes, image, "they can be samples of each of them");
  const SamplerOptions options{params.sampler, params.jitter, static_cast<std::uint64_t>(params.rand)};
  const auto selection = wiring.graph().then(
      [=](const TaskContext&, const PolygonCover& pixels) { return select_samples(pixels, *shapes, rates, options); },
      "choice of samples", cover);
  wiring.after_run({{cover},
                    [=](const LateValues& values) {
                      return mismatch(counted, statistics_of(values.get(cover), *shapes).classes, params.instats);
                    },
                    true});

  const bool small = std::all_of(shapes->features.begin(), shapes->features.end(), [](const LabelledFeature& feature) {
    return feature.id <= std::numeric_limits<std::int32_t>::max();
  });
  const AddedField origin{"originfid", small ? FieldKind::integer : FieldKind::integer64, 12, 0};
  const LayerCopy copy{params.vec, params.layer, true, shapes->grid.crs, {origin}};
  FileOutput out;
  out.values = {selection};
  out.check = [origin](const std::string& path) { check_vector_output(path, {origin}); };
  out.write = [=](const LateValues& values, const std::string& path) {
    const SampleSelection& samples = values.get(selection);
    const GeoTransform& map = shapes->grid.transform;
    write_layer(path, copy, samples.size(), [&](std::size_t i) {
      const std::int64_t id = shapes->features[samples[i].feature].id;
      const double column = samples[i].x + 0.5;
      const double row = samples[i].y + 0.5;
      return FeatureCopy{id, PixelPoint{map.x(column, row), map.y(column, row)}, {id}};
    });
  };
  wiring.output("out", std::move(out));
  if (wiring.wants("outrates"))
    wiring.output("outrates", FileOutput{{}, [rates](const LateValues&) { return rates_csv(rates); }});
}

}  // namespace

Application cers_app_SampleSelection() {
  return application<SampleSelectionApp>();
}

}  // namespace cers
