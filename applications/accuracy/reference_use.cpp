// SPDX-License-Identifier: Apache-2.0
#include "reference_use.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/learn/polygon_cover.hpp"
#include "cers/vector-io/labelled_layer.hpp"
#include "kept_reference.hpp"

namespace cers::accuracy {
namespace {

void note_missed(ReferenceUse& use) {
  std::vector<bool> met(use.labels.size());
  for (const PixelRun& run : use.runs) met[run.feature] = true;
  const auto missed = std::count(met.begin(), met.end(), false);
  if (missed > 0)
    use.notes.push_back(
        fmt::format("{} of {} features hold no centre of a pixel and do not count", missed, met.size()));
}

/// Pixels of polygons of different classes, `use.runs` being those of `labelled`.
void note_overlap(const LabelledShapes& labelled, ReferenceUse& use) {
  const std::string text = describe(find_overlap({use.runs}, labelled), labelled);
  if (!text.empty()) use.notes.push_back(text + ": each of them counts, in both polygons");
}

void read_features(const ReferenceKeys& keys, const Grid& grid, ReferenceUse& use) {
  const LabelledLayer layer(*keys.vector_in, 0, *keys.vector_field);
  const auto shapes = layer.on_grid(grid);
  use.label = *keys.vector_in;
  use.notes = describe_notes(shapes->notes, *keys.vector_in, "not counted");
  LabelledShapes labelled;
  labelled.path = shapes->path;
  std::set<std::string> odd;
  bool polygons = false;
  for (std::size_t i = 0; i < shapes->features.size(); ++i) {
    const LabelledFeature& feature = shapes->features[i];
    if (feature.label.empty()) continue;  // not looked at (yet); told by the notes
    const auto code = parse_integer(feature.label);
    if (!code || *code < INT32_MIN || *code > INT32_MAX) odd.insert("'" + feature.label + "'");
    append_runs(shapes->shapes[i], static_cast<std::uint32_t>(use.labels.size()), use.runs);
    use.labels.push_back(code ? static_cast<int>(*code) : 0);
    labelled.features.push_back(feature);
    polygons |= !feature.point;
  }
  if (use.labels.empty())
    throw UserError(fmt::format("no feature of {} has a class in its field '{}'", *keys.vector_in, *keys.vector_field),
                    "fill it with the class that is seen there");
  if (!odd.empty())
    throw UserError(
        fmt::format("{} class{} in field '{}' of {} {} no whole number{}: {}", odd.size(), odd.size() == 1 ? "" : "es",
                    *keys.vector_field, *keys.vector_in, odd.size() == 1 ? "is" : "are", odd.size() == 1 ? "" : "s",
                    join(std::vector<std::string>(odd.begin(), odd.end()), ", ")),
        "give a field of the codes that the map has");
  use.kind = polygons ? Reference::polygons : Reference::points;
  if (polygons) note_overlap(labelled, use);
}

void take_kept(const ReferenceKeys& keys, const Grid& grid, const KeptReference& kept, ReferenceUse& use) {
  if (*keys.vector_field != kept.field)
    throw UserError(fmt::format("the polygons of {} have their class in '{}', not in '{}'", *keys.vector_in, kept.field,
                                *keys.vector_field),
                    fmt::format("give -ref.vector.field {}", kept.field));
  PlacedReference placed = kept.place(grid);
  use.label = kept.label;
  use.notes = std::move(placed.notes);
  use.runs = std::move(placed.runs);
  use.labels = std::move(placed.labels);
  use.kind = Reference::polygons;
}

}  // namespace

ReferenceUse read_reference(const ReferenceKeys& keys, Wiring& wiring) {
  const ImageInput& map = wiring.image("in");
  ReferenceUse use;
  if (keys.ref == "raster") {
    if (!wiring.has("ref.raster.in")) throw UserError("-ref raster needs -ref.raster.in", "name the reference raster");
    check_same_grid({map, wiring.image("ref.raster.in")}, "MapAccuracy");
    use.label = wiring.image("ref.raster.in").label();
  } else {
    if (wiring.has("ref.raster.in"))
      throw UserError("-ref.raster.in has no effect beside -ref vector", "leave one of the references out");
    if (const auto* kept = wiring.given<KeptReference>("ref.vector.in", "reference polygons"))
      take_kept(keys, map.info().grid, *kept, use);
    else
      read_features(keys, map.info().grid, use);
    note_missed(use);
  }
  for (const char* key : {"strata", "probamap"})
    if (wiring.has(key)) check_same_grid({map, wiring.image(key)}, "MapAccuracy");
  if (keys.mode == "area" && use.kind == Reference::polygons)
    throw UserError(fmt::format("{} has polygons, which are no random sample of pixels", use.label),
                    "-mode area needs points, drawn by SamplingDesign for example; -mode agreement takes polygons");
  use.area = keys.mode == "area" || (keys.mode == "auto" && use.kind == Reference::points);
  if (wiring.has("strata") && !use.area)
    throw UserError("-strata has no effect on agreement", "leave it out, or give points and -mode area");
  return use;
}

std::string statement_of(const ReferenceUse& use, bool other_strata) {
  if (use.area)
    return fmt::format(
        "Map accuracy: accuracy and areas of the whole map, estimated from units drawn at random within the {}. The "
        "estimates hold only if the units were drawn so and looked at without the map.",
        other_strata ? "given strata" : "classes of the map");
  switch (use.kind) {
    case Reference::polygons:
      return "Agreement on held-out polygons, not map accuracy: polygons are no random sample of the map, so nothing "
             "follows for the map as a whole, and no areas are estimated.";
    case Reference::points:
      return "Agreement at the given points, not map accuracy: without a random sample nothing follows for the map as "
             "a "
             "whole, and no areas are estimated.";
    default:
      return "Agreement with a reference raster, not map accuracy: it counts the pixels that both have, and the "
             "reference may err too. No areas are estimated.";
  }
}

std::string intervals_of(const ReferenceUse& use, int draws, int seed) {
  if (use.area)
    return "Intervals: 95 %, from the variance of the stratified sample; Wilson's for classes with fewer than 50 "
           "units or effective units.";
  const char* drawn = use.kind == Reference::polygons ? "whole polygons"
                      : use.kind == Reference::points ? "points"
                                                      : "blocks of 64 × 64 pixels";
  return fmt::format("Intervals: 95 %, from {} draws of {} with replacement (seed {}).", draws, drawn, seed);
}

}  // namespace cers::accuracy
