// SPDX-License-Identifier: Apache-2.0
#include "reference_polygons.hpp"

#include <algorithm>
#include <set>

#include "cers/core/error.hpp"

namespace cers {

ReferencePolygons::ReferencePolygons(const std::string& path, const std::string& field, std::int64_t number)
    : layer_(std::make_shared<const LabelledLayer>(path, 0, field)), number_(number) {}

ReferencePolygons ReferencePolygons::unsplit() const {
  ReferencePolygons copy = *this;
  copy.part_.clear();
  return copy;
}

PolygonSplit ReferencePolygons::split_by(const SplitOptions& options, bool tell, Wiring& wiring) const {
  std::vector<PixelPoint> places;
  if (options.block_m > 0 || options.buffer_m > 0) places = layer_->centroids_in_metres();
  PolygonSplit split = split_polygons(layer_->features(), places, options);
  if (tell) {
    for (const std::string& warning : split.warnings) wiring.warn(layer_->path() + ": " + warning);
  }
  return split;
}

void ReferencePolygons::split(const SplitOptions& options, bool tell, Wiring& wiring) {
  const PolygonSplit split = split_by(options, tell, wiring);
  for (std::size_t i = 0; i < split.part.size(); ++i) part_[layer_->features()[i].id] = split.part[i];
}

std::map<std::int64_t, int> ReferencePolygons::folds(const SplitOptions& options, Wiring& wiring) const {
  const PolygonSplit split = split_by(options, true, wiring);
  std::map<std::int64_t, int> folds;
  for (std::size_t i = 0; i < split.part.size(); ++i)
    folds[sample_group(number_, layer_->features()[i].id)] = split.part[i];
  return folds;
}

SharedShapes ReferencePolygons::on_grid(const Grid& grid, bool tell, Wiring& wiring) const {
  const auto shapes = layer_->on_grid(grid);
  if (tell) {
    for (const std::string& line : describe_notes(shapes->notes, layer_->path())) wiring.warn(line);
  }
  return subset(*shapes, [](const LabelledFeature& feature) { return !feature.label.empty(); });
}

bool ReferencePolygons::is_of(const LabelledFeature& feature, PolygonSplit::Part part) const {
  const auto found = part_.find(feature.id);
  return found == part_.end() || found->second == part;
}

ReferenceClasses classes_of(const std::vector<const LabelledLayer*>& layers,
                            const std::optional<std::string>& nomenclature) {
  std::set<std::string> labels;
  for (const LabelledLayer* layer : layers) {
    for (const LabelledFeature& feature : layer->features()) {
      if (!feature.label.empty()) labels.insert(feature.label);
    }
  }
  const bool named = nomenclature && !nomenclature->empty();
  const Nomenclature known = named ? Nomenclature::read(*nomenclature) : Nomenclature::of_labels(labels);
  ReferenceClasses reference;
  reference.codes = codes_of(labels, known, named ? *nomenclature : layers[0]->path());
  std::set<int> used;
  for (const auto& [label, code] : reference.codes) used.insert(code);
  reference.classes = known.classes();
  std::erase_if(reference.classes, [&](const ClassInfo& one) { return !used.contains(one.code); });
  return reference;
}

}  // namespace cers
