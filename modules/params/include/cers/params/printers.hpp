// SPDX-License-Identifier: Apache-2.0
// The faces of an AppSpec.
#pragma once

#include <span>
#include <string>

#include "cers/params/app_spec.hpp"

namespace cers {

/// Terminal help, at most 100 columns: usage line, inputs, outputs, parameters with type, default, range and unit,
/// examples, citations. `engine_keys` (‑ram, ‑threads, …) come last under "Every application".
std::string help_text(const AppSpec& spec, std::span<const ParamSpec> engine_keys);
/// Help of a single key.
std::string help_text(const AppSpec& spec, std::string_view key, std::span<const ParamSpec> engine_keys);
/// One reference page: docs/reference/<Name>.md.
std::string markdown_page(const AppSpec& spec, std::span<const ParamSpec> engine_keys);
/// A man page in roff, section 1: cers-<name>.
std::string man_page(const AppSpec& spec, std::span<const ParamSpec> engine_keys, std::string_view version);
/// Machine-readable description of one application (for wrappers and notebooks): `describe -json`.
std::string describe_json(const AppSpec& spec, std::span<const ParamSpec> engine_keys);
/// JSON Schema draft-07 of pipeline files: one definition per application, used by editors for completion.
std::string pipeline_schema(std::span<const AppSpec* const> apps);
/// Bash or zsh script that completes commands, applications, keys and choices; `shell` is "bash" or "zsh".
std::string completion_script(std::string_view shell, std::span<const AppSpec* const> apps,
                              std::span<const ParamSpec> engine_keys, std::span<const std::string> commands);

}  // namespace cers
