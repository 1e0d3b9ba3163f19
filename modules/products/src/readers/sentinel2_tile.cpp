// SPDX-License-Identifier: Apache-2.0
// MTD_TL.xml: when and where a tile was seen, and under which angles.
#include <map>

#include "cers/core/text.hpp"
#include "readers/angle_grids.hpp"
#include "readers/sentinel2_bands.hpp"
#include "readers/sentinel2_safe.hpp"

namespace cers::products::sentinel2 {
namespace {

std::optional<std::size_t> band_index(pugi::xml_node node) {
  const auto id = parse_integer(node.attribute("bandId").value());
  if (!id || *id < 0 || *id >= static_cast<std::int64_t>(sentinel2_bands.size())) return std::nullopt;
  return static_cast<std::size_t>(*id);
}

void read_view(pugi::xml_node angles, const Radiometry& radiometry, const std::string& shown, double x, double y,
               Product& product) {
  std::map<std::size_t, AngleMean> grids;
  std::map<std::size_t, ViewAngles> views;
  for (const pugi::xml_node node : angles.children()) {
    if (local_name(node) != "Viewing_Incidence_Angles_Grids") continue;
    if (const auto index = band_index(node)) grids[*index].add(node, shown);
  }
  for (const auto& [index, mean] : grids) views[index].grid = mean.grid(x, y);
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
    const auto number = count_in(colon == std::string::npos ? *code : code->substr(colon + 1));
    if (number) product.epsg = number;
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
    AngleMean grids;
    grids.add(sun, xml.shown());
    product.sun = grids.grid(x, y);
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
