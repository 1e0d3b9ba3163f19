// SPDX-License-Identifier: Apache-2.0
#include "cers/geo/mgrs_tiles.hpp"

#include <gtest/gtest.h>
#include <ogr_srs_api.h>

#include <algorithm>
#include <cmath>

#include "cers/core/error.hpp"

namespace cers {
namespace {

std::vector<std::string> names(const std::vector<MgrsTile>& tiles) {
  std::vector<std::string> result;
  for (const MgrsTile& tile : tiles) result.push_back(tile.name);
  return result;
}

bool holds(const std::vector<MgrsTile>& tiles, const std::string& name) {
  const auto all = names(tiles);
  return std::find(all.begin(), all.end(), name) != all.end();
}

LonLatPolygon box(double west, double south, double east, double north) {
  return {{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}};
}

/// UTM by PROJ, independent of the series of the grid.
struct Projected {
  Projected(int epsg) {
    from = OSRNewSpatialReference(nullptr);
    to = OSRNewSpatialReference(nullptr);
    EXPECT_EQ(OSRImportFromEPSG(from, 4326), OGRERR_NONE);
    EXPECT_EQ(OSRImportFromEPSG(to, epsg), OGRERR_NONE);
    OSRSetAxisMappingStrategy(from, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(to, OAMS_TRADITIONAL_GIS_ORDER);
    forward = OCTNewCoordinateTransformation(from, to);
  }
  Projected(const Projected&) = delete;
  Projected& operator=(const Projected&) = delete;
  ~Projected() {
    OCTDestroyCoordinateTransformation(forward);
    OSRDestroySpatialReference(from);
    OSRDestroySpatialReference(to);
  }
  LonLat at(double lon, double lat) const {
    EXPECT_NE(OCTTransform(forward, 1, &lon, &lat, nullptr), 0);
    return {lon, lat};
  }
  OGRSpatialReferenceH from, to;
  OGRCoordinateTransformationH forward;
};

TEST(MgrsTiles, known_tiles_lie_where_their_products_do) {
  const std::vector<MgrsTile> published{
      // Occitanie.
      {"30TYN", 32630, 699960, 4800000},
      {"30TYP", 32630, 699960, 4900020},
      {"30TYQ", 32630, 699960, 5000040},
      {"31TCH", 32631, 300000, 4800000},
      {"31TCJ", 32631, 300000, 4900020},
      {"31TCK", 32631, 300000, 5000040},
      {"31TCL", 32631, 300000, 5100000},
      {"31TDG", 32631, 399960, 4700040},
      {"31TDH", 32631, 399960, 4800000},
      {"31TDJ", 32631, 399960, 4900020},
      {"31TDK", 32631, 399960, 5000040},
      {"31TEG", 32631, 499980, 4700040},
      {"31TEH", 32631, 499980, 4800000},
      {"31TEJ", 32631, 499980, 4900020},
      {"31TEK", 32631, 499980, 5000040},
      {"31TFJ", 32631, 600000, 4900020},
      {"31TFK", 32631, 600000, 5000040},
      // Origins in the metadata of products: Ireland, Svalbard.
      {"29UNU", 32629, 499980, 5900040},
      {"33XWJ", 32633, 499980, 8900040},
  };
  for (const MgrsTile& tile : published) {
    EXPECT_EQ(mgrs_tile(tile.name), tile) << tile.name;
    EXPECT_EQ(mgrs_tile("T" + tile.name), tile) << tile.name;
  }
  EXPECT_EQ(mgrs_tile("t31tcj")->name, "31TCJ");
  const auto south = mgrs_tile("38KPE");  // Madagascar
  ASSERT_TRUE(south);
  EXPECT_EQ(south->epsg, 32738);
  EXPECT_EQ(south->ulx, 600000);
}

TEST(MgrsTiles, tiles_of_real_products_far_apart_are_known) {
  for (const char* name : {"22HBD", "01UBT", "01CCV", "07HFE", "01LAC", "46RER", "43MDV", "01WCP", "01VCG", "33XWJ",
                           "32TLR", "30SUG", "29RKH", "19UDP", "31TBF", "31TBG", "16PEC", "32VLM"}) {
    ASSERT_TRUE(mgrs_tile(name)) << name;
    // What a name says is also found from the place in its middle.
    const auto ring = footprint_of(*mgrs_tile(name));
    const double lon = (ring[0].lon + ring[80].lon) / 2;
    const double lat = (ring[0].lat + ring[80].lat) / 2;
    EXPECT_TRUE(holds(tiles_at(lon, lat), name)) << name << " at " << lon << " " << lat;
  }
}

TEST(MgrsTiles, footprints_agree_with_proj) {
  for (const char* name : {"31TCJ", "30TYN", "38KPE", "01CCV", "33XWJ", "31NAA", "60KZA"}) {
    const auto tile = mgrs_tile(name);
    ASSERT_TRUE(tile) << name;
    const Projected utm(tile->epsg);
    const auto ring = footprint_of(*tile);
    ASSERT_EQ(ring.size(), 161U);
    EXPECT_EQ(ring.front(), ring.back());
    const double side = mgrs_tile_side_m;
    const LonLat corners[] = {{tile->ulx, tile->uly},
                              {tile->ulx, tile->uly - side},
                              {tile->ulx + side, tile->uly - side},
                              {tile->ulx + side, tile->uly}};
    for (std::size_t corner = 0; corner < 4; ++corner) {
      const LonLat found = utm.at(ring[corner * 40].lon, ring[corner * 40].lat);
      EXPECT_NEAR(found.lon, corners[corner].lon, 1e-3) << name;
      EXPECT_NEAR(found.lat, corners[corner].lat, 1e-3) << name;
    }
    const LonLat side_point = utm.at(ring[10].lon, ring[10].lat);
    EXPECT_NEAR(side_point.lon, tile->ulx, 1e-3);
    EXPECT_NEAR(side_point.lat, tile->uly - side / 4, 1e-3);
  }
}

TEST(MgrsTiles, every_band_starts_where_proj_puts_its_parallel) {
  // A tile found from a place just above the south end of a band has that band, and contains the place by PROJ.
  const std::string bands = "CDEFGHJKLMNPQRSTUVWX";
  for (std::size_t band = 0; band < bands.size(); ++band) {
    const double lat = -80 + 8 * static_cast<double>(band) + 3.9;
    const auto tiles = tiles_at(3.2, lat);
    ASSERT_FALSE(tiles.empty()) << lat;
    for (const MgrsTile& tile : tiles) {
      EXPECT_EQ(tile.name[2], bands[band]) << tile.name;
      const LonLat place = Projected(tile.epsg).at(3.2, lat);
      EXPECT_GE(place.lon, tile.ulx);
      EXPECT_LE(place.lon, tile.ulx + mgrs_tile_side_m);
      EXPECT_LE(place.lat, tile.uly);
      EXPECT_GE(place.lat, tile.uly - mgrs_tile_side_m);
    }
  }
}

TEST(MgrsTiles, a_place_lies_in_one_tile_or_in_the_overlap_of_several) {
  EXPECT_EQ(names(tiles_at(1.44, 43.60)), (std::vector<std::string>{"31TCJ"}));  // Toulouse
  // 5 km into the overlaps: easting 404 960, northing 4 795 000 of zone 31.
  EXPECT_EQ(names(tiles_at(1.829, 43.303)), (std::vector<std::string>{"31TCH", "31TCJ", "31TDH", "31TDJ"}));
  // Zones 30 and 31 overlap east of Greenwich.
  EXPECT_TRUE(holds(tiles_at(0.62, 43.6), "30TYP"));
  EXPECT_TRUE(holds(tiles_at(0.62, 43.6), "31TCJ"));
  // Left out at the west edge of its zone: it is wholly in 30TYP. Its neighbour in Catalonia is not.
  EXPECT_FALSE(holds(tiles_at(0.3, 43.8), "31TBJ"));
  EXPECT_TRUE(holds(tiles_at(0.55, 41.7), "31TBG"));
  // The square of 31UDP reaches a little below 48°, and is not listed twice.
  EXPECT_EQ(names(tiles_at(2.4, 47.95)), (std::vector<std::string>{"31UDP"}));
  // The date line, from both sides and by another turn.
  EXPECT_EQ(tiles_at(179.999, -17), tiles_at(-180.001, -17));
  EXPECT_EQ(tiles_at(181, -17), tiles_at(-179, -17));
}

TEST(MgrsTiles, no_place_between_the_ends_of_the_grid_is_left_out) {
  int checked = 0;
  for (double lat = -79.9; lat < 84; lat += 3.37) {
    for (double lon = -180; lon < 180; lon += 7.13) {
      const auto tiles = tiles_at(lon, lat);
      ASSERT_FALSE(tiles.empty()) << lon << " " << lat;
      if (std::abs(lat) < 60) {
        ASSERT_LE(tiles.size(), 8U) << lon << " " << lat;
      }
      ++checked;
    }
  }
  EXPECT_GT(checked, 2000);
}

TEST(MgrsTiles, polygons_meet_the_tiles_they_touch) {
  EXPECT_EQ(names(tiles_over({box(1.4, 43.55, 1.5, 43.65)})), (std::vector<std::string>{"31TCJ"}));
  EXPECT_EQ(names(tiles_over({box(1.40, 43.55, 1.42, 43.56), box(2.30, 43.60, 2.31, 43.61)})),
            (std::vector<std::string>{"31TCJ", "31TDJ"}));
  // A point and a small polygon about it agree.
  for (const LonLat& place : {LonLat{1.829, 43.303}, LonLat{0.62, 43.6}, LonLat{-179.99, -17}, LonLat{15, 79}}) {
    const double d = 1e-4;
    EXPECT_EQ(tiles_over({box(place.lon - d, place.lat - d, place.lon + d, place.lat + d)}),
              tiles_at(place.lon, place.lat));
  }
  // Across the date line, written either way.
  EXPECT_EQ(tiles_over({box(179.9, -17.1, 180.1, -17)}), tiles_over({box(-180.1, -17.1, -179.9, -17)}));
  // A hole as large as the tile's middle leaves the tile out.
  LonLatPolygon ring = box(0, 40, 6, 46);
  ring.rings.push_back({{0.2, 40.2}, {0.2, 45.8}, {5.8, 45.8}, {5.8, 40.2}, {0.2, 40.2}});
  const auto around = tiles_over({ring});
  EXPECT_TRUE(holds(around, "31TDL"));
  EXPECT_FALSE(holds(around, "31TDJ"));
  EXPECT_TRUE(tiles_over({}).empty());
}

TEST(MgrsTiles, the_box_of_a_region_meets_all_its_tiles) {
  const auto tiles = tiles_over({box(-0.33, 42.33, 4.85, 45.05)});  // Occitanie's box, wider than the region
  for (const char* name : {"30TYN", "30TYP", "30TYQ", "31TCH", "31TCJ", "31TCK", "31TDG", "31TDH", "31TDJ", "31TDK",
                           "31TEG", "31TEH", "31TEJ", "31TEK", "31TFJ", "31TFK", "31TCL"}) {
    EXPECT_TRUE(holds(tiles, name)) << name;
  }
  for (const MgrsTile& tile : tiles) EXPECT_EQ(tile.name[2], 'T') << tile.name;
}

TEST(MgrsTiles, wrong_polygons_are_told) {
  EXPECT_THROW(tiles_over({{{{{0, 0}, {1, 1}, {0, 0}}}}}), UserError);
  EXPECT_THROW(tiles_over({box(0, 40, 1, 400)}), UserError);
  EXPECT_THROW(tiles_over({{{{{0, 40}, {1, 41}, {1, 40}, {0, 41}, {0, 40}}}}}), UserError);  // a bow tie
}

TEST(MgrsTiles, grids_nest) {
  const MgrsTile tile = mgrs_tile_named("31TCJ");
  for (const auto& [gsd, side] : {std::pair{10, 10980}, {20, 5490}, {30, 3660}, {60, 1830}}) {
    const Grid grid = grid_of(tile, gsd);
    EXPECT_EQ(grid.size, (Size{side, side}));
    EXPECT_EQ(grid.transform.a, (std::array<double, 6>{300000, 1.0 * gsd, 0, 4900020, 0, -1.0 * gsd}));
    EXPECT_TRUE(grid.georeferenced);
    EXPECT_EQ(epsg_of(grid.crs), 32631);
  }
  EXPECT_THROW(grid_of(tile, 15), UserError);
}

TEST(MgrsTiles, wrong_names_are_told_with_a_way_out) {
  const auto remedy = [](const std::string& name) {
    EXPECT_FALSE(mgrs_tile(name)) << name;
    try {
      mgrs_tile_named(name);
    } catch (const UserError& error) {
      return error.fault() + " | " + error.remedy();
    }
    return std::string("no error");
  };
  EXPECT_NE(remedy("31ZZZ").find("Z is no latitude band | bands run from C"), std::string::npos) << remedy("31ZZZ");
  EXPECT_NE(remedy("61TCJ").find("no UTM zone 61 | zones run from 01 to 60"), std::string::npos) << remedy("61TCJ");
  EXPECT_NE(remedy("31TIJ").find("I is no column of zone 31 | its columns are ABCDEFGH; did you mean"),
            std::string::npos)
      << remedy("31TIJ");
  EXPECT_NE(remedy("31TIJ").find("31TCJ"), std::string::npos);
  EXPECT_NE(remedy("31TCO").find("O is no row"), std::string::npos) << remedy("31TCO");
  EXPECT_NE(remedy("31TAJ").find("no part of square AJ lies in zone 31"), std::string::npos) << remedy("31TAJ");
  EXPECT_NE(remedy("32XMG").find("no part of square"), std::string::npos) << "zone 32 has no band X";
  for (const char* name : {"", "31T", "31TCJJ", "TCJ31", "31tc1", "/tmp/31TCJ.tif"}) {
    EXPECT_NE(remedy(name).find("is no name of a tile"), std::string::npos) << name;
  }
  EXPECT_THROW(tiles_at(0, 85), UserError);
  EXPECT_THROW(tiles_at(0, -81), UserError);
  EXPECT_THROW(tiles_at(std::nan(""), 0), UserError);
  EXPECT_THROW(tiles_at(541, 0), UserError);
}

}  // namespace
}  // namespace cers
