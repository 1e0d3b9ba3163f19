// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/raster_source.hpp"

#include <cpl_string.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "temp_folder.hpp"

namespace cers {
namespace {

constexpr GDALDataType gdal_types[] = {GDT_Byte,  GDT_UInt16,  GDT_Int16,  GDT_UInt32,
                                       GDT_Int32, GDT_Float32, GDT_Float64};

struct Layout {
  const char* name;
  std::vector<const char*> options;
};

const std::vector<Layout>& layouts() {
  static const std::vector<Layout> list{
      {"strip", {"COMPRESS=DEFLATE", "INTERLEAVE=BAND", nullptr}},
      {"one_strip", {"BLOCKYSIZE=130", "INTERLEAVE=BAND", nullptr}},
      {"tiled", {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=32", "COMPRESS=LZW", "INTERLEAVE=BAND", nullptr}},
      {"interleaved", {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=ZSTD", "INTERLEAVE=PIXEL", nullptr}}};
  return list;
}

void make_raster(const std::string& path, GDALDataType type, int bands, const char* const* options,
                 const char* driver = "GTiff") {
  GDALAllRegister();
  const GDALDatasetH dataset = GDALCreate(GDALGetDriverByName(driver), path.c_str(), 150, 130, bands, type, options);
  ASSERT_NE(dataset, nullptr);
  std::vector<double> line(150);
  for (int band = 0; band < bands; ++band)
    for (int y = 0; y < 130; ++y) {
      for (int x = 0; x < 150; ++x) line[static_cast<std::size_t>(x)] = test_value(x, y, band);
      ASSERT_EQ(GDALRasterIO(GDALGetRasterBand(dataset, band + 1), GF_Write, 0, y, 150, 1, line.data(), 150, 1,
                             GDT_Float64, 0, 0),
                CE_None);
    }
  GDALClose(dataset);
}

TEST(RasterSource, ReadsEveryTypeAndLayoutDecodingEachUnitOnce) {
  const TempFolder folder;
  for (const Layout& layout : layouts())
    for (std::size_t i = 0; i < 7; ++i) {
      const std::string path = folder / (layout.name + std::to_string(i) + ".tif");
      make_raster(path, gdal_types[i], 3, layout.options.data());
      HandlePool pool;
      const auto source = open_raster(parse_reader_name(path), pool);
      EXPECT_EQ(source->info().type, all_pixel_types[i]);
      EXPECT_EQ(source->info().grid.size, (Size{150, 130}));
      EXPECT_EQ(source->interleaved(), layout.name == std::string("interleaved"));
      expect_test_values(*source);
      const TileGrid blocks(source->info().grid.size, source->block_size());
      EXPECT_EQ(pool.stats().decodes, static_cast<std::uint64_t>(blocks.count()) * (source->interleaved() ? 1U : 3U));
      EXPECT_EQ(pool.stats().opens, 1U);
    }
}

TEST(RasterSource, ManyThreadsShareFewHandles) {
  const TempFolder folder;
  make_raster(folder / "a.tif", GDT_Int16, 2, layouts()[2].options.data());
  make_raster(folder / "b.tif", GDT_Int16, 2, layouts()[3].options.data());
  HandlePool pool(3);
  const auto a = open_raster(parse_reader_name(folder / "a.tif"), pool);
  const auto b = open_raster(parse_reader_name(folder / "b.tif"), pool);
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 3; ++i)
      workers.emplace_back([&, i] { expect_test_values(i % 2 == 0 ? *a : *b), expect_test_values(*a); });
  }
  EXPECT_LE(pool.stats().peak_open, 3U);
  EXPECT_LE(pool.stats().open, 3U);
}

TEST(HandlePool, ClosesTheLeastRecentlyUsed) {
  const TempFolder folder;
  HandlePool pool(2);
  for (const char* name : {"a.tif", "b.tif", "c.tif"}) make_raster(folder / name, GDT_Byte, 1, nullptr);
  const auto touch = [&](const char* name) { pool.lease({.dataset = folder / name}); };
  touch("a.tif");
  touch("b.tif");
  touch("a.tif");
  touch("c.tif");  // closes b
  EXPECT_EQ(pool.stats().opens, 3U);
  touch("a.tif");
  EXPECT_EQ(pool.stats().opens, 3U);
  touch("b.tif");
  EXPECT_EQ(pool.stats().opens, 4U);
  EXPECT_EQ(pool.stats().open, 2U);
  EXPECT_GE(HandlePool().most_open(), 1U);
  EXPECT_LE(HandlePool().most_open(), 256U);
}

TEST(HandlePool, KeepsFewerWhenTold) {
  const TempFolder folder;
  HandlePool pool(3);
  for (const char* name : {"a.tif", "b.tif", "c.tif"}) make_raster(folder / name, GDT_Byte, 1, nullptr);
  for (const char* name : {"a.tif", "b.tif", "c.tif"}) pool.lease({.dataset = folder / name});
  EXPECT_EQ(pool.stats().open, 3U);
  pool.keep_at_most(2);  // closes a
  EXPECT_EQ(pool.stats().open, 2U);
  pool.lease({.dataset = folder / "b.tif"});
  EXPECT_EQ(pool.stats().opens, 3U);
  pool.lease({.dataset = folder / "a.tif"});
  EXPECT_EQ(pool.stats().opens, 4U);
  EXPECT_EQ(pool.stats().open, 2U);
  pool.keep_at_most(100);  // never more again
  EXPECT_EQ(pool.most_open(), 2U);
}

TEST(HandlePool, LentMemoryGoesBackWithTheLease) {
  const TempFolder folder;
  HandlePool pool;
  for (const char* name : {"a.tif", "b.tif"}) make_raster(folder / name, GDT_Byte, 1, nullptr);
  const void* memory = nullptr;
  {
    const auto lease = pool.lease({.dataset = folder / "a.tif"});
    lease.buffer().resize(1000);
    memory = lease.buffer().data();
  }
  const auto b = pool.lease({.dataset = folder / "b.tif"});
  EXPECT_EQ(b.buffer().data(), memory);
  const auto a = pool.lease({.dataset = folder / "a.tif"});
  EXPECT_TRUE(a.buffer().empty());
}

TEST(RasterSource, AReplacedFileIsNeverMixedWithTheOldOne) {
  const TempFolder folder;
  make_raster(folder / "a.tif", GDT_Byte, 1, nullptr);
  HandlePool pool;
  const auto before = open_raster(parse_reader_name(folder / "a.tif"), pool);
  make_raster(folder / "new.tif", GDT_Float32, 1, nullptr);
  std::filesystem::rename(folder / "new.tif", folder / "a.tif");
  const auto after = open_raster(parse_reader_name(folder / "a.tif"), pool);
  EXPECT_EQ(after->info().type, PixelType::f32);
  EXPECT_NE(after->identity(), before->identity());
  expect_test_values(*after);
  expect_test_values(*before);  // its handle still holds the old file
  HandlePool crowded(1);
  const auto source = open_raster(parse_reader_name(folder / "a.tif"), crowded);
  make_raster(folder / "b.tif", GDT_Byte, 1, nullptr);
  open_raster(parse_reader_name(folder / "b.tif"), crowded);  // closes the handle of a
  make_raster(folder / "new.tif", GDT_Byte, 1, nullptr);
  std::filesystem::rename(folder / "new.tif", folder / "a.tif");
  EXPECT_SAYS(message_of<DataError>([&] { expect_test_values(*source); }), "changed");
}

TEST(RasterSource, HeaderTellsPlaceAndBands) {
  const TempFolder folder;
  GDALAllRegister();
  const GDALDatasetH dataset =
      GDALCreate(GDALGetDriverByName("GTiff"), (folder / "a.tif").c_str(), 20, 10, 2, GDT_Int16, nullptr);
  double transform[] = {300000, 10, 0, 4900020, 0, -10};
  GDALSetGeoTransform(dataset, transform);
  GDALSetProjection(dataset, "EPSG:32631");
  const GDALRasterBandH band = GDALGetRasterBand(dataset, 2);
  GDALSetDescription(band, "B8");
  GDALSetRasterScale(band, 1e-4);
  GDALSetRasterOffset(band, -0.1);
  GDALSetRasterUnitType(band, "1");
  GDALSetRasterNoDataValue(band, -9999);
  const int levels[] = {2};
  ASSERT_EQ(GDALBuildOverviews(dataset, "NEAREST", 1, levels, 0, nullptr, nullptr, nullptr), CE_None);
  GDALClose(dataset);

  HandlePool pool;
  const auto source = open_raster(parse_reader_name(folder / "a.tif"), pool);
  const RasterInfo& info = source->info();
  EXPECT_TRUE(info.grid.georeferenced);
  EXPECT_EQ(info.grid.transform.a[3], 4900020);
  EXPECT_SAYS(info.grid.crs, "32631");
  EXPECT_EQ(info.bands[1].name, "B8");
  EXPECT_EQ(info.bands[1].scale, 1e-4);
  EXPECT_EQ(info.bands[1].offset, -0.1);
  EXPECT_EQ(info.bands[1].unit, "1");
  EXPECT_EQ(info.bands[1].nodata, -9999);

  const auto bare = open_raster(parse_reader_name(folder / "a.tif?&skipcarto=true"), pool);
  EXPECT_FALSE(bare->info().grid.georeferenced);
  EXPECT_TRUE(bare->info().grid.crs.empty());
  EXPECT_EQ(bare->info().grid.transform, GeoTransform{});
  EXPECT_NE(bare->identity(), source->identity());
  EXPECT_EQ(source->identity(), open_raster(parse_reader_name(folder.path() + "/./a.tif"), pool)->identity());

  const auto half = open_raster(parse_reader_name(folder / "a.tif?&resol=1"), pool);
  EXPECT_EQ(half->info().grid.size, (Size{10, 5}));
  EXPECT_EQ(half->info().grid.transform.a[1], 20);
  Block block(Window{0, 0, 10, 5}.clipped({half->block_size()}), 1, half->info().type);
  const int first[] = {0};
  half->decode(0, 0, first, block);
  EXPECT_SAYS(message_of<UserError>([&] { open_raster(parse_reader_name(folder / "a.tif?&resol=9"), pool); }),
              "resol=1");
}

TEST(RasterSource, FaultsOfNamesAreExplained) {
  const TempFolder folder;
  HandlePool pool;
  const auto open = [&](const std::string& name) {
    return [&, name] { open_raster(parse_reader_name(folder / name), pool); };
  };
  make_raster(folder / "T31TFJ_B04.tif", GDT_Byte, 1, nullptr);
  make_raster(folder / "complex.tif", GDT_CFloat32, 1, nullptr);
  const char* const signed_byte[] = {"PIXELTYPE=SIGNEDBYTE", nullptr};
  make_raster(folder / "int8.tif", GDT_Byte, 1, signed_byte);
  put(folder / "empty.tif", "");
  put(folder / "text.tif", "this is no image\n");
  EXPECT_SAYS(message_of<UserError>(open("T31TFJ_B05.tif")), "T31TFJ_B04.tif");
  EXPECT_SAYS(message_of<UserError>(open("none/a.tif")), "folder does not exist");
  EXPECT_SAYS(message_of<UserError>(open(".")), "is a folder");
  EXPECT_SAYS(message_of<UserError>(open("complex.tif")), "complex");
  EXPECT_SAYS(message_of<UserError>(open("int8.tif")), "int8");
  EXPECT_SAYS(message_of<DataError>(open("empty.tif")), "empty");
  EXPECT_SAYS(message_of<DataError>(open("text.tif")), "cannot be opened");
  EXPECT_SAYS(message_of<UserError>(open("T31TFJ_B04.tif?&sdataidx=2")), "sdataidx");
  EXPECT_EQ(pool.stats().open, pool.stats().opens);  // failed ones are not counted
}

TEST(RasterSource, TruncatedFilesAreReportedWithFileAndBlock) {
  const TempFolder folder;
  make_raster(folder / "whole.tif", GDT_Float32, 1, layouts()[2].options.data());
  const std::string bytes = contents(folder / "whole.tif");
  put(folder / "cut.tif", bytes.substr(0, bytes.size() - 2000));
  HandlePool pool;
  const auto source = open_raster(parse_reader_name(folder / "cut.tif"), pool);
  const std::string message = message_of<DataError>([&] { expect_test_values(*source); });
  EXPECT_SAYS(message, "cut.tif");
  EXPECT_SAYS(message, "block 2,");
  EXPECT_SAYS(message, "copy or download it again");
}

TEST(RasterSource, TruncatedJpeg2000IsReported) {
  const TempFolder folder;
  make_raster(folder / "a.tif", GDT_UInt16, 1, nullptr);
  const GDALDriverH driver = GDALGetDriverByName("JP2OpenJPEG");
  if (driver == nullptr) GTEST_SKIP() << "this GDAL has no JP2OpenJPEG driver";
  const GDALDatasetH from = GDALOpen((folder / "a.tif").c_str(), GA_ReadOnly);
  const char* const options[] = {"QUALITY=100", "REVERSIBLE=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", nullptr};
  GDALClose(GDALCreateCopy(driver, (folder / "a.jp2").c_str(), from, 0, options, nullptr, nullptr));
  GDALClose(from);
  HandlePool pool;
  expect_test_values(*open_raster(parse_reader_name(folder / "a.jp2"), pool));
  const std::string bytes = contents(folder / "a.jp2");
  for (const double share : {0.3, 0.6, 0.99}) {
    put(folder / "cut.jp2", bytes.substr(0, static_cast<std::size_t>(static_cast<double>(bytes.size()) * share)));
    HandlePool fresh;
    EXPECT_THROW(expect_test_values(*open_raster(parse_reader_name(folder / "cut.jp2"), fresh)), DataError) << share;
  }
}

TEST(RasterSource, BandsOfDifferentTypesAreWidened) {
  const TempFolder folder;
  make_raster(folder / "a.tif", GDT_Byte, 1, nullptr);
  make_raster(folder / "b.tif", GDT_Int16, 2, nullptr);
  const auto band = [&](int number, const char* type, const char* file, int source) {
    return "<VRTRasterBand dataType=\"" + std::string(type) + "\" band=\"" + std::to_string(number) +
           "\"><SimpleSource><SourceFilename>" + folder.path() + "/" + file + "</SourceFilename><SourceBand>" +
           std::to_string(source) + "</SourceBand></SimpleSource></VRTRasterBand>";
  };
  put(folder / "mix.vrt", "<VRTDataset rasterXSize=\"150\" rasterYSize=\"130\">" + band(1, "Byte", "a.tif", 1) +
                              band(2, "Int16", "b.tif", 2) + "</VRTDataset>");
  HandlePool pool;
  const auto source = open_raster(parse_reader_name(folder / "mix.vrt"), pool);
  EXPECT_EQ(source->info().type, PixelType::i16);
  expect_test_values(*source);
}

}  // namespace
}  // namespace cers
