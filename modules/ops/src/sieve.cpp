// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/sieve.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"
#include "patch_table.hpp"

namespace cers {
namespace {

using ops_detail::ChunkPatches;
using ops_detail::ChunkSummary;
using ops_detail::PatchTable;
using ops_detail::place_of;
using ops_detail::Replacements;
using LateReplacements = Late<std::shared_ptr<const Replacements>>;

constexpr int side = reduction_chunk;

std::string text_of(const SieveRule& rule) {
  std::string text =
      fmt::format("{} {} {} {}", rule.threshold, rule.diagonal, rule.nodata.has_value(), rule.nodata.value_or(0));
  for (const int label : rule.kept) text += fmt::format(" {}", label);
  for (const auto& group : rule.groups) text += fmt::format(" | {}", fmt::join(group, " "));
  return text;
}

/// Labels, and beside them 1 where a pixel belongs to a patch.
class Participants final : public PixelwiseNode {
 public:
  explicit Participants(const SieveRule& rule) : text_(text_of(rule)), left_out_(rule.kept) {
    if (rule.nodata) left_out_.push_back(*rule.nodata);
    for (const auto& group : rule.groups) taking_part_.insert(taking_part_.end(), group.begin(), group.end());
  }
  std::string name() const override { return "patches"; }
  std::string signature() const override { return text_; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    BandInfo label;
    label.name = "label";
    BandInfo part;
    part.name = "part";
    return {inputs[0].grid, {label, part}, PixelType::i32};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<std::int32_t>(0);
    const auto label = row.out<std::int32_t>(0);
    const auto part = row.out<std::int32_t>(1);
    bool takes = false;
    for (std::size_t i = 0; i < row.count; ++i) {
      if (i == 0 || in[i] != in[i - 1]) takes = takes_part(in[i]);
      label[i] = in[i];
      part[i] = takes ? 1 : 0;
    }
    if (row.inputs.size() < 2) return;
    const auto mask = row.in<std::uint8_t>(1);
    for (std::size_t i = 0; i < row.count; ++i) part[i] = mask[i] == 0 ? 0 : part[i];
  }

 private:
  bool takes_part(std::int32_t label) const {
    const auto in = [&](const std::vector<int>& list) {
      return std::find(list.begin(), list.end(), label) != list.end();
    };
    return !in(left_out_) && (taking_part_.empty() || in(taking_part_));
  }
  std::string text_;
  std::vector<int> left_out_;
  std::vector<int> taking_part_;
};

/// Finds the patches of each chunk and joins them as the chunks come, in order.
class PatchReducer {
 public:
  struct State {
    ChunkSummary chunk;
    std::unique_ptr<PatchTable> table;  ///< of the total only
  };
  using Result = std::shared_ptr<const Replacements>;
  static constexpr bool exact = false;

  PatchReducer(Size raster, const SieveRule& rule) : raster_(raster), rule_(rule) {
    int number = 0;
    for (const auto& group : rule.groups) {
      for (const int label : group) group_[label] = number;
      ++number;
    }
  }
  /// A chunk with some hundred patches.
  std::size_t state_bytes() const { return sizeof(State) + 16 * 1024; }
  /// Planned for a patch in 16 pixels, cut at the chunks' edges, with the links that wait and the new labels.
  std::size_t result_bytes() const { return static_cast<std::size_t>(raster_.area()) * 2; }

  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window chunk) const {
    ChunkPatches patches;
    patches.find(pixels, chunk, rule_.diagonal);
    ChunkSummary& summary = state.chunk;
    summary.chunk = chunk;
    summary.labels = patches.labels();
    summary.sizes = patches.sizes();
    for (int x = chunk.x; x < chunk.right(); ++x) {
      summary.top.push_back(patches.at(x, chunk.y));
      summary.bottom.push_back(patches.at(x, chunk.bottom() - 1));
    }
    for (int y = chunk.y; y < chunk.bottom(); ++y) {
      summary.left.push_back(patches.at(chunk.x, y));
      summary.right.push_back(patches.at(chunk.right() - 1, y));
    }
    link(patches, summary);
  }
  void merge(State& into, State&& from) const {
    if (!into.table) into.table = std::make_unique<PatchTable>(raster_, rule_.threshold, rule_.diagonal, group_);
    into.table->add(from.chunk);
  }
  Result finish(State&& state) const {
    if (!state.table) return std::make_shared<Replacements>();
    return std::make_shared<Replacements>(state.table->finish());
  }

