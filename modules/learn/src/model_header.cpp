// SPDX-License-Identifier: Apache-2.0
#include "model_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "sealed_file.hpp"

namespace cers::learn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_features = 65534;
constexpr std::size_t most_classes = 65535;
constexpr std::size_t most_trees = 65535;

template <class E, std::size_t N>
using Names = std::array<std::pair<E, const char*>, N>;
constexpr Names<Bootstrap, 3> bootstraps{
    {{Bootstrap::groups, "groups"}, {Bootstrap::samples, "samples"}, {Bootstrap::none, "none"}}};
constexpr Names<ClassWeights, 2> class_weights{{{ClassWeights::none, "none"}, {ClassWeights::balanced, "balanced"}}};
constexpr Names<LeafVotes, 2> leaf_votes{{{LeafVotes::shares, "shares"}, {LeafVotes::majority, "majority"}}};

template <class E, std::size_t N>
const char* name_of(const Names<E, N>& names, E value) {
  return std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.first == value; })->second;
}

std::string colour_text(const std::array<std::uint8_t, 3>& colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour[0], colour[1], colour[2]);
}

Json classes_json(const ForestFile& file) {
  Json classes = Json::array();
  for (std::size_t i = 0; i < file.info.classes.size(); ++i) {
    const ClassInfo& one = file.info.classes[i];
    Json entry{{"code", one.code}};
    if (!one.name.empty()) entry["name"] = one.name;
    if (one.colour) entry["colour"] = colour_text(*one.colour);
    entry["samples"] = file.forest.samples[i];
    classes.push_back(entry);
  }
  return classes;
}

Json training_json(const ForestTraining& training) {
  return {{"trees", training.trees},
          {"max_depth", training.max_depth},
          {"min_node", training.min_node},
          {"min_leaf", training.min_leaf},
          {"features_per_split", training.features_per_split},
          {"bootstrap", name_of(bootstraps, training.bootstrap)},
          {"class_weights", name_of(class_weights, training.weights)},
          {"leaf", name_of(leaf_votes, training.leaf)},
          {"enough", training.enough},
          {"permutation_importance", training.permutation_importance},
          {"calibrate", training.calibrate},
          {"seed", training.seed}};
}

Json origin_json(const Origin& origin) {
  Json steps = Json::array();
  for (const OriginStep& step : origin) {
    Json inputs = Json::array();
    for (const OriginInput& input : step.inputs) {
      Json entry{{"key", input.key}, {"names", input.names}};
      if (!input.days.empty()) entry["days"] = input.days;
      inputs.push_back(std::move(entry));
    }
    Json parameters = Json::array();
    for (const auto& [key, values] : step.parameters) parameters.push_back({{"key", key}, {"values", values}});
    steps.push_back({{"step", step.id}, {"app", step.app}, {"inputs", inputs}, {"parameters", parameters}});
  }
  return steps;
}

/// Values of the header, each asked for with its kind.
class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  const Json& member(const Json& json, const char* key) const {
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (!json.is_object() || found == json.end()) damaged(name_, fmt::format("its header has no '{}'", key));
    return *found;
  }
  const Json& list(const Json& json, const char* key, std::size_t most) const {
    const Json& found = member(json, key);
    if (!found.is_array() || found.size() > most) odd(key);
    return found;
  }
  std::string text(const Json& json, const char* key) const {
    const Json& found = member(json, key);
    if (!found.is_string()) odd(key);
    return found.get<std::string>();
  }
  std::string text(const Json& value) const {
    if (!value.is_string()) damaged(name_, "its header has something else than text in a list of texts");
    return value.get<std::string>();
  }
  std::vector<std::string> texts(const Json& json, const char* key, std::size_t most) const {
    std::vector<std::string> values;
    for (const Json& one : list(json, key, most)) values.push_back(text(one));
    return values;
  }
  template <class T>
  T whole(const Json& json, const char* key, std::int64_t least = 0,
          std::int64_t most = std::numeric_limits<int>::max()) const {
    const Json& found = member(json, key);
    if (!found.is_number_integer() || (found.is_number_unsigned() && found.get<std::uint64_t>() >> 63U != 0)) odd(key);
    const auto value = found.get<std::int64_t>();
    if (value < least || value > most) odd(key);
    return static_cast<T>(value);
  }
  double real(const Json& json, const char* key) const { return real_of(member(json, key), key); }
  double real_of(const Json& value, const char* key) const {
    if (!value.is_number()) odd(key);
    return value.get<double>();
  }
  bool yes(const Json& json, const char* key) const {
    const Json& found = member(json, key);
    if (!found.is_boolean()) odd(key);
    return found.get<bool>();
  }
  template <class T>
  std::vector<T> reals(const Json& json, const char* key, std::size_t wanted) const {
    const Json& found = list(json, key, wanted);
    if (!found.empty() && found.size() != wanted) odd(key);
    std::vector<T> values;
    for (const Json& one : found) values.push_back(static_cast<T>(real_of(one, key)));
    return values;
  }
  template <class E, std::size_t N>
  E one_of(const Json& json, const char* key, const Names<E, N>& names) const {
    const std::string text_found = text(json, key);
    const auto found =
        std::find_if(names.begin(), names.end(), [&](const auto& one) { return text_found == one.second; });
    if (found == names.end()) odd(key);
    return found->first;
  }
  [[noreturn]] void odd(const char* key) const {
    damaged(name_, fmt::format("'{}' of its header is not what it should be", key));
  }

 private:
  const std::string& name_;
};

