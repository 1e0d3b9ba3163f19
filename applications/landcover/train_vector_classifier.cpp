// SPDX-License-Identifier: Apache-2.0
// TrainVectorClassifier: a model from samples in vector files.
#include <fmt/format.h>

#include "cers/app/application.hpp"
#include "cers/app/origin.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "class_walk.hpp"
#include "training_graph.hpp"

namespace cers {
namespace {

/// The field in which SampleExtraction keeps the polygon of a sample.
constexpr const char* polygon_field = "originfid";

struct TrainVectorClassifier {
  struct Params : ClassifierParams, WalkParams {
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
            "all numbers whose name begins so), `-cfield` is its class. A class is a whole number, or a text that "
            "`-nomenclature` gives a code, a name and a colour; without it, texts that are no numbers are numbered "
            "from 1 "
            "in alphabetical order. The model keeps the names, and so does the map. Samples of which a "
            "field is not set are left out and counted.\n\n"
            "`-walk` is a table `from,to` as in ReclassifyVector: samples, also those of `-valid.vd`, get the class "
            "that theirs leads to, several may become one, and those whose class leads nowhere are left out, which a "
            "warning tells.\n\n"
            "The model of `-classifier rf` is a random forest in a file of Cers, which ImageClassifier and "
            "VectorClassifier read; OTB does "
            "not. (Forests of OpenCV: see below.) It holds the names of the features, the classes, the statistics of "
            "`-io.stats`, the options, how "
            "good it is, and how it came about: the names of the files without their folders, the fields and the "
            "other options that decide its samples (`origin` in its header). Equal samples in files of the same "
            "names, equal options and `-rand` give equal bytes.\n\n"
            "Without `-valid.vd` the model is judged out of bag: each sample by the trees that were grown without it "
            "(OTB takes the training samples themselves, which shows too good a model). When the samples tell their "
            "polygon (`-group.field`; `originfid`, as SampleExtraction writes it, is found by itself) whole polygons "
            "are "
            "drawn for each tree, so that no sample is judged by a tree that knows its neighbours. A number stands for "
            "the same polygon in all files.\n\n"
            "`-io.confmatout` is OTB's file: rows are the classes of the reference, columns those of the model.\n\n"
            "Defaults of OTB are kept, `-classifier` apart: OTB's is libsvm. Its depth of 5 is too shallow for most "
            "maps.\n\n" +
            std::string(calibration_doc) + "\n\n" + opencv_forest_doc + "\n\n" + svm_doc + "\n\n" + opencv_svm_doc +
            "\n\n" + boost_doc)
        .tag("Learning")
        .file_output("io.out", "File of the model.")
        .file_output("io.confmatout", "CSV file of the confusion matrix.")
        .optional()
        .file_output("io.report", "HTML page of the confusion matrix and the scores of each class, with intervals.")
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
    declare_walk(declare,
                 "Codes, names and colours of the classes: a table with the heading code,name,colour,group,alias, or a "
                 "list or colour table of iota2.");
    declare_classifier(declare);
    return declare.check(check)
        .cites("Breiman (2001), Random Forests, Machine Learning 45:5-32, doi:10.1023/A:1010933404324.")
        .cites(calibration_citations[0])
        .cites(calibration_citations[1])
        .cites(calibration_citations[2])
        .cites(svm_citation)
        .cites(boost_citation)
        .example("A forest on samples of SampleExtraction",
                 "cers TrainVectorClassifier -io.vd samples.gpkg -feat green red nir swir -cfield code "
                 "-classifier.rf.max 25 -classifier.rf.min 5 -io.out trained.cers -io.confmatout confusion.csv")
        .example("OTB's forest, grown by the library that OTB takes",
                 "cers TrainVectorClassifier -io.vd samples.gpkg -feat green red nir swir -cfield code "
                 "-classifier.rf.library opencv -classifier.rf.max 25 -classifier.rf.min 5 -io.out forest.yml")
        .example("A support vector machine, as OTB trains it",
                 "cers TrainVectorClassifier -io.vd samples.gpkg -feat green red nir swir -cfield code "
                 "-classifier libsvm -classifier.libsvm.k rbf -classifier.libsvm.gamma 1e-6 -io.out machine.svm")
        .example("A support vector machine of OpenCV",
                 "cers TrainVectorClassifier -io.vd samples.gpkg -feat green red nir swir -cfield code "
                 "-classifier svm -classifier.svm.k rbf -classifier.svm.gamma 1e-6 -classifier.svm.c 10 "
                 "-classifier.svm.iter 100000 -io.out machine.yml")
        .reports("samples", "accuracy", "kappa")
        .done();
  }

