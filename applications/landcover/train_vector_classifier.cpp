// SPDX-License-Identifier: Apache-2.0
// TrainVectorClassifier: a model from samples in vector files.
#include <fmt/format.h>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/learn/classify_rows.hpp"
#include "cers/learn/model_file.hpp"
#include "classifier_params.hpp"
#include "sample_files.hpp"
#include "training_report.hpp"

namespace cers {
namespace {

/// The field in which SampleExtraction keeps the polygon of a sample.
constexpr const char* polygon_field = "originfid";

struct TrainVectorClassifier {
  struct Params : ClassifierParams {
    std::vector<std::string> vd;
    std::optional<std::string> stats;
    int layer = 0;
    std::vector<std::string> feat;
    std::string cfield;
    std::vector<std::string> valid_vd;
    int valid_layer = 0;
    std::optional<std::string> group_field;
    std::optional<double> nodata;
    bool v = true;
  };

  static AppSpec spec() {
    Declare<Params> declare("TrainVectorClassifier", "Trains a model on the features of vector files.");
    declare
        .doc(
            "Every feature of `-io.vd` is a sample: the fields `-feat` are what the model will see (`value_*` stands "
            "for "
            "all numbers whose name begins so), `-cfield` is its class. A class is a whole number; texts that are no "
            "numbers are numbered from 1 in alphabetical order, and the model keeps their names. Samples of which a "
            "field is not set are left out and counted.\n\n"
            "The model is a random forest in a file of Cers, which ImageClassifier and VectorClassifier read; OTB does "
            "not. It holds the names of the features, the classes, the statistics of `-io.stats`, the options and how "
            "good it is. Equal samples, options and `-rand` give equal bytes.\n\n"
            "Without `-valid.vd` the model is judged out of bag: each sample by the trees that were grown without it "
            "(OTB takes the training samples themselves, which shows too good a model). When the samples tell their "
            "polygon (`-group.field`; `originfid`, as SampleExtraction writes it, is found by itself) whole polygons "
            "are "
            "drawn for each tree, so that no sample is judged by a tree that knows its neighbours. A number stands for "
            "the same polygon in all files.\n\n"
            "`-io.confmatout` is OTB's file: rows are the classes of the reference, columns those of the model.\n\n"
            "Defaults of OTB are kept, `-classifier` apart: OTB's is libsvm. Its depth of 5 is too shallow for most "
            "maps.")
        .tag("Learning")
        .file_output("io.out", "File of the model.")
        .file_output("io.confmatout", "CSV file of the confusion matrix.")
        .optional()
        .param("io.vd", &Params::vd, "Vector files of samples.")
        .required()
        .reads_file()
        .param("io.stats", &Params::stats,
               "XML file of ComputeImagesStatistics: features are centred and reduced by it.")
        .reads_file()
        .param("layer", &Params::layer, "Layer of the vector files, from 0.")
        .at_least(0)
        .param("feat", &Params::feat, "Fields that are the features, in their order.")
        .required()
        .param("cfield", &Params::cfield, "Field of the class.")
        .required()
        .param("valid.vd", &Params::valid_vd, "Vector files of samples to judge the model on.")
        .reads_file()
        .param("valid.layer", &Params::valid_layer, "Layer of these, from 0.")
        .at_least(0)
        .param("group.field", &Params::group_field, "Field that tells the polygon of a sample.")
        .param("nodata", &Params::nodata, "Number that means missing in the images to classify; the model keeps it.")
        .param("v", &Params::v, "Print the confusion matrix and the scores of each class.");
    declare_classifier(declare);
    return declare.cites("Breiman (2001), Random Forests, Machine Learning 45:5-32, doi:10.1023/A:1010933404324.")
        .example("A forest on samples of SampleExtraction",
                 "cers TrainVectorClassifier -io.vd samples.gpkg -feat green red nir swir -cfield class "
                 "-classifier.rf.max 25 -classifier.rf.min 5 -io.out forest.cers")
        .reports("samples", "accuracy", "kappa")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring);
};
using Params = TrainVectorClassifier::Params;

using LateSamples = Late<std::shared_ptr<const Samples>>;
using LateFile = Late<std::shared_ptr<const ForestFile>>;
using LateReport = Late<std::shared_ptr<const TrainingReport>>;

FeatureScaling scaling_of(const Params& params, std::size_t features) {
  if (!params.stats) return {};
  FeatureScaling scaling = read_feature_statistics(*params.stats);
  if (scaling.mean.size() != features)
    throw UserError(fmt::format("{} has statistics of {} bands, but there are {} features", *params.stats,
                                scaling.mean.size(), features),
                    "give the statistics of the image the samples come from");
  return scaling;
}

/// What was left out, as one warning; empty when nothing was.
std::string left_out(const Samples& samples, const std::string& files) {
  const std::size_t count = samples.without_values + samples.without_label;
  if (count == 0) return {};
  return fmt::format("{} of {} samples of {} are left out: {} without a class, {} with a feature that is not set",
                     count, count + samples.table.size(), files, samples.without_label, samples.without_values);
}

LateFile train(Graph& graph, LateSamples samples, const Params& params, const FeatureScaling& scaling) {
  return graph.then(
      [=, training = training_of(params), nodata = params.nodata](const TaskContext& context,
                                                                  const std::shared_ptr<const Samples>& read) {
        SampleTable table = read->table;
        scale(table, scaling);
        ModelInfo info;
        info.classes = read->names;
        info.scaling = scaling;
        info.nodata = nodata;
        TrainedForest forest = train_forest(table, training, {context.threads, context.stop, context.progress});
        return std::make_shared<const ForestFile>(forest_file(table, training, std::move(forest), std::move(info)));
      },
      "training", samples);
}

LateReport judge(Graph& graph, LateFile model, const FeatureScaling& scaling, std::optional<LateSamples> valid) {
  if (!valid) {
    return graph.then(
        [](const TaskContext&, const std::shared_ptr<const ForestFile>& file) {
          return std::make_shared<const TrainingReport>(report_of(file->forest));
        },
        "out-of-bag scores", model);
  }
  return graph.then(
      [scaling](const TaskContext&, const std::shared_ptr<const ForestFile>& file,
                const std::shared_ptr<const Samples>& read) {
        SampleTable table = read->table;
        scale(table, scaling);
        std::vector<int> produced;
        for (const RowClass& one : classify_rows(*model_of(*file), table.values)) produced.push_back(one.code);
        return std::make_shared<const TrainingReport>(report_of(table.labels, produced, "validation samples"));
      },
      "validation", model, *valid);
}

void TrainVectorClassifier::wire(const Params& params, Wiring& wiring) {
  const SampleFiles files{
      params.vd,          params.layer, params.feat, params.cfield, params.group_field.value_or(polygon_field),
      !params.group_field};
  const std::size_t features = check_sample_files(files).size();
  const FeatureScaling scaling = scaling_of(params, features);
  warn_of_defaults(params, wiring);

  Graph& graph = wiring.graph();
  const LateSamples samples = graph.then(
      [files](const TaskContext&) { return std::make_shared<const Samples>(read_samples(files)); }, "samples");
  const LateFile model = train(graph, samples, params, scaling);
  std::optional<LateSamples> valid;
  SampleFiles valid_files{params.valid_vd, params.valid_layer, params.feat, params.cfield, {}, false};
  if (!params.valid_vd.empty()) {
    if (check_sample_files(valid_files).size() != features)
      throw UserError("the validation samples have another number of features than the training samples",
                      "name the features one by one");
    valid = graph.then(
        [valid_files](const TaskContext&, const std::shared_ptr<const Samples>& read) {
          return std::make_shared<const Samples>(read_samples(valid_files, read->names));
        },
        "validation samples", samples);
  }
  const LateReport report = judge(graph, model, scaling, valid);

  wiring.output("io.out",
                FileOutput{{model}, [model](const LateValues& values) { return bytes_of(*values.get(model)); }});
  if (wiring.wants("io.confmatout"))
    wiring.output("io.confmatout", FileOutput{{report}, [report](const LateValues& values) {
                                                return confusion_csv(*values.get(report));
                                              }});
  const auto warn_of = [&](LateSamples late, const std::vector<std::string>& names) {
    wiring.after_run(
        {{late},
         [late, text = join(names, ", ")](const LateValues& values) { return left_out(*values.get(late), text); },
         true});
  };
  warn_of(samples, params.vd);
  if (valid) warn_of(*valid, params.valid_vd);
  wiring.after_run({{samples, model}, [=](const LateValues& values) {
                      const SampleTable& table = values.get(samples)->table;
                      const ForestFile& file = *values.get(model);
                      return fmt::format("samples: {} of {} classes{}, {} trees", table.size(),
                                         file.info.classes.size(), table.groups.empty() ? "" : " in polygons",
                                         file.forest.trees.size());
                    }});
  const auto tell = [&](auto make) {
    wiring.after_run({{report}, [report, make](const LateValues& values) { return make(*values.get(report)); }});
  };
  if (params.v) tell([](const TrainingReport& found) { return "confusion: " + report_table(found); });
  tell([](const TrainingReport& found) {
    return fmt::format("accuracy: {:.4f} on {} {}", found.accuracy(), found.samples(), found.judged_on);
  });
  tell([](const TrainingReport& found) { return fmt::format("kappa: {:.4f}", found.kappa()); });
}

}  // namespace

Application cers_app_TrainVectorClassifier() {
  return application<TrainVectorClassifier>();
}

}  // namespace cers
