// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "bindings.hpp"
#include "cers/app/origin.hpp"
#include "cers/core/text.hpp"

namespace cers::pipeline_detail {

const std::vector<std::string>& values_of(const ParameterDecl& parameter) {
  return parameter.values.empty() ? parameter.defaults : parameter.values;
}

void Steps::wire(Diagnostics& diagnostics) {
  steps_.resize(document_.steps.size());
  state_.assign(steps_.size(), 0);
  const std::vector<std::string> names = registry_.names();
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    WiredStep& step = steps_[i];
    step.decl = &document_.steps[i];
    step.application = registry_.find(step.decl->app);
    if (step.application) continue;
    state_[i] = 2;
    const std::string known = suggestion(step.decl->app, names);
    diagnostics.fault(step.decl->where, fmt::format("there is no application '{}'", step.decl->app),
                      known.empty() ? "`cers list` names all" : known);
  }
  note_wanted();
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (state_[i] == 0) wire_step(steps_[i], diagnostics);
  }
}

// Which outputs of each step are written to a file, and in which type: applications may choose precision by it.
void Steps::note_wanted() {
  for (WiredStep& step : steps_) {
    if (step.application) step.wiring = std::make_unique<Wiring>(step.application->spec, graph_);
  }
  for (const OutputDecl& output : document_.outputs) {
    const auto reference = parse_port_reference(output.from);
    if (!reference) continue;
    for (WiredStep& step : steps_) {
      if (!step.wiring || step.decl->id != reference->id) continue;
      const AppSpec& spec = step.application->spec;
      const OutputSpec* port = reference->port.empty() ? (spec.outputs.empty() ? nullptr : &spec.outputs[0])
                                                       : spec.find_output(reference->port);
      if (!port) continue;
      step.wiring->want(port->key, pixel_type_named(output.type).value_or(port->type));
    }
  }
  // An output that another step reads is wanted as well.
  for (const StepDecl& decl : document_.steps) {
    for (const Setting& setting : decl.settings) {
      for (const std::string& token : setting.tokens) {
        // Behind NAME=, as in file_name_start(); no other token holds an equals sign and is a reference.
        const auto reference = parse_port_reference(token.substr(token.find('=') + 1));
        if (!reference || reference->port.empty()) continue;
        for (WiredStep& step : steps_) {
          if (!step.wiring || step.decl->id != reference->id || step.wiring->wants(reference->port)) continue;
          if (const OutputSpec* port = step.application->spec.find_output(reference->port)) {
            step.wiring->want(port->key, port->type);
          }
        }
      }
    }
  }
}

std::vector<std::string> Steps::substituted(const Setting& setting) const {
  const auto find = [&](const std::string& id) {
    return std::find_if(document_.parameters.begin(), document_.parameters.end(),
                        [&](const ParameterDecl& declared) { return declared.id == id; });
  };
  std::vector<std::string> tokens;
  for (const std::string& token : setting.tokens) {
    const auto whole = token.starts_with('$') ? find(token.substr(1)) : document_.parameters.end();
    if (whole != document_.parameters.end()) {
      const auto& values = values_of(*whole);
      tokens.insert(tokens.end(), values.begin(), values.end());
      continue;
    }
    tokens.push_back(filled_token(token, [&](const std::string& id) {
      const auto parameter = find(id);
      return parameter == document_.parameters.end() ? "${" + id + "}" : join(values_of(*parameter), " ");
    }));
  }
  return tokens;
}

