// SPDX-License-Identifier: Apache-2.0
#include "opencv_trees.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "stored_model.hpp"

namespace cers::learn {
namespace {

constexpr std::size_t most_features = 16384;
constexpr const char* copy_again = "copy the model again, or train it again";

/// How messages name what was asked for, and the key that trains it.
struct Wanted {
  const char* name;
  const char* remedy;
};
Wanted wanted_of(TreesKind kind) {
  return kind == TreesKind::forest
             ? Wanted{"random forest",
                      "models that can be read: those of Cers; random forests, boosted trees and support vector "
                      "machines "
                      "of OpenCV and of OTB's -classifier rf, boost and svm; libsvm's machines (-classifier libsvm). "
                      "TrainVectorClassifier and TrainImagesClassifier train them"}
             : Wanted{"set of boosted trees",
                      "train one with -classifier boost of TrainVectorClassifier or TrainImagesClassifier"};
}

/// Where in the file an event belongs.
enum class Place {
  outside,
  file,
  model,
  options,
  labels,
  label_matrix,
  types,
  trees,
  tree,
  nodes,
  node,
  splits,
  split,
  ignored
};

Place place_in(Place parent, std::string_view key) {
  switch (parent) {
    case Place::file:
      return Place::model;
    case Place::model:
      if (key == "class_labels") return Place::labels;
      if (key == "cat_map") return Place::label_matrix;  // of OpenCV 2
      if (key == "var_type") return Place::types;
      if (key == "training_params") return Place::options;
      return key == "trees" ? Place::trees : Place::ignored;
    case Place::label_matrix:
      return key == "data" ? Place::labels : Place::ignored;
    case Place::trees:
      return Place::tree;
    case Place::tree:
      return key == "nodes" ? Place::nodes : Place::ignored;
    case Place::nodes:
      return Place::node;
    case Place::node:
      return key == "splits" ? Place::splits : Place::ignored;
    case Place::splits:
      return Place::split;
    default:
      return Place::ignored;
  }
}

/// What other models of OpenCV call themselves, in the new and the old files.
std::string kind_of(std::string_view name) {
  struct Kind {
    std::string_view in_name;
    const char* text;
  };
  constexpr std::array<Kind, 12> kinds{{{"svmsgd", "support vector machine"},
                                        {"svm", "support vector machine"},
                                        {"boost", "set of boosted trees"},
                                        {"gbt", "set of gradient-boosted trees"},
                                        {"dtree", "single decision tree"},
                                        {"tree-classifier", "single decision tree"},
                                        {"ann", "neural network"},
                                        {"bayes", "normal Bayes classifier"},
                                        {"knn", "nearest-neighbour classifier"},
                                        {"em", "mixture of Gaussians"},
                                        {"ertrees", "forest of extremely random trees"},
                                        {"lr", "logistic regression"}}};
  for (const Kind& kind : kinds) {
    if (name.find(kind.in_name) != std::string_view::npos) return kind.text;
  }
  return {};
}

/// Builds the trees while the file is read: only numbers that matter are kept.
class TreesReader final : public ModelEvents {
 public:
  TreesReader(TreesKind kind, const std::string& path) : kind_(kind), path_(path) {}

  void open(std::string_view key, std::string_view type) override {
    const Place parent = places_.empty() ? Place::outside : places_.back();
    const Place place = parent == Place::outside ? Place::file : place_in(parent, key);
    places_.push_back(place);
    if (place == Place::model) begin_model(key, type);
    if (place == Place::tree) trees_.emplace_back(), values_.emplace_back(), waiting_.clear();
    if (place == Place::node) node_ = {};
    if (place == Place::splits) node_.splits = true;
    if (place == Place::split) split_ = {};
  }

  void close() override {
    const Place place = places_.back();
    places_.pop_back();
    if (place == Place::split) end_split();
    if (place == Place::node) end_node();
    if (place == Place::tree) end_tree();
  }

  void scalar(std::string_view key, std::string_view text) override {
    switch (places_.empty() ? Place::outside : places_.back()) {
      case Place::model:
        return member(key, text);
      case Place::options:
        if (key == "boosting_type") boosting_ = text;
        return;
      case Place::label_matrix:
        return key == "data" ? integers(text, labels_, "cat_map") : void();
      case Place::labels:
        return integers(text, labels_, "class_labels");
      case Place::types:
        return integers(text, types_, "var_type");
      case Place::node:
        if (key == "norm_class_idx") node_.index = integer(text, key);
        if (key == "value" && boosted()) node_.value = real(text, key);
        if (key == "splits") node_.splits = true;
        return;
      case Place::split:
        return split_member(key, text);
      default:
        return;
    }
  }

