// SPDX-License-Identifier: Apache-2.0
// Commands that print what the applications say of themselves.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/core/version.hpp"
#include "cers/params/printers.hpp"
#include "cers/pipeline/document.hpp"
#include "pipeline_keys.hpp"
#include "session.hpp"

namespace cers::cli_detail {
namespace {

namespace fs = std::filesystem;

void write_page(const std::string& folder, const std::string& name, const std::string& text) {
  const fs::path path = fs::path(folder) / name;
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  if (!stream)
    throw DataError(fmt::format("'{}' could not be written", path.string()), "check the folder and the disk");
}

std::string one_folder(const Words& words, const char* command) {
  if (words.size() != 1)
    throw UserError(fmt::format("{} needs a folder", command), fmt::format("write: cers {} FOLDER", command));
  std::error_code error;
  fs::create_directories(words[0], error);
  if (!fs::is_directory(words[0])) {
    throw UserError(fmt::format("the folder '{}' cannot be made: {}", words[0], error.message()), "choose another one");
  }
  return words[0];
}

std::string index_page(const Registry& registry) {
  std::string page = "<!-- Printed by `cers doc`: change the descriptions, not this page. -->\n# Reference\n\n";
  page += "- [Commands](commands.md)\n- [Exit codes](exit-codes.md)\n\n## Applications\n\n";
  for (const Application& application : registry.all()) {
    const AppSpec& spec = application.spec;
    page += fmt::format("- [{}]({}.md): {}\n", spec.name, spec.name, spec.summary);
  }
  return page;
}

std::string commands_page() {
  std::string page = "<!-- Printed by `cers doc`: change the table of commands, not this page. -->\n# Commands\n";
  page += "\nAn application is a command of its own: `cers BandMath -il …`.\n";
  for (const Command& command : all_commands()) {
    page += fmt::format("\n## {}\n\n```\ncers {}\n```\n\n{}\n", command.name, command.usage, command.help);
  }
  return page;
}

struct CodeMeaning {
  ExitCode code;
  const char* meaning;
};
constexpr CodeMeaning meanings[] = {
    {ExitCode::success, "done"},
    {ExitCode::usage, "the command, a parameter or the pipeline is wrong; nothing was computed"},
    {ExitCode::data, "a file cannot be read or written, or holds what it should not"},
    {ExitCode::internal, "a fault of Cers"},
    {ExitCode::interrupted, "cancelled by SIGINT (Ctrl-C); nothing is left behind"},
    {ExitCode::terminated, "cancelled by SIGTERM; nothing is left behind"},
};

/// cers(1), in roff; the pages of the applications are printed from their own descriptions.
std::string general_man_page() {
  std::string page = fmt::format(".TH \"CERS\" 1 \"\" \"Cers {}\" \"Cers\"\n.ad l\n.nh\n.SH NAME\n", version);
  page += "cers \\- maps from satellite images\n.SH SYNOPSIS\n.B cers\nAPPLICATION \\-key value ...\n.SH COMMANDS\n";
  for (const Command& command : all_commands()) {
    std::string usage;
    for (const char* c = command.usage; *c != '\0'; ++c) usage += *c == '-' ? "\\-" : std::string(1, *c);
    page += fmt::format(".TP\n\\fBcers\\fR {}\n{}\n", usage, command.help);
  }
  page += ".SH EXIT STATUS\n";
  for (const CodeMeaning& entry : meanings)
    page += fmt::format(".TP\n{}\n{}\n", static_cast<int>(entry.code), entry.meaning);
  return page;
}

std::string exit_codes_page() {
  std::string page = "<!-- Printed by `cers doc`. -->\n# Exit codes\n\n| code | meaning |\n|---|---|\n";
  for (const CodeMeaning& entry : meanings)
    page += fmt::format("| {} | {} |\n", static_cast<int>(entry.code), entry.meaning);
  return page + "\nUnder the names `otbcli_…` every failure is 1, as with OTB.\n";
}

}  // namespace

std::string general_help(const Registry& registry) {
  std::string text = fmt::format(
      "Cers {}: maps from satellite images, one command, one pass\n\nUsage: cers APPLICATION -key value …\n", version);
  for (const Command& command : all_commands()) text += fmt::format("       cers {}\n", command.usage);
  text +=
      fmt::format("\n{} applications; `cers list` names them, `cers help NAME` explains one.\n", registry.all().size());
  return text;
}

void command_list(const Session& session, const Words& words) {
  if (!words.empty()) throw UserError(fmt::format("list takes no '{}'", words[0]), "write: cers list");
  std::size_t widest = 0;
  for (const std::string& name : session.registry.names()) widest = std::max(widest, name.size());
  for (const Application& application : session.registry.all()) {
    session.out << fmt::format("{:<{}}  {}\n", application.spec.name, widest, application.spec.summary);
  }
}

void command_help(const Session& session, const Words& words) {
  if (words.empty()) {
    session.out << general_help(session.registry);
    return;
  }
  for (const Command& command : all_commands()) {
    if (words[0] != command.name) continue;
    session.out << fmt::format("Usage: cers {}\n\n{}\n", command.usage, command.help);
    return;
  }
  AppSpec spec;
  if (is_pipeline_file(words[0])) {
    Diagnostics diagnostics;
    const Document document = read_document(words[0], diagnostics);
    diagnostics.raise_if_any();
    spec = pipeline_spec(document);
  } else {
    spec = find_application(session.registry, words[0]).spec;
  }
  if (words.size() == 1) session.out << help_text(spec, engine_keys());
  for (std::size_t i = 1; i < words.size(); ++i) session.out << help_text(spec, words[i], engine_keys());
}

void command_schema(const Session& session, const Words& words) {
  if (!words.empty())
    throw UserError(fmt::format("schema takes no '{}'", words[0]), "write: cers schema > pipeline.schema.json");
  const auto specs = session.registry.specs();
  session.out << pipeline_schema(specs);
}

void command_describe(const Session& session, const Words& words) {
  const bool json = std::find(words.begin(), words.end(), "-json") != words.end();
  if (words.size() != (json ? 2U : 1U) || words[0] == "-json") {
    throw UserError("describe needs an application", "write: cers describe BandMath -json");
  }
  session.out << describe_json(find_application(session.registry, words[0]).spec, engine_keys());
}

void command_doc(const Session& session, const Words& words) {
  const std::string folder = one_folder(words, "doc");
  write_page(folder, "README.md", index_page(session.registry));
  write_page(folder, "commands.md", commands_page());
  write_page(folder, "exit-codes.md", exit_codes_page());
  for (const Application& application : session.registry.all()) {
    write_page(folder, application.spec.name + ".md", markdown_page(application.spec, engine_keys()));
  }
}

void command_man(const Session& session, const Words& words) {
  const std::string folder = one_folder(words, "man");
  write_page(folder, "cers.1", general_man_page());
  for (const Application& application : session.registry.all()) {
    write_page(folder, "cers-" + application.spec.name + ".1", man_page(application.spec, engine_keys(), version));
  }
}

void command_completion(const Session& session, const Words& words) {
  if (words.size() != 1) throw UserError("completion needs the name of a shell", "write: cers completion bash, or zsh");
  std::vector<std::string> names;
  for (const Command& command : all_commands()) names.emplace_back(command.name);
  session.out << completion_script(words[0], session.registry.specs(), engine_keys(), names);
}

void command_version(const Session& session, const Words& words) {
  if (!words.empty()) throw UserError(fmt::format("version takes no '{}'", words[0]), "write: cers version");
  session.out << "cers " << version << "\n";
}

}  // namespace cers::cli_detail
