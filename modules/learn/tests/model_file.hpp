// SPDX-License-Identifier: Apache-2.0
// A small text file that goes away with the test.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace cers::testing {

class ModelFile {
 public:
  ModelFile(const std::string& name, const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "cers-model-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream(path(name), std::ios::binary) << text;
    name_ = name;
  }
  ModelFile(const ModelFile&) = delete;
  ModelFile& operator=(const ModelFile&) = delete;
  ~ModelFile() { std::filesystem::remove_all(folder_); }
  std::string path() const { return path(name_); }

 private:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::filesystem::path folder_;
  std::string name_;
};

}  // namespace cers::testing
