// SPDX-License-Identifier: Apache-2.0
// The static plan of a run: passes, tiles, halos, memory. Made before any pixel is read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cers/core/window.hpp"
#include "cers/engine/graph.hpp"

namespace cers {

/// What a run may use.
struct Budget {
  std::uint64_t memory_bytes = 0;  ///< a ceiling, not a target
  int threads = 1;
  std::optional<Size> tile;  ///< asks for this work tile instead of the planned one
  bool fuse = true;          ///< off: every node gets its own block (for tests)
};

/// One line of the memory account of a pass, in bytes.
struct MemoryTerm {
  std::string name;
  std::uint64_t bytes = 0;
};

/// What part of the planned time of a pass goes where.
struct TimeShare {
  std::string name;  ///< "decoding", or a kind of node
  double share = 0;  ///< 0 to 1
};

struct PassSummary {
  std::string label;
  Size raster;  ///< of the lattice the pass walks
  Size tile;
  int tiles = 0;  ///< of which a part is wanted
  /// A late value decides what is wanted: the counts of tiles and blocks are the most it can be.
  bool at_most = false;
  Halo halo;                            ///< largest the sources are read with, in pixels of their own grid
  double overread = 1;                  ///< pixels computed / pixels delivered, of the worst source
  std::uint64_t blocks_to_decode = 0;   ///< decode units needed
  std::uint64_t blocks_in_sources = 0;  ///< of these, first decodes; more to decode than this means re-decoding
  std::uint64_t bytes_to_decode = 0;
  int parts = 1;  ///< memory is short: blocks are kept in up to so many parts, each decoded anew; they count as blocks
  std::vector<std::string> nodes;    ///< one line a node, in order; fused runs in one line
  std::vector<std::string> results;  ///< outputs and late values
  std::vector<TimeShare> time;       ///< largest first; a forecast from the nodes' own figures
  double share_of_passes = 1;        ///< of the forecast time of all passes
  std::vector<MemoryTerm> memory;
  std::uint64_t memory_bytes = 0;
  std::string note;  ///< how pixels shared with another pass are kept or read again, and why
};

struct PlanSummary {
  std::vector<PassSummary> passes;
  std::vector<std::string> pruned;  ///< steps no output needs
  std::uint64_t memory_bytes = 0;   ///< peak over passes, with the fixed part
  std::uint64_t budget_bytes = 0;
  int threads = 1;
  /// How many files may be open at once: one for each source and thread where memory allows.
  int open_files = 1;
};

/// Immutable. Refers to the graph, which must outlive it.
class Plan {
 public:
  /// Throws UserError when the smallest plan exceeds the budget, naming the node that costs most.
  static Plan make(const Graph& graph, const Budget& budget);
  ~Plan();
  Plan(Plan&&) noexcept;

  const PlanSummary& summary() const;
  /// The summary as text for people.
  std::string explain() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Plan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cers
