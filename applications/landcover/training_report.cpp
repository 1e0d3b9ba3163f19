// SPDX-License-Identifier: Apache-2.0
#include "training_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "../accuracy/accuracy_report.hpp"

namespace cers {
namespace {

std::string row_text(const ConfusionMatrix& confusion, std::size_t row, const char* separator) {
  std::vector<double> counts;
  for (std::size_t column = 0; column < confusion.size(); ++column) counts.push_back(confusion.at(row, column));
  return fmt::format("{}", fmt::join(counts, separator));
}

}  // namespace

TrainingReport report_of(const TrainedForest& forest) {
  ConfusionMatrix confusion(forest.labels);
  const std::size_t n = forest.labels.size();
  for (std::size_t i = 0; i < forest.out_of_bag.confusion.size(); ++i)
    confusion.at(i / n, i % n) = static_cast<double>(forest.out_of_bag.confusion[i]);
  return {std::move(confusion), "out-of-bag samples", {}};
}

TrainingReport report_of(const std::vector<int>& reference, const std::vector<int>& produced,
                         const std::vector<std::int64_t>& groups, std::string judged_on) {
  LabelPairs pairs;
  std::map<std::int64_t, LabelPairs> of_group;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    ++pairs[{reference[i], produced[i]}];
    if (!groups.empty()) ++of_group[groups[i]][{reference[i], produced[i]}];
  }
  TrainingReport report{ConfusionMatrix(pairs), std::move(judged_on), {}};
  for (auto& [group, own] : of_group) report.clusters.push_back({group, std::move(own)});
  return report;
}

std::string report_page(const TrainingReport& report, const std::vector<ClassInfo>& classes, const std::string& model,
                        const std::vector<RunsMean>& means, bool same_polygons) {
  constexpr int draws = 1000;
  accuracy::AccuracyReport page;
  page.map = model;
  page.reference = report.judged_on;
  page.statement =
      "Agreement of the model with samples of reference polygons, not the accuracy of a map: polygons are chosen, "
      "large "
      "and pure. Draw a random sample of the map for that (SamplingDesign, MapAccuracy).";
  page.matrix = report.confusion;
  page.agreement = agreement_of(report.confusion);
  for (const ClassInfo& one : classes) {
    if (!one.name.empty()) page.names[one.code] = one.name;
  }
  if (!report.clusters.empty()) {
    page.clusters = report.clusters.size();
    page.clustered = cluster_bootstrap(report.clusters, draws, 1);
    page.intervals =
        fmt::format("Intervals of 95 % from {} draws of whole polygons: samples of one polygon are alike.", draws);
  }
  for (const RunsMean& one : means) page.means.push_back({one.score, one.mean.value, one.mean.interval, one.runs});
  page.same_reference = same_polygons;
  return accuracy::html_of(page);
}

std::string confusion_csv(const ConfusionMatrix& confusion) {
  std::string text = fmt::format("#Reference labels (rows):{0}\n#Produced labels (columns):{0}\n",
                                 fmt::join(confusion.classes(), ","));
  for (std::size_t row = 0; row < confusion.size(); ++row) text += row_text(confusion, row, ",") + "\n";
  return text;
}

std::string report_table(const ConfusionMatrix& confusion) {
  std::string text = fmt::format("rows are classes of the reference, columns {}", fmt::join(confusion.classes(), " "));
  for (std::size_t row = 0; row < confusion.size(); ++row)
    text += fmt::format("\n  [{}] {}", confusion.classes()[row], row_text(confusion, row, " "));
  for (const ClassScores& one : agreement_of(confusion).classes)
    text += fmt::format("\n  class [{}]: precision {:.4f}, recall {:.4f}, F-score {:.4f}", one.code, one.users,
                        one.producers, one.f1);
  return text;
}

}  // namespace cers
