// SPDX-License-Identifier: Apache-2.0
// What a graph holds. Node ids are topological: an input has a smaller id than its consumer.
#pragma once

#include <deque>
#include <map>

#include "cers/engine/graph.hpp"

namespace cers {

struct Graph::Impl {
  struct GraphNode {
    std::unique_ptr<const Node> node;  // null for a leaf
    const PixelwiseNode* pixelwise = nullptr;
    int source = -1;  // leaves only
    std::vector<int> bands;
    ReadAs as;
    std::vector<Edge> inputs;
    std::vector<LateRef> after;
    RasterInfo info;
    std::string step;

    bool leaf() const { return source >= 0; }
  };
  struct Reduction {
    std::unique_ptr<ReduceTask> task;
    int input = -1;
    int late = -1;
    std::string label;
    std::string step;
    std::vector<LateRef> after;
    bool beside = false;  ///< made only beside what reads its files anyway
  };
  struct TaskEntry {
    Task task;
    std::vector<LateRef> inputs;
    int late = -1;
    TaskInfo about;
  };
  struct RasterOutput {
    int input = -1;
    std::unique_ptr<RasterSink> sink;
  };
  struct ArtifactOutput {
    std::vector<LateRef> values;
    std::unique_ptr<Artifact> artifact;
  };
  struct LateOrigin {
    bool is_task = false;
    int index = -1;
  };

  std::vector<std::unique_ptr<const BlockSource>> sources;
  std::deque<GraphNode> nodes;  ///< what info() refers to stays where it is
  std::vector<Reduction> reductions;
  std::vector<TaskEntry> tasks;
  std::vector<RasterOutput> rasters;
  std::vector<ArtifactOutput> artifacts;
  std::vector<LateOrigin> lates;
  std::vector<int> keep;             ///< nodes worth keeping between passes, most worth first
  std::map<std::string, int> known;  // identity of a node with its inputs → node id
  std::string step;

  int add_node(GraphNode node, const std::string& identity);
};

}  // namespace cers
