// SPDX-License-Identifier: Apache-2.0
// ImageClassifier: the class of each pixel by a model trained with Cers, OTB or OpenCV.
#include <fmt/format.h>

#include "cers/app/application.hpp"
#include "cers/app/mask_help.hpp"
#include "cers/core/error.hpp"
#include "cers/learn/model_nodes.hpp"
#include "model_bands.hpp"
#include "region_models.hpp"
#include "unclassified.hpp"

namespace cers {
namespace {

struct ImageClassifier {
  struct Params : RegionParams {
    std::optional<std::string> model;
    std::optional<std::string> imstat;
    int nodatalabel = 0;
    int nbclasses = 20;
    std::optional<double> nodata;
    std::string names = "check";
  };

  static AppSpec spec() {
    Declare<Params> declare("ImageClassifier", "Classifies each pixel by a trained model.");
    declare
        .doc(
            "The model is a file of Cers' TrainVectorClassifier or TrainImagesClassifier, a random forest that OTB's "
            "saved with `-classifier rf` or OpenCV itself (YAML, XML or JSON; versions 2 to 4), boosted trees of "
            "`-classifier boost`, or a support vector machine of `-classifier libsvm`, of libsvm itself or of OpenCV. "
            "The "
            "bands of the image are the features, in the "
            "order "
            "of the training. A model of Cers knows their names: when the bands have names too and one differs, the "
            "first such band is an error. Names that only count (`value_0`, `value_1`) say nothing and are not "
            "compared; "
            "`-names ignore` goes by the order alone and warns of days and names that differ. Names of a time series "
            "end with their day, `ndvi_20180211`: days of the "
            "training "
            "that the image lacks, and days it has besides, are an error that lists them; with `-names ignore` the "
            "first stands for the first, as for another year.\n\n"
            "Labels are those of OTB for models of OTB: each tree votes, the class with most votes wins, and of equals "
            "the one that comes first in the model. In a forest of Cers each tree shares its votes among the classes "
            "as its leaf does, unless it was trained with `-classifier.rf.leaf majority`. In a support vector machine "
            "each pair of classes has a vote. Boosted trees share 65535 votes by the odds of their sum, where OTB's "
            "`-confmap` is 0 or 1, the number of the class. OTB's `-confmap` is there only for machines with "
            "probabilities, and then "
            "decides by these, which Cers does not use.\n\n"
            "A pixel is not classified where the mask is 0 or less, and where a band is NaN or holds the number given "
            "by `-nodata`. It becomes `-nodatalabel` in the map, which is declared as the nodata value of the file "
            "unless the model has a class of that code, and 0 in the other images. A warning counts such pixels where "
            "the mask lets look. OTB classifies NaN "
            "like any number.\n\n"
            "`-confmap` is the share of the votes that the winner has, from 0 to 1, and `-confidence` the same in "
            "percent "
            "(255 where there is none). `-margin` is the winner's share less the second's, `-entropy` how evenly the "
            "votes are spread: 0 all for one class, 1 equally many for each. `-probamap` holds the share for each "
            "class "
            "in thousandths, one band a class in the order of the model: OTB has it for other forests only. An integer "
            "type holds the nearest thousandth: truncated like other integers, the shares of a pixel would add up to "
            "less, by half a thousandth for each class. All of "
            "them are read off the same votes. A forest that Cers trained states probabilities: its votes are "
            "calibrated on samples of polygons its trees did not know, and a confidence of 80 means that four in five "
            "such pixels are right (see `-classifier.rf.calibration` of TrainImagesClassifier). Models of other "
            "programs, and of Cers before that, state shares of votes, which are no probabilities. The map is the same "
            "either way; where `-regions.blend` mixes models, their probabilities are mixed.\n\n"
            "With `-imstat` each band becomes (band - mean) / stddev, rounded as in OTB. Give the file used for the "
            "training of a model of OTB or a support vector machine, and only if one was used: nothing in the model "
            "tells. "
            "A forest of Cers holds its "
            "own, and the number that means missing too, which `-nodata` replaces.\n\n"
            "**Regions.** With `-models north=a.cers south=b.cers -regions zones.gpkg -regions.field name` each region "
            "has a model of its own. The region whose polygon holds the centre of a pixel decides, of overlapping "
            "polygons the later one. With `-regions.blend B` the shares of the votes are mixed near borders, so that "
            "no seam shows: the model of region r has the weight u_r / \u03a3 u, where u_r = max(0, 1 - d_r / B) and "
            "d_r is the "
            "distance in metres from the pixel's centre to the nearest centre of a pixel of the region, less half a "
            "pixel; inside the region it is 0. Two regions count half each where they meet. A pixel in no region is "
            "classified in the same way when one lies within B, else it becomes `-nodatalabel`. Pixels outside the "
            "image count too: tiles side by side agree. A model runs only where it has a weight.\n\n"
            "The models share their features. The classes are those of all models by ascending code, of equal votes "
            "the lowest code wins, and a class that a model does not know gets no votes from it. A region that the "
            "image meets needs a model; a model may be left without a pixel. Mixed votes are rounded to 1/65535. "
            "In a pipeline a model may come from a step that trains it in the same run: `models: "
            "[north=train_north.io.out, south=train_south.io.out]`.\n\n"
            "A label that the pixel type of the map cannot hold is an error, where OTB writes another class.")
        .tag("Learning")
        .input("in", "Image to classify: one band for each feature of the model.")
        .input("mask",
               std::string(
                   "Mask on the grid of the image: only pixels whose first band is greater than 0 are classified.") +
                   mask_as_bytes)
        .optional()
        .output("out", "Class of each pixel.", PixelType::u8)
        .output("confmap", "Share of the votes for the class, 0 to 1.", PixelType::f64)
        .optional()
        .output("probamap",
                "Share of the votes for each class, 0 to 1000; an integer type holds the nearest thousandth.",
                PixelType::u16)
        .rounds()
        .optional()
        .output("confidence", "Share of the votes for the class in percent, 0 to 100; 255: not classified.",
                PixelType::u8)
        .optional()
        .output("margin", "Share of the votes for the class less that for the second, 0 to 1.", PixelType::f32)
        .optional()
        .output("entropy", "Entropy of the votes, 0 (all alike) to 1 (as many for each class).", PixelType::f32)
        .optional()
        .param("model", &Params::model, "File of the model, unless -models are given.")
        .reads_file()
        .param("imstat", &Params::imstat, "XML file of ComputeImagesStatistics: mean and deviation of each band.")
        .reads_file()
        .param("nodatalabel", &Params::nodatalabel, "Label of pixels that are not classified.")
        .param("nodata", &Params::nodata, "Stored number that means missing, in any band.")
        .param("names", &Params::names, "Whether names of bands and features have to agree.")
        .choices(
            {{"check", "a band named otherwise than its feature is an error"}, {"ignore", "only the order counts"}})
        .param("nbclasses", &Params::nbclasses, "Not needed: the model knows. Accepted for scripts written for OTB.")
        .advanced();
    declare_regions(declare);
    return declare.check(check)
        .cites("Breiman (2001), Random Forests, Machine Learning 45:5-32, doi:10.1023/A:1010933404324.")
        .example("Land cover of a stack of green, red, near and short-wave infrared",
                 "cers ImageClassifier -in stack.tif -model forest.yaml -out classes.tif -confmap confidence.tif float")
        .example(
            "By a model of Cers, with the confidence in percent, the margin and the entropy of the votes",
            "cers ImageClassifier -in stack.tif -model samples.cers -names ignore -out map.tif -confidence sure.tif "
            "-margin margin.tif -entropy entropy.tif")
        .example("Within a mask, with the share of each class",
                 "cers ImageClassifier -in stack.tif -mask snow_20180226.tif -model forest.yaml -nodatalabel 255 -out "
                 "classes.tif -probamap shares.tif")
        .example("Two regions with a model each, mixed within 300 m of their border",
                 "cers ImageClassifier -in stack.tif -models west=forest.yaml east=samples.cers -regions "
                 "regions.geojson -regions.field name -regions.blend 300 -names ignore -out mixed.tif -confidence "
                 "mixed_sure.tif -probamap mixed_shares.tif")
        .done();
  }

