// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/raster_sink.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmath>
#include <csignal>
#include <limits>

#include "cers/raster-io/raster_source.hpp"
#include "temp_folder.hpp"

namespace cers {
namespace {

RasterInfo info_of(Size size, int bands) {
  RasterInfo info;
  info.grid = {size, {{300000, 10, 0, 4900020, 0, -10}}, "", true};
  info.bands.resize(static_cast<std::size_t>(bands));
  for (BandInfo& band : info.bands) band.name = "band " + std::to_string(&band - info.bands.data());
  return info;
}

void write_blocks(RasterSink& sink, const RasterInfo& info) {
  sink.open();
  const TileGrid blocks(info.grid.size, sink.block_size());
  for (int i = 0; i < blocks.count(); ++i) {
    Block block(blocks[i], static_cast<int>(info.bands.size()), sink.type());
    visit(sink.type(), [&](auto zero) { fill_test_block<decltype(zero)>(block); });
    sink.write(block);
  }
  sink.close();
}

void write_raster(const RasterInfo& info, const std::string& name, const SinkOptions& options) {
  const auto sink = make_raster_sink(info, parse_writer_name(name), options);
  write_blocks(*sink, info);
  sink->publish();
}

std::string structure(const std::string& path, const char* key) {
  const GDALDatasetH dataset = GDALOpen(path.c_str(), GA_ReadOnly);
  const char* const text = GDALGetMetadataItem(dataset, key, "IMAGE_STRUCTURE");
  const std::string value = text == nullptr ? "" : text;
  GDALClose(dataset);
  return value;
}

TEST(RasterSink, ReadsBackEqualForEveryTypeAndLayout) {
  const TempFolder folder;
  HandlePool pool;
  for (const PixelType type : all_pixel_types)
    for (const int bands : {1, 4, 6})
      for (const char* layout : {"", "?&gdal:co:TILED=NO", "?&gdal:co:BLOCKYSIZE=100", "?&gdal:co:INTERLEAVE=PIXEL",
                                 "?&gdal:co:INTERLEAVE=BAND&gdal:co:COMPRESS=NONE",
                                 "?&gdal:co:blockxsize=64&gdal:co:BLOCKYSIZE=128&gdal:co:compress=deflate"}) {
        const RasterInfo info = info_of({330, 270}, bands);
        write_raster(info, folder / ("o.tif" + std::string(layout)), {.type = type, .threads = 2});
        const auto source = open_raster(parse_reader_name(folder / "o.tif"), pool);
        EXPECT_EQ(source->info().type, type);
        EXPECT_EQ(source->info().grid.transform, info.grid.transform);
        expect_test_values(*source);
      }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"o.tif"});
}

TEST(RasterSink, DefaultsSuitTheData) {
  const TempFolder folder;
  const auto block = [&](Size size, const std::string& options, int bands = 1) {
    return make_raster_sink(info_of(size, bands), parse_writer_name(folder / ("o.tif" + options)), {})->block_size();
  };
  EXPECT_EQ(block({10980, 10980}, ""), (Size{512, 512}));
  EXPECT_EQ(block({100, 5}, ""), (Size{112, 16}));
  EXPECT_EQ(block({1000, 1000}, "?&gdal:co:BLOCKXSIZE=256&gdal:co:BLOCKYSIZE=128"), (Size{256, 128}));
  EXPECT_EQ(block({1000, 1000}, "?&gdal:co:TILED=NO&gdal:co:BLOCKYSIZE=40"), (Size{1000, 40}));
  EXPECT_EQ(block({1000, 1000}, "?&gdal:co:BLOCKYSIZE=1000"), (Size{1000, 1000}));
  EXPECT_EQ(block({1000, 1000}, "?&gdal:co:TILED=NO").width, 1000);
  EXPECT_TRUE(folder.names().empty());

  write_raster(info_of({40, 40}, 4), folder / "few.tif", {.type = PixelType::u8});
  write_raster(info_of({40, 40}, 5), folder / "many.tif?&gdal:co:COMPRESS=LZW", {.type = PixelType::i16});
  EXPECT_EQ(structure(folder / "few.tif", "COMPRESSION"), "ZSTD");
  EXPECT_EQ(structure(folder / "few.tif", "INTERLEAVE"), "PIXEL");
  EXPECT_EQ(structure(folder / "many.tif", "INTERLEAVE"), "BAND");
  EXPECT_EQ(structure(folder / "many.tif", "COMPRESSION"), "LZW");
  EXPECT_EQ(structure(folder / "many.tif", "PREDICTOR"), "2");
}

