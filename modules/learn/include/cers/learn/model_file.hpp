// SPDX-License-Identifier: Apache-2.0
// The file Cers keeps a trained forest in: all that is needed to use it, and to know how it came about.
//
// First line: "cers-model 2 <bytes of the header> <bytes of the body> <FNV-1a of both>". Then the header, indented JSON
// that `head` shows; then the body, little-endian: the leaf table row by row (uint16), and each tree in the order root,
// left side, right side: the number of nodes (uint32), then for each node its feature (uint16; 65535: a leaf) and its
// threshold (float32) or row (uint32). See docs/decisions/0005-model-file.md.
// Format 1, whose header has no calibration of the votes, is read too: its votes are as they are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cers/learn/model.hpp"
#include "cers/learn/train_forest.hpp"

namespace cers {

struct ForestFile {
  ModelInfo info;  ///< features of the table; classes as in forest.labels
  ForestTraining training;
  TrainedForest forest;
  std::size_t sample_count = 0;
  std::string samples_digest;  ///< digest_of() the table it was trained on
  std::string version;         ///< of the Cers that trained it
};

/// FNV-1a of names, values, labels and groups, as hexadecimal text.
std::string digest_of(const SampleTable& table);

/// The file of `forest`, trained on `table` with `training`. `info.features` are taken from the table,
/// `info.dates` from their names (see feature_days.hpp), and `info.classes` brought to the forest's labels: what is
/// known of their names and colours stays, others go.
ForestFile forest_file(const SampleTable& table, const ForestTraining& training, TrainedForest forest, ModelInfo info);

/// The bytes of the file; equal for equal content. Holds no date.
std::string bytes_of(const ForestFile& file);

/// True when the bytes begin as such a file does, whatever its version.
bool is_forest_file(std::string_view bytes);
/// `name` stands for the file in messages. Throws DataError when it is damaged, ends early or was written by a later
/// version.
ForestFile parse_forest_file(std::string_view bytes, const std::string& name);

/// The model to use.
std::shared_ptr<const Model> model_of(const ForestFile& file);

}  // namespace cers
