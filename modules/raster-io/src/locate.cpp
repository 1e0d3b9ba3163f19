// SPDX-License-Identifier: Apache-2.0
#include "locate.hpp"

#include <gdal.h>

#include <algorithm>
#include <filesystem>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_names = 10000;  // a folder may be huge; the hint is worth no more than this

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code fault;
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end && names.size() < most_names;
       entry.increment(fault))
    names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

[[noreturn]] void missing(const std::string& path) {
  const fs::path whole(path);
  const fs::path folder = whole.has_parent_path() ? whole.parent_path() : fs::path(".");
  std::error_code fault;
  if (!fs::is_directory(folder, fault))
    throw UserError("there is no file '" + path + "': its folder does not exist", "check the path");
  const std::string hint = suggestion(whole.filename().string(), names_in(folder), 12);
  throw UserError("there is no file '" + path + "'", hint.empty() ? "check the path" : hint);
}

// A name that is no file may still mean something to a driver: "/vsizip/…", "SENTINEL2_L2A:…".
bool for_driver(const std::string& path) {
  const auto colon = path.find(':');
  return path.starts_with("/vsi") || (colon != std::string::npos && path.find('/') > colon);
}

void check_file(const std::string& path) {
  std::error_code fault;
  const auto status = fs::status(path, fault);
  if (!fs::exists(status)) {
    if (fault && fault != std::errc::no_such_file_or_directory && fault != std::errc::not_a_directory)
      throw DataError("'" + path + "' cannot be read: " + fault.message(), "check its permissions");
    missing(path);
  }
  if (fs::is_directory(status)) {
    auto names = names_in(path);
    const bool more = names.size() > 8;
    if (more) names.resize(8);
    throw UserError("'" + path + "' is a folder, not an image",
                    names.empty() ? "it is empty: name an image file"
                                  : "name a file in it, such as " + join(names, ", ") + (more ? ", …" : ""));
  }
  if (fs::is_regular_file(status) && fs::file_size(path, fault) == 0)
    throw DataError("'" + path + "' is empty (0 bytes)", "copy or download it again");
}

struct Subdataset {
  std::string name;
  std::string description;
};

std::vector<Subdataset> subdatasets_of(const HandlePool::Lease& lease) {
  std::vector<Subdataset> found;
  for (int i = 1;; ++i) {
    const std::string key = "SUBDATASET_" + std::to_string(i) + "_";
    const char* const name = GDALGetMetadataItem(lease.dataset(), (key + "NAME").c_str(), "SUBDATASETS");
    if (name == nullptr) return found;
    const char* const text = GDALGetMetadataItem(lease.dataset(), (key + "DESC").c_str(), "SUBDATASETS");
    found.push_back({name, text == nullptr ? name : text});
  }
}

std::string listing(const std::vector<Subdataset>& subdatasets) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < subdatasets.size(); ++i)
    lines.push_back("?&sdataidx=" + std::to_string(i) + " for " + subdatasets[i].description);
  return join(lines, "; ");
}

void choose_subdataset(Location& location, const ReaderName& name, HandlePool& pool) {
  const auto lease = pool.lease(location.key);
  const bool holds_bands = GDALGetRasterCount(lease.dataset()) > 0;
  if (!name.subdataset && holds_bands) return;
  const auto subdatasets = subdatasets_of(lease);
  if (!name.subdataset) {
    if (subdatasets.empty())
      throw DataError("'" + location.shown + "' holds no raster band", "choose a file with an image in it");
    throw UserError("'" + location.shown + "' holds several images", "choose one with " + listing(subdatasets));
  }
  const auto index = static_cast<std::size_t>(*name.subdataset);
  if (index >= subdatasets.size())
    throw UserError("'" + location.shown + "' has " + std::to_string(subdatasets.size()) +
                        " subdatasets, so there is no sdataidx=" + std::to_string(index),
                    subdatasets.empty() ? "leave out &sdataidx" : "choose one with " + listing(subdatasets));
  location.key.dataset = subdatasets[index].name;
}

void choose_resolution(Location& location, const ReaderName& name, HandlePool& pool) {
  if (name.resolution.value_or(0) == 0) return;
  const auto lease = pool.lease(location.key);
  const GDALRasterBandH band = GDALGetRasterBand(lease.dataset(), 1);
  const int levels = band == nullptr ? 0 : GDALGetOverviewCount(band);
  if (*name.resolution > levels)
    throw UserError("'" + location.shown + "' has " + std::to_string(levels) +
                        " reduced resolutions, so there is no resol=" + std::to_string(*name.resolution),
                    levels == 0 ? "make some with gdaladdo, or leave out &resol"
                                : "give resol=0 (full) to resol=" + std::to_string(levels));
  location.key.open_options.push_back("OVERVIEW_LEVEL=" + std::to_string(*name.resolution - 1));
}

}  // namespace

Location locate(const ReaderName& name, HandlePool& pool) {
  if (!name.tile.empty())
    throw UserError("'" + name.path + "' is one image, so its tile cannot be chosen",
                    "leave out &tile, which is for products of several tiles");
  if (name.gsd_m)
    throw UserError("'" + name.path + "' is one image, so its gsd cannot be chosen",
                    "leave out &gsd, which is for products, or resample it with Superimpose");
  Location location{name.path, {.dataset = name.path, .file = name.path}};
  std::error_code fault;
  if (fs::exists(name.path, fault) || !for_driver(name.path)) {
    check_file(name.path);
    const fs::path canonical = fs::canonical(name.path, fault);
    if (!fault) location.key.file = location.key.dataset = canonical.string();
    location.key.version = file_version(location.key.file);
  }
  choose_subdataset(location, name, pool);
  choose_resolution(location, name, pool);
  return location;
}

}  // namespace cers
