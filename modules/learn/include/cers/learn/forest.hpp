// SPDX-License-Identifier: Apache-2.0
// A forest of decision trees that votes on classes (Breiman 2001, Random Forests, Machine Learning 45:5-32,
// doi 10.1023/A:1010933404324), laid out for the cache.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cers {

/// One node of a tree as it is described to Forest. The root is node 0.
struct TreeNode {
  int feature = -1;     ///< counted from 0; negative: a leaf
  float threshold = 0;  ///< feature <= threshold goes left
  int left = -1;        ///< index in the tree; each node but the root has one parent
  int right = -1;
  int label = 0;  ///< of a leaf: index into Forest::labels(), or into the rows of a LeafTable
};

/// What leaves vote for when they do not vote for one class only: rows of as many numbers as there are classes, each
/// row adding up to `votes`.
struct LeafTable {
  std::uint16_t votes = 1;
  std::vector<std::uint16_t> shares;  ///< [row * classes + class]
};

/// `votes` given to classes in proportion to their weights, of which one is positive: whole votes first, what is left
/// to the largest remainders, the first of equals (the method of Hamilton).
std::vector<std::uint16_t> apportioned(std::span<const double> weights, std::uint16_t votes);

class Forest {
 public:
  /// Pixels that vote() walks through a tree together; blocks are padded to a multiple of it.
  static constexpr std::size_t lanes = 16;
  static constexpr std::size_t padded(std::size_t count) { return (count + lanes - 1) / lanes * lanes; }

  /// Nodes a tree may have: 2^32 divided by the next power of two of `features`.
  static std::size_t most_nodes(int features) { return std::size_t{1} << (32U - bits_for(features)); }

  /// `labels`: the class code of each label index, ascending as OpenCV keeps them. Throws InternalError when a node
  /// names a feature, a label or a child that is not there, or a tree is too large: readers check before.
  Forest(int features, std::vector<int> labels, const std::vector<std::vector<TreeNode>>& trees);
  /// The same with leaves that name a row of `leaves`. All trees together cast at most 65535 votes.
  Forest(int features, std::vector<int> labels, const std::vector<std::vector<TreeNode>>& trees,
         const LeafTable& leaves);

  int features() const { return features_; }
  const std::vector<int>& labels() const { return labels_; }
  std::size_t trees() const { return trees_.size(); }
  /// Votes a pixel gets altogether: one a tree, or what the leaf table says of each.
  std::size_t votes() const { return trees_.size() * votes_of_leaf_; }
  /// Nodes kept: a split whose two sides always vote alike is no node.
  std::size_t nodes() const { return std::max(wide_.size(), narrow_.size()); }
  /// Hash of everything that determines the votes, as hexadecimal text.
  const std::string& digest() const { return digest_; }
  /// Sum over the trees of their depths: at most so many splits meet a pixel.
  std::size_t depths() const;

  /// Counts the votes of `count` pixels. Feature f of pixel i is values[f * stride + i]; stride is at least
  /// padded(count), and what lies beyond count is read (any finite or non-finite number) but not used. Label l of pixel
  /// i gets votes[l * stride + i]; the rows up to padded(count) are overwritten. The votes of a pixel add up to
  /// votes(). NaN goes left everywhere: leave such pixels out afterwards.
  void vote(const float* values, std::size_t stride, std::size_t count, std::uint16_t* votes) const;

 private:
  /// Thresholds and values are keys, see src/forest_keys.hpp. The children of a node stand side by side: the next node
  /// is `child + (threshold < value)`. A leaf has the key of +inf and is its own child, so a pixel that arrived early
  /// waits there.
  struct WideNode {
    std::uint32_t threshold;
    std::uint32_t link;  ///< child relative to the root, shifted by feature_bits_, and the feature in the low bits

    std::uint32_t child(unsigned bits) const { return link >> bits; }
    std::size_t offset(unsigned bits) const { return (link & ((1U << bits) - 1U)) * lanes; }
  };
  /// The same where features and nodes are few enough: nothing is left to take apart. Eight bytes, or six.
  template <class Key>
  struct NarrowNode {
    Key threshold;
    std::uint16_t feature;  ///< times lanes
    std::uint16_t next;     ///< child relative to the root

    std::uint32_t child(unsigned) const { return next; }
    std::size_t offset(unsigned) const { return feature; }
  };
  struct Tree {
    std::size_t root;  ///< in the nodes
    unsigned depth;    ///< splits on the longest way down
  };
  static unsigned bits_for(int features) {
    return std::max(1U, static_cast<unsigned>(std::bit_width(static_cast<unsigned>(features - 1))));
  }
  void add_tree(const std::vector<TreeNode>& tree, int leaf_kinds);
  void add_digest();
  /// Brings the nodes to narrow forms if they fit.
  void narrow();
  /// Votes of pixels whose keys lie in groups of `lanes`: keys[(group * features + feature) * lanes + pixel].
  template <class Node, class Key>
  void vote_keys(const std::vector<Node>& nodes, const Key* keys, std::size_t stride, std::size_t padded_count,
                 std::uint16_t* votes) const;
  /// Walks all trees; `cast(node, pixel)` is called with the leaf of each pixel.
  template <class Node, class Key, class Cast>
  void walk(const std::vector<Node>& nodes, const Key* keys, std::size_t padded_count, const Cast& cast) const;

  int features_;
  unsigned feature_bits_ = 0;
  std::vector<int> labels_;
  std::vector<WideNode> wide_;                     ///< empty when they are narrow
  std::vector<NarrowNode<std::uint32_t>> narrow_;  ///< empty when they are wide
  /// For blocks of whole numbers of 16 bits; empty when a threshold tells that the forest never learned from such.
  std::vector<NarrowNode<std::uint16_t>> whole_;
  std::vector<std::uint16_t> leaf_labels_;  ///< one for each node; of splits unused; empty with shares
  std::vector<std::uint32_t> leaf_rows_;    ///< one for each node: where its shares begin; empty without
  std::vector<std::uint16_t> shares_;       ///< rows of row_length_
  std::size_t row_length_ = 0;              ///< classes, padded
  std::size_t votes_of_leaf_ = 1;
  std::vector<Tree> trees_;
  std::string digest_;
};

}  // namespace cers