TEST(RasterSink, BytesDoNotDependOnThreads) {
  const TempFolder folder;
  for (const char* format : {"", "?&gdal:co:INTERLEAVE=BAND", "?&format=cog"}) {
    std::vector<std::string> bytes;
    for (const int threads : {1, 4}) {
      write_raster(info_of({1500, 1100}, 4), folder / ("o.tif" + std::string(format)),
                   {.type = PixelType::u16, .threads = threads, .software = "cers test"});
      bytes.push_back(contents(folder / "o.tif"));
    }
    EXPECT_TRUE(bytes[0] == bytes[1]) << format;
    EXPECT_SAYS(bytes[0].substr(0, 4096) + bytes[0].substr(bytes[0].size() - 4096), "cers test");
    HandlePool pool;
    expect_test_values(*open_raster(parse_reader_name(folder / "o.tif"), pool));
  }
}

TEST(RasterSink, DescribesBandsAndNodata) {
  const TempFolder folder;
  RasterInfo info = info_of({30, 20}, 1);
  info.grid.crs = "";
  BandInfo& band = info.bands.front();
  band.name = "NDVI";
  band.unit = "1";
  band.description = "(B8-B4)/(B8+B4)";
  band.scale = 0.5;
  band.offset = 2;
  band.nodata = NAN;
  const auto read = [&] {
    HandlePool pool;
    return open_raster(parse_reader_name(folder / "o.tif"), pool)->info();
  };
  write_raster(info, folder / "o.tif?&epsg=32631", {.type = PixelType::f32});
  EXPECT_EQ(read().bands[0].name, "(B8-B4)/(B8+B4)");
  EXPECT_EQ(read().bands[0].scale, 0.5);
  EXPECT_EQ(read().bands[0].offset, 2);
  EXPECT_EQ(read().bands[0].unit, "1");
  EXPECT_TRUE(std::isnan(read().bands[0].nodata.value()));
  EXPECT_SAYS(read().grid.crs, "32631");
  write_raster(info, folder / "o.tif?&nodata=-9999", {.type = PixelType::f32});
  EXPECT_EQ(read().bands[0].nodata, -9999);
  write_raster(info, folder / "o.tif", {.type = PixelType::i16});
  EXPECT_FALSE(read().bands[0].nodata.has_value());

  const auto sink = [&](const std::string& name, PixelType type) {
    return make_raster_sink(info, parse_writer_name(folder / name), {.type = type});
  };
  EXPECT_EQ(sink("o.tif?&nodata=255&round=true", PixelType::u8)->nodata(), 255);
  EXPECT_TRUE(sink("o.tif?&round=true", PixelType::u8)->round());
  EXPECT_FALSE(sink("o.tif", PixelType::f32)->nodata().has_value());
  EXPECT_SAYS(message_of<UserError>([&] { sink("o.tif?&nodata=-1", PixelType::u8); }), "uint8");
  EXPECT_SAYS(message_of<UserError>([&] { sink("o.tif?&nodata=nan", PixelType::i32); }), "int32");
  EXPECT_THROW(sink("o.tif?&nodata=3:1", PixelType::u8), UserError);
  EXPECT_THROW(sink("o.tif?&epsg=999999", PixelType::u8), UserError);
}

TEST(RasterSink, OtherFormats) {
  const TempFolder folder;
  HandlePool pool;
  const RasterInfo info = info_of({300, 200}, 1);
  for (const char* name : {"o.png", "o.jp2", "o.img"}) {
    write_raster(info, folder / name, {.type = PixelType::u8});
    expect_test_values(*open_raster(parse_reader_name(folder / name), pool));
  }
  write_raster(info_of({1200, 1100}, 2), folder / "cog.tif?&format=cog", {.type = PixelType::f32});
  expect_test_values(*open_raster(parse_reader_name(folder / "cog.tif"), pool));
  EXPECT_EQ(structure(folder / "cog.tif", "LAYOUT"), "COG");
  EXPECT_EQ(open_raster(parse_reader_name(folder / "cog.tif?&resol=1"), pool)->info().grid.size, (Size{600, 550}));

  std::vector<std::string> warnings;
  const SinkOptions options{.type = PixelType::u8, .warn = [&](const std::string& text) { warnings.push_back(text); }};
  EXPECT_TRUE(make_raster_sink(info, parse_writer_name(folder / "bare"), options)->path().ends_with("/bare.tif"));
  EXPECT_EQ(warnings.size(), 1U);
  for (const auto& name : folder.names()) EXPECT_FALSE(name.starts_with(".")) << name;
}

