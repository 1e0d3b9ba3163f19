// SPDX-License-Identifier: Apache-2.0
#include "cers/products/product.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "check.hpp"
#include "readers/reader.hpp"

namespace cers {
namespace {

// "B02" → "B2", "b8a" → "B8A".
std::string plain_name(std::string_view name) {
  std::string text;
  for (const char c : name) text += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  if (text.size() > 2 && text[0] == 'B' && text[1] == '0') text.erase(1, 1);
  return text;
}

template <class T, class Is>
const T* finest(const std::vector<T>& all, double gsd_m, Is is) {
  const T* best = nullptr;
  for (const T& one : all) {
    if (!is(one) || (gsd_m > 0 && one.gsd_m != gsd_m)) continue;
    if (best == nullptr || one.gsd_m < best->gsd_m) best = &one;
  }
  return best;
}

}  // namespace

const ProductBand* Product::band(BandRole role, double gsd_m) const {
  return finest(bands, gsd_m, [role](const ProductBand& one) { return one.role == role; });
}

const ProductBand* Product::band_named(std::string_view name) const {
  const std::string wanted = plain_name(name);
  return finest(bands, 0, [&](const ProductBand& one) { return plain_name(one.name) == wanted; });
}

const ProductMask* Product::mask(MaskMeaning meaning, double gsd_m) const {
  return finest(masks, gsd_m, [meaning](const ProductMask& one) { return one.meaning == meaning; });
}

const ProductLayer* Product::layer(std::string_view name) const {
  return finest(layers, 0, [name](const ProductLayer& one) { return one.name == name; });
}

std::vector<double> Product::resolutions() const {
  std::vector<double> all;
  for (const ProductBand& one : bands) all.push_back(one.gsd_m);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

namespace products {
namespace {

// A metadata file given in place of its folder.
std::string folder_if_metadata(const std::string& path) {
  namespace fs = std::filesystem;
  const std::string name = lower(fs::path(path).filename().string());
  const bool metadata = name.ends_with(".xml") || name.ends_with("mtl.txt") || name.ends_with("mtl.json") ||
                        name == "manifest.safe" || name.ends_with(".hdr");
  if (!metadata) return path;
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

// Landsat scenes lie side by side in one folder: the one whose metadata file was named is meant.
Listing listing_for(const std::string& path) {
  const Listing listing = Listing::of(folder_if_metadata(path));
  const std::string name = std::filesystem::path(path).filename().string();
  const auto mark = lower(name).find("_mtl.");
  return mark == std::string::npos || std::filesystem::is_directory(path) ? listing
                                                                          : listing.beginning(name.substr(0, mark));
}

}  // namespace
}  // namespace products

std::string member_path(const Product& product, const std::string& file) {
  const std::string prefix = products::listing_for(product.path).prefix();
  CERS_EXPECT(file.starts_with(prefix));
  return file.substr(prefix.size());
}

std::vector<std::string> other_files(const Product& product) {
  constexpr std::string_view images[] = {".jp2", ".tif", ".tiff", ".jpg", ".png", ".shp", ".dbf", ".shx"};
  std::vector<std::string> files;
  const products::Listing listing = products::listing_for(product.path);
  for (const auto& entry : listing.entries()) {
    const std::string name = lower(entry.path);
    if (std::none_of(std::begin(images), std::end(images), [&](std::string_view end) { return name.ends_with(end); }))
      files.push_back(entry.path);
  }
  return files;
}

std::string read_product_text(const Product& product, const std::string& path) {
  const products::Listing listing = products::listing_for(product.path);
  const auto* entry = listing.at("", path);
  if (entry == nullptr) throw DataError("'" + path + "' of '" + product.path + "' is not there any more", "run again");
  return entry->bytes == 0 ? std::string() : listing.text(*entry);
}

namespace products {
namespace {

// The folders a product may start in: the root, then each folder down to two levels.
std::vector<std::string> roots_of(const Listing& listing) {
  std::vector<std::string> roots{""};
  std::set<std::string> seen;
  for (const auto& entry : listing.entries()) {
    std::size_t slash = 0;
    for (int depth = 0; depth < 2; ++depth) {
      slash = entry.path.find('/', slash + (depth > 0 ? 1 : 0));
      if (slash == std::string::npos) break;
      const std::string folder = entry.path.substr(0, slash);
      if (seen.insert(folder).second) roots.push_back(folder);
    }
  }
  std::stable_sort(roots.begin(), roots.end(), [](const std::string& a, const std::string& b) {
    return std::count(a.begin(), a.end(), '/') + (a.empty() ? 0 : 1) <
           std::count(b.begin(), b.end(), '/') + (b.empty() ? 0 : 1);
  });
  return roots;
}

struct Found {
  const ProductReader* reader;
  Listing listing;
  std::string root;
};

std::vector<Found> find_products(const Listing& listing) {
  constexpr std::size_t most_roots = 200;  // an archive of a whole season is no product
  std::vector<Found> found;
  const std::vector<std::string> roots = roots_of(listing);
  for (std::size_t i = 0; i < std::min(roots.size(), most_roots); ++i) {
    // What lies deeper belongs to the product found above it.
    const bool inside = std::any_of(found.begin(), found.end(), [&](const Found& one) {
      return one.root.empty() || roots[i].starts_with(one.root + "/");
    });
    if (inside) continue;
    const Listing below = listing.below(roots[i]);
    for (const ProductReader& reader : readers()) {
      if (!reader.recognises(below)) continue;
      found.push_back({&reader, below, roots[i]});
      break;
    }
  }
  return found;
}

}  // namespace
}  // namespace products

bool is_product(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code fault;
  if (fs::is_directory(path, fault)) return true;
  if (!fs::is_regular_file(path, fault)) return false;
  const std::string name = lower(path);
  if (name.ends_with(".zip") || name.ends_with(".tar") || name.ends_with(".tar.gz") || name.ends_with(".tgz"))
    return true;
  const std::string folder = products::folder_if_metadata(path);
  if (folder == path) return false;
  try {
    return !products::find_products(products::listing_for(path)).empty();
  } catch (const Error&) {  // not for us: whoever opens it as an image says why
    return false;
  }
}

std::vector<std::string> products_in(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code fault;
  if (!fs::is_directory(path, fault)) return {};
  std::vector<std::string> inside;
  for (const auto& entry : fs::directory_iterator(path, fault)) {
    const std::string name = lower(entry.path().filename().string());
    if (entry.is_directory(fault) || name.ends_with(".zip") || name.ends_with(".tar"))
      inside.push_back(entry.path().string());
  }
  if (inside.size() < 2) return {};
  // Folders of a product (MASKS, GRANULE) are no products of their own.
  const auto whole = products::find_products(products::Listing::of(path));
  if (!whole.empty() && whole.front().root.empty()) return {};
  std::erase_if(inside,
                [](const std::string& one) { return products::find_products(products::Listing::of(one)).empty(); });
  std::sort(inside.begin(), inside.end());
  return inside;
}

Product open_product(const std::string& path) {
  const products::Listing listing = products::listing_for(path);
  const auto found = products::find_products(listing);
  if (found.empty()) {
    std::vector<std::string> known;
    for (const auto& reader : products::readers()) known.push_back(reader.matches);
    std::vector<std::string> some;
    for (const auto& entry : listing.entries()) {
      if (some.size() < 5) some.push_back(entry.path);
    }
    throw UserError("'" + path + "' is no product that Cers knows; it holds " +
                        (some.empty() ? std::string("no file") : join(some, ", ")) +
                        (listing.entries().size() > some.size() ? ", …" : ""),
                    "name an image file in it, or a product; known are: " + join(known, "; "));
  }
  if (found.size() > 1) {
    std::vector<std::string> folders;
    for (const auto& one : found) {
      folders.push_back(one.root);
      if (folders.size() == 6) break;
    }
    throw UserError("'" + path + "' holds " + std::to_string(found.size()) + " products",
                    "name one of them: " + join(folders, ", "));
  }
  Product product = found.front().reader->read(found.front().listing);
  product.path = path;
  if (product.family.empty()) product.family = found.front().reader->family;
  products::check(product);
  return product;
}

}  // namespace cers
