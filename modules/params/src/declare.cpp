// SPDX-License-Identifier: Apache-2.0
#include "cers/params/declare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"

namespace cers::detail {

SpecBuilder::SpecBuilder(std::string name, std::string summary) {
  spec.name = std::move(name);
  spec.summary = std::move(summary);
}

void SpecBuilder::misuse(const std::string& what) const {
  throw InternalError(fmt::format("declaration of {}: {}", spec.name, what));
}

/// The command line takes `-x` for a key only when x has this form; any other key could never be set.
void SpecBuilder::check_key(const std::string& key) const {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool known = std::all_of(key.begin(), key.end(), [&](char c) { return letter(c) || c == '.'; });
  const bool named = std::any_of(key.begin(), key.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  const bool parted = !key.empty() && key.front() != '.' && key.back() != '.' && key.find("..") == std::string::npos;
  if (!known || !named || !parted) misuse(fmt::format("'{}' is not a key: small letters, digits and dots", key));
}

void SpecBuilder::add_input(InputSpec input) {
  check_key(input.key);
  spec.inputs.push_back(std::move(input));
  last_ = Last::input;
}

void SpecBuilder::add_output(OutputSpec output) {
  check_key(output.key);
  spec.outputs.push_back(std::move(output));
  last_ = Last::output;
}

void SpecBuilder::add_param(std::string key, Codec codec, std::string help) {
  check_key(key);
  ParamSpec param;
  param.key = std::move(key);
  param.help = std::move(help);
  param.kind = codec.kind;
  param.choices = std::move(codec.choices);
  param.optional = codec.optional;
  spec.params.push_back(std::move(param));
  codecs_.push_back(std::move(codec));
  last_ = Last::param;
}

ParamSpec& SpecBuilder::last_param(const char* modifier) {
  if (last_ != Last::param) misuse(fmt::format(".{}() must follow a parameter", modifier));
  return spec.params.back();
}

void SpecBuilder::range(std::optional<double> minimum, std::optional<double> maximum) {
  ParamSpec& param = last_param("range");
  const bool number = param.kind == ParamKind::integer || param.kind == ParamKind::real ||
                      param.kind == ParamKind::integer_list || param.kind == ParamKind::real_list;
  if (!number) misuse(fmt::format("-{} is no number and cannot have a range", param.key));
  if (minimum && maximum && !(*minimum <= *maximum)) misuse(fmt::format("the range of -{} is empty", param.key));
  param.minimum = minimum;
  param.maximum = maximum;
}

void SpecBuilder::optional() {
  if (last_ == Last::input)
    spec.inputs.back().optional = true;
  else if (last_ == Last::output)
    spec.outputs.back().optional = true;
  else
    misuse(".optional() must follow an input or output; use std::optional for parameters");
}

void SpecBuilder::rounds() {
  if (last_ != Last::output || spec.outputs.back().kind != OutputKind::raster)
    misuse(".rounds() must follow a raster output");
  spec.outputs.back().rounds = true;
}

void SpecBuilder::choices(std::vector<Choice> choices) {
  ParamSpec& param = last_param("choices");
  if (param.kind == ParamKind::text)
    param.kind = ParamKind::choice;
  else if (param.kind == ParamKind::text_list)
    param.kind = ParamKind::choice_list;
  else
    misuse(fmt::format("-{} is no text and cannot be given choices", param.key));
  param.choices = std::move(choices);
}

void SpecBuilder::only_if(std::string key, std::string value) {
  ParamSpec& param = last_param("only_if");
  param.active_key = std::move(key);
  param.active_value = std::move(value);
}

void SpecBuilder::check_condition(const ParamSpec& param) const {
  if (param.active_key.empty()) return;
  const ParamSpec* governor = spec.find_param(param.active_key);
  const auto named = [&](const Choice& choice) { return choice.name == param.active_value; };
  if (governor == nullptr || governor->kind != ParamKind::choice ||
      std::none_of(governor->choices.begin(), governor->choices.end(), named)) {
    misuse(fmt::format("-{} depends on -{} {}, which is no declared choice", param.key, param.active_key,
                       param.active_value));
  }
}

AppSpec SpecBuilder::finish() {
  const std::shared_ptr<void> defaults = spec.make_params();
  const std::shared_ptr<void> scratch = spec.make_params();
  for (std::size_t i = 0; i < spec.params.size(); ++i) {
    ParamSpec& param = spec.params[i];
    check_condition(param);
    const bool choice = param.kind == ParamKind::choice || param.kind == ParamKind::choice_list;
    if (choice && param.choices.empty()) misuse(fmt::format("-{} has no choices", param.key));

    // The closures hold the description as it is now; it has no closures itself, so nothing points in a circle.
    const auto fixed = std::make_shared<const ParamSpec>(param);
    param.set = [fixed, read = codecs_[i].read](void* params, const std::vector<std::string>& tokens) {
      return read(*fixed, params, tokens);
    };
    param.get = [fixed, print = codecs_[i].print](const void* params) { return print(*fixed, params); };

    if (param.required) continue;
    param.defaults = param.get(defaults.get());
    if (param.optional && param.defaults.empty()) continue;
    const std::string fault = param.set(scratch.get(), param.defaults);
    if (!fault.empty()) misuse("its default is not legal: " + fault);
  }
  last_ = Last::nothing;
  codecs_.clear();
  return std::exchange(spec, AppSpec{});
}

}  // namespace cers::detail
