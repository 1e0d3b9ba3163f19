// SPDX-License-Identifier: Apache-2.0
#include "findings.hpp"

#include "pixel_tests.hpp"

namespace cers::snow {
namespace {

/// A row of all inputs in double.
struct RowScratch final : Scratch {
  std::vector<double> numbers[5];  ///< green, red, short-wave infrared, near infrared, coarse red
  std::vector<std::uint8_t> bytes[5];
  void size(std::size_t count) {
    if (bytes[0].size() >= count) return;
    for (auto& one : numbers) one.resize(count);
    for (auto& one : bytes) one.resize(count);
  }
};

/// Which of the inputs that may be absent are there.
struct Optional {
  bool nir = false;
  bool glacier = false;
};

/// Inputs in this order: green, red, short-wave infrared, flags, altitude, near infrared and glacier if there are,
/// coarse red.
class SnowNode : public PixelwiseNode {
 public:
  SnowNode(const Thresholds& limits, std::vector<PixelType> types, Optional optional)
      : limits_(limits), types_(std::move(types)), nir_(optional.nir), glacier_(optional.glacier) {}
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<RowScratch>(); }

 protected:
  Reflectances load(const RowArgs& row, RowScratch& scratch) const {
    scratch.size(row.count);
    for (std::size_t i = 0; i < 3; ++i) load(row, i, scratch.numbers[i]);
    if (nir_) load(row, 5, scratch.numbers[3]);
    return {scratch.numbers[0].data(),      scratch.numbers[1].data(),
            scratch.numbers[2].data(),      nir_ ? scratch.numbers[3].data() : nullptr,
            row.in<std::uint8_t>(3).data(), row.count};
  }
  void load(const RowArgs& row, std::size_t input, std::vector<double>& to) const {
    convert_pixels(row.inputs[input], types_[input], reinterpret_cast<std::byte*>(to.data()), PixelType::f64,
                   row.count);
  }
  bool on_glacier(const RowArgs& row, std::size_t i) const {
    return glacier_ && row.in<std::uint8_t>(nir_ ? 6 : 5)[i] == 1;
  }
  std::size_t coarse_red_input() const { return 5U + (nir_ ? 1U : 0U) + (glacier_ ? 1U : 0U); }
  const Thresholds limits_;
  const std::vector<PixelType> types_;
  const bool nir_;
  const bool glacier_;
};

/// The strict test and the cloud it knows.
class SnowAndCloud final : public SnowNode {
 public:
  using SnowNode::SnowNode;
  std::string name() const override { return "pass 1"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {BandInfo{}}, PixelType::u8};
  }
  double cost() const override { return 5; }
  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& own = static_cast<RowScratch&>(*scratch);
    const Reflectances pixels = load(row, own);
    const auto out = row.out<std::uint8_t>();
    pass1_row(limits_, pixels, out.data());
    cloud_colour_row(limits_, pixels, own.bytes[0].data());
    for (std::size_t i = 0; i < row.count; ++i) {
      const unsigned snow = own.bytes[0][i] == 0 ? out[i] : 0U;
      const unsigned cloud = (pixels.flags[i] & snow::bit(Flag::cloud)) != 0 ? 2U : 0U;
      out[i] = static_cast<std::uint8_t>(snow | cloud);
    }
  }
};

