// SPDX-License-Identifier: Apache-2.0
#include "feature_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "../indices/index_table.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers::series {
namespace {

const SpectralIndex* index_named(const std::string& text) {
  const SpectralIndex* found = nullptr;
  for (const SpectralIndex& index : spectral_indices()) {
    if (index.name == text || (!found && index.short_name() == text)) found = &index;
  }
  return found;
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

Feature feature_of_index(const SpectralIndex& index, const std::vector<std::string>& bands) {
  const auto has = [&](const std::string& name) { return std::find(bands.begin(), bands.end(), name) != bands.end(); };
  const Expression expression = index.compile();
  for (const ExpressionVariable& variable : expression.variables()) {
    const std::string& role = spectral_roles()[static_cast<std::size_t>(variable.band)];
    if (!has(role))
      throw UserError(fmt::format("-features: {} needs the band {}, which the series does not have", index.name, role),
                      "the series has " + join(bands, ", ") + "; leave the index out or add the band to -bands");
  }
  return {lower_case(index.short_name()), index.formula};
}

Feature parse_feature(const std::string& text, const std::vector<std::string>& bands) {
  const auto equals = text.find('=');
  if (equals != std::string::npos) {
    Feature feature{text.substr(0, equals), text.substr(equals + 1)};
    if (!is_feature_name(feature.name))
      throw UserError(fmt::format("-features: '{}' is no name for a feature", feature.name),
                      "write name=formula, as in wet=(swir1-nir)/(swir1+nir)");
    feature.compile(bands);
    return feature;
  }
  if (std::find(bands.begin(), bands.end(), text) != bands.end()) return {text, text};
  if (const SpectralIndex* index = index_named(text)) return feature_of_index(*index, bands);
  std::vector<std::string> known = bands;
  for (const SpectralIndex& index : spectral_indices()) known.push_back(index.short_name());
  const std::string near = suggestion(text, known);
  throw UserError(fmt::format("-features: '{}' is neither a band nor an index", text),
                  near.empty() ? "bands are " + join(bands, ", ") +
                                     "; indices are those of RadiometricIndices; or write name=formula"
                               : near);
}

}  // namespace

bool is_feature_name(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::vector<Feature> parse_features(const std::vector<std::string>& texts, const std::vector<std::string>& bands) {
  std::vector<Feature> features;
  std::set<std::string> names;
  for (const std::string& text : texts) {
    features.push_back(parse_feature(text, bands));
    if (!names.insert(features.back().name).second)
      throw UserError(fmt::format("-features names {} twice", features.back().name), "give each another name");
  }
  return features;
}

std::vector<std::string> default_features(const std::vector<std::string>& bands) {
  const auto has = [&](const char* name) { return std::find(bands.begin(), bands.end(), name) != bands.end(); };
  std::vector<std::string> texts = bands;
  if (has("red") && has("nir")) texts.emplace_back("NDVI");
  if (has("nir") && has("swir1")) texts.emplace_back("NDWI");
  if (!std::all_of(bands.begin(), bands.end(), is_feature_name)) return texts;
  std::string squares;
  for (const std::string& band : bands) squares += (squares.empty() ? "" : "+") + band + "^2";
  texts.push_back("brightness=sqrt(" + squares + ")");
  return texts;
}

const Feature& feature_named(const std::string& name, const std::vector<Feature>& features, const char* key) {
  for (const Feature& feature : features) {
    if (feature.name == name) return feature;
  }
  std::vector<std::string> known;
  for (const Feature& feature : features) known.push_back(feature.name);
  throw UserError(fmt::format("-{}: there is no feature '{}'", key, name), "features are " + join(known, ", "));
}

std::vector<FeatureStatistics> parse_statistics(const std::vector<std::string>& texts,
                                                const std::vector<Feature>& features) {
  std::vector<FeatureStatistics> all;
  for (const std::string& text : texts) {
    const auto colon = text.find(':');
    if (colon == std::string::npos)
      throw UserError(fmt::format("-statistics: '{}' names no statistic", text),
                      "write FEATURE:STATISTIC, as in ndvi:median");
    const Feature& feature = feature_named(text.substr(0, colon), features, "statistics");
    TemporalStatistic statistic = parse_temporal_statistic(text.substr(colon + 1));
    auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.feature == &feature; });
    if (found == all.end()) found = all.insert(all.end(), {&feature, {}});
    for (const TemporalStatistic& other : found->statistics) {
      if (other.name == statistic.name)
        throw UserError(fmt::format("-statistics names {} twice", text), "name it once");
    }
    found->statistics.push_back(std::move(statistic));
  }
  return all;
}

}  // namespace cers::series
