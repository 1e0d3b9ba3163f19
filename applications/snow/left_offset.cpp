// SPDX-License-Identifier: Apache-2.0
#include "left_offset.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/ops/statistics.hpp"
#include "flags.hpp"

namespace cers::snow {
namespace {

// A scene has surfaces of nearly no reflectance: water, shade, forest, wet soil (Chavez 1988, whose dark-object
// subtraction rests on it). Where an offset is left in, they have that offset. The limits were chosen on 538 simulated
// MUSCATE scenes, as they are and with 0.1 added, and on real ones (docs/design/snow.md).
constexpr double noise = 0.02;         // below the offset: noise, and shade that the slope correction took below 0
constexpr double dark = 0.1;           // above the offset
constexpr double darker_share = 0.01;  // of the clear pixels, darker than the offset: 2 % at least where it is none
constexpr double dark_share = 0.15;    // of those without snow: 0.2 at least with it; cold cloud 0.10, desert 0.01
constexpr std::uint64_t least_dark = 1000;  // pixels that make a dark object (GRASS GIS, i.landsat.toar)

constexpr double sen2cor_offset = 0.1;       // 1000 × 0.0001 since baseline 04.00
constexpr double landsat_scale = 0.0000275;  // of Collection 2 level 2 (USGS LSDS-1619), with its
constexpr double landsat_offset = 0.2;

/// What a pixel tells.
enum class Told : std::uint8_t { nothing, darker, dark_ground, bright_ground, snow };

/// Inputs: green, red where there is one, 1.6 µm, what is clear. uint8: Told.
class Darkness final : public PixelwiseNode {
 public:
  Darkness(std::vector<PixelType> types, double unit, std::optional<double> missing, double offset, ClearBy by)
      : types_(std::move(types)), unit_(unit), missing_(missing), offset_(offset), by_(by) {}
  std::string name() const override { return "darkest band"; }
  std::string signature() const override {
    return fmt::format("darkest band {} {} {} {} {}", types_.size(), unit_, missing_.value_or(0), offset_,
                       static_cast<int>(by_));
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {BandInfo{}}, PixelType::u8};
  }
  double cost() const override { return 3; }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Rows>(); }
  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& rows = static_cast<Rows&>(*scratch).bands;
    for (std::size_t band = 0; band < types_.size(); ++band) {
      rows[band].resize(row.count);
      convert_pixels(row.inputs[band], types_[band], reinterpret_cast<std::byte*>(rows[band].data()), PixelType::f64,
                     row.count);
    }
    const auto clear = row.in<std::uint8_t>(types_.size());
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i)
      out[i] = static_cast<std::uint8_t>(is_clear(clear[i]) ? told(rows, i) : Told::nothing);
  }

 private:
  struct Rows final : Scratch {
    std::vector<double> bands[3];
  };
  bool is_clear(std::uint8_t value) const {
    constexpr std::uint8_t hidden = bit(Flag::cloud) | bit(Flag::shadow) | bit(Flag::high_cloud) | bit(Flag::missing);
    return by_ == ClearBy::flags ? (value & hidden) == 0 : value <= static_cast<std::uint8_t>(SnowCode::snow);
  }
  Told told(const std::vector<double> (&rows)[3], std::size_t i) const {
    double darkest = rows[0][i];
    bool none = true;  // 0 in all bands: Sen2Cor's missing, whether -nodata says it or not
    for (std::size_t band = 0; band < types_.size(); ++band) {
      const double value = rows[band][i];
      if (value != value || value == missing_) return Told::nothing;
      darkest = std::min(darkest, value);
      none = none && value == 0;
    }
    if (none) return Told::nothing;
    if (darkest < (offset_ - noise) * unit_) return Told::darker;
    const double green = rows[0][i];
    const double swir = rows[types_.size() - 1][i];
    if ((green - swir) / (green + swir) > SnowRules{}.ndsi_pass1) return Told::snow;
    return darkest < (offset_ + dark) * unit_ ? Told::dark_ground : Told::bright_ground;
  }
  std::vector<PixelType> types_;
  double unit_;
  std::optional<double> missing_;
  double offset_;
  ClearBy by_;
};

/// Empty when nothing is wrong.
std::string finding(const LabelCounts& counts, double offset, bool red) {
  const auto of = [&](Told told) { return counts[static_cast<std::size_t>(told)]; };
  const auto share = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  const std::uint64_t ground = of(Told::dark_ground) + of(Told::bright_ground);
  const std::uint64_t clear = of(Told::darker) + ground + of(Told::snow);
  const double darker = share(of(Told::darker), clear);
  const double dark_ground = share(of(Told::dark_ground), ground);
  if (!(darker < darker_share) || !(dark_ground >= dark_share) || of(Told::dark_ground) < least_dark) return {};
  return fmt::format(
      "of {} clear pixels {:.2f} % are darker than {:g} in {}, and the darkest band of {:.0f} % of those without snow "
      "has {:g} to {:g}, where water, shade and forest have 0 to 0.1",
      clear, 100 * darker, offset - noise, red ? "green, red or 1.6 µm" : "green or 1.6 µm", 100 * dark_ground,
      offset - noise, offset + dark);
}

}  // namespace

void warn_of_left_offset(Wiring& wiring, Graph& graph, const Inputs& inputs, const Calibration& calibration, Edge clear,
                         ClearBy by) {
  if (inputs.offset_known) return;
  const bool landsat = calibration.scale == landsat_scale;
  const double offset = landsat ? landsat_offset : sen2cor_offset;
  std::vector<Edge> bands{inputs.green};
  if (inputs.red != Edge{}) bands.push_back(inputs.red);
  bands.push_back(inputs.swir);
  std::vector<PixelType> types;
  for (const Edge band : bands) types.push_back(graph.info(band).type);
  const bool red = types.size() == 3;
  bands.push_back(clear);
  const Edge told =
      graph.add(std::make_unique<Darkness>(std::move(types), inputs.unit, inputs.missing_number, offset, by), bands);
  const auto late = graph.reduce_beside(LabelCountReducer(1), told, "darkest pixels");
  wiring.after_run(
      {{late},
       [late, offset, landsat, red, calibration, label = wiring.image("in").label()](const LateValues& values) {
         const std::string found = values.has(late) ? finding(values.get(late)[0], offset, red) : "";
         if (found.empty()) return found;
         return fmt::format(
             "{}: {}: this looks like the offset of {} left in: give {}-offset {:g}, or -offset 0 if "
             "there is none",
             label, found, landsat ? "Landsat Collection 2" : "Sen2Cor since baseline 04.00",
             calibration.scale == 1 ? "" : fmt::format("-scale {} ", calibration.scale), -offset);
       },
       true});
}

}  // namespace cers::snow
