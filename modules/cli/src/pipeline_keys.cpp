// SPDX-License-Identifier: Apache-2.0
#include "pipeline_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/text.hpp"
#include "engine_keys.hpp"

namespace cers::cli_detail {
namespace {

ParamKind kind_of(const ParameterDecl& parameter) {
  const bool numbers =
      parameter.minimum || parameter.maximum ||
      (!parameter.defaults.empty() && std::all_of(parameter.defaults.begin(), parameter.defaults.end(),
                                                  [](const std::string& token) { return parse_real(token); }));
  const bool list = parameter.defaults.size() > 1;
  if (!parameter.choices.empty()) return list ? ParamKind::choice_list : ParamKind::choice;
  if (numbers) return list ? ParamKind::real_list : ParamKind::real;
  return list ? ParamKind::text_list : ParamKind::text;
}

ParamSpec param_of(const ParameterDecl& parameter) {
  ParamSpec spec;
  spec.key = parameter.id;
  spec.help = parameter.help;
  spec.kind = kind_of(parameter);
  for (const std::string& choice : parameter.choices) spec.choices.push_back({choice, ""});
  spec.minimum = parameter.minimum;
  spec.maximum = parameter.maximum;
  spec.unit = parameter.unit;
  spec.required = !parameter.has_default && parameter.values.empty();
  spec.defaults = parameter.values.empty() ? parameter.defaults : parameter.values;
  return spec;
}

/// A key of the engine always means the engine; a pipeline cannot use it.
void check_reserved(const Document& document, Diagnostics& diagnostics) {
  std::vector<std::string> reserved = engine_key_names();
  reserved.emplace_back("help");
  const auto check = [&](const std::string& id, const Location& where) {
    if (std::find(reserved.begin(), reserved.end(), id) == reserved.end()) return;
    diagnostics.fault(where, fmt::format("the id '{}' is also a key of every run", id), "rename it");
  };
  for (const InputDecl& input : document.inputs) check(input.id, input.where);
  for (const ParameterDecl& parameter : document.parameters) check(parameter.id, parameter.where);
}

void bind_parameter(ParameterDecl& parameter, const Setting& setting, Diagnostics& diagnostics) {
  if (setting.tokens.empty()) {
    diagnostics.fault({}, fmt::format("-{} needs a value", setting.key), parameter.help);
    return;
  }
  for (const std::string& token : setting.tokens) {
    const std::string fault = parameter_value_fault(parameter, token);
    if (fault.empty()) continue;
    diagnostics.fault({}, "-" + setting.key + ": " + fault,
                      parameter.choices.empty() ? "`cers help PIPELINE.yaml` lists what it takes"
                                                : suggestion(token, parameter.choices));
  }
  parameter.values = setting.tokens;
}

}  // namespace

AppSpec pipeline_spec(const Document& document) {
  AppSpec spec;
  spec.name = "run " + document.file;
  spec.summary = document.doc.empty() ? document.name : document.doc;
  for (const InputDecl& input : document.inputs) {
    spec.inputs.push_back({input.id, input.help, input.list, !input.files.empty()});
  }
  for (const ParameterDecl& parameter : document.parameters) spec.params.push_back(param_of(parameter));
  ParamSpec folder;
  folder.key = out_dir_key;
  folder.help = "Folder of the outputs; made when it is not there. Default: the current one.";
  folder.optional = true;
  spec.params.push_back(std::move(folder));
  return spec;
}

std::string bind_settings(Document& document, const std::vector<Setting>& settings, Diagnostics& diagnostics) {
  check_reserved(document, diagnostics);
  std::string out_dir;
  const AppSpec spec = pipeline_spec(document);
  for (const Setting& setting : settings) {
    const auto named = [&](const auto& declared) { return declared.id == setting.key; };
    const auto input = std::find_if(document.inputs.begin(), document.inputs.end(), named);
    const auto parameter = std::find_if(document.parameters.begin(), document.parameters.end(), named);
    if (setting.key == out_dir_key) {
      if (setting.tokens.size() == 1)
        out_dir = setting.tokens[0];
      else
        diagnostics.fault({}, fmt::format("-{} takes one folder", out_dir_key), "write -out.dir FOLDER");
    } else if (input != document.inputs.end()) {
      if (setting.tokens.empty()) diagnostics.fault({}, fmt::format("-{} needs a file name", setting.key), input->help);
      input->files = setting.tokens;
    } else if (parameter != document.parameters.end()) {
      bind_parameter(*parameter, setting, diagnostics);
    } else {
      std::vector<std::string> known = spec.keys();
      for (const std::string& key : engine_key_names()) known.push_back(key);
      diagnostics.fault({}, fmt::format("the pipeline {} has no key -{}", document.file, setting.key),
                        suggestion(setting.key, known));
    }
  }
  for (const ParameterDecl& parameter : document.parameters) {
    if (parameter.has_default || !parameter.values.empty()) continue;
    diagnostics.fault(parameter.where, fmt::format("the pipeline needs -{} VALUE", parameter.id), parameter.help);
  }
  return out_dir;
}

}  // namespace cers::cli_detail
