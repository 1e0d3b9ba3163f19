// SPDX-License-Identifier: Apache-2.0
#include "decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cers/core/error.hpp"
#include "cers/products/legends.hpp"

namespace cers::snow {
namespace {

constexpr std::uint8_t code(SnowCode value) {
  return static_cast<std::uint8_t>(value);
}
constexpr std::uint8_t code(Decider value) {
  return static_cast<std::uint8_t>(value);
}
constexpr unsigned bit(SnowAllBit value) {
  return static_cast<unsigned>(value);
}

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
  bool shaded_snow = false;
};

/// Inputs in this order: green, red, short-wave infrared, flags, altitude, near infrared, glacier and shaded
/// snow if there are, coarse red.
class SnowNode : public PixelwiseNode {
 public:
  SnowNode(const Thresholds& limits, std::vector<PixelType> types, Optional optional)
      : limits_(limits), types_(std::move(types)), optional_(optional) {}
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<RowScratch>(); }

 protected:
  Reflectances load(const RowArgs& row, RowScratch& scratch) const {
    scratch.size(row.count);
    for (std::size_t i = 0; i < 3; ++i) load(row, i, scratch.numbers[i]);
    if (optional_.nir) load(row, 5, scratch.numbers[3]);
    return {scratch.numbers[0].data(),      scratch.numbers[1].data(),
            scratch.numbers[2].data(),      optional_.nir ? scratch.numbers[3].data() : nullptr,
            row.in<std::uint8_t>(3).data(), row.count};
  }
  void load(const RowArgs& row, std::size_t input, std::vector<double>& to) const {
    convert_pixels(row.inputs[input], types_[input], reinterpret_cast<std::byte*>(to.data()), PixelType::f64,
                   row.count);
  }
  bool on_glacier(const RowArgs& row, std::size_t i) const {
    return optional_.glacier && row.in<std::uint8_t>(optional_.nir ? 6 : 5)[i] == 1;
  }
  std::size_t shaded_input() const { return 5U + (optional_.nir ? 1U : 0U) + (optional_.glacier ? 1U : 0U); }
  std::size_t coarse_red_input() const { return shaded_input() + (optional_.shaded_snow ? 1U : 0U); }
  bool shaded_snow(const RowArgs& row, std::size_t i) const {
    return optional_.shaded_snow && row.in<std::uint8_t>(shaded_input())[i] != 0;
  }
  const Thresholds limits_;
  const std::vector<PixelType> types_;
  const Optional optional_;
};

// Altitude and class of a pixel in one integer, for the counts.
constexpr int class_bits = 5;
enum CountedBit : int {
  counted_snow = 1,
  counted_cloud = 2,
  counted_missing = 4,
  counted_no_altitude = 8,
  counted_ice = 16
};

class CountedPixels final : public SnowNode {
 public:
  CountedPixels(const Thresholds& limits, std::vector<PixelType> types, Optional optional, bool towards_zero)
      : SnowNode(limits, std::move(types), optional), towards_zero_(towards_zero) {}
  std::string name() const override { return "pass 1 by altitude"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {BandInfo{}}, PixelType::i32};
  }
  double cost() const override { return 6; }
  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& own = static_cast<RowScratch&>(*scratch);
    const Reflectances pixels = load(row, own);
    pass1_row(limits_, pixels, own.bytes[0].data());
    missing_row(limits_, pixels, own.bytes[1].data());
    cloud_colour_row(limits_, pixels, own.bytes[2].data());
    ice_cloud_row(limits_, pixels, own.bytes[3].data());
    const auto altitude = row.in<float>(4);
    const auto out = row.out<std::int32_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const float z = altitude[i];
      const bool known = z == z;
      const float whole = towards_zero_ ? std::trunc(z) : std::floor(z);
      // Beyond what is altitude on Earth the counts would grow without end.
      const float bounded = known ? std::clamp(whole, -32768.0F, 32767.0F) : 0.0F;
      const int cloud = (pixels.flags[i] & cloud_in_pass1) != 0 ? counted_cloud : 0;
      const bool coloured = own.bytes[2][i] != 0;
      const int snow = own.bytes[0][i] != 0 && !coloured ? counted_snow : 0;
      const int ice = snow != 0 && own.bytes[3][i] != 0 ? counted_ice : 0;
      const int what = snow | ice | (coloured ? static_cast<int>(counted_cloud) : cloud) |
                       (own.bytes[1][i] != 0 || on_glacier(row, i) ? counted_missing : 0) |
                       (known ? 0 : counted_no_altitude);
      out[i] = static_cast<std::int32_t>(bounded) * (1 << class_bits) + what;
    }
  }

 private:
  bool towards_zero_;
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

