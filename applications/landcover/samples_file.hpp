// SPDX-License-Identifier: Apache-2.0
// For tests: samples as a GeoJSON file.
#pragma once

#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "command.hpp"

namespace cers::testing {

struct SampleRow {
  std::vector<std::string> values;  ///< as JSON
  std::string label;                ///< as JSON
  int polygon = 0;
};

/// Fields: `names`, then "code" and, unless `group` is empty, `group`.
inline std::string write_samples(const std::string& path, const std::vector<std::string>& names,
                                 const std::vector<SampleRow>& rows, const std::string& group = "originfid") {
  std::ofstream stream(path);
  stream << R"({"type":"FeatureCollection","features":[)";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    stream << (i == 0 ? "" : ",") << R"({"type":"Feature","geometry":{"type":"Point","coordinates":[)" << i
           << R"(,0]},"properties":{)";
    for (std::size_t f = 0; f < names.size(); ++f) stream << '"' << names[f] << "\":" << rows[i].values[f] << ',';
    stream << "\"code\":" << rows[i].label;
    if (!group.empty()) stream << ",\"" << group << "\":" << rows[i].polygon;
    stream << "}}";
  }
  stream << "]}";
  return path;
}

/// Two features of whole numbers: class 11 where red < 90, else 42 where nir < 120, else 7; one label in ten is wrong.
inline std::vector<SampleRow> three_classes(int count, unsigned seed, bool quoted = false) {
  std::mt19937 random(seed);
  std::vector<SampleRow> rows;
  for (int i = 0; i < count; ++i) {
    const auto red = static_cast<int>(random() % 200U);
    const auto nir = static_cast<int>(random() % 200U);
    int label = red < 90 ? 11 : nir < 120 ? 42 : 7;
    if (random() % 10U == 0) label = std::vector{11, 42, 7}[random() % 3U];
    const std::string text = label == 11 ? "\"wood\"" : label == 42 ? "\"crop\"" : "\"water\"";
    rows.push_back({{std::to_string(red), std::to_string(nir)}, quoted ? text : std::to_string(label), i / 6});
  }
  return rows;
}

/// TrainVectorClassifier on the features red and nir of `samples`.
inline CommandResult train_vector(const std::string& samples, const std::string& model,
                                  const std::vector<std::string>& more) {
  std::vector<std::string> words{
      "TrainVectorClassifier", "-io.vd", samples, "-feat", "red", "nir", "-cfield", "code", "-io.out", model};
  words.insert(words.end(), more.begin(), more.end());
  return cers(words);
}

}  // namespace cers::testing
