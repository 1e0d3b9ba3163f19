// SPDX-License-Identifier: Apache-2.0
// The keys that every application and pipeline has.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cers/params/app_spec.hpp"
#include "cers/pipeline/prepare.hpp"

namespace cers::cli_detail {

enum class ProgressStyle { off, on, json };

struct EngineOptions {
  std::optional<int> ram;      ///< MB
  std::optional<int> threads;  ///< default: what the machine or the batch system grants
  std::string progress = "1";
  std::optional<int> tile;  ///< pixels a side
  std::string identity = "header";
  bool record = true;

  ProgressStyle progress_style() const;
};

/// How `cers` was called: as itself, or under the name of an OTB launcher with OTB's conventions.
enum class Manner { cers, otb };

const std::vector<ParamSpec>& engine_keys();
std::vector<std::string> engine_key_names();
EngineOptions parse_engine_options(const std::vector<Setting>& settings, Diagnostics& diagnostics);
/// Memory, threads and the rest for a run; `out_dir` as given.
RunOptions run_options(const EngineOptions& options, Manner manner, const std::string& out_dir);

}  // namespace cers::cli_detail
