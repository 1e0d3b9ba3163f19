// SPDX-License-Identifier: Apache-2.0
#include "model_bands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/learn/feature_days.hpp"
#include "cers/learn/model.hpp"

namespace cers {
namespace {

constexpr const char* same_days =
    "bring the series to the same days: -start, -stop and -step, or -od, of "
    "TimeSeriesFeatures";
constexpr const char* in_order =
    "give the bands of the training in their order: ConcatenateImages stacks, `?&bands=1,2` after a file name selects";

std::string counted(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// "3 bands", "3 bands of 3 days from 2018-01-01 to 2018-01-21".
std::string counted(std::size_t count, const char* what, const std::vector<std::string>& days) {
  return counted(count, what) + (days.empty() ? "" : " of " + describe_days(days));
}

/// ": 18 features are no band, such as 'ndvi_20180211', 'ndvi_20180221', 'ndvi_20180301'"; empty when names do not
/// tell.
std::string lacking(const std::vector<std::string>& features, const std::vector<std::string>& bands) {
  if (named_by_position(features) || named_by_position(bands)) return {};
  constexpr std::size_t shown = 3;
  std::size_t count = 0;
  std::string text;
  for (const std::string& feature : features) {
    const bool there = std::any_of(bands.begin(), bands.end(),
                                   [&](const std::string& band) { return equal_ignoring_case(band, feature); });
    if (there || ++count > shown) continue;
    text += fmt::format("{}'{}'", count == 1 ? "" : ", ", feature);
  }
  if (count == 0) return {};
  return fmt::format(": {} {} no band{} {}", counted(count, "feature"), count == 1 ? "is" : "are",
                     count > shown ? ", such as" : ",", text);
}

void check_number(const ImageInput& image, const std::vector<std::string>& names, const std::vector<std::string>& days,
                  const ModelFeatures& model, const std::vector<std::string>& model_days, bool ignore_names) {
  const std::size_t bands = names.size();
  if (bands == model.count) return;
  const std::string other_days = describe_other_days(model_days, days);
  if (other_days.empty())
    throw UserError(fmt::format("{} has {}, but {} was trained on {}{}", image.label(), counted(bands, "band"),
                                model.file, counted(model.count, "feature"), lacking(model.names, names)),
                    in_order);
  throw UserError(
      fmt::format("{} has {}, but {} was trained on {}: {}", image.label(), counted(bands, "band", days), model.file,
                  counted(model.count, "feature", model_days), other_days),
      ignore_names ? std::string(same_days) + ", or to as many: -names ignore goes by their order" : same_days);
}

/// What -names ignore passes over.
std::string ignored(const ImageInput& image, const std::vector<std::string>& names,
                    const std::vector<std::string>& days, const ModelFeatures& model,
                    const std::vector<std::string>& model_days) {
  std::string text;
  const bool other_days = !describe_other_days(model_days, days).empty();
  if (other_days)
    text = fmt::format("{} has {}, but {} was trained on {}", image.label(), describe_days(days), model.file,
                       describe_days(model_days));
  // Of as many days the first stands for the first: names are compared as if they had them.
  const std::vector<std::size_t> otherwise = contradictions(
      model.names, other_days && days.size() == model_days.size() ? with_other_days(names, days, model_days) : names);
  if (!otherwise.empty()) {
    const std::size_t at = otherwise[0];
    text += fmt::format("{}{} of {} of {} {} named otherwise than the features of {}, the first band {} '{}' for '{}'",
                        text.empty() ? "" : "; ", otherwise.size(), counted(names.size(), "band"), image.label(),
                        otherwise.size() == 1 ? "is" : "are", model.file, at + 1, names[at], model.names[at]);
  }
  return text.empty() ? text
                      : text + (otherwise.empty() ? ": -names ignore takes the days in their order"
                                                  : ": -names ignore takes the bands in their order");
}

}  // namespace

std::string check_bands(const ImageInput& image, const ModelFeatures& model, bool ignore_names) {
  std::vector<std::string> names;
  for (const BandInfo& band : image.info().bands) names.push_back(band.name);
  const std::vector<std::string> days = days_of_features(names);
  const std::vector<std::string> model_days = days_of_features(model.names);
  check_number(image, names, days, model, model_days, ignore_names);
  if (ignore_names) return ignored(image, names, days, model, model_days);
  if (const std::string other = describe_other_days(model_days, days); !other.empty())
    throw UserError(fmt::format("{} does not have the days {} was trained on, {}: {}", image.label(), model.file,
                                describe_days(model_days), other),
                    std::string(same_days) + "; -names ignore takes the days of another year in their order");
  const std::vector<std::size_t> otherwise = contradictions(model.names, names);
  if (!otherwise.empty()) {
    const std::size_t at = otherwise[0];
    throw UserError(fmt::format("band {} of {} is '{}', but feature {} of {} is '{}'{}", at + 1, image.label(),
                                names[at], at + 1, model.file, model.names[at],
                                otherwise.size() == 1 ? ""
                                                      : fmt::format("; {} of {} bands are named otherwise",
                                                                    otherwise.size(), names.size())),
                    fmt::format("{}; -names ignore goes by the order alone", in_order));
  }
  return {};
}

}  // namespace cers
