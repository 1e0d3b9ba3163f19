// SPDX-License-Identifier: Apache-2.0
// The days a series is brought to.
#pragma once

#include <string>
#include <vector>

#include "cers/core/calendar_day.hpp"

namespace cers {

/// `first`, `first` + step_days, … up to `last`. Throws UserError when `last` is earlier than `first`.
std::vector<CalendarDay> regular_days(CalendarDay first, CalendarDay last, int step_days);

/// One day a line, as 20180211 or 2018-02-11; empty lines are skipped. Throws DataError naming the file and the line
/// when it cannot be read, holds something else or is empty.
std::vector<CalendarDay> read_days(const std::string& path);

/// Throws UserError naming the first day that does not follow the one before it; `what` names the list. `repeats`: a
/// day may come twice.
void check_ascending(const std::vector<CalendarDay>& days, const std::string& what, bool repeats);

}  // namespace cers