void Steps::wire_step(WiredStep& step, Diagnostics& diagnostics) {
  const auto index = static_cast<std::size_t>(&step - steps_.data());
  state_[index] = 1;
  const AppSpec& spec = step.application->spec;
  const std::size_t faults = diagnostics.faults().size();
  std::vector<Setting> parameters;
  bool complete = true;
  for (const Setting& setting : step.decl->settings) {
    if (const InputSpec* input = spec.find_input(setting.key)) {
      complete &= bind_images(step, *input, setting, diagnostics);
    } else if (spec.find_output(setting.key)) {
      diagnostics.fault(setting.where,
                        fmt::format("step {}: '{}' is an output of {}", step.decl->id, setting.key, spec.name),
                        fmt::format("name its file under outputs: {{from: {}.{}, to: …}}", step.decl->id, setting.key));
    } else {
      std::vector<std::string> tokens = substituted(setting);
      if (tokens.empty() && !setting.tokens.empty()) continue;  // a parameter without a value: as if not written
      parameters.push_back({setting.key, std::move(tokens), setting.where});
      complete &= bind_contents(step, parameters.back(), diagnostics);
    }
  }
  for (const InputSpec& input : spec.inputs) {
    const bool given = std::any_of(step.decl->settings.begin(), step.decl->settings.end(),
                                   [&](const Setting& setting) { return setting.key == input.key; });
    if (given || input.optional) continue;
    diagnostics.fault(step.decl->where, fmt::format("{} needs -{}: {}", spec.name, input.key, input.help),
                      fmt::format("see `cers help {}`", spec.name));
  }
  step.values = ParamValues::parse(spec, parameters, diagnostics);
  std::vector<std::string> user_keys;
  for (const Setting& setting : parameters) user_keys.push_back(setting.key);
  step.wiring->set_user_keys(std::move(user_keys));
  state_[index] = 2;
  if (!complete || diagnostics.faults().size() > faults) {
    step.wiring.reset();
    return;
  }
  step.origin.push_back(described(step));
  give_origin(*step.wiring, step.origin);
  graph_.set_step(step.decl->id);
  try {
    step.application->wire(step.values.data(), *step.wiring);
  } catch (const UserError& error) {
    diagnostics.fault(step.decl->where, error.fault(), error.remedy());
    step.wiring.reset();
  }
  graph_.set_step({});
}

const StepDecl* step_meant(const Document& document, const std::string& token) {
  const auto reference = parse_port_reference(token);
  if (!reference || std::filesystem::exists(token)) return nullptr;
  const auto found = std::find_if(document.steps.begin(), document.steps.end(),
                                  [&](const StepDecl& step) { return step.id == reference->id; });
  return found == document.steps.end() ? nullptr : &*found;
}

std::size_t file_name_start(const ParamSpec& param, const std::string& token) {
  const std::size_t equals = token.find('=');
  const bool name = equals != std::string::npos && token.find('?') > equals;  // not of options: a.tif?&bands=1
  if (!is_list(param.kind) || !name || std::filesystem::exists(token)) return 0;
  return equals + 1;
}

bool Steps::bind_contents(WiredStep& step, const Setting& setting, Diagnostics& diagnostics) {
  const ParamSpec* param = step.application->spec.find_param(setting.key);
  if (!param || !param->reads_file) return true;
  bool complete = true;
  for (const std::string& token : setting.tokens) {
    const std::string named = token.substr(file_name_start(*param, token));
    if (!step_meant(document_, named)) continue;
    WiredStep* producer = nullptr;
    const OutputSpec* port = find_port(named, setting.where, producer, diagnostics);
    if (!port) {
      complete = false;  // for a reason that was reported
      continue;
    }
    join_origins(step.origin, producer->origin);
    const auto offer = producer->wiring->offers().find(port->key);
    if (offer != producer->wiring->offers().end()) {
      // Of a list each value may name a step: told apart by the key and the value.
      step.wiring->give(is_list(param->kind) ? setting.key + " " + token : setting.key, offer->second);
      continue;
    }
    diagnostics.fault(setting.where, fmt::format("'{}' cannot be read within one run", named),
                      "write it to a file in a first run, and name the file here");
    complete = false;
  }
  return complete;
}

std::vector<std::string> Steps::image_ids() const {
  std::vector<std::string> ids;
  for (const InputDecl& input : document_.inputs) ids.push_back(input.id);
  for (const StepDecl& step : document_.steps) ids.push_back(step.id);
  return ids;
}

