// SPDX-License-Identifier: Apache-2.0
#include "copy_sink.hpp"

#include <cpl_conv.h>
#include <gdal.h>

#include <algorithm>
#include <memory>

#include "cers/core/error.hpp"
#include "cers/raster-io/disk_space.hpp"
#include "cers/raster-io/gdal_errors.hpp"

namespace cers {
namespace {

// Copying goes through GDAL's block cache, which must hold a few rows of blocks lest they be decoded again and again.
class CacheForCopying {
 public:
  CacheForCopying() : before_(GDALGetCacheMax64()) {
    if (before_ < wanted) GDALSetCacheMax64(wanted);
  }
  ~CacheForCopying() { GDALSetCacheMax64(before_); }
  CacheForCopying(const CacheForCopying&) = delete;
  CacheForCopying& operator=(const CacheForCopying&) = delete;

 private:
  static constexpr GIntBig wanted = 128 << 20;
  GIntBig before_;
};

class ThreadsHere {  // the COG driver makes overviews with as many threads as this setting says
 public:
  explicit ThreadsHere(int threads) {
    CPLSetThreadLocalConfigOption("GDAL_NUM_THREADS", std::to_string(threads).c_str());
  }
  ~ThreadsHere() { CPLSetThreadLocalConfigOption("GDAL_NUM_THREADS", nullptr); }
  ThreadsHere(const ThreadsHere&) = delete;
  ThreadsHere& operator=(const ThreadsHere&) = delete;
};

/// Keeps GDAL from writing an .aux.xml that would only say that the bands of a JPEG 2000 file with more than four have
/// no colours.
class NoEmptySideFile {
 public:
  NoEmptySideFile(const OutputDriver& output, const TiffSpec& spec) {
    const auto bare = [](const BandInfo& band) {
      return !band.nodata && band.name.empty() && band.description.empty() && band.unit.empty() &&
             band.classes.empty() && band.scale == 1 && band.offset == 0;
    };
    applies_ = output.name.starts_with("JP2") && !spec.nodata &&
               std::all_of(spec.info.bands.begin(), spec.info.bands.end(), bare);
    if (applies_) CPLSetThreadLocalConfigOption(option, "NO");
  }
  ~NoEmptySideFile() {
    if (applies_) CPLSetThreadLocalConfigOption(option, nullptr);
  }
  NoEmptySideFile(const NoEmptySideFile&) = delete;
  NoEmptySideFile& operator=(const NoEmptySideFile&) = delete;

 private:
  static constexpr const char* option = "GDAL_PAM_ENABLED";
  bool applies_ = false;
};

}  // namespace

void copy_raster(const std::string& from, const std::string& to, const OutputDriver& output,
                 const std::vector<std::string>& options, const TiffSpec& spec, int threads) {
  const CacheForCopying cache;
  // GDAL's threads that decode a GeoTIFF with extra samples each print an error about a tag, and go on: one thread does
  // not. Few JPEG 2000 files have as many bands.
  const bool extra_samples = output.name.starts_with("JP2") && spec.info.bands.size() > 4;
  const ThreadsHere setting(extra_samples ? 1 : threads);
  const NoEmptySideFile bare(output, spec);
  std::vector<const char*> list;
  for (const std::string& option : options) list.push_back(option.c_str());
  list.push_back(nullptr);
  {
    const ErrorCollector errors;
    const std::unique_ptr<void, decltype(&GDALClose)> source(
        GDALOpenEx(from.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, nullptr, nullptr, nullptr),
        GDALClose);
    const auto fail = [&] {
      throw DataError("'" + spec.shown + "' cannot be made as " + output.name + ": " + errors.text(),
                      "write a .tif if the format is too narrow for these bands; otherwise: " + disk_space_remedy(to));
    };
    if (!source) fail();
    constexpr int strict = 1;  // rather fail than drop bands or narrow pixels
    const GDALDatasetH copy =
        GDALCreateCopy(output.driver, to.c_str(), source.get(), strict, list.data(), nullptr, nullptr);
    if (copy != nullptr) {
      GDALFlushCache(copy);
      GDALClose(copy);
    }
    if (copy == nullptr || errors.failed()) fail();
  }
  check_raster(to, spec);
}

}  // namespace cers
