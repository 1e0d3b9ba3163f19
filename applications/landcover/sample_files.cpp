// SPDX-License-Identifier: Apache-2.0
#include "sample_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/vector-io/feature_table.hpp"

namespace cers {
namespace {

FeatureColumns columns_of(const SampleFiles& files) {
  return {files.features, files.label, files.group, files.group_if_there};
}

std::optional<int> code_of(const std::string& text) {
  const auto value = parse_integer(trimmed(text));
  if (!value || *value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max())
    return std::nullopt;
  return static_cast<int>(*value);
}

std::vector<ClassInfo> numbered(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  std::vector<ClassInfo> names;
  for (const std::string& text : texts) names.push_back({static_cast<int>(names.size()) + 1, text, {}});
  return names;
}

void add_labels(const std::vector<std::string>& texts, const std::vector<ClassInfo>& known, const SampleFiles& files,
                Samples& samples) {
  const bool numbers =
      known.empty() && std::all_of(texts.begin(), texts.end(), [](const auto& text) { return code_of(text); });
  if (!numbers) samples.names = known.empty() ? numbered(texts) : known;
  for (const std::string& text : texts) {
    if (numbers) {
      samples.table.labels.push_back(*code_of(text));
      continue;
    }
    const auto found = std::find_if(samples.names.begin(), samples.names.end(),
                                    [&](const ClassInfo& one) { return one.name == text; });
    if (found == samples.names.end()) {
      std::vector<std::string> names;
      for (const ClassInfo& one : samples.names) names.push_back(one.name);
      throw UserError(fmt::format("class '{}' of {} is not one of the training", text, join(files.files, ", ")),
                      suggestion(text, names));
    }
    samples.table.labels.push_back(found->code);
  }
}

}  // namespace

std::vector<std::string> check_sample_files(const SampleFiles& files) {
  std::vector<std::string> names;
  for (const std::string& file : files.files) {
    const std::vector<std::string> here = check_feature_columns(file, files.layer, columns_of(files));
    if (names.empty()) names = here;
    const bool same = std::equal(names.begin(), names.end(), here.begin(), here.end(), equal_ignoring_case);
    if (!same)
      throw UserError(
          fmt::format("{} has other features than {}: {} and {}", file, files.files[0], here.size(), names.size()),
          "name the features one by one, or leave that file out");
  }
  return names;
}

Samples read_samples(const SampleFiles& files, const std::vector<ClassInfo>& known) {
  Samples samples;
  std::vector<std::string> texts;
  bool all_grouped = true;
  for (const std::string& file : files.files) {
    FeatureTable part = read_feature_table(file, files.layer, columns_of(files));
    SampleTable& table = samples.table;
    if (table.features.empty()) table.features = part.features;
    table.values.insert(table.values.end(), part.values.begin(), part.values.end());
    table.groups.insert(table.groups.end(), part.groups.begin(), part.groups.end());
    texts.insert(texts.end(), part.labels.begin(), part.labels.end());
    all_grouped = all_grouped && part.groups.size() == part.size();
    samples.without_values += part.without_values;
    samples.without_label += part.without_label;
  }
  if (!all_grouped) samples.table.groups.clear();
  add_labels(texts, known, files, samples);
  return samples;
}

void scale(SampleTable& table, const FeatureScaling& scaling) {
  if (scaling.empty()) return;
  const std::size_t features = table.features.size();
  std::vector<float> column(table.size());
  for (std::size_t f = 0; f < features; ++f) {
    for (std::size_t i = 0; i < column.size(); ++i) column[i] = table.values[i * features + f];
    scaling.apply(f, column.data(), column.size());
    for (std::size_t i = 0; i < column.size(); ++i) table.values[i * features + f] = column[i];
  }
}

}  // namespace cers
