// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/labelled_layer.hpp"

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/crs.hpp"
#include "cers/raster-io/gdal_errors.hpp"
#include "open_vector.hpp"

namespace cers {

struct LabelledLayer::Impl {
  std::vector<std::unique_ptr<OGRGeometry>> geometries;
  std::unique_ptr<OGRSpatialReference> reference;
};

namespace {

bool is_class_type(OGRFieldType type) {
  return type == OFTString || type == OFTInteger || type == OFTInteger64 || type == OFTReal;
}

int class_field(OGRLayer& layer, const std::string& path, const std::string& field) {
  OGRFeatureDefn& definition = *layer.GetLayerDefn();
  std::vector<std::string> suited;
  for (int i = 0; i < definition.GetFieldCount(); ++i) {
    if (is_class_type(definition.GetFieldDefn(i)->GetType()))
      suited.emplace_back(definition.GetFieldDefn(i)->GetNameRef());
  }
  const std::string offered =
      suited.empty() ? "the layer has no field of text or whole numbers" : "it has " + join(suited, ", ");
  const int index = definition.GetFieldIndex(field.c_str());
  if (index < 0) {
    const std::string near = suggestion(field, suited, 0);
    throw UserError(fmt::format("{} has no field '{}'", path, field), near.empty() ? offered : near);
  }
  const OGRFieldDefn& defn = *definition.GetFieldDefn(index);
  if (!is_class_type(defn.GetType()))
    throw UserError(fmt::format("field '{}' of {} holds {}, not classes", defn.GetNameRef(), path,
                                OGRFieldDefn::GetFieldTypeName(defn.GetType())),
                    "a class is text or a whole number: " + offered);
  return index;
}

/// The class of a feature as text; empty where it is not set. Fields of decimal numbers hold classes too when the
/// numbers are whole: SampleExtraction and OTB write all they extract as such.
std::string label_of(const OGRFeature& feature, int index, const std::string& path) {
  if (!feature.IsFieldSetAndNotNull(index)) return {};
  if (feature.GetFieldDefnRef(index)->GetType() != OFTReal) return feature.GetFieldAsString(index);
  const double value = feature.GetFieldAsDouble(index);
  if (value != std::rint(value) || std::abs(value) > 2147483647.0)
    throw UserError(fmt::format("field '{}' of {} holds {} in feature {}: classes are whole numbers or text",
                                feature.GetFieldDefnRef(index)->GetNameRef(), path, value, feature.GetFID()),
                    "name the field of the class");
  return std::to_string(static_cast<long long>(value));
}

bool holds_pixels(const OGRGeometry& geometry) {
  switch (wkbFlatten(geometry.getGeometryType())) {
    case wkbPolygon:
    case wkbMultiPolygon:
    case wkbPoint:
    case wkbMultiPoint:
    case wkbLineString:
    case wkbMultiLineString:
      return true;
    default:
      return false;
  }
}

/// Tables hold no geometry of their own, and no reference system.
bool is_table(GDALDataset& file) {
  return file.GetDriver() != nullptr && EQUAL(file.GetDriver()->GetDescription(), "CSV");
}

/// A table whose columns x and y (SamplingDesign's) are points, its columns of numbers numbers.
GDALDatasetUniquePtr open_table_of_points(const std::string& path) {
  const ErrorCollector errors;
  const char* const options[] = {"X_POSSIBLE_NAMES=x", "Y_POSSIBLE_NAMES=y", "AUTODETECT_TYPE=YES",
                                 "AUTODETECT_SIZE_LIMIT=0", nullptr};
  GDALDatasetUniquePtr file(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, nullptr, options));
  if (!file) throw UserError(fmt::format("cannot open the table '{}': {}", path, errors.text()), "check the file");
  return file;
}

std::string wkt_of(const OGRSpatialReference* reference) {
  if (reference == nullptr) return {};
  char* text = nullptr;
  std::string wkt;
  if (reference->exportToWkt(&text) == OGRERR_NONE && text != nullptr) wkt = text;
  CPLFree(text);
  return wkt;
}

/// Adds the rings, points and lines of `geometry`, in pixels by `inverse`.
void add_parts(const OGRGeometry& geometry, const std::array<double, 6>& inverse, PixelShape& shape) {
  const auto pixel = [&](double x, double y) {
    return PixelPoint{inverse[0] + x * inverse[1] + y * inverse[2], inverse[3] + x * inverse[4] + y * inverse[5]};
  };
  switch (wkbFlatten(geometry.getGeometryType())) {
    case wkbPoint:
      shape.points.push_back(pixel(geometry.toPoint()->getX(), geometry.toPoint()->getY()));
      return;
    case wkbPolygon: {
      std::vector<PixelRing> rings;
      for (const OGRLinearRing* ring : *geometry.toPolygon()) {
        PixelRing points;
        for (int i = 0; i < ring->getNumPoints(); ++i) points.push_back(pixel(ring->getX(i), ring->getY(i)));
        if (!points.empty()) rings.push_back(std::move(points));
      }
      if (!rings.empty()) shape.polygons.push_back(std::move(rings));
      return;
    }
    case wkbLineString: {
      const OGRLineString& line = *geometry.toLineString();
      std::vector<PixelPoint> points;
      for (int i = 0; i < line.getNumPoints(); ++i) points.push_back(pixel(line.getX(i), line.getY(i)));
      if (!points.empty()) shape.lines.push_back(std::move(points));
      return;
    }
    default:
      for (const OGRGeometry* part : *geometry.toGeometryCollection()) add_parts(*part, inverse, shape);
  }
}

Window around(const PixelShape& shape, Size raster) {
  double low_x = HUGE_VAL;
  double low_y = HUGE_VAL;
  double high_x = -HUGE_VAL;
  double high_y = -HUGE_VAL;
  const auto see = [&](const PixelPoint& p) {
    low_x = std::min(low_x, p.x);
    low_y = std::min(low_y, p.y);
    high_x = std::max(high_x, p.x);
    high_y = std::max(high_y, p.y);
  };
  for (const auto& polygon : shape.polygons)
    for (const PixelRing& ring : polygon) std::for_each(ring.begin(), ring.end(), see);
  std::for_each(shape.points.begin(), shape.points.end(), see);
  for (const auto& line : shape.lines) std::for_each(line.begin(), line.end(), see);
  if (!(low_x <= high_x && low_y <= high_y)) return {};
  const auto whole = [](double v) { return static_cast<int>(std::clamp(std::floor(v), -1e8, 1e8)); };
  const int x = whole(low_x);
  const int y = whole(low_y);
  return Window{x, y, whole(high_x) + 1 - x, whole(high_y) + 1 - y}.clipped(raster);
}

}  // namespace

