// SPDX-License-Identifier: Apache-2.0
// Reference polygons of one or several files: their classes, and which of them a model is trained or judged on.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cers/app/wiring.hpp"
#include "cers/learn/nomenclature.hpp"
#include "cers/learn/polygon_samples.hpp"
#include "cers/learn/polygon_split.hpp"
#include "cers/vector-io/labelled_layer.hpp"

namespace cers {

/// What is known of the classes before any pixel is read.
struct ReferenceClasses {
  std::map<std::string, int> codes;  ///< of each label of the files
  std::vector<ClassInfo> classes;    ///< of these codes, ascending, with names and colours where known
};

/// A file of polygons, split as a whole before any image is looked at.
class ReferencePolygons {
 public:
  /// Throws as LabelledLayer. `number` tells the files apart.
  ReferencePolygons(const std::string& path, const std::string& field, std::int64_t number);

  const LabelledLayer& layer() const { return *layer_; }
  const std::string& field() const { return field_; }  ///< of the class
  /// Those of the layer; after walk() with their new classes.
  const std::vector<LabelledFeature>& features() const { return features_; }
  /// Gives each polygon the code that its class leads to, as text; one whose class leads nowhere loses it, and a
  /// warning counts those. Throws UserError when none is left.
  void walk(const CrossWalk& walk, Wiring& wiring);
  /// The same file, split otherwise by the next run.
  ReferencePolygons unsplit() const;
  std::int64_t number() const { return number_; }
  /// Puts whole polygons, or blocks of them, aside for validation. Warns of what that leaves unjudged when `tell`.
  void split(const SplitOptions& options, bool tell, Wiring& wiring);
  /// Those that lie on a grid, without those that have no class. Warns of what was left out when `tell`.
  SharedShapes on_grid(const Grid& grid, bool tell, Wiring& wiring) const;
  /// All that lie on a grid, with their new classes; those without one too.
  LabelledShapes placed(const Grid& grid) const;
  /// Whether a feature is of that part; all are before split().
  bool is_of(const LabelledFeature& feature, PolygonSplit::Part part) const;

 private:
  std::shared_ptr<const LabelledLayer> layer_;
  std::vector<LabelledFeature> features_;
  std::int64_t number_;
  std::string field_;
  std::optional<CrossWalk> walk_;
  std::map<std::int64_t, int> part_;  ///< by feature id
};

/// One for each image. A file named once serves them all and is read once.
using PolygonFiles = std::vector<std::shared_ptr<ReferencePolygons>>;
/// The files of key `key` for so many images. Throws UserError for another number of them, and as LabelledLayer.
PolygonFiles open_polygons(const std::vector<std::string>& files, std::size_t images, const char* key,
                           const std::string& field);
/// The polygons of all `files` but `own` that are trained with and lie on `grid`; null when there are none. Those whose
/// class has no code are not trained with.
SharedShapes trained_elsewhere(const PolygonFiles& files, const ReferencePolygons& own, const Grid& grid,
                               const std::map<std::string, int>& codes);
/// The same files for a run with another seed.
PolygonFiles unsplit(const PolygonFiles& files);

/// By the nomenclature of that file, else by the labels alone. Throws UserError that names labels it does not hold.
ReferenceClasses classes_of(const std::vector<const ReferencePolygons*>& layers,
                            const std::optional<std::string>& nomenclature);

}  // namespace cers
