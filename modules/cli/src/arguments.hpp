// SPDX-License-Identifier: Apache-2.0
// OTB's command-line grammar: `-key value value …`, single dash, keys with dots.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cers/params/app_spec.hpp"

namespace cers::cli_detail {

/// True when `token` starts a new setting: `-` and a key. Numbers (-9999, -0.5, -1e3) and anything with other
/// characters (an expression) are values. Applications have lower-case keys as in OTB; `any_case` also takes the ids of
/// pipelines (letters of both cases, digits, underscores).
bool is_key_token(std::string_view token, bool any_case = false);

/// Takes a command apart. A key given twice, a value before the first key and `--key` are faults. Blanks around values
/// are trimmed and empty values dropped, as OTB does.
std::vector<Setting> parse_arguments(const std::vector<std::string>& tokens, bool any_case, Diagnostics& diagnostics);

/// Moves the settings whose key is in `keys` out of `settings`.
std::vector<Setting> take_settings(std::vector<Setting>& settings, const std::vector<std::string>& keys);

}  // namespace cers::cli_detail
