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

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// The product around a granule folder: of "X.SAFE/GRANULE/G" it is "X.SAFE", when its metadata is there. Only that one
// says how numbers become reflectance.
std::string product_around(const std::string& granule) {
  namespace fs = std::filesystem;
  std::error_code fault;
  const fs::path folder = without_slash(granule);
  if (!fs::is_directory(folder, fault) || lower(folder.parent_path().filename().string()) != "granule") return {};
  fs::path around = folder.parent_path().parent_path();
  if (around.empty()) around = ".";
  for (const auto& entry : fs::directory_iterator(around, fault)) {
    const std::string name = lower(entry.path().filename().string());
    const bool metadata = name.starts_with("mtd_msil") || name.find("_mtd_safl") != std::string::npos;
    if (metadata && name.ends_with(".xml")) return around.string();
  }
  return {};
}

// Landsat scenes lie side by side in one folder: the one whose metadata file was named is meant.
Listing listing_for(const std::string& path) {
  const std::string folder = folder_if_metadata(path);
  if (const std::string around = product_around(folder); !around.empty()) {
    const std::filesystem::path granule = without_slash(folder);
    return Listing::of(around).without_siblings(granule.parent_path().filename().string() + "/" +
                                                granule.filename().string());
  }
  const Listing listing = Listing::of(folder);
  const std::string name = std::filesystem::path(path).filename().string();
  const auto mark = lower(name).find("_mtl.");
  return mark == std::string::npos || std::filesystem::is_directory(path) ? listing
                                                                          : listing.beginning(name.substr(0, mark));
}

}  // namespace
}  // namespace products

namespace {

// Of the tile that was chosen, and what belongs to all.
products::Listing listing_of(const Product& product) {
  const products::Listing listing = products::listing_for(product.path);
  return product.granule.empty() ? listing : listing.without_siblings(product.granule);
}

}  // namespace

std::string member_path(const Product& product, const std::string& file) {
  const std::string prefix = products::listing_for(product.path).prefix();
  CERS_EXPECT(file.starts_with(prefix));
  return file.substr(prefix.size());
}

std::vector<ProductFile> other_files(const Product& product) {
  std::vector<ProductFile> files;
  const products::Listing listing = listing_of(product);
  std::set<std::string> images;
  for (const ProductBand& band : product.bands) images.insert(band.pixels.file);
  for (const ProductLayer& layer : product.layers) images.insert(layer.pixels.file);
  for (const auto& entry : listing.entries()) {
    if (!images.contains(listing.gdal_name(entry))) files.push_back({entry.path, entry.bytes});
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

namespace {

products::Found only_product(const std::string& path) {
  const products::Listing listing = products::listing_for(path);
  auto found = products::find_products(listing);
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
  return found.front();
}

std::vector<products::ProductPart> parts_of(const products::Found& found) {
  return found.reader->parts == nullptr ? std::vector<products::ProductPart>() : found.reader->parts(found.listing);
}

std::string folder_name(const products::ProductPart& part) {
  return part.folder.substr(part.folder.rfind('/') + 1);
}

// A tile that is there twice, in two halves, is told by its folder.
std::vector<std::string> names_of(const std::vector<products::ProductPart>& parts) {
  std::vector<std::string> names;
  for (const auto& part : parts) {
    const auto same = std::count_if(parts.begin(), parts.end(), [&](const auto& one) { return one.tile == part.tile; });
    names.push_back(same > 1 || part.tile.empty() ? folder_name(part) : part.tile);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool is_tile(const products::ProductPart& part, const std::string& tile) {
  return equal_ignoring_case(part.tile, tile) || equal_ignoring_case("T" + part.tile, tile) ||
         equal_ignoring_case(folder_name(part), tile);
}

const products::ProductPart& chosen(const std::vector<products::ProductPart>& parts, const std::string& path,
                                    const std::string& tile) {
  const auto fits = [&](const auto& part) { return is_tile(part, tile); };
  const auto count = std::count_if(parts.begin(), parts.end(), fits);
  if (count == 1) return *std::find_if(parts.begin(), parts.end(), fits);
  const std::string names = join(names_of(parts), ", ");
  const std::string remedy = "choose one with -in \"" + path + "?&tile=" + names_of(parts).front() +
                             "\", or tile: " + names_of(parts).front() + " at the input of a pipeline";
  if (tile.empty())
    throw UserError("'" + path + "' holds " + std::to_string(parts.size()) + " tiles: " + names, remedy);
  if (count > 1)
    throw UserError("'" + path + "' holds the tile " + tile + " " + std::to_string(count) + " times: " + names, remedy);
  throw UserError("'" + path + "' does not hold the tile " + tile + ", but " + names, remedy);
}

}  // namespace

std::vector<std::string> product_tiles(const std::string& path) {
  const auto parts = parts_of(only_product(path));
  return parts.size() > 1 ? names_of(parts) : std::vector<std::string>();
}

Product open_product(const std::string& path, const std::string& tile) {
  products::Found found = only_product(path);
  std::string granule;
  if (const auto parts = parts_of(found); parts.size() > 1) {
    granule = chosen(parts, path, tile).folder;
    found.listing = found.listing.without_siblings(granule);
  } else if (!tile.empty() && parts.size() == 1) {
    chosen(parts, path, tile);
  }
  Product product = found.reader->read(found.listing);
  product.path = path;
  product.granule = granule;
  if (product.family.empty()) product.family = found.reader->family;
  products::check(product);
  if (!tile.empty() && granule.empty() && !equal_ignoring_case(product.tile, tile) &&
      !equal_ignoring_case("T" + product.tile, tile))
    throw UserError(
        "'" + path + "' is the tile " + (product.tile.empty() ? "without a name" : product.tile) + ", not " + tile,
        "leave out the tile, or name another product");
  return product;
}

}  // namespace cers
