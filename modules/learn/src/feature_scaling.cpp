// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/feature_scaling.hpp"

#include <fmt/format.h>

#include <cmath>
#include <pugixml.hpp>
#include <string_view>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/core/vector_clones.hpp"
#include "stored_model.hpp"

namespace cers {
namespace {

constexpr const char* make_again = "make it with ComputeImagesStatistics -out.xml";

std::vector<float> vector_of(pugi::xml_node statistics, const char* name, const std::string& path) {
  const pugi::xml_node found = statistics.find_child_by_attribute("Statistic", "name", name);
  if (!found) throw DataError(fmt::format("{} has no statistic '{}'", path, name), make_again);
  std::vector<float> values;
  for (const pugi::xml_node one : found.children("StatisticVector")) {
    const std::string_view text = one.attribute("value").value();
    const auto value = parse_real(trimmed(text));
    if (!value || !std::isfinite(*value))
      throw DataError(
          fmt::format("{}: value {} of '{}' is '{}', which is no number", path, values.size() + 1, name, text),
          make_again);
    values.push_back(static_cast<float>(*value));
  }
  if (values.empty()) throw DataError(fmt::format("{}: the statistic '{}' is empty", path, name), make_again);
  return values;
}

CERS_VECTOR_CLONES void reduce(float* values, std::size_t count, float mean, double factor) {
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(factor * static_cast<double>(values[i] - mean));
}

}  // namespace

void FeatureScaling::apply(std::size_t feature, float* values, std::size_t count) const {
  const float scale = deviation[feature];
  const bool reduces = static_cast<double>(scale) > 1e-10;
  reduce(values, count, mean[feature], reduces ? static_cast<double>(1 / scale) : 1.0);
}

FeatureScaling read_feature_statistics(const std::string& path) {
  const std::string text = learn::file_text(path);
  if (text.empty()) throw DataError(path + " is empty", make_again);
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(text.data(), text.size());
  const pugi::xml_node statistics = document.child("FeatureStatistics");
  if (!result || !statistics) {
    throw DataError(fmt::format("{} is no statistics file: {}", path,
                                result ? "it has no element FeatureStatistics" : result.description()),
                    make_again);
  }
  FeatureScaling scaling{vector_of(statistics, "mean", path), vector_of(statistics, "stddev", path)};
  if (scaling.mean.size() != scaling.deviation.size())
    throw DataError(
        fmt::format("{} has {} means but {} standard deviations", path, scaling.mean.size(), scaling.deviation.size()),
        make_again);
  return scaling;
}

}  // namespace cers
