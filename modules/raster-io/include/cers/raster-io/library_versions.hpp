// SPDX-License-Identifier: Apache-2.0
// Versions of the libraries that decide the bytes of a file; part of the record of a run.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace cers {

/// ("gdal", "3.6.2"), ("libtiff", …) as far as GDAL tells.
std::vector<std::pair<std::string, std::string>> library_versions();

}  // namespace cers
