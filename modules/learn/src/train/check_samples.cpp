// SPDX-License-Identifier: Apache-2.0
#include "check_samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cers/core/error.hpp"

namespace cers::learn {

std::vector<int> labels_of(const SampleTable& table) {
  std::vector<int> labels = table.labels;
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

void check_samples(const SampleTable& table, std::size_t most_classes, const char* kind) {
  const std::size_t features = table.features.size();
  const std::size_t classes = labels_of(table).size();
  CERS_EXPECT(table.values.size() == features * table.size());
  CERS_EXPECT(table.groups.empty() || table.groups.size() == table.size());
  CERS_EXPECT(table.size() < std::numeric_limits<std::uint32_t>::max());
  if (features == 0) throw DataError("the samples have no features", "name the fields that hold them");
  if (classes < 2)
    throw DataError(table.size() == 0 ? std::string("there are no samples to train on")
                                      : fmt::format("all {} samples are of class {}", table.size(), table.labels[0]),
                    "a model needs samples of at least two classes");
  if (classes > most_classes)
    throw DataError(fmt::format("the samples have {} classes, {} has at most {}", classes, kind, most_classes),
                    "is the class field the right one?");
  const auto odd =
      std::find_if(table.values.begin(), table.values.end(), [](float value) { return !std::isfinite(value); });
  if (odd != table.values.end()) {
    const auto at = static_cast<std::size_t>(odd - table.values.begin());
    throw DataError(fmt::format("feature '{}' of sample {} is {}", table.features[at % features], at / features + 1,
                                static_cast<double>(*odd)),
                    "leave out samples with missing features");
  }
}

}  // namespace cers::learn
