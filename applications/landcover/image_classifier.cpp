// SPDX-License-Identifier: Apache-2.0
// ImageClassifier: the class of each pixel by a random forest trained with OTB or OpenCV.
#include <fmt/format.h>

#include <algorithm>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/learn/forest_nodes.hpp"
#include "cers/learn/opencv_forest.hpp"

namespace cers {
namespace {

std::string counted(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

struct ImageClassifier {
  struct Params {
    std::string model;
    std::optional<std::string> imstat;
    int nodatalabel = 0;
    int nbclasses = 20;
    std::optional<double> nodata;
  };

  static AppSpec spec() {
    return Declare<Params>("ImageClassifier", "Classifies each pixel by a random forest.")
        .doc(
            "The model is a random forest that OTB's TrainVectorClassifier or TrainImagesClassifier saved with "
            "`-classifier rf`, or OpenCV itself (YAML, XML or JSON; versions 2 to 4). The bands of the image are the "
            "features, in the order of the training. Labels are those of OTB: each tree votes, the class with most "
            "votes "
            "wins, and of equals the one that comes first in the model.\n\n"
            "A pixel is not classified where the mask is 0 or less, and where a band is NaN or holds the number given "
            "by `-nodata`. It becomes `-nodatalabel` in the map, which is declared as the nodata value of the file "
            "unless the model has a class of that code, and 0 in the other images. OTB classifies NaN like any "
            "number.\n\n"
            "`-confmap` is the share of the trees that voted for the winner, from 0 to 1. `-probamap` holds the share "
            "for each class in thousandths, one band a class in the order of the model: OTB has it for other forests "
            "only.\n\n"
            "With `-imstat` each band becomes (band - mean) / stddev, rounded as in OTB. Give the file used for the "
            "training, and only if one was used: nothing in the model tells.\n\n"
            "A label that the pixel type of the map cannot hold is an error, where OTB writes another class.")
        .tag("Learning")
        .input("in", "Image to classify: one band for each feature of the model.")
        .input("mask", "Mask on the grid of the image: only pixels whose first band is greater than 0 are classified.")
        .optional()
        .output("out", "Class of each pixel.", PixelType::u8)
        .output("confmap", "Share of the trees that voted for the class, 0 to 1.", PixelType::f64)
        .optional()
        .output("probamap", "Share of the trees that voted for each class, 0 to 1000.", PixelType::u16)
        .optional()
        .param("model", &Params::model, "File of the random forest.")
        .required()
        .reads_file()
        .param("imstat", &Params::imstat, "XML file of ComputeImagesStatistics: mean and deviation of each band.")
        .reads_file()
        .param("nodatalabel", &Params::nodatalabel, "Label of pixels that are not classified.")
        .param("nodata", &Params::nodata, "Stored number that means missing, in any band.")
        .param("nbclasses", &Params::nbclasses, "Not needed: the model knows. Accepted for scripts written for OTB.")
        .advanced()
        .cites("Breiman (2001), Random Forests, Machine Learning 45:5-32, doi:10.1023/A:1010933404324.")
        .example("Land cover of a stack of green, red, near and short-wave infrared",
                 "cers ImageClassifier -in stack.tif -model forest.yaml -out classes.tif -confmap confidence.tif float")
        .example("Within a mask, with the share of each class",
                 "cers ImageClassifier -in stack.tif -mask snow_20180226.tif -model forest.yaml -nodatalabel 255 -out "
                 "classes.tif -probamap shares.tif")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const ImageInput& image = wiring.image("in");
    const auto forest = std::make_shared<const Forest>(read_opencv_forest(params.model));
    check_bands(image, *forest, params);
    FeatureScaling scaling;
    if (params.imstat) {
      scaling = read_feature_statistics(*params.imstat);
      check_scaling(scaling, image, *params.imstat);
    }
    check_labels(*forest, params, wiring);

    std::vector<Edge> inputs{image.all(PixelType::f32, {1, 0, params.nodata})};
    if (wiring.has("mask")) {
      check_same_grid({image, wiring.image("mask")}, "ImageClassifier");
      inputs.push_back(wiring.image("mask").bands({0}, PixelType::u8));
    }
    Graph& graph = wiring.graph();
    const Edge votes = graph.add(make_forest_votes(forest, std::move(scaling), wiring.has("mask")), inputs);
    wiring.output("out", graph.add(make_winning_label(forest->labels(), params.nodatalabel), {votes}));
    if (wiring.wants("confmap")) wiring.output("confmap", graph.add(make_vote_share(forest->trees()), {votes}));
    if (wiring.wants("probamap"))
      wiring.output("probamap", graph.add(make_class_shares(forest->labels(), forest->trees()), {votes}));
  }

 private:
  static void check_bands(const ImageInput& image, const Forest& forest, const Params& params) {
    if (image.band_count() == forest.features()) return;
    throw UserError(fmt::format("{} has {}, but {} was trained on {}", image.label(),
                                counted(static_cast<std::size_t>(image.band_count()), "band"), params.model,
                                counted(static_cast<std::size_t>(forest.features()), "feature")),
                    "give the bands of the training in their order: ConcatenateImages stacks, `?&bands=1,2` after a "
                    "file name selects");
  }

  static void check_scaling(const FeatureScaling& scaling, const ImageInput& image, const std::string& path) {
    const auto bands = static_cast<std::size_t>(image.band_count());
    if (scaling.mean.size() == bands) return;
    throw UserError(fmt::format("{} has {}, but {} has statistics of {}", image.label(), counted(bands, "band"), path,
                                scaling.mean.size()),
                    "give the statistics the model was trained with (io.stats or io.imstat of the training)");
  }

  static void check_labels(const Forest& forest, const Params& params, Wiring& wiring) {
    const PixelType type = wiring.output_type("out");
    for (const int label : forest.labels()) {
      if (!holds(type, label))
        throw UserError(fmt::format("class {} of {} does not fit into {}", label, params.model, name_of(type)),
                        "write a wider type after the name of the map, as in -out map.tif uint16");
    }
    if (!holds(type, params.nodatalabel))
      throw UserError(fmt::format("-nodatalabel {} does not fit into {}", params.nodatalabel, name_of(type)),
                      "give another label, or a wider type after the name of the map");
    if (std::find(forest.labels().begin(), forest.labels().end(), params.nodatalabel) != forest.labels().end()) {
      wiring.warn(
          fmt::format("{} has a class {}: pixels that are not classified look like it, unless -nodatalabel is "
                      "another number",
                      params.model, params.nodatalabel));
    }
  }
};

}  // namespace

Application cers_app_ImageClassifier() {
  return application<ImageClassifier>();
}

}  // namespace cers