  static void check(const Params& params, Diagnostics& diagnostics) {
    const bool several = !params.models.empty();
    if (params.model.has_value() == several)
      diagnostics.fault({}, several ? "both -model and -models are given" : "neither -model nor -models is given",
                        "give the file of one model, or one for each region");
    if (several && !params.regions) diagnostics.fault({}, "-models needs -regions", "give the polygons of the regions");
    if (!several && (params.regions || !params.field.empty() || params.blend > 0))
      diagnostics.fault({}, "-regions has no effect without -models", "give -models REGION=FILE instead of -model");
    if (several && params.imstat)
      diagnostics.fault({}, "-imstat is for one model", "use models that hold the statistics of their training");
  }

  static void wire(const Params& params, Wiring& wiring) {
    const ImageInput& image = wiring.image("in");
    std::vector<Edge> inputs;
    const bool masked = wiring.has("mask");
    const bool ignore_names = params.names == "ignore";
    const auto read_inputs = [&](std::optional<double> nodata) {
      inputs.push_back(image.all(PixelType::f32, {1, 0, params.nodata ? params.nodata : nodata}));
      if (!masked) return;
      check_same_grid({image, wiring.image("mask")}, "ImageClassifier");
      inputs.push_back(wiring.image("mask").bands({0}, PixelType::u8));
    };
    Graph& graph = wiring.graph();
    std::vector<ClassInfo> classes;
    Edge votes;
    if (!params.models.empty()) {
      const std::vector<RegionModel> models = read_region_models(params.models, params.nodata.has_value(), wiring);
      std::string ignored;
      for (const RegionModel& one : models) {
        const std::string other = check_bands(image, {one.file, one.feature_names(), one.features()}, ignore_names);
        if (ignored.empty()) ignored = other;  // they share their features
      }
      if (!ignored.empty()) wiring.warn(ignored);
      classes = classes_of(models);
      check_labels(classes, "one of -models", params, wiring);
      read_inputs(models.front().nodata());
      const std::optional<Edge> mask = masked ? std::optional<Edge>(inputs[1]) : std::nullopt;
      votes = add_region_votes(graph, params, models, image, inputs[0], mask);
    } else if (const auto* trained = wiring.given<ModelInRun>("model", "a model")) {
      if (params.imstat)
        throw UserError("-imstat has no effect on a model of the same run", "give statistics to the training instead");
      classes = trained->shape.classes;
      const std::vector<std::string>& features = trained->shape.features;
      const std::string ignored = check_bands(image, {*params.model, features, features.size()}, ignore_names);
      if (!ignored.empty()) wiring.warn(ignored);
      check_labels(classes, *params.model, params, wiring);
      read_inputs(trained->nodata);
      votes = graph.add(make_model_votes(trained->model, trained->shape, masked), inputs, {trained->model});
    } else {
      const std::string& file = *params.model;
      const std::shared_ptr<const Model> model = read_model(file);
      classes = model->info().classes;
      const std::string ignored =
          check_bands(image, {file, model->info().features, static_cast<std::size_t>(model->features())}, ignore_names);
      if (!ignored.empty()) wiring.warn(ignored);
      FeatureScaling scaling;
      if (params.imstat) {
        if (!model->info().scaling.empty())
          throw UserError(fmt::format("{} holds the statistics of its training: -imstat is one too many", file),
                          "leave -imstat out");
        scaling = read_feature_statistics(*params.imstat);
        check_scaling(scaling, image, *params.imstat);
      }
      check_labels(classes, file, params, wiring);
      read_inputs(model->info().nodata);
      votes = graph.add(make_model_votes(model, std::move(scaling), masked), inputs);
    }
    const auto deliver = [&](const char* key, std::unique_ptr<const Node> node) {
      if (wiring.wants(key)) wiring.output(key, graph.add(std::move(node), {votes}));
    };
    tell_unclassified(wiring, image.label(), votes, masked ? std::optional(inputs[1]) : std::nullopt,
                      fmt::format("{}a feature is missing there; the map holds {}, the other images their nodata",
                                  params.models.empty() ? "" : "they lie in no region, or ", params.nodatalabel));
    wiring.output("out", graph.add(make_winning_label(classes, params.nodatalabel), {votes}));
    deliver("confmap", make_vote_share());
    deliver("probamap", make_class_shares(classes));
    deliver("confidence", make_confidence());
    deliver("margin", make_vote_margin());
    deliver("entropy", make_vote_entropy());
  }