struct CountReducer {
  using State = AltitudeHistogram;
  using Result = AltitudeHistogram;
  static constexpr bool exact = true;
  // Some thousand metres of counts.
  std::size_t state_bytes() const { return 10000 * sizeof(AltitudeCounts); }

  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window chunk) const {
    const auto plane = pixels.plane<std::int32_t>(0);
    for (int y = chunk.y; y < chunk.bottom(); ++y) add_row(state, plane.row(y, chunk));
  }
  void merge(State& into, State&& from) const { into.add(from); }
  Result finish(State&& state) const { return std::move(state); }

 private:
  static void add_row(State& state, std::span<const std::int32_t> row) {
    for (const std::int32_t value : row) {
      const int what = value & ((1 << class_bits) - 1);
      const int metre = value >> class_bits;
      AltitudeCounts* counts = &state.without_altitude;
      if ((what & counted_no_altitude) == 0) {
        if (state.metres.empty() || metre < state.lowest_m ||
            metre >= state.lowest_m + static_cast<int>(state.metres.size()))
          state.add(metre, {});
        counts = &state.metres[static_cast<std::size_t>(metre - state.lowest_m)];
      }
      if ((what & (counted_snow | counted_missing)) == counted_snow) {
        ++state.strict_snow;
        if ((what & counted_ice) != 0) ++state.like_ice_cloud;
      }
      auto& table = (what & counted_missing) != 0 ? counts->missing : counts->seen;
      ++table[(what & counted_cloud) != 0 ? 1 : 0][(what & counted_snow) != 0 ? 1 : 0];
    }
  }
};

/// Snow in cyan, cloud in white, no snow in browns and greys, by deciding test.
std::vector<ClassInfo> decider_classes() {
  using Colour = std::array<std::uint8_t, 3>;
  const auto one = [](Decider decider, const char* name, Colour colour) {
    return ClassInfo{static_cast<int>(decider), name, colour};
  };
  return {one(Decider::missing, "no data", {0, 0, 0}),
          one(Decider::pass1, "snow: strict test", {0, 255, 255}),
          one(Decider::pass2, "snow: permissive test above the snow line", {0, 170, 220}),
          one(Decider::pass_shaded, "snow: test for shaded slopes", {0, 120, 200}),
          one(Decider::cloud_refined, "cloud: bright around, shadow or high cloud", {255, 255, 255}),
          one(Decider::back_to_cloud, "cloud: given, no snow and bright", {235, 235, 215}),
          one(Decider::water, "water", {119, 161, 203}),
          one(Decider::cloud_colour, "cloud: by its colour", {255, 225, 160}),
          one(Decider::ice_cloud, "cloud: like ice cloud", {255, 200, 230}),
          one(Decider::frozen_water, "ice: on water", {190, 160, 255}),
          one(Decider::glacier_ice, "ice: of a glacier", {150, 120, 255}),
          one(Decider::ndsi_low, "no snow: low NDSI", {119, 119, 119}),
          one(Decider::dark, "no snow: dark", {70, 70, 70}),
          one(Decider::shade, "no snow: low NDSI for shade", {90, 70, 120}),
          one(Decider::below_snowline, "no snow: below the snow line", {150, 110, 60}),
          one(Decider::no_altitude, "no snow: altitude unknown", {200, 80, 60})};
}

