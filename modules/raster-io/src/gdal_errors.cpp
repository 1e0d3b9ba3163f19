// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/gdal_errors.hpp"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>

#include <algorithm>
#include <mutex>

#include "cers/core/text.hpp"

namespace cers {
namespace {

// Large enough for the other bands of a few pixel-interleaved blocks, which some drivers leave there on decoding.
constexpr GIntBig block_cache_bytes = 16 << 20;

void CPL_STDCALL collect(CPLErr severity, CPLErrorNum, const char* message) {
  static_cast<ErrorCollector*>(CPLGetErrorHandlerUserData())->add(severity, message);
}

}  // namespace

void initialise_gdal() {
  static std::once_flag once;
  std::call_once(once, [] {
    CPLSetConfigOption("GDAL_NUM_THREADS", "1");
    GDALAllRegister();
    if (CPLGetConfigOption("GDAL_CACHEMAX", nullptr) == nullptr) GDALSetCacheMax64(block_cache_bytes);
  });
}

ErrorCollector::ErrorCollector() {
  CPLErrorReset();
  CPLPushErrorHandlerEx(collect, this);
}

ErrorCollector::~ErrorCollector() {
  CPLPopErrorHandler();
  CPLErrorReset();
}

void ErrorCollector::add(int severity, const char* message) {
  if (severity < CE_Warning) return;
  auto& list = severity >= CE_Failure ? errors_ : warnings_;
  const std::string text(trimmed(message));
  if (list.size() < 8 && std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

std::string ErrorCollector::text(const std::string& otherwise) const {
  return errors_.empty() ? otherwise : join(errors_, "; ");
}

void ErrorCollector::clear() {
  errors_.clear();
  warnings_.clear();
  CPLErrorReset();
}

}  // namespace cers
