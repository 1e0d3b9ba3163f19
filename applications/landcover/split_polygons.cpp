// SPDX-License-Identifier: Apache-2.0
// SplitPolygons: whole reference polygons for training, for validation, or for folds.
#include <fmt/format.h>

#include <map>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/learn/overlapping_polygons.hpp"
#include "cers/learn/polygon_split.hpp"
#include "cers/vector-io/layer_copy.hpp"
#include "reference_layer.hpp"

namespace cers {
namespace {

constexpr int role_width = 8;

struct SplitPolygons {
  struct Params : ReferenceLayerParams {
    double ratio = 0.3;
    double block = 0;
    double buffer = 0;
    int folds = 0;
    int rand = 0;
  };

  static AppSpec spec() {
    Declare<Params> declare("SplitPolygons", "Splits reference polygons into training and validation, or into folds.");
    declare
        .doc(
            "Pixels of one polygon are alike: a model that saw some of them is judged too well by the others. Here "
            "whole "
            "polygons go to one side, over the whole file, before any image or tile is looked at, so that no polygon "
            "is "
            "on both sides, be it cut by tiles or not. Of each class the share `-ratio` of the polygons is for "
            "validation, at least one is for training. A class of a single polygon is for training only, and a warning "
            "names it: nothing would tell how well it is found.\n\n"
            "Polygons that overlap stay together, of one class or of several, for what is trained on one would be "
            "judged "
            "by the other. A warning counts them and names the first pairs of different classes: there one of the two "
            "is wrong. SampleSelection takes their common pixels for both classes; TrainImagesClassifier, which splits "
            "overlapping polygons each for itself, takes them for none and judges none that it was trained on. "
            "Polygons overlap when both hold a point of a lattice of 10 m, the pixels of Sentinel-2; lines are split "
            "each for itself.\n\n"
            "Neighbouring polygons are alike too. With `-block` all polygons whose centroids lie in one square of that "
            "side stay together; blocks go to the side that lacks their classes most. With `-buffer` polygons of "
            "validation whose outline is nearer than that to the outline of a training polygon are left out.\n\n"
            "The copy has all fields of the layer and `role`: train, valid or none. With `-folds` it has `fold` "
            "instead, "
            "from 1: parts of about equal size for cross-validation. Who is drawn depends on the number of a polygon "
            "in "
            "the file (of a block on its place) and on `-rand`, on nothing else.")
        .tag("Learning")
        .file_output("out", "The layer with the field role or fold: .gpkg, .shp, .sqlite or .geojson.");
    return declare_reference_layer(declare)
        .param("ratio", &Params::ratio, "Share of the polygons of each class for validation.")
        .range(0, 1)
        .param("block", &Params::block, "Side of the blocks that stay together; 0: each polygon for itself.")
        .at_least(0)
        .unit("m")
        .param("buffer", &Params::buffer, "Validation keeps so far from training.")
        .at_least(0)
        .unit("m")
        .param("folds", &Params::folds, "As many parts for cross-validation; 0: training and validation.")
        .at_least(0)
        .param("rand", &Params::rand, "Seed of the draw.")
        .at_least(0)
        .check([](const Params& params, Diagnostics& diagnostics) {
          if (params.folds == 1) diagnostics.fault({}, "-folds 1 is no cross-validation", "give 0, or at least 2");
          if (params.folds > 1 && params.buffer > 0)
            diagnostics.fault({}, "-buffer is of training and validation, not of folds", "leave out one of the two");
        })
        .cites(
            "Roberts et al. (2017), Cross-validation strategies for data with temporal, spatial, hierarchical, or "
            "phylogenetic structure, Ecography 40:913-929, doi:10.1111/ecog.02881.")
        .example("Seven polygons of ten for training",
                 "cers SplitPolygons -in reference.geojson -cfield code -ratio 0.3 -rand 1 -out parts.gpkg")
        .example("Five folds of blocks of 2 km",
                 "cers SplitPolygons -in reference.geojson -cfield code -block 2000 -folds 5 -out folds.gpkg")
        .reports("polygons")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const LabelledLayer layer(params.in, params.layer, params.cfield);
    layer.check_classes();
    for (const std::string& note : describe_notes(layer.notes(), params.in, "split like one more class"))
      wiring.warn(note);
    const SplitOptions options{params.ratio, static_cast<std::uint64_t>(params.rand), params.block, params.buffer,
                               params.folds};
    const bool folds = params.folds > 1;
    const OverlappingPolygons overlapping = find_overlapping(layer);
    if (overlapping.polygons > 0)
      wiring.warn(fmt::format("{}: {} of {} polygons overlap others, and are {} with them{}", params.in,
                              overlapping.polygons, overlapping.all, folds ? "in one fold" : "on one side",
                              overlapping.classes.empty() ? "" : "; of different classes: " + overlapping.classes));
    const PolygonSplit split = split_polygons(layer, layer.features(), options, overlapping.sets);
    for (const std::string& warning : split.warnings) wiring.warn(params.in + ": " + warning);

    const AddedField field =
        folds ? AddedField{"fold", FieldKind::integer, 0, 0} : AddedField{"role", FieldKind::text, role_width, 0};
    const LayerCopy copy{params.in, params.layer, false, {}, {field}};
    FileOutput out;
    out.check = [field](const std::string& path) { check_vector_output(path, {field}); };
    out.write = [copy, folds, part = split.part, features = layer.features()](const LateValues&,
                                                                              const std::string& path) {
      write_layer(path, copy, features.size(), [&](std::size_t i) {
        if (folds) return FeatureCopy{features[i].id, {}, {std::int64_t{part[i]} + 1}};
        const char* role = part[i] == PolygonSplit::training     ? "train"
                           : part[i] == PolygonSplit::validation ? "valid"
                                                                 : "none";
        return FeatureCopy{features[i].id, {}, {std::string(role)}};
      });
    };
    wiring.output("out", std::move(out));

    std::map<int, std::size_t> counts;
    for (const int part : split.part) ++counts[part];
    std::string text;
    for (const auto& [part, count] : counts) {
      const std::string name = folds                              ? fmt::format("fold {}", part + 1)
                               : part == PolygonSplit::training   ? "training"
                               : part == PolygonSplit::validation ? "validation"
                                                                  : "left out";
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name);
    }
    wiring.report("polygons", text);
  }
};

}  // namespace

Application cers_app_SplitPolygons() {
  return application<SplitPolygons>();
}

}  // namespace cers
