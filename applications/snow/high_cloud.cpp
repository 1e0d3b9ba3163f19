// SPDX-License-Identifier: Apache-2.0
#include "high_cloud.hpp"

#include <algorithm>
#include <cmath>

#include "flags.hpp"

namespace cers::snow {
namespace {

struct Row final : Scratch {
  std::vector<double> numbers[4];  ///< green, red, short-wave infrared, near infrared
  std::vector<std::uint8_t> bytes[3];
  void size(std::size_t count) {
    if (bytes[0].size() >= count) return;
    for (auto& one : numbers) one.resize(count);
    for (auto& one : bytes) one.resize(count);
  }
};

/// Inputs: flags, high cloud alone, altitude, green, red, short-wave infrared, near infrared if there is one.
class GiveBack final : public PixelwiseNode {
 public:
  GiveBack(const SnowRules& rules, bool nir)
      : limits_(rules, 1, std::nullopt), above_m_(rules.high_cloud_above_m), swir_(rules.high_cloud_swir), nir_(nir) {}
  std::string name() const override { return "high cloud over snow"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Row>(); }
  double cost() const override { return 6; }
  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& own = static_cast<Row&>(*scratch);
    own.size(row.count);
    const auto flags = row.in<std::uint8_t>(0);
    const auto alone = row.in<std::uint8_t>(1);
    const auto altitude = row.in<float>(2);
    const auto out = row.out<std::uint8_t>();
    std::copy(flags.begin(), flags.begin() + static_cast<std::ptrdiff_t>(row.count), out.begin());
    if (std::none_of(alone.begin(), alone.begin() + static_cast<std::ptrdiff_t>(row.count),
                     [](std::uint8_t one) { return one != 0; }))
      return;
    for (std::size_t band = 0; band < (nir_ ? 4U : 3U); ++band) {
      const auto in = row.in<float>(3 + band);
      for (std::size_t i = 0; i < row.count; ++i) own.numbers[band][i] = static_cast<double>(in[i]);
    }
    constexpr unsigned taken = bit(Flag::cloud) | bit(Flag::high_cloud);
    for (std::size_t i = 0; i < row.count; ++i) own.bytes[0][i] = static_cast<std::uint8_t>(flags[i] & ~taken);
    const Reflectances pixels{own.numbers[0].data(), own.numbers[1].data(),
                              own.numbers[2].data(), nir_ ? own.numbers[3].data() : nullptr,
                              own.bytes[0].data(),   row.count};
    pass1_row(limits_, pixels, own.bytes[1].data());
    cloud_colour_row(limits_, pixels, own.bytes[2].data());
    for (std::size_t i = 0; i < row.count; ++i) {
      const bool high_ground = static_cast<double>(altitude[i]) > above_m_;
      const bool snow = own.bytes[1][i] != 0 && own.bytes[2][i] == 0 && pixels.swir[i] < swir_;
      if (alone[i] != 0 && high_ground && snow) out[i] = own.bytes[0][i];
    }
  }

 private:
  Thresholds limits_;
  double above_m_;
  double swir_;
  bool nir_;
};

}  // namespace

Edge without_false_high_cloud(Graph& graph, const Scene& scene, const Inputs& inputs, const SnowRules& rules) {
  if (rules.lis_numbers || !std::isfinite(rules.high_cloud_above_m)) return inputs.flags;
  const auto alone = only_high_cloud(graph, scene, inputs.grid);
  if (!alone) return inputs.flags;
  std::vector<Edge> edges{inputs.flags, *alone, inputs.altitude, inputs.green, inputs.red, inputs.swir};
  if (inputs.nir) edges.push_back(*inputs.nir);
  return graph.add(std::make_unique<GiveBack>(rules, inputs.nir.has_value()), edges);
}

bool tells_high_cloud_apart(const Scene& scene) {
  return tells_high_cloud(scene.product());
}

}  // namespace cers::snow
