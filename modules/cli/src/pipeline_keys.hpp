// SPDX-License-Identifier: Apache-2.0
// Inputs and parameters of a pipeline file as keys of the command line.
#pragma once

#include <string>
#include <vector>

#include "cers/params/app_spec.hpp"
#include "cers/pipeline/document.hpp"

namespace cers::cli_detail {

/// Key of the folder for relative outputs of a pipeline.
inline constexpr const char* out_dir_key = "out.dir";

/// The pipeline as an application, for help: its inputs, its parameters, out.dir.
AppSpec pipeline_spec(const Document& document);
/// Fills inputs and parameters from the command line and takes out.dir; everything unknown or illegal is a fault.
std::string bind_settings(Document& document, const std::vector<Setting>& settings, Diagnostics& diagnostics);

}  // namespace cers::cli_detail
