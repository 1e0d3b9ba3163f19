// SPDX-License-Identifier: Apache-2.0
// SamplingDesign: where to look to find out how good a map is.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "../images/lonlat.hpp"
#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/learn/area_accuracy.hpp"
#include "cers/vector-io/feature_file.hpp"
#include "label_nodata.hpp"
#include "pair_counter.hpp"
#include "sampling_plan.hpp"

namespace cers {
namespace {

using namespace accuracy;

std::vector<Choice> choices_of(Allocation) {
  return {{"equal", "The same number for each class"},
          {"proportional", "By area: best for overall accuracy and areas"},
          {"compromise", "-minimum for rare classes, the rest by area"}};
}

struct SamplingDesign {
  struct Params {
    double error = 0.01;
    std::vector<double> users{0.75};
    std::optional<int> units;
    std::string allocation = "compromise";
    int minimum = 50;
    int seed = 1;
    std::optional<int> nodatalabel;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = SamplingDesign::Params;

AppSpec SamplingDesign::spec() {
  return Declare<Params>("SamplingDesign", "Draws a stratified random sample of a map to be looked at.")
      .doc(
          "The classes of the map are the strata. The number of units follows from the standard error wanted for "
          "overall "
          "accuracy and the user's accuracies expected: n = (Σ W S / SE)² with S = √(U (1 − U)) and W the share of a "
          "class (Olofsson 2014, eq. 13), or is given by `-units`. They are allocated to the classes, and pixels are "
          "drawn in each class without replacement. `-minimum 50` serves the accuracy of rare classes, allocation by "
          "area that of the whole.\n\n"
          "The units are listed in random order with `id`, `class` (of the map), `weight` (pixels a unit stands for) "
          "and "
          "the centre of the pixel: `-out` is a GeoPackage, Shapefile or SQLite file in the system of the map, or "
          "GeoJSON with longitude and latitude; `-out.csv` is a table with `x` and `y` in the system of the map. Add a "
          "field with the class that is seen there, without a look at the map, and give the file, vector or table, to "
          "MapAccuracy with the same map. Units without a class there do not count. The sample is the same for equal "
          "map and seed.")
      .tag("Learning")
      .input("in", "Map of classes.")
      .file_output("out", "Units as points: .gpkg, .shp, .sqlite or .geojson.")
      .optional()
      .file_output("out.csv", "Units as a table.")
      .optional()
      .param("error", &Params::error, "Standard error wanted for overall accuracy.")
      .range(0.0001, 0.2)
      .param("users", &Params::users, "User's accuracies expected: one, or one for each class in ascending order.")
      .range(0.01, 0.999)
      .param("units", &Params::units, "Number of units, instead of the one that follows from -error.")
      .range(4, 10000000)
      .param("allocation", &Params::allocation, "How units are allocated to classes.")
      .choices(choices_of(Allocation::equal))
      .param("minimum", &Params::minimum, "Units of a rare class, with -allocation compromise.")
      .range(2, 100000)
      .param("seed", &Params::seed, "Another seed draws other pixels.")
      .param("nodatalabel", &Params::nodatalabel, "Map label that is no class; else the nodata value of the file.")
      .cites(
          "Olofsson, Foody, Herold, Stehman, Woodcock and Wulder (2014), Good practices for estimating area and "
          "assessing "
          "accuracy of land change, Remote Sensing of Environment 148:42-57, doi:10.1016/j.rse.2014.02.015.")
      .example("A table of two hundred places",
               "cers SamplingDesign -in landcover.tif -units 200 -allocation proportional -out.csv table.csv")
      .example("Places to look at, at least fifty in each class",
               "cers SamplingDesign -in landcover.tif -error 0.02 -out units.geojson")
      .reports("units", "classes", "allocation", "expected_error")
      .done();
}

SamplingPlan plan_of(const Params& params, const PairCounts& areas) {
  SamplingPlan plan;
  for (const auto& [code, stratum] : areas.strata) {
    PlannedStratum one;
    one.code = code;
    for (const auto& [labels, count] : stratum.pairs) one.pixels += count;
    plan.push_back(one);
  }
  if (plan.empty()) throw DataError("the map has no classes", "check its nodata value and -nodatalabel");
  if (params.users.size() != 1 && params.users.size() != plan.size()) {
    std::vector<std::string> codes;
    for (const PlannedStratum& one : plan) codes.push_back(std::to_string(one.code));
    throw UserError(fmt::format("-users has {} values, but the map has {} classes: {}", params.users.size(),
                                plan.size(), join(codes, ", ")),
                    "give one value, or one for each class in this order");
  }
  double pixels = 0;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    plan[i].expected_users = params.users[params.users.size() == 1 ? 0 : i];
    pixels += static_cast<double>(plan[i].pixels);
  }
  std::vector<double> weights;
  std::vector<double> users;
  for (const PlannedStratum& one : plan) {
    weights.push_back(static_cast<double>(one.pixels) / pixels);
    users.push_back(one.expected_users);
  }
  const double wanted = params.units ? *params.units : std::ceil(sample_size(weights, users, params.error));
  const Allocation allocation = params.allocation == "equal"          ? Allocation::equal
                                : params.allocation == "proportional" ? Allocation::proportional
                                                                      : Allocation::compromise;
  allocate(plan, static_cast<std::uint64_t>(wanted), allocation, static_cast<std::uint64_t>(params.minimum));
  return plan;
}

double weight_of(const SamplingPlan& plan, int code) {
  for (const PlannedStratum& one : plan)
    if (one.code == code) return static_cast<double>(one.pixels) / static_cast<double>(one.units);
  return 0;
}

std::string csv_of(const std::vector<DrawnUnit>& units, const SamplingPlan& plan, const Grid& grid) {
  std::string text = "id,x,y,class,weight\n";
  for (std::size_t i = 0; i < units.size(); ++i) {
    const DrawnUnit& unit = units[i];
    text += fmt::format("{},{},{},{},{}\n", i + 1, format_real(grid.transform.x(unit.x + 0.5, unit.y + 0.5)),
                        format_real(grid.transform.y(unit.x + 0.5, unit.y + 0.5)), unit.code,
                        format_real(weight_of(plan, unit.code)));
  }
  return text;
}

std::string geojson_of(const std::vector<DrawnUnit>& units, const SamplingPlan& plan, const Grid& grid) {
  std::string text = "{\"type\": \"FeatureCollection\", \"name\": \"units\", \"features\": [";
  for (std::size_t i = 0; i < units.size(); ++i) {
    const DrawnUnit& unit = units[i];
    const auto place = lonlat_at(grid, {unit.x + 0.5, unit.y + 0.5});
    if (!place)
      throw DataError(fmt::format("pixel {}, {} has no place on Earth", unit.x, unit.y),
                      "give -out.csv instead of -out: it keeps the coordinates of the map");
    // Nine decimals: a tenth of a millimetre.
    text += fmt::format(
        "{}\n{{\"type\": \"Feature\", \"properties\": {{\"id\": {}, \"class\": {}, \"weight\": {}}}, \"geometry\": "
        "{{\"type\": \"Point\", \"coordinates\": [{:.9f}, {:.9f}]}}}}",
        i == 0 ? "" : ",", i + 1, unit.code, format_real(weight_of(plan, unit.code)), place->lon, place->lat);
  }
  return text + "\n]}\n";
}

std::string allocation_text(const SamplingPlan& plan) {
  std::vector<std::string> texts;
  for (const PlannedStratum& one : plan) texts.push_back(std::to_string(one.units));
  return "[" + join(texts, ", ") + "]";
}

bool is_geojson(const std::string& path) {
  const std::string suffix = lower(std::filesystem::path(path).extension().string());
  return suffix == ".geojson" || suffix == ".json";
}

const std::vector<AddedField>& unit_fields() {
  static const std::vector<AddedField> fields{
      {"id", FieldKind::integer64}, {"class", FieldKind::integer}, {"weight", FieldKind::real}};
  return fields;
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream stream(path, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw DataError(fmt::format("'{}' could not be written", path), "check the space on that disk");
}

void write_units(const std::string& path, const std::vector<DrawnUnit>& units, const SamplingPlan& plan,
                 const Grid& grid) {
  if (is_geojson(path)) return write_text(path, geojson_of(units, plan, grid));
  write_features(path, {grid.crs, true, unit_fields()}, units.size(), [&](std::size_t i) {
    const DrawnUnit& unit = units[i];
    return NewFeature{
        PixelPoint{grid.transform.x(unit.x + 0.5, unit.y + 0.5), grid.transform.y(unit.x + 0.5, unit.y + 0.5)},
        {static_cast<std::int64_t>(i) + 1, std::int64_t{unit.code}, weight_of(plan, unit.code)}};
  });
}

void refuse_void_keys(const Params& params, const Wiring& wiring) {
  if (params.units && wiring.user_set("error"))
    throw UserError("-error has no effect beside -units, which says how many units are drawn", "leave one of them out");
  if (params.allocation != "compromise" && wiring.user_set("minimum"))
    throw UserError(fmt::format("-minimum has no effect on -allocation {}", params.allocation),
                    "leave it out, or give -allocation compromise");
}

void SamplingDesign::wire(const Params& params, Wiring& wiring) {
  const ImageInput& image = wiring.image("in");
  const Grid grid = image.info().grid;
  if (!wiring.wants("out") && !wiring.wants("out.csv")) throw UserError("no file to write", "give -out or -out.csv");
  refuse_void_keys(params, wiring);
  Graph& graph = wiring.graph();
  const Edge map = image.bands({0}, PixelType::i32);
  PairLayout layout;
  layout.map_nodata = whole_nodata(image, params.nodatalabel);
  layout.by_map_class = true;
  const auto areas = graph.reduce(PairCounter(layout), stacked(graph, {map, map}), "areas of the classes");
  const auto plan = graph.then([params](const TaskContext&, const PairCounts& found) { return plan_of(params, found); },
                               "sampling plan", areas);
  const UnitDrawer drawer(grid.size, static_cast<std::uint64_t>(params.seed), plan);
  const auto units = graph.reduce(drawer, map, "units", {plan});
  if (wiring.wants("out")) {
    FileOutput out{{units, plan}, {}};
    out.check = [grid, label = image.label()](const std::string& path) {
      check_vector_output(path, unit_fields());
      if (is_geojson(path) && !lies_on_earth(grid))
        throw UserError(fmt::format("{} has no reference system: its pixels have no longitude and latitude", label),
                        "give a .gpkg or -out.csv: they keep the coordinates of the map");
    };
    out.write = [=](const LateValues& values, const std::string& path) {
      write_units(path, values.get(units), values.get(plan), grid);
    };
    wiring.output("out", std::move(out));
  }
  if (wiring.wants("out.csv"))
    wiring.output("out.csv", FileOutput{{units, plan}, [=](const LateValues& values) {
                                          return csv_of(values.get(units), values.get(plan), grid);
                                        }});
  const auto report = [&](const char* key, auto text_of) {
    wiring.after_run(
        {{plan}, [=](const LateValues& values) { return fmt::format("{}: {}", key, text_of(values.get(plan))); }});
  };
  report("units", [](const SamplingPlan& found) {
    std::uint64_t sum = 0;
    for (const PlannedStratum& one : found) sum += one.units;
    return sum;
  });
  report("classes", [](const SamplingPlan& found) {
    std::vector<std::string> codes;
    for (const PlannedStratum& one : found) codes.push_back(std::to_string(one.code));
    return "[" + join(codes, ", ") + "]";
  });
  report("allocation", allocation_text);
  report("expected_error", [](const SamplingPlan& found) { return fmt::format("{:.4f}", expected_error(found)); });
}

}  // namespace

Application cers_app_SamplingDesign() {
  return application<SamplingDesign>();
}

}  // namespace cers
