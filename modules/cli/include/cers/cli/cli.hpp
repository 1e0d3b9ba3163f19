// SPDX-License-Identifier: Apache-2.0
// The program `cers` as a function, so that tests run the very command a user types.
#pragma once

#include <iosfwd>
#include <stop_token>
#include <string>
#include <vector>

#include "cers/app/application.hpp"

namespace cers {

/// Runs `cers arguments…` (without the program name) and returns the exit code. Results that scripts read go to `out`,
/// everything else to `err`. `stop`: cancels a run as Ctrl-C does.
int run_command_line(const std::vector<std::string>& arguments, const Registry& registry, std::ostream& out,
                     std::ostream& err, const std::stop_token& stop = {});

}  // namespace cers
