// SPDX-License-Identifier: Apache-2.0
#include "cers/cli/cli.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <ostream>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "session.hpp"

namespace cers {
namespace {

using namespace cli_detail;

constexpr Command commands[] = {
    {"run", "run PIPELINE.yaml [-INPUT FILE ...] [-PARAMETER VALUE ...] [-out.dir FOLDER]",
     "Run a pipeline file: all its outputs in one sweep.", command_run},
    {"explain", "explain PIPELINE.yaml|APPLICATION [keys] [-json]",
     "Show passes, tiles, halos, blocks to decode and memory; read no pixel. With -pixel of SnowMask: which test "
     "decided "
     "there.",
     command_explain},
    {"replay", "replay MAP.stac.json [-out.dir FOLDER]", "Make a map again from its record: the same bytes.",
     command_replay},
    {"simulate", "simulate -out FOLDER [keys]", "Make a simulated scene with known truth (application SimulateScene).",
     command_simulate},
    {"list", "list", "Name all applications.", command_list},
    {"help", "help [APPLICATION|PIPELINE.yaml|COMMAND] [key]", "Explain an application, a pipeline or a key.",
     command_help},
    {"describe", "describe APPLICATION -json", "Describe an application for programs.", command_describe},
    {"schema", "schema", "Print the JSON Schema of pipeline files, for editors.", command_schema},
    {"doc", "doc FOLDER", "Write the reference pages (Markdown).", command_doc},
    {"man", "man FOLDER", "Write the man pages.", command_man},
    {"completion", "completion bash|zsh", "Print the completion script of a shell.", command_completion},
    {"version", "version", "Print the version.", command_version},
};

/// OTB's launchers are called otbcli_BandMath, and so may `cers` be.
constexpr std::string_view launcher = "otbcli_";

void dispatch(const Session& session, const std::string& word, const Words& rest) {
  if (const Application* application = session.registry.find(word)) return run_application(session, *application, rest);
  for (const Command& command : commands) {
    if (word == command.name) return command.run(session, rest);
  }
  if (word == "-help" || word == "--help" || word == "-h") return command_help(session, rest);
  if (word == "-version" || word == "--version") return command_version(session, rest);
  if (is_pipeline_file(word)) {
    throw UserError(fmt::format("'{}' is a pipeline file", word), fmt::format("write: cers run {}", word));
  }
  std::vector<std::string> known = session.registry.names();
  for (const Command& command : commands) known.emplace_back(command.name);
  const std::string near = suggestion(word, known, 0);
  throw UserError(fmt::format("there is no application or command '{}'", word),
                  near.empty() ? "`cers list` names the applications, `cers help` the commands" : near);
}

int exit_code(const Session& session, ExitCode code) {
  // OTB's launchers know one code for every failure.
  return session.manner == Manner::otb ? 1 : static_cast<int>(code);
}

}  // namespace

std::span<const Command> cli_detail::all_commands() {
  return commands;
}

int run_command_line(const std::vector<std::string>& arguments, const Registry& registry, std::ostream& out,
                     std::ostream& err, const std::stop_token& stop) {
  Session session{registry, out, err, stop, Manner::cers};
  std::string word = arguments.empty() ? "" : arguments.front();
  if (word.starts_with(launcher)) {
    session.manner = Manner::otb;
    word.erase(0, launcher.size());
  }
  try {
    if (word.empty()) {
      err << general_help(registry);
      return exit_code(session, ExitCode::usage);
    }
    dispatch(session, word, {arguments.begin() + 1, arguments.end()});
    return static_cast<int>(ExitCode::success);
  } catch (const Cancelled& error) {
    err << "cers: cancelled; nothing was left behind\n";
    return static_cast<int>(error.code());
  } catch (const Error& error) {
    err << "cers: error: " << error.what() << "\n";
    return exit_code(session, error.code());
  } catch (const std::bad_alloc&) {
    err << "cers: error: the system has no more memory\n  give a smaller -ram or fewer -threads\n";
    return exit_code(session, ExitCode::data);
  } catch (const std::exception& error) {
    err << "cers: error: " << error.what() << "\n  " << InternalError("").remedy() << "\n";
    return exit_code(session, ExitCode::internal);
  }
}

}  // namespace cers