  /// After the last event.
  OpenCvTrees finish() {
    const Wanted wanted = wanted_of(kind_);
    if (!found_) throw DataError(fmt::format("{} holds no {}", path_, wanted.name), wanted.remedy);
    if (!classifier_.value_or(1))
      throw DataError(fmt::format("{} is a {} for regression: it has no classes", path_, wanted.name),
                      "train it without the regression option");
    const int expected = expected_trees_.value_or(-1);
    if (expected < 0 || !var_count_ || trees_.size() < static_cast<std::size_t>(expected)) {
      throw DataError(expected < 0
                          ? fmt::format("{} ends early: its trees are missing", path_)
                          : fmt::format("{} ends early: it holds {} of {} trees", path_, trees_.size(), expected),
                      copy_again);
    }
    if (trees_.empty()) damaged("it has no tree");
    if (trees_.size() > static_cast<std::size_t>(expected)) damaged("it has more trees than it says");
    check_features();
    check_labels();
    if (!boosted()) check_leaves();
    return {*var_count_, std::move(labels_), std::move(trees_), std::move(values_), std::move(boosting_)};
  }

 private:
  struct PendingNode {
    std::optional<int> index;
    std::optional<double> value;
    std::optional<std::pair<int, float>> split;
    bool splits = false;  ///< it says that it has some
  };
  struct PendingSplit {
    std::optional<int> feature;
    std::optional<float> at_most;
    bool other = false;
  };

  [[noreturn]] void damaged(const std::string& what) const {
    throw DataError(fmt::format("{} is damaged: {}", path_, what), copy_again);
  }
  bool boosted() const { return kind_ == TreesKind::boosted; }
  std::string here() const { return trees_.empty() ? std::string() : fmt::format(" in tree {}", trees_.size()); }

  int integer(std::string_view text, std::string_view key) const {
    const auto value = parse_integer(trimmed(text));
    if (value && *value >= std::numeric_limits<int>::min() && *value <= std::numeric_limits<int>::max())
      return static_cast<int>(*value);
    damaged(fmt::format("{}{} is '{}', which is no whole number", key, here(), text.substr(0, 40)));
  }
  double real(std::string_view text, std::string_view key) const {
    text = trimmed(text);
    if (text == ".Inf" || text == ".inf") return std::numeric_limits<double>::infinity();
    if (text == "-.Inf" || text == "-.inf") return -std::numeric_limits<double>::infinity();
    const auto value = parse_real(text);
    if (value && !std::isnan(*value)) return *value;
    damaged(fmt::format("{}{} is '{}', which is no number", key, here(), text.substr(0, 40)));
  }
  void integers(std::string_view text, std::vector<int>& to, std::string_view key) const {
    while (!(text = trimmed(text)).empty()) {
      const auto blank = text.find_first_of(" \t\r\n");
      to.push_back(integer(text.substr(0, blank), key));
      text = blank == std::string_view::npos ? std::string_view{} : text.substr(blank);
    }
  }

  bool is_wanted(std::string_view key, std::string_view type) const {
    if (boosted()) return key == "opencv_ml_boost" || key == "my_boost_tree" || type == "opencv-ml-boost-tree";
    return key.find("rtrees") != std::string_view::npos || key == "my_random_trees" || type == "opencv-ml-random-trees";
  }

  void begin_model(std::string_view key, std::string_view type) {
    if (!is_wanted(key, type)) {
      const Wanted wanted = wanted_of(kind_);
      const std::string kind = kind_of(type.empty() ? key : type);
      throw DataError(kind.empty() ? fmt::format("{} holds '{}', which is no {} of OpenCV", path_, key, wanted.name)
                                   : fmt::format("{} is a {}, not a {}", path_, kind, wanted.name),
                      wanted.remedy);
    }
    if (found_) damaged("it holds two models");
    found_ = true;
  }

  void member(std::string_view key, std::string_view text) {
    if (key == "is_classifier") classifier_ = integer(text, key);
    if (key == "var_count") var_count_ = integer(text, key);
    if (key == "ntrees") expected_trees_ = integer(text, key);
    if (key == "boosting_type") boosting_ = text;
    if (key == "class_labels") integers(text, labels_, key);
    if (key == "var_type") integers(text, types_, key);
  }

  void split_member(std::string_view key, std::string_view text) {
    if (key == "var") split_.feature = integer(text, key);
    if (key == "le") split_.at_most = static_cast<float>(real(text, key));
    if (key == "in" || key == "not_in" || key == "gt") split_.other = true;
  }

  void end_split() {
    if (split_.other)
      throw DataError(fmt::format("{}{} splits other than by 'at most'", path_, here()),
                      "categories as features are not supported: train on numbers");
    if (!split_.feature || !split_.at_most) damaged(fmt::format("a split{} is not whole", here()));
    if (!node_.split) node_.split = {*split_.feature, *split_.at_most};  // what follows are surrogates
  }

