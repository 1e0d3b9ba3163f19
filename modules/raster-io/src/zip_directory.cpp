// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/zip_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

// Signatures and offsets: PKWARE APPNOTE 6.3.10, §4.3.12 (central header), §4.3.14 to §4.3.16 (ends), §4.5.3 (zip64).
constexpr std::uint32_t central_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t end64_locator_signature = 0x07064b50;
constexpr std::uint32_t end64_signature = 0x06064b50;
constexpr std::size_t central_size = 46;
constexpr std::size_t end_size = 22;
constexpr std::size_t locator_size = 20;
constexpr std::size_t end64_size = 56;
constexpr std::size_t longest_comment = 65535;
constexpr std::uint64_t most_members = 100'000;
constexpr std::uint64_t most_directory = 64ULL << 20U;
constexpr std::uint64_t most_ratio = 1000;
constexpr std::uint64_t harmless = 1ULL << 30U;

[[noreturn]] void damaged(const std::string& path, const std::string& what) {
  throw DataError("'" + path + "' is no whole zip archive: " + what, "copy or download it again");
}

std::uint64_t little_endian(const std::string& bytes, std::size_t at, int count) {
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i)
    value = value << 8U | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  return value;
}

class ZipFile {
 public:
  explicit ZipFile(const std::string& path) : path_(path), stream_(path, std::ios::binary) {
    std::error_code fault;
    size_ = std::filesystem::file_size(path, fault);
    if (!stream_ || fault) throw DataError("'" + path + "' cannot be read", "check the path and its permissions");
  }

  std::string read(std::uint64_t at, std::uint64_t count) {
    if (at > size_ || count > size_ - at) damaged(path_, "it breaks off");
    std::string bytes(static_cast<std::size_t>(count), '\0');
    stream_.seekg(static_cast<std::streamoff>(at));
    stream_.read(bytes.data(), static_cast<std::streamsize>(count));
    if (!stream_) damaged(path_, "it breaks off");
    return bytes;
  }
  std::uint64_t size() const { return size_; }

 private:
  std::string path_;
  std::ifstream stream_;
  std::uint64_t size_ = 0;
};

struct Directory {
  std::uint64_t members = 0;
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;
};

Directory find_directory(ZipFile& file, const std::string& path) {
  const std::uint64_t tail_size = std::min<std::uint64_t>(file.size(), end_size + longest_comment);
  if (tail_size < end_size) damaged(path, "it is too short");
  const std::uint64_t tail_at = file.size() - tail_size;
  const std::string tail = file.read(tail_at, tail_size);
  for (std::size_t at = tail.size() - end_size + 1; at-- > 0;) {
    if (little_endian(tail, at, 4) != end_signature) continue;
    Directory found{little_endian(tail, at + 10, 2), little_endian(tail, at + 12, 4), little_endian(tail, at + 16, 4)};
    const bool is_64 = found.members == 0xffff || found.bytes == 0xffffffff || found.offset == 0xffffffff;
    const std::uint64_t end_at = tail_at + at;
    if (!is_64 || end_at < locator_size) return found;
    const std::string locator = file.read(end_at - locator_size, locator_size);
    if (little_endian(locator, 0, 4) != end64_locator_signature) return found;
    const std::string end64 = file.read(little_endian(locator, 8, 8), end64_size);
    if (little_endian(end64, 0, 4) != end64_signature) damaged(path, "its zip64 end is not where it should be");
    return {little_endian(end64, 32, 8), little_endian(end64, 40, 8), little_endian(end64, 48, 8)};
  }
  damaged(path, "its end, where the table of contents is named, is missing");
}

// Sizes that do not fit 32 bits stand in the extra field 1, the uncompressed one first.
void read_zip64_sizes(const std::string& directory, std::size_t extra, std::size_t length, ZipMember& member) {
  for (std::size_t at = extra; at + 4 <= extra + length;) {
    const auto id = little_endian(directory, at, 2);
    const auto size = static_cast<std::size_t>(little_endian(directory, at + 2, 2));
    std::size_t field = at + 4;
    const std::size_t end = std::min(field + size, extra + length);
    if (id == 1) {
      for (std::uint64_t* value : {&member.size, &member.compressed}) {
        if (*value != 0xffffffff || field + 8 > end) continue;
        *value = little_endian(directory, field, 8);
        field += 8;
      }
    }
    at = at + 4 + size;
  }
}

}  // namespace

std::vector<ZipMember> read_zip_directory(const std::string& path) {
  ZipFile file(path);
  const Directory found = find_directory(file, path);
  if (found.members > most_members || found.bytes > most_directory)
    throw DataError("'" + path + "' declares " + std::to_string(found.members) + " members: no product has so many",
                    "do not trust this file; download it from its producer");
  const std::string directory = file.read(found.offset, found.bytes);
  std::vector<ZipMember> members;
  for (std::size_t at = 0; members.size() < found.members;) {
    if (at + central_size > directory.size() || little_endian(directory, at, 4) != central_signature)
      damaged(path, "its table of contents is damaged");
    ZipMember member;
    member.stored = little_endian(directory, at + 10, 2) == 0;
    member.compressed = little_endian(directory, at + 20, 4);
    member.size = little_endian(directory, at + 24, 4);
    const auto name = static_cast<std::size_t>(little_endian(directory, at + 28, 2));
    const auto extra = static_cast<std::size_t>(little_endian(directory, at + 30, 2));
    const auto comment = static_cast<std::size_t>(little_endian(directory, at + 32, 2));
    if (at + central_size + name + extra + comment > directory.size())
      damaged(path, "its table of contents breaks off");
    member.path = directory.substr(at + central_size, name);
    read_zip64_sizes(directory, at + central_size + name, extra, member);
    if (member.size > harmless && member.size / most_ratio > member.compressed)
      throw DataError("'" + member.path + "' in '" + path + "' would inflate from " +
                          std::to_string(member.compressed) + " to " + std::to_string(member.size) + " bytes",
                      "do not trust this file; download it from its producer");
    members.push_back(std::move(member));
    at += central_size + name + extra + comment;
  }
  return members;
}

std::optional<ZipName> parse_zip_name(const std::string& gdal_name) {
  constexpr std::string_view prefix = "/vsizip/";
  if (!gdal_name.starts_with(prefix)) return std::nullopt;
  const std::string rest = gdal_name.substr(prefix.size());
  if (rest.starts_with('{')) {
    const auto close = rest.find("}/");
    if (close == std::string::npos) return std::nullopt;
    return ZipName{rest.substr(1, close - 1), rest.substr(close + 2)};
  }
  const auto end = lower(rest).find(".zip/");
  if (end == std::string::npos) return std::nullopt;
  return ZipName{rest.substr(0, end + 4), rest.substr(end + 5)};
}

}  // namespace cers
