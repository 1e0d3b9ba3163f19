// SPDX-License-Identifier: Apache-2.0
// ComputeConfusionMatrix: which classes of a map meet which classes of a reference.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/learn/polygon_cover.hpp"
#include "cers/vector-io/zone_polygons.hpp"
#include "pair_counter.hpp"

namespace cers {
namespace {

using accuracy::PairCounter;
using accuracy::PairCounts;

struct ComputeConfusionMatrix {
  struct Params {
    std::string format = "confusionmatrix";
    std::string ref = "raster";
    std::optional<int> raster_nodata;
    std::optional<std::string> vector_in;
    std::optional<std::string> vector_field;
    int vector_nodata = 0;
    std::optional<int> nodatalabel;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = ComputeConfusionMatrix::Params;

AppSpec ComputeConfusionMatrix::spec() {
  return Declare<Params>("ComputeConfusionMatrix", "Confusion matrix of a map of classes against a reference.")
      .doc(
          "Rows are reference classes, columns map classes, in ascending order; the file is that of OTB, byte for "
          "byte. "
          "The reference is a raster on the grid of the map, or polygons with a class field of whole numbers: a pixel "
          "counts when its centre lies in a polygon, and of overlapping polygons the later one does.\n\n"
          "Kappa, overall accuracy, and precision, recall and F-score of each reference class are printed. They count "
          "all pixels of the matrix. OTB leaves map classes out that the reference does not have, such as pixels that "
          "were not classified, and reports an accuracy that is too high; `-nodatalabel` leaves them out openly.\n\n"
          "Agreement with polygons is no accuracy of the map: see MapAccuracy.")
      .tag("Learning")
      .input("in", "Map of classes.")
      .input("ref.raster.in", "Reference raster, on the grid of the map; of -ref raster.")
      .optional()
      .file_output("out", "CSV file of the matrix.")
      .param("format", &Params::format, "Form of the file.")
      .choices({{"confusionmatrix", "Classes in two comment lines, then the matrix"},
                {"contingencytable", "Classes in the first line and column"}})
      .param("ref", &Params::ref, "Kind of reference.")
      .choices({{"raster", "A raster"}, {"vector", "Polygons"}})
      .param("ref.raster.nodata", &Params::raster_nodata, "Reference label that is no class.")
      .only_if("ref", "raster")
      .param("ref.vector.in", &Params::vector_in, "Vector file of reference polygons.")
      .reads_file()
      .only_if("ref", "vector")
      .param("ref.vector.field", &Params::vector_field, "Field of the class.")
      .only_if("ref", "vector")
      .param("ref.vector.nodata", &Params::vector_nodata, "Class of polygons that do not count.")
      .only_if("ref", "vector")
      .param("nodatalabel", &Params::nodatalabel, "Map label that is no class; without it every label counts.")
      .check([](const Params& params, Diagnostics& diagnostics) {
        if (params.ref == "vector" && (!params.vector_in || !params.vector_field))
          diagnostics.fault({}, "-ref vector needs -ref.vector.in and -ref.vector.field",
                            "name the file of polygons and its class field");
      })
      .example("A map against a reference raster",
               "cers ComputeConfusionMatrix -in landcover.tif -ref raster -ref.raster.in landcover_reference.tif "
               "-ref.raster.nodata 0 "
               "-out matrix.csv")
      .reports("kappa", "accuracy", "classes", "precision", "recall", "fscore")
      .done();
}

struct Table {
  std::vector<int> rows;
  std::vector<int> columns;
};

Table table_of(const LabelPairs& pairs) {
  std::set<int> rows;
  std::set<int> columns;
  for (const auto& [labels, count] : pairs) {
    rows.insert(labels.first);
    columns.insert(labels.second);
  }
  return {{rows.begin(), rows.end()}, {columns.begin(), columns.end()}};
}

std::string text_of(const LabelPairs& pairs, bool contingency) {
  const Table table = table_of(pairs);
  std::string text = contingency ? fmt::format("labels,{}\n", fmt::join(table.columns, ","))
                                 : fmt::format("#Reference labels (rows):{}\n#Produced labels (columns):{}\n",
                                               fmt::join(table.rows, ","), fmt::join(table.columns, ","));
  for (const int row : table.rows) {
    std::vector<std::uint64_t> counts;
    for (const int column : table.columns) {
      const auto found = pairs.find({row, column});
      counts.push_back(found == pairs.end() ? 0 : found->second);
    }
    if (contingency) text += fmt::format("{},", row);
    text += fmt::format("{}\n", fmt::join(counts, ","));
  }
  return contingency ? text + "\n" : text;
}

/// Warns of features that are left out, and of pixels in polygons of different classes.
void warn_of_polygons(const Params& params, const Grid& grid, Wiring& wiring) {
  const SharedShapes all = LabelledLayer(*params.vector_in, 0, *params.vector_field).on_grid(grid);
  const auto polygons = std::make_shared<LabelledShapes>();
  polygons->grid = grid;
  polygons->path = all->path;
  for (std::size_t i = 0; i < all->features.size(); ++i) {
    if (all->shapes[i].polygons.empty()) continue;  // points and lines have no part in it
    polygons->features.push_back(all->features[i]);
    polygons->shapes.push_back(all->shapes[i]);
  }
  for (const std::string& note : describe_notes(all->notes, all->path)) wiring.warn(note);
  const auto overlap = wiring.graph().then(
      [polygons](const TaskContext&, const PolygonCover& cover) { return find_overlap(cover, *polygons); }, "overlap",
      cover_of(wiring.graph(), polygons, {}));
  wiring.after_run({{overlap},
                    [=](const LateValues& values) {
                      const std::string text = describe(values.get(overlap), *polygons);
                      return text.empty() ? text : text + ": the later one counts";
                    },
                    true});
}

Edge reference_edge(const Params& params, Wiring& wiring) {
  const ImageInput& map = wiring.image("in");
  if (params.ref == "raster") {
    if (!wiring.has("ref.raster.in")) throw UserError("-ref raster needs -ref.raster.in", "name the reference raster");
    check_same_grid({map, wiring.image("ref.raster.in")}, "ComputeConfusionMatrix");
    return wiring.image("ref.raster.in").bands({0}, PixelType::i32);
  }
  if (wiring.has("ref.raster.in"))
    throw UserError("-ref.raster.in has no effect beside -ref vector", "leave one of the references out");
  const Grid& grid = map.info().grid;
  const auto polygons = std::make_shared<const ZonePolygons>(*params.vector_in, *params.vector_field, grid);
  std::vector<int> codes;
  std::vector<std::string> odd;
  for (const std::string& name : polygons->names()) {
    const auto code = parse_integer(name);
    if (!code || *code < INT32_MIN || *code > INT32_MAX) odd.push_back("'" + name + "'");
    codes.push_back(code ? static_cast<int>(*code) : 0);
  }
  if (!odd.empty())
    throw UserError(fmt::format("{} of {} classes in field '{}' of {} are no whole numbers: {}", odd.size(),
                                codes.size(), *params.vector_field, *params.vector_in, join(odd, ", ")),
                    "give a field of the codes that the map has");
  warn_of_polygons(params, grid, wiring);
  Graph& graph = wiring.graph();
  const Edge zones = graph.add(make_zones(grid, polygons), {});
  return graph.add(accuracy::make_zone_codes(codes, params.vector_nodata), {zones});
}

void refuse_void_keys(const Params& params, const Wiring& wiring) {
  const auto refuse = [&](const std::vector<const char*>& keys, const char* other) {
    for (const char* key : keys)
      if (wiring.user_set(key))
        throw UserError(fmt::format("-{} has no effect beside -ref {}", key, params.ref),
                        fmt::format("leave it out, or give -ref {}", other));
  };
  if (params.ref == "raster")
    refuse({"ref.vector.in", "ref.vector.field", "ref.vector.nodata"}, "vector");
  else
    refuse({"ref.raster.nodata"}, "raster");
}

void ComputeConfusionMatrix::wire(const Params& params, Wiring& wiring) {
  refuse_void_keys(params, wiring);
  const Edge map = wiring.image("in").bands({0}, PixelType::i32);
  const Edge reference = reference_edge(params, wiring);
  accuracy::PairLayout layout;
  layout.map_nodata = params.nodatalabel;
  layout.reference_nodata = params.ref == "raster" ? params.raster_nodata : std::optional(params.vector_nodata);
  Graph& graph = wiring.graph();
  const auto counts = graph.reduce(PairCounter(layout), accuracy::stacked(graph, {map, reference}), "confusion matrix");
  const auto agreement = graph.then(
      [](const TaskContext&, const PairCounts& found) {
        if (found.pairs().empty())
          throw DataError("no pixel has both a map class and a reference class",
                          "check the place of the reference and the nodata labels");
        return agreement_of(ConfusionMatrix(found.pairs()));
      },
      "scores", counts);
  const bool contingency = params.format == "contingencytable";
  wiring.output("out", FileOutput{{counts, agreement}, [=](const LateValues& values) {
                                    return text_of(values.get(counts).pairs(), contingency);
                                  }});
  const auto report = [&](const char* key, auto text_of_scores) {
    wiring.after_run({{agreement}, [=](const LateValues& values) {
                        return fmt::format("{}: {}", key, text_of_scores(values.get(agreement)));
                      }});
  };
  const auto list = [](double ClassScores::*score) {
    return [score](const Agreement& found) {
      std::vector<std::string> texts;
      // A class of the map alone has no recall; as in OTB an undefined score is 0.
      for (const ClassScores& one : found.classes)
        if (one.reference > 0) texts.push_back(fmt::format("{:.6g}", std::isnan(one.*score) ? 0 : one.*score));
      return "[" + join(texts, ", ") + "]";
    };
  };
  report("kappa", [](const Agreement& found) { return fmt::format("{:.6g}", found.kappa); });
  report("accuracy", [](const Agreement& found) { return fmt::format("{:.6g}", found.overall); });
  report("classes", [](const Agreement& found) {
    std::vector<int> codes;
    for (const ClassScores& one : found.classes)
      if (one.reference > 0) codes.push_back(one.code);
    return fmt::format("[{}]", fmt::join(codes, ", "));
  });
  report("precision", list(&ClassScores::users));
  report("recall", list(&ClassScores::producers));
  report("fscore", list(&ClassScores::f1));
}

}  // namespace

Application cers_app_ComputeConfusionMatrix() {
  return application<ComputeConfusionMatrix>();
}

}  // namespace cers