  // Nodes come depth first, left before right: a node is the next child of the last split that lacks one.
  void end_node() {
    auto& tree = trees_.back();
    const int index = static_cast<int>(tree.size());
    if (index > 0) {
      if (waiting_.empty()) damaged(fmt::format("tree {} has nodes that belong to no split", trees_.size()));
      TreeNode& parent = tree[waiting_.back()];
      if (parent.left < 0) {
        parent.left = index;
      } else {
        parent.right = index;
        waiting_.pop_back();
      }
    }
    TreeNode node;
    if (node_.split) {
      node.feature = node_.split->first;
      node.threshold = node_.split->second;
      if (!var_count_ || node.feature < 0 || node.feature >= *var_count_)
        damaged(
            fmt::format("a split{} asks for feature {}, there are {}", here(), node.feature, var_count_.value_or(0)));
      waiting_.push_back(tree.size());
    } else {
      const bool known = boosted() ? node_.value.has_value() && std::isfinite(*node_.value) : node_.index.has_value();
      if (!known || node_.splits) damaged(fmt::format("a leaf{} has no {}", here(), boosted() ? "value" : "class"));
      if (!boosted()) node.label = *node_.index;
    }
    tree.push_back(node);
    values_.back().push_back(node_.value.value_or(0));
  }

  void end_tree() {
    if (trees_.back().empty() || !waiting_.empty())
      throw DataError(fmt::format("{} ends early: tree {} of {} is not whole", path_, trees_.size(),
                                  expected_trees_.value_or(static_cast<int>(trees_.size()))),
                      copy_again);
  }

  void check_features() const {
    const auto features = static_cast<std::size_t>(std::max(0, *var_count_));
    if (features == 0 || features > most_features) damaged(fmt::format("it has {} features", *var_count_));
    for (const auto& tree : trees_) {
      if (tree.size() > Forest::most_nodes(*var_count_))
        throw DataError(fmt::format("{} has a tree of {} nodes: with {} features there is room for {}", path_,
                                    tree.size(), features, Forest::most_nodes(*var_count_)),
                        "train it with fewer samples or less depth");
    }
    const auto end = types_.begin() + static_cast<std::ptrdiff_t>(std::min(features, types_.size()));
    if (std::any_of(types_.begin(), end, [](int type) { return type != 0; }))
      throw DataError(path_ + " was trained on categories as features", "train it on numbers");
  }

  void check_labels() const {
    if (labels_.empty()) damaged("its class labels are missing");
    if (labels_.size() > std::numeric_limits<std::uint16_t>::max()) damaged("it has more than 65535 classes");
    if (trees_.size() > std::numeric_limits<std::uint16_t>::max())
      throw DataError(path_ + " has more than 65535 trees", "train it with fewer");
  }

  /// Labels may stand after the trees, so leaves are checked when all is known.
  void check_leaves() const {
    const int classes = static_cast<int>(labels_.size());
    for (std::size_t tree = 0; tree < trees_.size(); ++tree) {
      for (const TreeNode& node : trees_[tree]) {
        if (node.feature < 0 && (node.label < 0 || node.label >= classes))
          damaged(fmt::format("a leaf in tree {} votes for class {} of {}", tree + 1, node.label + 1, classes));
      }
    }
  }

  TreesKind kind_;
  const std::string& path_;
  std::vector<Place> places_;
  bool found_ = false;
  std::optional<int> classifier_;
  std::optional<int> var_count_;
  std::optional<int> expected_trees_;
  std::vector<int> labels_;
  std::vector<int> types_;
  std::vector<std::vector<TreeNode>> trees_;
  std::vector<std::vector<double>> values_;
  std::string boosting_;
  std::vector<std::size_t> waiting_;  ///< splits of the last tree that lack a child, innermost last
  PendingNode node_;
  PendingSplit split_;
};

/// Models of other programs that OTB reads, by how they begin.
void refuse_other_programs(std::string_view text, const std::string& path, Wanted wanted) {
  struct Start {
    std::string_view text;
    const char* kind;
  };
  constexpr std::array<Start, 4> starts{{{"svm_type", "a support vector machine of libsvm"},
                                         {"#RFClassifier", "a random forest of Shark"},
                                         {"#KMeans", "a k-means classifier of Shark"},
                                         {"K=", "a nearest-neighbour classifier of OTB"}}};
  for (const Start& start : starts) {
    if (text.starts_with(start.text))
      throw DataError(fmt::format("{} is {}, not a {} of OpenCV", path, start.kind, wanted.name), wanted.remedy);
  }
  if (text.starts_with("\x1F\x8B")) throw DataError(path + " is compressed", "unpack it with gunzip");
}

}  // namespace

OpenCvTrees parse_opencv_trees(TreesKind kind, std::string_view text, const std::string& path) {
  if (text.empty()) throw DataError(path + " is empty", copy_again);
  const std::string_view start = trimmed(text.substr(0, 4096));
  refuse_other_programs(start, path, wanted_of(kind));
  TreesReader reader(kind, path);
  read_stored(text, path, reader);
  return reader.finish();
}

}  // namespace cers::learn