double LabelledShapes::area() const {
  double total = 0;
  for (const PixelShape& shape : shapes) total += std::min(pixel_area(shape), static_cast<double>(shape.around.area()));
  return total;
}

LabelledLayer::LabelledLayer(const std::string& path, int layer, const std::string& field)
    : path_(path), field_(field), impl_(std::make_unique<Impl>()) {
  GDALDatasetUniquePtr file = open_vector(path, false);
  const bool table = is_table(*file);
  if (table) file = open_table_of_points(path);
  OGRLayer& source = vector_layer(*file, path, layer);
  const ErrorCollector errors;
  if (!table) check_degrees(source, path);
  const int index = class_field(source, path, field);
  numeric_ = source.GetLayerDefn()->GetFieldDefn(index)->GetType() != OFTString;
  if (const OGRSpatialReference* reference = source.GetSpatialRef()) {
    impl_->reference.reset(reference->Clone());
    impl_->reference->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    crs_ = wkt_of(impl_->reference.get());
  }
  OGREnvelope all;
  for (const auto& feature : source) {
    const OGRGeometry* geometry = feature->GetGeometryRef();
    if (geometry == nullptr || geometry->IsEmpty()) {
      notes_.without_geometry.add(feature->GetFID());
      continue;
    }
    if (!holds_pixels(*geometry)) {
      notes_.other_kinds.add(feature->GetFID());
      continue;
    }
    LabelledFeature one;
    one.id = feature->GetFID();
    one.label = label_of(*feature, index, path);
    if (one.label.empty()) notes_.without_label.add(one.id);
    OGREnvelope box;
    geometry->getEnvelope(&box);
    all.Merge(box);
    OGRPoint centre;
    if (geometry->Centroid(&centre) == OGRERR_NONE && !centre.IsEmpty()) {
      one.x = centre.getX();
      one.y = centre.getY();
    } else {  // a polygon of no area: the middle of its box
      one.x = (box.MinX + box.MaxX) / 2;
      one.y = (box.MinY + box.MaxY) / 2;
    }
    const auto kind = wkbFlatten(geometry->getGeometryType());
    one.point = kind == wkbPoint || kind == wkbMultiPoint;
    features_.push_back(std::move(one));
    impl_->geometries.emplace_back(geometry->clone());
  }
  if (errors.failed())
    throw DataError(fmt::format("{} cannot be read to its end: {}", path, errors.text()), "repair or replace the file");
  box_ = {all.MinX, all.MinY, all.MaxX, all.MaxY};
  notes_.placed_by_image = table && !impl_->reference;
  if (features_.empty())
    throw UserError(fmt::format("{} has no polygons, lines or points", path),
                    table ? "a table needs the columns x and y, in the system of the image"
                    : notes_.other_kinds.count > 0
                        ? fmt::format("its {} features are of another kind (curves?)", notes_.other_kinds.count)
                        : "its layer is empty");
}

