// SPDX-License-Identifier: Apache-2.0
// OpenCV itself as the oracle for readers of its models.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/ml.hpp>
#include <random>
#include <string>
#include <vector>

#include "cers/learn/classify_rows.hpp"
#include "cers/learn/model.hpp"
#include "cers/learn/sample_table.hpp"

namespace cers::testing {

/// Overlapping classes 2, 5, 8, …: class k is shifted along feature k.
inline SampleTable shifted_classes(std::size_t samples, int classes, std::size_t features, unsigned seed) {
  std::mt19937 random(seed);
  SampleTable table;
  for (std::size_t f = 0; f < features; ++f) table.features.push_back("f" + std::to_string(f));
  for (std::size_t i = 0; i < samples; ++i) {
    const int kind = static_cast<int>(random() % static_cast<unsigned>(classes));
    table.labels.push_back(2 + 3 * kind);
    for (std::size_t f = 0; f < features; ++f)
      table.values.push_back(static_cast<float>(random() % 4096U) / 2048.0F +
                             (static_cast<int>(f) == kind ? 0.7F : 0.0F));
  }
  return table;
}

inline cv::Mat rows_of(const SampleTable& table) {
  cv::Mat matrix(static_cast<int>(table.size()), static_cast<int>(table.features.size()), CV_32F);
  std::copy(table.values.begin(), table.values.end(), matrix.ptr<float>());
  return matrix;
}

/// `suffix`: .yml, .xml or .json.
inline std::string stored(const cv::ml::StatModel& model, const std::string& suffix) {
  cv::FileStorage file(suffix, cv::FileStorage::WRITE | cv::FileStorage::MEMORY);
  file << model.getDefaultName() << "{";
  model.write(file);
  file << "}";
  return file.releaseAndGetString();
}

inline std::vector<int> predicted(const cv::ml::StatModel& model, const SampleTable& table) {
  cv::Mat found;
  model.predict(rows_of(table), found);
  std::vector<int> labels;
  for (int i = 0; i < found.rows; ++i) labels.push_back(static_cast<int>(found.at<float>(i)));
  return labels;
}

inline std::vector<int> labels_by(const Model& model, const SampleTable& table) {
  std::vector<int> labels;
  for (const RowClass& one : classify_rows(model, table.values)) labels.push_back(one.code);
  return labels;
}

/// How many entries differ.
inline std::size_t differing(const std::vector<int>& a, const std::vector<int>& b) {
  EXPECT_EQ(a.size(), b.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) count += a[i] != b[i] ? 1U : 0U;
  return count;
}

}  // namespace cers::testing
