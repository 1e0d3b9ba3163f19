// SPDX-License-Identifier: Apache-2.0
// What to tell a user whose output could not be written.
#pragma once

#include <string>

namespace cers {

/// Says how much is free on the file system of `path` (an existing file or folder) and what to do.
std::string disk_space_remedy(const std::string& path);

}  // namespace cers