struct FeatureOutlines::Impl {
  std::vector<std::unique_ptr<OGRGeometry>> geometries;
};

FeatureOutlines::FeatureOutlines() : impl_(std::make_unique<Impl>()) {}
FeatureOutlines::~FeatureOutlines() = default;
FeatureOutlines::FeatureOutlines(FeatureOutlines&&) noexcept = default;

FeatureOutlines::FeatureOutlines(const std::vector<std::string>& wkt) : FeatureOutlines() {
  for (const std::string& text : wkt) {
    OGRGeometry* geometry = nullptr;
    if (OGRGeometryFactory::createFromWkt(text.c_str(), nullptr, &geometry) != OGRERR_NONE || geometry == nullptr)
      throw UserError(fmt::format("'{}' is no WKT", text), "write for example POINT (1 2)");
    impl_->geometries.emplace_back(geometry);
  }
  add_boxes();
}

void FeatureOutlines::add_boxes() {
  for (const auto& geometry : impl_->geometries) {
    OGREnvelope box;
    geometry->getEnvelope(&box);
    boxes_.push_back({box.MinX, box.MinY, box.MaxX, box.MaxY});
  }
}

double FeatureOutlines::distance(std::size_t a, std::size_t b) const {
  const double found = impl_->geometries[a]->Distance(impl_->geometries[b].get());
  if (found < 0)
    throw DataError(fmt::format("no distance from feature {} to {}: GDAL lacks GEOS, or a feature is broken", a, b),
                    "repair the features, for example with ogr2ogr -makevalid");
  return found;
}

LabelledLayer::~LabelledLayer() = default;
LabelledLayer::LabelledLayer(LabelledLayer&&) noexcept = default;

std::string LabelledLayer::geometry(std::size_t feature) const {
  const OGRGeometry& one = *impl_->geometries.at(feature);
  std::string bytes(one.WkbSize(), '\0');
  if (one.exportToWkb(wkbNDR, reinterpret_cast<unsigned char*>(bytes.data()), wkbVariantIso) != OGRERR_NONE)
    throw DataError(fmt::format("feature {} of {} has a broken geometry", features_.at(feature).id, path_),
                    "repair the file");
  return bytes;
}

PixelPoint LabelledLayer::metres_per_unit() const {
  if (!impl_->reference)
    throw UserError(fmt::format("{} has no coordinate reference system, so nothing tells metres", path_),
                    "set one, for example with ogr2ogr -a_srs EPSG:…");
  if (impl_->reference->IsGeographic() == 0) {
    const double unit = impl_->reference->GetLinearUnits();
    return {unit, unit};
  }
  double latitude = 0;
  for (const LabelledFeature& feature : features_) latitude += feature.y / static_cast<double>(features_.size());
  constexpr double radians = std::numbers::pi / 180;
  const double north = impl_->reference->GetSemiMajor() * radians;
  return {north * std::cos(latitude * radians), north};
}

