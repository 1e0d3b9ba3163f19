// SPDX-License-Identifier: Apache-2.0
// How a map was made, as a STAC item beside it; and the way back from such an item to the run.
#pragma once

#include <string>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/params/app_spec.hpp"
#include "cers/pipeline/document.hpp"

namespace cers {

/// An input file as it was when it was read.
struct RecordedInput {
  std::string id;    ///< of the document's input; `step.parameter` of a file that a parameter names
  std::string path;  ///< absolute
  std::uint64_t size = 0;
  std::string modified;     ///< UTC, ISO 8601
  std::string head_sha256;  ///< of the first 64 KiB
  std::string sha256;       ///< of the whole file; empty unless asked for
};

/// All parameters of one step with their values, defaults included.
struct RecordedStep {
  std::string id;
  std::string app;
  std::vector<Setting> parameters;
};

/// What a run has in common for all its outputs.
struct RunRecord {
  Document document;  ///< bound: files, values and output paths filled in
  std::vector<RecordedInput> inputs;
  std::vector<RecordedStep> steps;
  std::vector<std::string> citations;
};

/// A STAC 1.1 item (JSON) for the output `path`. `info` is null for files that are no
/// raster, and has no bands for a vector file made of pixels. Holds no wall clock,
/// thread count or memory: equal runs give equal items.
std::string stac_item(const RunRecord& record, const std::string& path, const RasterInfo* info, PixelType stored);

/// The document of a recorded run. Every fault (not a record of Cers, other version, an input that changed since) goes
/// to `diagnostics`; different library versions are warnings.
Document replay_document(const std::string& item_path, Diagnostics& diagnostics);

/// "name.stac.json" for "folder/name.tif".
std::string record_path(const std::string& output_path);

}  // namespace cers
