// SPDX-License-Identifier: Apache-2.0
// The decode units of each source: whole blocks of its file, or parts of them where memory is short.
#include <algorithm>
#include <set>

#include "pass_plan.hpp"

namespace cers::engine_detail {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

// Below this a part costs more to decode than it saves.
constexpr int least_lines = 16;

/// Lines of a part: the most, up to `most`, of which the block is made up; all of them for 0.
int part_lines(int block_lines, int most) {
  if (most == 0 || block_lines <= most) return block_lines;
  for (int lines = most; lines >= least_lines; --lines) {
    if (block_lines % lines == 0) return lines;
  }
  return block_lines;
}

}  // namespace

int SourceUse::position_of(int band) const {
  return static_cast<int>(std::lower_bound(bands.begin(), bands.end(), band) - bands.begin());
}

Window SourceUse::unit_window(int unit) const {
  const int index = (unit - first_unit) / units_per_block();
  return Window{index % columns * block.width, index / columns * block.height, block.width, block.height}.clipped(
      source->info().grid.size);
}

Window SourceUse::native_window(int unit) const {
  const int index = (unit - first_unit) / units_per_block();
  return Window{index % columns * native.width, index / columns / parts() * native.height, native.width, native.height}
      .clipped(source->info().grid.size);
}

std::size_t SourceUse::unit_bytes(int unit) const {
  return Block::bytes_needed(unit_window(unit), unit_bands(), source->info().type);
}

std::size_t SourceUse::native_bytes() const {
  return Block::bytes_needed({0, 0, native.width, native.height}, unit_bands(), source->info().type);
}

std::vector<SourceUse> find_uses(const Graph::Impl& graph, const std::vector<PassPlan>& passes, int most_lines,
                                 std::vector<int>& use_of_source) {
  std::vector<std::set<int>> bands(graph.sources.size());
  for (const PassPlan& pass : passes) {
    for (std::size_t i = 0; i < pass.nodes.size(); ++i) {
      const auto& entry = graph.nodes[at(pass.nodes[i])];
      if (entry.leaf() && !pass.from_memory[i]) bands[at(entry.source)].insert(entry.bands.begin(), entry.bands.end());
    }
  }
  use_of_source.assign(graph.sources.size(), -1);
  std::vector<SourceUse> uses;
  std::int64_t units = 0;
  for (std::size_t i = 0; i < graph.sources.size(); ++i) {
    if (bands[i].empty()) continue;
    SourceUse use;
    use.source = graph.sources[i].get();
    use.bands.assign(bands[i].begin(), bands[i].end());
    use.interleaved = use.source->interleaved();
    use.native = use.source->block_size();
    use.block = {use.native.width, part_lines(use.native.height, most_lines)};
    const Size size = use.source->info().grid.size;
    use.columns = ceil_div(size.width, use.block.width);
    use.rows = ceil_div(size.height, use.block.height);
    use.first_unit = static_cast<int>(units);
    units += std::int64_t{use.unit_count()};
    if (units > 200'000'000) throw UserError("the inputs have more than 200 million blocks", "convert them to tiles");
    use_of_source[i] = static_cast<int>(uses.size());
    uses.push_back(std::move(use));
  }
  return uses;
}

}  // namespace cers::engine_detail
