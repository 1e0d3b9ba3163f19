// SPDX-License-Identifier: Apache-2.0
// BayesianSmoothing: a map of classes from probabilities that listen to their neighbourhood.
#include <fmt/format.h>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/ops/bayesian_smoothing.hpp"
#include "class_bands.hpp"

namespace cers {
namespace {

/// Probabilities as classifiers of OTB and Cers write them: thousandths, 0 in all bands where nothing is known.
class Thousandths final : public PixelwiseNode {
 public:
  explicit Thousandths(std::vector<int> codes) : codes_(std::move(codes)) {}
  std::string name() const override { return "thousandths"; }
  std::string signature() const override { return fmt::format("{}", fmt::join(codes_, " ")); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {}, PixelType::f32};
    for (const int code : codes_) {
      BandInfo band;
      band.name = fmt::format("class {}", code);
      band.description = fmt::format("smoothed probability in thousandths of class {}", code);
      info.bands.push_back(band);
    }
    return info;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    for (std::size_t band = 0; band < row.inputs.size(); ++band) {
      const auto in = row.in<float>(band);
      const auto out = row.out<float>(band);
      for (std::size_t i = 0; i < row.count; ++i) out[i] = in[i] == in[i] ? 1000.0F * in[i] : 0.0F;
    }
  }

 private:
  std::vector<int> codes_;
};

struct BayesianSmoothing {
  struct Params {
    std::vector<int> classes;
    int window = 9;
    std::vector<double> smoothness{20};
    double fraction = 0.5;
    bool renormalise = true;
    int nodatalabel = 0;
    std::optional<double> nodata;
  };

  static AppSpec spec() {
    return Declare<Params>("BayesianSmoothing", "Smooths class probabilities by their neighbourhood.")
        .doc(
            "Each class by itself: of the logits of its probability in the window the highest share `-fraction` tells "
            "what to expect in the middle. Where these neighbours agree, the pixel is drawn to their mean; where they "
            "differ it keeps its own: its weight is v / (v + smoothness), v the variance of the neighbours. The class "
            "with the highest probability then makes the map. Against a majority vote a pixel sure of itself stays, "
            "and edges are kept.\n\n"
            "The image has a band for each class: probabilities, thousandths (`-probamap` of ImageClassifier) or "
            "votes, "
            "for they are divided by their sum. Pixels that are NaN in a band, `-nodata`, or 0 in all are missing and "
            "become `-nodatalabel`. Beyond the edge the image is mirrored.\n\n"
            "With `-renormalise false` the smoothed probabilities of a pixel need not add up to 1, as in the R package "
            "sits; the map is the same.")
        .tag("Learning")
        .tag("Image Analysis")
        .input("in", "Probabilities, one band for each class.")
        .output("out", "Class of each pixel.", PixelType::u8)
        .output("probamap",
                "Smoothed probabilities in thousandths, one band for each class; an integer type holds the nearest.",
                PixelType::u16)
        .rounds()
        .optional()
        .param("classes", &Params::classes, "Class of each band; without it that of the band names, as 'class 11'.")
        .param("window", &Params::window, "Side of the neighbourhood, odd.")
        .range(3, 51)
        .unit("pixel")
        .param("smoothness", &Params::smoothness,
               "Variance of the logits that is expected of noise: one number, or one for each class.")
        .param("fraction", &Params::fraction, "Share of the neighbours that count, those with the highest logits.")
        .range(0.01, 1)
        .param("renormalise", &Params::renormalise, "Makes the probabilities of a pixel add up to 1 again.")
        .param("nodatalabel", &Params::nodatalabel, "Label of missing pixels.")
        .param("nodata", &Params::nodata, "Stored number that means missing.")
        .cites(
            "Camara et al. (2024), Bayesian inference for post-processing of remote sensing image classification, "
            "Remote Sensing 16(23):4572, doi:10.3390/rs16234572.")
        .example("Classes from the shares of a forest's trees",
                 "cers BayesianSmoothing -in landcover_shares.tif -out classes_smooth.tif -probamap shares_smooth.tif")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const ImageInput& image = wiring.image("in");
    const std::vector<int> codes = class_bands(image, params.classes, "classes");
    check_labels(codes, params.nodatalabel, wiring);
    Graph& graph = wiring.graph();
    const Edge probabilities = image.all(PixelType::f32, {1, 0, params.nodata});
    const BayesianRule rule{params.window, params.smoothness, params.fraction, params.renormalise};
    const Edge smooth = graph.add(make_bayesian_smoothing(graph.info(probabilities), rule), {probabilities});
    wiring.output("out", graph.add(make_most_probable(codes, params.nodatalabel), {smooth}));
    if (wiring.wants("probamap")) wiring.output("probamap", graph.add(std::make_unique<Thousandths>(codes), {smooth}));
  }

 private:
  static void check_labels(const std::vector<int>& codes, int nolabel, Wiring& wiring) {
    const PixelType type = wiring.output_type("out");
    for (const int code : codes)
      if (!holds(type, code))
        throw UserError(fmt::format("class {} does not fit into {}", code, name_of(type)),
                        "write a wider type after the name of the map, as in -out map.tif uint16");
    if (!holds(type, nolabel))
      throw UserError(fmt::format("-nodatalabel {} does not fit into {}", nolabel, name_of(type)),
                      "give another label, or a wider type after the name of the map");
  }
};

}  // namespace

Application cers_app_BayesianSmoothing() {
  return application<BayesianSmoothing>();
}

}  // namespace cers
