// SPDX-License-Identifier: Apache-2.0
#include "cers/geo/crs.hpp"

#include <gmock/gmock.h>

#include "cers/core/error.hpp"

namespace cers {
namespace {

constexpr const char* old_style_utm =
    R"(PROJCS["WGS_1984_UTM_Zone_31N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,)"
    R"(298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],)"
    R"(PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",3.0],)"
    R"(PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]])";

TEST(Crs, SameWhateverTheSpelling) {
  const std::string utm = crs_from_epsg(32631);
  EXPECT_TRUE(same_crs(utm, utm));
  EXPECT_TRUE(same_crs(utm, old_style_utm));
  EXPECT_TRUE(same_crs(crs_from_epsg(4326), "OGC:CRS84"));
  EXPECT_TRUE(same_crs(crs_from_epsg(4326), "EPSG:4326+5773")) << "a vertical part does not count";
  EXPECT_FALSE(same_crs(utm, crs_from_epsg(32632)));
  EXPECT_FALSE(same_crs(utm, crs_from_epsg(25831)));
  EXPECT_TRUE(same_crs("", ""));
  EXPECT_FALSE(same_crs(utm, ""));
  EXPECT_THROW(same_crs(utm, "no such thing"), DataError);
}

TEST(Crs, Labels) {
  EXPECT_EQ(crs_label(crs_from_epsg(2154)), "EPSG:2154");
  EXPECT_EQ(crs_label(old_style_utm), "EPSG:32631");
  EXPECT_EQ(crs_label(""), "no CRS");
  EXPECT_EQ(crs_label("+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84"), "unknown");
  EXPECT_EQ(epsg_of(old_style_utm), 32631);
  EXPECT_EQ(epsg_of("+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84"), std::nullopt);
  EXPECT_EQ(epsg_of(""), std::nullopt);
  EXPECT_THROW(crs_from_epsg(1), UserError);
}

TEST(Crs, FootprintOfASentinel2Tile) {
  const Grid grid{{10980, 10980}, {{300000, 10, 0, 4900020, 0, -10}}, crs_from_epsg(32631), true};
  const auto ring = footprint_lonlat(grid);
  EXPECT_EQ(ring.size(), 81U);
  EXPECT_EQ(ring.front(), ring.back());
  const Bounds bounds = bounds_of(ring);
  EXPECT_NEAR(bounds.west, 0.4965, 0.001);
  EXPECT_NEAR(bounds.east, 1.8748, 0.02);
  EXPECT_NEAR(bounds.south, 43.22, 0.02);
  EXPECT_NEAR(bounds.north, 44.24, 0.02);
  double area = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    area += ring[i].lon * ring[i + 1].lat - ring[i + 1].lon * ring[i].lat;
  }
  EXPECT_GT(area, 0) << "counter-clockwise";
}

TEST(Crs, FootprintRunsOnAcrossTheAntimeridian) {
  const Grid grid{{2000, 1000}, {{600000, 100, 0, 7000000, 0, -100}}, crs_from_epsg(32660), true};
  const Bounds bounds = bounds_of(footprint_lonlat(grid));
  EXPECT_LT(bounds.east - bounds.west, 10);
  EXPECT_TRUE(bounds.east > 180 || bounds.west < -180);
}

TEST(Crs, FootprintNeedsACrs) {
  EXPECT_THROW(footprint_lonlat({{10, 10}, {}, "", false}), DataError);
  const Grid astray{{10, 10}, {{1e9, 10, 0, 1e9, 0, -10}}, crs_from_epsg(3035), true};
  EXPECT_THROW(footprint_lonlat(astray), DataError);
}

}  // namespace
}  // namespace cers
