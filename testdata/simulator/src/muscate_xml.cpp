// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "metadata.hpp"
#include "muscate.hpp"
#include "xml_text.hpp"

namespace cers::simulator {
namespace {

class MuscateXml {
 public:
  MuscateXml(const SimulatedScene& scene, const std::string& id, const Cover& cover)
      : scene_(scene), id_(id), cover_(cover), xml_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>") {}

  std::string write() {
    xml_.element("Muscate_Metadata_Document", [&] {
      identification();
      characteristics();
      organisation();
      position();
      geometry();
      radiometry();
      quality();
    });
    return xml_.text();
  }

 private:
  using Attributes = XmlText::Attributes;

  void identification() {
    xml_.element("Metadata_Identification", [&] {
      xml_.leaf("METADATA_FORMAT", "METADATA_MUSCATE", {{"version", "1.16"}});
      xml_.leaf("METADATA_PROFILE", "DISTRIBUTED");
      xml_.leaf("METADATA_INFORMATION", "EXPERT");
    });
    xml_.element("Dataset_Identification", [&] {
      xml_.leaf("IDENTIFIER", id_.substr(0, id_.rfind("_V")));
      xml_.leaf("AUTHORITY", "SIMULATED");
      xml_.leaf("PRODUCER", "CERS");
      xml_.leaf("PROJECT", "SENTINEL2");
      xml_.leaf("GEOGRAPHICAL_ZONE", scene_.recipe.tile, {{"type", "Tile"}});
      // Every knob, so that the scene can be made again from its metadata.
      xml_.leaf("DESCRIPTION", "\n" + knob_lines(knob_values(scene_)));
    });
  }

  void characteristics() {
    const std::string time = iso_time(scene_.date, 6);
    xml_.element("Product_Characteristics", [&] {
      xml_.leaf("PRODUCT_ID", id_);
      xml_.leaf("ACQUISITION_DATE", time);
      xml_.leaf("PRODUCTION_DATE", time);
      xml_.leaf("PRODUCT_VERSION", "1.0");
      xml_.leaf("PRODUCT_LEVEL", "L2A");
      xml_.leaf("PLATFORM", "SENTINEL2B");
      xml_.leaf("ORBIT_NUMBER", fmt::format("{}", absolute_orbit), {{"type", "Orbit"}});
      xml_.element("UTC_Acquisition_Range", [&] {
        xml_.leaf("MEAN", time);
        xml_.leaf("DATE_PRECISION", "0.001", {{"unit", "s"}});
      });
      xml_.element("Band_Global_List", {{"count", "10"}}, [&] {
        for (const char* band : band_names) xml_.leaf("BAND_ID", band);
      });
      xml_.element("Band_Group_List", [&] {
        group("R1", bands_10m);
        group("R2", bands_20m);
      });
    });
  }
  void group(const std::string& name, std::span<const int> bands) {
    xml_.element("Group", {{"group_id", name}}, [&] {
      xml_.element("Band_List", {{"count", fmt::format("{}", bands.size())}}, [&] {
        for (int band : bands) xml_.leaf("BAND_ID", band_names[static_cast<std::size_t>(band)]);
      });
    });
  }

  void properties(const std::string& tag, const std::string& nature, const std::string& encoding) {
    xml_.element(tag, [&] {
      xml_.leaf("NATURE", nature);
      xml_.leaf("FORMAT", "image/tiff");
      xml_.leaf("ENCODING", encoding);
      xml_.leaf("ENDIANNESS", "LittleEndian");
      xml_.leaf("COMPRESSION", "DEFLATE");
    });
  }

