// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cers/core/text.hpp"
#include "cers/pipeline/document.hpp"

namespace cers {
namespace {

std::vector<std::string> pipeline_files_in(const std::filesystem::path& folder) {
  constexpr std::size_t most = 10000;
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator at(folder.empty() ? "." : folder, error);
  for (; !error && at != std::filesystem::directory_iterator() && names.size() < most; at.increment(error)) {
    const std::string extension = lower(at->path().extension().string());
    const bool fits = extension == ".yaml" || extension == ".yml" || extension == ".json";
    if (fits) names.push_back(at->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Document read_document(const std::string& path, Diagnostics& diagnostics) {
  Document document;
  document.file = path;
  const Location where{path, 0, 0};
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    const std::filesystem::path as_path(path);
    std::string remedy = suggestion(as_path.filename().string(), pipeline_files_in(as_path.parent_path()));
    if (remedy.empty()) remedy = "check the path";
    diagnostics.fault(where, fmt::format("there is no pipeline file '{}'", path), std::move(remedy));
    return document;
  }
  if (std::filesystem::is_directory(status)) {
    diagnostics.fault(where, fmt::format("'{}' is a folder, not a pipeline file", path),
                      suggestion("", pipeline_files_in(path)));
    return document;
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream.is_open() || stream.bad()) {
    diagnostics.fault(where, fmt::format("the pipeline file '{}' cannot be read", path), "check its permissions");
    return document;
  }
  return parse_document(text, path, diagnostics);
}

}  // namespace cers
