// SPDX-License-Identifier: Apache-2.0
#include "engine_keys.hpp"

#include "cers/params/declare.hpp"
#include "resources.hpp"

namespace cers::cli_detail {
namespace {

// OTB's default of -ram, in MB.
constexpr int otb_ram_mb = 256;
constexpr std::uint64_t megabyte = 1'000'000;

const AppSpec& engine_spec() {
  static const AppSpec spec =
      Declare<EngineOptions>("engine", "Keys of every application.")
          .param("ram", &EngineOptions::ram,
                 "Ceiling of the memory used. Default: half of what the machine, the container or the batch job has; "
                 "256 under otbcli_ names.")
          .range(16, 100'000'000)
          .unit("MB")
          .param("threads", &EngineOptions::threads,
                 "Worker threads. Default: the processors granted by Slurm, PBS or the container, else those of the "
                 "machine. Results do not depend on it.")
          .range(1, 1024)
          .param("progress", &EngineOptions::progress, "How progress is shown, on standard error.")
          .choices({{"0", "not at all"},
                    {"1", "a bar in a terminal, lines elsewhere"},
                    {"json", "one JSON object a line"},
                    {"true", "as 1"},
                    {"false", "as 0"}})
          .param("tile", &EngineOptions::tile,
                 "Side of the work tile instead of the planned one. Results do not depend on it.")
          .range(16, 16384)
          .unit("pixel")
          .advanced()
          .param("record", &EngineOptions::record, "Write NAME.stac.json, how it was made, beside every output.")
          .advanced()
          .param("identity", &EngineOptions::identity, "What the record holds of each input file.")
          .choices(
              {{"header", "size, time and SHA-256 of the first 64 KiB"}, {"full", "SHA-256 of the whole file too"}})
          .advanced()
          .done();
  return spec;
}

}  // namespace

ProgressStyle EngineOptions::progress_style() const {
  if (progress == "json") return ProgressStyle::json;
  return progress == "0" || progress == "false" ? ProgressStyle::off : ProgressStyle::on;
}

const std::vector<ParamSpec>& engine_keys() {
  return engine_spec().params;
}

std::vector<std::string> engine_key_names() {
  return engine_spec().keys();
}

EngineOptions parse_engine_options(const std::vector<Setting>& settings, Diagnostics& diagnostics) {
  const ParamValues values = ParamValues::parse(engine_spec(), settings, diagnostics);
  return *static_cast<const EngineOptions*>(values.data());
}

RunOptions run_options(const EngineOptions& options, Manner manner, const std::string& out_dir) {
  const Surroundings around = real_surroundings();
  RunOptions run;
  run.out_dir = out_dir;
  run.threads = options.threads.value_or(0);
  if (run.threads == 0) run.threads = default_threads(around);
  std::optional<int> ram = options.ram;
  if (!ram && manner == Manner::otb) ram = otb_ram_mb;
  run.memory_bytes = ram ? static_cast<std::uint64_t>(*ram) * megabyte : default_memory(around);
  run.tile_side = options.tile;
  run.full_identity = options.identity == "full";
  run.record = options.record;
  return run;
}

}  // namespace cers::cli_detail
