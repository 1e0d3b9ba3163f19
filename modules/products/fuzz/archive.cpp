// SPDX-License-Identifier: Apache-2.0
#include "archive.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace cers::fuzz {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view mark = "=== ";

struct Member {
  std::string_view name;
  std::string_view bytes;
};

std::vector<Member> members_of(std::string_view text) {
  std::vector<Member> members;
  while (text.starts_with(mark)) {
    const auto line = std::min(text.find('\n'), text.size());
    const auto end = std::min(text.find("\n=== ", line), text.size());
    const std::string_view name = text.substr(mark.size(), line - std::min(line, mark.size()));
    members.push_back({name.substr(0, 65535), line < end ? text.substr(line + 1, end - line - 1) : std::string_view()});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return members;
}

std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (; bytes > 0; --bytes, value >>= 8U) text += static_cast<char>(value & 0xFFU);
  return text;
}

}  // namespace

// Stored members, PKWARE APPNOTE 6.3.10; GDAL checks no checksum of 0.
std::string archive_of(std::string_view text) {
  if (!text.starts_with(mark)) return std::string(text);
  std::string bytes;
  std::string directory;
  const std::vector<Member> members = members_of(text);
  for (const Member& member : members) {
    const std::string common = number(20, 2) + number(0, 12) + number(member.bytes.size(), 4) +
                               number(member.bytes.size(), 4) + number(member.name.size(), 2) + number(0, 2);
    directory += "PK\x01\x02" + number(20, 2) + common + number(0, 10) + number(bytes.size(), 4);
    directory += member.name;
    bytes += "PK\x03\x04" + common;
    bytes += member.name;
    bytes += member.bytes;
  }
  const std::string end = "PK\x05\x06" + number(0, 4) + number(members.size(), 2) + number(members.size(), 2) +
                          number(directory.size(), 4) + number(bytes.size(), 4) + number(0, 2);
  return bytes + directory + end;
}

Archive::Archive() {
  std::string pattern = (fs::temp_directory_path() / "cers-fuzz-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  folder_ = pattern;
}

Archive::~Archive() {
  std::error_code fault;
  fs::remove_all(folder_, fault);
}

std::string Archive::write(std::string_view text) {
  const std::string path = folder_ + "/product.zip";
  const std::string bytes = archive_of(text);
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  // GDAL keeps the table of contents of an archive for as long as its size and time stay.
  const timespec time{++written_, 0};
  const timespec times[] = {time, time};
  if (utimensat(AT_FDCWD, path.c_str(), times, 0) != 0) std::abort();
  return path;
}

}  // namespace cers::fuzz
