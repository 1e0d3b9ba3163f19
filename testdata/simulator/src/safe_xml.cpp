// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "metadata.hpp"
#include "safe.hpp"
#include "xml_text.hpp"

namespace cers::simulator {

// Published properties of the Sentinel-2B bands (ESA, spectral response functions v3.1, and product metadata).
const std::array<EsaBand, 13> esa_bands = {{{"B1", "B01", 60, 411, 456, 442.3, 1874.3},
                                            {"B2", "B02", 10, 456, 532, 492.3, 1959.75},
                                            {"B3", "B03", 10, 536, 582, 559.0, 1824.93},
                                            {"B4", "B04", 10, 646, 685, 665.0, 1512.79},
                                            {"B5", "B05", 20, 694, 714, 703.8, 1425.78},
                                            {"B6", "B06", 20, 730, 748, 739.1, 1291.13},
                                            {"B7", "B07", 20, 766, 794, 779.7, 1175.57},
                                            {"B8", "B08", 10, 774, 907, 833.0, 1041.28},
                                            {"B8A", "B8A", 20, 848, 880, 864.0, 953.93},
                                            {"B9", "B09", 60, 930, 957, 943.2, 817.58},
                                            {"B10", "B10", 60, 1339, 1415, 1376.9, 365.41},
                                            {"B11", "B11", 20, 1538, 1679, 1610.4, 247.08},
                                            {"B12", "B12", 20, 2065, 2303, 2185.7, 87.75}}};

namespace {

constexpr const char* declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>";

std::string number(int value) {
  return fmt::format("{}", value);
}

std::string datatake(const SimulatedScene& scene) {
  return fmt::format("GS2B_{}_{:06}_N04.00", compact_time(scene.date), absolute_orbit);
}

template <class F>
void each_band(F f) {
  for (std::size_t band = 0; band < esa_bands.size(); ++band) f(static_cast<int>(band), esa_bands[band]);
}

void product_info(XmlText& xml, const SimulatedScene& scene, const SafeNames& names,
                  const std::vector<std::string>& images) {
  const std::string time = iso_time(scene.date, 3);
  xml.element("Product_Info", [&] {
    xml.leaf("PRODUCT_START_TIME", time);
    xml.leaf("PRODUCT_STOP_TIME", time);
    xml.leaf("PRODUCT_URI", names.product);
    xml.leaf("PROCESSING_LEVEL", "Level-2A");
    xml.leaf("PRODUCT_TYPE", "S2MSI2A");
    xml.leaf("PROCESSING_BASELINE", "04.00");
    xml.leaf("GENERATION_TIME", iso_time(scene.date, 6));
    xml.leaf("PREVIEW_IMAGE_URL", "Not applicable");
    xml.leaf("PREVIEW_GEO_INFO", "Not applicable");
    xml.element("Datatake", {{"datatakeIdentifier", datatake(scene)}}, [&] {
      xml.leaf("SPACECRAFT_NAME", "Sentinel-2B");
      xml.leaf("DATATAKE_TYPE", "INS-NOBS");
      xml.leaf("DATATAKE_SENSING_START", time);
      xml.leaf("SENSING_ORBIT_NUMBER", "108");
      xml.leaf("SENSING_ORBIT_DIRECTION", "DESCENDING");
    });
    xml.element("Query_Options", {{"completeSingleTile", "true"}}, [&] { xml.leaf("PRODUCT_FORMAT", "SAFE_COMPACT"); });
    xml.element("Product_Organisation", [&] {
      xml.element("Granule_List", [&] {
        xml.element(
            "Granule",
            {{"datastripIdentifier", names.datastrip}, {"granuleIdentifier", names.tile}, {"imageFormat", "JPEG2000"}},
            [&] {
              for (const std::string& image : images) xml.leaf("IMAGE_FILE", image);
            });
      });
    });
  });
}

void image_characteristics(XmlText& xml, const SimulatedScene& scene) {
  xml.element("Product_Image_Characteristics", [&] {
    for (const auto& [text, index] : {std::pair{"NODATA", "0"}, std::pair{"SATURATED", "65535"}}) {
      xml.element("Special_Values", [&] {
        xml.leaf("SPECIAL_VALUE_TEXT", text);
        xml.leaf("SPECIAL_VALUE_INDEX", index);
      });
    }
    xml.element("Image_Display_Order", [&] {
      xml.leaf("RED_CHANNEL", "3");
      xml.leaf("GREEN_CHANNEL", "2");
      xml.leaf("BLUE_CHANNEL", "1");
    });
    xml.element("QUANTIFICATION_VALUES_LIST", [&] {
      xml.leaf("BOA_QUANTIFICATION_VALUE", "10000", {{"unit", "none"}});
      xml.leaf("AOT_QUANTIFICATION_VALUE", "1000.0", {{"unit", "none"}});
      xml.leaf("WVP_QUANTIFICATION_VALUE", "1000.0", {{"unit", "cm"}});
    });
    xml.element("BOA_ADD_OFFSET_VALUES_LIST", [&] {
      each_band([&](int band, const EsaBand&) { xml.leaf("BOA_ADD_OFFSET", "-1000", {{"band_id", number(band)}}); });
    });
    xml.element("Reflectance_Conversion", [&] {
      // Earth to sun by the day of the year: 1 − 0.01673 cos(0.9856° (day − 4)) astronomical units.
      const double turn = 0.9856 * (scene.date.day_of_year() - 4) * std::numbers::pi / 180;
      const double distance = 1 - 0.01673 * std::cos(turn);
      xml.leaf("U", fmt::format("{:.12f}", 1 / (distance * distance)));
      xml.element("Solar_Irradiance_List", [&] {
        each_band([&](int band, const EsaBand& facts) {
          xml.leaf("SOLAR_IRRADIANCE", fmt::format("{}", facts.irradiance),
                   {{"bandId", number(band)}, {"unit", "W/m²/µm"}});
        });
      });
    });
    xml.element("Spectral_Information_List", [&] {
      each_band([&](int band, const EsaBand& facts) {
        xml.element("Spectral_Information", {{"bandId", number(band)}, {"physicalBand", facts.name}}, [&] {
          xml.leaf("RESOLUTION", number(facts.pixel));
          xml.element("Wavelength", [&] {
            xml.leaf("MIN", number(facts.least), {{"unit", "nm"}});
            xml.leaf("MAX", number(facts.most), {{"unit", "nm"}});
            xml.leaf("CENTRAL", fmt::format("{}", facts.centre), {{"unit", "nm"}});
          });
        });
      });
    });
  });
}

}  // namespace

std::string safe_product_metadata(const SimulatedScene& scene, const SafeNames& names,
                                  const std::vector<std::string>& images, const ClassShares& shares) {
  XmlText xml(declaration);
  xml.element("n1:Level-2A_User_Product",
              {{"xmlns:n1", "https://psd-14.sentinel2.eo.esa.int/PSD/User_Product_Level-2A.xsd"}}, [&] {
                xml.element("n1:General_Info", [&] {
                  product_info(xml, scene, names, images);
                  image_characteristics(xml, scene);
                });
                xml.element("n1:Geometric_Info", [&] {
                  xml.element("Product_Footprint", [&] {
                    xml.element("Product_Footprint", [&] {
                      xml.element("Global_Footprint", [&] {
                        std::string places;
                        const auto corners = corners_of(scene);
                        for (std::size_t i : {0U, 1U, 2U, 3U, 0U}) {
                          places += fmt::format("{}{:.6f} {:.6f}", places.empty() ? "" : " ", corners[i].latitude,
                                                corners[i].longitude);
                        }
                        xml.leaf("EXT_POS_LIST", places);
                      });
                    });
                  });
                });
                xml.element("n1:Quality_Indicators_Info", [&] {
                  const auto content = content_shares(shares);
                  xml.leaf("Cloud_Coverage_Assessment", content.front().second);
                  xml.element("Technical_Quality_Assessment", [&] {
                    xml.leaf("DEGRADED_ANC_DATA_PERCENTAGE", "0.0");
                    xml.leaf("DEGRADED_MSI_DATA_PERCENTAGE", "0");
                  });
                  xml.element("Image_Content_QI", [&] {
                    for (std::size_t i = 1; i < content.size(); ++i) xml.leaf(content[i].first, content[i].second);
                  });
                });
              });
  return xml.text();
}

std::string safe_manifest(const SimulatedScene& scene, const std::vector<std::string>& files) {
  XmlText xml(declaration);
  xml.element("xfdu:XFDU",
              {{"xmlns:safe", "http://www.esa.int/safe/sentinel/1.1"},
               {"xmlns:xfdu", "urn:ccsds:schema:xfdu:1"},
               {"version", "esa/safe/sentinel/1.1/sentinel-2/msi/archive_l2a_user_product"}},
              [&] {
                xml.element("metadataSection", [&] {
                  xml.element("metadataObject", {{"ID", "acquisitionPeriod"}},
                              [&] { xml.leaf("safe:startTime", iso_time(scene.date, 3)); });
                });
                xml.element("dataObjectSection", [&] {
                  for (std::size_t i = 0; i < files.size(); ++i) {
                    xml.element("dataObject", {{"ID", fmt::format("file_{}", i + 1)}}, [&] {
                      xml.element("byteStream", [&] {
                        xml.leaf("fileLocation", "", {{"locatorType", "URL"}, {"href", "./" + files[i]}});
                      });
                    });
                  }
                });
              });
  return xml.text();
}

std::vector<std::pair<std::string, std::string>> content_shares(const ClassShares& shares) {
  const auto percent = [](double value) { return fmt::format("{:.6f}", value); };
  const double cloud = shares[8] + shares[9] + shares[10];
  const double land = 100 - shares[6];  // of the pixels seen; clouds hide what lies below, as in Sen2Cor
  return {{"CLOUDY_PIXEL_PERCENTAGE", percent(cloud)},
          {"CLOUDY_PIXEL_OVER_LAND_PERCENTAGE", percent(land > 0 ? 100 * cloud / land : 0)},
          {"NODATA_PIXEL_PERCENTAGE", percent(shares[0])},
          {"SATURATED_DEFECTIVE_PIXEL_PERCENTAGE", percent(shares[1])},
          {"DARK_FEATURES_PERCENTAGE", percent(shares[2])},
          {"CLOUD_SHADOW_PERCENTAGE", percent(shares[3])},
          {"VEGETATION_PERCENTAGE", percent(shares[4])},
          {"NOT_VEGETATED_PERCENTAGE", percent(shares[5])},
          {"WATER_PERCENTAGE", percent(shares[6])},
          {"UNCLASSIFIED_PERCENTAGE", percent(shares[7])},
          {"MEDIUM_PROBA_CLOUDS_PERCENTAGE", percent(shares[8])},
          {"HIGH_PROBA_CLOUDS_PERCENTAGE", percent(shares[9])},
          {"THIN_CIRRUS_PERCENTAGE", percent(shares[10])},
          {"SNOW_ICE_PERCENTAGE", percent(shares[11])}};
}

std::string safe_datastrip_metadata(const SimulatedScene& scene, const SafeNames& names) {
  const std::string time = iso_time(scene.date, 3);
  XmlText xml(declaration);
  xml.element("n1:Level-2A_DataStrip_ID",
              {{"xmlns:n1", "https://psd-14.sentinel2.eo.esa.int/PSD/S2_PDI_Level-2A_Datastrip_Metadata.xsd"}}, [&] {
                xml.element("n1:General_Info", [&] {
                  xml.element("Datatake_Info", {{"datatakeIdentifier", datatake(scene)}}, [&] {
                    xml.leaf("SPACECRAFT_NAME", "Sentinel-2B");
                    xml.leaf("DATATAKE_TYPE", "INS-NOBS");
                    xml.leaf("DATATAKE_SENSING_START", time);
                    xml.leaf("SENSING_ORBIT_NUMBER", "108");
                    xml.leaf("SENSING_ORBIT_DIRECTION", "DESCENDING");
                  });
                  xml.element("Datastrip_Time_Info", [&] {
                    xml.leaf("DATASTRIP_SENSING_START", time);
                    xml.leaf("DATASTRIP_SENSING_STOP", time);
                  });
                  xml.element("Processing_Info", [&] {
                    xml.leaf("PROCESSING_BASELINE", "04.00");
                    xml.leaf("UTC_DATE_TIME", time);
                  });
                  xml.leaf("DATASTRIP_ID", names.datastrip);
                });
              });
  return xml.text();
}

std::string safe_report(const SimulatedScene& scene, const std::string& name,
                        const std::vector<std::pair<std::string, std::string>>& measured) {
  const std::string time = iso_time(scene.date, 3);
  XmlText xml(declaration);
  xml.element("Earth_Explorer_File", {{"xmlns", "http://gs2.esa.int/DATA_STRUCTURE/olqcReport"}}, [&] {
    xml.element("Earth_Explorer_Header", [&] {
      xml.element("Fixed_Header", [&] {
        xml.leaf("File_Name", name);
        xml.leaf("File_Description", "Simulated");
        xml.leaf("Mission", "S2B");
        xml.leaf("File_Class", "TEST");
        xml.leaf("File_Type", "REP_OLQCPA");
      });
    });
    xml.element("Data_Block", {{"type", "xml"}}, [&] {
      xml.element("report", {{"gippVersion", "1.0"}, {"globalStatus", "PASSED"}, {"date", time}}, [&] {
        xml.element("checkList", [&] {
          xml.leaf("name", name);
          xml.element("check", [&] {
            xml.leaf("inspection", "", {{"status", "PASSED"}, {"name", name}});
            xml.element("extraValues", [&] {
              for (const auto& [key, value] : measured) xml.leaf("value", value, {{"name", key}});
            });
          });
        });
      });
    });
  });
  return xml.text();
}

std::string safe_inspire(const SimulatedScene& scene, const SafeNames& names) {
  XmlText xml(declaration);
  const auto words = [&](const std::string& tag, const std::string& value) {
    xml.element(tag, [&] { xml.leaf("gco:CharacterString", value); });
  };
  xml.element("gmd:MD_Metadata",
              {{"xmlns:gmd", "http://www.isotc211.org/2005/gmd"}, {"xmlns:gco", "http://www.isotc211.org/2005/gco"}},
              [&] {
                words("gmd:fileIdentifier", names.product);
                xml.element("gmd:dateStamp", [&] { xml.leaf("gco:Date", scene.date.iso()); });
                words("gmd:metadataStandardName", "INSPIRE Metadata Implementing Rules");
              });
  return xml.text();
}

std::string safe_index(const SafeNames& names) {
  return fmt::format(
      "<!DOCTYPE html>\n<html>\n<head><title>{0}</title></head>\n<body>\n<h1>{0}</h1>\n"
      "<p>Simulated by Cers. Metadata: <a href=\"../MTD_MSIL2A.xml\">MTD_MSIL2A.xml</a></p>\n</body>\n</html>\n",
      names.product);
}

}  // namespace cers::simulator
