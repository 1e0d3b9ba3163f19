// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/majority.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace cers {
namespace {

constexpr std::size_t most_labels = 65535;

/// Labels of one block as small numbers, so that counts fit into a short array.
class LabelIndex {
 public:
  /// Fills `index` (as many as pixels of the block) with the position of each label in labels().
  void assign(const Block& block, std::vector<std::uint16_t>& index) {
    labels_.clear();
    const auto plane = block.plane<std::int32_t>(0);
    const Window w = block.window();
    for (int y = w.y; y < w.bottom(); ++y) collect(plane.row(y));
    if (labels_.size() > most_labels)
      throw DataError(fmt::format("more than {} different labels lie side by side", most_labels),
                      "give a map of classes, not numbers of objects or quantities");
    index.resize(static_cast<std::size_t>(w.area()));
    auto* to = index.data();
    for (int y = w.y; y < w.bottom(); ++y) {
      const auto row = plane.row(y);
      std::int32_t last = row[0];
      std::uint16_t position = position_of(last);
      for (const std::int32_t label : row) {
        if (label != last) {
          last = label;
          position = position_of(label);
        }
        *to++ = position;
      }
    }
  }
  const std::vector<std::int32_t>& labels() const { return labels_; }

 private:
  void collect(std::span<const std::int32_t> row) {
    bool known = false;
    std::int32_t last = 0;
    for (const std::int32_t label : row) {
      if (known && label == last) continue;
      known = true;
      last = label;
      const auto place = std::lower_bound(labels_.begin(), labels_.end(), label);
      if (place == labels_.end() || *place != label) labels_.insert(place, label);
    }
  }
  std::uint16_t position_of(std::int32_t label) const {
    return static_cast<std::uint16_t>(std::lower_bound(labels_.begin(), labels_.end(), label) - labels_.begin());
  }
  std::vector<std::int32_t> labels_;  ///< ascending
};

struct MajorityScratch final : Scratch {
  LabelIndex labels;
  std::vector<std::uint16_t> index;
  std::vector<std::uint32_t> counts;
  std::vector<std::uint8_t> left_out;  ///< 1 for labels that keep their pixels and do not count
};

class Majority final : public Node {
 public:
  explicit Majority(const MajorityRule& rule) : rule_(rule) {
    const double reach = (rule.radius + 0.5) * (rule.radius + 0.5);
    for (int dy = -rule.radius; dy <= rule.radius; ++dy) {
      int half = rule.radius;
      while (half * half + dy * dy > reach) --half;
      half_.push_back(half);
    }
  }
  std::string name() const override { return "majority"; }
  std::string signature() const override {
    return fmt::format("{} {} {} {} {} {} {}", rule_.radius, rule_.nodata, rule_.mark_undecided, rule_.undecided,
                       rule_.only_isolated, rule_.isolated_threshold, fmt::join(rule_.kept, " "));
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.type = PixelType::i32;
    info.bands.resize(1);
    return info;
  }
  Window required(std::size_t, Window output) const override { return output.grown(Halo::square(rule_.radius)); }
  Border border(std::size_t) const override { return {Outside::constant, static_cast<double>(rule_.nodata)}; }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<MajorityScratch>(); }
  double cost() const override { return 4.0 * (2 * rule_.radius + 1); }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    auto& own = static_cast<MajorityScratch&>(*scratch);
    own.labels.assign(*inputs[0], own.index);
    own.left_out.clear();
    for (const std::int32_t label : own.labels.labels()) own.left_out.push_back(keeps(label) ? 1 : 0);
    const Sweep sweep{*this, own, inputs[0]->window()};
    const auto out = output.plane<std::int32_t>(0);
    const Window w = output.window();
    for (int y = w.y; y < w.bottom(); ++y) sweep.row(w.x, y, out.row(y));
  }

 private:
  /// One row of output: the counts slide along with the pixel.
  struct Sweep {
    const Majority& node;
    MajorityScratch& own;
    Window window;  ///< of the input block

    const std::uint16_t* at(int x, int y) const {
      return own.index.data() + static_cast<std::ptrdiff_t>(y - window.y) * window.width + (x - window.x);
    }
    void row(int x0, int y, std::span<std::int32_t> out) const {
      const MajorityRule& rule = node.rule_;
      const auto& labels = own.labels.labels();
      own.counts.assign(labels.size(), 0);
      auto& counts = own.counts;
      std::uint32_t inside = 0;  // neighbours that count
      const auto add = [&](std::uint16_t label, std::uint32_t by) {
        counts[label] += by;
        if (own.left_out[label] == 0) inside += by;
      };
      for (int dy = -rule.radius; dy <= rule.radius; ++dy) {
        const int half = node.half_of(dy);
        const auto* from = at(x0 - half, y + dy);
        for (int i = 0; i <= 2 * half; ++i) add(from[i], 1);
      }
      for (std::size_t i = 0; i < out.size(); ++i) {
        const int x = x0 + static_cast<int>(i);
        const std::size_t centre = *at(x, y);
        out[i] = own.left_out[centre] != 0 ? labels[centre] : voted(counts, centre, inside);
        if (i + 1 == out.size()) break;
        for (int dy = -rule.radius; dy <= rule.radius; ++dy) {
          const int half = node.half_of(dy);
          const auto* line = at(x, y + dy);
          if (line[-half] == line[half + 1]) continue;
          add(line[-half], ~std::uint32_t{0});  // minus one
          add(line[half + 1], 1);
        }
      }
    }
    std::int32_t voted(const std::vector<std::uint32_t>& counts, std::size_t centre, std::uint32_t inside) const {
      const MajorityRule& rule = node.rule_;
      const auto& labels = own.labels.labels();
      const std::uint32_t mine = counts[centre];
      if (2 * mine > inside) return labels[centre];
      if (rule.only_isolated && mine > static_cast<std::uint32_t>(std::max(rule.isolated_threshold, 0)))
        return labels[centre];
      std::uint32_t most = 0;
      std::size_t winner = centre;
      bool tie = false;
      for (std::size_t label = 0; label < labels.size(); ++label) {
        if (own.left_out[label] != 0 || counts[label] < most) continue;
        tie = counts[label] == most;
        if (!tie) {
          most = counts[label];
          winner = label;
        }
      }
      if (!tie) return labels[winner];
      return rule.mark_undecided ? rule.undecided : labels[centre];
    }
  };
  bool keeps(std::int32_t label) const {
    return label == rule_.nodata || std::find(rule_.kept.begin(), rule_.kept.end(), label) != rule_.kept.end();
  }
  int half_of(int dy) const { return half_[static_cast<std::size_t>(dy + rule_.radius)]; }

  MajorityRule rule_;
  std::vector<int> half_;  ///< how far each line of the ball reaches
};

}  // namespace

std::unique_ptr<const Node> make_majority(const RasterInfo& input, const MajorityRule& rule) {
  if (rule.radius < 1) throw UserError(fmt::format("a radius of {} has no neighbours", rule.radius), "give 1 or more");
  CERS_EXPECT(input.type == PixelType::i32 && input.bands.size() == 1);
  return std::make_unique<Majority>(rule);
}

}  // namespace cers
