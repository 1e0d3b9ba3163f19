// SPDX-License-Identifier: Apache-2.0
#include "inflated_members.hpp"

#include <cpl_vsi.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cers/core/error.hpp"
#include "cers/raster-io/disk_space.hpp"
#include "cers/raster-io/zip_directory.hpp"

namespace cers {
namespace fs = std::filesystem;
namespace {

struct CloseFile {
  void operator()(VSILFILE* file) const { static_cast<void>(VSIFCloseL(file)); }  // opened read-only
};

std::string inflate(const std::string& gdal_name) {
  std::string path = (fs::temp_directory_path() / "cers-member-XXXXXX").string();
  const int descriptor = ::mkstemp(path.data());
  if (descriptor < 0)
    throw DataError("no temporary file can be made for '" + gdal_name + "'", "set TMPDIR to a folder with room");
  ::close(descriptor);
  const std::unique_ptr<VSILFILE, CloseFile> member(VSIFOpenL(gdal_name.c_str(), "rb"));
  std::ofstream copy(path, std::ios::binary | std::ios::trunc);
  std::vector<char> buffer(std::size_t{1} << 20U);
  std::uint64_t total = 0;
  while (member && copy) {
    const std::size_t read = VSIFReadL(buffer.data(), 1, buffer.size(), member.get());
    copy.write(buffer.data(), static_cast<std::streamsize>(read));
    total += read;
    if (read < buffer.size()) break;
  }
  copy.close();
  VSIStatBufL status{};
  const bool whole =
      member && VSIStatL(gdal_name.c_str(), &status) == 0 && static_cast<std::uint64_t>(status.st_size) == total;
  if (copy && whole) return path;
  std::error_code ignored;
  fs::remove(path, ignored);
  if (!copy) throw DataError("'" + gdal_name + "' cannot be inflated into " + path, disk_space_remedy(path));
  throw DataError("'" + gdal_name + "' breaks off after " + std::to_string(total) + " bytes: the archive is damaged",
                  "copy or download it again");
}

}  // namespace

InflatedMembers::~InflatedMembers() {
  std::error_code ignored;
  for (const auto& [name, copy] : copies_) {
    if (!copy->path.empty()) fs::remove(copy->path, ignored);
  }
}

bool InflatedMembers::is_compressed(const std::string& gdal_name) {
  const auto name = parse_zip_name(gdal_name);
  if (!name) return false;
  const std::lock_guard lock(mutex_);
  auto found = compressed_.find(name->archive);
  if (found == compressed_.end()) {
    std::vector<std::string> compressed;
    for (const ZipMember& member : read_zip_directory(name->archive)) {
      if (!member.stored) compressed.push_back(member.path);
    }
    std::sort(compressed.begin(), compressed.end());
    found = compressed_.emplace(name->archive, std::move(compressed)).first;
  }
  return std::binary_search(found->second.begin(), found->second.end(), name->member);
}

std::string InflatedMembers::readable(const std::string& gdal_name) {
  if (!is_compressed(gdal_name)) return gdal_name;
  Copy* copy = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto& slot = copies_[gdal_name];
    if (!slot) slot = std::make_unique<Copy>();
    copy = slot.get();
  }
  const std::lock_guard lock(copy->mutex);
  if (copy->path.empty()) copy->path = inflate(gdal_name);
  return copy->path;
}

}  // namespace cers
