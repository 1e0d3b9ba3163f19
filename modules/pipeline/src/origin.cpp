// SPDX-License-Identifier: Apache-2.0
// What a step says of the chain that feeds it.
#include <algorithm>
#include <filesystem>

#include "bindings.hpp"

namespace cers::pipeline_detail {
namespace {

std::string without_folder(const std::string& path) {
  const std::filesystem::path name(path);
  return (name.has_filename() ? name : name.parent_path()).filename().string();
}

/// As 2018-02-11; empty unless all images are products of a day.
std::vector<std::string> days_of_products(const std::vector<ImageInput>& images) {
  std::vector<std::string> days;
  for (const ImageInput& image : images) {
    const auto date = image.scene() ? image.scene()->text("date") : std::nullopt;
    if (!date || date->size() != 8) return {};
    days.push_back(date->substr(0, 4) + "-" + date->substr(4, 2) + "-" + date->substr(6));
  }
  return days;
}

}  // namespace

void join_origins(Origin& chain, const Origin& more) {
  for (const OriginStep& step : more)
    if (std::find(chain.begin(), chain.end(), step) == chain.end()) chain.push_back(step);
}

OriginStep Steps::described(const WiredStep& step) const {
  const AppSpec& spec = step.application->spec;
  OriginStep own{step.decl->id, spec.name, {}, {}};
  for (const Setting& setting : step.decl->settings) {
    if (!spec.find_input(setting.key)) continue;
    OriginInput input{setting.key, {}, days_of_products(step.wiring->images(setting.key))};
    for (const std::string& token : substituted(setting)) {
      const auto reference = parse_port_reference(token);
      const auto declared = std::find_if(document_.inputs.begin(), document_.inputs.end(),
                                         [&](const InputDecl& one) { return reference && one.id == reference->id; });
      if (declared == document_.inputs.end()) {
        input.names.push_back(token);
        continue;
      }
      const std::string part = reference->port.empty() ? "" : " " + reference->port;
      for (const std::string& file : declared->files) input.names.push_back(without_folder(file) + part);
    }
    own.inputs.push_back(std::move(input));
  }
  for (const Setting& setting : step.values.resolved(spec)) {
    std::vector<std::string> values = setting.tokens;
    const ParamSpec* const param = spec.find_param(setting.key);
    if (param && param->reads_file) {
      for (std::string& value : values) {
        const std::size_t start = file_name_start(*param, value);
        value = value.substr(0, start) + without_folder(value.substr(start));
      }
    }
    own.parameters.emplace_back(setting.key, std::move(values));
  }
  return own;
}

}  // namespace cers::pipeline_detail
