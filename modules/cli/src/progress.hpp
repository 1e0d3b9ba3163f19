// SPDX-License-Identifier: Apache-2.0
// What a person or a program sees while a run goes on.
#pragma once

#include <iosfwd>
#include <memory>

#include "cers/core/events.hpp"
#include "engine_keys.hpp"

namespace cers::cli_detail {

/// `terminal`: a bar that redraws itself; else one line every tenth of the work.
std::unique_ptr<Observer> make_progress(ProgressStyle style, bool terminal, std::ostream& err);

/// "2 files in 2.6 s, bound by reading (read 3.1 s, compute 0.4 s, write 1.0 s on 2 threads), peak memory 57.1 MB".
std::string closing_line(const RunReport& report);

}  // namespace cers::cli_detail
