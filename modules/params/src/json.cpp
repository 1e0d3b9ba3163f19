// SPDX-License-Identifier: Apache-2.0
// Descriptions for programs: one application, and the schema of pipeline files.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cers/core/text.hpp"
#include "cers/params/printers.hpp"

namespace cers {
namespace {

using Json = nlohmann::ordered_json;

Json scalar(const ParamSpec& param, const std::string& token) {
  if (param.kind == ParamKind::boolean) return token == "true";
  if (param.kind == ParamKind::integer || param.kind == ParamKind::integer_list) {
    if (const auto value = parse_integer(token)) return *value;
  }
  if (param.kind == ParamKind::real || param.kind == ParamKind::real_list) {
    if (const auto value = parse_real(token); value && *value - *value == 0) return *value;
  }
  return token;
}

Json default_of(const ParamSpec& param) {
  if (is_list(param.kind)) {
    Json list = Json::array();
    for (const std::string& token : param.defaults) list.push_back(scalar(param, token));
    return list;
  }
  return param.defaults.empty() ? Json() : scalar(param, param.defaults[0]);
}

/// An empty list is a default, an absent value is none.
bool has_default(const ParamSpec& param) {
  return !param.required && (is_list(param.kind) || !param.defaults.empty());
}

Json describe(const ParamSpec& param) {
  Json json{{"key", param.key}, {"type", name_of(param.kind)}, {"help", param.help}};
  json["required"] = param.required;
  json["optional"] = param.optional;
  if (has_default(param)) json["default"] = default_of(param);
  if (param.minimum) json["minimum"] = *param.minimum;
  if (param.maximum) json["maximum"] = *param.maximum;
  if (!param.unit.empty()) json["unit"] = param.unit;
  if (param.advanced) json["advanced"] = true;
  if (param.reads_file) json["reads_file"] = true;
  if (!param.active_key.empty()) json["only_if"] = {{"key", param.active_key}, {"value", param.active_value}};
  for (const Choice& choice : param.choices) json["choices"].push_back({{"name", choice.name}, {"help", choice.help}});
  return json;
}

Json params_of(std::span<const ParamSpec> params) {
  Json list = Json::array();
  for (const ParamSpec& param : params) list.push_back(describe(param));
  return list;
}

Json object_of(Json properties, Json needed = Json::array()) {
  Json json{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!needed.empty()) json["required"] = std::move(needed);
  return json;
}

Json any_of(std::vector<Json> schemas) {
  return {{"anyOf", std::move(schemas)}};
}

Json list_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

Json enumeration(std::vector<Json> values) {
  return {{"enum", std::move(values)}};
}

/// Ids, each with its declaration.
Json named(Json schema) {
  return {{"type", "object"},
          {"propertyNames", {{"pattern", "^[A-Za-z][A-Za-z0-9_]*$"}}},
          {"additionalProperties", std::move(schema)}};
}

/// A declaration of which every key may be left out, and so the declaration itself.
Json or_nothing(Json schema) {
  schema["type"] = {"object", "null"};
  return schema;
}

/// One value, written in YAML in the way that suits its kind.
Json token_schema(const ParamSpec& param) {
  Json number;
  std::vector<Json> names;
  switch (param.kind) {
    case ParamKind::boolean:
      return enumeration({true, false, "true", "false", "on", "off", "yes", "no", 0, 1});
    case ParamKind::text:
    case ParamKind::text_list:
      return {{"type", {"string", "number", "boolean"}}};
    case ParamKind::choice:
    case ParamKind::choice_list:
      for (const Choice& choice : param.choices) {
        names.emplace_back(choice.name);
        // A choice called 2 reads as a number in YAML.
        if (const auto value = parse_integer(choice.name)) names.emplace_back(*value);
      }
      return enumeration(std::move(names));
    case ParamKind::integer:
    case ParamKind::integer_list:
      number["type"] = "integer";
      break;
    case ParamKind::real:
    case ParamKind::real_list:
      number["type"] = "number";
      break;
  }
  if (param.minimum) number["minimum"] = *param.minimum;
  if (param.maximum) number["maximum"] = *param.maximum;
  const bool real = param.kind == ParamKind::real || param.kind == ParamKind::real_list;
  if (real && !param.minimum && !param.maximum) return any_of({number, enumeration({"nan", "inf", "-inf"})});
  return number;
}

Json value_schema(const ParamSpec& param) {
  const Json token = token_schema(param);
  const Json reference{
      {"type", "string"}, {"pattern", R"(^\$[A-Za-z][A-Za-z0-9_]*$)"}, {"description", "a parameter of the pipeline"}};
  Json schema{{"description", param.help}};
  std::vector<Json> ways{token, reference};
  if (is_list(param.kind)) ways.push_back(list_of(any_of({token, reference})));
  schema.update(any_of(std::move(ways)));
  if (has_default(param)) schema["default"] = default_of(param);
  return schema;
}

Json image_schema(const InputSpec& input) {
  const Json image{{"type", "string"}};
  Json schema{{"description", input.help}};
  schema.update(input.list ? any_of({image, list_of(image)}) : image);
  return schema;
}

bool reserved(const std::string& key) {
  return key == "id" || key == "app" || key == "with";
}

/// A key may stand in the step itself or under `with`; one named like a reserved word only there.
Json step_schema(const AppSpec& spec) {
  Json keys = Json::object();
  std::vector<std::string> needed;
  for (const InputSpec& input : spec.inputs) {
    keys[input.key] = image_schema(input);
    if (!input.optional) needed.push_back(input.key);
  }
  for (const ParamSpec& param : spec.params) {
    keys[param.key] = value_schema(param);
    if (param.required && param.active_key.empty()) needed.push_back(param.key);
  }
  Json step = Json::object();
  step["id"] = {{"type", "string"}};
  step["app"] = {{"const", spec.name}};
  for (const auto& [key, schema] : keys.items()) {
    if (!reserved(key)) step[key] = schema;
  }
  step["with"] = or_nothing(object_of(keys));
  Json schema = object_of(std::move(step), {"id", "app"});
  schema["description"] = spec.summary;
  for (const std::string& key : needed) {
    const Json here{{"required", Json::array({key})}};
    const Json below{{"required", Json::array({"with"})}, {"properties", {{"with", here}}}};
    schema["allOf"].push_back(reserved(key) ? below : any_of({here, below}));
  }
  return schema;
}

/// If/then per application: an editor then names the one wrong key instead of "matches none of these".
Json any_step(std::span<const AppSpec* const> apps) {
  std::vector<Json> names;
  Json rules = Json::array();
  for (const AppSpec* app : apps) {
    names.emplace_back(app->name);
    const Json condition{{"properties", {{"app", {{"const", app->name}}}}}, {"required", Json::array({"app"})}};
    rules.push_back({{"if", condition}, {"then", {{"$ref", "#/definitions/" + app->name}}}});
  }
  Json schema{{"type", "object"}, {"required", {"id", "app"}}};
  schema["properties"]["id"] = {{"type", "string"}, {"description", "Name of this step in the pipeline."}};
  schema["properties"]["app"] = enumeration(std::move(names));
  if (!rules.empty()) schema["allOf"] = std::move(rules);
  return schema;
}

}  // namespace

std::string describe_json(const AppSpec& spec, std::span<const ParamSpec> engine_keys) {
  Json json{{"name", spec.name}, {"summary", spec.summary}, {"doc", spec.doc}, {"tags", spec.tags}};
  json["inputs"] = Json::array();
  for (const InputSpec& input : spec.inputs) {
    json["inputs"].push_back(
        {{"key", input.key}, {"help", input.help}, {"list", input.list}, {"optional", input.optional}});
  }
  json["outputs"] = Json::array();
  for (const OutputSpec& output : spec.outputs) {
    Json entry{{"key", output.key}, {"help", output.help}};
    entry["kind"] = name_of(output.kind);
    if (output.kind == OutputKind::raster) entry["type"] = std::string(name_of(output.type));
    entry["optional"] = output.optional;
    json["outputs"].push_back(std::move(entry));
  }
  json["parameters"] = params_of(spec.params);
  json["engine"] = params_of(engine_keys);
  json["reports"] = spec.report_keys;
  json["citations"] = spec.citations;
  json["examples"] = Json::array();
  for (const Example& example : spec.examples) {
    json["examples"].push_back({{"title", example.title}, {"command", example.command}});
  }
  return json.dump(2) + "\n";
}

std::string pipeline_schema(std::span<const AppSpec* const> apps) {
  const Json text{{"type", "string"}};
  const Json number{{"type", "number"}};
  const Json value{{"type", {"string", "number", "boolean"}}};
  const Json values = any_of({value, list_of(value)});

  Json input = Json::object();
  input["kind"] = enumeration({"raster", "product"});
  input["help"] = text;
  input["align"] = {{"type", "string"}, {"description", "Input whose grid this one is brought to."}};
  input["resampling"] = enumeration({"nearest", "bilinear", "cubic", "average"});
  input["gsd"] = {{"type", "number"}, {"exclusiveMinimum", 0}};
  input["tile"] = {{"type", "string"}};
  input["scale"] = number;
  input["offset"] = number;
  input["nodata"] = any_of({number, enumeration({"nan"})});
  input["list"] = {{"type", "boolean"}, {"description", "True: takes several files."}};
  input["file"] = text;
  input["files"] = any_of({text, list_of(text)});

  Json parameter = Json::object();
  parameter["default"] = values;
  parameter["value"] = values;
  parameter["range"] = list_of(any_of({number, enumeration({"inf", "-inf"})}));
  parameter["range"].update({{"minItems", 2}, {"maxItems", 2}});
  parameter["choices"] = values;
  parameter["help"] = text;
  parameter["unit"] = text;

  Json output = Json::object();
  output["from"] = {{"type", "string"}, {"description", "step, or step.port"}};
  output["to"] = {{"type", "string"}, {"description", "File name; {id} stands for a value."}};
  output["type"] = enumeration({});
  for (const PixelType type : all_pixel_types) output["type"]["enum"].push_back(name_of(type));
  output["round"] = {{"type", "boolean"}, {"description", "Round to integers instead of truncating."}};

  Json pipeline = Json::object();
  pipeline["cers"] = {{"const", 1}, {"description", "Version of this format."}};
  pipeline["name"] = text;
  pipeline["doc"] = text;
  pipeline["inputs"] = named(or_nothing(object_of(std::move(input))));
  pipeline["parameters"] = named(or_nothing(object_of(std::move(parameter))));
  pipeline["steps"] = list_of({{"$ref", "#/definitions/step"}});
  pipeline["steps"]["minItems"] = 1;
  pipeline["outputs"] = named(object_of(std::move(output), {"from", "to"}));
  pipeline["outputs"]["minProperties"] = 1;

  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
              {"title", "Cers pipeline"},
              {"description", "A chain of applications that runs fused, tile by tile."}};
  schema.update(object_of(std::move(pipeline), {"cers", "steps", "outputs"}));
  schema["definitions"]["step"] = any_step(apps);
  for (const AppSpec* app : apps) schema["definitions"][app->name] = step_schema(*app);
  return schema.dump(2) + "\n";
}

}  // namespace cers
