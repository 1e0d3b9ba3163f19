// SPDX-License-Identifier: Apache-2.0
#include "recorded_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "bindings.hpp"
#include "cers/core/text.hpp"
#include "cers/raster-io/extended_filename.hpp"
#include "cers/raster-io/identity.hpp"

namespace cers::pipeline_detail {

void drop_unused(Document& document, const std::vector<std::string>& ids) {
  const auto in_a_step = [&](const std::string& id) {
    for (const StepDecl& step : document.steps)
      for (const Setting& setting : step.settings)
        for (const std::string& token : setting.tokens) {
          const auto used = parameter_references(token);
          if (std::find(used.begin(), used.end(), id) != used.end()) return true;
        }
    return false;
  };
  const auto in_an_output = [&](const std::string& id) {
    return std::any_of(document.outputs.begin(), document.outputs.end(),
                       [&](const OutputDecl& output) { return output.to.find("{" + id) != std::string::npos; });
  };
  std::erase_if(document.parameters, [&](const ParameterDecl& parameter) {
    return std::find(ids.begin(), ids.end(), parameter.id) != ids.end() && !in_a_step(parameter.id) &&
           !in_an_output(parameter.id);
  });
}

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

namespace {

RecordedInput recorded_file(std::string id, std::string path, bool full) {
  RecordedInput recorded;
  recorded.id = std::move(id);
  recorded.path = std::move(path);
  if (fs::is_regular_file(recorded.path) || fs::is_directory(recorded.path)) {
    const FileIdentity identity = file_identity(recorded.path);
    recorded.size = identity.size;
    recorded.modified = utc_text(identity.mtime_ns);
    recorded.head_sha256 = identity.head_sha256;
    if (full) recorded.sha256 = file_sha256(recorded.path);
  }
  return recorded;
}

/// The file, and what belongs to it: classes of a Shapefile are in its .dbf.
std::vector<RecordedInput> recorded_with_parts(const std::string& id, const std::string& path, bool full) {
  std::vector<RecordedInput> files{recorded_file(id, path, full)};
  const fs::path main(path);
  if (main.extension() != ".shp") return files;
  for (const char* part : {".dbf", ".shx", ".prj"}) {
    const fs::path beside = fs::path(main).replace_extension(part);
    if (fs::is_regular_file(beside)) files.push_back(recorded_file(id, beside.string(), full));
  }
  return files;
}

/// The file names behind a token of a step: the token itself, or the values of the parameter that it is. A name that is
/// made of parameters, as ${dir}/zones.shp, takes the place of its recipe when there is such a file.
std::vector<std::string*> file_names(Document& document, const ParamSpec& param, std::string& token) {
  const std::vector<std::string> references = parameter_references(token);
  if (references.empty()) return {&token};
  std::vector<std::string*> names;
  for (ParameterDecl& parameter : document.parameters) {
    if (token != "$" + parameter.id) continue;
    for (std::string& value : parameter.values.empty() ? parameter.defaults : parameter.values) names.push_back(&value);
  }
  if (!names.empty()) return names;
  std::string filled = filled_token(token, [&](const std::string& id) {
    for (const ParameterDecl& parameter : document.parameters)
      if (parameter.id == id) return join(values_of(parameter), " ");
    return "${" + id + "}";
  });
  if (!fs::exists(parse_reader_name(filled.substr(file_name_start(param, filled))).path)) return {};
  token = std::move(filled);
  names.push_back(&token);
  drop_unused(document, references);
  return names;
}

}  // namespace

std::vector<RecordedInput> record_parameter_files(Document& document, const std::string& step, const AppSpec& spec,
                                                  const std::vector<Setting>& resolved, bool full) {
  std::vector<RecordedInput> files;
  const auto reader = [&](const std::string& key) {
    const ParamSpec* param = spec.find_param(key);
    return param != nullptr && param->reads_file ? param : nullptr;
  };
  for (const Setting& setting : resolved) {
    const ParamSpec* param = reader(setting.key);
    if (!param) continue;
    for (const std::string& token : setting.tokens) {
      const std::string file = token.substr(file_name_start(*param, token));
      if (!file.empty() && !step_meant(document, file))
        for (RecordedInput& one : recorded_with_parts(step + "." + setting.key, absolute_reader_name(file), full))
          files.push_back(std::move(one));
    }
  }
  for (StepDecl& decl : document.steps) {
    if (decl.id != step) continue;
    for (Setting& setting : decl.settings) {
      const ParamSpec* param = reader(setting.key);
      if (!param) continue;
      for (std::string& token : setting.tokens) {
        for (std::string* name : file_names(document, *param, token)) {
          const std::size_t start = file_name_start(*param, *name);
          const std::string file = name->substr(start);
          if (!file.empty() && !step_meant(document, file)) *name = name->substr(0, start) + absolute_reader_name(file);
        }
      }
    }
  }
  return files;
}

std::vector<RecordedInput> recorded_inputs(const Document& document, bool full) {
  std::vector<RecordedInput> inputs;
  for (const InputDecl& input : document.inputs) {
    for (const std::string& file : input.files) {
      inputs.push_back(recorded_file(input.id, parse_reader_name(file).path, full));
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
