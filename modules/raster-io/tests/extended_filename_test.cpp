// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/extended_filename.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "temp_folder.hpp"

namespace cers {
namespace {

using Bands = std::vector<int>;

TEST(ExtendedFilename, PlainNamesStayAsTheyAre) {
  EXPECT_EQ(parse_reader_name("a/b.tif").path, "a/b.tif");
  EXPECT_EQ(parse_reader_name("a/b.tif?").path, "a/b.tif");
  EXPECT_EQ(parse_reader_name("a/b.tif?&").path, "a/b.tif");
  EXPECT_EQ(parse_reader_name("/vsicurl/http://h/x?k=v").path, "/vsicurl/http://h/x?k=v");
  EXPECT_EQ(parse_writer_name("out.tif").creation_options.size(), 0U);
}

TEST(ExtendedFilename, BandSelections) {
  const struct {
    const char* text;
    Bands expected;
  } table[] = {{"1", {0}},
               {"-1", {4}},
               {"2:4", {1, 2, 3}},
               {"3:", {2, 3, 4}},
               {":-2", {0, 1, 2, 3}},
               {":", {0, 1, 2, 3, 4}},
               {"3,2,2,-5", {2, 1, 1, 0}},
               {"-2:-1,1", {3, 4, 0}}};
  for (const auto& row : table)
    EXPECT_EQ(parse_reader_name(std::string("a.tif?&bands=") + row.text).resolve_bands(5), row.expected) << row.text;
  EXPECT_EQ(parse_reader_name("a.tif").resolve_bands(3), (Bands{0, 1, 2}));
  for (const char* bad : {"6", "-6", "4:2"})
    EXPECT_THROW(parse_reader_name(std::string("a.tif?&bands=") + bad).resolve_bands(5), UserError) << bad;
  for (const char* bad : {"0", "x", "1:2:3", "", "1,,2", "1.5", "99999999999"})
    EXPECT_THROW(parse_reader_name(std::string("a.tif?&bands=") + bad), UserError) << bad;
}

TEST(ExtendedFilename, ReaderOptions) {
  const ReaderName name = parse_reader_name("a.jp2?&skipcarto=On&resol=2&sdataidx=1&skipgeom=true&geom=x.geom");
  EXPECT_TRUE(name.skip_carto);
  EXPECT_TRUE(name.skip_geom);
  EXPECT_EQ(name.resolution, 2);
  EXPECT_EQ(name.subdataset, 1);
  EXPECT_EQ(name.warnings.size(), 2U);
  for (const char* yes : {"ON", "On", "on", "true", "True", "1"})
    EXPECT_TRUE(parse_reader_name(std::string("a?&skipcarto=") + yes).skip_carto) << yes;
  for (const char* no : {"OFF", "off", "false", "0"})
    EXPECT_FALSE(parse_reader_name(std::string("a?&skipcarto=") + no).skip_carto) << no;
}

TEST(ExtendedFilename, WriterOptions) {
  const WriterName name = parse_writer_name(
      "out.tif?&gdal:co:COMPRESS=LZW&gdal:co:TILED=NO&nodata=-9999&box=10:20:30:40&bands=2:&epsg=32631&round=true"
      "&format=cog&streaming:type=tiled&streaming:sizemode=height&streaming:sizevalue=256");
  ASSERT_EQ(name.creation_options.size(), 2U);
  EXPECT_EQ(name.creation_options[1], (std::pair<std::string, std::string>("TILED", "NO")));
  EXPECT_EQ(name.nodata, (std::vector<NodataItem>{{std::nullopt, -9999}}));
  EXPECT_EQ(name.box, (Window{10, 20, 30, 40}));
  EXPECT_EQ(name.bands.resolve(3), (Bands{1, 2}));
  EXPECT_EQ(name.epsg, 32631);
  EXPECT_TRUE(name.round);
  EXPECT_TRUE(name.cog);
  EXPECT_EQ(name.tile_side, 256);
  EXPECT_TRUE(name.warnings.empty());
  EXPECT_EQ(parse_writer_name("o.tif?&nodata=1:0,2:5.5").nodata, (std::vector<NodataItem>{{1, 0}, {2, 5.5}}));
  EXPECT_TRUE(std::isnan(parse_writer_name("o.tif?&nodata=nan").nodata.front().value));
}

TEST(ExtendedFilename, OptionsWithoutEffectAreSaid) {
  for (const char* text : {"o.tif?&streaming:type=stripped&streaming:sizevalue=3", "o.tif?&writegeom=true",
                           "o.tif?&multiwrite=false", "o.tif?&writerpctags=on"}) {
    const auto warnings = parse_writer_name(text).warnings;
    ASSERT_EQ(warnings.size(), 1U) << text;
    EXPECT_SAYS(warnings.front(), "ignored");
  }
}

TEST(ExtendedFilename, FaultsNameTheRemedy) {
  EXPECT_SAYS(message_of<UserError>([] { parse_reader_name("a.tif?&skipcatro=1"); }), "skipcarto");
  EXPECT_SAYS(message_of<UserError>([] { parse_writer_name("a.tif?&nodta=1"); }), "nodata");
  EXPECT_SAYS(message_of<UserError>([] { parse_reader_name("a.tif?&gdal:co:TILED=YES"); }), "outputs");
  EXPECT_SAYS(message_of<UserError>([] { parse_reader_name("a.tif?bands=1"); }), "?&");
  for (const char* bad : {"", "?&bands=1", "a?&skipcarto", "a?&skipcarto=maybe", "a?&resol=-1", "a?&bands=1&bands=2"})
    EXPECT_THROW(parse_reader_name(bad), UserError) << bad;
  for (const char* bad :
       {"o?&box=1:2:3", "o?&box=0:0:0:4", "o?&nodata=x", "o?&nodata=1,2", "o?&nodata=0:1", "o?&epsg=0",
        "o?&format=geotif", "o?&streaming:type=tile", "o?&gdal:co:=1", "o?&gdal:co:TILED=NO&gdal:co:tiled=YES"})
    EXPECT_THROW(parse_writer_name(bad), UserError) << bad;
}

}  // namespace
}  // namespace cers
