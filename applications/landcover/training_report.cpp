// SPDX-License-Identifier: Apache-2.0
#include "training_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

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
  return {std::move(confusion), "out-of-bag samples"};
}

TrainingReport report_of(const std::vector<int>& reference, const std::vector<int>& produced, std::string judged_on) {
  LabelPairs pairs;
  for (std::size_t i = 0; i < reference.size(); ++i) ++pairs[{reference[i], produced[i]}];
  return {ConfusionMatrix(pairs), std::move(judged_on)};
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
