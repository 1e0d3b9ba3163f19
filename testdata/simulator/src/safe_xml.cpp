// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "metadata.hpp"
#include "safe.hpp"
#include "xml_text.hpp"

namespace cers::simulator {
namespace {

constexpr const char* declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>";

std::string number(int value) {
  return fmt::format("{}", value);
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
    xml.element("Datatake", {{"datatakeIdentifier", fmt::format("GS2B_{}_004868_N04.00", compact_time(scene.date))}},
                [&] {
                  xml.leaf("SPACECRAFT_NAME", "Sentinel-2B");
                  xml.leaf("DATATAKE_TYPE", "INS-NOBS");
                  xml.leaf("DATATAKE_SENSING_START", time);
                  xml.leaf("SENSING_ORBIT_NUMBER", "108");
                  xml.leaf("SENSING_ORBIT_DIRECTION", "DESCENDING");
                });
    xml.element("Product_Organisation", [&] {
      xml.element("Granule_List", [&] {
        xml.element("Granule",
                    {{"datastripIdentifier", names.datastrip},
                     {"granuleIdentifier", fmt::format("S2B_OPER_MSI_L2A_TL_CERS_{}_A004868_{}_N04.00",
                                                       compact_time(scene.date), scene.recipe.tile)},
                     {"imageFormat", "JPEG2000"}},
                    [&] {
                      for (const std::string& image : images) xml.leaf("IMAGE_FILE", image);
                    });
      });
    });
  });
}

void image_characteristics(XmlText& xml) {
  xml.element("Product_Image_Characteristics", [&] {
    for (const auto& [text, index] : {std::pair{"NODATA", "0"}, std::pair{"SATURATED", "65535"}}) {
      xml.element("Special_Values", [&] {
        xml.leaf("SPECIAL_VALUE_TEXT", text);
        xml.leaf("SPECIAL_VALUE_INDEX", index);
      });
    }
    xml.element("QUANTIFICATION_VALUES_LIST", [&] {
      xml.leaf("BOA_QUANTIFICATION_VALUE", "10000", {{"unit", "none"}});
      xml.leaf("AOT_QUANTIFICATION_VALUE", "1000.0", {{"unit", "none"}});
      xml.leaf("WVP_QUANTIFICATION_VALUE", "1000.0", {{"unit", "cm"}});
    });
    constexpr int bands = 13;
    xml.element("BOA_ADD_OFFSET_VALUES_LIST", [&] {
      for (int band = 0; band < bands; ++band) xml.leaf("BOA_ADD_OFFSET", "-1000", {{"band_id", number(band)}});
    });
    xml.element("Spectral_Information_List", [&] {
      for (const BandFacts& band : band_facts) {
        xml.element("Spectral_Information", {{"bandId", number(band.index)}, {"physicalBand", band.name}}, [&] {
          xml.leaf("RESOLUTION", number(band.pixel));
          xml.element("Wavelength", [&] {
            xml.leaf("MIN", number(band.least), {{"unit", "nm"}});
            xml.leaf("MAX", number(band.most), {{"unit", "nm"}});
            xml.leaf("CENTRAL", fmt::format("{}", band.centre), {{"unit", "nm"}});
          });
        });
      }
    });
  });
}

void angle_lines(XmlText& xml, const std::string& tag, const std::vector<std::string>& values) {
  xml.element(tag, [&] {
    xml.leaf("COL_STEP", number(angle_step), {{"unit", "m"}});
    xml.leaf("ROW_STEP", number(angle_step), {{"unit", "m"}});
    xml.element("Values_List", [&] {
      for (const std::string& line : values) xml.leaf("VALUES", line);
    });
  });
}

void mean_angle(XmlText& xml, double zenith, double azimuth) {
  xml.leaf("ZENITH_ANGLE", fmt::format("{:.12f}", zenith), {{"unit", "deg"}});
  xml.leaf("AZIMUTH_ANGLE", fmt::format("{:.12f}", azimuth), {{"unit", "deg"}});
}

