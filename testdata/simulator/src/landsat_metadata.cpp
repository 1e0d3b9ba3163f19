// SPDX-License-Identifier: Apache-2.0
// Metadata of a Landsat product: one tree, written as ODL, XML and JSON.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <numbers>
#include <vector>

#include "landsat.hpp"
#include "metadata.hpp"
#include "wrs.hpp"
#include "xml_text.hpp"

namespace cers::simulator {
namespace {

struct Group {
  struct Item {
    std::string key;
    std::string value;
    bool quoted;
  };
  std::string name;
  std::vector<Item> items;
  void word(const std::string& key, const std::string& value) { items.push_back({key, value, true}); }
  void bare(const std::string& key, const std::string& value) { items.push_back({key, value, false}); }
  void number(const std::string& key, int value) { bare(key, fmt::format("{}", value)); }
  /// One item a band: prefix with its number.
  void per_band(const std::string& prefix, const std::string& value) {
    for (int band = 1; band <= landsat_bands_count; ++band) bare(fmt::format("{}_{}", prefix, band), value);
  }
};

constexpr const char* root = "LANDSAT_METADATA_FILE";

std::string as_odl(const std::vector<Group>& groups) {
  std::string text = fmt::format("GROUP = {}\n", root);
  for (const Group& group : groups) {
    text += fmt::format("  GROUP = {}\n", group.name);
    for (const Group::Item& item : group.items) {
      const char* quote = item.quoted ? "\"" : "";
      text += fmt::format("    {} = {}{}{}\n", item.key, quote, item.value, quote);
    }
    text += fmt::format("  END_GROUP = {}\n", group.name);
  }
  return text + fmt::format("END_GROUP = {}\nEND\n", root);
}

std::string as_xml(const std::vector<Group>& groups) {
  XmlText xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  xml.element(root, [&] {
    for (const Group& group : groups) {
      xml.element(group.name, [&] {
        for (const Group::Item& item : group.items) xml.leaf(item.key, item.value);
      });
    }
  });
  return xml.text();
}

/// All values are texts, as in the agency's files.
std::string as_json(const std::vector<Group>& groups) {
  std::string text;
  for (const Group& group : groups) {
    std::string items;
    for (const Group::Item& item : group.items)
      items += fmt::format("{}\"{}\": \"{}\"", items.empty() ? "" : ", ", item.key, item.value);
    text += fmt::format("{}\"{}\": {{{}}}", text.empty() ? "" : ", ", group.name, items);
  }
  return fmt::format("{{\"{}\": {{{}}}}}\n", root, text);
}

Group contents(const std::string& id) {
  Group group{"PRODUCT_CONTENTS", {}};
  group.word("ORIGIN", "Simulated by Cers");
  group.word("LANDSAT_PRODUCT_ID", id);
  group.word("PROCESSING_LEVEL", "L2SR");
  group.bare("COLLECTION_NUMBER", "02");
  group.word("COLLECTION_CATEGORY", "T1");
  group.word("OUTPUT_FORMAT", "GEOTIFF");
  for (int band = 1; band <= landsat_bands_count; ++band)
    group.word(fmt::format("FILE_NAME_BAND_{}", band), fmt::format("{}_SR_B{}.TIF", id, band));
  group.word("FILE_NAME_QUALITY_L2_AEROSOL", id + "_SR_QA_AEROSOL.TIF");
  group.word("FILE_NAME_QUALITY_L1_PIXEL", id + "_QA_PIXEL.TIF");
  group.word("FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION", id + "_QA_RADSAT.TIF");
  group.word("FILE_NAME_ANGLE_COEFFICIENT", id + "_ANG.txt");
  group.word("FILE_NAME_METADATA_ODL", id + "_MTL.txt");
  group.word("FILE_NAME_METADATA_XML", id + "_MTL.xml");
  for (int band = 1; band <= landsat_bands_count; ++band) group.word(fmt::format("DATA_TYPE_BAND_{}", band), "UINT16");
  group.word("DATA_TYPE_QUALITY_L2_AEROSOL", "UINT8");
  group.word("DATA_TYPE_QUALITY_L1_PIXEL", "UINT16");
  group.word("DATA_TYPE_QUALITY_L1_RADIOMETRIC_SATURATION", "UINT16");
  return group;
}

Group image(const SimulatedScene& scene, const Cover& cover) {
  const WrsScene wrs = nearest_wrs(scene.longitude, scene.latitude);
  Group group{"IMAGE_ATTRIBUTES", {}};
  group.word("SPACECRAFT_ID", "LANDSAT_8");
  group.word("SENSOR_ID", "OLI_TIRS");
  group.bare("WRS_TYPE", "2");
  group.number("WRS_PATH", wrs.path);
  group.number("WRS_ROW", wrs.row);
  group.word("NADIR_OFFNADIR", "NADIR");
  group.number("TARGET_WRS_PATH", wrs.path);
  group.number("TARGET_WRS_ROW", wrs.row);
  group.bare("DATE_ACQUIRED", scene.date.iso());
  group.word("SCENE_CENTER_TIME", iso_time(scene.date, 7).substr(11));
  group.bare("CLOUD_COVER", fmt::format("{:.2f}", cover.cloud));
  group.bare("CLOUD_COVER_LAND", fmt::format("{:.2f}", cover.cloud));
  group.bare("SUN_AZIMUTH", fmt::format("{:.8f}", scene.sun.azimuth));
  group.bare("SUN_ELEVATION", fmt::format("{:.8f}", 90 - scene.sun.zenith));
  return group;
}

struct LandsatCorner {
  const char* name;
  std::size_t place;  ///< in corners_of()
  bool east;
  bool south;
};
constexpr std::array<LandsatCorner, 4> corners = {
    {{"UL", 0, false, false}, {"UR", 1, true, false}, {"LL", 3, false, true}, {"LR", 2, true, true}}};

/// Centres of the corner pixels.
double corner_x(const LandsatCorner& corner, const Grid& grid) {
  return grid.transform.x(corner.east ? grid.size.width - 0.5 : 0.5, 0);
}
double corner_y(const LandsatCorner& corner, const Grid& grid) {
  return grid.transform.y(0, corner.south ? grid.size.height - 0.5 : 0.5);
}

Group projection(const SimulatedScene& scene, const Grid& grid) {
  Group group{"PROJECTION_ATTRIBUTES", {}};
  group.word("MAP_PROJECTION", "UTM");
  group.word("DATUM", "WGS84");
  group.word("ELLIPSOID", "WGS84");
  group.number("UTM_ZONE", scene.recipe.epsg % 100);
  group.bare("GRID_CELL_SIZE_REFLECTIVE", "30.00");
  group.number("REFLECTIVE_LINES", grid.size.height);
  group.number("REFLECTIVE_SAMPLES", grid.size.width);
  group.word("ORIENTATION", "NORTH_UP");
  const auto places = corners_of(scene);
  for (const LandsatCorner& corner : corners) {
    group.bare(fmt::format("CORNER_{}_LAT_PRODUCT", corner.name), fmt::format("{:.5f}", places[corner.place].latitude));
    group.bare(fmt::format("CORNER_{}_LON_PRODUCT", corner.name),
               fmt::format("{:.5f}", places[corner.place].longitude));
    group.bare(fmt::format("CORNER_{}_PROJECTION_X_PRODUCT", corner.name),
               fmt::format("{:.3f}", corner_x(corner, grid)));
    group.bare(fmt::format("CORNER_{}_PROJECTION_Y_PRODUCT", corner.name),
               fmt::format("{:.3f}", corner_y(corner, grid)));
  }
  return group;
}

Group reflectance() {
  Group group{"LEVEL2_SURFACE_REFLECTANCE_PARAMETERS", {}};
  group.per_band("REFLECTANCE_MAXIMUM_BAND", fmt::format("{:.6f}", 65535 * landsat_scale + landsat_offset));
  group.per_band("REFLECTANCE_MINIMUM_BAND", fmt::format("{:.6f}", landsat_scale + landsat_offset));
  group.per_band("QUANTIZE_CAL_MAX_BAND", "65535");
  group.per_band("QUANTIZE_CAL_MIN_BAND", "1");
  group.per_band("REFLECTANCE_MULT_BAND", "2.75e-05");
  group.per_band("REFLECTANCE_ADD_BAND", "-0.2");
  return group;
}

Group knobs_of(const SimulatedScene& scene) {
  Group group{"SIMULATION_KNOBS", {}};
  for (const auto& [name, value] : knob_values(scene)) {
    std::string key = name;
    std::transform(key.begin(), key.end(), key.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    group.word(key, value);
  }
  return group;
}

/// Of a direction at a place: east, north, up.
std::string vector_to(double zenith, double azimuth) {
  constexpr double degree = std::numbers::pi / 180;
  const double level = std::sin(zenith * degree);
  return fmt::format("({:12.9f}, {:12.9f}, {:12.9f})", level * std::sin(azimuth * degree),
                     level * std::cos(azimuth * degree), std::cos(zenith * degree));
}

}  // namespace

std::string landsat_id(const SimulatedScene& scene) {
  const WrsScene wrs = nearest_wrs(scene.longitude, scene.latitude);
  const std::string day = compact_time(scene.date).substr(0, 8);
  return fmt::format("LC08_L2SR_{:03}{:03}_{}_{}_02_T1", wrs.path, wrs.row, day, day);
}

LandsatTexts landsat_metadata(const SimulatedScene& scene, const Grid& grid, const Cover& cover) {
  const std::vector<Group> groups{contents(landsat_id(scene)), image(scene, cover), projection(scene, grid),
                                  reflectance(), knobs_of(scene)};
  return {as_odl(groups), as_xml(groups), as_json(groups)};
}

std::string landsat_angles(const SimulatedScene& scene, const Grid& grid) {
  std::string text = "GROUP = FILE_HEADER\n";
  text += fmt::format("  LANDSAT_PRODUCT_ID = \"{}\"\n  SPACECRAFT_ID = \"LANDSAT_8\"\n", landsat_id(scene));
  text += fmt::format("  NUMBER_OF_BANDS = {}\n  BAND_LIST = (1, 2, 3, 4, 5, 6, 7)\n", landsat_bands_count);
  text += "END_GROUP = FILE_HEADER\nGROUP = PROJECTION\n";
  text += "  ELLIPSOID_AXES = (6378137.000000, 6356752.314200)\n  MAP_PROJECTION = \"UTM\"\n";
  text += "  PROJECTION_UNITS = \"METERS\"\n  DATUM = \"WGS84\"\n  ELLIPSOID = \"WGS84\"\n";
  text += fmt::format("  UTM_ZONE = {}\n", scene.recipe.epsg % 100);
  for (const LandsatCorner& corner : corners) {
    text += fmt::format("  {}_CORNER = ({:11.3f}, {:12.3f})\n", corner.name, corner_x(corner, grid),
                        corner_y(corner, grid));
  }
  text += "END_GROUP = PROJECTION\n";
  const ViewMean view = view_mean(scene, 0);
  for (int band = 1; band <= landsat_bands_count; ++band) {
    text += fmt::format("GROUP = RPC_BAND{:02}\n", band);
    text += fmt::format("  BAND{:02}_NUM_L1T_LINES = {}\n", band, grid.size.height);
    text += fmt::format("  BAND{:02}_NUM_L1T_SAMPS = {}\n", band, grid.size.width);
    text += fmt::format("  BAND{:02}_PIXEL_SIZE = 30.000\n", band);
    text += fmt::format("  BAND{:02}_MEAN_SAT_VECTOR = {}\n", band, vector_to(view.zenith, view.azimuth));
    text += fmt::format("  BAND{:02}_MEAN_SUN_VECTOR = {}\n", band, vector_to(scene.sun.zenith, scene.sun.azimuth));
    text += fmt::format("END_GROUP = RPC_BAND{:02}\n", band);
  }
  return text + "END\n";
}

}  // namespace cers::simulator