class Decision final : public SnowNode {
 public:
  Decision(const Thresholds& limits, std::vector<PixelType> types, Optional optional, const SnowRules& rules,
           Late<Snowline> late)
      : SnowNode(limits, std::move(types), optional), rules_(rules), late_(late) {}
  std::string name() const override { return "snow decision"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, std::vector<BandInfo>(3), PixelType::u8};
    BandInfo& mask = info.bands[static_cast<std::size_t>(DecisionBand::mask)];
    mask.name = "snow";
    mask.description = fmt::format("0 no snow, 100 snow, 205 cloud{}, {} nodata",
                                   rules_.water_known ? ", 210 water, 211 ice" : "", static_cast<int>(rules_.nodata));
    mask.nodata = static_cast<double>(rules_.nodata);
    mask.classes = snow_mask_classes(static_cast<int>(rules_.nodata), rules_.water_known);
    BandInfo& all = info.bands[static_cast<std::size_t>(DecisionBand::snow_all)];
    all.name = "SNOW_ALL";
    all.description =
        "bits: 1 pass 1, 2 pass 2, 4 cloud used in pass 1, 8 refined cloud, 16 cloud given, 32 bad slope correction";
    BandInfo& decider = info.bands[static_cast<std::size_t>(DecisionBand::decider)];
    decider.name = "deciding test";
    decider.description =
        "0 nodata; snow: 1 pass 1, 2 pass 2, 3 shaded slopes; 10 refined cloud, 11 back to cloud, 12 water, 13 colour "
        "of cloud, "
        "14 ice cloud; ice: 15 on water, 16 of a glacier; no snow: 20 NDSI low, 21 dark, 22 NDSI low for shade, 23 "
        "below the snow line, 24 altitude "
        "unknown";
    decider.classes = decider_classes();
    return info;
  }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    auto bound = std::make_unique<Decision>(*this);
    const Snowline& line = values.get(late_);
    // Without a line or with too little snow no pixel is above it.
    bound->ice_cloud_ = line.ice_cloud;
    bound->line_m_ = line.second_pass ? line.altitude_m : std::numeric_limits<double>::infinity();
    return bound;
  }
  double cost() const override { return 10; }
  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& own = static_cast<RowScratch&>(*scratch);
    const Reflectances pixels = load(row, own);
    load(row, coarse_red_input(), own.numbers[4]);
    pass1_row(limits_, pixels, own.bytes[0].data());
    missing_row(limits_, pixels, own.bytes[1].data());
    permissive_row(limits_, pixels, own.bytes[2].data());
    cloud_colour_row(limits_, pixels, own.bytes[3].data());
    if (ice_cloud_) ice_cloud_row(limits_, pixels, own.bytes[4].data());
    const auto altitude = row.in<float>(4);
    const auto mask = row.out<std::uint8_t>(static_cast<std::size_t>(DecisionBand::mask));
    const auto all = row.out<std::uint8_t>(static_cast<std::size_t>(DecisionBand::snow_all));
    const auto decider = row.out<std::uint8_t>(static_cast<std::size_t>(DecisionBand::decider));
    for (std::size_t i = 0; i < row.count; ++i) {
      const unsigned flags = pixels.flags[i];
      const bool given = (flags & snow::bit(Flag::cloud)) != 0;
      const bool refined = (given && own.numbers[4][i] > limits_.dark_cloud) ||
                           (flags & (snow::bit(Flag::shadow) | snow::bit(Flag::high_cloud))) != 0;
      const bool back = given && pixels.red[i] > limits_.back_to_cloud;
      const bool ice_cloud = ice_cloud_ && own.bytes[4][i] != 0;
      const bool coloured = own.bytes[3][i] != 0 || ice_cloud;
      const bool first = own.bytes[0][i] != 0 && !coloured;
      const bool high = static_cast<double>(altitude[i]) > line_m_;
      const bool permissive = own.bytes[2][i] != 0;
      const bool second = !refined && !coloured && high && permissive;
      const bool third = !refined && static_cast<double>(altitude[i]) >= line_m_ && shaded_snow(row, i);
      const bool water = (flags & snow::bit(Flag::water)) != 0;
      all[i] = static_cast<std::uint8_t>(
          (first ? bit(SnowAllBit::pass1) : 0U) | (second ? bit(SnowAllBit::pass2) : 0U) |
          ((flags & cloud_in_pass1) != 0 ? bit(SnowAllBit::cloud_in_pass1) : 0U) |
          (given ? bit(SnowAllBit::cloud_given) : 0U) | (refined ? bit(SnowAllBit::cloud_refined) : 0U) |
          ((flags & (snow::bit(Flag::low_sun) | snow::bit(Flag::tangent_sun))) != 0
               ? bit(SnowAllBit::bad_slope_correction)
               : 0U));
      if (own.bytes[1][i] != 0) {
        mask[i] = code(rules_.nodata);
        decider[i] = code(Decider::missing);
      } else if (water && rules_.water_is_missing) {
        mask[i] = code(rules_.nodata);
        decider[i] = code(Decider::water);
      } else if (water) {
        const bool ice = !given && !refined && !coloured && frozen(pixels, i);
        mask[i] = code(ice ? SnowCode::ice : SnowCode::water);
        decider[i] = code(ice ? Decider::frozen_water : Decider::water);
      } else if ((first || second) && on_glacier(row, i) && bare_ice(pixels, i)) {
        mask[i] = code(SnowCode::ice);
        decider[i] = code(Decider::glacier_ice);
      } else if ((first || second || third) && !(rules_.strict_cloud && back)) {
        mask[i] = code(SnowCode::snow);
        decider[i] = code(first ? Decider::pass1 : second ? Decider::pass2 : Decider::pass_shaded);
      } else if (refined || back || coloured) {
        mask[i] = code(SnowCode::cloud);
        decider[i] = code(refined     ? Decider::cloud_refined
                          : back      ? Decider::back_to_cloud
                          : ice_cloud ? Decider::ice_cloud
                                      : Decider::cloud_colour);
      } else {
        mask[i] = code(SnowCode::no_snow);
        decider[i] = code(why_not(pixels, i, permissive, altitude[i]));
      }
    }
  }

 private:
  /// Ice or snow rather than water.
  bool frozen(const Reflectances& pixels, std::size_t i) const {
    if (pixels.nir == nullptr) return false;
    const double ndsi = (pixels.green[i] - pixels.swir[i]) / (pixels.green[i] + pixels.swir[i]);
    return ndsi > limits_.frozen_ndsi && pixels.green[i] > limits_.frozen_green && pixels.nir[i] > limits_.frozen_nir;
  }
  /// Ice rather than snow.
  bool bare_ice(const Reflectances& pixels, std::size_t i) const {
    return pixels.nir[i] < limits_.glacier_nir_to_green * pixels.green[i];
  }
  Decider why_not(const Reflectances& pixels, std::size_t i, bool permissive, float altitude) const {
    if (permissive) return altitude == altitude ? Decider::below_snowline : Decider::no_altitude;
    const double ndsi = (pixels.green[i] - pixels.swir[i]) / (pixels.green[i] + pixels.swir[i]);
    if (!(ndsi > limits_.ndsi_pass2)) return Decider::ndsi_low;
    return pixels.red[i] > limits_.red_pass2 ? Decider::shade : Decider::dark;
  }

  SnowRules rules_;
  Late<Snowline> late_;
  double line_m_ = std::numeric_limits<double>::infinity();
  bool ice_cloud_ = false;
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
  if (inputs.shaded_snow) edges.push_back(*inputs.shaded_snow);
  return edges;
}

