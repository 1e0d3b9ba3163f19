// SPDX-License-Identifier: Apache-2.0
// The rules between the parts of a pipeline that hold whatever the applications are.
#pragma once

#include <string>
#include <vector>

#include "cers/pipeline/document.hpp"
#include "yaml_node.hpp"

namespace cers {

/// A token of a step's setting and where it stands.
struct TokenPlace {
  std::string token;
  std::string key;
  std::size_t step = 0;
  yaml::Mark mark;
};

/// Ids, references, unused parameters, loops between steps.
void check_rules(const Document& document, const std::vector<TokenPlace>& tokens, yaml::Faults& faults);

}  // namespace cers
