// SPDX-License-Identifier: Apache-2.0
// A single application as a pipeline of one step: there is no second way to run it.
#pragma once

#include <vector>

#include "cers/params/app_spec.hpp"
#include "cers/pipeline/document.hpp"

namespace cers::cli_detail {

/// `settings` as written on the command line, engine keys taken out: images become inputs, output names outputs, the
/// rest settings of the step. Unknown keys, missing outputs and wrong pixel types are faults.
Document one_step_document(const AppSpec& spec, const std::vector<Setting>& settings, Diagnostics& diagnostics);

}  // namespace cers::cli_detail
