// SPDX-License-Identifier: Apache-2.0
// Walks the tiles of a pass without pixels: what would it hold, read twice, and cost?
#pragma once

#include <cstdint>
#include <vector>

#include "pass_plan.hpp"

namespace cers::engine_detail {

/// When a decode unit is used first and last, in tiles of the whole run.
struct UnitUse {
  std::int64_t first = -1;
  std::int64_t last = -1;
};

struct PassSizing {
  std::uint64_t worker_bytes = 0;    ///< blocks and rows of one worker
  std::uint64_t tile_bytes = 0;      ///< results of one tile in flight
  std::uint64_t assembly_bytes = 0;  ///< output blocks waiting for their turn
  std::uint64_t sink_bytes = 0;
  std::uint64_t state_bytes = 0;    ///< partial reductions waiting for their turn
  std::uint64_t cache_bytes = 0;    ///< decoded blocks alive at once
  std::uint64_t decoder_bytes = 0;  ///< buffers of the codec of one worker: it decodes one block at a time
  std::uint64_t handle_bytes = 0;   ///< what one more open file holds, from which nobody decodes
  int sources = 0;                  ///< read by this pass
  int tiles = 0;                    ///< of which a part is wanted
  std::uint64_t units = 0;          ///< decode units this pass reads
  std::uint64_t unit_bytes = 0;
  double overread = 1;
  Halo halo;
  double cost_ns = 0;
  double decode_ns = 0;         ///< of it
  std::vector<double> node_ns;  ///< of it, per local node
  std::vector<UnitUse> uses;    ///< per unit of the run; tile numbers start at 0 in this pass
  int costliest = -1;           ///< local node whose blocks are largest

  std::uint64_t bytes(int threads, int tokens) const {
    return (worker_bytes + decoder_bytes) * static_cast<std::uint64_t>(threads) +
           tile_bytes * static_cast<std::uint64_t>(tokens) + assembly_bytes + sink_bytes + state_bytes + cache_bytes;
  }
};

/// Nanoseconds of one core to decode `unit`.
double decode_ns(const SourceUse& use, int unit);

/// Largest sum of bytes alive when units live from `tokens` tiles before their first use to their last.
std::uint64_t peak_alive(const Plan::Impl& plan, const std::vector<UnitUse>& uses, std::int64_t tiles);

/// What is asked of a pass that does not fit.
enum class Misfit {
  told,   ///< that it does not: its sizing may be a bound from below
  exact,  ///< the sizing of the smallest plan
};

/// Chooses tile and super-tile of `pass`; returns its sizing, which takes more than `available` when nothing fits:
/// `misfit` says what it is then.
PassSizing choose_tile(const Plan::Impl& plan, PassPlan& pass, std::uint64_t available, Misfit misfit);

}  // namespace cers::engine_detail
