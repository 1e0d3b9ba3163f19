// SPDX-License-Identifier: Apache-2.0
#include "kept_polygons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "cers/core/error.hpp"
#include "cers/geo/crs.hpp"
#include "cers/vector-io/feature_file.hpp"

namespace cers {
namespace {

constexpr const char* code_field = "code";

std::string names_of(const KeptPolygons& kept) {
  std::string names;
  for (const KeptPolygons::File& file : kept.files) {
    if (file.use == KeptPolygons::Use::none) continue;
    names += (names.empty() ? "" : ", ") + file.polygons->layer().path();
  }
  return names;
}

/// All features of all files on one grid, and which of them are kept.
struct OnGrid {
  LabelledShapes shapes;
  std::vector<bool> kept;
};

OnGrid features_on(const KeptPolygons& kept, const Grid& grid) {
  OnGrid found;
  found.shapes.grid = grid;
  for (const KeptPolygons::File& file : kept.files) {
    std::shared_ptr<const LabelledShapes> here;
    try {
      here = std::make_shared<const LabelledShapes>(file.polygons->placed(grid));
    } catch (const UserError&) {
      if (kept.files.size() == 1) throw;
      continue;  // the polygons of another tile
    }
    for (std::size_t i = 0; i < here->features.size(); ++i) {
      if (!kept.codes.contains(here->features[i].label)) continue;
      found.shapes.features.push_back(here->features[i]);
      found.shapes.shapes.push_back(here->shapes[i]);
      found.kept.push_back(kept.is_kept(file, here->features[i]));
    }
  }
  return found;
}

std::vector<bool> met_by(const PolygonCover& cover, std::size_t features) {
  std::vector<bool> met(features);
  for (const PixelRun& run : cover.runs) met[run.feature] = true;
  return met;
}

/// Drops kept features that other polygons cover wholly, those that are trained with before those of another class.
/// What is left of `cover` are pixels of kept features.
void drop_overlaid(OnGrid& found, PolygonCover& cover, std::vector<std::string>& notes) {
  const std::size_t count = found.kept.size();
  const std::ptrdiff_t kept = std::count(found.kept.begin(), found.kept.end(), true);
  const auto drop = [&](const LabelledShapes& labelled, const char* where) {
    const std::vector<bool> before = met_by(cover, count);
    cover = without_overlap(cover, labelled);
    const std::vector<bool> after = met_by(cover, count);
    std::size_t lost = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!found.kept[i] || !before[i] || after[i]) continue;
      found.kept[i] = false;
      ++lost;
    }
    if (lost > 0)
      notes.push_back(
          fmt::format("{} of {} polygons kept aside lie in polygons {} and do not count", lost, kept, where));
  };
  LabelledShapes sides = found.shapes;
  for (std::size_t i = 0; i < count; ++i) sides.features[i].label = found.kept[i] ? "kept" : "trained";
  drop(sides, "that are trained with");
  std::erase_if(cover.runs, [&](const PixelRun& run) { return !found.kept[run.feature]; });
  drop(found.shapes, "of another class");
}

accuracy::PlacedReference placed_on(const KeptPolygons& kept, const Grid& grid) {
  OnGrid found = features_on(kept, grid);
  LabelledShapes& shapes = found.shapes;
  if (std::find(found.kept.begin(), found.kept.end(), true) == found.kept.end())
    throw UserError(fmt::format("none of the polygons of {} that are kept lies on the map", names_of(kept)),
                    "keep more of them (sample.vtr)");
  PolygonCover cover;
  for (std::size_t i = 0; i < shapes.shapes.size(); ++i)
    append_runs(shapes.shapes[i], static_cast<std::uint32_t>(i), cover.runs);
  accuracy::PlacedReference placed;
  drop_overlaid(found, cover, placed.notes);
  // Only kept features are told of: others would seem to be missed.
  std::vector<std::uint32_t> number(found.kept.size());
  for (std::size_t i = 0; i < found.kept.size(); ++i) {
    if (!found.kept[i]) continue;
    number[i] = static_cast<std::uint32_t>(placed.labels.size());
    placed.labels.push_back(kept.codes.at(shapes.features[i].label));
  }
  for (PixelRun run : cover.runs) {
    run.feature = number[run.feature];
    placed.runs.push_back(run);
  }
  if (placed.labels.empty())
    throw UserError(fmt::format("{}: none is left to judge the map on", placed.notes.at(0)),
                    "give polygons that lie apart, or keep more of them (sample.vtr)");
  return placed;
}

FileOutput file_of(const std::shared_ptr<const KeptPolygons>& kept, const std::string& crs) {
  const NewLayer made{
      crs, false, {{code_field, FieldKind::integer}, {"label", FieldKind::text}, {"id", FieldKind::integer64}}};
  struct Place {
    const ReferencePolygons* polygons;
    std::size_t feature;
  };
  FileOutput out;
  out.check = [made](const std::string& path) { check_vector_output(path, made.fields); };
  out.write = [kept, made](const LateValues&, const std::string& path) {
    std::vector<Place> places;
    for (const KeptPolygons::File& file : kept->files) {
      const std::vector<LabelledFeature>& features = file.polygons->features();
      for (std::size_t i = 0; i < features.size(); ++i)
        if (kept->is_kept(file, features[i])) places.push_back({file.polygons.get(), i});
    }
    write_features(path, made, places.size(), [&](std::size_t i) {
      const auto [polygons, at] = places[i];
      const LabelledFeature& own = polygons->layer().features()[at];
      return NewFeature{polygons->layer().geometry(at),
                        {std::int64_t{kept->codes.at(polygons->features()[at].label)}, own.label, own.id}};
    });
  };
  return out;
}

}  // namespace

bool KeptPolygons::is_kept(const File& file, const LabelledFeature& feature) const {
  if (file.use == Use::none || !codes.contains(feature.label)) return false;
  return file.use == Use::all || file.polygons->is_of(feature, PolygonSplit::validation);
}

std::size_t KeptPolygons::count() const {
  std::size_t count = 0;
  for (const File& file : files)
    for (const LabelledFeature& feature : file.polygons->features()) count += is_kept(file, feature);
  return count;
}

void deliver_kept(Wiring& wiring, KeptPolygons given) {
  const auto kept = std::make_shared<const KeptPolygons>(std::move(given));
  if (kept->count() == 0) {
    if (!wiring.wants("io.kept")) return;
    throw UserError("io.kept has no polygon: all of them are trained with",
                    "keep some with -sample.vtr (and no -sample.folds), or give -io.valid");
  }
  std::string crs;
  for (const KeptPolygons::File& file : kept->files) {
    if (file.use == KeptPolygons::Use::none) continue;
    const std::string& own = file.polygons->layer().crs();
    if (!crs.empty() && own != crs && wiring.wants("io.kept"))
      throw UserError(fmt::format("io.kept would mix the reference systems {} and {} of {}", crs_label(crs),
                                  crs_label(own), names_of(*kept)),
                      "bring the polygons to one, for example with ogr2ogr -t_srs");
    crs = own;
  }
  if (wiring.wants("io.kept")) wiring.output("io.kept", file_of(kept, crs));
  wiring.offer("io.kept", accuracy::KeptReference{fmt::format("polygons of {} kept aside", names_of(*kept)), code_field,
                                                  [kept](const Grid& grid) { return placed_on(*kept, grid); }});
}

}  // namespace cers
