// SPDX-License-Identifier: Apache-2.0
// Samples in vector files, as SampleExtraction writes them, as a table to train on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cers/learn/feature_scaling.hpp"
#include "cers/learn/nomenclature.hpp"
#include "cers/learn/sample_table.hpp"

namespace cers {

/// Which fields of which files.
struct SampleFiles {
  std::vector<std::string> files;
  int layer = 0;
  std::vector<std::string> features;
  std::string label;
  std::string group;            ///< empty: none
  bool group_if_there = false;  ///< the group field may be missing, in all of the files
  std::optional<CrossWalk>
      walk{};  ///< samples get the class that theirs leads to, and are left out where it leads nowhere
};

struct Samples {
  SampleTable table;
  std::vector<ClassInfo> names;  ///< what is known of the classes
  std::size_t without_values = 0;
  std::size_t without_label = 0;
  std::vector<std::string> lost;  ///< of each file whose classes do not all lead to a new one, a sentence
};

/// The features' names as the first file spells them, without reading samples. Throws UserError for what is missing in
/// any of the files, or when they hold the features in fields of other names.
std::vector<std::string> check_sample_files(const SampleFiles& files);

/// All samples of all files, in their order. Classes are those of `known`, else those of Nomenclature::of_labels().
/// Throws as check_sample_files, for classes that `known` does not have, and UserError for a file none of whose classes
/// leads to a new one. `named`: what errors call `known`.
Samples read_samples(const SampleFiles& files, const std::optional<Nomenclature>& known = std::nullopt,
                     const std::string& named = {});

/// Brings all features to scale, as the image is before classification.
void scale(SampleTable& table, const FeatureScaling& scaling);

}  // namespace cers