void tile_angles(XmlText& xml, const SimulatedScene& scene) {
  xml.element("Tile_Angles", {{"metadataLevel", "Standard"}}, [&] {
    xml.element("Sun_Angles_Grid", [&] {
      const AngleLines sun = sun_lines(scene);
      angle_lines(xml, "Zenith", sun.zenith);
      angle_lines(xml, "Azimuth", sun.azimuth);
    });
    xml.element("Mean_Sun_Angle", [&] { mean_angle(xml, scene.sun.zenith, scene.sun.azimuth); });
    for (int band = 0; band < band_count; ++band) {
      for (int detector : detectors_of(scene)) {
        xml.element(
            "Viewing_Incidence_Angles_Grids",
            {{"bandId", number(band_facts[static_cast<std::size_t>(band)].index)}, {"detectorId", number(detector)}},
            [&] {
              const AngleLines view = view_lines(scene, band, detector);
              angle_lines(xml, "Zenith", view.zenith);
              angle_lines(xml, "Azimuth", view.azimuth);
            });
      }
    }
    xml.element("Mean_Viewing_Incidence_Angle_List", [&] {
      for (int band = 0; band < band_count; ++band) {
        xml.element("Mean_Viewing_Incidence_Angle",
                    {{"bandId", number(band_facts[static_cast<std::size_t>(band)].index)}}, [&] {
                      const ViewMean view = view_mean(scene, band);
                      mean_angle(xml, view.zenith, view.azimuth);
                    });
      }
    });
  });
}

}  // namespace

std::string safe_product_metadata(const SimulatedScene& scene, const SafeNames& names,
                                  const std::vector<std::string>& images) {
  XmlText xml(declaration);
  xml.element("n1:Level-2A_User_Product",
              {{"xmlns:n1", "https://psd-14.sentinel2.eo.esa.int/PSD/User_Product_Level-2A.xsd"}}, [&] {
                xml.element("n1:General_Info", [&] {
                  product_info(xml, scene, names, images);
                  image_characteristics(xml);
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
                  xml.leaf("Cloud_Coverage_Assessment", fmt::format("{:.2f}", cloud_percent(scene.date)));
                });
              });
  return xml.text();
}

std::string safe_tile_metadata(const SimulatedScene& scene, const SafeNames& names) {
  const Recipe& recipe = scene.recipe;
  XmlText xml(declaration);
  xml.element(
      "n1:Level-2A_Tile_ID",
      {{"xmlns:n1", "https://psd-14.sentinel2.eo.esa.int/PSD/S2_PDI_Level-2A_Tile_Metadata.xsd"}}, [&] {
        xml.element("n1:General_Info", [&] {
          xml.leaf("TILE_ID",
                   fmt::format("S2B_OPER_MSI_L2A_TL_CERS_{}_A004868_{}_N04.00", compact_time(scene.date), recipe.tile),
                   {{"metadataLevel", "Brief"}});
          xml.leaf("DATASTRIP_ID", names.datastrip, {{"metadataLevel", "Standard"}});
          xml.leaf("SENSING_TIME", iso_time(scene.date, 6), {{"metadataLevel", "Standard"}});
        });
        xml.element("n1:Geometric_Info", [&] {
          xml.element("Tile_Geocoding", {{"metadataLevel", "Brief"}}, [&] {
            xml.leaf("HORIZONTAL_CS_NAME",
                     fmt::format("WGS84 / UTM zone {}{}", recipe.epsg % 100, recipe.epsg / 100 == 327 ? "S" : "N"));
            xml.leaf("HORIZONTAL_CS_CODE", fmt::format("EPSG:{}", recipe.epsg));
            for (int metres : {10, 20, 60}) {
              xml.element("Size", {{"resolution", number(metres)}}, [&] {
                xml.leaf("NROWS", number(recipe.side * 10 / metres));
                xml.leaf("NCOLS", number(recipe.side * 10 / metres));
              });
            }
            for (int metres : {10, 20, 60}) {
              xml.element("Geoposition", {{"resolution", number(metres)}}, [&] {
                xml.leaf("ULX", fmt::format("{:.0f}", recipe.west));
                xml.leaf("ULY", fmt::format("{:.0f}", recipe.north));
                xml.leaf("XDIM", number(metres));
                xml.leaf("YDIM", number(-metres));
              });
            }
          });
          tile_angles(xml, scene);
        });
        xml.element("n1:Quality_Indicators_Info", {{"metadataLevel", "Standard"}}, [&] {
          xml.element("Image_Content_QI",
                      [&] { xml.leaf("CLOUDY_PIXEL_PERCENTAGE", fmt::format("{:.6f}", cloud_percent(scene.date))); });
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

}  // namespace cers::simulator
