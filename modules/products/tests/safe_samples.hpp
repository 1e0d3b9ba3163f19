// SPDX-License-Identifier: Apache-2.0
// Real products to read in place, and copies of them to damage.
#pragma once

#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cers/core/error.hpp"
#include "cers/products/product.hpp"

namespace cers::sample {
namespace fs = std::filesystem;

/// Folder of the shared data below "products/"; empty when it is not there.
inline fs::path shared(const std::string& below) {
  const char* root = std::getenv("CERS_SHARED_DATA");
  if (root == nullptr) return {};
  const fs::path path = fs::path(root) / below;
  return fs::exists(path) ? path : fs::path();
}

inline std::string read_text(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline void write_text(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline nlohmann::json read_json(const fs::path& path) {
  return nlohmann::json::parse(read_text(path));
}

/// A folder removed with the test; what is copied into it can be written.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "cers-products-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code fault;
    fs::remove_all(path_, fault);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(const std::string& name) const { return path_ / name; }
  std::string text() const { return path_.string(); }

  /// The copy's path.
  fs::path copy(const fs::path& from, const std::string& name) const {
    fs::create_directories((path_ / name).parent_path());
    fs::copy(from, path_ / name, fs::copy_options::recursive);
    fs::permissions(path_ / name, fs::perms::owner_all, fs::perm_options::add);
    for (const auto& entry : fs::recursive_directory_iterator(path_))
      fs::permissions(entry.path(), fs::perms::owner_all, fs::perm_options::add);
    return path_ / name;
  }

 private:
  fs::path path_;
};

/// Packs a folder, its own name included, into an archive that GDAL writes.
inline void zip(const fs::path& folder, const fs::path& archive) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = fs::relative(entry.path(), folder.parent_path()).generic_string();
    VSILFILE* file = VSIFOpenL(("/vsizip/" + archive.string() + "/" + name).c_str(), "wb");
    ASSERT_NE(file, nullptr) << name;
    const std::string bytes = read_text(entry.path());
    ASSERT_EQ(VSIFWriteL(bytes.data(), 1, bytes.size(), file), bytes.size());
    ASSERT_EQ(VSIFCloseL(file), 0);
  }
}

inline void replace_in(const fs::path& path, const std::string& from, const std::string& to) {
  std::string text = read_text(path);
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from << " in " << path;
  text.replace(at, from.size(), to);
  write_text(path, text);
}

inline bool mentions(const std::vector<std::string>& problems, const std::string& words) {
  for (const std::string& problem : problems) {
    if (problem.find(words) != std::string::npos) return true;
  }
  return false;
}

/// The whole band as integers, read by GDAL alone.
inline std::vector<int> pixels(const LayerFile& file) {
  GDALAllRegister();
  const std::unique_ptr<GDALDataset> dataset(GDALDataset::Open(file.file.c_str(), GDAL_OF_RASTER));
  if (!dataset) return {};
  const int width = dataset->GetRasterXSize();
  const int height = dataset->GetRasterYSize();
  std::vector<int> all(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  const CPLErr fault = dataset->GetRasterBand(file.band)->RasterIO(GF_Read, 0, 0, width, height, all.data(), width,
                                                                   height, GDT_Int32, 0, 0, nullptr);
  return fault == CE_None ? all : std::vector<int>();
}

inline int pixel(const LayerFile& file, int column, int row) {
  GDALAllRegister();
  const std::unique_ptr<GDALDataset> dataset(GDALDataset::Open(file.file.c_str(), GDAL_OF_RASTER));
  int value = -1;
  if (!dataset) return value;
  const CPLErr fault =
      dataset->GetRasterBand(file.band)->RasterIO(GF_Read, column, row, 1, 1, &value, 1, 1, GDT_Int32, 0, 0, nullptr);
  return fault == CE_None ? value : -1;
}

inline bool holds(const MaskTest& test, int value) {
  switch (test.kind) {
    case MaskTest::Kind::any_bit:
      return (static_cast<std::uint32_t>(value) & test.bits) != 0;
    case MaskTest::Kind::all_bits:
      return (static_cast<std::uint32_t>(value) & test.bits) == test.bits;
    case MaskTest::Kind::at_least:
      return value >= test.values.at(0);
    default:
      break;
  }
  for (const int one : test.values) {
    if (value == one) return true;
  }
  return false;
}

/// Pixels where a mask is set.
inline std::vector<bool> mask_pixels(const ProductMask& mask) {
  std::vector<bool> set;
  for (const MaskTest& test : mask.any) {
    const std::vector<int> values = pixels(test.pixels);
    set.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) set[i] = set[i] || holds(test, values[i]);
  }
  return set;
}

