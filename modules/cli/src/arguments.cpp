// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/text.hpp"

namespace cers::cli_detail {
namespace {

bool is_key_character(char c, bool any_case) {
  const bool lower = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
  return lower || (any_case && ((c >= 'A' && c <= 'Z') || c == '_'));
}

}  // namespace

bool is_key_token(std::string_view token, bool any_case) {
  if (token.size() < 2 || token[0] != '-') return false;
  const std::string_view key = token.substr(1);
  if (key.front() == '.' || key.back() == '.' || key.find("..") != std::string_view::npos) return false;
  if (!std::all_of(key.begin(), key.end(), [&](char c) { return is_key_character(c, any_case); })) return false;
  return !parse_real(token);  // -9999 and -inf are values
}

std::vector<Setting> parse_arguments(const std::vector<std::string>& tokens, bool any_case, Diagnostics& diagnostics) {
  std::vector<Setting> settings;
  bool skipping = false;  // values of a key that was a fault
  for (const std::string& token : tokens) {
    if (token.starts_with("--") && is_key_token(token.substr(1), any_case)) {
      diagnostics.fault({}, fmt::format("{} has two dashes", token), fmt::format("write {}", token.substr(1)));
      skipping = true;
      continue;
    }
    if (is_key_token(token, any_case)) {
      const std::string key = token.substr(1);
      skipping = std::any_of(settings.begin(), settings.end(), [&](const Setting& s) { return s.key == key; });
      if (skipping) diagnostics.fault({}, fmt::format("-{} is given twice", key), "keep one of the two");
      if (!skipping) settings.push_back({key, {}, {}});
      continue;
    }
    const std::string_view value = trimmed(token);
    if (value.empty() || skipping) continue;
    if (settings.empty()) {
      diagnostics.fault({}, fmt::format("'{}' stands before any key", value), "write -key value, for example -in FILE");
      skipping = true;
      continue;
    }
    settings.back().tokens.emplace_back(value);
  }
  return settings;
}

std::vector<Setting> take_settings(std::vector<Setting>& settings, const std::vector<std::string>& keys) {
  const auto wanted = [&](const Setting& s) { return std::find(keys.begin(), keys.end(), s.key) != keys.end(); };
  std::vector<Setting> taken;
  std::copy_if(settings.begin(), settings.end(), std::back_inserter(taken), wanted);
  std::erase_if(settings, wanted);
  return taken;
}

}  // namespace cers::cli_detail
