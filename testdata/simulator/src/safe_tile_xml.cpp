// SPDX-License-Identifier: Apache-2.0
// Metadata of the granule: grids, angles, shares of classes, masks.
#include <fmt/format.h>

#include "metadata.hpp"
#include "safe.hpp"
#include "xml_text.hpp"

namespace cers::simulator {
namespace {

std::string number(int value) {
  return fmt::format("{}", value);
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

std::string safe_tile_metadata(const SimulatedScene& scene, const SafeNames& names, const std::vector<SafeMask>& masks,
                               const std::string& preview, const ClassShares& shares) {
  const Recipe& recipe = scene.recipe;
  XmlText xml("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>");
  xml.element("n1:Level-2A_Tile_ID",
              {{"xmlns:n1", "https://psd-14.sentinel2.eo.esa.int/PSD/S2_PDI_Level-2A_Tile_Metadata.xsd"}}, [&] {
                xml.element("n1:General_Info", [&] {
                  xml.leaf("TILE_ID", names.tile, {{"metadataLevel", "Brief"}});
                  xml.leaf("DATASTRIP_ID", names.datastrip, {{"metadataLevel", "Standard"}});
                  xml.leaf("SENSING_TIME", iso_time(scene.date, 6), {{"metadataLevel", "Standard"}});
                });
                xml.element("n1:Geometric_Info", [&] {
                  xml.element("Tile_Geocoding", {{"metadataLevel", "Brief"}}, [&] {
                    xml.leaf("HORIZONTAL_CS_NAME", fmt::format("WGS84 / UTM zone {}{}", recipe.epsg % 100,
                                                               recipe.epsg / 100 == 327 ? "S" : "N"));
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
                  xml.element("Image_Content_QI", [&] {
                    for (const auto& [key, value] : content_shares(shares)) xml.leaf(key, value);
                  });
                  xml.element("Pixel_Level_QI", {{"geometry", "FULL_RESOLUTION"}}, [&] {
                    for (const SafeMask& mask : masks) {
                      XmlText::Attributes attributes{{"type", mask.type}};
                      if (mask.band >= 0) attributes.emplace_back("bandId", number(mask.band));
                      xml.leaf("MASK_FILENAME", mask.path, attributes);
                    }
                  });
                  xml.leaf("PVI_FILENAME", preview);
                });
              });
  return xml.text();
}

}  // namespace cers::simulator
