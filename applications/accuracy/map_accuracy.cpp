// SPDX-License-Identifier: Apache-2.0
// MapAccuracy: how good a map of classes is, with intervals, and what cannot be said.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "../landcover_cleaning/class_bands.hpp"
#include "accuracy_report.hpp"
#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/crs.hpp"
#include "label_nodata.hpp"
#include "pair_counter.hpp"
#include "reference_use.hpp"

namespace cers {
namespace {

using namespace accuracy;

/// Side of the squares whose pixels are drawn together when the reference is a raster: errors of neighbouring pixels
/// go together over the width of a field.
constexpr int block_side = 64;

struct MapAccuracy {
  struct Params : ReferenceKeys {
    std::vector<int> classes;
    std::optional<int> nodatalabel;
    int draws = 1000;
    int seed = 1;
    int bins = 10;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = MapAccuracy::Params;

AppSpec MapAccuracy::spec() {
  return Declare<Params>("MapAccuracy", "Accuracy and areas of a map of classes, with confidence intervals.")
      .doc(
          "Two different questions are kept apart.\n\n"
          "**Map accuracy** (`-mode area`) needs units drawn at random within strata, as SamplingDesign draws them, "
          "and "
          "looked at independently: points, or single pixels of a reference raster. The strata are the classes of the "
          "map, or the labels of `-strata` if they were drawn by another map. Overall, user's and producer's accuracy "
          "and the true area of each class are estimated with the weights of the strata (Olofsson 2014, Stehman 2014), "
          "with 95 % intervals: normal ones from 50 units on, Wilson's below. A rare class can have 50 units in its "
          "own "
          "stratum while its area hangs on the few, or none, that were found in large strata. So 50 effective units "
          "are asked for its area and producer's accuracy as well: as many units of the class in a simple random "
          "sample "
          "would tell its area as well, if each stratum held one unit more with and one without it (Agresti and Caffo "
          "2000). Without them both get Wilson's interval with half a unit added to each count of a stratum (Brown "
          "2001), "
          "which rather is too wide than too narrow, and a note names the class: more units in the large strata "
          "help.\n\n"
          "**Agreement** (`-mode agreement`) compares the map with a reference that is no such sample: polygons, "
          "another "
          "map. It says nothing of the map as a whole, so no areas are given. Pixels of one polygon are alike: the "
          "intervals come from drawing whole polygons with replacement, or blocks of 64 × 64 pixels of a reference "
          "raster.\n\n"
          "Points are those of SamplingDesign with the class that was seen, in a vector file or a CSV table with the "
          "columns x and y in the system of the map; features whose class is not filled in do not count. In a pipeline "
          "the reference can be the polygons that a training of the same run kept aside: `ref.vector.in: "
          "train.io.kept`, `ref.vector.field: code`.\n\n"
          "`-mode auto` is `area` for points and `agreement` for polygons and rasters. `-probamap` adds the Brier "
          "score, "
          "its skill over the shares of the classes, calibration errors with bins of equal counts, and the reliability "
          "curve. Of agreement with probabilities that an earlier step of a pipeline makes, units count that have "
          "probabilities, though the map have no class there. `-out` holds everything as JSON, `-out.html` as one page "
          "with pictures.")
      .tag("Learning")
      .input("in", "Map of classes.")
      .input("ref.raster.in", "Reference raster, on the grid of the map; of -ref raster.")
      .optional()
      .input("strata", "Labels of the strata the reference was drawn in, on the grid of the map.")
      .optional()
      .input("probamap", "Probabilities, one band for each class, on the grid of the map.")
      .optional()
      .file_output("out", "JSON file of all figures.")
      .file_output("out.html", "HTML page of the figures with pictures.")
      .optional()
      .param("ref", &Params::ref, "Kind of reference.")
      .choices({{"raster", "A raster"}, {"vector", "Points or polygons"}})
      .param("ref.raster.nodata", &Params::raster_nodata, "Reference label that is no class; else that of the file.")
      .only_if("ref", "raster")
      .param("ref.vector.in", &Params::vector_in, "Vector file of points or polygons, or table of points.")
      .reads_file()
      .only_if("ref", "vector")
      .param("ref.vector.field", &Params::vector_field, "Field of the class, whole numbers.")
      .only_if("ref", "vector")
      .param("mode", &Params::mode, "What the reference can tell.")
      .choices({{"auto", "By the reference: area for points, agreement for polygons and rasters"},
                {"area", "A random sample: accuracy and areas of the whole map"},
                {"agreement", "Any other reference: agreement on it alone"}})
      .param("classes", &Params::classes,
             "Class of each band of -probamap; else that of its band names, as 'class 11'.")
      .param("nodatalabel", &Params::nodatalabel, "Map label that is no class; else the nodata value of the file.")
      .param("bootstrap", &Params::draws, "Draws of whole polygons or blocks.")
      .range(100, 100000)
      .advanced()
      .param("seed", &Params::seed, "Of these draws.")
      .advanced()
      .param("bins", &Params::bins, "Points of the reliability curve.")
      .range(2, 100)
      .advanced()
      .check([](const Params& params, Diagnostics& diagnostics) {
        if (params.ref == "vector" && (!params.vector_in || !params.vector_field))
          diagnostics.fault({}, "-ref vector needs -ref.vector.in and -ref.vector.field",
                            "name the file of points or polygons and its class field");
      })
      .cites(
          "Olofsson, Foody, Herold, Stehman, Woodcock and Wulder (2014), Good practices for estimating area and "
          "assessing "
          "accuracy of land change, Remote Sensing of Environment 148:42-57, doi:10.1016/j.rse.2014.02.015.")
      .cites(
          "Stehman (2014), Estimating area and map accuracy for stratified random sampling when the strata are "
          "different "
          "from the map classes, International Journal of Remote Sensing 35:4923-4939, "
          "doi:10.1080/01431161.2014.930207.")
      .cites(
          "Pontius and Millones (2011), Death to Kappa, International Journal of Remote Sensing 32:4407-4429, "
          "doi:10.1080/01431161.2011.552923.")
      .cites(
          "Agresti and Caffo (2000), Simple and effective confidence intervals for proportions and differences of "
          "proportions result from adding two successes and two failures, The American Statistician 54:280-288, "
          "doi:10.1080/00031305.2000.10474560.")
      .cites(
          "Brown, Cai and DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science "
          "16:101-133, doi:10.1214/ss/1009213286.")
      .example("Agreement with another map, and whether the shares of trees are probabilities",
               "cers MapAccuracy -in landcover.tif -ref raster -ref.raster.in landcover_reference.tif -probamap "
               "landcover_shares.tif -out "
               "agreement.json -out.html report.html")
      .example(
          "Accuracy and areas from the points of SamplingDesign, with what was seen there",
          "cers MapAccuracy -in landcover.tif -ref vector -ref.vector.in units_seen.geojson -ref.vector.field seen "
          "-out accuracy.json")
      .reports("overall", "kappa", "statement")
      .done();
}

std::vector<Stratum> strata_of(const PairCounts& sample, const PairCounts& population) {
  std::vector<Stratum> strata;
  for (const auto& [code, all] : population.strata) {
    Stratum stratum{code, 0, {}};
    for (const auto& [labels, count] : all.pairs) stratum.pixels += static_cast<double>(count);
    const auto found = sample.strata.find(code);
    if (found != sample.strata.end()) stratum.units = found->second.pairs;
    strata.push_back(std::move(stratum));
  }
  return strata;
}

/// Units stand for the pixels of their stratum; weights are scaled so that they add up to the number of units.
ProbabilityReport probabilities_of(const PairCounts& sample, const std::vector<Stratum>& strata,
                                   const std::vector<int>& codes, int bins) {
  ProbabilityTable all;
  double pixels = 0;
  double units = 0;
  for (const Stratum& stratum : strata) {
    pixels += stratum.pixels;
    units += stratum.drawn();
  }
  for (const auto& [code, stratum] : sample.strata) {
    double weight = 1;
    for (const Stratum& one : strata)
      if (one.code == code) weight = one.pixels / one.drawn() * units / pixels;
    all.add(stratum.probabilities, weight);
  }
  ProbabilityReport report;
  report.codes = codes;
  all.classes.resize(codes.size());
  for (const ProbabilityCounts& counts : all.classes) report.classes.push_back(reliability_of(counts, bins));
  report.winner = reliability_of(all.winner, bins);
  report.brier = multiclass_brier(report.classes);
  return report;
}

void count_left_out(const PairCounts& sample, const PairCounts& stated, AccuracyReport& report) {
  if (sample.unmapped > 0)
    report.notes.push_back(
        fmt::format("{} units lie where the map has no class and do not count for the map", sample.unmapped));
  if (stated.without_probability > 0)
    report.notes.push_back(
        fmt::format("{} units have no probabilities and do not count for them", stated.without_probability));
}

void note_lonely_classes(const PairCounts& sample, AccuracyReport& report) {
  std::map<int, int> clusters;
  for (const auto& [id, pairs] : sample.clusters) {
    std::set<int> seen;
    for (const auto& [labels, count] : pairs) seen.insert(labels.first);
    for (const int code : seen) ++clusters[code];
  }
  std::vector<int> lonely;
  for (const auto& [code, count] : clusters)
    if (count == 1) lonely.push_back(code);
  if (!lonely.empty())
    report.notes.push_back(fmt::format(
        "{} class{} of the reference lie{} in one polygon or block only: {}; the intervals "
        "of such a class mean nothing",
        lonely.size(), lonely.size() == 1 ? "" : "es", lonely.size() == 1 ? "s" : "", fmt::join(lonely, ", ")));
}

void note_few_omissions(const AreaAccuracy& area, AccuracyReport& report) {
  std::vector<std::string> few;
  for (const auto& one : area.classes)
    if (one.few_omissions()) few.push_back(fmt::format("{} ({:.0f})", one.code, one.effective_units));
  if (!few.empty())
    report.notes.push_back(fmt::format(
        "{} class{} {} units enough, but too few of them where most of the area lies (effective units in brackets): "
        "{}; "
        "{} area and producer's accuracy have Wilson's intervals; more units in the large strata make them better",
        few.size(), few.size() == 1 ? "" : "es", few.size() == 1 ? "has" : "have", join(few, ", "),
        few.size() == 1 ? "its" : "their"));
}

/// What does not depend on pixels.
struct Frame {
  AccuracyReport report;
  bool area = false;
  Params params;
  std::vector<int> codes;
};

/// `stated`: whose probabilities count; `sample` itself where it has them.
AccuracyReport report_of(const Frame& frame, const PairCounts& sample, const PairCounts& population,
                         const PairCounts& stated) {
  const LabelPairs pairs = sample.pairs();
  if (pairs.empty())
    throw DataError("no unit has both a map class and a reference class",
                    "check the place of the reference and the nodata labels");
  AccuracyReport report = frame.report;
  report.matrix = ConfusionMatrix(pairs);
  report.agreement = agreement_of(report.matrix);
  std::vector<Stratum> strata;
  if (frame.area) {
    strata = strata_of(sample, population);
    report.area = area_accuracy(strata);
    note_few_omissions(*report.area, report);
    CERS_EXPECT(report.area->classes.size() == report.agreement.classes.size());
  } else {
    std::vector<Cluster> clusters;
    for (const auto& [id, one] : sample.clusters) clusters.push_back({id, one});
    report.clusters = clusters.size();
    report.clustered = cluster_bootstrap(clusters, frame.params.draws, static_cast<std::uint64_t>(frame.params.seed));
    note_lonely_classes(sample, report);
  }
  count_left_out(sample, stated, report);
  if (!frame.codes.empty()) report.probabilities = probabilities_of(stated, strata, frame.codes, frame.params.bins);
  return report;
}

Frame frame_of(const Params& params, const ReferenceUse& use, Wiring& wiring) {
  const ImageInput& map = wiring.image("in");
  Frame frame;
  frame.area = use.area;
  frame.params = params;
  if (wiring.has("probamap")) frame.codes = class_bands(wiring.image("probamap"), params.classes, "classes");
  frame.report.map = map.label();
  frame.report.reference = use.label;
  frame.report.statement = statement_of(use, wiring.has("strata"));
  frame.report.intervals = intervals_of(use, params.draws, params.seed);
  frame.report.notes = use.notes;
  for (const ClassInfo& one : map.info().bands[0].classes)
    if (!one.name.empty()) frame.report.names[one.code] = one.name;
  const Grid& grid = map.info().grid;
  const auto metres = grid.georeferenced ? metres_per_unit(grid.crs) : std::nullopt;
  const auto& a = grid.transform.a;
  constexpr double hectare = 1e4;
  if (metres) frame.report.hectares_per_pixel = std::abs(a[1] * a[5] - a[2] * a[4]) * *metres * *metres / hectare;
  return frame;
}

void refuse_void_keys(const ReferenceUse& use, const Wiring& wiring) {
  const auto refuse = [&](const char* key, bool of_no_effect, const char* why) {
    if (of_no_effect && wiring.user_set(key))
      throw UserError(fmt::format("-{} has no effect {}", key, why), "leave it out");
  };
  for (const char* key : {"bins", "classes"}) refuse(key, !wiring.has("probamap"), "without -probamap");
  for (const char* key : {"ref.vector.in", "ref.vector.field"})
    refuse(key, use.kind == Reference::raster, "without -ref vector");
  refuse("ref.raster.nodata", use.kind != Reference::raster, "beside -ref vector");
  for (const char* key : {"bootstrap", "seed"})
    refuse(key, use.area, "on a random sample: its intervals follow from the sample alone");
}

void MapAccuracy::wire(const Params& params, Wiring& wiring) {
  const ReferenceUse use = read_reference(params, wiring);
  refuse_void_keys(use, wiring);
  for (const std::string& note : use.notes) wiring.warn(note);
  const Frame frame = frame_of(params, use, wiring);
  Graph& graph = wiring.graph();
  const Edge map = wiring.image("in").bands({0}, PixelType::i32);
  PairLayout layout;
  layout.map_nodata = whole_nodata(wiring.image("in"), params.nodatalabel);
  layout.stratum = wiring.has("strata");
  layout.by_map_class = use.area;
  layout.codes = frame.codes;
  std::vector<Edge> planes{map};
  std::vector<Edge> reference;
  if (params.ref == "raster") {
    const ImageInput& image = wiring.image("ref.raster.in");
    layout.reference_nodata = whole_nodata(image, params.raster_nodata);
    layout.block = use.area ? 0 : block_side;
    reference.push_back(image.bands({0}, PixelType::i32));
  }
  planes.insert(planes.end(), reference.begin(), reference.end());
  std::optional<Edge> strata;
  if (layout.stratum) strata = wiring.image("strata").bands({0}, PixelType::i32);
  if (strata) planes.push_back(*strata);
  const auto count = [&](const PairLayout& counted, const std::vector<Edge>& bands, const char* label) {
    const Edge units = stacked(graph, bands);
    return params.ref == "raster" ? graph.reduce(PairCounter(counted), units, label)
                                  : graph.reduce(FeatureCounter(counted, use.runs, use.labels), units, label);
  };
  std::optional<Edge> shares;
  if (!frame.codes.empty()) shares = graph.add(make_thousandths(), {wiring.image("probamap").all(PixelType::f32)});
  // Those of an earlier step are judged where they are made: beside a map that is cleaned in later passes they would be
  // computed once more.
  const bool apart = shares && !use.area && !wiring.image("probamap").is_file();
  if (shares && !apart) planes.push_back(*shares);
  PairLayout of_map = layout;
  if (apart) of_map.codes.clear();
  const auto sample = count(of_map, planes, "reference units");
  Late<PairCounts> stated = sample;
  if (apart) {
    PairLayout alone = layout;
    alone.map = false;
    reference.push_back(*shares);
    stated = count(alone, reference, "probabilities of the reference units");
  }
  const auto make_report = [frame](const TaskContext&, const PairCounts& found, const PairCounts& all,
                                   const PairCounts& with_shares) { return report_of(frame, found, all, with_shares); };
  Late<PairCounts> population = sample;
  if (use.area) {
    PairLayout whole = layout;
    whole.codes.clear();
    whole.reference_nodata.reset();
    std::vector<Edge> both{map, map};
    if (strata) both.push_back(*strata);
    population = graph.reduce(PairCounter(whole), stacked(graph, both), "areas of the strata");
  }
  const auto report = graph.then(make_report, "accuracy", sample, population, stated);
  wiring.output("out",
                FileOutput{{report}, [report](const LateValues& values) { return json_of(values.get(report)); }});
  if (wiring.wants("out.html"))
    wiring.output("out.html",
                  FileOutput{{report}, [report](const LateValues& values) { return html_of(values.get(report)); }});
  wiring.after_run({{report}, [report](const LateValues& values) {
                      const AccuracyReport& found = values.get(report);
                      const double overall = found.area ? found.area->overall.value : found.agreement.overall;
                      const Interval interval = found.area ? found.area->overall.interval : found.clustered->overall;
                      return fmt::format("overall: {:.4f} ({:.4f} to {:.4f})", overall, interval.low, interval.high);
                    }});
  wiring.after_run({{report}, [report](const LateValues& values) {
                      return fmt::format("kappa: {:.4f}", values.get(report).agreement.kappa);
                    }});
  wiring.report("statement", frame.report.statement);
}

}  // namespace

Application cers_app_MapAccuracy() {
  return application<MapAccuracy>();
}

}  // namespace cers
