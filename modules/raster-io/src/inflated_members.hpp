// SPDX-License-Identifier: Apache-2.0
// Compressed members of archives, inflated once each: reading blocks of them in place would start over at every seek.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cers {

class InflatedMembers {
 public:
  InflatedMembers() = default;
  ~InflatedMembers();  ///< removes the copies
  InflatedMembers(const InflatedMembers&) = delete;
  InflatedMembers& operator=(const InflatedMembers&) = delete;

  /// What to open instead of `gdal_name`: itself, or, for a compressed member of a zip archive, a copy in the folder of
  /// temporary files, made by the first thread that asks. Throws DataError when there is no room or the archive is
  /// damaged. Thread safe.
  std::string readable(const std::string& gdal_name);

 private:
  struct Copy {
    std::mutex mutex;
    std::string path;  ///< empty until made
  };
  bool is_compressed(const std::string& gdal_name);

  std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> compressed_;  ///< of each archive, sorted
  std::map<std::string, std::unique_ptr<Copy>> copies_;
};

}  // namespace cers
