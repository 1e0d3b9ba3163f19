// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cers/core/text.hpp"
#include "cers/pipeline/document.hpp"

namespace cers {
namespace {

using Json = nlohmann::ordered_json;

/// A number, or its text where JSON has none (nan, inf).
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(format_real(value));
}

Json one_or_many(const std::vector<std::string>& tokens) {
  return tokens.size() == 1 ? Json(tokens[0]) : Json(tokens);
}

void put_text(Json& into, const char* key, const std::string& text) {
  if (!text.empty()) into[key] = text;
}

Json json_of(const InputDecl& input) {
  Json json = Json::object();
  json["kind"] = input.kind;
  put_text(json, "help", input.help);
  put_text(json, "align", input.align);
  put_text(json, "resampling", input.resampling);
  if (input.gsd_m != 0) json["gsd"] = number(input.gsd_m);
  put_text(json, "tile", input.tile);
  if (input.scale != 1) json["scale"] = number(input.scale);
  if (input.offset != 0) json["offset"] = number(input.offset);
  if (input.nodata) json["nodata"] = number(*input.nodata);
  if (input.list) json["list"] = true;
  if (input.files.size() == 1) json["file"] = input.files[0];
  if (input.files.size() > 1) json["files"] = input.files;
  return json;
}

Json json_of(const ParameterDecl& parameter) {
  Json json = Json::object();
  if (parameter.has_default) json["default"] = one_or_many(parameter.defaults);
  if (parameter.minimum || parameter.maximum) {
    json["range"] = {number(parameter.minimum.value_or(-HUGE_VAL)), number(parameter.maximum.value_or(HUGE_VAL))};
  }
  if (!parameter.choices.empty()) json["choices"] = parameter.choices;
  put_text(json, "help", parameter.help);
  put_text(json, "unit", parameter.unit);
  if (!parameter.values.empty()) json["value"] = one_or_many(parameter.values);
  return json;
}

Json json_of(const StepDecl& step) {
  Json json = Json::object();
  json["id"] = step.id;
  json["app"] = step.app;
  if (step.settings.empty()) return json;
  Json& with = json["with"] = Json::object();
  for (const Setting& setting : step.settings) with[setting.key] = one_or_many(setting.tokens);
  return json;
}

Json json_of(const OutputDecl& output) {
  Json json = Json::object();
  json["from"] = output.from;
  json["to"] = output.to;
  put_text(json, "type", output.type);
  if (output.round) json["round"] = true;
  return json;
}

template <class Declaration>
void put_named(Json& into, const char* key, const std::vector<Declaration>& declarations) {
  if (declarations.empty()) return;
  Json& all = into[key] = Json::object();
  for (const Declaration& declaration : declarations) all[declaration.id] = json_of(declaration);
}

/// YAML refuses or folds some characters that JSON leaves as they are; they stand only within texts, so an escape
/// sequence can take their place.
std::string escaped_for_yaml(const std::string& json) {
  std::string result;
  result.reserve(json.size());
  const auto byte = [&](std::size_t i) { return i < json.size() ? static_cast<unsigned char>(json[i]) : 0U; };
  for (std::size_t i = 0; i < json.size();) {
    unsigned code = 0;
    std::size_t length = 1;
    if (byte(i) == 0x7FU) {
      code = 0x7FU;
    } else if (byte(i) == 0xC2U && byte(i + 1) < 0xA0U) {
      code = byte(i + 1);
      length = 2;
    } else if ((byte(i) & 0xF0U) == 0xE0U) {
      const unsigned point = ((byte(i) & 0x0FU) << 12U) | ((byte(i + 1) & 0x3FU) << 6U) | (byte(i + 2) & 0x3FU);
      const bool special = point == 0x2028U || point == 0x2029U || point == 0xFEFFU || point >= 0xFFFEU;
      code = special ? point : 0;
      length = 3;
    }
    if (code != 0)
      result += fmt::format("\\u{:04x}", code);
    else
      result.append(json, i, length);
    i += length;
  }
  return result;
}

bool same_number(const std::optional<double>& a, const std::optional<double>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || *a == *b || (std::isnan(*a) && std::isnan(*b));
}

bool same(const InputDecl& a, const InputDecl& b) {
  return a.id == b.id && a.kind == b.kind && a.help == b.help && a.align == b.align && a.resampling == b.resampling &&
         same_number(a.gsd_m, b.gsd_m) && a.tile == b.tile && same_number(a.scale, b.scale) &&
         same_number(a.offset, b.offset) && same_number(a.nodata, b.nodata) && a.list == b.list && a.files == b.files;
}

bool same(const ParameterDecl& a, const ParameterDecl& b) {
  return a.id == b.id && a.defaults == b.defaults && a.has_default == b.has_default &&
         same_number(a.minimum, b.minimum) && same_number(a.maximum, b.maximum) && a.choices == b.choices &&
         a.help == b.help && a.unit == b.unit && a.values == b.values;
}

bool same(const Setting& a, const Setting& b) {
  return a.key == b.key && a.tokens == b.tokens;
}

bool same(const StepDecl& a, const StepDecl& b);
bool same(const OutputDecl& a, const OutputDecl& b);

template <class T>
bool all_same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const T& x, const T& y) { return same(x, y); });
}

bool same(const StepDecl& a, const StepDecl& b) {
  return a.id == b.id && a.app == b.app && all_same(a.settings, b.settings);
}

bool same(const OutputDecl& a, const OutputDecl& b) {
  return a.id == b.id && a.from == b.from && a.to == b.to && a.type == b.type && a.round == b.round;
}

}  // namespace

bool operator==(const Document& a, const Document& b) {
  return a.version == b.version && a.name == b.name && a.doc == b.doc && all_same(a.inputs, b.inputs) &&
         all_same(a.parameters, b.parameters) && all_same(a.steps, b.steps) && all_same(a.outputs, b.outputs);
}

std::string canonical_json(const Document& document) {
  Json json = Json::object();
  json["cers"] = document.version;
  put_text(json, "name", document.name);
  put_text(json, "doc", document.doc);
  put_named(json, "inputs", document.inputs);
  put_named(json, "parameters", document.parameters);
  json["steps"] = Json::array();
  for (const StepDecl& step : document.steps) json["steps"].push_back(json_of(step));
  put_named(json, "outputs", document.outputs);
  return escaped_for_yaml(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace cers
