// SPDX-License-Identifier: Apache-2.0
// Features that carry a class: reference polygons, lines and points of a vector file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/vector-io/pixel_shape.hpp"

namespace cers {

/// Polygons, lines or points, with a class.
struct LabelledFeature {
  std::int64_t id = 0;  ///< the number the file gives it (FID)
  std::string label;    ///< the class field as text; empty where it is not set
  double x = 0;         ///< centroid, in map units of the layer
  double y = 0;
  bool point = false;
};

/// What became of the features that were left out, and of their reference system.
struct LayerNotes {
  /// Features that something is the matter with.
  struct Some {
    std::size_t count = 0;
    std::vector<std::int64_t> first;  ///< numbers (FID) of the first three in the order of the file
    void add(std::int64_t id);
  };
  Some without_geometry;
  Some other_kinds;  ///< curves and collections of several kinds
  Some without_label;
  Some outside;                  ///< of the grid, all of them
  std::string reprojected;       ///< "EPSG:32631 to the image's EPSG:32632"; empty when both are the same
  bool placed_by_image = false;  ///< a table (CSV): its x and y are taken in the grid's system
};

/// The features of a layer on one grid. Immutable; shared by workers.
struct LabelledShapes {
  std::vector<LabelledFeature> features;
  std::vector<PixelShape> shapes;  ///< of each feature
  Grid grid;
  std::string path;
  LayerNotes notes;

  /// Pixels that all features hold together, roughly.
  double area() const;
};

/// Features in a plane, in metres. Immutable.
class FeatureOutlines {
 public:
  struct Box {
    double left = 0;
    double bottom = 0;
    double right = 0;
    double top = 0;
  };

  /// From WKT, one feature each. Throws UserError for what is none.
  explicit FeatureOutlines(const std::vector<std::string>& wkt);
  ~FeatureOutlines();
  FeatureOutlines(FeatureOutlines&&) noexcept;

  std::size_t size() const { return boxes_.size(); }
  const Box& box(std::size_t feature) const { return boxes_[feature]; }
  /// From outline to outline; 0 where features touch or overlap.
  double distance(std::size_t a, std::size_t b) const;

 private:
  friend class LabelledLayer;
  struct Impl;
  FeatureOutlines();
  void add_boxes();
  std::vector<Box> boxes_;
  std::unique_ptr<Impl> impl_;
};

class LabelledLayer {
 public:
  /// Reads layer number `layer` (from 0) of a vector file (GeoPackage, Shapefile, SQLite, GeoJSON, …), or a CSV table
  /// whose columns x and y are points in the system of whatever image they are laid on. `field` is text or a whole
  /// number. Throws UserError when the file, the layer or the field is not there, the field is of another
  /// type, or no feature is a polygon, a line or a point.
  LabelledLayer(const std::string& path, int layer, const std::string& field);
  ~LabelledLayer();
  LabelledLayer(LabelledLayer&&) noexcept;

  const std::string& path() const { return path_; }
  /// In the order of the file.
  const std::vector<LabelledFeature>& features() const { return features_; }
  const LayerNotes& notes() const { return notes_; }
  /// Throws UserError when no feature at all has a class.
  void check_classes() const;
  /// The geometry of a feature (its index in features()) as well-known binary, in map units of the layer.
  std::string geometry(std::size_t feature) const;
  /// WKT; empty when the file names none.
  const std::string& crs() const { return crs_; }
  /// True when classes are numbers.
  bool numeric() const { return numeric_; }
  /// Centroids in metres: as they are in a projected system; from degrees by a local plane around their mean latitude.
  /// Throws UserError when the layer has no reference system.
  std::vector<PixelPoint> centroids_in_metres() const;
  /// The features themselves, brought to metres in the same way; in the order of features(). Throws alike.
  FeatureOutlines outlines_in_metres() const;

  /// The features whose outlines meet `grid`, in pixels, brought to its reference system. Without a reference system on
  /// both sides, coordinates are taken as they are. Throws UserError when only one side has one, or none of the
  /// features meets the grid.
  std::shared_ptr<const LabelledShapes> on_grid(const Grid& grid) const;
  /// All features on a north-up lattice of the layer's own system, whose lines are multiples of `step` metres (without
  /// a reference system, map units), a wider step where the layer would have more than 10^8 of them. Throws alike.
  std::shared_ptr<const LabelledShapes> on_lattice(double step) const;

 private:
  struct Impl;
  /// Along x and y.
  PixelPoint metres_per_unit() const;
  std::string path_;
  std::string field_;
  std::string crs_;
  std::vector<LabelledFeature> features_;
  FeatureOutlines::Box box_;  ///< around all of them, in map units
  LayerNotes notes_;
  bool numeric_ = false;
  std::unique_ptr<Impl> impl_;
};

/// One line for each note that a user should know of. `classless`: what becomes of features without a class, as "left
/// out"; may be empty.
std::vector<std::string> describe_notes(const LayerNotes& notes, const std::string& path,
                                        const std::string& classless = {});

}  // namespace cers