std::array<std::uint8_t, 3> colour_of(const std::string& text, const Reader& reader) {
  unsigned value = 0;
  const auto [end, fault] =
      std::from_chars(text.data() + std::min<std::size_t>(1, text.size()), text.data() + text.size(), value, 16);
  if (text.size() != 7 || text[0] != '#' || fault != std::errc() || end != text.data() + text.size())
    reader.odd("colour");
  return {static_cast<std::uint8_t>(value >> 16U), static_cast<std::uint8_t>(value >> 8U & 0xFFU),
          static_cast<std::uint8_t>(value & 0xFFU)};
}

void read_classes(const Json& json, const Reader& reader, ForestFile& file) {
  for (const Json& one : reader.list(json, "classes", most_classes)) {
    ClassInfo info;
    info.code = reader.whole<int>(one, "code", std::numeric_limits<int>::min());
    if (one.contains("name")) info.name = reader.text(one, "name");
    if (one.contains("colour")) info.colour = colour_of(reader.text(one, "colour"), reader);
    if (!file.forest.labels.empty() && info.code <= file.forest.labels.back()) reader.odd("classes");
    file.forest.labels.push_back(info.code);
    file.forest.samples.push_back(
        reader.whole<std::size_t>(one, "samples", 0, std::numeric_limits<std::int64_t>::max()));
    file.info.classes.push_back(std::move(info));
  }
  if (file.info.classes.empty()) reader.odd("classes");
}

ForestTraining read_training(const Json& json, int version, const Reader& reader) {
  ForestTraining training;
  training.trees = reader.whole<int>(json, "trees", 1, most_trees);
  training.max_depth = reader.whole<int>(json, "max_depth");
  training.min_node = reader.whole<int>(json, "min_node", std::numeric_limits<int>::min());
  training.min_leaf = reader.whole<int>(json, "min_leaf", std::numeric_limits<int>::min());
  training.features_per_split = reader.whole<int>(json, "features_per_split");
  training.bootstrap = reader.one_of(json, "bootstrap", bootstraps);
  training.weights = reader.one_of(json, "class_weights", class_weights);
  training.leaf = reader.one_of(json, "leaf", leaf_votes);
  training.enough = reader.real(json, "enough");
  training.permutation_importance = reader.yes(json, "permutation_importance");
  training.calibrate = version >= calibrated_version && reader.yes(json, "calibrate");
  const Json& seed = reader.member(json, "seed");
  if (!seed.is_number_unsigned()) reader.odd("seed");
  training.seed = seed.get<std::uint64_t>();
  return training;
}

OutOfBag read_out_of_bag(const Json& json, const Reader& reader, std::size_t classes) {
  OutOfBag result;
  result.samples = reader.whole<std::size_t>(json, "samples", 0, std::numeric_limits<std::int64_t>::max());
  result.accuracy = reader.real(json, "accuracy");
  result.brier = reader.real(json, "brier");
  const Json& confusion = reader.list(json, "confusion", classes * classes);
  if (!confusion.empty() && confusion.size() != classes * classes) reader.odd("confusion");
  for (const Json& one : confusion) {
    if (!one.is_number_unsigned()) reader.odd("confusion");
    result.confusion.push_back(one.get<std::uint64_t>());
  }
  return result;
}

constexpr std::size_t most_steps = 10000;       // of the chain, and inputs and parameters of each
constexpr std::size_t most_values = 1U << 20U;  // of one of them

/// Files written before there was an origin have none.
Origin read_origin(const Json& json, const Reader& reader) {
  Origin origin;
  if (!json.contains("origin")) return origin;
  for (const Json& one : reader.list(json, "origin", most_steps)) {
    OriginStep step{reader.text(one, "step"), reader.text(one, "app"), {}, {}};
    for (const Json& input : reader.list(one, "inputs", most_steps)) {
      step.inputs.push_back({reader.text(input, "key"), reader.texts(input, "names", most_values), {}});
      if (input.contains("days")) step.inputs.back().days = reader.texts(input, "days", most_values);
    }
    for (const Json& parameter : reader.list(one, "parameters", most_steps))
      step.parameters.emplace_back(reader.text(parameter, "key"), reader.texts(parameter, "values", most_values));
    origin.push_back(std::move(step));
  }
  return origin;
}

