// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/zone_polygons.hpp"

#include <fmt/format.h>
#include <gdal_alg.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "open_vector.hpp"

namespace cers {

struct ZonePolygons::Impl {
  struct Polygon {
    std::unique_ptr<OGRGeometry> shape;  ///< in pixels of the grid
    Window around;
    int zone = 0;
  };
  std::vector<Polygon> polygons;
  std::vector<std::string> names;
  Size size;  ///< of the grid
};

namespace {

/// From map coordinates to pixels.
class ToPixels final : public OGRCoordinateTransformation {
 public:
  explicit ToPixels(const GeoTransform& transform) {
    std::array<double, 6> forward = transform.a;
    if (GDALInvGeoTransform(forward.data(), inverse_.data()) == 0)
      throw DataError("the raster's geotransform cannot be inverted", "check its georeference");
  }
  int Transform(int count, double* x, double* y, double*, double*, int* success) override {
    for (int i = 0; i < count; ++i) {
      const double column = inverse_[0] + x[i] * inverse_[1] + y[i] * inverse_[2];
      y[i] = inverse_[3] + x[i] * inverse_[4] + y[i] * inverse_[5];
      x[i] = column;
      if (success != nullptr) success[i] = TRUE;
    }
    return TRUE;
  }
  OGRSpatialReference* GetSourceCS() override { return nullptr; }
  OGRSpatialReference* GetTargetCS() override { return nullptr; }
  OGRCoordinateTransformation* Clone() const override { return new ToPixels(*this); }
  OGRCoordinateTransformation* GetInverse() const override { return nullptr; }

 private:
  std::array<double, 6> inverse_{};
};

std::vector<std::string> fields_of(const OGRFeatureDefn& definition) {
  std::vector<std::string> names;
  for (int i = 0; i < definition.GetFieldCount(); ++i) names.emplace_back(definition.GetFieldDefn(i)->GetNameRef());
  return names;
}

int field_index(OGRLayer& layer, const std::string& path, const std::string& field) {
  if (field.empty()) return -1;
  const int index = layer.GetLayerDefn()->GetFieldIndex(field.c_str());
  if (index >= 0) return index;
  const std::vector<std::string> names = fields_of(*layer.GetLayerDefn());
  const std::string near = suggestion(field, names);
  throw UserError(fmt::format("{} has no field '{}'", path, field),
                  near.empty() ? fmt::format("it has {}", names.empty() ? "none" : join(names, ", ")) : near);
}

std::unique_ptr<OGRCoordinateTransformation> to_grid(OGRLayer& layer, const std::string& path, const Grid& grid) {
  const OGRSpatialReference* from = layer.GetSpatialRef();
  if (from == nullptr)
    throw UserError(fmt::format("{} has no coordinate reference system", path),
                    "set one, for example with ogr2ogr -a_srs EPSG:…");
  OGRSpatialReference to;
  if (grid.crs.empty() || to.importFromWkt(grid.crs.c_str()) != OGRERR_NONE)
    throw UserError(fmt::format("the raster has no coordinate reference system, but {} has one", path),
                    "give the raster a reference system, or zones as a raster");
  to.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  std::unique_ptr<OGRSpatialReference> source(from->Clone());
  source->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  std::unique_ptr<OGRCoordinateTransformation> transformation(OGRCreateCoordinateTransformation(source.get(), &to));
  if (!transformation)
    throw UserError(fmt::format("no transformation links the reference system of {} with the raster's", path),
                    "bring the polygons to the raster's, for example with ogr2ogr -t_srs");
  return transformation;
}

Window around(const OGRGeometry& shape) {
  OGREnvelope box;
  shape.getEnvelope(&box);
  const auto pixel = [](double value) { return static_cast<int>(std::clamp(std::floor(value), -1e8, 1e8)); };
  const int x = pixel(box.MinX) - 1;
  const int y = pixel(box.MinY) - 1;
  return {x, y, pixel(box.MaxX) + 2 - x, pixel(box.MaxY) + 2 - y};
}

/// Whether the segment from a to b has a point in the rectangle from 0 to `size`: what is left of it when each side
/// has cut (Liang and Barsky 1984, ACM Transactions on Graphics 3:1-22).
bool crosses(const OGRRawPoint& a, const OGRRawPoint& b, const Size& size) {
  double from = 0;
  double to = 1;
  const auto cut = [&](double start, double along, double limit) {
    if (along == 0) {
      if (start < 0 || start > limit) from = 2;
      return;
    }
    const double first = -start / along;
    const double second = (limit - start) / along;
    from = std::max(from, std::min(first, second));
    to = std::min(to, std::max(first, second));
  };
  cut(a.x, b.x - a.x, size.width);
  cut(a.y, b.y - a.y, size.height);
  return from <= to;
}

/// Whether a polygon in pixels has a point in a raster of `size`: an outline crosses it, or it lies inside whole.
bool meets(const OGRPolygon& polygon, const Size& size) {
  const OGRRawPoint centre(size.width / 2.0, size.height / 2.0);
  bool inside = false;
  for (const OGRLinearRing* ring : polygon) {
    for (int i = 0; i + 1 < ring->getNumPoints(); ++i) {
      const OGRRawPoint a(ring->getX(i), ring->getY(i));
      const OGRRawPoint b(ring->getX(i + 1), ring->getY(i + 1));
      if (crosses(a, b, size)) return true;
      if ((a.y > centre.y) != (b.y > centre.y) && centre.x < a.x + (centre.y - a.y) * (b.x - a.x) / (b.y - a.y))
        inside = !inside;
    }
  }
  return inside;
}

class Zones final : public Node {
 public:
  Zones(Grid grid, std::shared_ptr<const ZonePolygons> polygons)
      : grid_(std::move(grid)), polygons_(std::move(polygons)) {}
  std::string name() const override { return "zones"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    BandInfo band;
    band.name = "zone";
    return {grid_, {band}, PixelType::i32};
  }
  double cost() const override { return 5; }
  void compute(std::span<const Block* const>, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto out = output.plane<std::int32_t>(0);
    std::vector<OGRGeometryH> shapes;
    std::vector<double> values;
    for (const auto& one : polygons_->impl().polygons) {
      if (one.around.intersected(w).empty()) continue;
      shapes.push_back(OGRGeometry::ToHandle(one.shape.get()));
      values.push_back(one.zone);
    }
    for (int y = w.y; y < w.bottom(); ++y) std::fill(out.row(y).begin(), out.row(y).end(), 0);
    if (shapes.empty()) return;
    // A dataset around the block's own memory; pixels are map units here.
    const std::unique_ptr<GDALDataset> memory(
        GetGDALDriverManager()->GetDriverByName("MEM")->Create("", w.width, w.height, 0, GDT_Int32, nullptr));
    std::array<char, 64> pointer{};
    const int length = CPLPrintPointer(pointer.data(), out.data, static_cast<int>(pointer.size()));
    CPLStringList options;
    options.SetNameValue("DATAPOINTER", std::string(pointer.data(), static_cast<std::size_t>(length)).c_str());
    options.SetNameValue("PIXELOFFSET", "4");
    options.SetNameValue("LINEOFFSET", std::to_string(out.stride * 4).c_str());
    std::array<double, 6> shift{static_cast<double>(w.x), 1, 0, static_cast<double>(w.y), 0, 1};
    int band = 1;
    if (!memory || memory->AddBand(GDT_Int32, options.List()) != CE_None ||
        memory->SetGeoTransform(shift.data()) != CE_None ||
        GDALRasterizeGeometries(GDALDataset::ToHandle(memory.get()), 1, &band, static_cast<int>(shapes.size()),
                                shapes.data(), nullptr, nullptr, values.data(), nullptr, nullptr, nullptr) != CE_None)
      throw InternalError(fmt::format("polygons could not be drawn: {}", CPLGetLastErrorMsg()));
  }

