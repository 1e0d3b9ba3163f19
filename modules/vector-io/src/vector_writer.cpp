// SPDX-License-Identifier: Apache-2.0
#include "vector_writer.hpp"

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>
#include <ogrsf_frmts.h>

#include <filesystem>

#include "cers/core/error.hpp"
#include "cers/raster-io/disk_space.hpp"
#include "vector_format.hpp"

namespace cers {
namespace {

namespace fs = std::filesystem;

// Features between two commits: few enough for SQLite's cache, many enough to be fast.
constexpr std::int64_t features_a_transaction = 50'000;

std::unique_ptr<OGRLinearRing> ring_of(RegionOutline::Ring corners, const GeoTransform& transform) {
  auto ring = std::make_unique<OGRLinearRing>();
  const int count = static_cast<int>(corners.size());
  ring->setNumPoints(count + 1, FALSE);
  for (int i = 0; i <= count; ++i) {
    const Corner& corner = corners[static_cast<std::size_t>(i < count ? i : 0)];
    const auto column = static_cast<double>(corner.column);
    const auto row = static_cast<double>(corner.row);
    ring->setPoint(i, transform.x(column, row), transform.y(column, row));
  }
  return ring;
}

std::unique_ptr<OGRPolygon> polygon_of(const RegionOutline::Part& part, const GeoTransform& transform) {
  auto polygon = std::make_unique<OGRPolygon>();
  for (const RegionOutline::Ring ring : part) polygon->addRingDirectly(ring_of(ring, transform).release());
  return polygon;
}

}  // namespace

struct VectorWriter::Dataset {
  GDALDatasetUniquePtr file;
  OGRLayer* layer = nullptr;
  bool transactions = false;
};

void check_vector_path(const std::string& path, const VectorSpec& spec) {
  std::vector<std::string> names{spec.code_field};
  if (!spec.name_field.empty()) names.push_back(spec.name_field);
  names.insert(names.end(), spec.number_fields.begin(), spec.number_fields.end());
  check_field_names(path, names);
}

VectorWriter::VectorWriter(const std::string& path, std::shared_ptr<RunFolder> folder, VectorSpec spec)
    : spec_(std::move(spec)), file_(path, std::move(folder)) {}

VectorWriter::~VectorWriter() = default;

void VectorWriter::open() {
  const FixedDate date;
  const ErrorCollector errors;
  const std::string& path = file_.scratch_path();
  const auto check = [&](bool ok, const char* what) {
    if (!ok || errors.failed()) fail(what, errors.text());
  };
  OGRSpatialReference crs;
  crs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  const bool known = !spec_.crs.empty();
  if (known) check(crs.importFromWkt(spec_.crs.c_str()) == OGRERR_NONE, "has a reference system that GDAL rejects");
  CreatedLayer made = create_layer(path, fs::path(file_.final_path()).stem().string(), known ? &crs : nullptr,
                                   spec_.multiple ? wkbMultiPolygon : wkbPolygon, {});
  dataset_ = std::make_unique<Dataset>();
  dataset_->file = std::move(made.file);
  dataset_->layer = made.layer;
  check(dataset_->file != nullptr, "cannot be made");
  check(dataset_->layer != nullptr, "cannot hold a layer of polygons");
  OGRFieldDefn code(spec_.code_field.c_str(), OFTInteger64);
  check(dataset_->layer->CreateField(&code) == OGRERR_NONE, "cannot hold a field");
  if (!spec_.name_field.empty()) {
    OGRFieldDefn text(spec_.name_field.c_str(), OFTString);
    check(dataset_->layer->CreateField(&text) == OGRERR_NONE, "cannot hold a field");
  }
  for (const std::string& name : spec_.number_fields) {
    OGRFieldDefn number(name.c_str(), OFTReal);
    check(dataset_->layer->CreateField(&number) == OGRERR_NONE, "cannot hold a field");
  }
  dataset_->transactions = dataset_->file->TestCapability(ODsCTransactions) != 0;
  if (dataset_->transactions) check(dataset_->file->StartTransaction() == OGRERR_NONE, "cannot be written to");
}

void VectorWriter::add(RegionOutline&& outline, const GeoTransform& transform, const std::string& name,
                       std::span<const std::optional<double>> numbers) {
  CERS_EXPECT(dataset_ && numbers.size() == spec_.number_fields.size());
  const FixedDate date;
  const ErrorCollector errors;
  OGRFeature feature(dataset_->layer->GetLayerDefn());
  feature.SetField(0, static_cast<GIntBig>(outline.label));
  if (!spec_.name_field.empty() && !name.empty()) feature.SetField(1, name.c_str());
  int field = spec_.name_field.empty() ? 1 : 2;
  for (const std::optional<double>& number : numbers) {
    if (number) feature.SetField(field, *number);
    ++field;
  }
  if (spec_.multiple) {
    auto all = std::make_unique<OGRMultiPolygon>();
    for (const RegionOutline::Part& part : outline.parts)
      all->addGeometryDirectly(polygon_of(part, transform).release());
    feature.SetGeometryDirectly(all.release());
  } else {
    CERS_EXPECT(outline.parts.size() == 1);
    feature.SetGeometryDirectly(polygon_of(outline.parts[0], transform).release());
  }
  outline.parts = {};
  bool ok = dataset_->layer->CreateFeature(&feature) == OGRERR_NONE;
  ++count_;
  if (ok && dataset_->transactions && count_ % features_a_transaction == 0)
    ok = dataset_->file->CommitTransaction() == OGRERR_NONE && dataset_->file->StartTransaction() == OGRERR_NONE;
  if (!ok || errors.failed()) fail(fmt::format("cannot be written at polygon {}", count_), errors.text());
}

void VectorWriter::close() {
  CERS_EXPECT(dataset_);
  const FixedDate date;
  const ErrorCollector errors;
  bool ok = !dataset_->transactions || dataset_->file->CommitTransaction() == OGRERR_NONE;
  dataset_.reset();  // GDAL 3.6 returns nothing: what it reports is all there is
  if (!ok || errors.failed()) fail("cannot be finished", errors.text());
  const std::string& path = file_.scratch_path();
  const GDALDatasetUniquePtr again(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY));
  OGRLayer* const layer = again && again->GetLayerCount() == 1 ? again->GetLayer(0) : nullptr;
  ok = layer != nullptr && layer->GetFeatureCount() == count_;
  if (ok && count_ > 0) {
    const OGRFeatureUniquePtr first(layer->GetNextFeature());
    ok = first && first->GetGeometryRef() != nullptr;
  }
  if (!ok) fail("did not reach the disk whole", errors.text("it holds another number of polygons"));
}

void VectorWriter::publish() {
  file_.publish();
}

void VectorWriter::discard() noexcept {
  {
    const ErrorCollector silent;  // what is thrown away need not be whole
    dataset_.reset();
  }
  file_.discard();
}

void VectorWriter::fail(const std::string& what, const std::string& reason) const {
  throw DataError(fmt::format("'{}' {}: {}", file_.final_path(), what, reason), disk_space_remedy(file_.final_path()));
}

}  // namespace cers
