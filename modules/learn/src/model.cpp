// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/learn/model_file.hpp"
#include "cers/learn/opencv_boost.hpp"
#include "cers/learn/opencv_forest.hpp"
#include "cers/learn/opencv_svm.hpp"
#include "cers/learn/svm.hpp"
#include "stored_model.hpp"

namespace cers {
namespace {

class ForestModel final : public Model {
 public:
  ForestModel(Forest forest, ModelInfo info, const VoteCalibration& calibration)
      : Model(std::move(info)), forest_(std::move(forest)), calibration_(calibration) {
    if (calibration.changes()) curve_.emplace(calibration, forest_.votes(), forest_.trees(), forest_.labels().size());
  }
  std::string kind() const override {
    return fmt::format("random forest of {} tree{}", forest_.trees(), forest_.trees() == 1 ? "" : "s");
  }
  int features() const override { return forest_.features(); }
  std::size_t votes() const override { return curve_ ? VoteCurve::votes : forest_.votes(); }
  std::string digest() const override {
    return curve_ ? fmt::format("{} exponent {} noise {}", forest_.digest(), calibration_.exponent, calibration_.noise)
                  : forest_.digest();
  }
  // Measured on 100 trees of depth 25 and 10 bands: 0.6 to 0.9 ns a step, more where nodes outgrow the caches.
  double cost() const override { return static_cast<double>(forest_.depths()); }
  void vote(const float* values, std::size_t stride, std::size_t count, std::uint16_t* votes) const override {
    forest_.vote(values, stride, count, votes);
    if (curve_) curve_->apply(votes, stride, count);
  }

 private:
  Forest forest_;
  VoteCalibration calibration_;
  std::optional<VoteCurve> curve_;
};

/// The text before the number it ends with; nothing when it does not end with `number`.
std::optional<std::string_view> prefix_of(std::string_view name, std::size_t number) {
  const std::string digits = std::to_string(number);
  if (!name.ends_with(digits)) return std::nullopt;
  return name.substr(0, name.size() - digits.size());
}

}  // namespace

std::vector<ClassInfo> classes_of_labels(const std::vector<int>& labels, const std::vector<ClassInfo>& known) {
  std::vector<ClassInfo> classes;
  for (const int label : labels) {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const ClassInfo& one) { return one.code == label; });
    classes.push_back(found != known.end() ? *found : ClassInfo{label, {}, {}});
  }
  return classes;
}

std::shared_ptr<const Model> make_forest_model(Forest forest, ModelInfo info, const VoteCalibration& calibration) {
  if (info.classes.empty()) {
    for (const int label : forest.labels()) info.classes.push_back({label, {}, {}});
  }
  CERS_EXPECT(info.classes.size() == forest.labels().size());
  for (std::size_t i = 0; i < info.classes.size(); ++i) CERS_EXPECT(info.classes[i].code == forest.labels()[i]);
  const auto features = static_cast<std::size_t>(forest.features());
  CERS_EXPECT(info.features.empty() || info.features.size() == features);
  CERS_EXPECT(info.scaling.empty() ||
              (info.scaling.mean.size() == features && info.scaling.deviation.size() == features));
  return std::make_shared<const ForestModel>(std::move(forest), std::move(info), calibration);
}

std::shared_ptr<const Model> read_model(const std::string& path) {
  return parse_model(learn::file_text(path), path);
}

std::shared_ptr<const Model> parse_model(std::string_view bytes, const std::string& name) {
  if (is_forest_file(bytes)) return model_of(parse_forest_file(bytes, name));
  if (trimmed(bytes.substr(0, 64)).starts_with("svm_type")) return parse_libsvm(bytes, name);
  switch (learn::stored_kind(bytes)) {
    case learn::StoredKind::boost:
      return parse_opencv_boost(bytes, name);
    case learn::StoredKind::svm:
      return parse_opencv_svm(bytes, name);
    case learn::StoredKind::other:
      break;
  }
  return make_forest_model(parse_opencv_forest(bytes, name), {});
}

bool named_by_position(const std::vector<std::string>& features) {
  if (features.empty()) return true;
  for (const std::size_t first : {std::size_t{0}, std::size_t{1}}) {
    const auto prefix = prefix_of(features[0], first);
    bool all = prefix.has_value();
    for (std::size_t i = 1; all && i < features.size(); ++i) all = prefix_of(features[i], first + i) == prefix;
    if (all) return true;
  }
  return false;
}

std::vector<std::size_t> contradictions(const std::vector<std::string>& model, const std::vector<std::string>& image) {
  std::vector<std::size_t> found;
  if (named_by_position(model) || named_by_position(image)) return found;
  for (std::size_t i = 0; i < std::min(model.size(), image.size()); ++i) {
    const bool known = !model[i].empty() && !image[i].empty();
    if (known && !equal_ignoring_case(model[i], image[i])) found.push_back(i);
  }
  return found;
}

std::optional<std::size_t> first_contradiction(const std::vector<std::string>& model,
                                               const std::vector<std::string>& image) {
  const std::vector<std::size_t> all = contradictions(model, image);
  return all.empty() ? std::nullopt : std::optional(all[0]);
}

}  // namespace cers
