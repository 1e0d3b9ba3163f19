// SPDX-License-Identifier: Apache-2.0
// SampleExtraction: the values of an image at points, as fields of the points.
#include <fmt/format.h>

#include <algorithm>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/learn/sample_extraction.hpp"
#include "cers/raster-io/run_folder.hpp"
#include "cers/vector-io/layer_copy.hpp"
#include "sampling_params.hpp"

namespace cers {
namespace {

enum class FieldNames { prefix, list };
std::vector<Choice> choices_of(FieldNames) {
  return {{"prefix", "A prefix and the number of the band, from 0."}, {"list", "A name for each band."}};
}

// As OTB writes them.
constexpr int value_width = 24;
constexpr int value_precision = 15;

struct SampleExtractionApp {
  struct Params {
    std::string vec;
    FieldNames outfield = FieldNames::prefix;
    std::string prefix = "value_";
    std::vector<std::string> names;
    std::string field;
    int layer = 0;
  };

  static AppSpec spec() {
    return Declare<Params>("SampleExtraction", "Writes the values of an image at sample points into their fields.")
        .doc(
            "Every band becomes a field of real numbers. A point has the values of the pixel it lies in; where that is "
            "NaN the field is not set. Only blocks of the image that hold points are decoded.\n\n"
            "Without `-out` the fields are added to `-vec` itself: the changed file is written aside, checked and put "
            "in its place, so a run that fails leaves it as it was; other layers stay. (OTB 8.1 destroys GeoPackages "
            "that way.) Points outside the image are left out of `-out` and counted in a warning; in place their "
            "fields "
            "are not set. Points of another reference system than the image's, which OTB refuses, are found on it by a "
            "transformation and keep their own.")
        .tag("Learning")
        .input("in", "Image.")
        .file_output("out", "Points with their values: .gpkg, .shp, .sqlite or .geojson; without it -vec is changed.")
        .optional()
        .param("vec", &Params::vec, "Sample points, from SampleSelection.")
        .required()
        .reads_file()
        .param("outfield", &Params::outfield, "How the fields are named.")
        .param("outfield.prefix.name", &Params::prefix, "What the names begin with.")
        .only_if("outfield", "prefix")
        .param("outfield.list.names", &Params::names, "Names of the fields, one for each band.")
        .only_if("outfield", "list")
        .param("field", &Params::field, "Field that holds the class.")
        .required()
        .param("layer", &Params::layer, "Layer of the file, from 0.")
        .at_least(0)
        .example("Reflectances at samples",
                 "cers SampleExtraction -in stack.tif -vec points.gpkg -field code -outfield list -outfield.list.names "
                 "green red nir swir -out values.gpkg")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const ImageInput& image = wiring.image("in");
    const std::vector<AddedField> fields = fields_of(params, image);
    const LabelledLayer points(params.vec, params.layer, params.field);
    const SharedShapes shapes = points.on_grid(image.info().grid);
    LayerNotes notes = shapes->notes;
    notes.without_label = {};

    const auto positions = std::make_shared<SampleSelection>();
    auto features = std::make_shared<std::vector<std::int64_t>>();
    for (std::uint32_t i = 0; i < shapes->shapes.size(); ++i) {
      std::vector<PixelRun> runs;
      if (shapes->shapes[i].polygons.empty()) append_runs(shapes->shapes[i], i, runs);
      if (runs.size() != 1) {
        notes.other_kinds.add(shapes->features[i].id);
        continue;
      }
      positions->push_back({i, runs[0].begin, runs[0].y});
      features->push_back(shapes->features[i].id);
    }
    if (positions->empty())
      throw UserError(fmt::format("{} holds no points", params.vec), "make points with SampleSelection");
    warn(notes, params.vec, wiring);

    const auto values = extract_values(wiring.graph(), image.all(PixelType::f32), positions, "values at samples");
    const LayerCopy copy{params.vec, params.layer, false, {}, fields};
    const auto feature = [features](const SampleValues& found, std::size_t i) {
      FeatureCopy one{(*features)[i], {}, {}};
      for (std::size_t band = 0; band < found.bands; ++band)
        one.values.emplace_back(static_cast<double>(found.values[i * found.bands + band]));
      return one;
    };
    if (!wiring.wants("out")) {
      check_vector_output(params.vec, fields);
      wiring.graph().write(
          {values}, make_file_artifact(params.vec, nullptr, [=](const LateValues& known, const std::string& path) {
            const SampleValues& found = known.get(values);
            write_updated(path, copy, features->size(), [&](std::size_t i) { return feature(found, i); });
          }));
      return;
    }
    FileOutput out;
    out.values = {values};
    out.check = [fields](const std::string& path) { check_vector_output(path, fields); };
    out.write = [=](const LateValues& known, const std::string& path) {
      const SampleValues& found = known.get(values);
      write_layer(path, copy, features->size(), [&](std::size_t i) { return feature(found, i); });
    };
    wiring.output("out", std::move(out));
  }

 private:
  static std::vector<AddedField> fields_of(const Params& params, const ImageInput& image) {
    const auto bands = static_cast<std::size_t>(image.band_count());
    if (params.outfield == FieldNames::list && params.names.size() != bands)
      throw UserError(fmt::format("-outfield.list.names has {} name{}, but {} has {} band{}", params.names.size(),
                                  params.names.size() == 1 ? "" : "s", image.label(), bands, bands == 1 ? "" : "s"),
                      "give one for each band; `?&bands=1,2` after a file name selects some");
    std::vector<AddedField> fields;
    for (std::size_t band = 0; band < bands; ++band) {
      const std::string name =
          params.outfield == FieldNames::list ? params.names[band] : params.prefix + std::to_string(band);
      const bool twice =
          std::any_of(fields.begin(), fields.end(), [&](const AddedField& other) { return other.name == name; });
      if (twice)
        throw UserError(fmt::format("-outfield.list.names has '{}' twice", name), "give each band its own name");
      fields.push_back({name, FieldKind::real, value_width, value_precision});
    }
    return fields;
  }

  static void warn(const LayerNotes& notes, const std::string& path, Wiring& wiring) {
    if (notes.other_kinds.count > 0)
      wiring.warn(fmt::format("{}: {} feature{} no point and {} left out", path, notes.other_kinds.count,
                              notes.other_kinds.count == 1 ? " is" : "s are",
                              notes.other_kinds.count == 1 ? "is" : "are"));
    LayerNotes rest = notes;
    rest.other_kinds = {};
    for (const std::string& line : describe_notes(rest, path)) wiring.warn(line);
  }
};

}  // namespace

Application cers_app_SampleExtraction() {
  return application<SampleExtractionApp>();
}

}  // namespace cers
