// SPDX-License-Identifier: Apache-2.0
// What every command of the program is given.
#pragma once

#include <iosfwd>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "cers/app/application.hpp"
#include "engine_keys.hpp"

namespace cers::cli_detail {

struct Session {
  const Registry& registry;
  std::ostream& out;
  std::ostream& err;
  std::stop_token stop;
  Manner manner = Manner::cers;
};

using Words = std::vector<std::string>;

/// A word after `cers` that is no application. Help, completion and the reference page are printed from this table.
struct Command {
  const char* name;
  const char* usage;
  const char* help;
  void (*run)(const Session& session, const Words& words);
};
std::span<const Command> all_commands();

// document_commands.cpp
void run_application(const Session& session, const Application& application, const Words& words);
void command_run(const Session& session, const Words& words);
void command_explain(const Session& session, const Words& words);
void command_replay(const Session& session, const Words& words);

// reference_commands.cpp
void command_simulate(const Session& session, const Words& words);
void command_list(const Session& session, const Words& words);
void command_help(const Session& session, const Words& words);
void command_schema(const Session& session, const Words& words);
void command_describe(const Session& session, const Words& words);
void command_doc(const Session& session, const Words& words);
void command_man(const Session& session, const Words& words);
void command_completion(const Session& session, const Words& words);
void command_version(const Session& session, const Words& words);
/// The text of `cers help`.
std::string general_help(const Registry& registry);

/// The application of that name; a UserError with the nearest names when there is none.
const Application& find_application(const Registry& registry, const std::string& name);
/// True for a word that names a pipeline file rather than an application.
bool is_pipeline_file(const std::string& word);

}  // namespace cers::cli_detail
