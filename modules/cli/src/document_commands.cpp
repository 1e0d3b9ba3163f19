// SPDX-License-Identifier: Apache-2.0
// Commands that make maps, and the one that says how they would be made.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "arguments.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/pipeline/record.hpp"
#include "cers/raster-io/extended_filename.hpp"
#include "one_step.hpp"
#include "pipeline_keys.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace cers::cli_detail {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

bool asks_for_help(const Words& words) {
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return word == "-help" || word == "--help" || word == "-h"; });
}

/// A document ready to run, with what the command line says of the run itself.
struct Task {
  Document document;
  EngineOptions engine;
  std::string out_dir;
  bool json = false;  ///< -json was given
  std::vector<std::string> warnings;
};

bool take_flag(std::vector<Setting>& settings, const std::string& key) {
  return !take_settings(settings, {key}).empty();
}

void finish(Task& task, Diagnostics& diagnostics) {
  diagnostics.raise_if_any();
  task.warnings = diagnostics.warnings();
}

Task application_task(const Application& application, const Words& words, bool explaining) {
  Diagnostics diagnostics;
  std::vector<Setting> settings = parse_arguments(words, false, diagnostics);
  Task task;
  task.json = explaining && take_flag(settings, "json");
  task.engine = parse_engine_options(take_settings(settings, engine_key_names()), diagnostics);
  task.document = one_step_document(application.spec, settings, diagnostics);
  finish(task, diagnostics);
  return task;
}

Task pipeline_task(const std::string& file, const Words& words, bool explaining) {
  Diagnostics diagnostics;
  Task task;
  task.document = read_document(file, diagnostics);
  diagnostics.raise_if_any();
  std::vector<Setting> settings = parse_arguments(words, true, diagnostics);
  task.json = explaining && take_flag(settings, "json");
  task.engine = parse_engine_options(take_settings(settings, engine_key_names()), diagnostics);
  task.out_dir = bind_settings(task.document, settings, diagnostics);
  finish(task, diagnostics);
  return task;
}

void show_warnings(const Session& session, const Task& task, const PreparedRun& run) {
  const auto observer = make_progress(task.engine.progress_style(), false, session.err);
  for (const std::string& text : task.warnings) observer->on(Warning{text});
  for (const std::string& text : run.warnings()) observer->on(Warning{text});
}

/// Where the maps are, for scripts; the records beside them go without saying.
void print_outputs(const Session& session, const RunReport& report) {
  for (const std::string& path : report.outputs) {
    if (!path.empty() && !path.ends_with(".stac.json")) session.out << path << "\n";
  }
}

void execute(const Session& session, const Task& task, bool list_outputs) {
  PreparedRun run =
      PreparedRun::prepare(task.document, session.registry, run_options(task.engine, session.manner, task.out_dir));
  show_warnings(session, task, run);
  const bool terminal = &session.err == &std::cerr && isatty(STDERR_FILENO) != 0;
  const auto observer = make_progress(task.engine.progress_style(), terminal, session.err);
  RunContext context;
  context.stop = session.stop;
  context.observer = observer.get();
  const RunReport report = run.execute(context);
  if (list_outputs) print_outputs(session, report);
  if (run.reports().empty()) return;
  session.out << "Output parameters value:\n";
  for (const auto& [key, text] : run.reports()) session.out << key << ": " << text << "\n";
  session.out << std::flush;
}

Json json_of(const PassSummary& pass) {
  Json json{{"label", pass.label}};
  json["raster"] = {pass.raster.width, pass.raster.height};
  json["tile"] = {pass.tile.width, pass.tile.height};
  json["tiles"] = pass.tiles;
  json["halo"] = {
      {"left", pass.halo.left}, {"top", pass.halo.top}, {"right", pass.halo.right}, {"bottom", pass.halo.bottom}};
  json["overread"] = pass.overread;
  json["blocks_to_decode"] = pass.blocks_to_decode;
  json["bytes_to_decode"] = pass.bytes_to_decode;
  json["nodes"] = pass.nodes;
  json["results"] = pass.results;
  json["memory"] = Json::array();
  for (const MemoryTerm& term : pass.memory) json["memory"].push_back({{"name", term.name}, {"bytes", term.bytes}});
  json["memory_bytes"] = pass.memory_bytes;
  if (!pass.note.empty()) json["note"] = pass.note;
  return json;
}

Json json_of(const PlanSummary& plan) {
  Json json{{"threads", plan.threads}, {"memory_bytes", plan.memory_bytes}, {"budget_bytes", plan.budget_bytes}};
  json["passes"] = Json::array();
  for (const PassSummary& pass : plan.passes) json["passes"].push_back(json_of(pass));
  json["pruned_steps"] = plan.pruned;
  return json;
}

