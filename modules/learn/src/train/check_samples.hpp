// SPDX-License-Identifier: Apache-2.0
// What any training asks of its samples.
#pragma once

#include <vector>

#include "cers/learn/sample_table.hpp"

namespace cers::learn {

/// The class codes of a table, ascending.
std::vector<int> labels_of(const SampleTable& table);

/// Throws DataError when there are no features, fewer than two classes or more than `most_classes`, or a value is not
/// finite. `kind` is the kind of model: "a forest".
void check_samples(const SampleTable& table, std::size_t most_classes, const char* kind);

}  // namespace cers::learn
