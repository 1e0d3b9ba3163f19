// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/sieve.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "border_patches.hpp"
#include "cers/core/error.hpp"

namespace cers {
namespace {

using ops_detail::BorderJoiner;
using ops_detail::BorderOutcomes;
using ops_detail::BorderPatches;
using ops_detail::chunk_side;
using ops_detail::ChunkPatches;
using ops_detail::ChunkRim;
using ops_detail::most_border_patches;
using ops_detail::Outcomes;
using ops_detail::PatchNeighbours;
using ops_detail::RimNeighbour;
using ops_detail::WayEnd;
using LatePatches = Late<std::shared_ptr<BorderPatches>>;
using LateOutcomes = Late<std::shared_ptr<const Outcomes>>;

std::string text_of(const SieveRule& rule) {
  std::string text =
      fmt::format("{} {} {} {}", rule.threshold, rule.diagonal, rule.nodata.has_value(), rule.nodata.value_or(0));
  for (const int label : rule.kept) text += fmt::format(" {}", label);
  for (const auto& group : rule.groups) text += fmt::format(" | {}", fmt::join(group, " "));
  return text;
}

/// Labels, and beside them the group that a pixel's label belongs to, from 1; 0 where it belongs to no patch.
class Participants final : public PixelwiseNode {
 public:
  explicit Participants(const SieveRule& rule) : text_(text_of(rule)), others_(rule.groups.empty() ? 1 : 0) {
    int number = 0;
    for (const auto& group : rule.groups) {
      ++number;
      for (const int label : group) group_.emplace_back(label, number);
    }
    for (const int label : rule.kept) group_.emplace_back(label, 0);
    if (rule.nodata) group_.emplace_back(*rule.nodata, 0);
    std::sort(group_.begin(), group_.end());  // of a label named twice the 0 counts
  }
  std::string name() const override { return "patches"; }
  std::string signature() const override { return text_; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    BandInfo label;
    label.name = "label";
    BandInfo group;
    group.name = "group";
    return {inputs[0].grid, {label, group}, PixelType::i32};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<std::int32_t>(0);
    const auto label = row.out<std::int32_t>(0);
    const auto group = row.out<std::int32_t>(1);
    std::copy(in.begin(), in.end(), label.begin());
    std::fill(group.begin(), group.end(), others_);
    if (!group_.empty()) {
      std::int32_t of_last = 0;
      for (std::size_t i = 0; i < row.count; ++i) {
        if (i == 0 || in[i] != in[i - 1]) of_last = group_of(in[i]);
        group[i] = of_last;
      }
    }
    if (row.inputs.size() < 2) return;
    const auto mask = row.in<std::uint8_t>(1);
    for (std::size_t i = 0; i < row.count; ++i) group[i] = mask[i] == 0 ? 0 : group[i];
  }

 private:
  std::int32_t group_of(std::int32_t label) const {
    const auto found = std::lower_bound(group_.begin(), group_.end(), std::pair{label, 0});
    return found != group_.end() && found->first == label ? found->second : others_;
  }
  std::string text_;
  std::int32_t others_;                                       ///< group of labels that are not in the table
  std::vector<std::pair<std::int32_t, std::int32_t>> group_;  ///< ascending labels
};

/// The rim of a chunk on its way to the total, which alone has a table.
template <class Table>
struct RimState {
  ChunkRim rim;
  std::vector<RimNeighbour> neighbours;
  std::unique_ptr<Table> table;
};

/// Sizes of the patches that reach the rims of chunks.
class PatchSizes {
 public:
  using State = RimState<BorderJoiner>;
  using Result = std::shared_ptr<BorderPatches>;
  static constexpr bool exact = false;

