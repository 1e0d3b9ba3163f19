// SPDX-License-Identifier: Apache-2.0
#include "reference_polygons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cers/core/error.hpp"
#include "class_walk.hpp"

namespace cers {

ReferencePolygons::ReferencePolygons(const std::string& path, const std::string& field, std::int64_t number)
    : layer_(std::make_shared<const LabelledLayer>(path, 0, field)),
      features_(layer_->features()),
      number_(number),
      field_(field) {
  layer_->check_classes();
}

namespace {

/// The class a feature has behind the cross-walk: empty where none.
std::string walked(const std::string& label, const CrossWalk& walk) {
  const auto found = walk.to.find(label);
  return found == walk.to.end() ? std::string() : std::to_string(found->second);
}

}  // namespace

void ReferencePolygons::walk(const CrossWalk& walk, Wiring& wiring) {
  walk_ = walk;
  std::set<std::string> lost;
  std::size_t count = 0;
  bool any = false;
  for (LabelledFeature& feature : features_) {
    if (feature.label.empty()) continue;
    std::string label = walked(feature.label, walk);
    any = any || !label.empty();
    if (label.empty()) {
      lost.insert(feature.label);
      ++count;
    }
    feature.label = std::move(label);
  }
  warn_of_lost_classes(lost, count, layer_->path(), wiring);
  if (!any)
    throw UserError(fmt::format("no class of {} leads to a new one", layer_->path()), "check -walk and -sample.vfn");
}

ReferencePolygons ReferencePolygons::unsplit() const {
  ReferencePolygons copy = *this;
  copy.part_.clear();
  return copy;
}

void ReferencePolygons::split(const SplitOptions& options, bool tell, Wiring& wiring) {
  const PolygonSplit split = split_polygons(*layer_, features_, options);
  if (tell) {
    for (const std::string& warning : split.warnings) wiring.warn(layer_->path() + ": " + warning);
  }
  for (std::size_t i = 0; i < split.part.size(); ++i) part_[features_[i].id] = split.part[i];
}

LabelledShapes ReferencePolygons::placed(const Grid& grid) const {
  LabelledShapes shapes = *layer_->on_grid(grid);
  if (walk_) {
    for (LabelledFeature& feature : shapes.features) feature.label = walked(feature.label, *walk_);
  }
  return shapes;
}

SharedShapes ReferencePolygons::on_grid(const Grid& grid, bool tell, Wiring& wiring) const {
  const LabelledShapes shapes = placed(grid);
  if (tell) {
    for (const std::string& line : describe_notes(shapes.notes, layer_->path(), "left out")) wiring.warn(line);
  }
  return subset(shapes, [](const LabelledFeature& feature) { return !feature.label.empty(); });
}

bool ReferencePolygons::is_of(const LabelledFeature& feature, PolygonSplit::Part part) const {
  const auto found = part_.find(feature.id);
  return found == part_.end() || found->second == part;
}

PolygonFiles open_polygons(const std::vector<std::string>& files, std::size_t images, const char* key,
                           const std::string& field) {
  if (files.size() != 1 && files.size() != images)
    throw UserError(fmt::format("-{} names {} files for {} images", key, files.size(), images),
                    "give one for all images, or one for each");
  std::map<std::string, std::shared_ptr<ReferencePolygons>> opened;
  PolygonFiles polygons;
  for (std::size_t i = 0; i < images; ++i) {
    const std::string& path = files[files.size() == 1 ? 0 : i];
    auto& one = opened[path];
    if (!one) one = std::make_shared<ReferencePolygons>(path, field, static_cast<std::int64_t>(opened.size()) - 1);
    polygons.push_back(one);
  }
  return polygons;
}

SharedShapes trained_elsewhere(const PolygonFiles& files, const ReferencePolygons& own, const Grid& grid,
                               const std::map<std::string, int>& codes) {
  const auto all = std::make_shared<LabelledShapes>();
  all->grid = grid;
  for (auto one = files.begin(); one != files.end(); ++one) {
    if (one->get() == &own || std::find(files.begin(), one, *one) != one) continue;
    LabelledShapes placed;
    try {
      placed = (*one)->placed(grid);
    } catch (const UserError&) {
      continue;  // the polygons of another tile
    }
    for (std::size_t i = 0; i < placed.features.size(); ++i) {
      const LabelledFeature& feature = placed.features[i];
      if (!codes.contains(feature.label) || !(*one)->is_of(feature, PolygonSplit::training)) continue;
      all->features.push_back(feature);
      all->shapes.push_back(std::move(placed.shapes[i]));
    }
  }
  if (all->features.empty()) return nullptr;
  return all;
}

PolygonFiles unsplit(const PolygonFiles& files) {
  std::map<const ReferencePolygons*, std::shared_ptr<ReferencePolygons>> copies;
  PolygonFiles others;
  for (const auto& file : files) {
    auto& copy = copies[file.get()];
    if (!copy) copy = std::make_shared<ReferencePolygons>(file->unsplit());
    others.push_back(copy);
  }
  return others;
}

ReferenceClasses classes_of(const std::vector<const ReferencePolygons*>& layers,
                            const std::optional<std::string>& nomenclature) {
  std::set<std::string> labels;
  for (const ReferencePolygons* layer : layers) {
    for (const LabelledFeature& feature : layer->features()) {
      if (!feature.label.empty()) labels.insert(feature.label);
    }
  }
  const bool named = nomenclature && !nomenclature->empty();
  const Nomenclature known = named ? Nomenclature::read(*nomenclature)
                                   : classes_of_field(labels, layers[0]->field(), layers[0]->layer().path());
  ReferenceClasses reference;
  reference.codes = codes_of(labels, known, named ? *nomenclature : layers[0]->layer().path());
  std::set<int> used;
  for (const auto& [label, code] : reference.codes) used.insert(code);
  reference.classes = known.classes();
  std::erase_if(reference.classes, [&](const ClassInfo& one) { return !used.contains(one.code); });
  return reference;
}

}  // namespace cers
