// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cers/core/error.hpp"
#include "cers/vector-io/labelled_layer.hpp"

namespace cers {

void LayerNotes::Some::add(std::int64_t id) {
  constexpr std::size_t named = 3;
  ++count;
  if (first.size() < named) first.push_back(id);
}

void LabelledLayer::check_classes() const {
  if (notes_.without_label.count < features_.size()) return;
  throw UserError(
      fmt::format("none of the {} features of {} has a class: field '{}' is not set", features_.size(), path_, field_),
      "fill it, or name the field of the class");
}

std::vector<std::string> describe_notes(const LayerNotes& notes, const std::string& path,
                                        const std::string& classless) {
  std::vector<std::string> lines;
  const auto add = [&](const LayerNotes::Some& some, const char* one, const char* many) {
    if (some.count == 0) return;
    lines.push_back(some.count == 1 ? fmt::format("{}: 1 {} (feature {})", path, one, some.first[0])
                                    : fmt::format("{}: {} {}, {} feature {}", path, some.count, many,
                                                  some.count > some.first.size() ? "such as" : "namely",
                                                  fmt::join(some.first, ", ")));
  };
  add(notes.outside, "feature lies outside the image and is left out",
      "features lie outside the image and are left out");
  add(notes.without_geometry, "feature has no geometry and is left out", "features have no geometry and are left out");
  add(notes.other_kinds, "feature is neither polygon, line nor point and is left out",
      "features are neither polygons, lines nor points and are left out");
  const std::string fate = classless.empty() ? classless : " (" + classless + ")";
  add(notes.without_label, ("feature has no class" + fate).c_str(), ("features have no class" + fate).c_str());
  if (notes.placed_by_image)
    lines.push_back(path + ": a table names no reference system: x and y are taken in that of the image");
  if (!notes.reprojected.empty()) lines.push_back(path + ": features are brought from " + notes.reprojected);
  return lines;
}

}  // namespace cers