std::vector<PixelPoint> LabelledLayer::centroids_in_metres() const {
  const PixelPoint scale = metres_per_unit();
  std::vector<PixelPoint> points;
  for (const LabelledFeature& feature : features_) points.push_back({feature.x * scale.x, feature.y * scale.y});
  return points;
}

FeatureOutlines LabelledLayer::outlines_in_metres() const {
  const PixelPoint scale = metres_per_unit();
  /// Multiplies all coordinates.
  class Scaling final : public OGRDefaultGeometryVisitor {
   public:
    explicit Scaling(PixelPoint by) : by_(by) {}
    using OGRDefaultGeometryVisitor::visit;
    void visit(OGRPoint* point) override {
      point->setX(point->getX() * by_.x);
      point->setY(point->getY() * by_.y);
    }

   private:
    PixelPoint by_;
  };
  FeatureOutlines outlines;
  for (const auto& geometry : impl_->geometries) {
    std::unique_ptr<OGRGeometry> own(geometry->clone());
    Scaling scaling(scale);
    own->accept(&scaling);
    outlines.impl_->geometries.push_back(std::move(own));
  }
  outlines.add_boxes();
  return outlines;
}

std::shared_ptr<const LabelledShapes> LabelledLayer::on_grid(const Grid& grid) const {
  const ErrorCollector errors;
  auto placed = std::make_shared<LabelledShapes>();
  placed->grid = grid;
  placed->path = path_;
  placed->notes = notes_;
  std::array<double, 6> forward = grid.transform.a;
  std::array<double, 6> inverse{};
  if (GDALInvGeoTransform(forward.data(), inverse.data()) == 0)
    throw DataError("the image's geotransform cannot be inverted", "check its georeference");
  std::unique_ptr<OGRCoordinateTransformation> map;
  OGRSpatialReference to;
  if (!grid.crs.empty() && to.importFromWkt(grid.crs.c_str()) == OGRERR_NONE) {
    to.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    if (!impl_->reference && !notes_.placed_by_image)
      throw UserError(fmt::format("{} has no coordinate reference system, but the image has one", path_),
                      "set one, for example with ogr2ogr -a_srs EPSG:…");
    if (impl_->reference && to.IsSame(impl_->reference.get()) == 0) {
      placed->notes.reprojected = fmt::format("{} to the image's {}", crs_label(crs_), crs_label(grid.crs));
      map.reset(OGRCreateCoordinateTransformation(impl_->reference.get(), &to));
      if (!map)
        throw UserError(fmt::format("no transformation links the reference system of {} with the image's", path_),
                        "bring the features to the image's, for example with ogr2ogr -t_srs");
    }
  } else if (impl_->reference) {
    throw UserError(fmt::format("the image has no coordinate reference system, but {} has one", path_),
                    "give the image its reference system, for example with gdal_edit.py -a_srs");
  }
  const auto corner = [&](double column, double row) {
    return std::pair{grid.transform.x(column, row), grid.transform.y(column, row)};
  };
  OGRLinearRing frame;
  for (const auto& [column, row] : {std::pair{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}) {
    const auto [x, y] = corner(column * grid.size.width, row * grid.size.height);
    frame.addPoint(x, y);
  }
  OGRPolygon image;
  image.addRing(&frame);
  for (std::size_t i = 0; i < features_.size(); ++i) {
    std::unique_ptr<OGRGeometry> geometry(impl_->geometries[i]->clone());
    if (map && geometry->transform(map.get()) != OGRERR_NONE)
      throw DataError(fmt::format("feature {} of {} cannot be brought to the image's reference system: {}",
                                  features_[i].id, path_, errors.text()),
                      "check its coordinates");
    PixelShape shape;
    add_parts(*geometry, inverse, shape);
    shape.around = around(shape, grid.size);
    if (shape.around.empty() || geometry->Intersects(&image) == 0) {
      placed->notes.outside.add(features_[i].id);
      continue;
    }
    placed->features.push_back(features_[i]);
    placed->shapes.push_back(std::move(shape));
  }
  if (placed->features.empty())
    throw UserError(fmt::format("none of the {} features of {} meets the image", features_.size(), path_),
                    "check their place and their coordinate reference system");
  return placed;
}

}  // namespace cers
