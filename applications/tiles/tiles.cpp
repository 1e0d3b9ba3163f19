// SPDX-License-Identifier: Apache-2.0
// Tiles: Sentinel-2 tiles of a place, an area or an image, or by name.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/geo/mgrs_tiles.hpp"
#include "cers/params/declare.hpp"

namespace cers {
namespace {

using Json = nlohmann::ordered_json;

enum class Format { text, json };

std::vector<Choice> choices_of(Format) {
  return {{"text", "A line for each tile."}, {"json", "One line of JSON."}};
}

struct Tiles {
  struct Params {
    std::vector<double> point;
    std::string geometry;
    std::vector<std::string> names;
    int gsd = 10;
    Format format = Format::text;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};

AppSpec Tiles::spec() {
  return Declare<Params>("Tiles", "Names the Sentinel-2 tiles of a place, an area or an image.")
      .doc(
          "A line `tile: 31TCJ EPSG:32631 300000 4900020 10980` on stdout for each tile, sorted by name: the name, the "
          "coordinate reference system, easting and northing of the upper left corner in metres, and the pixels a side "
          "at `-gsd`. Give one of `-point`, `-geometry`, `-name` or `-in`.\n\n"
          "Tiles follow from the rule of the grid, no list is read and no network asked. Each 100 km square is listed "
          "once, under the latitude band of its centre; squares at the west edge of a UTM zone whose part of that zone "
          "lies within squares of the zone before are left out, as in the published grid. Squares of open sea that "
          "Sentinel-2 does not record are listed all the same.\n\n"
          "`-out` writes the outlines in longitude and latitude as GeoJSON, 41 points a side; beside the antimeridian "
          "longitudes run beyond 180.")
      .tag("Utilities")
      .tag("Geometry")
      .input("in", "Image whose tiles are wanted; only its header is read.")
      .optional()
      .file_output("out", "GeoJSON file of the tiles' outlines.")
      .optional()
      .param("point", &Params::point, "Longitude and latitude of a place, two numbers.")
      .unit("degree")
      .param("geometry", &Params::geometry, "Vector file of polygons (GeoJSON, GeoPackage, shapefile) in any CRS.")
      .param("name", &Params::names, "Names of tiles, with or without the T before them.")
      .param("gsd", &Params::gsd, "Ground sampling distance for which the size is printed: 10, 20, 30 or 60.")
      .unit("m")
      .param("format", &Params::format, "How the tiles are printed.")
      .check([](const Params& params, Diagnostics& diagnostics) {
        if (!params.point.empty() && params.point.size() != 2) {
          diagnostics.fault({}, fmt::format("-point takes two numbers, {} given", params.point.size()),
                            "longitude, then latitude: -point 1.44 43.60");
        }
        if (params.gsd != 10 && params.gsd != 20 && params.gsd != 30 && params.gsd != 60) {
          diagnostics.fault({}, fmt::format("tiles have no grid of {} m", params.gsd), "choose 10, 20, 30 or 60");
        }
      })
      .example("The tiles of Toulouse", "cers Tiles -point 1.44 43.60")
      .example("Outlines of some tiles", "cers Tiles -name 31TCJ 31TCH -gsd 20 -out tiles.geojson")
      .example("The tiles an image lies in, as JSON", "cers Tiles -in B4.tif -format json")
      .reports("tile", "tiles")
      .done();
}

std::vector<MgrsTile> wanted_tiles(const Tiles::Params& params, const Wiring& wiring) {
  const int given = static_cast<int>(!params.point.empty()) + static_cast<int>(!params.geometry.empty()) +
                    static_cast<int>(!params.names.empty()) + static_cast<int>(wiring.has("in"));
  if (given != 1) {
    throw UserError(given == 0 ? "nothing says which tiles are wanted" : "several things say which tiles are wanted",
                    "give one of -point LON LAT, -geometry FILE, -name 31TCJ … or -in IMAGE");
  }
  if (!params.point.empty()) return tiles_at(params.point[0], params.point[1]);
  if (!params.geometry.empty()) return tiles_over(read_rings(params.geometry));
  if (wiring.has("in")) return tiles_over({{{footprint_lonlat(wiring.image("in").info().grid)}}});
  std::vector<MgrsTile> tiles;
  for (const std::string& name : params.names) {
    MgrsTile tile = mgrs_tile_named(name);
    if (std::find(tiles.begin(), tiles.end(), tile) == tiles.end()) tiles.push_back(std::move(tile));
  }
  return tiles;
}

int pixels_a_side(int gsd_m) {
  return static_cast<int>(mgrs_tile_side_m) / gsd_m;
}

std::string line_of(const MgrsTile& tile, int gsd_m) {
  return fmt::format("{} EPSG:{} {:.0f} {:.0f} {}", tile.name, tile.epsg, tile.ulx, tile.uly, pixels_a_side(gsd_m));
}

Json properties_of(const MgrsTile& tile, int gsd_m) {
  const int side = pixels_a_side(gsd_m);
  return {{"name", tile.name}, {"epsg", tile.epsg}, {"ulx", tile.ulx},
          {"uly", tile.uly},   {"gsd", gsd_m},      {"size", Json::array({side, side})}};
}

std::string geojson_of(const std::vector<MgrsTile>& tiles, int gsd_m) {
  Json features = Json::array();
  for (const MgrsTile& tile : tiles) {
    Json ring = Json::array();
    for (const LonLat& point : footprint_of(tile)) {
      // 1e-8 degree is a millimetre.
      ring.push_back(
          Json::array({Json::parse(fmt::format("{:.8f}", point.lon)), Json::parse(fmt::format("{:.8f}", point.lat))}));
    }
    Json geometry{{"type", "Polygon"}, {"coordinates", Json::array({ring})}};
    features.push_back({{"type", "Feature"}, {"properties", properties_of(tile, gsd_m)}, {"geometry", geometry}});
  }
  return Json{{"type", "FeatureCollection"}, {"name", "tiles"}, {"features", features}}.dump() + "\n";
}

void Tiles::wire(const Params& params, Wiring& wiring) {
  const std::vector<MgrsTile> tiles = wanted_tiles(params, wiring);
  if (params.format == Format::text) {
    for (const MgrsTile& tile : tiles) wiring.report("tile", line_of(tile, params.gsd));
  } else {
    Json list = Json::array();
    for (const MgrsTile& tile : tiles) list.push_back(properties_of(tile, params.gsd));
    wiring.report("tiles", list.dump());
  }
  if (!wiring.wants("out")) return;
  wiring.output("out", FileOutput{{}, [tiles, gsd = params.gsd](const LateValues&) { return geojson_of(tiles, gsd); }});
}

}  // namespace

Application cers_app_Tiles() {
  return application<Tiles>();
}

}  // namespace cers
