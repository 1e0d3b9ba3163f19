// SPDX-License-Identifier: Apache-2.0
#include "phrases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cers/core/text.hpp"

namespace cers::detail {
namespace {

std::string or_list(const std::vector<Choice>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text += choices[i].name;
  }
  return text;
}

std::string comma_list(const std::vector<Choice>& choices) {
  std::vector<std::string> names;
  for (const Choice& choice : choices) names.push_back(choice.name);
  return join(names, ", ");
}

std::string sentence(std::string text) {
  if (text.empty()) return text;
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + ".";
}

void append(std::string& text, const std::string& more) {
  if (more.empty()) return;
  if (!text.empty()) text += ' ';
  text += more;
}

bool explained(const std::vector<Choice>& choices) {
  return std::any_of(choices.begin(), choices.end(), [](const Choice& choice) { return !choice.help.empty(); });
}

Entry entry_of(const InputSpec& input) {
  Entry entry{input.key, placeholder(input), input.help, {}};
  if (input.optional) append(entry.text, "Optional.");
  return entry;
}

Entry entry_of(const OutputSpec& output) {
  Entry entry{output.key, placeholder(output), output.help, {}};
  if (output.kind == OutputKind::raster) append(entry.text, fmt::format("Default type: {}.", name_of(output.type)));
  if (output.optional) append(entry.text, "Optional.");
  return entry;
}

std::string default_text(const ParamSpec& param) {
  std::vector<std::string> words;
  for (const std::string& token : param.defaults) words.push_back(shell_word(token));
  return join(words, " ");
}

}  // namespace

std::string number_text(double value) {
  constexpr double exact = 1e15;
  if (std::abs(value) < exact && value == std::trunc(value)) return std::to_string(static_cast<long long>(value));
  return format_real(value);
}

std::string range_phrase(const ParamSpec& param) {
  std::string text;
  if (param.minimum && param.maximum)
    text = fmt::format("from {} to {}", number_text(*param.minimum), number_text(*param.maximum));
  else if (param.minimum)
    text = "at least " + number_text(*param.minimum);
  else if (param.maximum)
    text = "at most " + number_text(*param.maximum);
  if (!text.empty() && !param.unit.empty()) text += " " + param.unit;
  return text;
}

std::string wanted_phrase(const ParamSpec& param) {
  std::string text;
  switch (param.kind) {
    case ParamKind::boolean:
      return "true or false";
    case ParamKind::text:
      return "a text";
    case ParamKind::text_list:
      return "texts";
    case ParamKind::choice:
    case ParamKind::choice_list:
      return or_list(param.choices);
    case ParamKind::integer:
      text = "a whole number";
      break;
    case ParamKind::integer_list:
      text = "whole numbers";
      break;
    case ParamKind::real:
      text = "a number";
      break;
    case ParamKind::real_list:
      text = "numbers";
      break;
  }
  const std::string range = range_phrase(param);
  append(text, range.starts_with("at ") ? "of " + range : range);
  return text;
}

std::string placeholder(const ParamSpec& param) {
  const char* word = "<text>";
  switch (param.kind) {
    case ParamKind::boolean:
      word = "<bool>";
      break;
    case ParamKind::integer:
    case ParamKind::integer_list:
      word = "<int>";
      break;
    case ParamKind::real:
    case ParamKind::real_list:
      word = "<real>";
      break;
    case ParamKind::choice:
    case ParamKind::choice_list:
      word = "<choice>";
      break;
    case ParamKind::text:
    case ParamKind::text_list:
      break;
  }
  return is_list(param.kind) ? fmt::format("{}...", word) : word;
}

std::string placeholder(const InputSpec& input) {
  return input.list ? "<image>..." : "<image>";
}

std::string placeholder(const OutputSpec& output) {
  if (output.kind == OutputKind::raster) return "<image> [type]";
  return output.kind == OutputKind::folder ? "<folder>" : "<file>";
}

std::string shell_word(const std::string& token) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-+.,:/@%=").find(c) != std::string_view::npos;
  };
  if (!token.empty() && std::all_of(token.begin(), token.end(), plain)) return token;
  std::string quoted = "'";
  for (const char c : token) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::vector<std::string> usage_parts(const AppSpec& spec) {
  std::vector<std::string> parts{"cers " + spec.name};
  std::size_t shown = 0;
  const auto add = [&](const auto& one) {
    parts.push_back(fmt::format("-{} {}", one.key, placeholder(one)));
    ++shown;
  };
  for (const InputSpec& input : spec.inputs) {
    if (!input.optional) add(input);
  }
  for (const ParamSpec& param : spec.params) {
    if (param.required && param.active_key.empty()) add(param);
  }
  for (const OutputSpec& output : spec.outputs) {
    if (!output.optional) add(output);
  }
  if (shown < spec.keys().size()) parts.emplace_back("[options]");
  return parts;
}

Entry entry_of(const ParamSpec& param) {
  Entry entry{param.key, placeholder(param), param.help, {}};
  if (explained(param.choices))
    entry.choices = param.choices;
  else if (!param.choices.empty())
    append(entry.text, fmt::format("{} {}.", is_list(param.kind) ? "Any of" : "One of", comma_list(param.choices)));
  const std::string range = range_phrase(param);
  append(entry.text, sentence(range));
  if (range.empty() && !param.unit.empty()) append(entry.text, fmt::format("In {}.", param.unit));
  if (param.required)
    append(entry.text, "Required.");
  else if (!param.defaults.empty())
    append(entry.text, fmt::format("Default: {}.", default_text(param)));
  else
    append(entry.text, "Optional.");
  if (!param.active_key.empty())
    append(entry.text, fmt::format("Only with -{} {}.", param.active_key, param.active_value));
  return entry;
}

std::vector<Section> sections_of(const AppSpec& spec) {
  std::vector<Section> all{{"Inputs", {}}, {"Outputs", {}}, {"Parameters", {}}, {"Advanced parameters", {}}};
  for (const InputSpec& input : spec.inputs) all[0].entries.push_back(entry_of(input));
  for (const OutputSpec& output : spec.outputs) all[1].entries.push_back(entry_of(output));
  for (const ParamSpec& param : spec.params) all[param.advanced ? 3 : 2].entries.push_back(entry_of(param));
  std::erase_if(all, [](const Section& section) { return section.entries.empty(); });
  return all;
}

Section engine_section(std::span<const ParamSpec> engine_keys) {
  Section section{"Every application", {}};
  for (const ParamSpec& param : engine_keys) section.entries.push_back(entry_of(param));
  return section;
}

}  // namespace cers::detail
