// SPDX-License-Identifier: Apache-2.0
#include "cers/params/codecs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "phrases.hpp"

namespace cers::detail {
namespace {

constexpr double lowest_int = std::numeric_limits<int>::lowest();
constexpr double highest_int = std::numeric_limits<int>::max();

std::string refusal(const ParamSpec& spec, const std::string& token) {
  return fmt::format("-{} takes {}, not '{}'", spec.key, wanted_phrase(spec), token);
}

/// False for NaN as soon as there is a bound.
bool in_range(const ParamSpec& spec, double value) {
  return (!spec.minimum || value >= *spec.minimum) && (!spec.maximum || value <= *spec.maximum);
}

/// With too many choices to read, the sentence names the nearest one alone.
std::string choice_refusal(const ParamSpec& spec, const std::string& token) {
  constexpr std::size_t readable = 12;
  std::vector<std::string> names;
  for (const Choice& choice : spec.choices) names.push_back(choice.name);
  const auto near = nearest(token, names);
  if (!near) return refusal(spec, token);
  const std::string fault =
      names.size() <= readable ? refusal(spec, token) : fmt::format("-{} has no choice '{}'", spec.key, token);
  return fmt::format("{}; did you mean '{}'?", fault, *near);
}

}  // namespace

std::string read_token(const ParamSpec& spec, const std::string& token, bool& value) {
  for (const char* word : {"1", "on", "true", "yes"}) {
    if (equal_ignoring_case(token, word)) return value = true, std::string();
  }
  for (const char* word : {"0", "off", "false", "no"}) {
    if (equal_ignoring_case(token, word)) return value = false, std::string();
  }
  return refusal(spec, token);
}

std::string read_token(const ParamSpec& spec, const std::string& token, int& value) {
  if (const auto real = parse_real(token); real && (*real < lowest_int || *real > highest_int)) {
    // Without a declared range the sentence must still say what is too far.
    ParamSpec bounded = spec;
    bounded.minimum = std::max(spec.minimum.value_or(lowest_int), lowest_int);
    bounded.maximum = std::min(spec.maximum.value_or(highest_int), highest_int);
    return refusal(bounded, token);
  }
  const auto number = parse_integer(token);
  if (!number || !in_range(spec, static_cast<double>(*number))) return refusal(spec, token);
  value = static_cast<int>(*number);
  return {};
}

std::string read_token(const ParamSpec& spec, const std::string& token, double& value) {
  const auto number = parse_real(token);
  if (!number || !in_range(spec, *number)) return refusal(spec, token);
  value = *number;
  return {};
}

std::string read_token(const ParamSpec& spec, const std::string& token, std::string& value) {
  if (spec.kind == ParamKind::text || spec.kind == ParamKind::text_list) return value = token, std::string();
  std::size_t index = 0;
  std::string fault = read_choice(spec, token, index);
  if (fault.empty()) value = spec.choices[index].name;
  return fault;
}

std::string read_choice(const ParamSpec& spec, const std::string& token, std::size_t& index) {
  std::size_t alike = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < spec.choices.size(); ++i) {
    if (spec.choices[i].name == token) return index = i, std::string();
    if (!equal_ignoring_case(spec.choices[i].name, token)) continue;
    ++alike;
    found = i;
  }
  if (alike != 1) return choice_refusal(spec, token);
  index = found;
  return {};
}

std::string count_fault(const ParamSpec& spec, const std::vector<std::string>& tokens) {
  if (tokens.size() == 1) return {};
  if (tokens.empty()) return fmt::format("-{} needs a value: {}", spec.key, wanted_phrase(spec));
  return fmt::format("-{} takes one value, not {}: '{}'", spec.key, tokens.size(), join(tokens, "', '"));
}

std::string print_value(bool value) {
  return value ? "true" : "false";
}

std::string print_value(int value) {
  return std::to_string(value);
}

std::string print_value(double value) {
  return format_real(value);
}

std::string print_value(const std::string& value) {
  return value;
}

std::string print_choice(const ParamSpec& spec, std::size_t index) {
  CERS_EXPECT(index < spec.choices.size());
  return spec.choices[index].name;
}

}  // namespace cers::detail
