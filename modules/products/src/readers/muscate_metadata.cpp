// SPDX-License-Identifier: Apache-2.0
// …_MTD_ALL.xml, a Muscate_Metadata_Document. Element names repeat in it (the lineage has the PRODUCT_ID of every
// input), so everything is read by its path from the root.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "readers/angle_grids.hpp"
#include "readers/muscate.hpp"

namespace cers::products::muscate {
namespace {

std::string text_of(pugi::xml_node node) {
  return std::string(trimmed(node.text().get()));
}

std::optional<double> number_of(pugi::xml_node node) {
  return parse_real(text_of(node));
}

// Times are UTC, though only those of Sentinel-2 end in Z.
std::string utc(std::string time) {
  if (!time.empty() && time.back() != 'Z') time += 'Z';
  return time;
}

// The 143 orbits of Sentinel-2's cycle. Offsets by the pairs of both numbers in SAFE products, where A and B are half a
// cycle apart; none for the satellites after B.
std::optional<int> relative_orbit_of(const std::string& platform, int absolute) {
  constexpr int orbits = 143;
  if (platform == "sentinel-2a") return (absolute + 2) % orbits + 1;
  if (platform == "sentinel-2b") return (absolute + 116) % orbits + 1;
  return std::nullopt;
}

void read_orbit(const Xml& xml, Product& product) {
  const pugi::xml_node node = xml.find("Product_Characteristics/ORBIT_NUMBER");
  const auto orbit = count_in(text_of(node));
  // Of type "Path" it is the column of Landsat's grid; syntheses have -1.
  if (!orbit || *orbit == 0 || std::string_view(node.attribute("type").value()) == "Path") return;
  product.absolute_orbit = orbit;
  product.relative_orbit = relative_orbit_of(product.platform, *orbit);
}

void read_footprint(const Xml& xml, Product& product) {
  std::map<std::string, std::pair<double, double>> points;
  for (const pugi::xml_node point :
       xml.find("Geoposition_Informations/Geopositioning/Global_Geopositioning").children()) {
    const auto latitude = number_of(child(point, "LAT"));
    const auto longitude = number_of(child(point, "LON"));
    if (latitude && longitude) points[point.attribute("name").value()] = {*longitude, *latitude};
  }
  std::vector<std::pair<double, double>> ring;
  for (const char* corner : {"upperLeft", "upperRight", "lowerRight", "lowerLeft", "upperLeft"}) {
    const auto found = points.find(corner);
    if (found != points.end()) ring.push_back(found->second);
  }
  constexpr std::size_t closed = 5;
  if (ring.size() == closed) product.footprint = std::move(ring);
}

void read_percentages(const Xml& xml, Product& product) {
  for (const pugi::xml_node list : xml.find("Quality_Informations/Current_Product").children()) {
    for (const pugi::xml_node quality : list.children()) {
      for (const pugi::xml_node index : child(quality, "Global_Index_List").children()) {
        const std::string_view name = index.attribute("name").value();
        if (name == "CloudPercent") product.cloud_percent = number_of(index);
        if (name == "SnowPercent") product.snow_percent = number_of(index);
      }
    }
  }
}

std::string kind_of_nature(const std::string& nature) {
  static const std::map<std::string, std::string> kinds = {
      {"surface_reflectance", "SRE"},
      {"flat_reflectance", "FRE"},
      {"flat_reflectance_composite", "FRC"},
      {"water_vapor_content", "ATB"},
      {"aerosol_optical_thickness", "ATB"},
      {"detailed_cloud", "CLM"},
      {"edge", "EDG"},
      {"saturation", "SAT"},
      {"wvc_interpolation", "IAB"},
      {"aot_interpolation", "IAB"},
      {"water", "MG2"},
      {"cloud", "MG2"},
      {"snow", "MG2"},
      {"cloud_shadow", "MG2"},
      {"topography_shadow", "MG2"},
      {"hidden_surface", "MG2"},
      {"sun_too_low", "MG2"},
      {"tangent_sun", "MG2"},
  };
  const auto found = kinds.find(lower(nature));
  return found == kinds.end() ? nature : found->second;
}

// Files of one Image or Mask element.
void read_files(pugi::xml_node element, const char* properties, const char* list, std::vector<Listed>& all) {
  const std::string nature = text_of(descend(element, std::string(properties) + "/NATURE"));
  for (const pugi::xml_node node : child(element, list).children()) {
    Listed listed;
    listed.nature = nature;
    listed.file = text_of(node);
    if (listed.file.empty()) continue;
    const std::string band = node.attribute("band_id").value();
    const std::string group = node.attribute("group_id").value();
    const auto image = image_of(listed.file.substr(listed.file.rfind('/') + 1));
    listed.kind = image ? image->kind : kind_of_nature(nature);
    // The band of a mask file is that of a bit in the file of a group.
    const bool mask = std::string_view(properties) == "Mask_Properties";
    listed.part = image && (mask || band.empty()) ? image->part : band.empty() ? group : band;
    if (const auto number = count_in(node.attribute("band_number").value()); number && *number > 0)
      listed.band = *number;
    if (const auto bit = parse_integer(node.attribute("bit_number").value()); bit && *bit >= 1 && *bit <= 32)
      listed.bit = static_cast<unsigned>(*bit - 1);
    all.push_back(std::move(listed));
  }
}

void read_bands(const Xml& xml, Sensor& sensor) {
  std::map<std::string, std::string> groups;
  for (const pugi::xml_node group : xml.find("Product_Characteristics/Band_Group_List").children()) {
    for (const pugi::xml_node band : child(group, "Band_List").children())
      groups[text_of(band)] = group.attribute("group_id").value();
  }
  std::map<std::string, double> sizes;
  for (const pugi::xml_node group :
       xml.find("Geoposition_Informations/Geopositioning/Group_Geopositioning_List").children()) {
    const auto size = number_of(child(group, "XDIM"));
    if (size && *size > 0) sizes[group.attribute("group_id").value()] = *size;
  }
  std::map<std::string, pugi::xml_node> spectral;
  for (const pugi::xml_node band : xml.find("Radiometric_Informations/Spectral_Band_Informations_List").children())
    spectral[band.attribute("band_id").value()] = band;

  for (SensorBand& band : sensor.bands) {
    if (const auto group = groups.find(band.name); group != groups.end()) band.group = group->second;
    // The pixels' size counts; the spatial resolution may be that of the sensor.
    if (const auto size = sizes.find(band.group); size != sizes.end()) {
      band.gsd_m = size->second;
    } else if (const auto size_of_band = number_of(child(spectral[band.name], "SPATIAL_RESOLUTION"))) {
      band.gsd_m = *size_of_band;
    }
    const auto centre = number_of(descend(spectral[band.name], "Wavelength/CENTRAL"));
    if (centre && *centre > 0) band.wavelength_nm = *centre;
  }
}

double quantification(const Xml& xml, const std::string& name, double assumed_step, Product& product) {
  const auto value = xml.number("Radiometric_Informations/" + name);
  if (value && !(*value > 0))
    throw DataError(xml.shown() + ": " + name + " is not positive", "copy or download the product again");
  if (value) return step_of(*value);
  product.problems.push_back(xml.shown() + " lacks " + name + ": " + format_real(std::round(1 / assumed_step)) +
                             " of the format is assumed");
  return assumed_step;
}

}  // namespace

void apply_name(const std::string& id, Product& product) {
  if (product.id.empty()) product.id = id;
  const auto name = name_in(id);
  if (!name) return;
  if (const auto sensor = sensor_named(name->platform)) {
    product.platform = sensor->platform;
    product.constellation = sensor->constellation;
    product.instrument = sensor->instrument;
  }
  product.datetime = name->datetime;
  product.level = name->level;
  product.tile = name->tile;
  product.baseline = name->version;
  product.epsg = epsg_of_tile(name->tile);
}

void read_general(const Xml& xml, Product& product) {
  if (local_name(xml.root()) != "Muscate_Metadata_Document")
    throw DataError(xml.shown() + " is no Muscate_Metadata_Document but a " + std::string(local_name(xml.root())),
                    "copy or download the product again; its band files can still be opened one by one");
  product.id = xml.need("Product_Characteristics/PRODUCT_ID");
  apply_name(product.id, product);
  if (const auto platform = xml.text("Product_Characteristics/PLATFORM")) {
    if (const auto sensor = sensor_named(*platform)) {
      product.platform = sensor->platform;
      product.constellation = sensor->constellation;
      product.instrument = sensor->instrument;
    }
  }
  const auto take = [&](const char* path, std::string& into) {
    if (const auto text = xml.text(path)) into = *text;
  };
  take("Product_Characteristics/PRODUCT_LEVEL", product.level);
  take("Product_Characteristics/PRODUCT_VERSION", product.baseline);
  take("Product_Characteristics/ACQUISITION_DATE", product.datetime);
  take("Product_Characteristics/PRODUCTION_DATE", product.processed);
  product.datetime = utc(product.datetime);
  product.processed = utc(product.processed);
  if (const auto zone = xml.text("Dataset_Identification/GEOGRAPHICAL_ZONE")) product.tile = tile_of_zone(*zone);
  read_orbit(xml, product);

  if (const auto code = xml.text("Geoposition_Informations/Coordinate_Reference_System/Horizontal_Coordinate_System/"
                                 "HORIZONTAL_CS_CODE")) {
    const auto number = count_in(code->substr(code->rfind(':') + 1));  // "32632" or "EPSG:32632"
    if (number) product.epsg = number;
  }
  read_footprint(xml, product);
  read_percentages(xml, product);
  product.sun_zenith_deg = xml.number("Geometric_Informations/Mean_Value_List/Sun_Angles/ZENITH_ANGLE");
  product.sun_azimuth_deg = xml.number("Geometric_Informations/Mean_Value_List/Sun_Angles/AZIMUTH_ANGLE");
}

Format read_format(const Xml& xml, Sensor sensor, Product& product) {
  Format format;
  format.reflectance_step = quantification(xml, "REFLECTANCE_QUANTIFICATION_VALUE", format.reflectance_step, product);
  const std::string radiometry = "Radiometric_Informations/";
  if (const auto value = xml.number(radiometry + "WATER_VAPOR_CONTENT_QUANTIFICATION_VALUE"); value && *value > 0)
    format.water_vapour_step = step_of(*value);
  if (const auto value = xml.number(radiometry + "AEROSOL_OPTICAL_THICKNESS_QUANTIFICATION_VALUE"); value && *value > 0)
    format.aerosol_step = step_of(*value);
  bool given = false;
  for (const pugi::xml_node node : xml.find(radiometry + "Special_Values_List").children()) {
    const std::string_view name = node.attribute("name").value();
    const auto value = number_of(node);
    if (!value) continue;
    if (name == "nodata") format.nodata = *value;
    if (name == "water_vapor_content_nodata") format.water_vapour_nodata = *value;
    if (name == "aerosol_optical_thickness_nodata") format.aerosol_nodata = *value;
    given = given || name == "nodata";
  }
  if (!given) product.problems.push_back(xml.shown() + " lacks SPECIAL_VALUE nodata: -10000 of the format is assumed");
  for (const pugi::xml_node image : xml.find("Product_Organisation/Muscate_Product/Image_List").children())
    read_files(image, "Image_Properties", "Image_File_List", format.listed);
  for (const pugi::xml_node mask : xml.find("Product_Organisation/Muscate_Product/Mask_List").children())
    read_files(mask, "Mask_Properties", "Mask_File_List", format.listed);
  constexpr std::size_t most_files = 10'000;  // a product lists 150
  if (format.listed.size() > most_files)
    throw DataError(xml.shown() + " lists " + std::to_string(format.listed.size()) + " files: no product has so many",
                    "do not trust this file; download it from its producer");
  for (Listed& listed : format.listed) {
    if (listed.part == "ALL") listed.part = "XS";
  }
  read_bands(xml, sensor);
  format.sensor = std::move(sensor);
  return format;
}

void read_angles(const Xml& xml, Product& product) {
  const pugi::xml_node position =
      child(xml.find("Geoposition_Informations/Geopositioning/Group_Geopositioning_List"), "Group_Geopositioning");
  const double x = number_of(child(position, "ULX")).value_or(0);  // every group has the same corner
  const double y = number_of(child(position, "ULY")).value_or(0);
  const std::string grids = "Geometric_Informations/Angles_Grids_List/";
  AngleMean sun;
  if (const pugi::xml_node node = xml.find(grids + "Sun_Angles_Grids")) sun.add(node, xml.shown());
  product.sun = sun.grid(x, y);

  std::map<std::string, ViewAngles> views;
  for (const pugi::xml_node band : xml.find(grids + "Viewing_Incidence_Angles_Grids_List").children()) {
    AngleMean mean;
    for (const pugi::xml_node detector : band.children()) mean.add(detector, xml.shown());
    const std::string name = band.attribute("band_id").value();
    if (!name.empty()) views[name].grid = mean.grid(x, y);
  }
  for (const pugi::xml_node node :
       xml.find("Geometric_Informations/Mean_Value_List/Mean_Viewing_Incidence_Angle_List").children()) {
    const std::string name = node.attribute("band_id").value();
    const auto zenith = number_of(child(node, "ZENITH_ANGLE"));
    const auto azimuth = number_of(child(node, "AZIMUTH_ANGLE"));
    if (name.empty() || !zenith || !azimuth) continue;
    views[name].mean_zenith_deg = *zenith;
    views[name].mean_azimuth_deg = *azimuth;
  }
  for (const ProductBand& band : product.bands) {
    const auto found = views.find(band.name);
    if (found == views.end()) continue;
    found->second.band = band.name;
    product.view.push_back(std::move(found->second));
  }
}

}  // namespace cers::products::muscate