/// Every file name of the record with `folder` in place of its own.
void move_outputs(Document& document, const std::string& folder) {
  for (OutputDecl& output : document.outputs) {
    const std::string path = parse_writer_name(output.to).path;
    const std::string options = output.to.substr(path.size());
    output.to = fs::path(path).filename().string() + options;
  }
  CERS_EXPECT(!folder.empty());
}

}  // namespace

bool is_pipeline_file(const std::string& word) {
  const std::string extension = lower(fs::path(word).extension().string());
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

const Application& find_application(const Registry& registry, const std::string& name) {
  if (const Application* application = registry.find(name)) return *application;
  const std::string near = suggestion(name, registry.names());
  throw UserError(fmt::format("there is no application '{}'", name), near.empty() ? "`cers list` names all" : near);
}

void command_simulate(const Session& session, const Words& words) {
  run_application(session, find_application(session.registry, "SimulateScene"), words);
}

void run_application(const Session& session, const Application& application, const Words& words) {
  if (words.empty() || asks_for_help(words)) {
    Words about{application.spec.name};
    for (const std::string& word : words) {
      if (!asks_for_help({word})) about.push_back(word);
    }
    command_help(session, about);
    if (words.empty()) throw UserError(fmt::format("{} was given no key", application.spec.name), "see its help above");
    return;
  }
  execute(session, application_task(application, words, false), false);
}

void command_run(const Session& session, const Words& words) {
  if (words.empty()) throw UserError("run needs a pipeline file", "write: cers run PIPELINE.yaml -INPUT FILE …");
  if (asks_for_help(words)) return command_help(session, {words.front()});
  if (session.registry.find(words.front())) {
    return run_application(session, find_application(session.registry, words.front()),
                           {words.begin() + 1, words.end()});
  }
  execute(session, pipeline_task(words.front(), {words.begin() + 1, words.end()}, false), true);
}

/// An application with this parameter tells of one pixel, given by column and line, why its map is what it is there.
constexpr std::string_view pixel_key = "pixel";

bool asks_for_pixel(const Task& task, const AppSpec& spec) {
  if (spec.find_param(pixel_key) == nullptr) return false;
  const auto& settings = task.document.steps.front().settings;
  return std::any_of(settings.begin(), settings.end(), [](const Setting& one) { return one.key == pixel_key; });
}

void command_explain(const Session& session, const Words& words) {
  if (words.empty())
    throw UserError("explain needs a pipeline file or an application", "write: cers explain PIPELINE.yaml …");
  const Words rest{words.begin() + 1, words.end()};
  if (!is_pipeline_file(words.front())) {
    const Application& application = find_application(session.registry, words.front());
    Task task = application_task(application, rest, true);
    if (asks_for_pixel(task, application.spec)) {
      if (task.json) throw UserError("explain -pixel tells in words, and -json is given", "leave -json out");
      task.document.outputs.clear();
      return execute(session, task, false);
    }
  }
  const Task task = is_pipeline_file(words.front())
                        ? pipeline_task(words.front(), rest, true)
                        : application_task(find_application(session.registry, words.front()), rest, true);
  const PreparedRun run =
      PreparedRun::prepare(task.document, session.registry, run_options(task.engine, session.manner, task.out_dir));
  show_warnings(session, task, run);
  if (run.plan() == nullptr) {
    session.out << (task.json ? "{}\n" : "nothing to compute: only headers are read\n");
    return;
  }
  session.out << (task.json ? json_of(run.plan()->summary()).dump(2, ' ', false, Json::error_handler_t::replace) + "\n"
                            : run.plan()->explain());
}

void command_replay(const Session& session, const Words& words) {
  if (words.empty()) throw UserError("replay needs the record of a map", "write: cers replay MAP.stac.json");
  Diagnostics diagnostics;
  Task task;
  task.document = replay_document(words.front(), diagnostics);
  std::vector<Setting> settings = parse_arguments({words.begin() + 1, words.end()}, true, diagnostics);
  task.engine = parse_engine_options(take_settings(settings, engine_key_names()), diagnostics);
  for (const Setting& setting : settings) {
    if (setting.key == out_dir_key && setting.tokens.size() == 1) {
      task.out_dir = setting.tokens[0];
      continue;
    }
    diagnostics.fault({}, fmt::format("replay has no key -{}", setting.key),
                      "it takes -out.dir FOLDER and the keys of every run");
  }
  if (!task.out_dir.empty()) move_outputs(task.document, task.out_dir);
  finish(task, diagnostics);
  execute(session, task, true);
}

}  // namespace cers::cli_detail
