// SPDX-License-Identifier: Apache-2.0
#include "region_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/crs.hpp"
#include "cers/learn/model_nodes.hpp"
#include "cers/learn/region_nodes.hpp"
#include "cers/vector-io/zone_polygons.hpp"

namespace cers {
namespace {

void check_same_features(const RegionModel& first, const RegionModel& other) {
  constexpr const char* alike = "train the models of all regions on the same features in the same order";
  if (first.features() != other.features())
    throw UserError(fmt::format("{} was trained on {} features, but {} on {}", other.file, other.features(), first.file,
                                first.features()),
                    alike);
  const auto& names = first.feature_names();
  const auto& others = other.feature_names();
  if (const auto at = first_contradiction(names, others))
    throw UserError(fmt::format("feature {} of {} is '{}', but of {} '{}'", *at + 1, other.file, others[*at],
                                first.file, names[*at]),
                    alike);
}

void check_same_nodata(const RegionModel& first, const RegionModel& other) {
  const auto text = [](const std::optional<double>& number) { return number ? format_real(*number) : "none"; };
  const std::string one = text(first.nodata());
  const std::string another = text(other.nodata());
  if (one != another)
    throw UserError(
        fmt::format("{} has {} as the number that means missing, but {} has {}", other.file, another, first.file, one),
        "say with -nodata which one it is in this image");
}

RegionBlend blend_on(const ImageInput& image, double metres) {
  if (metres == 0) return {};
  const Grid& grid = image.info().grid;
  const std::optional<double> unit = grid.georeferenced ? metres_per_unit(grid.crs) : std::nullopt;
  if (!unit)
    throw UserError(
        fmt::format("-regions.blend needs an image in metres, but {} has {}", image.label(), crs_label(grid.crs)),
        "bring the image to a projected reference system, or leave the seams hard");
  const auto& a = grid.transform.a;
  const RegionBlend blend{metres, std::hypot(a[1], a[4]) * *unit, std::hypot(a[2], a[5]) * *unit};
  constexpr double most = 10000;  // pixels: more does not fit into any memory
  if (metres > most * std::min(blend.pixel_width, blend.pixel_height))
    throw UserError(fmt::format("-regions.blend {} m is more than {} pixels", format_real(metres), most),
                    "give a smaller distance");
  return blend;
}

/// For each region of the file that can have pixels on `grid`: its number from 1, and its model.
struct Placed {
  std::vector<int> zones;
  std::vector<const RegionModel*> models;
};

Placed placed_on(const ZonePolygons& zones, const RegionParams& params, const std::vector<RegionModel>& models,
                 const ImageInput& image) {
  const std::vector<std::string>& names = zones.names();
  for (const RegionModel& one : models) {
    if (std::find(names.begin(), names.end(), one.region) != names.end()) continue;
    const std::string near = suggestion(one.region, names);
    throw UserError(
        fmt::format("-models names a region '{}', but {} has none of that name", one.region, *params.regions),
        near.empty() ? fmt::format("it has {}", join(names, ", ")) : near);
  }
  Placed placed;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const int zone = static_cast<int>(i) + 1;
    if (!zones.meets_grid(zone)) continue;
    const auto found =
        std::find_if(models.begin(), models.end(), [&](const RegionModel& one) { return one.region == names[i]; });
    if (found == models.end()) {
      missing.push_back(fmt::format("'{}'", names[i]));
      continue;
    }
    placed.zones.push_back(zone);
    placed.models.push_back(&*found);
  }
  if (!missing.empty())
    throw UserError(fmt::format("{} lies {} region{} {} of {}, for which -models names no model", image.label(),
                                params.blend > 0 ? "in or near" : "in", missing.size() == 1 ? "" : "s",
                                join(missing, ", "), *params.regions),
                    "add REGION=FILE to -models, or take the region out of the polygons");
  return placed;
}

}  // namespace

std::size_t RegionModel::features() const {
  return model ? static_cast<std::size_t>(model->features()) : in_run->shape.features.size();
}

const std::vector<std::string>& RegionModel::feature_names() const {
  return model ? model->info().features : in_run->shape.features;
}

