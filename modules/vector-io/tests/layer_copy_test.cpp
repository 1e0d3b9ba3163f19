// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/layer_copy.hpp"

#include "cers/core/error.hpp"
#include "cers/geo/crs.hpp"
#include "vector_testing.hpp"

namespace cers {
namespace {

using testing::VectorTest;

class LayerCopies : public VectorTest {
 protected:
  void SetUp() override {
    VectorTest::SetUp();
    source_ = write(feature(R"("code":4,"name":"maïs")", square(300100, 4799900, 50)) + "," +
                    feature(R"("code":7,"name":"soja")", square(300200, 4799900, 50)));
  }
  /// Two points of the second feature, one of the first.
  void write_points(const std::string& path) {
    const std::vector<FeatureCopy> copies{{1, PixelPoint{300205.25, 4799895}, {std::int64_t{1}, 0.5}},
                                          {1, PixelPoint{300215, 4799895}, {std::int64_t{1}, {}}},
                                          {0, PixelPoint{300105, 4799895}, {std::int64_t{0}, 1e-9}}};
    write_layer(path, points_, copies.size(), [&](std::size_t i) { return copies[i]; });
  }
  std::string source_;
  LayerCopy points_{{},
                    0,
                    true,
                    crs_from_epsg(32631),
                    {{"originfid", FieldKind::integer, 12, 0}, {"value_0", FieldKind::real, 24, 15}}};
};

TEST_F(LayerCopies, WritePointsWithTheFieldsOfTheirPolygons) {
  points_.source = source_;
  for (const char* name : {"out.gpkg", "out.shp", "out.sqlite", "out.geojson"}) {
    write_points(file(name));
    const GDALDatasetUniquePtr read(GDALDataset::Open(file(name).c_str(), GDAL_OF_VECTOR));
    ASSERT_TRUE(read) << name;
    OGRLayer& layer = *read->GetLayer(0);
    EXPECT_STREQ(layer.GetName(), "out");
    ASSERT_NE(layer.GetSpatialRef(), nullptr) << name;
    EXPECT_STREQ(layer.GetSpatialRef()->GetAuthorityCode(nullptr), "32631") << name;
    std::vector<std::string> lines;
    for (const auto& one : layer) {
      const OGRPoint& point = *one->GetGeometryRef()->toPoint();
      std::string line = std::to_string(one->GetFieldAsInteger("code")) + " " + one->GetFieldAsString("name") + " " +
                         std::to_string(one->GetFieldAsInteger("originfid"));
      line += one->IsFieldSetAndNotNull(one->GetFieldIndex("value_0"))
                  ? " " + std::to_string(one->GetFieldAsDouble("value_0"))
                  : " null";
      lines.push_back(line + " " + std::to_string(point.getX()));
    }
    EXPECT_EQ(lines, (std::vector<std::string>{"7 soja 1 0.500000 300205.250000", "7 soja 1 null 300215.000000",
                                               "4 maïs 0 0.000000 300105.000000"}))
        << name;
  }
}

TEST_F(LayerCopies, HaveTheSameBytesEachTime) {
  points_.source = source_;
  for (const char* name : {"out.gpkg", "out.shp", "out.sqlite", "out.geojson"}) {
    write_points(file(name));
    const std::string first = bytes(name);
    const std::string table = bytes("out.dbf");
    std::filesystem::remove(file(name));
    write_points(file(name));
    EXPECT_TRUE(bytes(name) == first) << name;
    EXPECT_TRUE(bytes("out.dbf") == table) << name;
  }
}

TEST_F(LayerCopies, KeepPolygonsWithAFurtherField) {
  const LayerCopy copy{source_, 0, false, {}, {{"role", FieldKind::text, 8, 0}}};
  write_layer(file("roles.gpkg"), copy, 2, [](std::size_t i) {
    return FeatureCopy{static_cast<std::int64_t>(i), {}, {std::string(i == 0 ? "train" : "valid")}};
  });
  const GDALDatasetUniquePtr read(GDALDataset::Open(file("roles.gpkg").c_str(), GDAL_OF_VECTOR));
  OGRLayer& layer = *read->GetLayer(0);
  const OGRFeatureUniquePtr one(layer.GetNextFeature());
  EXPECT_STREQ(one->GetFieldAsString("role"), "train");
  EXPECT_NEAR(one->GetGeometryRef()->toPolygon()->get_Area(), 2500, 1e-6);
}

TEST_F(LayerCopies, UpdateKeepsOtherLayersAndTheSource) {
  points_.source = source_;
  write_points(file("pts.gpkg"));
  ASSERT_EQ(std::system(("ogr2ogr -update -nln other " + file("pts.gpkg") + " " + source_).c_str()), 0);
  std::filesystem::create_directory(file("stage"));
  const LayerCopy copy{file("pts.gpkg"), 0, false, {}, {{"value_1", FieldKind::real, 24, 15}}};
  const std::string before = bytes("pts.gpkg");
  write_updated(file("stage/pts.gpkg"), copy, 2, [](std::size_t i) {
    return FeatureCopy{static_cast<std::int64_t>(i) + 1, {}, {2.5 + static_cast<double>(i)}};
  });
  EXPECT_TRUE(bytes("pts.gpkg") == before);
  const GDALDatasetUniquePtr read(GDALDataset::Open(file("stage/pts.gpkg").c_str(), GDAL_OF_VECTOR));
  EXPECT_EQ(read->GetLayerCount(), 2);
  const OGRFeatureUniquePtr second(read->GetLayer(0)->GetFeature(2));
  EXPECT_EQ(second->GetFieldAsDouble("value_1"), 3.5);
  EXPECT_EQ(second->GetFieldAsInteger("code"), 7);
  const OGRFeatureUniquePtr third(read->GetLayer(0)->GetFeature(3));
  EXPECT_FALSE(third->IsFieldSetAndNotNull(third->GetFieldIndex("value_1")));
}

TEST_F(LayerCopies, OfFieldsNamedAsTheDriversOwnColumnsKeepThem) {
  // Several samples of one polygon share its number: it must not become the number of the feature.
  points_.source = write(feature(R"("code":1,"fid":17,"geom":"a","geometry":"c")", square(300100, 4799900, 50)) + "," +
                         feature(R"("code":2,"fid":17,"geom":"b","geometry":"d")", square(300200, 4799900, 50)));
  for (const char* name : {"out.gpkg", "out.sqlite"}) {
    write_points(file(name));
    const GDALDatasetUniquePtr read(GDALDataset::Open(file(name).c_str(), GDAL_OF_VECTOR));
    ASSERT_TRUE(read) << name;
    OGRLayer& layer = *read->GetLayer(0);
    EXPECT_EQ(layer.GetFeatureCount(), 3) << name;
    const OGRFeatureUniquePtr one(layer.GetNextFeature());
    EXPECT_EQ(one->GetFieldAsInteger("fid"), 17) << name;
    EXPECT_STREQ(one->GetFieldAsString("geom"), "b") << name;
    EXPECT_STREQ(one->GetFieldAsString("geometry"), "d") << name;
    ASSERT_NE(one->GetGeometryRef(), nullptr) << name;
  }
}

TEST_F(LayerCopies, UpdatedShapefilesDoNotTellTheDay) {
  points_.source = source_;
  write_points(file("pts.shp"));
  std::filesystem::create_directory(file("stage"));
  const LayerCopy copy{file("pts.shp"), 0, false, {}, {{"value_1", FieldKind::real, 24, 15}}};
  write_updated(file("stage/pts.shp"), copy, 1, [](std::size_t) { return FeatureCopy{0, {}, {2.5}}; });
  // Bytes 1 to 3 of a dBASE table: the years since 1900, the month and the day of the last change.
  for (const char* table : {"pts.dbf", "stage/pts.dbf"}) {
    const std::string head = bytes(table);
    ASSERT_GT(head.size(), 32U) << table;
    EXPECT_EQ(head.substr(1, 3), std::string("\x46\x01\x01")) << table;
  }
}

TEST_F(LayerCopies, SayWhatCannotBe) {
  const auto fault = [](auto f) {
    try {
      f();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no fault");
  };
  EXPECT_NE(fault([] { check_vector_output("a.kmz", {}); }).find("names no vector format"), std::string::npos);
  EXPECT_NE(fault([] {
              check_vector_output("a.shp", {{"reflectance_12", FieldKind::real}});
            }).find("10 letters"),
            std::string::npos);
  EXPECT_NO_THROW(check_vector_output("a.gpkg", {{"reflectance_12", FieldKind::real}}));
  EXPECT_NE(fault([] {
              check_vector_output("a.gpkg", {{"FID", FieldKind::integer}});
            }).find("keeps that name"),
            std::string::npos);
  EXPECT_NE(fault([] {
              check_vector_output("a.sqlite", {{"geometry", FieldKind::text}});
            }).find("keeps that name"),
            std::string::npos);
  EXPECT_NE(fault([] {
              check_vector_output("a.gpkg", {{"red", FieldKind::real}, {"RED", FieldKind::real}});
            }).find("two fields"),
            std::string::npos);
  const LayerCopy clash{source_, 0, false, {}, {{"name", FieldKind::real}}};
  EXPECT_NE(fault([&] {
              write_layer(file("x.gpkg"), clash, 0, [](std::size_t) { return FeatureCopy{}; });
            }).find("has a field 'name' of type String already"),
            std::string::npos);
  const std::string numbered = write(feature(R"("ogc_fid":5)", square(300100, 4799900, 50)));
  EXPECT_NE(fault([&] {
              write_layer(file("z.sqlite"), {numbered, 0, false, {}, {}}, 0, [](std::size_t) { return FeatureCopy{}; });
            }).find("'ogc_fid' of the source"),
            std::string::npos);
  const LayerCopy gone{source_, 0, false, {}, {}};
  EXPECT_NE(fault([&] {
              write_layer(file("y.gpkg"), gone, 1, [](std::size_t) { return FeatureCopy{99, {}, {}}; });
            }).find("has no feature 99"),
            std::string::npos);
}

}  // namespace
}  // namespace cers
