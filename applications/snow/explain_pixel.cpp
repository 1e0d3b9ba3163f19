// SPDX-License-Identifier: Apache-2.0
#include "explain_pixel.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cers/core/text.hpp"
#include "cers/ops/bands.hpp"
#include "decision.hpp"
#include "pixel_tests.hpp"

namespace cers::snow {
namespace {

enum Value : std::size_t { green, red, swir, flags, given_flags, altitude, coarse, mask, all, decider, count };

struct PixelReducer {
  using State = PixelValues;
  using Result = PixelValues;
  static constexpr bool exact = true;
  int x;
  int y;
  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window chunk) const {
    if (x < chunk.x || x >= chunk.right() || y < chunk.y || y >= chunk.bottom()) return;
    visit(pixels.type(), [&](auto pixel) {
      using T = decltype(pixel);
      for (int band = 0; band < pixels.bands(); ++band)
        state.push_back(static_cast<double>(pixels.plane<T>(band).at(x, y)));
    });
  }
  void merge(State& into, State&& from) const {
    if (!from.empty()) into = std::move(from);
  }
  Result finish(State&& state) const { return std::move(state); }
};

const char* words_for(Decider decided) {
  switch (decided) {
    case Decider::missing:
      return "nothing was seen there";
    case Decider::pass1:
      return "by the strict test";
    case Decider::pass2:
      return "by the permissive test above the snow line";
    case Decider::pass_shaded:
      return "by the test for shaded slopes above the snow line";
    case Decider::pass1_shaded:
      return "by the strict test, and by the test for shaded slopes above the snow line";
    case Decider::pass2_shaded:
      return "by the permissive test above the snow line, and by the test for shaded slopes there";
    case Decider::cloud_refined:
      return "cloud stays cloud: bright around, a shadow or high";
    case Decider::back_to_cloud:
      return "was cloud, is no snow, and red exceeds -cloud.back";
    case Decider::water:
      return "the water mask says so";
    case Decider::cloud_colour:
      return "no mask says cloud, but it is bright with too low an NDSI for snow";
    case Decider::ice_cloud:
      return "as flat as ice cloud, in a scene where most snow looks so";
    case Decider::frozen_water:
      return "the water mask says water, and it is as bright as ice or snow in the near infrared";
    case Decider::glacier_ice:
      return "on a glacier, and near infrared over green is below -glacier.nir";
    case Decider::ndsi_low:
      return "NDSI fails the permissive test";
    case Decider::dark:
      return "red fails the permissive test";
    case Decider::shade:
      return "in the shade, and NDSI fails the test for shade";
    case Decider::below_snowline:
      return "only the permissive test would pass, and it lies at or below the snow line";
    case Decider::no_altitude:
      return "only the permissive test would pass, and its altitude is not known";
    case Decider::veiled:
      return "the product says cloud, and 1.6 µm exceeds -pass2.cloudswir";
  }
  return "";
}

std::string name_of_code(int code, const SnowRules& rules) {
  if (code == static_cast<int>(rules.nodata)) return fmt::format("nodata ({})", code);
  switch (static_cast<SnowCode>(code)) {
    case SnowCode::no_snow:
      return "no snow (0)";
    case SnowCode::snow:
      return "snow (100)";
    case SnowCode::cloud:
      return "cloud (205)";
    case SnowCode::water:
      return "water (210)";
    case SnowCode::ice:
      return "ice (211)";
    default:
      return std::to_string(code);
  }
}

std::string flag_words(unsigned set) {
  constexpr std::pair<Flag, const char*> names[] = {
      {Flag::cloud, "cloud"},     {Flag::shadow, "cloud shadow"}, {Flag::high_cloud, "high cloud"},
      {Flag::water, "water"},     {Flag::low_sun, "low sun"},     {Flag::tangent_sun, "tangent sun"},
      {Flag::missing, "missing"}, {Flag::shade, "shade"}};
  std::vector<std::string> words;
  for (const auto& [flag, name] : names) {
    if ((set & bit(flag)) != 0) words.emplace_back(name);
  }
  return words.empty() ? "none" : join(words, ", ");
}

}  // namespace

Late<PixelValues> sample_pixel(Graph& graph, const Inputs& inputs, Edge given, Edge dark, Edge decision, int x, int y) {
  const std::vector<Edge> edges{inputs.green, inputs.red,      inputs.swir, inputs.flags,
                                given,        inputs.altitude, dark,        decision};
  std::vector<RasterInfo> infos;
  for (const Edge edge : edges) infos.push_back(graph.info(edge));
  return graph.reduce(PixelReducer{x, y}, graph.add(make_concatenate(infos), edges), "one pixel");
}

std::string explain_pixel(const PixelValues& values, const Snowline& line, const SnowRules& rules, double unit) {
  CERS_EXPECT(values.size() == count);
  const auto reflectance = [&](Value which) { return fmt::format("{:.4f}", values[which] / unit); };
  const double ndsi = (values[green] - values[swir]) / (values[green] + values[swir]);
  const auto decided = static_cast<Decider>(static_cast<int>(values[decider]));
  std::string text = fmt::format("{}: {}; ", name_of_code(static_cast<int>(values[mask]), rules), words_for(decided));
  text += fmt::format("green {}, red {}, 1.6 µm {}, NDSI {:.4f}, coarse red {}; ", reflectance(green), reflectance(red),
                      reflectance(swir), ndsi, reflectance(coarse));
  text += std::isnan(values[altitude]) ? std::string("altitude unknown")
                                       : fmt::format("altitude {:.0f} m", values[altitude]);
  text += line.second_pass ? fmt::format(", snow line {} m", format_real(line.altitude_m)) : ", no snow line";
  text += "; flags: " + flag_words(static_cast<unsigned>(values[flags]));
  const auto lost = static_cast<unsigned>(values[given_flags]) & ~static_cast<unsigned>(values[flags]);
  if ((lost & bit(Flag::high_cloud)) != 0) text += "; high cloud given back above -cloud.highabove";
  return text;
}

}  // namespace cers::snow
