// SPDX-License-Identifier: Apache-2.0
// From a pipeline document to a graph that can be planned and run.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "cers/app/application.hpp"
#include "cers/core/events.hpp"
#include "cers/engine/execute.hpp"
#include "cers/pipeline/document.hpp"

namespace cers {

/// What the user asks of a run besides the pipeline itself. None of it changes a pixel.
struct RunOptions {
  std::string out_dir;             ///< relative outputs go here; empty: the current directory
  std::uint64_t memory_bytes = 0;  ///< -ram
  int threads = 1;
  std::optional<int> tile_side;  ///< -tile: work tile, for tests and measurements
  bool full_identity = false;    ///< record SHA-256 of whole input files
  bool record = true;            ///< write <name>.stac.json beside every output
};

/// A document whose files are open, whose steps are wired and whose outputs have a place. Nothing was read but headers,
/// nothing written; a folder made for the outputs goes away again when it stays empty.
class PreparedRun {
 public:
  /// Throws one UserError with all faults of the document against the registry and the inputs.
  static PreparedRun prepare(const Document& document, const Registry& registry, const RunOptions& options);
  ~PreparedRun();
  PreparedRun(PreparedRun&&) noexcept;

  /// Null when there is nothing to compute (an application that only reports headers).
  const Plan* plan() const;
  const std::vector<std::string>& warnings() const;
  /// "key: value" lines for stdout; complete after execute().
  const std::vector<std::pair<std::string, std::string>>& reports() const;
  /// The document with files, parameter values and output paths filled in: what the record holds.
  const Document& bound_document() const;
  /// Warnings that depend on pixels go to context.observer.
  RunReport execute(const RunContext& context);

 private:
  struct Impl;
  explicit PreparedRun(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cers
