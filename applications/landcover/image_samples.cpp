// SPDX-License-Identifier: Apache-2.0
#include "image_samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cers/core/error.hpp"

namespace cers {
namespace {

SamplingOptions sampling_of(int most, const SampleGathering& gathering, const ReferencePolygons& polygons) {
  SamplingOptions options;
  options.file = polygons.number();
  options.demand.sharing = ImageSharing::custom;  // the number is of each image
  if (most < 0) {
    options.demand.strategy = gathering.balanced ? SamplingStrategy::smallest : SamplingStrategy::all;
  } else {
    options.demand.strategy = gathering.balanced ? SamplingStrategy::smallest : SamplingStrategy::constant;
    options.demand.numbers = {static_cast<std::uint64_t>(most)};
    options.demand.at_most = static_cast<std::uint64_t>(most);
  }
  options.sampler.seed = gathering.seed;
  options.sampler.never_more = true;
  return options;
}

std::string describe_losses(const SampleReport& report, const LabelledShapes& shapes, const std::string& image,
                            const char* use, bool overlap = true) {
  std::string text = overlap ? describe(report.overlap, shapes) : std::string();
  if (!text.empty()) text += ": they are no samples";
  if (report.missing > 0)
    text += fmt::format("{}{} of {} {} samples are left out: a feature of {} is missing there",
                        text.empty() ? "" : "; ", report.missing, report.selected, use, image);
  return text;
}

}  // namespace

void SampleGatherer::add(const ImageInput& image, const std::shared_ptr<ReferencePolygons>& polygons,
                         PolygonSplit::Part part, int most, const PolygonFiles& trained) {
  const Edge features = image.all(PixelType::f32, {1, 0, options_.nodata});
  const bool trains = part == PolygonSplit::training;
  const SharedShapes shapes = polygons->on_grid(wiring_.graph().info(features).grid, trains && tell_, wiring_);
  SamplingOptions options = sampling_of(most, options_, *polygons);
  options.use = [polygons, part](const LabelledFeature& feature) { return polygons->is_of(feature, part); };
  options.exclusive = !trains;
  if (std::none_of(shapes->features.begin(), shapes->features.end(), options.use)) return;
  options.apart = trained_elsewhere(trained, *polygons, shapes->grid, classes_.codes);
  const LateSamples samples = sample_polygons(wiring_.graph(), features, shapes, std::nullopt, options, classes_.codes);
  if (trains) note_losses(samples.report, shapes, image.label());
  // Of one file on one image overlap is told once, beside what its training polygons lose.
  const bool overlap = trains || std::none_of(shapes->features.begin(), shapes->features.end(), [&](const auto& one) {
                         return polygons->is_of(one, PolygonSplit::training);
                       });
  if (tell_)
    wiring_.after_run(
        {{samples.report},
         [report = samples.report, shapes, label = image.label(), use = options_.use, overlap](
             const LateValues& values) { return describe_losses(values.get(report), *shapes, label, use, overlap); },
         true});
  if (!table_) {
    table_ = samples.table;
    return;
  }
  table_ = wiring_.graph().then(
      [](const TaskContext&, const SampleTable& first, const SampleTable& second) { return joined(first, second); },
      "samples of all images", *table_, samples.table);
}

std::optional<LateSampleSet> SampleGatherer::all() const {
  if (!table_) return std::nullopt;
  const auto whole = [classes = classes_.classes](const TaskContext&, const SampleTable& table) {
    Samples samples;
    samples.table = table;
    samples.names = classes;
    return std::make_shared<const Samples>(std::move(samples));
  };
  if (!losses_) return wiring_.graph().then(whole, "samples", *table_);
  return wiring_.graph().then(
      [whole](const TaskContext& context, const SampleTable& table, const std::string& losses) {
        const std::set<int> labels(table.labels.begin(), table.labels.end());
        if (labels.size() < 2 && !losses.empty())
          throw DataError(fmt::format("samples to train on are left of {} of the classes: {}",
                                      labels.empty() ? "none" : "one", losses),
                          "give polygons of different classes that lie apart, and images that see them");
        return whole(context, table);
      },
      "samples", *table_, *losses_);
}

/// What the samples of all images lost, for the error when too few are left.
void SampleGatherer::note_losses(Late<SampleReport> report, const SharedShapes& shapes, const std::string& image) {
  const Late<std::string> own = wiring_.graph().then(
      [shapes, image, use = options_.use](const TaskContext&, const SampleReport& found) {
        return describe_losses(found, *shapes, image, use);
      },
      "lost samples", report);
  if (!losses_) {
    losses_ = own;
    return;
  }
  losses_ = wiring_.graph().then(
      [](const TaskContext&, const std::string& first, const std::string& second) {
        return first.empty() || second.empty() ? first + second : first + "; " + second;
      },
      "lost samples of all images", *losses_, own);
}

}  // namespace cers
