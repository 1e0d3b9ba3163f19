// SPDX-License-Identifier: Apache-2.0
#include "training_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "cers/core/error.hpp"
#include "cers/learn/classify_rows.hpp"
#include "cers/learn/feature_days.hpp"

namespace cers {

namespace {

/// `table` itself when there is nothing to scale, else a scaled copy of it in `room`: tables are large.
const SampleTable& brought_to(const FeatureScaling& scaling, const SampleTable& table, SampleTable& room) {
  if (scaling.empty()) return table;
  room = table;
  scale(room, scaling);
  return room;
}

}  // namespace

LateTrainedModel add_training(Graph& graph, LateSampleSet samples, const TrainingPlan& plan) {
  return graph.then(
      [plan](const TaskContext& context, const std::shared_ptr<const Samples>& read) {
        SampleTable scaled;
        const SampleTable& table = brought_to(plan.scaling, read->table, scaled);
        ModelInfo info;
        info.classes = read->names;
        info.scaling = plan.scaling;
        info.nodata = plan.nodata;
        info.origin = plan.origin;
        return std::make_shared<const TrainedModel>(train_model(table, plan.params, plan.order, std::move(info),
                                                                plan.importance,
                                                                {context.threads, context.stop, context.progress}));
      },
      "training", samples);
}

LateModel add_model(Graph& graph, LateTrainedModel trained) {
  return graph.then([](const TaskContext&, const std::shared_ptr<const TrainedModel>& made) { return made->model; },
                    "model", trained);
}

namespace {

TrainingReport judged(const Model& model, const SampleTable& unscaled, std::string judged_on) {
  SampleTable scaled;
  const SampleTable& table = brought_to(model.info().scaling, unscaled, scaled);
  std::vector<int> produced;
  for (const RowClass& one : classify_rows(model, table.values)) produced.push_back(one.code);
  return report_of(table.labels, produced, table.groups, std::move(judged_on));
}

}  // namespace

LateTrainingReport add_report(Graph& graph, LateTrainedModel trained, LateSampleSet samples,
                              std::optional<LateSampleSet> valid) {
  if (!valid) {
    return graph.then(
        [](const TaskContext&, const std::shared_ptr<const TrainedModel>& made,
           const std::shared_ptr<const Samples>& read) {
          return std::make_shared<const TrainingReport>(
              made->out_of_bag ? *made->out_of_bag : judged(*made->model, read->table, "training samples: too good"));
        },
        "scores", trained, samples);
  }
  return graph.then(
      [](const TaskContext&, const std::shared_ptr<const TrainedModel>& made,
         const std::shared_ptr<const Samples>& read) {
        return std::make_shared<const TrainingReport>(judged(*made->model, read->table, "validation samples"));
      },
      "validation", trained, *valid);
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

LateTrainingReport add_cross_validation(Graph& graph, LateSampleSet samples, const TrainingPlan& plan,
                                        std::map<std::int64_t, int> fold_of) {
  return graph.then(
      [plan, fold_of = std::move(fold_of)](const TaskContext& context, const std::shared_ptr<const Samples>& read) {
        SampleTable scaled;
        const SampleTable& table = brought_to(plan.scaling, read->table, scaled);
        int folds = 0;
        for (const auto& [group, fold] : fold_of) folds = std::max(folds, fold + 1);
        const auto fold_at = [&](std::size_t sample) {
          const auto found = fold_of.find(table.groups[sample]);
          return found == fold_of.end() ? -1 : found->second;
        };
        std::vector<int> reference;
        std::vector<int> produced;
        std::vector<std::int64_t> groups;
        int unjudged = 0;
        for (int fold = 0; fold < folds; ++fold) {
          const SampleTable left_out = part_of(table, [&](std::size_t i) { return fold_at(i) == fold; });
          if (left_out.size() == 0) continue;
          const SampleTable seen = part_of(table, [&](std::size_t i) { return fold_at(i) != fold; });
          // With one class left there is nothing to tell apart: the fold cannot be judged.
          if (std::set<int>(seen.labels.begin(), seen.labels.end()).size() < 2) {
            ++unjudged;
            continue;
          }
          const auto report = [&](double share) {
            if (context.progress) context.progress((fold + share) / folds);
          };
          const auto model =
              train_model(seen, plan.params, plan.order, {}, false, {context.threads, context.stop, report}).model;
          for (const RowClass& one : classify_rows(*model, left_out.values)) produced.push_back(one.code);
          reference.insert(reference.end(), left_out.labels.begin(), left_out.labels.end());
          groups.insert(groups.end(), left_out.groups.begin(), left_out.groups.end());
        }
        if (reference.empty())
          throw DataError("no fold can be judged: without any of them samples of fewer than two classes are left",
                          "give more polygons, or -sample.folds 0");
        std::string judged_on = fmt::format("samples of {} folds, each by a model without it", folds - unjudged);
        if (unjudged > 0) judged_on += fmt::format(" ({} folds could not be judged)", unjudged);
        return std::make_shared<const TrainingReport>(report_of(reference, produced, groups, std::move(judged_on)));
      },
      "cross-validation", samples);
}

void deliver_training(Wiring& wiring, LateSampleSet samples, LateTrainedModel trained, LateTrainingReport report,
                      bool table, std::optional<LateRunsMeans> means, bool same_polygons) {
  wiring.output("io.out",
                FileOutput{{trained}, [trained](const LateValues& values) { return values.get(trained)->bytes; }});
  if (wiring.wants("io.report")) {
    FileOutput page{{report, trained}, [=](const LateValues& values) {
                      const Model& model = *values.get(trained)->model;
                      return report_page(*values.get(report), model.info().classes, model.kind(),
                                         means ? values.get(*means) : std::vector<RunsMean>{}, same_polygons);
                    }};
    if (means) page.values.push_back(*means);
    wiring.output("io.report", std::move(page));
  }
  if (wiring.wants("io.confmatout"))
    wiring.output("io.confmatout", FileOutput{{report}, [report](const LateValues& values) {
                                                return confusion_csv(values.get(report)->confusion);
                                              }});
  // Known early, so that the samples themselves need not stay in memory while the image is classified.
  const auto summary = wiring.graph().then(
      [](const TaskContext&, const std::shared_ptr<const Samples>& read,
         const std::shared_ptr<const TrainedModel>& made) {
        const SampleTable& used = read->table;
        return fmt::format("samples: {} of {} classes{}, {}", used.size(), made->model->info().classes.size(),
                           used.groups.empty() ? "" : " in polygons", made->parts);
      },
      "summary of the training", samples, trained);
  wiring.after_run({{summary}, [summary](const LateValues& values) { return values.get(summary); }});
  const auto warnings = wiring.graph().then(
      [](const TaskContext&, const std::shared_ptr<const TrainedModel>& made) { return made->warnings; },
      "warnings of the training", trained);
  for (const std::size_t number : {0U, 1U})  // there are at most so many
    wiring.after_run({{warnings},
                      [=](const LateValues& values) {
                        const std::vector<std::string>& all = values.get(warnings);
                        return number < all.size() ? all[number] : std::string();
                      },
                      true});
  // The same of the days: kept apart from the model, which is large.
  const auto days = wiring.graph().then(
      [](const TaskContext&, const std::shared_ptr<const TrainedModel>& made) {
        const std::string text = describe_days(made->model->info().dates);
        return text.empty() ? text : "features: " + text;
      },
      "days of the features", trained);
  wiring.after_run({{days}, [days](const LateValues& values) { return values.get(days); }});
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