VoteCalibration read_calibration(const Json& json, const Reader& reader) {
  VoteCalibration result;
  result.exponent = reader.real(json, "exponent");
  if (!(result.exponent >= VoteCalibration::least && result.exponent <= VoteCalibration::most)) reader.odd("exponent");
  result.noise = reader.real(json, "noise");
  if (!(result.noise >= 0 && result.noise <= VoteCalibration::most_noise)) reader.odd("noise");
  result.samples = reader.whole<std::size_t>(json, "samples", 0, std::numeric_limits<std::int64_t>::max());
  result.log_loss_of_shares = reader.real(json, "log_loss_of_shares");
  result.log_loss = reader.real(json, "log_loss");
  return result;
}

}  // namespace

std::string header_text(const ForestFile& file) {
  Json json{{"kind", "random forest"}, {"cers", file.version}, {"features", file.info.features}};
  json["classes"] = classes_json(file);
  json["scaling"] = {{"mean", file.info.scaling.mean}, {"deviation", file.info.scaling.deviation}};
  json["nodata"] = file.info.nodata ? Json(*file.info.nodata) : Json(nullptr);
  json["dates"] = file.info.dates;
  json["origin"] = origin_json(file.info.origin);
  json["training"] = training_json(file.training);
  json["samples"] = {{"count", file.sample_count}, {"fnv1a", file.samples_digest}};
  const OutOfBag& judged = file.forest.out_of_bag;
  json["out_of_bag"] = {{"samples", judged.samples},
                        {"accuracy", judged.accuracy},
                        {"brier", judged.brier},
                        {"confusion", judged.confusion}};
  const VoteCalibration& calibration = file.forest.calibration;
  json["calibration"] = {{"exponent", calibration.exponent},
                         {"noise", calibration.noise},
                         {"samples", calibration.samples},
                         {"log_loss_of_shares", calibration.log_loss_of_shares},
                         {"log_loss", calibration.log_loss}};
  json["importance"] = {{"impurity", file.forest.impurity_importance},
                        {"permutation", file.forest.permutation_importance}};
  json["trees"] = file.forest.trees.size();
  json["votes_of_leaf"] = file.forest.leaves.votes;
  json["leaf_rows"] = file.forest.leaves.shares.size() / file.info.classes.size();
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Header parse_header(std::string_view text, int version, const std::string& name) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) damaged(name, "its header is no JSON");
  const Reader reader(name);
  if (reader.text(json, "kind") != "random forest") reader.odd("kind");
  Header header;
  ForestFile& file = header.file;
  file.version = reader.text(json, "cers");
  for (const Json& one : reader.list(json, "features", most_features)) file.info.features.push_back(reader.text(one));
  const std::size_t features = file.info.features.size();
  if (features == 0) reader.odd("features");
  read_classes(json, reader, file);
  const Json& scaling = reader.member(json, "scaling");
  file.info.scaling = {reader.reals<float>(scaling, "mean", features),
                       reader.reals<float>(scaling, "deviation", features)};
  if (file.info.scaling.mean.size() != file.info.scaling.deviation.size()) reader.odd("scaling");
  if (!reader.member(json, "nodata").is_null()) file.info.nodata = reader.real(json, "nodata");
  file.info.dates = reader.texts(json, "dates", most_values);
  file.info.origin = read_origin(json, reader);
  file.training = read_training(reader.member(json, "training"), version, reader);
  const Json& samples = reader.member(json, "samples");
  file.sample_count = reader.whole<std::size_t>(samples, "count", 0, std::numeric_limits<std::int64_t>::max());
  file.samples_digest = reader.text(samples, "fnv1a");
  file.forest.out_of_bag = read_out_of_bag(reader.member(json, "out_of_bag"), reader, file.info.classes.size());
  if (version >= calibrated_version)
    file.forest.calibration = read_calibration(reader.member(json, "calibration"), reader);
  const Json& importance = reader.member(json, "importance");
  file.forest.impurity_importance = reader.reals<double>(importance, "impurity", features);
  file.forest.permutation_importance = reader.reals<double>(importance, "permutation", features);
  header.trees = reader.whole<std::size_t>(json, "trees", 1, most_trees);
  file.forest.leaves.votes = reader.whole<std::uint16_t>(json, "votes_of_leaf", 1, 65535);
  if (header.trees * file.forest.leaves.votes > 65535) reader.odd("votes_of_leaf");
  header.rows = reader.whole<std::size_t>(json, "leaf_rows", 1);
  return header;
}

}  // namespace cers::learn