  void organisation() {
    xml_.element("Product_Organisation", [&] {
      xml_.element("Muscate_Product", [&] {
        xml_.element("Image_List", [&] {
          images("Surface_Reflectance", "SRE");
          images("Flat_Reflectance", "FRE");
          atmosphere("Water_Vapor_Content", "1");
          atmosphere("Aerosol_Optical_Thickness", "2");
        });
        xml_.element("Mask_List", [&] { masks(); });
      });
    });
  }
  void images(const std::string& nature, const std::string& kind) {
    xml_.element("Image", [&] {
      properties("Image_Properties", nature, "int16");
      xml_.element("Image_File_List", [&] {
        for (const char* band : band_names) {
          xml_.leaf("IMAGE_FILE", fmt::format("{}_{}_{}.tif", id_, kind, band), {{"band_id", band}});
        }
      });
    });
  }
  void atmosphere(const std::string& nature, const std::string& number) {
    xml_.element("Image", [&] {
      properties("Image_Properties", nature, "byte");
      xml_.element("Image_File_List", [&] {
        for (const char* group : {"R1", "R2"}) {
          xml_.leaf("IMAGE_FILE", fmt::format("{}_ATB_{}.tif", id_, group),
                    {{"group_id", group}, {"band_number", number}});
        }
      });
    });
  }
  /// `bit` from 1; 0: the whole value.
  void mask(const std::string& nature, const std::string& kind, int bit) {
    xml_.element("Mask", [&] {
      properties("Mask_Properties", nature, "byte");
      xml_.element("Mask_File_List", [&] {
        for (const char* group : {"R1", "R2"}) {
          Attributes attributes{{"group_id", group}};
          if (bit > 0) attributes.emplace_back("bit_number", fmt::format("{}", bit));
          xml_.leaf("MASK_FILE", mask_file(kind, group), attributes);
        }
      });
    });
  }
  std::string mask_file(const std::string& kind, const std::string& group) const {
    return fmt::format("MASKS/{}_{}_{}.tif", id_, kind, group);
  }
  void masks() {
    mask("WVC_Interpolation", "IAB", 1);
    mask("AOT_Interpolation", "IAB", 2);
    mask("Detailed_Cloud", "CLM", 0);
    mask("Edge", "EDG", 0);
    xml_.element("Mask", [&] {
      properties("Mask_Properties", "Saturation", "byte");
      xml_.element("Mask_File_List", [&] {
        saturation("R1", bands_10m);
        saturation("R2", bands_20m);
      });
    });
    int bit = 0;
    for (const char* nature : {"Water", "Cloud", "Snow", "Cloud_Shadow", "Topography_Shadow", "Hidden_Surface",
                               "Sun_Too_Low", "Tangent_Sun"}) {
      mask(nature, "MG2", ++bit);
    }
  }
  void saturation(const std::string& group, std::span<const int> bands) {
    for (std::size_t i = 0; i < bands.size(); ++i) {
      xml_.leaf(
          "MASK_FILE", mask_file("SAT", group),
          {{"band_id", band_names[static_cast<std::size_t>(bands[i])]}, {"bit_number", fmt::format("{}", i + 1)}});
    }
  }

  void position() {
    xml_.element("Geoposition_Informations", [&] {
      xml_.element("Coordinate_Reference_System", [&] {
        xml_.leaf("GEO_TABLES", "EPSG");
        xml_.element("Horizontal_Coordinate_System", [&] {
          const int code = scene_.recipe.epsg;
          xml_.leaf("HORIZONTAL_CS_TYPE", "PROJECTED");
          xml_.leaf("HORIZONTAL_CS_NAME",
                    fmt::format("WGS 84 / UTM zone {}{}", code % 100, code / 100 == 327 ? "S" : "N"));
          xml_.leaf("HORIZONTAL_CS_CODE", fmt::format("{}", code));
        });
      });
      xml_.element("Raster_CS", [&] {
        xml_.leaf("RASTER_CS_TYPE", "CELL");
        xml_.leaf("PIXEL_ORIGIN", "0");
      });
      xml_.element("Metadata_CS", [&] { xml_.leaf("METADATA_CS_TYPE", "CELL"); });
      xml_.element("Geopositioning", [&] {
        xml_.element("Global_Geopositioning", [&] {
          for (const Corner& corner : corners_of(scene_)) {
            xml_.element("Point", {{"name", corner.name}}, [&] {
              xml_.leaf("LAT", fmt::format("{:.12f}", corner.latitude));
              xml_.leaf("LON", fmt::format("{:.12f}", corner.longitude));
              xml_.leaf("X", fmt::format("{:.0f}", corner.x));
              xml_.leaf("Y", fmt::format("{:.0f}", corner.y));
            });
          }
        });
        xml_.element("Group_Geopositioning_List", [&] {
          group_position("R1", 10);
          group_position("R2", 20);
        });
      });
    });
  }
  void group_position(const std::string& name, int pixel) {
    xml_.element("Group_Geopositioning", {{"group_id", name}}, [&] {
      const std::string count = fmt::format("{}", scene_.recipe.side * 10 / pixel);
      xml_.leaf("ULX", fmt::format("{:.0f}", scene_.recipe.west));
      xml_.leaf("ULY", fmt::format("{:.0f}", scene_.recipe.north));
      xml_.leaf("XDIM", fmt::format("{}", pixel));
      xml_.leaf("YDIM", fmt::format("-{}", pixel));
      xml_.leaf("NROWS", count);
      xml_.leaf("NCOLS", count);
    });
  }

