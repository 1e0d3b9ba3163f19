// SPDX-License-Identifier: Apache-2.0
// TrainImagesClassifier: a model from images and reference polygons, in one go.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "cers/app/application.hpp"
#include "cers/app/origin.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "class_walk.hpp"
#include "image_samples.hpp"
#include "kept_polygons.hpp"
#include "polygon_folds.hpp"
#include "reference_polygons.hpp"
#include "training_runs.hpp"

namespace cers {
namespace {

struct TrainImagesClassifier {
  struct Params : ClassifierParams, WalkParams {
    std::vector<std::string> vd;
    std::vector<std::string> valid;
    std::optional<std::string> imstat;
    bool cleanup = true;
    int mt = 1000;
    int mv = 1000;
    int bm = 1;
    double vtr = 0.5;
    std::string vfn;
    int folds = 0;
    int runs = 1;
    double block = 0;
    double buffer = 0;
    std::optional<double> nodata;
    bool v = true;
  };

  static AppSpec spec() {
    Declare<Params> declare("TrainImagesClassifier", "Trains a model on images and reference polygons.");
    declare
        .doc(
            "Pixels whose centre lies in a polygon of `-io.vd` are samples of the class in its field `-sample.vfn`, a "
            "whole number or a text; of a line, as in OTB, all pixels it meets, of a point the pixel it lies in. One "
            "file serves all images, or there is one for each. Images of several tiles may "
            "overlap. Only the blocks under samples are decoded, and nothing is written but the model.\n\n"
            "**Validation.** Whole polygons are kept for validation, `-sample.vtr` of those of each class, drawn over "
            "the whole file before any image is looked at: no polygon is on both sides, even where it lies astride two "
            "tiles. OTB splits pixels, and neighbours of the training samples flatter the model. With `-sample.block` "
            "polygons whose centroids lie in one square stay together; with `-sample.buffer` those nearer than that to "
            "a "
            "training polygon, from outline to outline, are left out. A class of a single polygon is trained and not "
            "judged, which a warning tells. "
            "Each file is split on its own: a pixel that lies in a training polygon of any file is not judged, on "
            "whatever image. "
            "`-io.valid` gives polygons of their own for validation. With `-sample.vtr 0` and "
            "without them all "
            "polygons are trained with, and the model is "
            "judged out of bag, polygon by polygon, a support vector machine on its own training samples.\n\n"
            "`-sample.folds 5` keeps nothing aside: the model is trained on all polygons and judged by five others, "
            "each "
            "trained without a fifth of the polygons, or of the squares, and judged on it. The polygons of all files "
            "are "
            "shared out together, and those that overlap others, of one file or of several, are in one fold with them: "
            "no pixel is judged by a model that was trained on it. Where most polygons hang together that way nothing "
            "is left to judge by.\n\n"
            "`-sample.runs 10` says how much of the score is luck: nine more models are trained, each with a seed of "
            "its "
            "own (`-rand` + 1, + 2 …), which keeps other polygons aside, draws other samples and grows another forest; "
            "with "
            "`-io.valid` all are judged on the same polygons. The samples of all runs are held in memory at once. "
            "Means of accuracy, kappa and F1 over all runs are given with intervals of 95 % (Student's t, one degree "
            "of "
            "freedom less than runs); `-io.runs` lists them. The model written, and all that is told of it, is that of "
            "the first.\n\n"
            "**Numbers.** At most `-sample.mt` samples of each class for training and `-sample.mv` for validation from "
            "each image, taken evenly (OTB's periodic sampler); -1 takes all. With `-sample.bm 1`, OTB's default, each "
            "class gives "
            "no more than the smallest one has: 0 is usual for land cover. Pixels in polygons of different classes, "
            "and pixels of which a feature is missing, are no samples; both are counted.\n\n"
            "Where images overlap, each gives its own pixels of a polygon: its spectra are other ones, and a "
            "polygon of one file is on "
            "one side for all of them.\n\n"
            "**Classes.** `-walk` is a table `from,to` as in ReclassifyVector: polygons get the class that theirs "
            "leads "
            "to before they are split, several may become one, and those whose class leads nowhere are left out, which "
            "a warning tells.\n\n"
            "**Model.** It keeps the names of the bands, the days they end with (`ndvi_20180211`), the classes (names "
            "and colours of `-nomenclature`), the "
            "statistics of `-io.imstat`, how it came about and how good it is; see TrainVectorClassifier. How it came "
            "about are names and days of the scenes, the options of the steps before, the polygons and how samples "
            "were drawn, without folders and times (`origin` in the header of Cers' own file). In a pipeline a later "
            "step "
            "takes it in the same run, with its names and statistics whatever its kind: `model: train.io.out`.\n\n" +
            std::string(calibration_doc) + "\n\n" + opencv_forest_doc + "\n\n" + svm_doc + "\n\n" + opencv_svm_doc +
            "\n\n" + boost_doc)
        .tag("Learning")
        .input_list("io.il", "Images: one band for each feature.")
        .file_output("io.out", "File of the model.")
        .optional()
        .file_output("io.confmatout", "CSV file of the confusion matrix.")
        .optional()
        .file_output("io.report", "HTML page of the confusion matrix and the scores of each class, with intervals.")
        .optional()
        .file_output("io.kept",
                     "Vector file of the polygons kept for validation, with their class in the field code; in a "
                     "pipeline also the reference of a MapAccuracy of the same run.")
        .optional()
        .file_output("io.runs", "CSV file of the scores of each of -sample.runs, their mean and its interval.")
        .optional()
        .param("io.vd", &Params::vd, "Vector files of reference polygons: one for all images, or one for each.")
        .required()
        .reads_file()
        .param("io.valid", &Params::valid, "Vector files of polygons to judge the model on, as many.")
        .reads_file()
        .param("io.imstat", &Params::imstat,
               "XML file of ComputeImagesStatistics: features are centred and reduced by it.")
        .reads_file()
        .param("sample.vfn", &Params::vfn, "Field of the class.")
        .required()
        .param("sample.mt", &Params::mt, "Training samples of each class from each image, at most; -1: all.")
        .at_least(-1)
        .param("sample.mv", &Params::mv, "Validation samples of each class from each image, at most; -1: all.")
        .at_least(-1)
        .param("sample.bm", &Params::bm, "1: no class gives more samples than the smallest has.")
        .range(0, 1)
        .param("sample.vtr", &Params::vtr, "Share of the polygons of each class that is kept for validation.")
        .range(0, 1)
        .param("sample.folds", &Params::folds, "Parts of a cross-validation, instead of -sample.vtr; 0: none.")
        .range(0, 100)
        .param("sample.runs", &Params::runs,
               "Models trained and judged, each with a seed of its own; memory grows with them.")
        .range(1, 100)
        .param("sample.block", &Params::block, "Side of squares whose polygons stay together; 0: each for itself.")
        .at_least(0)
        .unit("m")
        .param("sample.buffer", &Params::buffer,
               "Validation polygons nearer than this to a training polygon, outline to outline, are left out.")
        .at_least(0)
        .unit("m")
        .param("nodata", &Params::nodata, "Stored number that means missing, in any band; the model keeps it.")
        .param("v", &Params::v, "Print the confusion matrix and the scores of each class.")
        .param("cleanup", &Params::cleanup, "No temporary file is written. Accepted for scripts written for OTB.")
        .advanced();
    declare_walk(declare, "CSV file code,name,colour: what classes are called and look like.");
    declare_classifier(declare);
    return declare.check(check)
        .cites("Breiman (2001), Random Forests, Machine Learning 45:5-32, doi:10.1023/A:1010933404324.")
        .cites(calibration_citations[0])
        .cites(calibration_citations[1])
        .cites(calibration_citations[2])
        .cites(svm_citation)
        .cites(boost_citation)
        .example("A forest on a stack of bands",
                 "cers TrainImagesClassifier -io.il stack.tif -io.vd polygons.gpkg -sample.vfn code -sample.bm 0 "
                 "-classifier.rf.max 25 -classifier.rf.min 5 -io.out forest.cers -io.confmatout confusion.csv")
        .reports("samples", "accuracy", "kappa")
        .done();
  }

