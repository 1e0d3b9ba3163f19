// SPDX-License-Identifier: Apache-2.0
// The features of a land-cover model as a user writes them.
#pragma once

#include <string>
#include <vector>

#include "cers/ops/expression.hpp"
#include "cers/series/temporal_statistics.hpp"

namespace cers::series {

/// A quantity with a value on every day: a band, an index, a formula.
struct Feature {
  std::string name;     ///< "red", "ndvi"
  std::string formula;  ///< over the names of bands
  Expression compile(const std::vector<std::string>& bands) const { return Expression::compile(formula, bands); }
};

/// Letters, digits and underscores, no digit first: what a formula can name.
bool is_feature_name(const std::string& text);

/// Each of `texts` is the name of a band; an index of RadiometricIndices ("NDVI" or "Vegetation:NDVI"), which becomes
/// "ndvi"; or "name=formula" in BandMath's language over the bands. Throws UserError naming the text for one that is
/// none of these, needs a band that is not among `bands`, or has the name of another.
std::vector<Feature> parse_features(const std::vector<std::string>& texts, const std::vector<std::string>& bands);

/// The bands, then what of NDVI, NDWI and the brightness (root of the sum of squares) they allow.
std::vector<std::string> default_features(const std::vector<std::string>& bands);

/// A feature and its statistics over time, from texts "ndvi:median".
struct FeatureStatistics {
  const Feature* feature;
  std::vector<TemporalStatistic> statistics;
};
/// Throws UserError for a text without a colon, a feature that is not among `features`, and a statistic that is none.
std::vector<FeatureStatistics> parse_statistics(const std::vector<std::string>& texts,
                                                const std::vector<Feature>& features);
const Feature& feature_named(const std::string& name, const std::vector<Feature>& features, const char* key);

}  // namespace cers::series
