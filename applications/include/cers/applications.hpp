// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cers/app/application.hpp"

namespace cers {

/// Every application linked into this program.
std::vector<Application> all_applications();

}  // namespace cers
