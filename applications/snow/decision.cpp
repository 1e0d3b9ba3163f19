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

// Altitude and class of a pixel in one integer, for the counts.
constexpr int class_bits = 5;
enum CountedBit : int {
  counted_snow = 1,
  counted_cloud = 2,
  counted_missing = 4,
  counted_no_altitude = 8,
  counted_ice = 16
};

/// Inputs: findings, altitude.
class CountedPixels final : public PixelwiseNode {
 public:
  explicit CountedPixels(bool towards_zero) : towards_zero_(towards_zero) {}
  std::string name() const override { return "snow and altitude"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {BandInfo{}}, PixelType::i32};
  }
  double cost() const override { return 3; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto findings = row.in<std::uint16_t>(0);
    const auto altitude = row.in<float>(1);
    const auto out = row.out<std::int32_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const Findings found{findings[i]};
      const float z = altitude[i];
      const bool known = z == z;
      const float whole = towards_zero_ ? std::trunc(z) : std::floor(z);
      // Beyond what is altitude on Earth the counts would grow without end.
      const float bounded = known ? std::clamp(whole, -32768.0F, 32767.0F) : 0.0F;
      const bool coloured = found.has(Finding::cloud_colour);
      const int snow = found.has(Finding::strict) && !coloured ? counted_snow : 0;
      const int ice = snow != 0 && found.has(Finding::like_ice_cloud) ? counted_ice : 0;
      const int cloud = coloured || found.has(Finding::cloud_in_pass1) ? counted_cloud : 0;
      const int missing = found.has(Finding::missing) || found.has(Finding::glacier) ? counted_missing : 0;
      out[i] = static_cast<std::int32_t>(bounded) * (1 << class_bits) +
               (snow | ice | cloud | missing | (known ? 0 : counted_no_altitude));
    }
  }

 private:
  bool towards_zero_;
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
          one(Decider::pass1_shaded, "snow: strict test and that for shaded slopes", {0, 220, 240}),
          one(Decider::pass2_shaded, "snow: permissive test and that for shaded slopes", {0, 145, 210}),
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
          one(Decider::no_altitude, "no snow: altitude unknown", {200, 80, 60}),
          one(Decider::veiled, "no snow: under cloud and bright at 1.6 µm", {170, 150, 130})};
}

