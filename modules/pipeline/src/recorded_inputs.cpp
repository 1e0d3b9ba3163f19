// SPDX-License-Identifier: Apache-2.0
#include "recorded_inputs.hpp"

#include <fmt/format.h>

#include <ctime>
#include <filesystem>

#include "cers/raster-io/extended_filename.hpp"
#include "cers/raster-io/identity.hpp"

namespace cers::pipeline_detail {
namespace {

namespace fs = std::filesystem;

std::string utc_text(std::int64_t ns) {
  const std::time_t seconds = static_cast<std::time_t>(ns / 1'000'000'000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace

std::string absolute_reader_name(const std::string& name) {
  const std::string path = parse_reader_name(name).path;
  if (!fs::exists(path)) return name;
  return fs::absolute(path).lexically_normal().string() + name.substr(std::min(name.size(), path.size()));
}

std::vector<RecordedInput> recorded_inputs(const Document& document, bool full) {
  std::vector<RecordedInput> inputs;
  for (const InputDecl& input : document.inputs) {
    for (const std::string& file : input.files) {
      RecordedInput recorded;
      recorded.id = input.id;
      recorded.path = parse_reader_name(file).path;
      if (fs::is_regular_file(recorded.path) || fs::is_directory(recorded.path)) {
        const FileIdentity identity = file_identity(recorded.path);
        recorded.size = identity.size;
        recorded.modified = utc_text(identity.mtime_ns);
        recorded.head_sha256 = identity.head_sha256;
        if (full) recorded.sha256 = file_sha256(recorded.path);
      }
      inputs.push_back(std::move(recorded));
    }
  }
  return inputs;
}

std::string change_of(const RecordedInput& recorded) {
  if (recorded.head_sha256.empty()) return {};
  if (!fs::exists(recorded.path)) return fmt::format("{} is not there any more", recorded.path);
  const FileIdentity now = file_identity(recorded.path);
  if (now.size != recorded.size) {
    return fmt::format("{} has {} bytes, it had {} when it was read", recorded.path, now.size, recorded.size);
  }
  const bool same = now.head_sha256 == recorded.head_sha256 &&
                    (recorded.sha256.empty() || file_sha256(recorded.path) == recorded.sha256);
  return same ? std::string() : fmt::format("{} holds other bytes than when it was read", recorded.path);
}

}  // namespace cers::pipeline_detail
