// SPDX-License-Identifier: Apache-2.0
// A trained classifier of any kind: features in, votes for classes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/core/origin.hpp"
#include "cers/learn/feature_scaling.hpp"
#include "cers/learn/forest.hpp"
#include "cers/learn/vote_calibration.hpp"

namespace cers {

/// What a model says of itself. Models of other programs know the codes of their classes only.
struct ModelInfo {
  std::vector<std::string> features;  ///< names in their order; empty: unknown
  std::vector<ClassInfo> classes;     ///< in the order of the votes
  FeatureScaling scaling;             ///< what the features were brought to before training; empty: nothing, or unknown
  std::optional<double> nodata;       ///< stored number that meant missing in the images of the training
  std::vector<std::string> dates;     ///< days of a time series, by the names of the features, as 2018-02-11
  Origin origin;                      ///< scenes, polygons and steps it came about by, the training last
};

/// The classes of these labels in their order, with the names and colours that `known` has for them.
std::vector<ClassInfo> classes_of_labels(const std::vector<int>& labels, const std::vector<ClassInfo>& known);

/// Immutable; used by all workers at once.
class Model {
 public:
  explicit Model(ModelInfo info) : info_(std::move(info)) {}
  virtual ~Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  const ModelInfo& info() const { return info_; }
  /// "random forest of 100 trees".
  virtual std::string kind() const = 0;
  virtual int features() const = 0;
  /// Votes that a pixel gets altogether, at most 65535.
  virtual std::size_t votes() const = 0;
  /// Text that tells two models of the same kind apart.
  virtual std::string digest() const = 0;
  /// Nanoseconds of one core per pixel, roughly.
  virtual double cost() const = 0;
  /// As Forest::vote(): count, stride and padding mean the same. `values` are scaled already.
  virtual void vote(const float* values, std::size_t stride, std::size_t count, std::uint16_t* votes) const = 0;

 private:
  ModelInfo info_;
};

/// `info.classes` are those of the forest's labels, in their order; left empty, they are made from the labels. With a
/// `calibration` that changes anything the votes are calibrated and add up to 65535.
std::shared_ptr<const Model> make_forest_model(Forest forest, ModelInfo info, const VoteCalibration& calibration = {});

/// Reads a model that Cers trained (see model_file.hpp), a random forest, boosted trees or a support vector machine of
/// OpenCV and OTB (see opencv_forest.hpp, opencv_boost.hpp, opencv_svm.hpp) or a support vector machine of libsvm and
/// OTB (see svm.hpp), whichever the file holds. Throws DataError, naming the file, for anything else and for damaged
/// files.
std::shared_ptr<const Model> read_model(const std::string& path);
std::shared_ptr<const Model> parse_model(std::string_view bytes, const std::string& name);

/// True when the names only count ("value_0", "value_1", …; from 0 or 1) or there are none: they say nothing of what
/// the features are.
bool named_by_position(const std::vector<std::string>& features);

/// Where the features of a model and of an image contradict: both have names that mean something and the features with
/// these indices have other ones. Case does not matter. Numbers of features are compared elsewhere.
std::vector<std::size_t> contradictions(const std::vector<std::string>& model, const std::vector<std::string>& image);
/// The first of these.
std::optional<std::size_t> first_contradiction(const std::vector<std::string>& model,
                                               const std::vector<std::string>& image);

}  // namespace cers