TEST(RasterSink, FaultsAreFoundBeforeAnyPixel) {
  const TempFolder folder;
  const auto sink = [&](const std::string& name, PixelType type = PixelType::f32) {
    return [&, name, type] {
      make_raster_sink(info_of({30, 20}, 1), parse_writer_name(folder / name), {.type = type});
    };
  };
  EXPECT_SAYS(message_of<UserError>(sink("o.tif?&gdal:co:COMPRES=LZW")), "COMPRESS");
  EXPECT_SAYS(message_of<UserError>(sink("o.tif?&gdal:co:COMPRESS=ZST")), "ZSTD");
  EXPECT_SAYS(message_of<UserError>(sink("o.tif?&gdal:co:BLOCKXSIZE=100")), "BLOCKXSIZE");
  EXPECT_SAYS(message_of<UserError>(sink("o.png")), "float");
  EXPECT_SAYS(message_of<UserError>(sink("o.xyzzy")), "xyzzy");
  EXPECT_THROW(sink("o.vrt")(), UserError);
  EXPECT_SAYS(message_of<UserError>(sink("o.png?&format=cog", PixelType::u8)), ".tif");
  EXPECT_THROW(sink("none/o.tif")(), UserError);
  EXPECT_TRUE(folder.names().empty());
}

TEST(RasterSink, DiscardLeavesNothingAndKeepsTheOldFile) {
  const TempFolder folder;
  put(folder / "o.tif", "old");
  const RasterInfo info = info_of({700, 600}, 2);
  for (const char* name : {"o.tif", "o.tif?&format=cog"}) {
    const auto sink = make_raster_sink(info, parse_writer_name(folder / name), {.type = PixelType::u8});
    sink->open();
    Block block(TileGrid(info.grid.size, sink->block_size())[0], 2, PixelType::u8);
    fill_test_block<std::uint8_t>(block);
    sink->write(block);
    sink->discard();
  }
  {
    const auto sink = make_raster_sink(info, parse_writer_name(folder / "o.tif"), {.type = PixelType::u8});
    write_blocks(*sink, info);
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"o.tif"});
  EXPECT_EQ(contents(folder / "o.tif"), "old");
}

class FileSizeLimit {  // writes beyond it fail as on a full disk
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(RasterSink, AFullDiskIsReportedAndNothingStays) {
  for (const char* options : {"", "?&gdal:co:COMPRESS=NONE", "?&format=cog", "?&gdal:co:INTERLEAVE=BAND"})
    for (const int threads : {1, 4})
      for (const rlim_t bytes : {1000U, 60000U, 200000U}) {
        const TempFolder folder;
        put(folder / "o.tif", "old");
        {
          const FileSizeLimit limit(bytes);
          const std::string message = message_of<DataError>([&] {
            write_raster(info_of({1500, 1100}, 2), folder / ("o.tif" + std::string(options)),
                         {.type = PixelType::f64, .threads = threads});
          });
          EXPECT_SAYS(message, "o.tif");
          EXPECT_SAYS(message, "free");
        }
        EXPECT_EQ(folder.names(), std::vector<std::string>{"o.tif"});
        EXPECT_EQ(contents(folder / "o.tif"), "old");
      }
}

TEST(RasterSink, TheLastBytesAreCheckedToo) {
  const TempFolder folder;
  const RasterInfo info = info_of({1500, 1100}, 2);
  write_raster(info, folder / "whole.tif", {.type = PixelType::i32});
  const auto whole = std::filesystem::file_size(folder / "whole.tif");
  for (const std::uintmax_t missing : {1U, 100U, 5000U}) {
    const FileSizeLimit limit(whole - missing);
    EXPECT_THROW(write_raster(info, folder / "cut.tif", {.type = PixelType::i32}), DataError) << missing;
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"whole.tif"});
}

}  // namespace
}  // namespace cers
