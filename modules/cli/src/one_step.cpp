// SPDX-License-Identifier: Apache-2.0
#include "one_step.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/pixel_type.hpp"
#include "cers/core/text.hpp"
#include "engine_keys.hpp"

namespace cers::cli_detail {
namespace {

/// Ids of a document have no dots: mode.apply.mask → mode_apply_mask.
std::string id_of(std::string key) {
  std::replace(key.begin(), key.end(), '.', '_');
  return key;
}

/// Braces in a document's file names are templates; on the command line they are what they look like.
std::string literal_file_name(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (c == '{') text += c;
    text += c;
  }
  return text;
}

void add_output(const AppSpec& spec, const OutputSpec& output, const Setting& setting, Document& document,
                Diagnostics& diagnostics) {
  const std::size_t most = output.kind == OutputKind::raster ? 2 : 1;
  if (setting.tokens.empty() || setting.tokens.size() > most) {
    diagnostics.fault(
        {},
        fmt::format("-{} takes {}, {} values are given", output.key,
                    most == 2 ? "a file name and perhaps a pixel type" : "one file name", setting.tokens.size()),
        "quote names that hold blanks or &");
    return;
  }
  OutputDecl decl;
  decl.id = id_of(output.key);
  decl.from = fmt::format("{}.{}", spec.name, output.key);
  decl.to = literal_file_name(setting.tokens[0]);
  if (setting.tokens.size() == 2) {
    decl.type = setting.tokens[1];
    if (!pixel_type_named(decl.type)) {
      std::vector<std::string> types;
      for (const PixelType type : all_pixel_types) types.emplace_back(name_of(type));
      const bool is_complex = decl.type.starts_with("c") && decl.type != "char";
      diagnostics.fault({}, fmt::format("'{}' after -{} is no pixel type", decl.type, output.key),
                        is_complex ? "complex pixels are not supported; write one of " + join(types, ", ")
                                   : suggestion(decl.type, types));
      return;
    }
  }
  document.outputs.push_back(std::move(decl));
}

}  // namespace

Document one_step_document(const AppSpec& spec, const std::vector<Setting>& settings, Diagnostics& diagnostics) {
  Document document;
  document.name = spec.name;
  StepDecl step;
  step.id = spec.name;
  step.app = spec.name;
  std::vector<std::string> known = spec.keys();
  for (const std::string& key : engine_key_names()) known.push_back(key);
  for (const Setting& setting : settings) {
    if (const InputSpec* input = spec.find_input(setting.key)) {
      InputDecl decl;
      decl.id = id_of(input->key);
      decl.help = input->help;
      decl.list = input->list;
      decl.files = setting.tokens;
      if (setting.tokens.empty()) {
        diagnostics.fault({}, fmt::format("-{} needs a file name", input->key), input->help);
        continue;
      }
      step.settings.push_back({input->key, {decl.id}, {}});
      document.inputs.push_back(std::move(decl));
    } else if (const OutputSpec* output = spec.find_output(setting.key)) {
      add_output(spec, *output, setting, document, diagnostics);
    } else if (spec.find_param(setting.key)) {
      step.settings.push_back(setting);
    } else {
      const std::string near = suggestion(setting.key, known, 0);
      diagnostics.fault({}, fmt::format("{} has no key -{}", spec.name, setting.key),
                        near.empty() ? fmt::format("`cers help {}` lists its keys", spec.name) : near);
    }
  }
  for (const OutputSpec& output : spec.outputs) {
    const bool given =
        std::any_of(settings.begin(), settings.end(), [&](const Setting& s) { return s.key == output.key; });
    if (given || output.optional) continue;
    diagnostics.fault({},
                      fmt::format("{} needs -{} FILE{}", spec.name, output.key,
                                  output.kind == OutputKind::raster ? " [pixel type]" : ""),
                      output.help);
  }
  document.steps.push_back(std::move(step));
  return document;
}

}  // namespace cers::cli_detail
