// SPDX-License-Identifier: Apache-2.0
#include "training_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace cers {
namespace {

double share(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

std::uint64_t row_sum(const TrainingReport& report, std::size_t row) {
  const std::size_t n = report.labels.size();
  std::uint64_t sum = 0;
  for (std::size_t c = 0; c < n; ++c) sum += report.confusion[row * n + c];
  return sum;
}
std::uint64_t column_sum(const TrainingReport& report, std::size_t column) {
  const std::size_t n = report.labels.size();
  std::uint64_t sum = 0;
  for (std::size_t r = 0; r < n; ++r) sum += report.confusion[r * n + column];
  return sum;
}
double right(const TrainingReport& report, std::size_t label) {
  return static_cast<double>(report.confusion[label * report.labels.size() + label]);
}

}  // namespace

std::uint64_t TrainingReport::samples() const {
  return std::accumulate(confusion.begin(), confusion.end(), std::uint64_t{0});
}
double TrainingReport::accuracy() const {
  double sum = 0;
  for (std::size_t c = 0; c < labels.size(); ++c) sum += right(*this, c);
  return share(sum, static_cast<double>(samples()));
}
double TrainingReport::kappa() const {
  const auto all = static_cast<double>(samples());
  double chance = 0;
  for (std::size_t c = 0; c < labels.size(); ++c)
    chance +=
        share(static_cast<double>(row_sum(*this, c)), all) * share(static_cast<double>(column_sum(*this, c)), all);
  return chance < 1 ? (accuracy() - chance) / (1 - chance) : 0;
}
double TrainingReport::precision(std::size_t label) const {
  return share(right(*this, label), static_cast<double>(column_sum(*this, label)));
}
double TrainingReport::recall(std::size_t label) const {
  return share(right(*this, label), static_cast<double>(row_sum(*this, label)));
}
double TrainingReport::f_score(std::size_t label) const {
  const double both = precision(label) + recall(label);
  return share(2 * precision(label) * recall(label), both);
}

TrainingReport report_of(const TrainedForest& forest) {
  return {forest.labels, forest.out_of_bag.confusion, "out-of-bag samples"};
}

TrainingReport report_of(const std::vector<int>& reference, const std::vector<int>& produced, std::string judged_on) {
  TrainingReport report;
  report.judged_on = std::move(judged_on);
  report.labels = reference;
  report.labels.insert(report.labels.end(), produced.begin(), produced.end());
  std::sort(report.labels.begin(), report.labels.end());
  report.labels.erase(std::unique(report.labels.begin(), report.labels.end()), report.labels.end());
  const std::size_t n = report.labels.size();
  report.confusion.resize(n * n);
  const auto index = [&](int label) {
    return static_cast<std::size_t>(std::lower_bound(report.labels.begin(), report.labels.end(), label) -
                                    report.labels.begin());
  };
  for (std::size_t i = 0; i < reference.size(); ++i) ++report.confusion[index(reference[i]) * n + index(produced[i])];
  return report;
}

std::string confusion_csv(const TrainingReport& report) {
  std::string text =
      fmt::format("#Reference labels (rows):{0}\n#Produced labels (columns):{0}\n", fmt::join(report.labels, ","));
  const std::size_t n = report.labels.size();
  for (std::size_t row = 0; row < n; ++row) {
    const auto begin = report.confusion.begin() + static_cast<std::ptrdiff_t>(row * n);
    text += fmt::format("{}\n", fmt::join(begin, begin + static_cast<std::ptrdiff_t>(n), ","));
  }
  return text;
}

std::string report_table(const TrainingReport& report) {
  std::string text = fmt::format("rows are classes of the reference, columns {}", fmt::join(report.labels, " "));
  const std::size_t n = report.labels.size();
  for (std::size_t row = 0; row < n; ++row) {
    const auto begin = report.confusion.begin() + static_cast<std::ptrdiff_t>(row * n);
    text +=
        fmt::format("\n  [{}] {}", report.labels[row], fmt::join(begin, begin + static_cast<std::ptrdiff_t>(n), " "));
  }
  for (std::size_t c = 0; c < n; ++c)
    text += fmt::format("\n  class [{}]: precision {:.4f}, recall {:.4f}, F-score {:.4f}", report.labels[c],
                        report.precision(c), report.recall(c), report.f_score(c));
  return text;
}

}  // namespace cers