/// Percentage of `mask` over the pixels that are not in `nodata`.
inline double share(const ProductMask& mask, const ProductMask& nodata) {
  const auto set = mask_pixels(mask);
  const auto outside = mask_pixels(nodata);
  double count = 0;
  double valid = 0;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (outside[i]) continue;
    ++valid;
    count += set[i] ? 1 : 0;
  }
  return 100 * count / valid;
}

/// Compares with the STAC item that stactools made of the same metadata: an oracle of other hands.
inline void expect_as_stac(const Product& product, const nlohmann::json& item) {
  const auto& known = item["properties"];
  const auto text = [&](const char* key) { return known.value(key, std::string()); };
  if (known.contains("s2:product_uri")) {
    EXPECT_EQ(product.id + ".SAFE", text("s2:product_uri"));
  }
  EXPECT_EQ(product.platform, text("platform"));
  EXPECT_EQ(product.constellation, text("constellation"));
  EXPECT_EQ("MGRS-" + product.tile, text("grid:code"));
  EXPECT_EQ(product.baseline, text("s2:processing_baseline"));
  const int epsg = known.contains("proj:epsg") ? known["proj:epsg"].get<int>() : std::stoi(text("proj:code").substr(5));
  EXPECT_EQ(product.epsg, epsg);
  if (known.contains("s2:generation_time")) {
    EXPECT_EQ(product.processed, text("s2:generation_time"));
    EXPECT_EQ(product.relative_orbit, known["sat:relative_orbit"].get<int>());
    EXPECT_EQ(product.orbit_state, text("sat:orbit_state"));
  }
  EXPECT_DOUBLE_EQ(product.cloud_percent.value(), known["eo:cloud_cover"].get<double>());
  if (known.contains("eo:snow_cover")) {
    EXPECT_DOUBLE_EQ(product.snow_percent.value(), known["eo:snow_cover"].get<double>());
  }
  if (known.contains("s2:nodata_pixel_percentage")) {
    EXPECT_DOUBLE_EQ(product.nodata_percent.value(), known["s2:nodata_pixel_percentage"].get<double>());
  }
  EXPECT_NEAR(90 - product.sun_zenith_deg.value(), known["view:sun_elevation"].get<double>(), 1e-9);
  EXPECT_NEAR(product.sun_azimuth_deg.value(), known["view:sun_azimuth"].get<double>(), 1e-9);
  double zenith = 0;
  double azimuth = 0;
  for (const ViewAngles& view : product.view) {
    zenith += view.mean_zenith_deg / static_cast<double>(product.view.size());
    azimuth += view.mean_azimuth_deg / static_cast<double>(product.view.size());
  }
  EXPECT_EQ(product.view.size(), 13U);
  EXPECT_NEAR(zenith, known["view:incidence_angle"].get<double>(), 1e-9);
  EXPECT_NEAR(azimuth, known["view:azimuth"].get<double>(), 1e-9);
  if (!product.footprint.empty() && item["geometry"]["type"] == "Polygon") {
    double west = 180;
    double north = -90;
    for (const auto& [longitude, latitude] : product.footprint) {
      west = std::min(west, longitude);
      north = std::max(north, latitude);
    }
    EXPECT_EQ(product.footprint.front(), product.footprint.back());
    EXPECT_NEAR(west, item["bbox"][0].get<double>(), 2e-6);
    EXPECT_NEAR(north, item["bbox"][3].get<double>(), 2e-6);
  }
}

}  // namespace cers::sample
