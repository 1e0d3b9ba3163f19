// SPDX-License-Identifier: Apache-2.0
#include "sample_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/vector-io/feature_table.hpp"
#include "class_walk.hpp"

namespace cers {
namespace {

FeatureColumns columns_of(const SampleFiles& files) {
  return {files.features, files.label, files.group, files.group_if_there};
}

void add_labels(const std::vector<std::string>& texts, const Nomenclature& nomenclature, const std::string& named,
                Samples& samples) {
  const std::map<std::string, int> codes = codes_of({texts.begin(), texts.end()}, nomenclature, named);
  for (const std::string& text : texts) samples.table.labels.push_back(codes.at(text));
}

/// Gives each row the code that its class leads to, as text, and leaves out those whose class leads nowhere; says so.
std::string walk_rows(FeatureTable& part, const CrossWalk& walk, const std::string& path) {
  const std::size_t features = part.features.size();
  std::set<std::string> lost;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const auto found = walk.to.find(part.labels[i]);
    if (found == walk.to.end()) {
      lost.insert(part.labels[i]);
      continue;
    }
    part.ids[kept] = part.ids[i];
    part.labels[kept] = std::to_string(found->second);
    if (!part.groups.empty()) part.groups[kept] = part.groups[i];
    std::copy_n(part.values.begin() + static_cast<std::ptrdiff_t>(i * features), features,
                part.values.begin() + static_cast<std::ptrdiff_t>(kept * features));
    ++kept;
  }
  if (kept == 0 && part.size() > 0)
    throw UserError(fmt::format("no class of {} leads to a new one", path), "check -walk and -cfield");
  std::string text = describe_lost_classes(lost, part.size() - kept, path);
  part.ids.resize(kept);
  part.labels.resize(kept);
  if (!part.groups.empty()) part.groups.resize(kept);
  part.values.resize(kept * features);
  return text;
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

Samples read_samples(const SampleFiles& files, const std::optional<Nomenclature>& known, const std::string& named) {
  Samples samples;
  std::vector<std::string> texts;
  bool all_grouped = true;
  for (const std::string& file : files.files) {
    FeatureTable part = read_feature_table(file, files.layer, columns_of(files));
    if (files.walk) {
      std::string text = walk_rows(part, *files.walk, file);
      if (!text.empty()) samples.lost.push_back(std::move(text));
    }
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
  const Nomenclature nomenclature =
      known ? *known
            : classes_of_field({texts.begin(), texts.end()}, files.label, files.files.empty() ? "" : files.files[0]);
  samples.names = nomenclature.classes();
  add_labels(texts, nomenclature, named, samples);
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
