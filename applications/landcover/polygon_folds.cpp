// SPDX-License-Identifier: Apache-2.0
#include "polygon_folds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "cers/core/error.hpp"
#include "cers/learn/shared_ground.hpp"

namespace cers {
namespace {

/// The polygons of all files, one after the other. Their numbers are those of SampleTable::groups.
struct AllPolygons {
  std::vector<const ReferencePolygons*> files;  ///< each once
  std::vector<LabelledFeature> features;
  std::map<std::int64_t, std::size_t> at;  ///< by number
};

AllPolygons polygons_of(const PolygonFiles& files) {
  AllPolygons all;
  for (const auto& file : files) {
    if (std::find(all.files.begin(), all.files.end(), file.get()) != all.files.end()) continue;
    all.files.push_back(file.get());
    for (LabelledFeature feature : file->features()) {
      feature.id = sample_group(file->number(), feature.id);
      all.at[feature.id] = all.features.size();
      all.features.push_back(std::move(feature));
    }
  }
  return all;
}

void add_ground(const AllPolygons& all, const Grid& grid, SharedGround& ground) {
  LabelledShapes shapes;
  shapes.grid = grid;
  std::vector<PlacedFeature> placed;
  for (std::size_t number = 0; number < all.files.size(); ++number) {
    const ReferencePolygons& file = *all.files[number];
    LabelledShapes here;
    try {
      here = file.placed(grid);
    } catch (const UserError&) {
      continue;  // the polygons of another tile
    }
    for (std::size_t i = 0; i < here.features.size(); ++i) {
      if (here.features[i].label.empty()) continue;
      placed.push_back({all.at.at(sample_group(file.number(), here.features[i].id)), static_cast<int>(number)});
      shapes.features.push_back(std::move(here.features[i]));
      shapes.shapes.push_back(std::move(here.shapes[i]));
    }
  }
  ground.add(shapes, placed);
}

/// How many polygons lie on the ground of another one.
std::size_t overlapping(const std::vector<std::size_t>& sets) {
  std::map<std::size_t, std::size_t> sizes;
  for (const std::size_t set : sets) ++sizes[set];
  std::size_t count = 0;
  for (const auto& [set, size] : sizes) count += size > 1 ? size : 0;
  return count;
}

}  // namespace

std::map<std::int64_t, int> share_out_folds(const PolygonFiles& files, const std::vector<Grid>& grids,
                                            const SplitOptions& options, Wiring& wiring) {
  const AllPolygons all = polygons_of(files);
  SharedGround ground(all.features.size());
  for (auto grid = grids.begin(); grid != grids.end(); ++grid)
    if (std::find(grids.begin(), grid, *grid) == grid) add_ground(all, *grid, ground);
  const std::vector<std::size_t> sets = ground.sets();
  std::vector<PixelPoint> places;
  if (options.block_m > 0) {
    for (const ReferencePolygons* const file : all.files) {
      const std::vector<PixelPoint> own = file->layer().centroids_in_metres();
      places.insert(places.end(), own.begin(), own.end());
    }
  }
  const PolygonSplit split = split_polygons(all.features, places, options, nullptr, sets);
  const std::string name = all.files.size() == 1 ? all.files[0]->layer().path() : "polygons of all files";
  for (const std::string& warning : split.warnings) wiring.warn(name + ": " + warning);
  if (const std::size_t count = overlapping(sets); count > 0)
    wiring.warn(fmt::format("{}: {} of {} polygons overlap others, and are in one fold with them", name, count,
                            all.features.size()));
  std::map<std::int64_t, int> folds;
  for (std::size_t i = 0; i < split.part.size(); ++i) folds[all.features[i].id] = split.part[i];
  return folds;
}

}  // namespace cers