const std::vector<ClassInfo>& RegionModel::classes() const {
  return model ? model->info().classes : in_run->shape.classes;
}

std::optional<double> RegionModel::nodata() const {
  return model ? model->info().nodata : in_run->nodata;
}

std::vector<RegionModel> read_region_models(const std::vector<std::string>& tokens, bool nodata_given,
                                            const Wiring& wiring) {
  std::vector<RegionModel> models;
  for (const std::string& token : tokens) {
    const std::size_t equals = token.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == token.size())
      throw UserError(fmt::format("-models: '{}' is no REGION=FILE", token),
                      "write the name of the region, an equals sign and the file of its model");
    RegionModel one{token.substr(0, equals), token.substr(equals + 1), nullptr, {}};
    // What a step offers in place of one value of a list goes by the key and that value.
    if (const auto* trained = wiring.given<ModelInRun>("models " + token, "a model")) one.in_run = *trained;
    for (const RegionModel& before : models) {
      if (before.region == one.region)
        throw UserError(fmt::format("-models names two models for '{}'", one.region), "give one model for each region");
      if (before.file == one.file) one.model = before.model;
    }
    if (!one.model && !one.in_run) one.model = read_model(one.file);
    if (!models.empty()) {
      check_same_features(models.front(), one);
      if (!nodata_given) check_same_nodata(models.front(), one);
    }
    models.push_back(std::move(one));
  }
  return models;
}

std::vector<ClassInfo> classes_of(const std::vector<RegionModel>& models) {
  std::map<int, std::pair<ClassInfo, const RegionModel*>> all;
  for (const RegionModel& one : models) {
    for (const ClassInfo& info : one.classes()) {
      const auto [place, fresh] = all.try_emplace(info.code, info, &one);
      auto& [known, by] = place->second;
      if (fresh || info.name.empty()) continue;
      if (known.name.empty()) {
        known.name = info.name;
        by = &one;
      }
      if (known.name != info.name)
        throw UserError(
            fmt::format("class {} is '{}' in {}, but '{}' in {}", info.code, info.name, one.file, known.name, by->file),
            "train the models of all regions with one nomenclature");
      if (!known.colour) known.colour = info.colour;
    }
  }
  std::vector<ClassInfo> classes;
  for (const auto& [code, entry] : all) classes.push_back(entry.first);
  return classes;
}

Edge add_region_votes(Graph& graph, const RegionParams& params, const std::vector<RegionModel>& models,
                      const ImageInput& image, Edge features, std::optional<Edge> mask) {
  CERS_EXPECT(params.regions.has_value());
  const Grid& grid = image.info().grid;
  const RegionBlend blend = blend_on(image, params.blend);
  const Grid around = grown(grid, blend.halo());
  const auto polygons = std::make_shared<const ZonePolygons>(*params.regions, params.field, around);
  const Placed placed = placed_on(*polygons, params, models, image);
  const std::vector<ClassInfo> classes = classes_of(models);
  const Edge weights =
      graph.add(make_region_weights(grid, placed.zones, blend), {graph.add(make_zones(around, polygons), {})});
  std::vector<Edge> inputs{weights};
  std::vector<std::vector<std::size_t>> bands;
  for (std::size_t region = 0; region < placed.models.size(); ++region) {
    const RegionModel& model = *placed.models[region];
    std::vector<Edge> where{weights};
    if (mask) where.push_back(*mask);
    const Edge here = graph.add(make_region_mask(region, mask.has_value()), where);
    inputs.push_back(model.in_run ? graph.add(make_model_votes(model.in_run->model, model.in_run->shape, true),
                                              {features, here}, {model.in_run->model})
                                  : graph.add(make_model_votes(model.model, {}, true), {features, here}));
    bands.emplace_back();
    for (const ClassInfo& one : model.classes()) {
      const auto found =
          std::find_if(classes.begin(), classes.end(), [&](const ClassInfo& known) { return known.code == one.code; });
      bands.back().push_back(static_cast<std::size_t>(found - classes.begin()));
    }
  }
  return graph.add(make_mixed_votes(std::move(bands), classes), std::move(inputs));
}

}  // namespace cers
