// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/layer_copy.hpp"

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "layer_writing.hpp"
#include "open_vector.hpp"
#include "vector_format.hpp"

namespace cers {
namespace {

namespace fs = std::filesystem;
using namespace layer_writing;

/// Adds the fields that are not there; their indices in the layer.
std::vector<int> add_fields(OGRLayer& layer, const std::vector<AddedField>& added, const std::string& path,
                            const ErrorCollector& errors) {
  std::vector<int> indices;
  for (const AddedField& field : added) {
    for (const char* own : {layer.GetFIDColumn(), layer.GetGeometryColumn()}) {
      if (*own != '\0' && lower(own) == lower(field.name))
        throw UserError(fmt::format("{} keeps the name '{}' for itself", path, own),
                        "choose another name for the field");
    }
    const int there = layer.GetLayerDefn()->GetFieldIndex(field.name.c_str());
    if (there >= 0) {
      const OGRFieldType type = layer.GetLayerDefn()->GetFieldDefn(there)->GetType();
      const bool both_whole = type == OFTInteger64 && field.kind == FieldKind::integer;
      if (type != type_of(field.kind) && !both_whole)
        throw UserError(fmt::format("{} has a field '{}' of type {} already", path, field.name,
                                    OGRFieldDefn::GetFieldTypeName(type)),
                        "rename that field, or the one to add");
      indices.push_back(there);
      continue;
    }
    OGRFieldDefn definition(field.name.c_str(), type_of(field.kind));
    definition.SetWidth(field.width);
    definition.SetPrecision(field.precision);
    if (layer.CreateField(&definition) != OGRERR_NONE) failed(path, errors);
    indices.push_back(layer.GetLayerDefn()->GetFieldCount() - 1);
  }
  return indices;
}

/// Features of the source by number; neighbours often ask for the same one.
class SourceFeatures {
 public:
  SourceFeatures(OGRLayer& layer, std::string path) : layer_(layer), path_(std::move(path)) {}
  const OGRFeature& get(std::int64_t id) {
    if (!feature_ || feature_->GetFID() != id) feature_.reset(layer_.GetFeature(id));
    if (!feature_)
      throw DataError(fmt::format("{} has no feature {} any more", path_, id), "do not change it meanwhile");
    return *feature_;
  }

 private:
  OGRLayer& layer_;
  std::string path_;
  OGRFeatureUniquePtr feature_;
};

}  // namespace

void check_vector_output(const std::string& path, const std::vector<AddedField>& added) {
  std::vector<std::string> names;
  for (const AddedField& field : added) names.push_back(field.name);
  check_field_names(path, names);
}

void write_layer(const std::string& path, const LayerCopy& copy, std::size_t count,
                 const std::function<FeatureCopy(std::size_t)>& feature) {
  const GDALDatasetUniquePtr source = open_vector(copy.source, false);
  OGRLayer& from = vector_layer(*source, copy.source, copy.layer);
  const FixedDate fixed;
  const ErrorCollector errors;
  const OGRSpatialReference* reference = from.GetSpatialRef();
  OGRSpatialReference other;
  if (copy.points) {
    reference = nullptr;
    if (!copy.crs.empty() && other.importFromWkt(copy.crs.c_str()) == OGRERR_NONE) {
      other.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
      reference = &other;
    }
  }
  OGRFeatureDefn& definition = *from.GetLayerDefn();
  std::vector<std::string> names;
  for (int i = 0; i < definition.GetFieldCount(); ++i) names.emplace_back(definition.GetFieldDefn(i)->GetNameRef());
  auto [file, layer] =
      create_layer(path, fs::path(path).stem().string(), reference, copy.points ? wkbPoint : from.GetGeomType(), names);
  if (layer == nullptr) failed(path, errors);
  std::vector<int> kept;  // field of the source → field of the new layer
  for (int i = 0; i < definition.GetFieldCount(); ++i) {
    if (layer->CreateField(definition.GetFieldDefn(i)) != OGRERR_NONE) failed(path, errors);
    kept.push_back(layer->GetLayerDefn()->GetFieldCount() - 1);
  }
  const std::vector<int> indices = add_fields(*layer, copy.added, path, errors);

  const bool together = file->TestCapability(ODsCTransactions) != 0;
  if (together && file->StartTransaction() != OGRERR_NONE) failed(path, errors);
  SourceFeatures features(from, copy.source);
  for (std::size_t i = 0; i < count; ++i) {
    const FeatureCopy one = feature(i);
    const OGRFeature& original = features.get(one.id);
    OGRFeature made(layer->GetLayerDefn());
    if (made.SetFieldsFrom(&original, kept.data(), TRUE) != OGRERR_NONE) failed(path, errors);
    if (one.at)
      made.SetGeometryDirectly(new OGRPoint(one.at->x, one.at->y));
    else if (original.GetGeometryRef() != nullptr)
      made.SetGeometry(original.GetGeometryRef());
    set_values(made, indices, one.values);
    if (layer->CreateFeature(&made) != OGRERR_NONE) failed(path, errors);
  }
  if (together && file->CommitTransaction() != OGRERR_NONE) failed(path, errors);
  file->FlushCache(false);
  file.reset();
  if (errors.failed()) failed(path, errors);
  check_written(path, 0, static_cast<GIntBig>(count));
}

void write_updated(const std::string& path, const LayerCopy& copy, std::size_t count,
                   const std::function<FeatureCopy(std::size_t)>& feature) {
  GIntBig before = 0;
  {
    const GDALDatasetUniquePtr source = open_vector(copy.source, false);
    before = vector_layer(*source, copy.source, copy.layer).GetFeatureCount();
    const CPLStringList files(source->GetFileList());
    for (int i = 0; i < files.Count(); ++i) {
      const fs::path part(files[i]);
      const fs::path to = fs::path(path).parent_path() / part.filename();
      std::error_code fault;
      fs::copy_file(part, to, fs::copy_options::overwrite_existing, fault);
      if (fault)
        throw DataError(fmt::format("{} cannot be copied: {}", part.string(), fault.message()),
                        "check the space on that disk");
    }
  }
  const FixedDate fixed;
  const ErrorCollector errors;
  GDALDatasetUniquePtr file = open_vector(path, true);
  OGRLayer& layer = vector_layer(*file, path, copy.layer);
  if (layer.TestCapability(OLCRandomWrite) == 0 || layer.TestCapability(OLCCreateField) == 0)
    throw UserError(fmt::format("{} is of a format whose features cannot be changed", copy.source),
                    "give an output file instead");
  const std::vector<int> indices = add_fields(layer, copy.added, copy.source, errors);
  const bool together = file->TestCapability(ODsCTransactions) != 0;
  if (together && file->StartTransaction() != OGRERR_NONE) failed(copy.source, errors);
  for (std::size_t i = 0; i < count; ++i) {
    const FeatureCopy one = feature(i);
    const OGRFeatureUniquePtr changed(layer.GetFeature(one.id));
    if (!changed) failed(copy.source, errors);
    set_values(*changed, indices, one.values);
    if (layer.SetFeature(changed.get()) != OGRERR_NONE) failed(copy.source, errors);
  }
  if (together && file->CommitTransaction() != OGRERR_NONE) failed(copy.source, errors);
  file->FlushCache(false);
  file.reset();
  if (errors.failed()) failed(copy.source, errors);
  check_written(path, copy.layer, before);
}

}  // namespace cers