  PatchSizes(Size raster, bool diagonal) : raster_(raster), diagonal_(diagonal) {}
  std::size_t state_bytes() const { return sizeof(State) + ChunkPatches::longest_rim * sizeof(ChunkRim::Patch); }
  /// However many patches there are.
  std::size_t result_bytes() const { return most_border_patches(raster_) * 2 * sizeof(std::uint32_t); }

  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window chunk) const {
    ChunkPatches patches;
    patches.find(pixels, chunk, diagonal_);
    std::vector<std::uint8_t> index;
    state.rim.take(patches, index);
  }
  void merge(State& into, State&& from) const {
    if (!into.table) into.table = std::make_unique<BorderJoiner>(raster_, diagonal_);
    into.table->add(from.rim);
  }
  Result finish(State&& state) const {
    return std::make_shared<BorderPatches>(state.table ? state.table->finish() : BorderPatches{});
  }

 private:
  Size raster_;
  bool diagonal_;
};

/// One chunk in work.
class ChunkInWork final : public Scratch {
 public:
  ChunkPatches patches;
  PatchNeighbours neighbours;
  ChunkRim rim;
  std::vector<WayEnd> ends;

  /// Finds patches and their neighbours. `rim_end(i)`: where the way of patch i of the rim ends that is too small.
  /// False when all patches are large enough.
  template <class RimEnd>
  bool follow(const Block& pixels, const Window& chunk, const SieveRule& rule, const BorderPatches& border,
              const RimEnd& rim_end) {
    patches.find(pixels, chunk, rule.diagonal);
    rim.take(patches, index_);
    const std::uint32_t first = border.first[border.chunk(chunk)];
    sizes_.assign(patches.sizes().begin(), patches.sizes().end());
    for (std::size_t i = 0; i < rim.patches.size(); ++i) sizes_[rim.patches[i].number] = border.size[first + i];
    const auto is_small = [&](std::uint32_t size) { return size < rule.threshold; };
    if (std::none_of(sizes_.begin(), sizes_.end(), is_small)) return false;
    neighbours.find(patches, sizes_, !rule.groups.empty());
    ends.assign(patches.count(), {});
    for (std::size_t i = 0; i < ends.size(); ++i)
      if (!is_small(sizes_[i])) ends[i] = {WayEnd::Kind::label, static_cast<std::uint32_t>(patches.labels()[i])};
    for (std::size_t i = 0; i < rim.patches.size(); ++i) {
      const std::uint16_t patch = rim.patches[i].number;
      if (is_small(sizes_[patch])) ends[patch] = rim_end(first + static_cast<std::uint32_t>(i));
    }
    neighbours.follow(ends);
    return true;
  }

  /// What patch i of the rim contributes to the search for its largest neighbour.
  RimNeighbour rim_neighbour(std::size_t i, std::uint32_t threshold) const {
    const std::uint16_t patch = rim.patches[i].number;
    if (sizes_[patch] >= threshold || !neighbours.any(patch)) return {};
    return {neighbours.size(patch), neighbours.place(patch), ends[neighbours.largest(patch)]};
  }

 private:
  std::vector<std::uint8_t> index_;
  std::vector<std::uint32_t> sizes_;
};

/// The labels that those patches take, from the largest neighbours over all their chunks.
class PatchOutcomes {
 public:
  using State = RimState<BorderOutcomes>;
  using Result = std::shared_ptr<const Outcomes>;
  static constexpr bool exact = false;

  PatchOutcomes(Size raster, SieveRule rule, LatePatches late) : raster_(raster), rule_(std::move(rule)), late_(late) {}
  PatchOutcomes bind(const LateValues& values) const {
    PatchOutcomes bound = *this;
    bound.patches_ = values.get(late_);
    return bound;
  }
  std::size_t state_bytes() const {
    return sizeof(State) + ChunkPatches::longest_rim * (sizeof(ChunkRim::Patch) + sizeof(RimNeighbour));
  }
  /// Largest neighbours, and the patches themselves, which live until the end.
  std::size_t result_bytes() const { return most_border_patches(raster_) * (16 + 2 * sizeof(std::uint32_t)); }

  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window chunk) const {
    ChunkInWork work;
    const bool any = work.follow(pixels, chunk, rule_, *patches_, [&](std::uint32_t patch) {
      return WayEnd{WayEnd::Kind::patch, patches_->root[patch]};
    });
    if (any) {
      state.neighbours.reserve(work.rim.patches.size());
      for (std::size_t i = 0; i < work.rim.patches.size(); ++i)
        state.neighbours.push_back(work.rim_neighbour(i, rule_.threshold));
    }
    state.rim = std::move(work.rim);
  }
  void merge(State& into, State&& from) const {
    if (!into.table) into.table = std::make_unique<BorderOutcomes>(raster_, rule_.diagonal, rule_.threshold, patches_);
    into.table->add(from.rim, from.neighbours);
  }
  Result finish(State&& state) const {
    return std::make_shared<const Outcomes>(state.table ? state.table->finish() : Outcomes{});
  }

