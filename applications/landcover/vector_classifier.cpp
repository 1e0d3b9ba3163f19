// SPDX-License-Identifier: Apache-2.0
// VectorClassifier: the class of each feature of a vector file by a model.
#include <fmt/format.h>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/learn/classify_rows.hpp"
#include "cers/vector-io/feature_table.hpp"
#include "cers/vector-io/layer_copy.hpp"
#include "sample_files.hpp"

namespace cers {
namespace {

/// OTB's name of the field.
constexpr const char* confidence_field = "confidence";

struct VectorClassifier {
  struct Params {
    std::string in;
    int layer = 0;
    std::optional<std::string> instat;
    std::string model;
    std::string cfield = "predicted";
    std::vector<std::string> feat;
    bool confmap = false;
  };

  static AppSpec spec() {
    return Declare<Params>("VectorClassifier", "Classifies the features of a vector file.")
        .doc(
            "Writes a copy of the layer with the class of each feature in the field `-cfield` and, with `-confmap`, "
            "the "
            "share of the votes for it, 0 to 1, in the field `confidence`: a probability when a forest of Cers was "
            "calibrated. The fields `-feat` are what the model sees, "
            "in the order of its training; a model of Cers knows their names, so that they need not be given, and "
            "refuses others.\n\n"
            "A feature with a field that is not set keeps its class unset; OTB takes such a field for 0. The input is "
            "never changed: OTB writes into it when no `-out` is given. The model is any that ImageClassifier takes; "
            "`-instat` as its `-imstat`.")
        .tag("Learning")
        .file_output("out", "Vector file with the classes: .gpkg, .shp, .sqlite or .geojson.")
        .param("in", &Params::in, "Vector file.")
        .required()
        .reads_file()
        .param("layer", &Params::layer, "Layer of the vector file, from 0.")
        .at_least(0)
        .param("instat", &Params::instat, "XML file of ComputeImagesStatistics: mean and deviation of each feature.")
        .reads_file()
        .param("model", &Params::model, "File of the model.")
        .required()
        .reads_file()
        .param("cfield", &Params::cfield, "Field of the class in the output.")
        .param("feat", &Params::feat, "Fields that are the features, in their order.")
        .param("confmap", &Params::confmap, "Write the share of the votes too.")
        .cites("Breiman (2001), Random Forests, Machine Learning 45:5-32, doi:10.1023/A:1010933404324.")
        .example("Classes of samples",
                 "cers VectorClassifier -in samples.gpkg -model samples.cers -confmap true -out classified.gpkg")
        .reports("classified")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring);
};
using Params = VectorClassifier::Params;

struct Classified {
  std::vector<std::int64_t> ids;
  std::vector<std::optional<RowClass>> classes;
  std::size_t unset = 0;    ///< features left out: a field is not set
  std::size_t missing = 0;  ///< a field holds the number that the model takes for missing
};
using LateClasses = Late<std::shared_ptr<const Classified>>;

std::vector<std::string> features_of(const Params& params, const Model& model) {
  std::vector<std::string> wanted = params.feat.empty() ? model.info().features : params.feat;
  if (wanted.empty())
    throw UserError(fmt::format("{} does not know the names of its features", params.model),
                    "name the fields with -feat, in the order of the training");
  std::vector<std::string> names = check_feature_columns(params.in, params.layer, {wanted, {}, {}, false});
  if (static_cast<int>(names.size()) != model.features())
    throw UserError(fmt::format("-feat names {} fields, but {} was trained on {} features", names.size(), params.model,
                                model.features()),
                    "name the fields of the training in their order");
  if (const auto at = first_contradiction(model.info().features, names))
    throw UserError(fmt::format("field {} is '{}', but feature {} of {} is '{}'", *at + 1, names[*at], *at + 1,
                                params.model, model.info().features[*at]),
                    "name the fields of the training in their order");
  return names;
}

FeatureScaling scaling_of(const Params& params, const Model& model) {
  if (!params.instat) return model.info().scaling;
  if (!model.info().scaling.empty())
    throw UserError(fmt::format("{} holds the statistics of its training: -instat is one too many", params.model),
                    "leave -instat out");
  FeatureScaling scaling = read_feature_statistics(*params.instat);
  if (static_cast<int>(scaling.mean.size()) != model.features())
    throw UserError(fmt::format("{} has statistics of {} bands, but {} was trained on {} features", *params.instat,
                                scaling.mean.size(), params.model, model.features()),
                    "give the statistics the model was trained with");
  return scaling;
}

Classified classified(const Params& params, const std::vector<std::string>& features, const Model& model,
                      const FeatureScaling& scaling) {
  // Rows in the order of the file; those left out of the table have no class.
  const FeatureTable all = read_feature_table(params.in, params.layer, {});
  const FeatureTable read = read_feature_table(params.in, params.layer, {features, {}, {}, false});
  SampleTable table;
  table.features = read.features;
  table.values = read.values;
  table.labels.resize(read.size());
  std::vector<bool> missing(read.size(), false);
  if (const std::optional<double> nodata = model.info().nodata) {
    for (std::size_t i = 0; i < read.size(); ++i) {
      const auto row = table.row(i);
      missing[i] = std::find(row.begin(), row.end(), static_cast<float>(*nodata)) != row.end();
    }
  }
  scale(table, scaling);
  const std::vector<RowClass> classes = classify_rows(model, table.values);
  Classified result;
  result.ids = all.ids;
  result.classes.resize(all.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (next == read.size() || read.ids[next] != all.ids[i]) continue;
    if (!missing[next]) result.classes[i] = classes[next];
    ++next;
  }
  result.unset = all.size() - read.size();
  result.missing = static_cast<std::size_t>(std::count(missing.begin(), missing.end(), true));
  return result;
}

std::vector<AddedField> fields_of(const Params& params) {
  std::vector<AddedField> fields{{params.cfield, FieldKind::integer, 0, 0}};
  if (params.confmap) fields.push_back({confidence_field, FieldKind::real, 0, 0});
  return fields;
}

void write(const std::string& path, const Params& params, const Classified& found) {
  const LayerCopy copy{params.in, params.layer, false, {}, fields_of(params)};
  write_layer(path, copy, found.ids.size(), [&](std::size_t i) {
    FeatureCopy feature{found.ids[i], std::nullopt, {}};
    const std::optional<RowClass>& one = found.classes[i];
    feature.values.resize(copy.added.size());
    if (one) feature.values[0] = std::int64_t{one->code};
    if (one && params.confmap) feature.values[1] = static_cast<double>(one->confidence);
    return feature;
  });
}

void VectorClassifier::wire(const Params& params, Wiring& wiring) {
  const std::shared_ptr<const Model> model = read_model(params.model);
  const std::vector<std::string> features = features_of(params, *model);
  const FeatureScaling scaling = scaling_of(params, *model);
  const LateClasses classes = wiring.graph().then(
      [=](const TaskContext&) {
        return std::make_shared<const Classified>(classified(params, features, *model, scaling));
      },
      "classes");
  FileOutput out;
  out.values = {classes};
  out.check = [fields = fields_of(params)](const std::string& path) { check_vector_output(path, fields); };
  out.write = [classes, params](const LateValues& values, const std::string& path) {
    write(path, params, *values.get(classes));
  };
  wiring.output("out", std::move(out));
  wiring.after_run({{classes}, [classes](const LateValues& values) {
                      const Classified& found = *values.get(classes);
                      return fmt::format("classified: {} of {} features",
                                         found.ids.size() - found.unset - found.missing, found.ids.size());
                    }});
  wiring.after_run({{classes},
                    [classes, in = params.in](const LateValues& values) -> std::string {
                      const Classified& found = *values.get(classes);
                      const std::size_t count = found.unset + found.missing;
                      if (count == 0) return {};
                      return fmt::format(
                          "{} of {} features of {} get no class: {} with a field that is not set, {} "
                          "with the number that means missing",
                          count, found.ids.size(), in, found.unset, found.missing);
                    },
                    true});
}

}  // namespace

Application cers_app_VectorClassifier() {
  return application<VectorClassifier>();
}

}  // namespace cers
