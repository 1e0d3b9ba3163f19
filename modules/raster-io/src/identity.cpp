// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/identity.hpp"

#include <openssl/evp.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <vector>

#include "cers/core/error.hpp"

namespace cers {
namespace {

constexpr std::size_t chunk = std::size_t{1} << 16;

[[noreturn]] void unreadable(const std::string& path) {
  const int reason = errno;
  throw DataError("'" + path + "' cannot be read: " + std::strerror(reason), "check the path and its permissions");
}

std::string sha256_of(const std::string& path, std::uint64_t most) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) unreadable(path);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  CERS_EXPECT(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  std::vector<char> buffer(chunk);
  while (most > 0 && stream) {
    stream.read(buffer.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(most, chunk)));
    const auto got = static_cast<std::size_t>(stream.gcount());
    CERS_EXPECT(EVP_DigestUpdate(context.get(), buffer.data(), got) == 1);
    most -= got;
  }
  if (stream.bad()) unreadable(path);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  CERS_EXPECT(EVP_DigestFinal_ex(context.get(), digest, &length) == 1);
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4];
    text += "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}

}  // namespace

FileIdentity file_identity(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) unreadable(path);
  if (S_ISDIR(status.st_mode)) throw DataError("'" + path + "' is a folder", "name a file");
  FileIdentity identity;
  std::error_code fault;
  identity.path = std::filesystem::canonical(path, fault).string();
  if (fault) identity.path = path;
  identity.size = static_cast<std::uint64_t>(status.st_size);
  identity.mtime_ns = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  identity.head_sha256 = sha256_of(path, chunk);
  return identity;
}

std::string file_sha256(const std::string& path) {
  return sha256_of(path, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace cers