Optional optional_of(const Inputs& inputs) {
  return {inputs.nir.has_value(), inputs.glacier.has_value(), inputs.shaded_snow.has_value()};
}

}  // namespace

Edge snow_and_cloud(Graph& graph, const Inputs& inputs, const SnowRules& rules) {
  const std::vector<Edge> edges = edges_of(inputs);
  return graph.add(std::make_unique<SnowAndCloud>(Thresholds(rules, inputs.unit, inputs.missing_number),
                                                  types_of(graph, edges), optional_of(inputs)),
                   edges);
}

Late<AltitudeHistogram> count_by_altitude(Graph& graph, const Inputs& inputs, const SnowRules& rules) {
  const std::vector<Edge> edges = edges_of(inputs);
  const Edge counted =
      graph.add(std::make_unique<CountedPixels>(Thresholds(rules, inputs.unit, inputs.missing_number),
                                                types_of(graph, edges), optional_of(inputs), rules.lis_bands),
                edges);
  return graph.reduce(CountReducer{}, counted, "snow by altitude");
}

Edge decide(Graph& graph, const Inputs& inputs, Edge dark, Late<Snowline> line, const SnowRules& rules) {
  std::vector<Edge> edges = edges_of(inputs);
  edges.push_back(dark);
  return graph.add(std::make_unique<Decision>(Thresholds(rules, inputs.unit, inputs.missing_number),
                                              types_of(graph, edges), optional_of(inputs), rules, line),
                   edges, {line});
}

}  // namespace cers::snow
