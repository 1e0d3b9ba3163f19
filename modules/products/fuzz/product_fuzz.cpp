// SPDX-License-Identifier: Apache-2.0
// libFuzzer entry point: any product, whatever its files are called and its metadata say, is described or refused with
// an Error. An input is an archive, or the text of one: files that each follow a line "=== path".
//   cmake --preset fuzz && cmake --build --preset fuzz --target product_fuzz && mkdir -p found
//   build/fuzz/modules/products/product_fuzz -entropic=0 -max_len=120000 found modules/products/fuzz/corpus
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "archive.hpp"
#include "cers/core/error.hpp"
#include "cers/products/sar.hpp"
#include "cers/products/stac.hpp"

namespace {

// What whoever reads the pixels relies on.
void check(const cers::Product& product) {
  const auto expect = [](bool holds) {
    if (!holds) std::abort();
  };
  const auto is_size = [](double metres) { return std::isfinite(metres) && metres > 0; };
  expect(!product.family.empty());
  for (const cers::ProductBand& band : product.bands) {
    expect(is_size(band.gsd_m) && band.pixels.band >= 1 && !cers::member_path(product, band.pixels.file).empty());
    expect(std::isfinite(band.scale) && band.scale != 0 && std::isfinite(band.offset));
    expect(!band.name.empty() && band.wavelength_nm >= 0);
  }
  for (const cers::ProductLayer& layer : product.layers) {
    expect(is_size(layer.gsd_m) && layer.pixels.band >= 1 && !layer.name.empty());
    expect(std::isfinite(layer.scale) && layer.scale != 0 && std::isfinite(layer.offset));
  }
  for (const cers::ProductMask& mask : product.masks) {
    expect(!mask.any.empty());
    // A test of other pixels than the mask's is brought to the bands of the mask's resolution.
    const bool has_bands = std::any_of(product.bands.begin(), product.bands.end(),
                                       [&](const cers::ProductBand& band) { return band.gsd_m == mask.gsd_m; });
    for (const cers::MaskTest& test : mask.any) expect(is_size(test.gsd_m) && (test.gsd_m == mask.gsd_m || has_bands));
  }
  for (const auto& [longitude, latitude] : product.footprint)
    expect(std::isfinite(longitude) && std::isfinite(latitude));
}

void describe(const std::string& path) {
  const cers::Product product = cers::open_product(path);
  check(product);
  for (const std::string& problem : product.problems) {
    if (problem.empty()) std::abort();
  }
  if (!product.datetime.empty() && !nlohmann::json::accept(cers::product_stac_item(product))) std::abort();
  for (const cers::ProductBand& band : product.bands) {
    if (!cers::is_optical(band.role)) static_cast<void>(cers::read_sar_calibration(product, band.role));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static cers::fuzz::Archive archive;
  const std::string path = archive.write({reinterpret_cast<const char*>(data), size});
  if (!cers::is_product(path)) std::abort();
  try {
    describe(path);
  } catch (const cers::InternalError&) {
    std::abort();
  } catch (const cers::Error& error) {
    if (error.fault().empty() || error.remedy().empty()) std::abort();
  }
  return 0;
}
