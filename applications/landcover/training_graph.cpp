// SPDX-License-Identifier: Apache-2.0
#include "training_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "cers/core/error.hpp"
#include "cers/learn/classify_rows.hpp"

namespace cers {

LateForestFile add_training(Graph& graph, LateSampleSet samples, const ClassifierParams& params,
                            const FeatureScaling& scaling, std::optional<double> nodata) {
  return graph.then(
      [scaling, nodata, training = training_of(params)](const TaskContext& context,
                                                        const std::shared_ptr<const Samples>& read) {
        SampleTable table = read->table;
        scale(table, scaling);
        ModelInfo info;
        info.classes = read->names;
        info.scaling = scaling;
        info.nodata = nodata;
        TrainedForest forest = train_forest(table, training, {context.threads, context.stop, context.progress});
        return std::make_shared<const ForestFile>(forest_file(table, training, std::move(forest), std::move(info)));
      },
      "training", samples);
}

LateModel add_model(Graph& graph, LateForestFile file) {
  return graph.then([](const TaskContext&, const std::shared_ptr<const ForestFile>& made) { return model_of(*made); },
                    "model", file);
}

LateTrainingReport add_report(Graph& graph, LateForestFile model, const FeatureScaling& scaling,
                              std::optional<LateSampleSet> valid) {
  if (!valid) {
    return graph.then(
        [](const TaskContext&, const std::shared_ptr<const ForestFile>& file) {
          return std::make_shared<const TrainingReport>(report_of(file->forest));
        },
        "out-of-bag scores", model);
  }
  return graph.then(
      [scaling](const TaskContext&, const std::shared_ptr<const ForestFile>& file,
                const std::shared_ptr<const Samples>& read) {
        SampleTable table = read->table;
        scale(table, scaling);
        std::vector<int> produced;
        for (const RowClass& one : classify_rows(*model_of(*file), table.values)) produced.push_back(one.code);
        return std::make_shared<const TrainingReport>(report_of(table.labels, produced, "validation samples"));
      },
      "validation", model, *valid);
}

namespace {

/// The samples of a table for which `keep` holds.
SampleTable part_of(const SampleTable& table, const std::function<bool(std::size_t)>& keep) {
  SampleTable part;
  part.features = table.features;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!keep(i)) continue;
    const auto row = table.row(i);
    part.values.insert(part.values.end(), row.begin(), row.end());
    part.labels.push_back(table.labels[i]);
    part.groups.push_back(table.groups[i]);
  }
  return part;
}

}  // namespace

LateTrainingReport add_cross_validation(Graph& graph, LateSampleSet samples, const ClassifierParams& params,
                                        const FeatureScaling& scaling, std::map<std::int64_t, int> fold_of) {
  return graph.then(
      [scaling, training = training_of(params), fold_of = std::move(fold_of)](
          const TaskContext& context, const std::shared_ptr<const Samples>& read) {
        SampleTable table = read->table;
        scale(table, scaling);
        int folds = 0;
        for (const auto& [group, fold] : fold_of) folds = std::max(folds, fold + 1);
        const auto fold_at = [&](std::size_t sample) {
          const auto found = fold_of.find(table.groups[sample]);
          return found == fold_of.end() ? -1 : found->second;
        };
        ForestTraining options = training;
        options.permutation_importance = false;
        std::vector<int> reference;
        std::vector<int> produced;
        for (int fold = 0; fold < folds; ++fold) {
          const SampleTable judged = part_of(table, [&](std::size_t i) { return fold_at(i) == fold; });
          if (judged.size() == 0) continue;
          const SampleTable seen = part_of(table, [&](std::size_t i) { return fold_at(i) != fold; });
          const auto report = [&](double share) {
            if (context.progress) context.progress((fold + share) / folds);
          };
          TrainedForest forest = train_forest(seen, options, {context.threads, context.stop, report});
          const auto model = model_of(forest_file(seen, options, std::move(forest), {}));
          for (const RowClass& one : classify_rows(*model, judged.values)) produced.push_back(one.code);
          reference.insert(reference.end(), judged.labels.begin(), judged.labels.end());
        }
        return std::make_shared<const TrainingReport>(
            report_of(reference, produced, fmt::format("samples of {} folds, each by a model without it", folds)));
      },
      "cross-validation", samples);
}

void deliver_training(Wiring& wiring, LateSampleSet samples, LateForestFile model, LateTrainingReport report,
                      bool table) {
  wiring.output("io.out",
                FileOutput{{model}, [model](const LateValues& values) { return bytes_of(*values.get(model)); }});
  if (wiring.wants("io.confmatout"))
    wiring.output("io.confmatout", FileOutput{{report}, [report](const LateValues& values) {
                                                return confusion_csv(values.get(report)->confusion);
                                              }});
  wiring.after_run({{samples, model}, [=](const LateValues& values) {
                      const SampleTable& used = values.get(samples)->table;
                      const ForestFile& file = *values.get(model);
                      return fmt::format("samples: {} of {} classes{}, {} trees", used.size(), file.info.classes.size(),
                                         used.groups.empty() ? "" : " in polygons", file.forest.trees.size());
                    }});
  const auto tell = [&](auto make) {
    wiring.after_run({{report}, [report, make](const LateValues& values) { return make(*values.get(report)); }});
  };
  if (table) tell([](const TrainingReport& found) { return "confusion: " + report_table(found.confusion); });
  tell([](const TrainingReport& found) {
    const Agreement agreement = agreement_of(found.confusion);
    return fmt::format("accuracy: {:.4f} on {} {}", agreement.overall, agreement.total, found.judged_on);
  });
  tell([](const TrainingReport& found) { return fmt::format("kappa: {:.4f}", agreement_of(found.confusion).kappa); });
}

FeatureScaling scaling_from(const std::optional<std::string>& path, std::size_t features) {
  if (!path) return {};
  FeatureScaling scaling = read_feature_statistics(*path);
  if (scaling.mean.size() != features)
    throw UserError(
        fmt::format("{} has statistics of {} bands, but there are {} features", *path, scaling.mean.size(), features),
        "give the statistics of the image the samples come from");
  return scaling;
}

}  // namespace cers
