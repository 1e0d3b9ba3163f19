// SPDX-License-Identifier: Apache-2.0
// Polygons in files: the same as GDAL's own polygonizer makes, whole or not there, and the same bytes again.
#include "cers/vector-io/polygon_sink.hpp"

#include <gdal_alg.h>
#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "cers/core/error.hpp"
#include "cers/geo/crs.hpp"

namespace cers {
namespace {

namespace fs = std::filesystem;

struct Feature {
  std::int64_t code;
  std::string name;
  std::unique_ptr<OGRGeometry> shape;
};

class PolygonFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    GDALAllRegister();
    std::string pattern = (fs::temp_directory_path() / "cers-polygons-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    info_.grid = {{37, 29}, {{300000, 20, 0, 4800000, 0, -20}}, crs_from_epsg(32631), true};
    info_.bands.resize(1);
    info_.type = PixelType::u8;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::int32_t& at(int x, int y) { return map_[static_cast<std::size_t>(y * info_.grid.size.width + x)]; }
  void fill(unsigned seed, unsigned labels) {
    std::mt19937 random(seed);
    map_.resize(static_cast<std::size_t>(info_.grid.size.area()));
    for (auto& one : map_) one = static_cast<std::int32_t>(random() % labels);
  }
  void write(RasterSink& sink) {
    sink.open();
    const TileGrid blocks(info_.grid.size, sink.block_size());
    for (int i = 0; i < blocks.count(); ++i) {
      Block block(blocks[i], 1, PixelType::i32);
      const auto plane = block.plane<std::int32_t>(0);
      for (int y = blocks[i].y; y < blocks[i].bottom(); ++y)
        for (int x = blocks[i].x; x < blocks[i].right(); ++x) plane.at(x, y) = at(x, y);
      sink.write(block);
    }
    sink.close();
    sink.publish();
  }
  std::string make(const std::string& name, const PolygonSinkOptions& options) {
    const std::string path = (folder_ / name).string();
    write(*make_polygon_sink(info_, path, options));
    return path;
  }
  static std::vector<Feature> read(const std::string& path, const char* field = "DN") {
    std::vector<Feature> features;
    const GDALDatasetUniquePtr file(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR));
    if (!file || file->GetLayerCount() != 1) return features;
    for (const auto& one : file->GetLayer(0)) {
      const int name = one->GetFieldIndex("class");
      features.push_back({one->GetFieldAsInteger64(field), name < 0 ? "" : one->GetFieldAsString(name),
                          std::unique_ptr<OGRGeometry>(one->GetGeometryRef()->clone())});
    }
    return features;
  }
  /// What GDAL makes of the same map, pixels of `without` masked.
  std::vector<Feature> by_gdal(bool corners, int without) {
    const Size size = info_.grid.size;
    const GDALDatasetUniquePtr raster(
        GetGDALDriverManager()->GetDriverByName("MEM")->Create("", size.width, size.height, 2, GDT_Int32, nullptr));
    raster->SetGeoTransform(info_.grid.transform.a.data());
    std::vector<std::int32_t> mask;
    for (const std::int32_t one : map_) mask.push_back(one == without ? 0 : 255);
    for (int band = 1; band <= 2; ++band)
      EXPECT_EQ(raster->GetRasterBand(band)->RasterIO(GF_Write, 0, 0, size.width, size.height,
                                                      band == 1 ? map_.data() : mask.data(), size.width, size.height,
                                                      GDT_Int32, 0, 0, nullptr),
                CE_None);
    const GDALDatasetUniquePtr vector(
        GetGDALDriverManager()->GetDriverByName("Memory")->Create("", 0, 0, 0, GDT_Unknown, nullptr));
    OGRLayer* const layer = vector->CreateLayer("p", nullptr, wkbPolygon, nullptr);
    OGRFieldDefn field("DN", OFTInteger64);
    layer->CreateField(&field);
    CPLStringList options;
    if (corners) options.SetNameValue("8CONNECTED", "8");
    EXPECT_EQ(
        GDALPolygonize(raster->GetRasterBand(1), raster->GetRasterBand(2), layer, 0, options.List(), nullptr, nullptr),
        CE_None);
    std::vector<Feature> features;
    for (const auto& one : layer)
      features.push_back({one->GetFieldAsInteger64(0), "",
                          std::unique_ptr<OGRGeometry>(
                              OGRGeometry::FromHandle(OGR_G_MakeValid(OGRGeometry::ToHandle(one->GetGeometryRef()))))});
    return features;
  }
  static double area(const OGRGeometry& shape) {
    return OGR_G_Area(OGRGeometry::ToHandle(const_cast<OGRGeometry*>(&shape)));
  }
  static void expect_equal(std::vector<Feature> ours, std::vector<Feature> theirs) {
    ASSERT_EQ(ours.size(), theirs.size());
    for (const Feature& one : ours) {
      EXPECT_TRUE(one.shape->IsValid());
      const auto same = std::find_if(theirs.begin(), theirs.end(), [&](const Feature& other) {
        if (other.code != one.code || area(*other.shape) != area(*one.shape)) return false;
        const std::unique_ptr<OGRGeometry> difference(one.shape->SymDifference(other.shape.get()));
        return difference && difference->IsEmpty();
      });
      ASSERT_NE(same, theirs.end()) << one.code << " " << one.shape->exportToWkt();
      theirs.erase(same);
    }
  }

