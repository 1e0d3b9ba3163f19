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
namespace fs = std::filesystem;
namespace {

constexpr std::size_t chunk = std::size_t{1} << 16;

[[noreturn]] void unreadable(const std::string& path) {
  const int reason = errno;
  throw DataError("'" + path + "' cannot be read: " + std::strerror(reason), "check the path and its permissions");
}

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    CERS_EXPECT(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void add(const void* bytes, std::size_t count) { CERS_EXPECT(EVP_DigestUpdate(context_.get(), bytes, count) == 1); }
  void add_file(const std::string& path, std::uint64_t most) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) unreadable(path);
    std::vector<char> buffer(chunk);
    while (most > 0 && stream) {
      stream.read(buffer.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(most, chunk)));
      const auto got = static_cast<std::size_t>(stream.gcount());
      add(buffer.data(), got);
      most -= got;
    }
    if (stream.bad()) unreadable(path);
  }
  std::string text() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    CERS_EXPECT(EVP_DigestFinal_ex(context_.get(), digest, &length) == 1);
    std::string hex;
    for (unsigned int i = 0; i < length; ++i) {
      hex += "0123456789abcdef"[digest[i] >> 4];
      hex += "0123456789abcdef"[digest[i] & 15];
    }
    return hex;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), folder).string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string sha256_of(const std::string& path, std::uint64_t most) {
  Digest digest;
  if (!fs::is_directory(path)) {
    digest.add_file(path, most);
    return digest.text();
  }
  for (const std::string& file : files_below(path)) {
    const std::string whole = (fs::path(path) / file).string();
    const std::string head = file + '\n' + std::to_string(fs::file_size(whole)) + '\n';
    digest.add(head.data(), head.size());
    digest.add_file(whole, most);
  }
  return digest.text();
}

}  // namespace

FileIdentity file_identity(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) unreadable(path);
  FileIdentity identity;
  std::error_code fault;
  identity.path = std::filesystem::canonical(path, fault).string();
  if (fault) identity.path = path;
  identity.size = static_cast<std::uint64_t>(status.st_size);
  if (S_ISDIR(status.st_mode)) {
    identity.size = 0;
    for (const std::string& file : files_below(path)) identity.size += fs::file_size(fs::path(path) / file);
  }
  identity.mtime_ns = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  identity.head_sha256 = sha256_of(path, chunk);
  return identity;
}

std::string file_sha256(const std::string& path) {
  return sha256_of(path, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace cers
