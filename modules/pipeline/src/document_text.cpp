// SPDX-License-Identifier: Apache-2.0
// The small grammars of the pipeline format: ids, references, values of parameters.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cers/core/text.hpp"
#include "cers/pipeline/document.hpp"

namespace cers {

bool is_document_id(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto rest = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && letter(text[0]) && std::all_of(text.begin() + 1, text.end(), rest);
}

std::optional<PortReference> parse_port_reference(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (!is_document_id(text.substr(0, dot))) return std::nullopt;
  PortReference reference{std::string(text.substr(0, dot)), {}};
  if (dot == std::string_view::npos) return reference;
  reference.port = text.substr(dot + 1);
  for (const std::string& part : split(reference.port, '.')) {
    if (!is_document_id(part)) return std::nullopt;
  }
  return reference.port.empty() ? std::nullopt : std::optional(reference);
}

std::vector<std::string> parameter_references(std::string_view token) {
  if (token.size() > 1 && token[0] == '$' && token[1] != '{') return {std::string(token.substr(1))};
  std::vector<std::string> ids;
  (void)filled_token(token, [&](const std::string& id) {
    ids.push_back(id);
    return std::string();
  });
  return ids;
}

std::string filled_token(std::string_view token, const std::function<std::string(const std::string& id)>& value) {
  std::string filled;
  for (std::size_t at = 0; at < token.size();) {
    const std::size_t open = token.find("${", at);
    const std::size_t close = open == std::string_view::npos ? open : token.find('}', open);
    if (close == std::string_view::npos) return filled.append(token.substr(at));
    filled.append(token.substr(at, open - at));
    filled += value(std::string(token.substr(open + 2, close - open - 2)));
    at = close + 1;
  }
  return filled;
}

std::string parameter_value_fault(const ParameterDecl& parameter, const std::string& token) {
  const auto& choices = parameter.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), token) == choices.end()) {
    return fmt::format("'{}' is not among the choices of '{}'", token, parameter.id);
  }
  if (!parameter.minimum && !parameter.maximum) return {};
  const auto value = parse_real(token);
  if (!value) return fmt::format("'{}' takes a number, not '{}'", parameter.id, token);
  const double low = parameter.minimum.value_or(-HUGE_VAL);
  const double high = parameter.maximum.value_or(HUGE_VAL);
  if (*value >= low && *value <= high) return {};
  return fmt::format("{} is outside the range {} to {} of '{}'", token, format_real(low), format_real(high),
                     parameter.id);
}

}  // namespace cers
