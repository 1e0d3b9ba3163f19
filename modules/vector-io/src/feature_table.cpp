// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/feature_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/raster-io/gdal_errors.hpp"
#include "open_vector.hpp"

namespace cers {
namespace {

bool is_whole(OGRFieldType type) {
  return type == OFTInteger || type == OFTInteger64;
}
bool is_number(OGRFieldType type) {
  return is_whole(type) || type == OFTReal;
}
bool is_class(OGRFieldType type) {
  return is_whole(type) || type == OFTString;
}

/// Indices of the wanted fields in a layer.
struct Indices {
  std::vector<int> features;
  int label = -1;
  int group = -1;
};

class Fields {
 public:
  Fields(OGRLayer& layer, const std::string& path) : definition_(*layer.GetLayerDefn()), path_(path) {}

  Indices find(const FeatureColumns& columns) const {
    Indices found;
    for (const std::string& name : columns.features) add_features(name, found.features);
    if (!columns.label.empty()) found.label = index(columns.label, is_class, "whole numbers or text");
    if (columns.group.empty()) return found;
    const bool there = definition_.GetFieldIndex(columns.group.c_str()) >= 0;
    if (there || !columns.group_if_there) found.group = index(columns.group, is_whole, "whole numbers");
    return found;
  }

  std::string name(int field) const { return definition_.GetFieldDefn(field)->GetNameRef(); }

 private:
  using Suits = bool (*)(OGRFieldType);

  OGRFieldType type(int field) const { return definition_.GetFieldDefn(field)->GetType(); }

  std::vector<std::string> names_of(Suits suits) const {
    std::vector<std::string> names;
    for (int i = 0; i < definition_.GetFieldCount(); ++i) {
      if (suits(type(i))) names.push_back(name(i));
    }
    return names;
  }

  std::string offered(Suits suits, const char* what) const {
    const std::vector<std::string> names = names_of(suits);
    return names.empty() ? fmt::format("it has no field of {}", what)
                         : fmt::format("its fields of {} are {}", what, join(names, ", "));
  }

  int index(const std::string& wanted, Suits suits, const char* what) const {
    const int found = definition_.GetFieldIndex(wanted.c_str());
    if (found < 0) {
      const std::string near = suggestion(wanted, names_of(suits), 0);
      const std::string all = offered(suits, what);
      throw UserError(fmt::format("{} has no field '{}'", path_, wanted),
                      near.empty() ? all : fmt::format("{}; {}", near, all));
    }
    if (!suits(type(found)))
      throw UserError(fmt::format("field '{}' of {} holds {}, not {}", name(found), path_,
                                  OGRFieldDefn::GetFieldTypeName(type(found)), what),
                      offered(suits, what));
    return found;
  }

  void add_features(const std::string& wanted, std::vector<int>& to) const {
    if (!wanted.ends_with('*')) return to.push_back(index(wanted, is_number, "numbers"));
    const std::string begin = lower(wanted.substr(0, wanted.size() - 1));
    const std::size_t before = to.size();
    for (int i = 0; i < definition_.GetFieldCount(); ++i) {
      if (is_number(type(i)) && lower(name(i)).starts_with(begin)) to.push_back(i);
    }
    if (to.size() == before)
      throw UserError(fmt::format("no field of {} begins with '{}'", path_, begin), offered(is_number, "numbers"));
  }

  OGRFeatureDefn& definition_;
  const std::string& path_;
};

std::vector<std::string> names_of(const Fields& fields, const std::vector<int>& indices) {
  std::vector<std::string> names;
  for (const int i : indices) names.push_back(fields.name(i));
  return names;
}

void add_row(const OGRFeature& feature, const Indices& indices, FeatureTable& table) {
  const auto is_set = [&](int field) { return feature.IsFieldSetAndNotNull(field) != 0; };
  if (indices.label >= 0 && !is_set(indices.label)) {
    ++table.without_label;
    return;
  }
  const std::size_t before = table.values.size();
  bool whole = indices.group < 0 || is_set(indices.group);
  for (std::size_t i = 0; whole && i < indices.features.size(); ++i) {
    const int field = indices.features[i];
    const auto value = static_cast<float>(is_set(field) ? feature.GetFieldAsDouble(field) : HUGE_VAL);
    whole = std::isfinite(value);
    table.values.push_back(value);
  }
  if (!whole) {
    table.values.resize(before);
    ++table.without_values;
    return;
  }
  table.ids.push_back(feature.GetFID());
  if (indices.label >= 0) table.labels.emplace_back(feature.GetFieldAsString(indices.label));
  if (indices.group >= 0) table.groups.push_back(feature.GetFieldAsInteger64(indices.group));
}

}  // namespace

std::vector<std::string> check_feature_columns(const std::string& path, int layer, const FeatureColumns& columns) {
  const GDALDatasetUniquePtr file = open_vector(path, false);
  const Fields fields(vector_layer(*file, path, layer), path);
  return names_of(fields, fields.find(columns).features);
}

FeatureTable read_feature_table(const std::string& path, int layer, const FeatureColumns& columns) {
  const GDALDatasetUniquePtr file = open_vector(path, false);
  OGRLayer& source = vector_layer(*file, path, layer);
  const Fields fields(source, path);
  const Indices indices = fields.find(columns);
  FeatureTable table;
  table.features = names_of(fields, indices.features);
  const ErrorCollector errors;
  for (const auto& feature : source) add_row(*feature, indices, table);
  if (errors.failed())
    throw DataError(fmt::format("{} cannot be read to its end: {}", path, errors.text()), "copy the file again");
  return table;
}

}  // namespace cers