 private:
  bool one_group(std::int32_t a, std::int32_t b) const { return group_.empty() || group_.at(a) == group_.at(b); }
  /// Patches of the chunk that touch inside it, each pair once, with the first place where a scan meets it.
  void link(const ChunkPatches& patches, ChunkSummary& summary) const {
    const Window& w = patches.chunk();
    std::vector<std::uint64_t>& found = summary.links;
    std::uint64_t last = ~std::uint64_t{0};
    const auto meet = [&](std::uint16_t a, std::uint16_t b, std::uint64_t place) {
      if (a == b || a == ChunkPatches::none || b == ChunkPatches::none) return;
      if (summary.sizes[a] >= rule_.threshold && summary.sizes[b] >= rule_.threshold) return;
      const std::uint64_t pair = std::uint64_t{std::min(a, b)} << 16U | std::max(a, b);
      if (pair == last || !one_group(summary.labels[a], summary.labels[b])) return;
      last = pair;
      found.push_back(pair << 32U | place);
    };
    const auto width = static_cast<std::size_t>(w.width);
    for (int y = w.y; y < w.bottom(); ++y) {
      const std::uint16_t* own = patches.line(y);
      const std::uint16_t* above = y > w.y ? patches.line(y - 1) : own;
      const auto line = static_cast<std::size_t>(y - w.y);
      for (std::size_t i = 0; i < width; ++i) {
        if (y > w.y) {
          meet(own[i], above[i], place_of(i, line, 0));
          if (rule_.diagonal && i > 0) meet(own[i], above[i - 1], place_of(i, line, 1));
          if (rule_.diagonal && i + 1 < width) meet(own[i], above[i + 1], place_of(i, line, 2));
        }
        if (i > 0) meet(own[i], own[i - 1], place_of(i, line, 3));
      }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end(), [](auto l, auto r) { return l >> 32U == r >> 32U; }),
                found.end());
    found.shrink_to_fit();
  }

  Size raster_;
  SieveRule rule_;
  std::unordered_map<std::int32_t, int> group_;
};

struct PatchScratch final : Scratch {
  ChunkPatches patches;
};

/// Finds the patches of each chunk again and gives them their new labels.
class Relabel final : public Node {
 public:
  Relabel(RasterInfo info, bool diagonal, LateReplacements late)
      : info_(std::move(info)), diagonal_(diagonal), late_(late) {}
  std::string name() const override { return "sieve"; }
  RasterInfo describe(std::span<const RasterInfo>) const override { return info_; }
  Window required(std::size_t, Window output) const override {
    const auto down = [](int v) { return v >= 0 ? v / side * side : -((-v + side - 1) / side * side); };
    const auto up = [&](int v) { return down(v + side - 1); };
    const int x = down(output.x);
    const int y = down(output.y);
    return {x, y, up(output.right()) - x, up(output.bottom()) - y};
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<PatchScratch>(); }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    auto bound = std::make_unique<Relabel>(*this);
    bound->replacements_ = values.get(late_);
    return bound;
  }
  double cost() const override { return 10; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    auto& patches = static_cast<PatchScratch&>(*scratch).patches;
    const Window w = output.window();
    copy_pixels(*inputs[0], 0, output, 0, w);
    const int columns = ceil_div(info_.grid.size.width, side);
    for (int row = w.y / side; row * side < w.bottom(); ++row) {
      for (int column = w.x / side; column * side < w.right(); ++column) {
        const auto chunk = static_cast<std::size_t>(row * columns + column);
        const auto first = replacements_->first[chunk];
        const auto last = replacements_->first[chunk + 1];
        if (first == last) continue;
        const Window whole = Window{column * side, row * side, side, side}.clipped(info_.grid.size);
        patches.find(*inputs[0], whole, diagonal_);
        put(patches, std::span(replacements_->entries).subspan(first, last - first), whole.intersected(w), output);
      }
    }
  }

 private:
  static void put(const ChunkPatches& patches, std::span<const Replacements::Entry> entries, const Window& part,
                  Block& output) {
    std::vector<const Replacements::Entry*> of(patches.count(), nullptr);
    for (const auto& entry : entries) of[entry.patch] = &entry;
    const auto out = output.plane<std::int32_t>(0);
    for (int y = part.y; y < part.bottom(); ++y) {
      for (int x = part.x; x < part.right(); ++x) {
        const std::uint16_t patch = patches.at(x, y);
        if (patch != ChunkPatches::none && of[patch] != nullptr) out.at(x, y) = of[patch]->label;
      }
    }
  }

  RasterInfo info_;
  bool diagonal_;
  LateReplacements late_;
  std::shared_ptr<const Replacements> replacements_;
};

}  // namespace

Edge sieve(Graph& graph, Edge labels, std::optional<Edge> mask, const SieveRule& rule) {
  const RasterInfo info = graph.info(labels);
  CERS_EXPECT(info.type == PixelType::i32 && info.bands.size() == 1);
  std::vector<Edge> inputs{labels};
  if (mask) inputs.push_back(*mask);
  const Edge parts = graph.add(std::make_unique<Participants>(rule), inputs);
  const auto found = graph.reduce(PatchReducer(info.grid.size, rule), parts, "patches");
  return graph.add(std::make_unique<Relabel>(info, rule.diagonal, found), {parts}, {found});
}

}  // namespace cers
