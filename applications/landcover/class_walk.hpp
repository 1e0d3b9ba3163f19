// SPDX-License-Identifier: Apache-2.0
// A cross-walk from the classes of reference polygons to those of a nomenclature, as applications ask for it.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "cers/app/wiring.hpp"
#include "cers/learn/nomenclature.hpp"
#include "cers/params/declare.hpp"

namespace cers {

struct WalkParams {
  std::optional<std::string> walk;
  std::optional<std::string> nomenclature;
};

/// Adds the keys walk and nomenclature.
template <class Params>
Declare<Params>& declare_walk(Declare<Params>& declare, const char* nomenclature) {
  return declare
      .param("walk", &Params::walk, "Table from,to: the code or name that each class of the polygons becomes.")
      .reads_file()
      .param("nomenclature", &Params::nomenclature, nomenclature)
      .reads_file();
}

/// The table of -walk. `target`: what -nomenclature holds. Throws as read_cross_walk(), and UserError for a code that
/// `target` does not know.
CrossWalk read_walk(const WalkParams& params, const std::optional<Nomenclature>& target);

/// Nomenclature::of_labels() of a field. Throws UserError that names the field and `file` when a code that a text gets
/// is one of the labels, or two texts differ by their case alone.
Nomenclature classes_of_field(const std::set<std::string>& labels, const std::string& field, const std::string& file);

/// Of features that are left out because their classes lead nowhere; empty when there are none.
std::string describe_lost_classes(const std::set<std::string>& classes, std::size_t features, const std::string& path);
/// Warns of features that are left out because their classes lead nowhere; nothing when there are none.
void warn_of_lost_classes(const std::set<std::string>& classes, std::size_t features, const std::string& path,
                          Wiring& wiring);

}  // namespace cers
