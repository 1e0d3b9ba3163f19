// SPDX-License-Identifier: Apache-2.0
#include "cers/params/diagnostics.hpp"

#include <gtest/gtest.h>

#include "cers/core/error.hpp"

namespace cers {
namespace {

std::string message(const Diagnostics& diagnostics) {
  try {
    diagnostics.raise_if_any();
  } catch (const UserError& error) {
    return error.what();
  }
  return {};
}

TEST(diagnostics, nothing_wrong_raises_nothing) {
  Diagnostics diagnostics;
  diagnostics.warn("careful");
  EXPECT_NO_THROW(diagnostics.raise_if_any());
  EXPECT_TRUE(diagnostics.ok());
}

TEST(diagnostics, a_single_fault_without_place_reads_as_any_other_error) {
  Diagnostics diagnostics;
  diagnostics.fault({}, "-x is wrong", "write 1");
  EXPECT_EQ(message(diagnostics), "-x is wrong\n  write 1");
}

TEST(diagnostics, every_fault_is_listed_with_place_excerpt_and_remedy) {
  Diagnostics diagnostics;
  diagnostics.fault({"p.yaml", 3, 10}, "-x is wrong", "write 1", "steps: x\n       ^");
  diagnostics.fault({}, "-y is missing");
  EXPECT_EQ(message(diagnostics),
            "2 faults:\n"
            "p.yaml:3:10: -x is wrong\n"
            "    steps: x\n"
            "           ^\n"
            "  write 1\n"
            "-y is missing");
}

TEST(location, what_is_unknown_is_left_out) {
  EXPECT_EQ((Location{"a.yaml", 3, 10}.text()), "a.yaml:3:10");
  EXPECT_EQ((Location{"a.yaml", 3, 0}.text()), "a.yaml:3");
  EXPECT_EQ((Location{"a.yaml", 0, 0}.text()), "a.yaml");
  EXPECT_EQ(Location{}.text(), "");
}

}  // namespace
}  // namespace cers
