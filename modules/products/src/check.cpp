// SPDX-License-Identifier: Apache-2.0
#include "check.hpp"

#include <algorithm>
#include <cmath>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers::products {
namespace {

void need(bool sound, const Product& product, const std::string& name, const std::string& what, double value) {
  if (sound) return;
  throw DataError("the metadata of '" + product.path + "' give " + name + " " + what + " of " + format_real(value),
                  "copy or download the product again; its band files can still be opened one by one");
}

void need_size(const Product& product, const std::string& name, double metres) {
  need(std::isfinite(metres) && metres > 0, product, name, "a pixel size", metres);
}

void need_scaling(const Product& product, const std::string& name, double scale, double offset) {
  need(std::isfinite(scale) && scale != 0, product, name, "a scale", scale);
  need(std::isfinite(offset), product, name, "an offset", offset);
}

// Names of outputs are made of these: "{scene.id}_ndvi.tif" stays in its folder.
void mend_name(std::string& text, const char* what, Product& product) {
  const auto odd = [](char c) { return c == '/' || c == '\\' || (c >= 0 && c < ' '); };
  if (std::none_of(text.begin(), text.end(), odd)) return;
  std::replace_if(text.begin(), text.end(), odd, '_');
  product.problems.push_back("the metadata of '" + product.path + "' give " + what +
                             " that is part of no file name: it is read as '" + text + "'");
}

bool on_earth(const std::pair<double, double>& point) {
  constexpr double widest = 360;  // longitudes beyond 180 go on over the date line
  constexpr double pole = 90;
  return std::abs(point.first) <= widest && std::abs(point.second) <= pole;
}

}  // namespace

void check(Product& product) {
  mend_name(product.id, "an id", product);
  mend_name(product.tile, "a tile", product);
  mend_name(product.platform, "a platform", product);
  mend_name(product.level, "a level", product);
  mend_name(product.datetime, "a time", product);
  if (!std::all_of(product.footprint.begin(), product.footprint.end(), on_earth)) {
    product.footprint.clear();
    product.problems.push_back("the footprint in the metadata of '" + product.path +
                               "' does not lie on Earth: it is left out");
  }
  for (ProductBand& band : product.bands) {
    need_size(product, band.name, band.gsd_m);
    need_scaling(product, band.name, band.scale, band.offset);
    if (!std::isfinite(band.wavelength_nm) || band.wavelength_nm < 0) band.wavelength_nm = 0;
  }
  for (const ProductLayer& layer : product.layers) {
    need_size(product, layer.name, layer.gsd_m);
    need_scaling(product, layer.name, layer.scale, layer.offset);
  }
  for (const ProductMask& mask : product.masks) need_size(product, mask.source, mask.gsd_m);
}

}  // namespace cers::products