bool Steps::bind_images(WiredStep& step, const InputSpec& input, const Setting& setting, Diagnostics& diagnostics) {
  const std::vector<std::string> tokens = substituted(setting);
  if (tokens.size() > 1 && !input.list) {
    diagnostics.fault(setting.where, fmt::format("{} takes one image, {} are given", input.key, tokens.size()));
  }
  if (tokens.empty()) diagnostics.fault(setting.where, fmt::format("{} names no image", input.key), input.help);
  bool complete = !tokens.empty();
  for (const std::string& token : tokens) {
    const auto reference = parse_port_reference(token);
    if (reference && reference->port.empty()) {
      if (const auto* images = inputs_.find(reference->id)) {
        if (images->size() > 1 && !input.list) {
          diagnostics.fault(setting.where,
                            fmt::format("{} takes one image, input {} has {}", input.key, token, images->size()));
        }
        for (const ImageInput& image : *images) step.wiring->add_image(input.key, image);
        continue;
      }
    }
    const auto declared = [&](const auto& list) {
      return reference && std::any_of(list.begin(), list.end(), [&](const auto& d) { return d.id == reference->id; });
    };
    if (declared(document_.inputs)) {
      if (reference->port.empty() || !inputs_.find(reference->id)) {
        complete = false;  // the file itself was reported
        continue;
      }
      try {
        step.wiring->add_image(input.key, inputs_.part(reference->id, reference->port));
      } catch (const UserError& error) {
        diagnostics.fault(setting.where, error.fault(), error.remedy());
        complete = false;
      }
      continue;
    }
    if (!declared(document_.steps)) {
      const std::string known = suggestion(token, image_ids());
      complete = false;
      diagnostics.fault(setting.where,
                        fmt::format("step {}: '{}' is neither an input nor a step", step.decl->id, token), known);
      continue;
    }
    WiredStep* producer = nullptr;
    const OutputSpec* port = find_port(token, setting.where, producer, diagnostics);
    if (!port) {
      complete = false;
      continue;
    }
    const auto edge = producer->wiring->rasters().find(port->key);
    if (edge == producer->wiring->rasters().end()) {
      diagnostics.fault(setting.where, fmt::format("'{}' is no image", token),
                        "only raster outputs can be read by a step");
      complete = false;
      continue;
    }
    join_origins(step.origin, producer->origin);
    step.wiring->add_image(input.key, ImageInput(graph_, edge->second, token));
  }
  return complete;
}

const OutputSpec* Steps::find_port(const std::string& reference, const Location& where, WiredStep*& step,
                                   Diagnostics& diagnostics) {
  const auto parts = parse_port_reference(reference);
  const auto found = std::find_if(steps_.begin(), steps_.end(),
                                  [&](const WiredStep& s) { return parts && s.decl && s.decl->id == parts->id; });
  if (found == steps_.end()) {
    std::vector<std::string> ids;
    for (const StepDecl& decl : document_.steps) ids.push_back(decl.id);
    diagnostics.fault(where, fmt::format("'{}' names no step", reference),
                      suggestion(parts ? parts->id : reference, ids));
    return nullptr;
  }
  const auto index = static_cast<std::size_t>(found - steps_.begin());
  if (state_[index] == 1) {
    diagnostics.fault(where, fmt::format("steps {} and the one reading it wait for each other", parts->id));
    return nullptr;
  }
  if (state_[index] == 0) wire_step(*found, diagnostics);
  if (!found->application || !found->wiring) return nullptr;  // its own fault was reported
  step = &*found;
  const AppSpec& spec = found->application->spec;
  if (!parts->port.empty()) {
    if (const OutputSpec* port = spec.find_output(parts->port)) return port;
    std::vector<std::string> ports;
    for (const OutputSpec& output : spec.outputs) ports.push_back(output.key);
    diagnostics.fault(where, fmt::format("{} has no output '{}'", spec.name, parts->port),
                      suggestion(parts->port, ports));
    return nullptr;
  }
  if (spec.outputs.size() == 1) return &spec.outputs[0];
  if (const OutputSpec* out = spec.find_output("out")) return out;
  std::vector<std::string> ports;
  for (const OutputSpec& output : spec.outputs) ports.push_back(parts->id + "." + output.key);
  diagnostics.fault(where, fmt::format("{} has {} outputs: say which", spec.name, spec.outputs.size()),
                    join(ports, ", "));
  return nullptr;
}

}  // namespace cers::pipeline_detail
