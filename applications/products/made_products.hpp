// SPDX-License-Identifier: Apache-2.0
// Small Sentinel-2 products that tests make: the names and elements are those of the formats, the pixels are made up.
#pragma once

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "command.hpp"

namespace cers::testing::made {
namespace fs = std::filesystem;

inline void write_text(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// A Level-1C product from before December 2016, of one or several tiles.
struct OldProduct {
  fs::path folder;
  std::vector<std::string> tiles;
  int quantification = 5000;

  std::string stem(const std::string& tile) const {
    return "S2A_OPER_MSI_L1C_TL_SGS__20160905T073438_A006291_T" + tile;
  }
  std::string id(const std::string& tile) const { return stem(tile) + "_N02.04"; }
  fs::path granule(const std::string& tile) const { return folder / "GRANULE" / id(tile); }
  fs::path image(const std::string& tile, const std::string& band) const {
    return granule(tile) / "IMG_DATA" / (stem(tile) + "_" + band + ".tif");
  }
  fs::path mask(const std::string& tile, const std::string& kind, const std::string& band) const {
    return granule(tile) / "QI_DATA" /
           ("S2A_OPER_MSK_" + kind + "_SGS__20160905T073438_A006291_T" + tile + "_" + band + "_MSIL1C.gml");
  }

  /// `angles`: content of Tile_Angles.
  void write_metadata(const std::string& angles = {}, const std::vector<std::string>& bands = {"B02", "B04"}) const {
    std::string granules;
    for (const std::string& tile : tiles) {
      granules += "<Granule_List><Granules granuleIdentifier=\"" + id(tile) + "\">";
      for (const std::string& band : bands) granules += "<IMAGE_ID>" + stem(tile) + "_" + band + "</IMAGE_ID>";
      granules += "</Granules></Granule_List>";
      write_text(granule(tile) / ("S2A_OPER_MTD_L1C_TL_SGS__20160905T073438_A006291_T" + tile + ".xml"),
                 "<n1:Level-1C_Tile_ID xmlns:n1=\"x\"><n1:General_Info><TILE_ID>" + id(tile) +
                     "</TILE_ID><SENSING_TIME>2016-09-05T01:04:24.002Z</SENSING_TIME></n1:General_Info>"
                     "<n1:Geometric_Info><Tile_Geocoding><HORIZONTAL_CS_CODE>EPSG:32631</HORIZONTAL_CS_CODE>"
                     "<Geoposition resolution=\"10\"><ULX>300000</ULX><ULY>4800000</ULY></Geoposition></Tile_Geocoding>"
                     "<Tile_Angles>" +
                     angles + "</Tile_Angles></n1:Geometric_Info></n1:Level-1C_Tile_ID>");
    }
    write_text(
        folder / "S2A_OPER_MTD_SAFL1C_PDMC_20160905T104813_R002_V20160905T005712_20160905T010424.xml",
        "<n1:Level-1C_User_Product xmlns:n1=\"x\"><n1:General_Info><Product_Info>"
        "<PRODUCT_START_TIME>2016-09-05T00:57:12.026Z</PRODUCT_START_TIME>"
        "<PRODUCT_URI>791_2016-09-05T10_37</PRODUCT_URI><PROCESSING_BASELINE>02.04</PROCESSING_BASELINE>"
        "<Datatake datatakeIdentifier=\"GS2A_20160905T005712_006291_N02.04\">"
        "<SPACECRAFT_NAME>Sentinel-2A</SPACECRAFT_NAME></Datatake><Product_Organisation>" +
            granules + "</Product_Organisation></Product_Info><Product_Image_Characteristics><QUANTIFICATION_VALUE>" +
            std::to_string(quantification) +
            "</QUANTIFICATION_VALUE></Product_Image_Characteristics></n1:General_Info></n1:Level-1C_User_Product>");
  }
  void write_band(const std::string& tile, const std::string& band, const Grid& grid,
                  const std::function<double(int x, int y)>& value) const {
    fs::create_directories(image(tile, band).parent_path());
    write_raster(image(tile, band).string(), grid, 1, PixelType::u16, [&](int, int x, int y) { return value(x, y); });
  }
};

/// One polygon of a GML mask: its type, and rings of map coordinates "x y x y …", the outline first.
struct GmlPolygon {
  std::string type;
  std::vector<std::string> rings;
  int dimension = 2;
};

inline std::string gml(const std::vector<GmlPolygon>& polygons, const std::string& epsg = "32631") {
  std::string text =
      "<?xml version=\"1.0\"?><eop:Mask xmlns:eop=\"e\" xmlns:gml=\"g\"><gml:boundedBy><gml:Envelope "
      "srsName=\"urn:ogc:def:crs:EPSG:8.7:" +
      epsg + "\"/></gml:boundedBy>";
  if (!polygons.empty()) text += "<eop:maskMembers>";
  for (const GmlPolygon& polygon : polygons) {
    text += "<eop:MaskFeature><eop:maskType codeSpace=\"urn:gs2:S2PDGS:maskType\">" + polygon.type +
            "</eop:maskType><eop:extentOf><gml:Polygon>";
    for (std::size_t i = 0; i < polygon.rings.size(); ++i) {
      const std::string side = i == 0 ? "gml:exterior" : "gml:interior";
      text += "<" + side + "><gml:LinearRing><gml:posList srsDimension=\"" + std::to_string(polygon.dimension) + "\">" +
              polygon.rings[i] + "</gml:posList></gml:LinearRing></" + side + ">";
    }
    text += "</gml:Polygon></eop:extentOf></eop:MaskFeature>";
  }
  if (!polygons.empty()) text += "</eop:maskMembers>";
  return text + "</eop:Mask>";
}

/// Writes `parts` of a product ("scene.cloud") as float rasters of those names ("cloud.tif") into `folder` by a
/// pipeline. `options`: more of the input, such as "gsd: 20".
inline CommandResult write_parts(const std::string& product, const std::vector<std::string>& parts,
                                 const TemporaryFolder& folder, const std::string& options = {}) {
  std::string text = "cers: 1\nname: parts\ninputs:\n  scene: {kind: product" +
                     (options.empty() ? "" : ", " + options) + "}\nsteps:\n";
  for (const std::string& part : parts)
    text += "  - {id: step_" + part + ", app: BandMath, il: [scene." + part + "], exp: \"im1b1\"}\n";
  text += "outputs:\n";
  for (const std::string& part : parts)
    text += "  " + part + ": {from: step_" + part + ", to: " + part + ".tif, type: float}\n";
  write_text(folder.path() / "parts.yaml", text);
  return cers({"run", folder / "parts.yaml", "-scene", product, "-out.dir", folder.path().string()});
}

}  // namespace cers::testing::made
