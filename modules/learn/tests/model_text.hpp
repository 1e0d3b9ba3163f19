// SPDX-License-Identifier: Apache-2.0
// Texts of models, changed, and what the readers say of them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "cers/core/error.hpp"
#include "cers/learn/model.hpp"

namespace cers::testing {

inline std::string changed(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// The model `text` called `name` is refused, and the fault tells `part`.
inline void expect_fault(const std::string& name, const std::string& text, const std::string& part) {
  try {
    parse_model(text, name);
    ADD_FAILURE() << "read: " << part;
  } catch (const DataError& error) {
    EXPECT_NE(error.fault().find(part), std::string::npos) << error.fault();
    EXPECT_FALSE(error.remedy().empty());
  }
}

}  // namespace cers::testing
