// SPDX-License-Identifier: Apache-2.0
// libFuzzer entry point: any bytes end in the members of an archive, each within bounds, or in a DataError.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cers/core/error.hpp"
#include "cers/raster-io/zip_directory.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int file = memfd_create("archive", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  try {
    for (const cers::ZipMember& member : cers::read_zip_directory(path)) {
      if (member.path.size() > size) std::abort();
      const bool bomb = member.size > (1ULL << 30U) && member.size / 1000 > member.compressed;
      if (bomb) std::abort();
    }
  } catch (const cers::DataError& error) {
    if (error.remedy().empty()) std::abort();
  }
  static_cast<void>(cers::parse_zip_name("/vsizip/" + std::string(reinterpret_cast<const char*>(data), size)));
  return 0;
}
