// SPDX-License-Identifier: Apache-2.0
#include "cers/core/events.hpp"

namespace cers {

std::string RunReport::bound() const {
  if (read_seconds >= compute_seconds && read_seconds >= write_seconds) return "read";
  return compute_seconds >= write_seconds ? "compute" : "write";
}

}  // namespace cers