/// Inputs: findings, altitude, and what the pass for shaded slopes sees if there is one.
class Decision final : public PixelwiseNode {
 public:
  Decision(const SnowRules& rules, Late<Snowline> late, bool shaded) : rules_(rules), late_(late), shaded_(shaded) {}
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
        "0 nodata; snow: 1 pass 1, 2 pass 2, 3 shaded slopes, 4 and 5 passes 1 and 2 on shaded slopes; 10 refined "
        "cloud, 11 back to cloud, 12 water, 13 colour "
        "of cloud, "
        "14 ice cloud; ice: 15 on water, 16 of a glacier; no snow: 20 NDSI low, 21 dark, 22 NDSI low for shade, 23 "
        "below the snow line, 24 altitude "
        "unknown, 25 under cloud and bright at 1.6 µm";
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
  double cost() const override { return 4; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto findings = row.in<std::uint16_t>(0);
    const auto altitude = row.in<float>(1);
    const auto mask = row.out<std::uint8_t>(static_cast<std::size_t>(DecisionBand::mask));
    const auto all = row.out<std::uint8_t>(static_cast<std::size_t>(DecisionBand::snow_all));
    const auto decider = row.out<std::uint8_t>(static_cast<std::size_t>(DecisionBand::decider));
    for (std::size_t i = 0; i < row.count; ++i) {
      const Findings found{findings[i]};
      const bool given = found.has(Finding::cloud_given);
      const bool refined = found.has(Finding::cloud_refined);
      const bool back = found.has(Finding::back_to_cloud);
      const bool ice_cloud = ice_cloud_ && found.has(Finding::like_ice_cloud);
      const bool coloured = found.has(Finding::cloud_colour) || ice_cloud;
      const bool first = found.has(Finding::strict) && !coloured;
      const bool high = static_cast<double>(altitude[i]) > line_m_;
      const bool permissive = found.has(Finding::permissive);
      const bool second = !refined && !coloured && high && permissive;
      const bool third =
          shaded_ && !refined && static_cast<double>(altitude[i]) >= line_m_ && row.in<std::uint8_t>(2)[i] != 0;
      all[i] = static_cast<std::uint8_t>(
          (first ? bit(SnowAllBit::pass1) : 0U) | (second ? bit(SnowAllBit::pass2) : 0U) |
          (found.has(Finding::cloud_in_pass1) ? bit(SnowAllBit::cloud_in_pass1) : 0U) |
          (given ? bit(SnowAllBit::cloud_given) : 0U) | (refined ? bit(SnowAllBit::cloud_refined) : 0U) |
          (found.has(Finding::bad_slope_correction) ? bit(SnowAllBit::bad_slope_correction) : 0U));
      if (found.has(Finding::missing)) {
        mask[i] = code(rules_.nodata);
        decider[i] = code(Decider::missing);
      } else if (found.has(Finding::water) && rules_.water_is_missing) {
        mask[i] = code(rules_.nodata);
        decider[i] = code(Decider::water);
      } else if (found.has(Finding::water)) {
        const bool ice = !given && !refined && !coloured && found.has(Finding::frozen);
        mask[i] = code(ice ? SnowCode::ice : SnowCode::water);
        decider[i] = code(ice ? Decider::frozen_water : Decider::water);
      } else if ((first || second) && found.has(Finding::bare_ice)) {
        mask[i] = code(SnowCode::ice);
        decider[i] = code(Decider::glacier_ice);
      } else if ((first || second || third) && !(rules_.strict_cloud && back)) {
        mask[i] = code(SnowCode::snow);
        decider[i] = code(why_snow(first, second, third));
      } else if (refined || back || coloured) {
        mask[i] = code(SnowCode::cloud);
        decider[i] = code(refined     ? Decider::cloud_refined
                          : back      ? Decider::back_to_cloud
                          : ice_cloud ? Decider::ice_cloud
                                      : Decider::cloud_colour);
      } else {
        mask[i] = code(SnowCode::no_snow);
        decider[i] = code(why_not(found, altitude[i]));
      }
    }
  }

 private:
  static Decider why_snow(bool first, bool second, bool third) {
    if (first) return third ? Decider::pass1_shaded : Decider::pass1;
    if (second) return third ? Decider::pass2_shaded : Decider::pass2;
    return Decider::pass_shaded;
  }
  static Decider why_not(Findings found, float altitude) {
    if (found.has(Finding::permissive)) return altitude == altitude ? Decider::below_snowline : Decider::no_altitude;
    const bool dark = found.has(Finding::dark);
    if (found.has(Finding::ndsi_low)) return dark ? Decider::shade : Decider::ndsi_low;
    return dark ? Decider::dark : Decider::veiled;
  }

  SnowRules rules_;
  Late<Snowline> late_;
  bool shaded_;
  double line_m_ = std::numeric_limits<double>::infinity();
  bool ice_cloud_ = false;
};

}  // namespace

Late<AltitudeHistogram> count_by_altitude(Graph& graph, Edge findings, Edge altitude, const SnowRules& rules) {
  const Edge counted = graph.add(std::make_unique<CountedPixels>(rules.lis_bands), {findings, altitude});
  return graph.reduce(CountReducer{}, counted, "snow by altitude");
}

Edge decide(Graph& graph, Edge findings, Edge altitude, std::optional<Edge> shaded_snow, Late<Snowline> line,
            const SnowRules& rules) {
  std::vector<Edge> edges{findings, altitude};
  if (shaded_snow) edges.push_back(*shaded_snow);
  return graph.add(std::make_unique<Decision>(rules, line, shaded_snow.has_value()), edges, {line});
}

}  // namespace cers::snow