  RasterInfo info_;
  std::vector<std::int32_t> map_;
  fs::path folder_;
};

TEST_F(PolygonFiles, AreThoseOfGdal) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    fill(seed, 2 + seed % 4);
    for (const Connectivity connectivity : {Connectivity::sides, Connectivity::corners}) {
      PolygonSinkOptions options;
      options.connectivity = connectivity;
      options.without = {0};
      expect_equal(read(make("map.gpkg", options)), by_gdal(connectivity == Connectivity::corners, 0));
      if (HasFailure()) FAIL() << "seed " << seed;
    }
  }
}

TEST_F(PolygonFiles, OfEveryFormatHoldTheSame) {
  fill(99, 3);
  info_.bands[0].classes = {{1, "forêt", std::nullopt}, {2, "lake", std::nullopt}};
  PolygonSinkOptions options;
  options.field = "SEB";
  std::vector<std::vector<Feature>> all;
  for (const char* name : {"map.gpkg", "map.shp", "map.geojson"}) {
    all.push_back(read(make(name, options), "SEB"));
    ASSERT_FALSE(all.back().empty()) << name;
    for (const Feature& one : all.back()) {
      EXPECT_EQ(one.name, one.code == 0 ? "" : one.code == 1 ? "forêt" : "lake");
    }
    const GDALDatasetUniquePtr file(GDALDataset::Open((folder_ / name).c_str(), GDAL_OF_VECTOR));
    OGRSpatialReference utm;
    utm.importFromEPSG(32631);
    utm.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    ASSERT_NE(file->GetLayer(0)->GetSpatialRef(), nullptr) << name;
    const char* const loose[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", "CRITERION=EQUIVALENT", nullptr};
    EXPECT_TRUE(file->GetLayer(0)->GetSpatialRef()->IsSame(&utm, loose)) << name;
  }
  std::vector<Feature> copy;
  for (const Feature& one : all[0])
    copy.push_back({one.code, one.name, std::unique_ptr<OGRGeometry>(one.shape->clone())});
  expect_equal(std::move(all[1]), std::move(copy));
  expect_equal(std::move(all[2]), std::move(all[0]));
}

TEST_F(PolygonFiles, GiveTheSameBytesAgain) {
  fill(5, 3);
  const auto bytes = [&](const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  for (const char* name : {"map.gpkg", "map.shp", "map.sqlite", "map.geojson"}) {
    const std::string first = bytes(make(name, {}));
    ASSERT_FALSE(first.empty());
    EXPECT_EQ(bytes(make(name, {})), first) << name;
  }
  const std::string table = bytes((folder_ / "map.dbf").string());
  make("map.shp", {});
  EXPECT_EQ(bytes((folder_ / "map.dbf").string()), table);
}

TEST_F(PolygonFiles, AppearWholeOrNotAtAll) {
  fill(6, 3);
  make("map.shp", {});
  std::ofstream(folder_ / "map.qix") << "index of the old map";
  {
    const auto sink = make_polygon_sink(info_, (folder_ / "map.shp").string(), {});
    sink->open();
    sink->discard();
  }
  EXPECT_FALSE(read((folder_ / "map.shp").string()).empty());
  EXPECT_TRUE(fs::exists(folder_ / "map.qix"));
  make("map.shp", {});
  EXPECT_FALSE(fs::exists(folder_ / "map.qix"));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"map.cpg", "map.dbf", "map.prj", "map.shp", "map.shx"}));
}

TEST_F(PolygonFiles, RefuseWhatIsNoMap) {
  const auto message = [&](const std::string& name, const PolygonSinkOptions& options = {}) {
    try {
      make_polygon_sink(info_, (folder_ / name).string(), options);
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_NE(message("map.kml").find(".gpkg"), std::string::npos);
  PolygonSinkOptions long_name;
  long_name.field = "classification";
  EXPECT_NE(message("map.shp", long_name).find("10 letters"), std::string::npos);
  EXPECT_EQ(message("map.gpkg", long_name), "no error");
  // Names that the driver keeps for its own columns are known before anything is computed.
  for (const auto& [file, field] : std::vector<std::pair<std::string, std::string>>{
           {"map.gpkg", "fid"}, {"map.gpkg", "Geom"}, {"map.sqlite", "OGC_FID"}, {"map.sqlite", "geometry"}}) {
    PolygonSinkOptions own;
    own.field = field;
    EXPECT_NE(message(file, own).find("keeps that name"), std::string::npos) << file << " " << field;
    EXPECT_EQ(message("map.shp", own), "no error") << field;
  }
  info_.bands[0].classes = {{1, "lake", std::nullopt}};
  PolygonSinkOptions twice;
  twice.field = "Class";
  EXPECT_NE(message("map.gpkg", twice).find("two fields"), std::string::npos);
  info_.bands[0].classes.clear();
  info_.type = PixelType::f32;
  EXPECT_NE(message("map.gpkg").find("real numbers"), std::string::npos);
  info_.type = PixelType::u8;
  info_.bands.resize(2);
  EXPECT_NE(message("map.gpkg").find("has 2"), std::string::npos);
}

}  // namespace
}  // namespace cers
