// SPDX-License-Identifier: Apache-2.0
// Several models for one image, each for the regions that polygons name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cers/app/wiring.hpp"
#include "cers/learn/model_nodes.hpp"
#include "cers/params/declare.hpp"

namespace cers {

struct RegionParams {
  std::vector<std::string> models;
  std::optional<std::string> regions;
  std::string field;
  double blend = 0;
};

/// Adds the keys models, regions, regions.field and regions.blend.
template <class Params>
void declare_regions(Declare<Params>& declare) {
  declare
      .param("models", &Params::models,
             "Instead of -model: one model a region, each as REGION=FILE. Several regions may name one file. In a "
             "pipeline "
             "also REGION=STEP.io.out.")
      .reads_file()
      .param("regions", &Params::regions, "Polygons of the regions: GeoPackage, Shapefile, GeoJSON.")
      .reads_file()
      .param("regions.field", &Params::field,
             "Field that names the regions; without one every feature is a region, named by its number from 1.")
      .param("regions.blend", &Params::blend,
             "Distance from a region within which its model still has a say; 0: hard seams.")
      .at_least(0)
      .unit("m");
}

struct RegionModel {
  std::string region;
  std::string file;                    ///< or the step that trains it
  std::shared_ptr<const Model> model;  ///< null when it is trained in the same run
  std::optional<ModelInRun> in_run;

  std::size_t features() const;
  const std::vector<std::string>& feature_names() const;
  const std::vector<ClassInfo>& classes() const;
  std::optional<double> nodata() const;
};

/// Reads the values of -models, each REGION=FILE or, in a pipeline, REGION=STEP.io.out. Throws UserError when one is
/// written otherwise, a region is named twice, or two models differ in their features, in the number that means missing
/// (unless `nodata_given`), or in what a code means.
std::vector<RegionModel> read_region_models(const std::vector<std::string>& tokens, bool nodata_given,
                                            const Wiring& wiring);

/// Classes of any of the models, by ascending code.
std::vector<ClassInfo> classes_of(const std::vector<RegionModel>& models);

/// Votes for classes_of(models), mixed around borders (see region_nodes.hpp). `features`: the bands of `image` as the
/// models read them; `mask`: where to look. Throws UserError when a model has no region in the file, when a region that
/// meets the image, or comes within the blend of it, has no model, and when the image is not in metres but a blend is
/// asked for.
Edge add_region_votes(Graph& graph, const RegionParams& params, const std::vector<RegionModel>& models,
                      const ImageInput& image, Edge features, std::optional<Edge> mask);

}  // namespace cers
