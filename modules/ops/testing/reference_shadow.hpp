// SPDX-License-Identifier: Apache-2.0
// A height model of Toulouse and its shadow by CNES' rastertools: pixels of 0.5 m, elevation 27.2°, azimuth 82.64°.
#pragma once

#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cers/ops/terrain_shadow.hpp"

namespace cers::testing {

struct ReferenceShadow {
  Size size;
  std::vector<float> heights;
  std::vector<float> shadow;  ///< above 0.5 in shadow, above 1 missing
  double pixel_m = 0.5;
  SunPosition sun{27.2, 82.64};
};

/// Nothing where CERS_SHARED_DATA does not hold it.
inline std::optional<ReferenceShadow> reference_shadow() {
  const char* data = std::getenv("CERS_SHARED_DATA");
  const std::string folder = std::string(data != nullptr ? data : "") + "/snow/shadow/";
  if (!std::filesystem::exists(folder + "toulouse-mnh.tif")) return std::nullopt;
  GDALAllRegister();
  ReferenceShadow reference;
  const auto read = [&](const char* name) {
    const GDALDatasetUniquePtr file(GDALDataset::Open((folder + name).c_str()));
    reference.size = {file->GetRasterXSize(), file->GetRasterYSize()};
    const auto [width, height] = reference.size;
    std::vector<float> pixels(static_cast<std::size_t>(reference.size.area()));
    EXPECT_EQ(
        file->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, width, height, pixels.data(), width, height, GDT_Float32, 0, 0),
        CE_None);
    return pixels;
  };
  reference.heights = read("toulouse-mnh.tif");
  reference.shadow = read("toulouse-mnh-hillshade.tif");
  return reference;
}

}  // namespace cers::testing
