// SPDX-License-Identifier: Apache-2.0
// MTD_TL.xml: when and where a tile was seen, and under which angles.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "readers/sentinel2_bands.hpp"
#include "readers/sentinel2_safe.hpp"

namespace cers::products::sentinel2 {
namespace {

constexpr double radians = std::numbers::pi / 180;

// Rows of numbers separated by blanks; "NaN" where a detector sees nothing.
struct Values {
  int columns = 0;
  int rows = 0;
  double step_m = 0;
  std::vector<double> all;
};

Values read_values(pugi::xml_node node, const std::string& shown) {
  Values values;
  values.step_m = element_number(node, "COL_STEP").value_or(0);
  if (element_number(node, "ROW_STEP").value_or(values.step_m) != values.step_m)
    throw DataError(shown + ": the angle grid has unequal COL_STEP and ROW_STEP", "download the product again");
  for (const pugi::xml_node row : child(node, "Values_List").children()) {
    int columns = 0;
    const std::string text = row.text().get();
    std::size_t start = text.find_first_not_of(" \t\r\n");
    while (start != std::string::npos) {
      const auto end = std::min(text.find_first_of(" \t\r\n", start), text.size());
      const auto value = parse_real(std::string_view(text).substr(start, end - start));
      if (!value)
        throw DataError(shown + ": '" + text.substr(start, end - start) + "' in an angle grid is no number",
                        "download the product again");
      values.all.push_back(*value);
      ++columns;
      start = text.find_first_not_of(" \t\r\n", end);
    }
    if (columns == 0) continue;
    if (values.columns != 0 && columns != values.columns)
      throw DataError(shown + ": the rows of an angle grid differ in length", "download the product again");
    values.columns = columns;
    ++values.rows;
  }
  return values;
}

// Sums over detectors. Azimuths are averaged as directions, since those of two detectors may lie on both sides of
// north.
struct Merged {
  Values shape;
  std::vector<double> zenith, sine, cosine;
  std::vector<int> seen;
};

void merge(pugi::xml_node node, const std::string& shown, Merged& merged) {
  const Values zenith = read_values(child(node, "Zenith"), shown);
  const Values azimuth = read_values(child(node, "Azimuth"), shown);
  if (zenith.all.size() != azimuth.all.size() || zenith.columns != azimuth.columns)
    throw DataError(shown + ": the zenith and azimuth grids differ in size", "download the product again");
  if (merged.seen.empty()) {
    merged.shape = zenith;
    merged.zenith.assign(zenith.all.size(), 0);
    merged.sine = merged.cosine = merged.zenith;
    merged.seen.assign(zenith.all.size(), 0);
  }
  if (merged.seen.size() != zenith.all.size() || merged.shape.columns != zenith.columns)
    throw DataError(shown + ": the angle grids of the detectors differ in size", "download the product again");
  for (std::size_t i = 0; i < zenith.all.size(); ++i) {
    if (std::isnan(zenith.all[i]) || std::isnan(azimuth.all[i])) continue;
    merged.zenith[i] += zenith.all[i];
    merged.sine[i] += std::sin(azimuth.all[i] * radians);
    merged.cosine[i] += std::cos(azimuth.all[i] * radians);
    ++merged.seen[i];
  }
}

AngleGrid grid_of(const Merged& merged, double origin_x, double origin_y) {
  AngleGrid grid{merged.shape.columns, merged.shape.rows, merged.shape.step_m, origin_x, origin_y, {}, {}};
  for (std::size_t i = 0; i < merged.seen.size(); ++i) {
    constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
    const bool seen = merged.seen[i] > 0;
    double azimuth = std::atan2(merged.sine[i], merged.cosine[i]) / radians;
    if (azimuth < 0) azimuth += 360;
    grid.zenith_deg.push_back(seen ? static_cast<float>(merged.zenith[i] / merged.seen[i]) : unknown);
    grid.azimuth_deg.push_back(seen ? static_cast<float>(azimuth) : unknown);
  }
  return grid;
}

std::optional<std::size_t> band_index(pugi::xml_node node) {
  const auto id = parse_integer(node.attribute("bandId").value());
  if (!id || *id < 0 || *id >= static_cast<std::int64_t>(sentinel2_bands.size())) return std::nullopt;
  return static_cast<std::size_t>(*id);
}

void read_view(pugi::xml_node angles, const Radiometry& radiometry, const std::string& shown, double x, double y,
               Product& product) {
  std::map<std::size_t, Merged> grids;
  std::map<std::size_t, ViewAngles> views;
  for (const pugi::xml_node node : angles.children()) {
    if (local_name(node) != "Viewing_Incidence_Angles_Grids") continue;
    if (const auto index = band_index(node)) merge(node, shown, grids[*index]);
  }
  for (const auto& [index, merged] : grids) views[index].grid = grid_of(merged, x, y);
  for (const pugi::xml_node node : child(angles, "Mean_Viewing_Incidence_Angle_List").children()) {
    const auto index = band_index(node);
    if (!index) continue;
    views[*index].mean_zenith_deg = element_number(node, "ZENITH_ANGLE").value_or(0);
    views[*index].mean_azimuth_deg = element_number(node, "AZIMUTH_ANGLE").value_or(0);
  }
  for (auto& [index, view] : views) {
    view.band = radiometry.names[index];
    product.view.push_back(std::move(view));
  }
}

void read_geocoding(const Xml& xml, Product& product, double& x, double& y) {
  const pugi::xml_node geocoding = element(xml.root(), "Geometric_Info/Tile_Geocoding");
  if (const auto code = element_text(geocoding, "HORIZONTAL_CS_CODE")) {
    const auto colon = code->find(':');
    const auto number = parse_integer(colon == std::string::npos ? *code : code->substr(colon + 1));
    if (number) product.epsg = static_cast<int>(*number);
  }
  const pugi::xml_node position = child(geocoding, "Geoposition");  // every resolution has the same corner
  x = element_number(position, "ULX").value_or(0);
  y = element_number(position, "ULY").value_or(0);
}

}  // namespace

void read_tile(const Xml& xml, const Radiometry& radiometry, Product& product) {
  const pugi::xml_node general = element(xml.root(), "General_Info");
  // Of this tile; the start time of the product is that of the whole datatake, up to 20 minutes before.
  if (const auto time = element_text(general, "SENSING_TIME")) product.datetime = *time;
  double x = 0;
  double y = 0;
  read_geocoding(xml, product, x, y);

  const pugi::xml_node angles = element(xml.root(), "Geometric_Info/Tile_Angles");
  if (const pugi::xml_node sun = child(angles, "Sun_Angles_Grid")) {
    Merged merged;
    merge(sun, xml.shown(), merged);
    product.sun = grid_of(merged, x, y);
  }
  const pugi::xml_node mean = child(angles, "Mean_Sun_Angle");
  product.sun_zenith_deg = element_number(mean, "ZENITH_ANGLE");
  product.sun_azimuth_deg = element_number(mean, "AZIMUTH_ANGLE");
  read_view(angles, radiometry, xml.shown(), x, y, product);

  const pugi::xml_node content = element(xml.root(), "Quality_Indicators_Info/Image_Content_QI");
  if (const auto value = element_number(content, "CLOUDY_PIXEL_PERCENTAGE")) product.cloud_percent = value;
  if (const auto value = element_number(content, "SNOW_ICE_PERCENTAGE")) product.snow_percent = value;
  if (const auto value = element_number(content, "NODATA_PIXEL_PERCENTAGE")) product.nodata_percent = value;
}

}  // namespace cers::products::sentinel2