  void angle_pair(double zenith, double azimuth) {
    xml_.leaf("ZENITH_ANGLE", fmt::format("{:.12f}", zenith), {{"unit", "deg"}});
    xml_.leaf("AZIMUTH_ANGLE", fmt::format("{:.12f}", azimuth), {{"unit", "deg"}});
  }
  void lines(const std::string& tag, const std::vector<std::string>& values) {
    xml_.element(tag, {{"step_unit", "m"}, {"values_unit", "deg"}}, [&] {
      xml_.leaf("COL_STEP", fmt::format("{}", angle_step));
      xml_.leaf("ROW_STEP", fmt::format("{}", angle_step));
      xml_.element("Values_List", [&] {
        for (const std::string& line : values) xml_.leaf("VALUES", line);
      });
    });
  }
  void geometry() {
    xml_.element("Geometric_Informations", [&] {
      xml_.element("Mean_Value_List", [&] {
        xml_.element("Sun_Angles", [&] { angle_pair(scene_.sun.zenith, scene_.sun.azimuth); });
        xml_.element("Mean_Viewing_Incidence_Angle_List", [&] {
          for (int band = 0; band < band_count; ++band) {
            xml_.element("Mean_Viewing_Incidence_Angle", {{"band_id", band_names[static_cast<std::size_t>(band)]}},
                         [&] {
                           const ViewMean view = view_mean(scene_, band);
                           angle_pair(view.zenith, view.azimuth);
                         });
          }
        });
      });
      xml_.element("Angles_Grids_List", [&] {
        xml_.element("Sun_Angles_Grids", [&] {
          const AngleLines sun = sun_lines(scene_);
          lines("Zenith", sun.zenith);
          lines("Azimuth", sun.azimuth);
        });
        xml_.element("Viewing_Incidence_Angles_Grids_List", [&] {
          for (int band = 0; band < band_count; ++band) view_grids(band);
        });
      });
    });
  }
  void view_grids(int band) {
    xml_.element(
        "Band_Viewing_Incidence_Angles_Grids_List", {{"band_id", band_names[static_cast<std::size_t>(band)]}}, [&] {
          for (int detector : detectors_of(scene_)) {
            xml_.element("Viewing_Incidence_Angles_Grids", {{"detector_id", fmt::format("{:02}", detector)}}, [&] {
              const AngleLines view = view_lines(scene_, band, detector);
              lines("Zenith", view.zenith);
              lines("Azimuth", view.azimuth);
            });
          }
        });
  }

  void radiometry() {
    xml_.element("Radiometric_Informations", [&] {
      xml_.leaf("REFLECTANCE_QUANTIFICATION_VALUE", "10000");
      xml_.leaf("WATER_VAPOR_CONTENT_QUANTIFICATION_VALUE", "20");
      xml_.leaf("AEROSOL_OPTICAL_THICKNESS_QUANTIFICATION_VALUE", "200");
      xml_.element("Special_Values_List", [&] {
        xml_.leaf("SPECIAL_VALUE", "-10000", {{"name", "nodata"}});
        xml_.leaf("SPECIAL_VALUE", "0", {{"name", "water_vapor_content_nodata"}});
        xml_.leaf("SPECIAL_VALUE", "0", {{"name", "aerosol_optical_thickness_nodata"}});
      });
      xml_.element("Spectral_Band_Informations_List", [&] {
        for (const BandFacts& band : band_facts) {
          xml_.element("Spectral_Band_Informations", {{"band_id", band.name}}, [&] {
            xml_.leaf("SOLAR_IRRADIANCE", fmt::format("{}", band.irradiance), {{"unit", "W/m²/µm"}});
            xml_.leaf("SPATIAL_RESOLUTION", fmt::format("{}", band.pixel), {{"unit", "m"}});
            xml_.element("Wavelength", [&] {
              xml_.leaf("MIN", fmt::format("{}", band.least), {{"unit", "nm"}});
              xml_.leaf("MAX", fmt::format("{}", band.most), {{"unit", "nm"}});
              xml_.leaf("CENTRAL", fmt::format("{}", band.centre), {{"unit", "nm"}});
            });
          });
        }
      });
    });
  }

  void quality() {
    xml_.element("Quality_Informations", [&] {
      xml_.element("Current_Product", [&] {
        xml_.element("Product_Quality_List", {{"level", "L2A"}}, [&] {
          xml_.element("Product_Quality", [&] {
            xml_.element("Global_Index_List", [&] {
              xml_.leaf("QUALITY_INDEX", fmt::format("{:.0f}", cover_.cloud), {{"name", "CloudPercent"}});
              xml_.leaf("QUALITY_INDEX", fmt::format("{:.0f}", cover_.snow), {{"name", "SnowPercent"}});
              for (const char* name : {"RainDetected", "HotSpotDetected", "SunGlintDetected"}) {
                xml_.leaf("QUALITY_INDEX", "false", {{"name", name}});
              }
            });
          });
        });
      });
    });
  }

  const SimulatedScene& scene_;
  std::string id_;
  Cover cover_;
  XmlText xml_;
};

}  // namespace

std::string muscate_metadata(const SimulatedScene& scene, const std::string& id, const Cover& cover) {
  return MuscateXml(scene, id, cover).write();
}

std::string muscate_processing() {
  XmlText xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  xml.element("JobProcessingInformations", [&] {
    xml.element("Processing_Flags_And_Modes_List", [&] {
      for (const auto& [key, value] :
           {std::pair{"Processing_Mode", "STANDARD_MODE"}, std::pair{"Adjacency_Effects_And_Slope_Correction", "true"},
            std::pair{"Validity_Flag", "L2VALD"}, std::pair{"Cirrus_Correction", "false"}}) {
        xml.element("Processing_Flags_And_Modes", [&] {
          xml.leaf("Key", key);
          xml.leaf("Value", value);
        });
      }
    });
  });
  return xml.text();
}

}  // namespace cers::simulator