 private:
  Size raster_;
  SieveRule rule_;
  LatePatches late_;
  std::shared_ptr<BorderPatches> patches_;
};

/// Finds the patches of each chunk again and gives them their new labels.
class Relabel final : public Node {
 public:
  Relabel(RasterInfo info, SieveRule rule, LateOutcomes late)
      : info_(std::move(info)), rule_(std::move(rule)), late_(late) {}
  std::string name() const override { return "sieve"; }
  RasterInfo describe(std::span<const RasterInfo>) const override { return info_; }
  Window required(std::size_t, Window output) const override {
    const auto down = [](int v) {
      return v >= 0 ? v / chunk_side * chunk_side : -((-v + chunk_side - 1) / chunk_side * chunk_side);
    };
    const auto up = [&](int v) { return down(v + chunk_side - 1); };
    const int x = down(output.x);
    const int y = down(output.y);
    return {x, y, up(output.right()) - x, up(output.bottom()) - y};
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<ChunkInWork>(); }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    auto bound = std::make_unique<Relabel>(*this);
    bound->outcomes_ = values.get(late_);
    return bound;
  }
  double cost() const override { return 15; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    auto& work = static_cast<ChunkInWork&>(*scratch);
    const Window w = output.window();
    copy_pixels(*inputs[0], 0, output, 0, w);
    const auto rim_end = [&](std::uint32_t patch) {
      if (!outcomes_->changes[patch]) return WayEnd{WayEnd::Kind::nowhere, 0};
      return WayEnd{WayEnd::Kind::label, outcomes_->label[patch]};
    };
    for (int y = w.y / chunk_side * chunk_side; y < w.bottom(); y += chunk_side) {
      for (int x = w.x / chunk_side * chunk_side; x < w.right(); x += chunk_side) {
        const Window chunk = Window{x, y, chunk_side, chunk_side}.clipped(info_.grid.size);
        if (work.follow(*inputs[0], chunk, rule_, outcomes_->patches, rim_end)) put(work, chunk.intersected(w), output);
      }
    }
  }

 private:
  static void put(const ChunkInWork& work, const Window& part, Block& output) {
    const auto out = output.plane<std::int32_t>(0);
    for (int y = part.y; y < part.bottom(); ++y) {
      const std::uint16_t* const patches = work.patches.line(y) + (part.x - work.patches.chunk().x);
      const auto row = out.row(y, part);
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (patches[i] == ChunkPatches::none) continue;
        const WayEnd& end = work.ends[patches[i]];
        if (end.kind == WayEnd::Kind::label) row[i] = static_cast<std::int32_t>(end.value);
      }
    }
  }

  RasterInfo info_;
  SieveRule rule_;
  LateOutcomes late_;
  std::shared_ptr<const Outcomes> outcomes_;
};

}  // namespace

Edge sieve(Graph& graph, Edge labels, std::optional<Edge> mask, const SieveRule& rule) {
  const RasterInfo info = graph.info(labels);
  CERS_EXPECT(info.type == PixelType::i32 && info.bands.size() == 1);
  std::vector<Edge> inputs{labels};
  if (mask) inputs.push_back(*mask);
  const Edge parts = graph.add(std::make_unique<Participants>(rule), inputs);
  const auto sizes = graph.reduce(PatchSizes(info.grid.size, rule.diagonal), parts, "patches");
  const auto outcomes = graph.reduce(PatchOutcomes(info.grid.size, rule, sizes), parts, "neighbours", {sizes});
  return graph.add(std::make_unique<Relabel>(info, rule, outcomes), {parts}, {outcomes});
}

}  // namespace cers