  static void check(const Params& params, Diagnostics& diagnostics) {
    check_classifier(params, diagnostics);
    if (is_own_forest(params)) return;
    if (params.nodata)
      diagnostics.fault({},
                        fmt::format("-nodata has no effect with {}: the file of the model has no place for it",
                                    classifier_words(params)),
                        "give it to ImageClassifier");
    if (params.group_field)
      diagnostics.fault(
          {}, fmt::format("-group.field has no effect with {}: no polygons are drawn", classifier_words(params)),
          "leave it out");
  }
  static void wire(const Params& params, Wiring& wiring);
};
using Params = TrainVectorClassifier::Params;

/// What was left out, as one warning; empty when nothing was.
std::string left_out(const Samples& samples, const std::string& files) {
  const std::size_t count = samples.without_values + samples.without_label;
  if (count == 0) return {};
  return fmt::format("{} of {} samples of {} are left out: {} without a class, {} with a feature that is not set",
                     count, count + samples.table.size(), files, samples.without_label, samples.without_values);
}

/// Names of the training samples hold for the validation samples; of mere numbers the latter may have others.
std::optional<Nomenclature> validation_classes(const std::vector<ClassInfo>& training) {
  std::vector<Nomenclature::Entry> entries;
  for (const ClassInfo& one : training) {
    if (!one.name.empty()) entries.push_back({one, {}, {}});
  }
  return entries.empty() ? std::nullopt : std::optional(Nomenclature(std::move(entries)));
}

/// What the model tells of the training itself: what decides its samples. Options of the classifier stand elsewhere in
/// its file, and others change nothing of it.
Origin own_origin(const Wiring& wiring) {
  return origin_of(wiring, {"io.vd", "layer", "feat", "cfield", "group.field", "io.stats", "walk", "nomenclature"});
}

void TrainVectorClassifier::wire(const Params& params, Wiring& wiring) {
  std::optional<Nomenclature> known;
  if (params.nomenclature) known = Nomenclature::read(*params.nomenclature);
  std::optional<CrossWalk> walk;
  if (params.walk) walk = read_walk(params, known);
  const SampleFiles files{
      params.vd,           params.layer, params.feat, params.cfield, params.group_field.value_or(polygon_field),
      !params.group_field, walk};
  const std::size_t features = check_sample_files(files).size();
  const FeatureScaling scaling = scaling_from(params.stats, features);
  check_keys(params, !scaling.empty(), wiring);
  if (params.valid_vd.empty() && wiring.user_set("valid.layer"))
    wiring.warn("-valid.layer has no effect without -valid.vd");
  if (params.classifier != "rf" && wiring.user_set("rand"))
    wiring.warn(fmt::format("-rand has no effect with -classifier {}: nothing is drawn", params.classifier));

  const std::string named = params.nomenclature ? *params.nomenclature : "the nomenclature of the training";
  Graph& graph = wiring.graph();
  const LateSampleSet samples =
      graph.then([files, known, named](
                     const TaskContext&) { return std::make_shared<const Samples>(read_samples(files, known, named)); },
                 "samples");
  std::optional<LateSampleSet> valid;
  SampleFiles valid_files{params.valid_vd, params.valid_layer, params.feat, params.cfield, {}, false, walk};
  if (!params.valid_vd.empty()) {
    if (check_sample_files(valid_files).size() != features)
      throw UserError("the validation samples have another number of features than the training samples",
                      "name the features one by one");
    valid = graph.then(
        [valid_files, known, named](const TaskContext&, const std::shared_ptr<const Samples>& read) {
          return std::make_shared<const Samples>(
              read_samples(valid_files, known ? known : validation_classes(read->names), named));
        },
        "validation samples", samples);
  }
  const LateTrainedModel trained =
      add_training(graph, samples, {params, scaling, params.nodata, ClassOrder::first_met, own_origin(wiring)});
  deliver_training(wiring, samples, trained, add_report(graph, trained, samples, valid), params.v);
  const auto warn_of = [&](LateSampleSet late, const std::vector<std::string>& names) {
    wiring.after_run(
        {{late},
         [late, text = join(names, ", ")](const LateValues& values) { return left_out(*values.get(late), text); },
         true});
    wiring.after_run({{late}, [late](const LateValues& values) { return join(values.get(late)->lost, "; "); }, true});
  };
  warn_of(samples, params.vd);
  if (valid) warn_of(*valid, params.valid_vd);
}

}  // namespace

Application cers_app_TrainVectorClassifier() {
  return application<TrainVectorClassifier>();
}

}  // namespace cers