 private:
  Grid grid_;
  std::shared_ptr<const ZonePolygons> polygons_;
};

}  // namespace

ZonePolygons::ZonePolygons(const std::string& path, const std::string& field, const Grid& grid)
    : impl_(std::make_unique<Impl>()) {
  const GDALDatasetUniquePtr file = open_vector(path, false);
  OGRLayer& layer = *file->GetLayer(0);
  check_degrees(layer, path);
  const int index = field_index(layer, path, field);
  const auto map = to_grid(layer, path, grid);
  ToPixels pixels(grid.transform);
  impl_->size = grid.size;
  bool any_polygon = false;
  int number = 0;
  for (const auto& feature : layer) {
    ++number;
    const OGRGeometry* given = feature->GetGeometryRef();
    if (given == nullptr) continue;
    const auto kind = wkbFlatten(given->getGeometryType());
    if (kind != wkbPolygon && kind != wkbMultiPolygon) continue;
    any_polygon = true;
    std::unique_ptr<OGRGeometry> shape(given->clone());
    if (shape->transform(map.get()) != OGRERR_NONE || shape->transform(&pixels) != OGRERR_NONE)
      throw DataError(fmt::format("feature {} of {} cannot be brought to the raster's reference system", number, path),
                      "check its coordinates");
    const std::string name = index >= 0 ? feature->GetFieldAsString(index) : std::to_string(number);
    auto& names = impl_->names;
    const auto known = std::find(names.begin(), names.end(), name);
    const int zone = static_cast<int>(known - names.begin()) + 1;
    if (known == names.end()) names.push_back(name);
    const Window box = around(*shape);
    if (!box.clipped(grid.size).empty()) impl_->polygons.push_back({std::move(shape), box, zone});
  }
  if (!any_polygon) throw UserError(fmt::format("{} has no polygons", path), "give polygons as zones");
  if (impl_->polygons.empty())
    throw UserError(fmt::format("none of the polygons of {} touches the raster", path),
                    "check their place and their coordinate reference system");
}

ZonePolygons::~ZonePolygons() = default;

const std::vector<std::string>& ZonePolygons::names() const {
  return impl_->names;
}

bool ZonePolygons::meets_grid(int zone) const {
  for (const Impl::Polygon& one : impl_->polygons) {
    if (one.zone != zone) continue;
    if (wkbFlatten(one.shape->getGeometryType()) == wkbPolygon) {
      if (meets(*one.shape->toPolygon(), impl_->size)) return true;
      continue;
    }
    for (const OGRPolygon* part : *one.shape->toMultiPolygon()) {
      if (meets(*part, impl_->size)) return true;
    }
  }
  return false;
}

std::unique_ptr<const Node> make_zones(const Grid& grid, std::shared_ptr<const ZonePolygons> polygons) {
  return std::make_unique<Zones>(grid, std::move(polygons));
}

}  // namespace cers
