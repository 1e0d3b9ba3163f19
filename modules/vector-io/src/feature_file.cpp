// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/feature_file.hpp"

#include <fmt/format.h>
#include <ogr_spatialref.h>

#include <filesystem>

#include "cers/core/error.hpp"
#include "layer_writing.hpp"
#include "vector_format.hpp"

namespace cers {
namespace {

std::unique_ptr<OGRGeometry> geometry_of(const NewGeometry& geometry, const std::string& path) {
  if (const auto* point = std::get_if<PixelPoint>(&geometry)) return std::make_unique<OGRPoint>(point->x, point->y);
  const auto& bytes = std::get<std::string>(geometry);
  OGRGeometry* made = nullptr;
  if (OGRGeometryFactory::createFromWkb(bytes.data(), nullptr, &made, bytes.size()) != OGRERR_NONE)
    throw DataError(fmt::format("a feature of '{}' has no geometry", path), "repair the file it comes from");
  return std::unique_ptr<OGRGeometry>(made);
}

}  // namespace

void write_features(const std::string& path, const NewLayer& made, std::size_t count,
                    const std::function<NewFeature(std::size_t)>& feature) {
  using namespace layer_writing;
  const FixedDate fixed;
  const ErrorCollector errors;
  OGRSpatialReference reference;
  reference.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  const bool placed = !made.crs.empty() && reference.importFromWkt(made.crs.c_str()) == OGRERR_NONE;
  auto [file, layer] = create_layer(path, std::filesystem::path(path).stem().string(), placed ? &reference : nullptr,
                                    made.points ? wkbPoint : wkbUnknown, {});
  if (layer == nullptr) failed(path, errors);
  std::vector<int> indices;
  for (const AddedField& field : made.fields) {
    OGRFieldDefn definition(field.name.c_str(), type_of(field.kind));
    definition.SetWidth(field.width);
    definition.SetPrecision(field.precision);
    if (layer->CreateField(&definition) != OGRERR_NONE) failed(path, errors);
    indices.push_back(layer->GetLayerDefn()->GetFieldCount() - 1);
  }
  const bool together = file->TestCapability(ODsCTransactions) != 0;
  if (together && file->StartTransaction() != OGRERR_NONE) failed(path, errors);
  for (std::size_t i = 0; i < count; ++i) {
    const NewFeature one = feature(i);
    OGRFeature written(layer->GetLayerDefn());
    written.SetGeometryDirectly(geometry_of(one.geometry, path).release());
    set_values(written, indices, one.values);
    if (layer->CreateFeature(&written) != OGRERR_NONE) failed(path, errors);
  }
  if (together && file->CommitTransaction() != OGRERR_NONE) failed(path, errors);
  file->FlushCache(false);
  file.reset();
  if (errors.failed()) failed(path, errors);
  check_written(path, 0, static_cast<GIntBig>(count));
}

}  // namespace cers
