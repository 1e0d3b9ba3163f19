// SPDX-License-Identifier: Apache-2.0
#include "training_runs.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

namespace cers {
namespace {

/// The score of each run; NaN where it has none.
struct Column {
  std::string name;
  std::vector<double> values;
};

std::vector<Column> columns_of(const RunScores& scores) {
  std::set<int> codes;
  for (const Agreement& run : scores.runs)
    for (const ClassScores& one : run.classes) codes.insert(one.code);
  std::vector<Column> columns{{"accuracy", {}}, {"kappa", {}}};
  for (const Agreement& run : scores.runs) {
    columns[0].values.push_back(run.overall);
    columns[1].values.push_back(run.kappa);
  }
  for (const int code : codes) {
    Column f1{fmt::format("f1_{}", code), {}};
    for (const Agreement& run : scores.runs) {
      double value = std::nan("");
      for (const ClassScores& one : run.classes)
        if (one.code == code && one.reference > 0) value = one.f1;
      f1.values.push_back(value);
    }
    columns.push_back(std::move(f1));
  }
  return columns;
}

RunsMean mean_of(const Column& column) {
  std::vector<double> known;
  for (const double value : column.values)
    if (!std::isnan(value)) known.push_back(value);
  return {column.name, mean_of_runs(known), known.size()};
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.6f}", value) : "";
}

}  // namespace

LateRunScores add_run_scores(Graph& graph, const std::vector<TrainingRunResult>& runs, std::vector<int> seeds) {
  LateRunScores scores = graph.then(
      [seeds = std::move(seeds)](const TaskContext&) {
        RunScores none;
        none.seeds = seeds;
        return none;
      },
      "runs");
  for (const TrainingRunResult& run : runs)
    scores = graph.then(
        [](const TaskContext&, const RunScores& before, const std::shared_ptr<const TrainingReport>& report) {
          RunScores more = before;
          more.runs.push_back(agreement_of(report->confusion));
          more.samples.push_back(static_cast<std::size_t>(report->confusion.total()));
          return more;
        },
        "scores of runs", scores, run.report);
  return scores;
}

std::vector<RunsMean> means_of(const RunScores& scores) {
  std::vector<RunsMean> means;
  for (const Column& column : columns_of(scores)) means.push_back(mean_of(column));
  return means;
}

std::string runs_csv(const RunScores& scores) {
  const std::vector<Column> columns = columns_of(scores);
  std::string text = "run,seed,samples";
  for (const Column& column : columns) text += "," + column.name;
  text += "\n";
  for (std::size_t run = 0; run < scores.runs.size(); ++run) {
    text += fmt::format("{},{},{}", run + 1, scores.seeds[run], scores.samples[run]);
    for (const Column& column : columns) text += "," + number(column.values[run]);
    text += "\n";
  }
  const auto row = [&](const char* name, auto value_of) {
    text += fmt::format("{},,", name);
    for (const Column& column : columns) text += "," + number(value_of(mean_of(column).mean));
    text += "\n";
  };
  row("mean", [](const Estimate& mean) { return mean.value; });
  row("low", [](const Estimate& mean) { return mean.interval.low; });
  row("high", [](const Estimate& mean) { return mean.interval.high; });
  return text;
}

LateRunsMeans deliver_runs(Wiring& wiring, LateRunScores scores) {
  if (wiring.wants("io.runs"))
    wiring.output("io.runs",
                  FileOutput{{scores}, [scores](const LateValues& values) { return runs_csv(values.get(scores)); }});
  for (const std::size_t which : {std::size_t{0}, std::size_t{1}})
    wiring.after_run({{scores}, [scores, which](const LateValues& values) {
                        const RunsMean mean = means_of(values.get(scores)).at(which);
                        return fmt::format("{}_of_runs: {:.4f} ({:.4f} to {:.4f}) over {} runs", mean.score,
                                           mean.mean.value, mean.mean.interval.low, mean.mean.interval.high, mean.runs);
                      }});
  return wiring.graph().then([](const TaskContext&, const RunScores& found) { return means_of(found); },
                             "means of runs", scores);
}

}  // namespace cers
