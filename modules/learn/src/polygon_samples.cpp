// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/polygon_samples.hpp"

#include <algorithm>
#include <cmath>

#include "cers/core/error.hpp"

namespace cers {
namespace {

constexpr unsigned file_bits = 40;  // features a file may have before those of two files meet

struct Chosen {
  PolygonStatistics statistics;
  Overlap overlap;
  SampleSelection selection;
};

/// Samples that the strategy can draw at most, by the area of the polygons: for the memory plan.
std::size_t expected_samples(const LabelledShapes& shapes, const SamplingDemand& demand) {
  std::map<std::string, double> area;
  for (std::size_t i = 0; i < shapes.features.size(); ++i)
    area[shapes.features[i].label] +=
        std::min(pixel_area(shapes.shapes[i]), static_cast<double>(shapes.shapes[i].around.area()));
  double all = 0;
  double least = HUGE_VAL;
  for (const auto& [name, pixels] : area) {
    all += pixels;
    least = std::min(least, pixels);
  }
  const auto classes = static_cast<double>(area.size());
  double expected = all;
  switch (demand.strategy) {
    case SamplingStrategy::constant:
      expected = static_cast<double>(demand.numbers.at(0)) * classes;
      break;
    case SamplingStrategy::total:
      expected = static_cast<double>(demand.numbers.at(0));
      break;
    case SamplingStrategy::smallest:
      expected = std::min(least, static_cast<double>(demand.at_most)) * classes;
      break;
    case SamplingStrategy::percent:
      expected = all * demand.shares.at(0);
      break;
    case SamplingStrategy::byclass:
      expected = 0;
      for (const auto& [name, count] : demand.by_class.at(0)) expected += static_cast<double>(count);
      break;
    case SamplingStrategy::all:
      break;
  }
  return static_cast<std::size_t>(std::min(expected, all)) + 1;
}

SampleTable table_of(const SampleSelection& selection, const SampleValues& values, const LabelledShapes& shapes,
                     const std::vector<std::string>& names, const std::map<std::string, int>& codes,
                     std::int64_t file) {
  SampleTable table;
  table.features = names;
  for (std::size_t i = 0; i < selection.size(); ++i) {
    const auto first = values.values.begin() + static_cast<std::ptrdiff_t>(i * values.bands);
    const auto last = first + static_cast<std::ptrdiff_t>(values.bands);
    if (std::any_of(first, last, [](float v) { return std::isnan(v); })) continue;
    const LabelledFeature& feature = shapes.features[selection[i].feature];
    table.values.insert(table.values.end(), first, last);
    table.labels.push_back(codes.at(feature.label));
    table.groups.push_back(sample_group(file, feature.id));
  }
  return table;
}

}  // namespace

std::int64_t sample_group(std::int64_t file, std::int64_t feature) {
  return (file << file_bits) + feature;
}

SharedShapes subset(const LabelledShapes& shapes, const std::function<bool(const LabelledFeature&)>& keep) {
  auto kept = std::make_shared<LabelledShapes>();
  kept->grid = shapes.grid;
  kept->path = shapes.path;
  kept->notes = shapes.notes;
  for (std::size_t i = 0; i < shapes.features.size(); ++i) {
    if (!keep(shapes.features[i])) continue;
    kept->features.push_back(shapes.features[i]);
    kept->shapes.push_back(shapes.shapes[i]);
  }
  return kept;
}

namespace {

/// The runs of the features that give samples.
PolygonCover of_used(const PolygonCover& cover, const LabelledShapes& shapes, const SamplingOptions& options) {
  if (!options.use) return cover;
  PolygonCover kept = cover;
  std::erase_if(kept.runs, [&](const PixelRun& run) { return !options.use(shapes.features[run.feature]); });
  return kept;
}

/// `cover` without pixels that lie both in features that give samples and in others.
PolygonCover without_shared(const PolygonCover& cover, const LabelledShapes& shapes, const SamplingOptions& options) {
  LabelledShapes sides = shapes;
  for (LabelledFeature& feature : sides.features) feature.label = options.use(feature) ? "used" : "other";
  return without_overlap(cover, sides);
}

/// `cover` without pixels that lie in `apart`.
PolygonCover without_those_of(const LabelledShapes& apart, PolygonCover cover, const LabelledShapes& shapes) {
  LabelledShapes sides = shapes;
  for (LabelledFeature& feature : sides.features) feature.label = "used";
  const auto own = static_cast<std::uint32_t>(sides.features.size());
  for (std::size_t i = 0; i < apart.features.size(); ++i) {
    sides.features.push_back(apart.features[i]);
    sides.features.back().label = "other";
    append_runs(apart.shapes[i], own + static_cast<std::uint32_t>(i), cover.runs);
  }
  cover = without_overlap(cover, sides);
  std::erase_if(cover.runs, [&](const PixelRun& run) { return run.feature >= own; });
  return cover;
}

}  // namespace

LateSamples sample_polygons(Graph& graph, Edge image, const SharedShapes& shapes, std::optional<Edge> mask,
                            const SamplingOptions& options, std::map<std::string, int> codes) {
  const SharedShapes known =
      subset(*shapes, [&](const LabelledFeature& feature) { return codes.contains(feature.label); });
  const Late<PolygonCover> cover = cover_of(graph, known, mask);
  const auto chosen = graph.then(
      [known, options](const TaskContext&, const PolygonCover& whole) {
        Chosen result;
        result.overlap = find_overlap(whole, *known);
        const bool drop = options.drop_overlap && result.overlap.pixels > 0;
        PolygonCover used = drop ? without_overlap(whole, *known) : whole;
        if (options.exclusive && options.use) used = without_shared(used, *known, options);
        used = of_used(used, *known, options);
        if (options.apart && !used.runs.empty()) used = without_those_of(*options.apart, std::move(used), *known);
        result.statistics = statistics_of(used, *known);
        const SamplingRates rates = sampling_rates({result.statistics.classes}, options.demand).at(0);
        result.selection = select_samples(used, *known, rates, options.sampler);
        return result;
      },
      "choice of samples", cover);
  LateSamples samples;
  samples.selection = graph.then([](const TaskContext&, const Chosen& c) { return c.selection; }, "samples", chosen);

  const SharedShapes giving = options.use ? subset(*known, options.use) : known;
  const auto around = std::make_shared<PixelIndex>(known->grid.size);
  for (const PixelShape& shape : giving->shapes) around->add(shape.around);
  std::vector<std::string> names;
  for (const BandInfo& band : graph.info(image).bands)
    names.push_back(band.name.empty() ? "band_" + std::to_string(names.size() + 1) : band.name);
  const auto values = extract_values(graph, image, samples.selection, around, expected_samples(*giving, options.demand),
                                     "samples of " + known->path);
  samples.table =
      graph.then([known, names, codes = std::move(codes), file = options.file](
                     const TaskContext&, const SampleSelection& selection,
                     const SampleValues& found) { return table_of(selection, found, *known, names, codes, file); },
                 "table of samples", samples.selection, values);
  samples.report = graph.then(
      [](const TaskContext&, const Chosen& c, const SampleTable& table) {
        return SampleReport{c.statistics, c.overlap, c.selection.size(), c.selection.size() - table.size()};
      },
      "report on samples", chosen, samples.table);
  return samples;
}

SampleTable joined(SampleTable first, const SampleTable& second) {
  if (first.features != second.features)
    throw DataError("the samples of two images have different features", "give images with the same bands");
  first.values.insert(first.values.end(), second.values.begin(), second.values.end());
  first.labels.insert(first.labels.end(), second.labels.begin(), second.labels.end());
  first.groups.insert(first.groups.end(), second.groups.begin(), second.groups.end());
  return first;
}

}  // namespace cers
