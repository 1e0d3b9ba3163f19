// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/core/version.hpp"
#include "cers/learn/feature_days.hpp"
#include "digest.hpp"
#include "model_header.hpp"
#include "sealed_file.hpp"

namespace cers {
namespace {

using namespace learn;

/// Marks a leaf where a split names its feature.
constexpr std::uint16_t leaf_mark = std::numeric_limits<std::uint16_t>::max();

void put(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
}

void put_tree(std::string& bytes, const std::vector<TreeNode>& tree) {
  put(bytes, static_cast<std::uint32_t>(tree.size()), 4);
  std::vector<int> todo{0};
  while (!todo.empty()) {
    const TreeNode& node = tree[static_cast<std::size_t>(todo.back())];
    todo.pop_back();
    put(bytes, node.feature < 0 ? leaf_mark : static_cast<std::uint32_t>(node.feature), 2);
    put(bytes, node.feature < 0 ? static_cast<std::uint32_t>(node.label) : std::bit_cast<std::uint32_t>(node.threshold),
        4);
    if (node.feature < 0) continue;
    todo.push_back(node.right);
    todo.push_back(node.left);
  }
}

/// Numbers from the body, in turn.
class Body {
 public:
  Body(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  std::uint32_t take(std::size_t count) {
    need(count);
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
    bytes_.remove_prefix(count);
    return value;
  }
  void need(std::size_t count) const {
    if (bytes_.size() < count) damaged(name_, "its trees are not whole");
  }
  std::size_t left() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
  const std::string& name_;
};

constexpr std::size_t bytes_of_node = 6;

/// Nodes come as root, left side, right side: a node is the next child of the last split that lacks one.
std::vector<TreeNode> take_tree(Body& body, const Header& header, const std::string& name) {
  const std::size_t count = body.take(4);
  if (count == 0 || count > Forest::most_nodes(static_cast<int>(header.file.info.features.size())))
    damaged(name, fmt::format("a tree has {} nodes", count));
  body.need(count * bytes_of_node);
  std::vector<TreeNode> tree(count);
  std::vector<std::size_t> waiting;  // splits that lack a child, innermost last
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t feature = body.take(2);
    const std::uint32_t value = body.take(4);
    if (i > 0) {
      if (waiting.empty()) damaged(name, "a tree has nodes that belong to no split");
      TreeNode& parent = tree[waiting.back()];
      if (parent.left < 0) {
        parent.left = static_cast<int>(i);
      } else {
        parent.right = static_cast<int>(i);
        waiting.pop_back();
      }
    }
    if (feature == leaf_mark) {
      if (value >= header.rows) damaged(name, fmt::format("a leaf names row {} of {}", value, header.rows));
      tree[i].label = static_cast<int>(value);
      continue;
    }
    tree[i].feature = static_cast<int>(feature);
    tree[i].threshold = std::bit_cast<float>(value);
    if (feature >= header.file.info.features.size() || std::isnan(tree[i].threshold))
      damaged(name, fmt::format("a split asks for feature {} of {}", feature + 1, header.file.info.features.size()));
    waiting.push_back(i);
  }
  if (!waiting.empty()) damaged(name, "a tree is not whole");
  return tree;
}

}  // namespace

std::string digest_of(const SampleTable& table) {
  Digest digest;
  for (const std::string& feature : table.features) {
    digest.add_text(feature);
    digest.add('\0');
  }
  for (const float value : table.values) digest.add(value);
  for (const int label : table.labels) digest.add(label);
  for (const std::int64_t group : table.groups) digest.add(group);
  return digest.text();
}

ForestFile forest_file(const SampleTable& table, const ForestTraining& training, TrainedForest forest, ModelInfo info) {
  ForestFile file;
  std::vector<ClassInfo> classes = classes_of_labels(forest.labels, info.classes);
  file.info = std::move(info);
  file.info.features = table.features;
  file.info.dates = days_of_features(table.features);
  file.info.classes = std::move(classes);
  file.training = training;
  file.forest = std::move(forest);
  file.sample_count = table.size();
  file.samples_digest = digest_of(table);
  file.version = version;
  return file;
}

std::string bytes_of(const ForestFile& file) {
  CERS_EXPECT(file.info.features.size() < leaf_mark);
  std::string body;
  for (const std::uint16_t share : file.forest.leaves.shares) put(body, share, 2);
  for (const auto& tree : file.forest.trees) put_tree(body, tree);
  return sealed(header_text(file), body);
}

bool is_forest_file(std::string_view bytes) {
  return bytes.starts_with(seal_mark);
}

ForestFile parse_forest_file(std::string_view bytes, const std::string& name) {
  const Unsealed parts = unsealed(bytes, name);
  Header header = parse_header(parts.header, parts.version, name);
  const std::size_t classes = header.file.info.classes.size();
  Body body(parts.body, name);
  LeafTable& leaves = header.file.forest.leaves;
  if (header.rows > parts.body.size() / 2 / classes) damaged(name, "its leaves are not whole");
  for (std::size_t row = 0; row < header.rows; ++row) {
    std::uint32_t sum = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      leaves.shares.push_back(static_cast<std::uint16_t>(body.take(2)));
      sum += leaves.shares.back();
    }
    if (sum != leaves.votes) damaged(name, fmt::format("leaf {} casts {} of {} votes", row + 1, sum, leaves.votes));
  }
  for (std::size_t tree = 0; tree < header.trees; ++tree)
    header.file.forest.trees.push_back(take_tree(body, header, name));
  if (body.left() != 0) damaged(name, "something stands behind its trees");
  return std::move(header.file);
}

std::shared_ptr<const Model> model_of(const ForestFile& file) {
  return make_forest_model(
      Forest(static_cast<int>(file.info.features.size()), file.forest.labels, file.forest.trees, file.forest.leaves),
      file.info, file.forest.calibration);
}

}  // namespace cers
