// SPDX-License-Identifier: Apache-2.0
// Completion for bash and zsh. Both shells share the lists, as functions that both understand; only the few lines that
// talk to the shell's completion system differ.
#include <fmt/format.h>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/params/printers.hpp"
#include "phrases.hpp"

namespace cers {
namespace {

using detail::shell_word;

// $typed holds the words before the cursor, found anew in the line: bash itself splits "Vegetation:NDVI" at the colon,
// so the answers lose what stands before their last colon.
const char* const bash_driver = R"sh(
_cers() {
  local line="${COMP_LINE:0:COMP_POINT}" current="" app="" key="" answers="" first=1 given=0 i
  local -a typed
  read -ra typed <<< "$line"
  if [[ "$line" != *[[:space:]] ]]; then
    current="${typed[-1]}"
    unset 'typed[-1]'
  fi
  COMPREPLY=()
  if ((${#typed[@]} < 2)); then
    mapfile -t COMPREPLY < <(compgen -W "$_cers_commands $_cers_applications" -- "$current")
    return
  fi
  app="${typed[1]}"
  if [[ " $_cers_applications " != *" $app "* ]]; then
    if ((${#typed[@]} == 2)); then
      mapfile -t COMPREPLY < <(compgen -f -W "$_cers_applications" -- "$current")
      return
    fi
    app="${typed[2]}"
    first=2
  fi
  for ((i = ${#typed[@]} - 1; i > first; i--)); do
    case "${typed[i]}" in
      -[a-z]*) key="${typed[i]}"; break ;;
      *) given=$((given + 1)) ;;
    esac
  done
  case "$current" in
    -*) answers="$(_cers_keys "$app")" ;;
    *) answers="$(_cers_values "$app" "$key" "$given")" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$answers" -- "$current")
  if [[ "$COMP_WORDBREAKS" == *:* && "$current" == *:* ]]; then
    local prefix="${current%"${current##*:}"}"
    COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
  fi
}
complete -o default -F _cers cers
)sh";

const char* const zsh_driver = R"sh(
_cers() {
  local current="${words[CURRENT]}" app="${words[2]}" key=""
  local -i first=2 given=0 i
  local -a answers
  if (( CURRENT == 2 )); then
    compadd -- ${=_cers_commands} ${=_cers_applications}
    return
  fi
  if [[ " $_cers_applications " != *" $app "* ]]; then
    if (( CURRENT == 3 )); then
      compadd -- ${=_cers_applications}
      _files
      return
    fi
    app="${words[3]}"
    first=3
  fi
  for (( i = CURRENT - 1; i > first; i-- )); do
    case "${words[i]}" in
      -[a-z]*) key="${words[i]}"; break ;;
      *) (( given += 1 )) ;;
    esac
  done
  if [[ "$current" == -* ]]; then
    answers=(${=$(_cers_keys "$app")})
  else
    answers=(${=$(_cers_values "$app" "$key" "$given")})
  fi
  if (( ${#answers} )); then
    compadd -- $answers
  else
    _files
  fi
}
if [[ "${funcstack[1]}" == _cers ]]; then
  _cers "$@"
else
  compdef _cers cers
fi
)sh";

std::string branch(const std::string& pattern, const std::vector<std::string>& words) {
  return fmt::format("    {}) echo {} ;;\n", pattern, shell_word(join(words, " ")));
}

std::string keys_function(std::span<const AppSpec* const> apps, std::span<const ParamSpec> engine_keys) {
  std::string text = "_cers_keys() {\n  case \"$1\" in\n";
  for (const AppSpec* app : apps) {
    std::vector<std::string> keys;
    for (const std::string& key : app->keys()) keys.push_back("-" + key);
    for (const ParamSpec& param : engine_keys) keys.push_back("-" + param.key);
    text += branch(app->name, keys);
  }
  return text + "  esac\n}\n";
}

/// What may stand behind a key; nothing where any text or number may.
std::vector<std::string> values_of(const ParamSpec& param) {
  if (param.kind == ParamKind::boolean) return {"true", "false"};
  std::vector<std::string> names;
  for (const Choice& choice : param.choices) names.push_back(choice.name);
  return names;
}

std::string value_branch(const std::string& application, const ParamSpec& param) {
  const std::vector<std::string> values = values_of(param);
  if (values.empty()) return {};
  const std::string key = fmt::format("' -{} '", param.key);
  return branch(application + key + (is_list(param.kind) ? "*" : "0"), values);
}

/// Arguments: application, key, and how many values already stand behind the key.
std::string values_function(std::span<const AppSpec* const> apps, std::span<const ParamSpec> engine_keys) {
  std::vector<std::string> types;
  for (const PixelType type : all_pixel_types) types.emplace_back(name_of(type));
  std::string text = "_cers_values() {\n  case \"$1 $2 $3\" in\n";
  for (const AppSpec* app : apps) {
    for (const OutputSpec& output : app->outputs) {
      if (output.kind == OutputKind::raster) text += branch(fmt::format("{}' -{} 1'", app->name, output.key), types);
    }
    for (const ParamSpec& param : app->params) text += value_branch(app->name, param);
  }
  for (const ParamSpec& param : engine_keys) text += value_branch("*", param);
  return text + "  esac\n}\n";
}

}  // namespace

std::string completion_script(std::string_view shell, std::span<const AppSpec* const> apps,
                              std::span<const ParamSpec> engine_keys, std::span<const std::string> commands) {
  if (shell != "bash" && shell != "zsh") {
    throw UserError(fmt::format("there is no completion for '{}'", shell), "write bash or zsh");
  }
  std::vector<std::string> names;
  for (const AppSpec* app : apps) names.push_back(app->name);
  std::string script = shell == "zsh" ? "#compdef cers\n" : "# Completion of cers for bash: source this file.\n";
  script += fmt::format("_cers_commands={}\n_cers_applications={}\n", shell_word(join(commands, " ")),
                        shell_word(join(names, " ")));
  script += keys_function(apps, engine_keys) + values_function(apps, engine_keys);
  return script + (shell == "zsh" ? zsh_driver : bash_driver);
}

}  // namespace cers