  static void check(const Params& params, Diagnostics& diagnostics) {
    check_classifier(params, diagnostics);
    if (params.folds == 1)
      diagnostics.fault({}, "-sample.folds 1 leaves nothing to train with", "give 2 or more, or 0 for none");
    if (params.folds > 0 && !params.valid.empty())
      diagnostics.fault({}, "-io.valid has no effect beside -sample.folds", "leave one of them out");
    if ((params.block > 0 || params.buffer > 0) && params.folds == 0 && (params.vtr == 0 || !params.valid.empty()))
      diagnostics.fault({}, "-sample.block and -sample.buffer have no effect: no polygon is kept aside",
                        "leave them out, or give -sample.vtr or -sample.folds");
    for (const std::string& file : params.valid) {
      if (std::find(params.vd.begin(), params.vd.end(), file) != params.vd.end())
        diagnostics.fault({}, fmt::format("-io.valid names {}, which is trained with", file),
                          "leave -io.valid out: polygons are kept aside by -sample.vtr");
    }
    if (params.runs > 1 && (params.folds > 0 || params.mv == 0 || (params.vtr == 0 && params.valid.empty())))
      diagnostics.fault({}, "-sample.runs judges each model on polygons kept aside, but none are",
                        "give -sample.vtr or -io.valid, and no -sample.folds");
    if (params.folds > 0 && params.buffer > 0)
      diagnostics.fault({}, "-sample.buffer has no effect beside -sample.folds", "give a larger -sample.block instead");
  }
  static void wire(const Params& params, Wiring& wiring);
};
using Params = TrainImagesClassifier::Params;

std::vector<std::string> feature_names(const std::vector<ImageInput>& images) {
  std::vector<std::string> names;
  for (const BandInfo& band : images[0].info().bands)
    names.push_back(band.name.empty() ? "band_" + std::to_string(names.size() + 1) : band.name);
  for (const ImageInput& image : images) {
    if (image.band_count() == images[0].band_count()) continue;
    throw UserError(fmt::format("{} has {} bands, {} has {}", images[0].label(), images[0].band_count(), image.label(),
                                image.band_count()),
                    "all images have the same features, one band each");
  }
  return names;
}

/// Keys the user gave that another one makes void.
void warn_of_void_keys(const Params& params, Wiring& wiring) {
  const auto is_void = [&](const char* key, const char* why) {
    if (wiring.user_set(key)) wiring.warn(fmt::format("-{} has no effect: {}", key, why));
  };
  if (params.folds > 0) {
    is_void("sample.vtr", "-sample.folds keeps no polygon aside");
    is_void("sample.mv", "each fold is judged on the samples of -sample.mt");
  } else if (!params.valid.empty()) {
    is_void("sample.vtr", "-io.valid gives the polygons of validation");
  } else if (params.vtr == 0 && params.mv != 0) {
    is_void("sample.mv", "-sample.vtr 0 keeps nothing for validation");
  }
}

/// Splits the polygons, or gives the fold of each.
std::map<std::int64_t, int> shared_out(const PolygonFiles& files, const std::vector<ImageInput>& images,
                                       const Params& params, bool split, bool tell, Wiring& wiring) {
  SplitOptions options;
  options.validation = params.vtr;
  options.seed = static_cast<std::uint32_t>(params.rand);
  options.block_m = params.block;
  options.buffer_m = params.folds > 0 ? 0 : params.buffer;
  options.folds = params.folds;
  if (params.folds > 0) {
    std::vector<Grid> grids;
    for (const ImageInput& image : images) grids.push_back(image.info().grid);
    return share_out_folds(files, grids, options, wiring);
  }
  for (auto one = files.begin(); split && one != files.end(); ++one) {
    // One file may serve several images.
    if (std::find(files.begin(), one, *one) == one) (*one)->split(options, tell, wiring);
  }
  return {};
}

/// Classes of the polygons that the model will not know.
void tell_lost_classes(LateSampleSet samples, const std::vector<ClassInfo>& classes, Wiring& wiring) {
  wiring.after_run({{samples},
                    [samples, classes](const LateValues& values) -> std::string {
                      const std::vector<int>& labels = values.get(samples)->table.labels;
                      const std::set<int> known(labels.begin(), labels.end());
                      std::vector<std::string> lost;
                      for (const ClassInfo& one : classes) {
                        if (known.contains(one.code)) continue;
                        lost.push_back(std::to_string(one.code) + (one.name.empty() ? "" : " (" + one.name + ")"));
                      }
                      if (lost.empty()) return {};
                      return fmt::format(
                          "{} of {} classes of the polygons {} no training sample on the images, and the "
                          "model does not know {}: {}",
                          lost.size(), classes.size(), lost.size() == 1 ? "has" : "have",
                          lost.size() == 1 ? "it" : "them", join(lost, ", "));
                    },
                    true});
}

KeptPolygons kept_of(const PolygonFiles& training, const PolygonFiles& validation, bool split,
                     const ReferenceClasses& classes) {
  KeptPolygons kept;
  kept.codes = classes.codes;
  const auto add = [&](const PolygonFiles& files, KeptPolygons::Use use) {
    for (auto one = files.begin(); one != files.end(); ++one)
      if (std::find(files.begin(), one, *one) == one) kept.files.push_back({*one, use});
  };
  add(training, split ? KeptPolygons::Use::validation : KeptPolygons::Use::none);
  add(validation, KeptPolygons::Use::all);
  return kept;
}

/// What the model tells of the training itself: what decides its samples. Options of the classifier stand elsewhere in
/// its file, and others change nothing of it.
Origin own_origin(const Wiring& wiring, bool split) {
  std::set<std::string> telling{"io.vd", "io.imstat", "sample.vfn", "sample.mt", "sample.bm", "walk", "nomenclature"};
  if (split) telling.insert({"sample.vtr", "sample.block", "sample.buffer"});
  return origin_of(wiring, telling);
}

void TrainImagesClassifier::wire(const Params& params, Wiring& wiring) {
  const std::vector<ImageInput>& images = wiring.images("io.il");
  ModelShape shape;
  shape.features = feature_names(images);
  const FeatureScaling scaling = scaling_from(params.imstat, shape.features.size());
  check_keys(params, !scaling.empty(), wiring);
  warn_of_void_keys(params, wiring);

  PolygonFiles training = open_polygons(params.vd, images.size(), "io.vd", params.vfn);
  PolygonFiles validation;
  if (!params.valid.empty()) validation = open_polygons(params.valid, images.size(), "io.valid", params.vfn);
  std::vector<ReferencePolygons*> opened;
  for (const PolygonFiles* list : {&training, &validation}) {
    for (const auto& one : *list) {
      if (std::find(opened.begin(), opened.end(), one.get()) == opened.end()) opened.push_back(one.get());
    }
  }
  if (params.walk) {
    std::optional<Nomenclature> target;
    if (params.nomenclature && !params.nomenclature->empty()) target = Nomenclature::read(*params.nomenclature);
    const CrossWalk walk = read_walk(params, target);
    for (ReferencePolygons* const one : opened) one->walk(walk, wiring);
  }
  const ReferenceClasses classes = classes_of({opened.begin(), opened.end()}, params.nomenclature);
  shape.classes = classes.classes;
  if (params.classifier == "boost" && shape.classes.size() != 2)
    throw UserError(fmt::format("the polygons have {} classes: boosted trees tell two apart", shape.classes.size()),
                    "train a forest (-classifier rf), or merge the classes into two with -walk");

  const bool split = validation.empty() && params.folds == 0 && params.vtr > 0;
  Graph& graph = wiring.graph();
  const Origin origin = own_origin(wiring, split);
  std::vector<TrainingRunResult> runs;
  std::vector<int> seeds;
  for (int run = 0; run < params.runs; ++run) {
    Params own = params;
    own.rand = static_cast<int>(static_cast<std::uint32_t>(params.rand) + static_cast<std::uint32_t>(run));
    PolygonFiles files = run == 0 ? training : unsplit(training);
    const std::map<std::int64_t, int> folds = shared_out(files, images, own, split, run == 0, wiring);
    const SampleGathering gathering{own.bm == 1, static_cast<std::uint32_t>(own.rand), own.nodata};
    SampleGatherer learned(gathering, classes, run == 0, wiring);
    SampleGathering judging = gathering;
    judging.use = "validation";
    SampleGatherer judged(judging, classes, run == 0, wiring);
    for (std::size_t i = 0; i < images.size(); ++i) {
      learned.add(images[i], files[i], PolygonSplit::training, params.mt);
      if (params.mv == 0) continue;
      if (split) judged.add(images[i], files[i], PolygonSplit::validation, params.mv, files);
      if (!validation.empty()) judged.add(images[i], validation[i], PolygonSplit::training, params.mv, files);
    }
    const std::optional<LateSampleSet> samples = learned.all();
    if (!samples)
      throw UserError("no polygon to train with lies on the images",
                      "give polygons of the same place, or a smaller -sample.vtr");
    if (run == 0) tell_lost_classes(*samples, classes.classes, wiring);
    const std::optional<LateSampleSet> aside = judged.all();
    if (params.runs > 1 && !aside)
      throw UserError("no polygon that is kept aside lies on the images: the runs cannot be judged",
                      "give polygons of the same place, or a larger -sample.vtr");
    // A later step takes the classes in ascending order before there is a model: its file has to have them so too.
    const TrainingPlan plan{own, scaling, params.nodata, ClassOrder::ascending, origin, run == 0};
    const LateTrainedModel trained = add_training(graph, *samples, plan);
    const LateTrainingReport report = params.folds > 0 ? add_cross_validation(graph, *samples, plan, folds)
                                                       : add_report(graph, trained, *samples, aside);
    runs.push_back({*samples, trained, report});
    seeds.push_back(own.rand);
  }
  const TrainingRunResult& first = runs.front();
  std::optional<LateRunsMeans> means;
  if (params.runs > 1)
    means = deliver_runs(wiring, add_run_scores(graph, runs, std::move(seeds)));
  else if (wiring.wants("io.runs"))
    throw UserError("-io.runs lists several runs, but there is one", "give -sample.runs 2 or more");
  deliver_training(wiring, first.samples, first.model, first.report, params.v, means, !validation.empty());
  deliver_kept(wiring, kept_of(training, validation, split, classes));
  wiring.offer("io.out", ModelInRun{add_model(graph, first.model), shape, params.nodata});
}

}  // namespace

Application cers_app_TrainImagesClassifier() {
  return application<TrainImagesClassifier>();
}

}  // namespace cers
