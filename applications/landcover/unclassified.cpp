// SPDX-License-Identifier: Apache-2.0
#include "unclassified.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "cers/learn/model_nodes.hpp"

namespace cers {
namespace {

/// Pixels of one uint8 band that hold `value`.
struct ValueCounter {
  using State = std::uint64_t;
  using Result = std::uint64_t;
  static constexpr bool exact = true;
  std::uint8_t value = 0;
  State start() const { return 0; }
  void add(State& state, const Block& pixels, Window part) const {
    const auto plane = pixels.plane<std::uint8_t>(0);
    for (int y = part.y; y < part.bottom(); ++y) {
      const auto row = plane.row(y, part);
      state += static_cast<std::uint64_t>(std::count(row.begin(), row.end(), value));
    }
  }
  void merge(State& into, State&& from) const { into += from; }
  Result finish(State&& state) const { return state; }
};

constexpr std::uint8_t no_confidence = 255;  // of make_confidence

}  // namespace

void tell_unclassified(Wiring& wiring, const std::string& image, Edge votes, std::optional<Edge> mask,
                       const std::string& why) {
  Graph& graph = wiring.graph();
  const auto without =
      graph.reduce_beside(ValueCounter{no_confidence}, graph.add(make_confidence(), {votes}), "pixels without a class");
  std::optional<Late<std::uint64_t>> masked;
  if (mask) masked = graph.reduce_beside(ValueCounter{0}, *mask, "masked pixels");
  const auto all = static_cast<std::uint64_t>(graph.info(votes).grid.size.area());
  wiring.after_run({masked ? std::vector<LateRef>{{without}, {*masked}} : std::vector<LateRef>{{without}},
                    [=](const LateValues& values) -> std::string {
                      if (!values.has(without) || (masked && !values.has(*masked))) return {};
                      const std::uint64_t looked = all - (masked ? values.get(*masked) : 0);
                      const std::uint64_t count = looked - (all - values.get(without));
                      if (count == 0) return {};
                      return fmt::format("{}: {} of {} pixels{} ({:.1f} %) get no class: {}", image, count, looked,
                                         masked ? " within the mask" : "",
                                         100.0 * static_cast<double>(count) / static_cast<double>(looked), why);
                    },
                    true});
}

}  // namespace cers
