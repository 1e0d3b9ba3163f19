// SPDX-License-Identifier: Apache-2.0
#include "cers/params/app_spec.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "phrases.hpp"

namespace cers {
namespace {

template <class Specs>
auto find_key(const Specs& specs, std::string_view key) -> const typename Specs::value_type* {
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const auto& spec) { return spec.key == key; });
  return found == specs.end() ? nullptr : &*found;
}

/// The choice that -active_key has now, when it is not the one `param` needs; else empty.
std::string hindrance(const AppSpec& spec, const ParamSpec& param, const void* data) {
  if (param.active_key.empty()) return {};
  const ParamSpec* governor = spec.find_param(param.active_key);
  CERS_EXPECT(governor != nullptr);
  const std::vector<std::string> now = governor->get(data);
  if (now == std::vector{param.active_value}) return {};
  return now.empty() ? "not set" : now.front();
}

}  // namespace

std::string_view name_of(OutputKind kind) {
  switch (kind) {
    case OutputKind::raster:
      return "raster";
    case OutputKind::file:
      return "file";
    case OutputKind::folder:
      return "folder";
    case OutputKind::vector:
      break;
  }
  return "vector";
}

std::string_view name_of(ParamKind kind) {
  switch (kind) {
    case ParamKind::boolean:
      return "boolean";
    case ParamKind::integer:
      return "integer";
    case ParamKind::real:
      return "real";
    case ParamKind::text:
      return "text";
    case ParamKind::choice:
      return "choice";
    case ParamKind::integer_list:
      return "integer_list";
    case ParamKind::real_list:
      return "real_list";
    case ParamKind::text_list:
      return "text_list";
    case ParamKind::choice_list:
      break;
  }
  return "choice_list";
}

const ParamSpec* AppSpec::find_param(std::string_view key) const {
  return find_key(params, key);
}

const InputSpec* AppSpec::find_input(std::string_view key) const {
  return find_key(inputs, key);
}

const OutputSpec* AppSpec::find_output(std::string_view key) const {
  return find_key(outputs, key);
}

std::vector<std::string> AppSpec::keys() const {
  std::vector<std::string> keys;
  for (const InputSpec& input : inputs) keys.push_back(input.key);
  for (const OutputSpec& output : outputs) keys.push_back(output.key);
  for (const ParamSpec& param : params) keys.push_back(param.key);
  return keys;
}

ParamValues ParamValues::parse(const AppSpec& spec, const std::vector<Setting>& settings, Diagnostics& diagnostics) {
  ParamValues values;
  values.data_ = spec.make_params();
  const std::size_t faults_before = diagnostics.faults().size();
  for (const Setting& setting : settings) {
    const ParamSpec* param = spec.find_param(setting.key);
    if (param == nullptr) {
      std::string remedy = suggestion(setting.key, spec.keys());
      diagnostics.fault(setting.where, fmt::format("{} has no key -{}", spec.name, setting.key), std::move(remedy));
      continue;
    }
    if (values.user_set(setting.key)) {
      diagnostics.fault(setting.where, fmt::format("-{} is given twice", setting.key), "keep one of the two");
      continue;
    }
    values.set_keys_.push_back(setting.key);
    std::string fault = param->set(values.data_.get(), setting.tokens);
    if (fault.empty() && param->required && setting.tokens.empty()) {
      fault = fmt::format("-{} needs at least one value", param->key);
    }
    if (!fault.empty()) diagnostics.fault(setting.where, std::move(fault), param->help);
  }
  for (const ParamSpec& param : spec.params) {
    const bool given = values.user_set(param.key);
    if (!given && !param.required) continue;
    const std::string now = hindrance(spec, param, values.data_.get());
    if (given && !now.empty()) {
      diagnostics.warn(fmt::format("-{} has no effect: it belongs to -{} {}, and -{} is {}", param.key,
                                   param.active_key, param.active_value, param.active_key, now));
    } else if (!given && now.empty()) {
      diagnostics.fault({}, fmt::format("{} needs -{} {}", spec.name, param.key, detail::placeholder(param)),
                        param.help);
    }
  }
  // Rules between parameters would only repeat, or misread, the faults of single values.
  if (spec.check && diagnostics.faults().size() == faults_before) spec.check(values.data_.get(), diagnostics);
  return values;
}

std::vector<Setting> ParamValues::resolved(const AppSpec& spec) const {
  std::vector<Setting> settings;
  for (const ParamSpec& param : spec.params) {
    std::vector<std::string> tokens = param.get(data_.get());
    if (param.optional && tokens.empty()) continue;
    settings.push_back({param.key, std::move(tokens), {}});
  }
  return settings;
}

bool ParamValues::user_set(std::string_view key) const {
  return std::find(set_keys_.begin(), set_keys_.end(), key) != set_keys_.end();
}

}  // namespace cers