/// All that the tests say of a pixel before the snow line is known.
class FindingsNode final : public SnowNode {
 public:
  using SnowNode::SnowNode;
  std::string name() const override { return "snow tests"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {BandInfo{}}, PixelType::u16};
  }
  double cost() const override { return 12; }
  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& own = static_cast<RowScratch&>(*scratch);
    const Reflectances pixels = load(row, own);
    load(row, coarse_red_input(), own.numbers[4]);
    pass1_row(limits_, pixels, own.bytes[0].data());
    missing_row(limits_, pixels, own.bytes[1].data());
    permissive_row(limits_, pixels, own.bytes[2].data());
    cloud_colour_row(limits_, pixels, own.bytes[3].data());
    ice_cloud_row(limits_, pixels, own.bytes[4].data());
    const auto out = row.out<std::uint16_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const unsigned flags = pixels.flags[i];
      const bool given = (flags & snow::bit(Flag::cloud)) != 0;
      const bool refined = (given && own.numbers[4][i] > limits_.dark_cloud) ||
                           (flags & (snow::bit(Flag::shadow) | snow::bit(Flag::high_cloud))) != 0;
      const bool water = (flags & snow::bit(Flag::water)) != 0;
      const bool glacier = on_glacier(row, i);
      const double ndsi = (pixels.green[i] - pixels.swir[i]) / (pixels.green[i] + pixels.swir[i]);
      unsigned found = 0;
      const auto set = [&found](Finding finding, bool on) { found |= on ? snow::bit(finding) : 0U; };
      set(Finding::strict, own.bytes[0][i] != 0);
      set(Finding::missing, own.bytes[1][i] != 0);
      set(Finding::permissive, own.bytes[2][i] != 0);
      set(Finding::cloud_colour, own.bytes[3][i] != 0);
      set(Finding::like_ice_cloud, own.bytes[4][i] != 0);
      set(Finding::cloud_given, given);
      set(Finding::cloud_in_pass1, (flags & cloud_in_pass1) != 0);
      set(Finding::cloud_refined, refined);
      set(Finding::back_to_cloud, given && pixels.red[i] > limits_.back_to_cloud);
      set(Finding::water, water);
      set(Finding::frozen, water && frozen(pixels, i, ndsi));
      set(Finding::glacier, glacier);
      set(Finding::bare_ice, glacier && bare_ice(pixels, i));
      set(Finding::bad_slope_correction, (flags & (snow::bit(Flag::low_sun) | snow::bit(Flag::tangent_sun))) != 0);
      const bool low = !(ndsi > limits_.ndsi_pass2);
      const bool dark = !low && !(pixels.red[i] > limits_.red_pass2);
      const bool low_for_shade = !low && !dark && (flags & snow::bit(Flag::shade)) != 0 && !(ndsi > limits_.ndsi_shade);
      set(Finding::ndsi_low, low || low_for_shade);
      set(Finding::dark, dark || low_for_shade);
      out[i] = static_cast<std::uint16_t>(found);
    }
  }

 private:
  /// Ice or snow rather than water.
  bool frozen(const Reflectances& pixels, std::size_t i, double ndsi) const {
    return pixels.nir != nullptr && ndsi > limits_.frozen_ndsi && pixels.green[i] > limits_.frozen_green &&
           pixels.nir[i] > limits_.frozen_nir;
  }
  /// Ice rather than snow.
  bool bare_ice(const Reflectances& pixels, std::size_t i) const {
    return pixels.nir[i] < limits_.glacier_nir_to_green * pixels.green[i];
  }
};

std::vector<PixelType> types_of(const Graph& graph, const std::vector<Edge>& edges) {
  std::vector<PixelType> types;
  for (const Edge edge : edges) types.push_back(graph.info(edge).type);
  return types;
}

std::vector<Edge> edges_of(const Inputs& inputs) {
  std::vector<Edge> edges{inputs.green, inputs.red, inputs.swir, inputs.flags, inputs.altitude};
  if (inputs.nir) edges.push_back(*inputs.nir);
  if (inputs.glacier) edges.push_back(*inputs.glacier);
  return edges;
}

Optional optional_of(const Inputs& inputs) {
  return {inputs.nir.has_value(), inputs.glacier.has_value()};
}

}  // namespace

Edge snow_and_cloud(Graph& graph, const Inputs& inputs, const SnowRules& rules) {
  const std::vector<Edge> edges = edges_of(inputs);
  return graph.add(std::make_unique<SnowAndCloud>(Thresholds(rules, inputs.unit, inputs.missing_number),
                                                  types_of(graph, edges), optional_of(inputs)),
                   edges);
}

Edge find(Graph& graph, const Inputs& inputs, Edge dark, const SnowRules& rules) {
  std::vector<Edge> edges = edges_of(inputs);
  edges.push_back(dark);
  return graph.add(std::make_unique<FindingsNode>(Thresholds(rules, inputs.unit, inputs.missing_number),
                                                  types_of(graph, edges), optional_of(inputs)),
                   edges);
}

}  // namespace cers::snow
