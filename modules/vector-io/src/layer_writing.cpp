// SPDX-License-Identifier: Apache-2.0
#include "layer_writing.hpp"

#include <fmt/format.h>

#include "cers/core/error.hpp"
#include "open_vector.hpp"

namespace cers::layer_writing {
namespace {

void set_value(OGRFeature& feature, int index, const FieldValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    feature.SetField(index, static_cast<GIntBig>(*whole));
  } else if (const auto* real = std::get_if<double>(&value)) {
    if (std::isfinite(*real))
      feature.SetField(index, *real);
    else
      feature.SetFieldNull(index);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    feature.SetField(index, text->c_str());
  } else {
    feature.SetFieldNull(index);
  }
}

}  // namespace

OGRFieldType type_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::integer:
      return OFTInteger;
    case FieldKind::integer64:
      return OFTInteger64;
    case FieldKind::real:
      return OFTReal;
    case FieldKind::text:
      return OFTString;
  }
  return OFTString;
}

void failed(const std::string& path, const ErrorCollector& errors) {
  throw DataError(fmt::format("'{}' could not be written: {}", path, errors.text()),
                  "check the space on that disk, or write another format: GeoPackage holds most");
}

void set_values(OGRFeature& feature, const std::vector<int>& indices, const std::vector<FieldValue>& values) {
  CERS_EXPECT(values.size() == indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) set_value(feature, indices[i], values[i]);
}

void check_written(const std::string& path, int layer, GIntBig count) {
  const GDALDatasetUniquePtr file = open_vector(path, false);
  const GIntBig found = vector_layer(*file, path, layer).GetFeatureCount();
  if (found != count)
    throw DataError(fmt::format("'{}' holds {} features instead of {}", path, found, count),
                    "check the space on that disk");
}

}  // namespace cers::layer_writing
