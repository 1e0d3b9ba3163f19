// SPDX-License-Identifier: Apache-2.0
// Classes of maps through files: as written, as GDAL sees them, as read back.
#include <gtest/gtest.h>

#include <limits>

#include "cers/raster-io/raster_sink.hpp"
#include "cers/raster-io/raster_source.hpp"
#include "temp_folder.hpp"

namespace cers {
namespace {

using Colour = std::array<std::uint8_t, 3>;

RasterInfo map_info(std::vector<ClassInfo> classes, int bands = 1) {
  RasterInfo info;
  info.grid = {{70, 40}, {{300000, 10, 0, 4900020, 0, -10}}, "", true};
  info.bands.resize(static_cast<std::size_t>(bands));
  info.bands[0].classes = std::move(classes);
  return info;
}

std::vector<std::string> write_map(const RasterInfo& info, const std::string& name, PixelType type) {
  std::vector<std::string> warnings;
  SinkOptions options{.type = type};
  options.warn = [&](const std::string& text) { warnings.push_back(text); };
  const auto sink = make_raster_sink(info, parse_writer_name(name), options);
  sink->open();
  const TileGrid blocks(info.grid.size, sink->block_size());
  for (int i = 0; i < blocks.count(); ++i) {
    Block block(blocks[i], static_cast<int>(info.bands.size()), type);
    visit(type, [&](auto zero) { fill_test_block<decltype(zero)>(block); });
    sink->write(block);
  }
  sink->close();
  sink->publish();
  return warnings;
}

/// The classes read back, after a check that the pixels are what they were.
std::vector<ClassInfo> read_back(const std::string& path, std::size_t band = 0) {
  HandlePool pool;
  const auto source = open_raster(parse_reader_name(path), pool);
  expect_test_values(*source);
  return source->info().bands.at(band).classes;
}

const std::vector<ClassInfo> snow = {{0, "no snow", Colour{119, 119, 119}},
                                     {100, "snow", Colour{0, 255, 255}},
                                     {205, "cloud", Colour{255, 255, 255}},
                                     {255, "no data", Colour{0, 0, 0}}};

TEST(ClassTable, ComesBackFromEveryFormatThatHoldsIt) {
  const TempFolder folder;
  for (const char* name : {"m.tif", "cog.tif?&format=cog", "m.png", "m.img"}) {
    EXPECT_TRUE(write_map(map_info(snow), folder / name, PixelType::u8).empty()) << name;
    EXPECT_EQ(read_back(folder / std::string(name).substr(0, std::string(name).find('?'))), snow) << name;
  }
}

TEST(ClassTable, IsLeftOutWhereThereIsNoRoomForColours) {
  const TempFolder folder;
  EXPECT_NO_THROW(write_map(map_info(snow), folder / "m.jpg", PixelType::u8));
  EXPECT_NO_THROW(write_map(map_info(snow), folder / "m.png", PixelType::u16));
}

TEST(ClassTable, IsWhatGdalShows) {
  const TempFolder folder;
  write_map(map_info(snow), folder / "m.tif", PixelType::u8);
  const std::unique_ptr<void, decltype(&GDALClose)> dataset(GDALOpen((folder / "m.tif").c_str(), GA_ReadOnly),
                                                            GDALClose);
  const GDALRasterBandH band = GDALGetRasterBand(dataset.get(), 1);
  EXPECT_EQ(GDALGetRasterColorInterpretation(band), GCI_PaletteIndex);
  const GDALColorEntry* const entry = GDALGetColorEntry(GDALGetRasterColorTable(band), 100);
  EXPECT_EQ(entry->c1, 0);
  EXPECT_EQ(entry->c2, 255);
  EXPECT_EQ(entry->c3, 255);
  EXPECT_STREQ(GDALGetRasterCategoryNames(band)[205], "cloud");
}

TEST(ClassTable, HoldsWhatItsPixelTypeAllows) {
  const TempFolder folder;
  const std::vector<ClassInfo> wide = {{11, "wheat", Colour{1, 2, 3}}, {4000, "vine", Colour{9, 8, 7}}};
  EXPECT_TRUE(write_map(map_info(wide), folder / "u16.tif", PixelType::u16).empty());
  EXPECT_EQ(read_back(folder / "u16.tif"), wide);

  // 32 bits have no colour table, but names.
  EXPECT_TRUE(write_map(map_info(wide), folder / "i32.tif", PixelType::i32).empty());
  EXPECT_EQ(read_back(folder / "i32.tif"),
            (std::vector<ClassInfo>{{11, "wheat", std::nullopt}, {4000, "vine", std::nullopt}}));

  const auto warnings =
      write_map(map_info({{7, "oak", std::nullopt}, {70000, "elm", std::nullopt}}), folder / "far.tif", PixelType::i32);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_SAYS(warnings[0], "names of 1 classes");
  EXPECT_EQ(read_back(folder / "far.tif"), (std::vector<ClassInfo>{{7, "oak", std::nullopt}}));

  // Quantities have no classes.
  EXPECT_TRUE(write_map(map_info(wide), folder / "f32.tif", PixelType::f32).empty());
  EXPECT_TRUE(read_back(folder / "f32.tif").empty());
}

TEST(ClassTable, ColoursAreForFilesOfOneBandAndCanBeDeclined) {
  const TempFolder folder;
  std::vector<ClassInfo> names = snow;
  for (ClassInfo& one : names) one.colour.reset();
  EXPECT_TRUE(write_map(map_info(snow, 2), folder / "two.tif", PixelType::u8).empty());
  EXPECT_EQ(read_back(folder / "two.tif"), names);
  EXPECT_TRUE(read_back(folder / "two.tif", 1).empty());
  write_map(map_info(snow), folder / "grey.tif?&gdal:co:PHOTOMETRIC=MINISBLACK", PixelType::u8);
  EXPECT_EQ(read_back(folder / "grey.tif"), names);
  // No .aux.xml of an earlier map stays beside a new one.
  write_map(map_info({}), folder / "two.tif", PixelType::u8);
  EXPECT_TRUE(read_back(folder / "two.tif").empty());
}

}  // namespace
}  // namespace cers
