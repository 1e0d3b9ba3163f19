// SPDX-License-Identifier: Apache-2.0
// Small products in the layouts of Theia. Their pixels are made up; the names and elements are those of the formats.
#pragma once

#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "cers/products/product.hpp"
#include "safe_samples.hpp"

namespace cers::theia {
namespace fs = std::filesystem;

/// A GeoTIFF of one row, its bands one after the other.
inline void make_tif(const fs::path& path, const std::vector<std::vector<int>>& bands, GDALDataType type = GDT_Byte) {
  GDALAllRegister();
  fs::create_directories(path.parent_path());
  const int width = static_cast<int>(bands.at(0).size());
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  const std::unique_ptr<GDALDataset> file(
      driver->Create(path.c_str(), width, 1, static_cast<int>(bands.size()), type, nullptr));
  ASSERT_NE(file, nullptr) << path;
  double position[6] = {300000, 10, 0, 5100000, 0, -10};
  ASSERT_EQ(file->SetGeoTransform(position), CE_None);
  for (std::size_t i = 0; i < bands.size(); ++i) {
    std::vector<int> row = bands[i];
    ASSERT_EQ(file->GetRasterBand(static_cast<int>(i) + 1)
                  ->RasterIO(GF_Write, 0, 0, width, 1, row.data(), width, 1, GDT_Int32, 0, 0, nullptr),
              CE_None);
  }
}

/// A file that a reader lists but never opens.
inline void make_file(const fs::path& path) {
  sample::write_text(path, "pixels");
}

/// What an image that MUSCATE metadata lists is.
struct ListedImage {
  std::string nature;
  std::string attributes;  ///< band_id="B2"
  std::string file;
};

inline std::string listed(const std::vector<ListedImage>& images, const std::string& what) {
  std::string text = "<" + what + "_List>";
  std::string upper_what = what == "Image" ? "IMAGE" : "MASK";
  for (const ListedImage& image : images)
    text += "<" + what + "><" + what + "_Properties><NATURE>" + image.nature + "</NATURE></" + what + "_Properties><" +
            what + "_File_List><" + upper_what + "_FILE " + image.attributes + ">" + image.file + "</" + upper_what +
            "_FILE></" + what + "_File_List></" + what + ">";
  return text + "</" + what + "_List>";
}

/// Metadata with as little as a reader needs, lineage of another product included.
struct Metadata {
  std::string id = "SENTINEL2A_20200101-105000-000_L2A_T31TCJ_C_V2-2";
  std::string platform = "SENTINEL2A";
  std::string level = "L2A";
  std::string quantification = "<REFLECTANCE_QUANTIFICATION_VALUE>10000</REFLECTANCE_QUANTIFICATION_VALUE>";
  std::string group = "R1";
  std::string size = "10";
  std::vector<ListedImage> images;
  std::vector<ListedImage> masks;
  std::string angles;

  std::string text() const {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Muscate_Metadata_Document>\n"
           "<Product_Characteristics>\n<PRODUCT_ID>" +
           id + "</PRODUCT_ID><ACQUISITION_DATE>2020-01-01T10:50:00.000</ACQUISITION_DATE>\n<PRODUCT_LEVEL>" + level +
           "</PRODUCT_LEVEL><PLATFORM>" + platform +
           "</PLATFORM><ORBIT_NUMBER type=\"Orbit\">-1</ORBIT_NUMBER>\n</Product_Characteristics>\n"
           "<Product_Organisation><Muscate_Product>\n" +
           listed(images, "Image") + "\n" + listed(masks, "Mask") +
           "\n</Muscate_Product></Product_Organisation>\n<Geoposition_Informations><Geopositioning>"
           "<Group_Geopositioning_List><Group_Geopositioning group_id=\"" +
           group + "\"><ULX>300000</ULX><ULY>5100000</ULY><XDIM>" + size +
           "</XDIM></Group_Geopositioning></Group_Geopositioning_List></Geopositioning></Geoposition_Informations>\n" +
           angles + "<Radiometric_Informations>" + quantification +
           "<Special_Values_List><SPECIAL_VALUE name=\"nodata\">-10000</SPECIAL_VALUE></Special_Values_List>"
           "</Radiometric_Informations>\n<Production_Informations><PRODUCT_ID>another</PRODUCT_ID>"
           "</Production_Informations>\n</Muscate_Metadata_Document>\n";
  }
};

/// Files of every name that a metadata file lists, below `folder`.
inline std::set<std::string> make_listed_files(const fs::path& folder, const std::string& metadata) {
  static const std::regex pattern("<(?:IMAGE|MASK)_FILE[^>]*>([^<]+)<");
  std::set<std::string> names;
  for (std::sregex_iterator match(metadata.begin(), metadata.end(), pattern), end; match != end; ++match)
    names.insert((*match)[1].str());
  for (const std::string& name : names) make_file(folder / name);
  return names;
}

inline std::vector<std::string> names_of(const std::vector<ProductBand>& bands) {
  std::vector<std::string> names;
  for (const ProductBand& band : bands) names.push_back(band.name);
  return names;
}

/// Indices of the pixels of a row where the mask is set.
inline std::vector<std::size_t> set_in(const ProductMask* mask) {
  std::vector<std::size_t> where;
  if (mask == nullptr) {
    ADD_FAILURE() << "no such mask";
    return where;
  }
  const std::vector<bool> set = sample::mask_pixels(*mask);
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (set[i]) where.push_back(i);
  }
  return where;
}

/// The message of the error of class E that opening throws.
template <class E>
std::string fault_of(const fs::path& path) {
  try {
    open_product(path.string());
  } catch (const E& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error for " << path;
  return {};
}

}  // namespace cers::theia