 private:
  static std::string counted(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  }

  static void check_scaling(const FeatureScaling& scaling, const ImageInput& image, const std::string& path) {
    const auto bands = static_cast<std::size_t>(image.band_count());
    if (scaling.mean.size() == bands) return;
    throw UserError(fmt::format("{} has {}, but {} has statistics of {}", image.label(), counted(bands, "band"), path,
                                scaling.mean.size()),
                    "give the statistics the model was trained with (io.stats or io.imstat of the training)");
  }

  static void check_labels(const std::vector<ClassInfo>& classes, const std::string& file, const Params& params,
                           Wiring& wiring) {
    const PixelType type = wiring.output_type("out");
    bool taken = false;
    for (const ClassInfo& one : classes) {
      const int label = one.code;
      taken = taken || label == params.nodatalabel;
      if (!holds(type, label))
        throw UserError(fmt::format("class {} of {} does not fit into {}", label, file, name_of(type)),
                        "write a wider type after the name of the map, as in -out map.tif uint16");
    }
    if (!holds(type, params.nodatalabel))
      throw UserError(fmt::format("-nodatalabel {} does not fit into {}", params.nodatalabel, name_of(type)),
                      "give another label, or a wider type after the name of the map");
    if (taken) {
      wiring.warn(
          fmt::format("{} has a class {}: pixels that are not classified look like it, unless -nodatalabel is "
                      "another number",
                      file, params.nodatalabel));
    }
  }
};

}  // namespace

Application cers_app_ImageClassifier() {
  return application<ImageClassifier>();
}

}  // namespace cers
