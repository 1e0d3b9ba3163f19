// SPDX-License-Identifier: Apache-2.0
// The words for types, defaults and ranges, shared by error messages and all printers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cers/params/app_spec.hpp"

namespace cers::detail {

/// "1000000" where format_real says "1e+06".
std::string number_text(double value);
/// "from 0 to 1 m", "at least 1", "at most 5", or empty.
std::string range_phrase(const ParamSpec& param);
/// What a value must be: "a whole number from 1 to 9 pixel", "true or false", "fast, exact or slow".
std::string wanted_phrase(const ParamSpec& param);
/// "<int>", "<real>...", "<image>", "<image> [type]".
std::string placeholder(const ParamSpec& param);
std::string placeholder(const InputSpec& input);
std::string placeholder(const OutputSpec& output);
/// A token as typed in a shell: in quotes when it is empty or a shell would take it apart.
std::string shell_word(const std::string& token);
/// "cers BandMath -il <image>... -exp <text> -out <image> [type] [options]", by its parts.
std::vector<std::string> usage_parts(const AppSpec& spec);

/// One key as all reference printers show it.
struct Entry {
  std::string key;
  std::string placeholder;
  std::string text;  ///< help, then default, range, condition as short sentences
  std::vector<Choice> choices;
};

struct Section {
  std::string title;
  std::vector<Entry> entries;
};

Entry entry_of(const ParamSpec& param);
/// Inputs, outputs, parameters, advanced parameters; empty ones are left out.
std::vector<Section> sections_of(const AppSpec& spec);
/// "Every application", or without entries when there are no keys.
Section engine_section(std::span<const ParamSpec> engine_keys);

}  // namespace cers::detail
