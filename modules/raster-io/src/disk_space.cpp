// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/disk_space.hpp"

#include <sys/statvfs.h>

#include <filesystem>

#include "cers/core/text.hpp"

namespace cers {

std::string disk_space_remedy(const std::string& path) {
  struct statvfs volume {};
  std::string folder = path;
  if (statvfs(folder.c_str(), &volume) != 0) {
    folder = std::filesystem::path(path).parent_path().string();
    if (statvfs(folder.c_str(), &volume) != 0) return "check the disk and the permissions of the output folder";
  }
  const auto free = static_cast<std::uint64_t>(volume.f_bavail) * volume.f_frsize;
  return "disk full, or a quota or file size limit reached? " + format_bytes(free) +
         " are free there: make room or write elsewhere";
}

}  // namespace cers
