// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "altitude.hpp"
#include "cers/core/text.hpp"
#include "decision.hpp"

namespace cers::snow {

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? std::numeric_limits<double>::quiet_NaN()
                    : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

Shares shares_of(const LabelCounts& counts, const SnowRules& rules) {
  Shares shares;
  for (std::size_t value = 0; value < counts.size(); ++value)
    if (value != static_cast<std::size_t>(rules.nodata)) shares.seen += counts[value];
  shares.snow = counts[static_cast<std::size_t>(SnowCode::snow)];
  shares.cloud = counts[static_cast<std::size_t>(SnowCode::cloud)];
  return shares;
}

void GivenCloudReducer::add(State& state, const Block& decision, Window chunk) const {
  const auto all = decision.plane<std::uint8_t>(static_cast<int>(DecisionBand::snow_all));
  const auto decider = decision.plane<std::uint8_t>(static_cast<int>(DecisionBand::decider));
  for (int y = chunk.y; y < chunk.bottom(); ++y) {
    const auto bits = all.row(y, chunk);
    const auto test = decider.row(y, chunk);
    for (std::size_t i = 0; i < bits.size(); ++i) {
      const auto decided = static_cast<Decider>(test[i]);
      if (decided == Decider::missing || decided == Decider::water || decided == Decider::frozen_water) continue;
      ++((bits[i] & static_cast<unsigned>(SnowAllBit::cloud_in_pass1)) != 0 ? state.cloud : state.clear);
    }
  }
}

void GivenCloudReducer::merge(State& into, State&& from) const {
  into.clear += from.clear;
  into.cloud += from.cloud;
}

std::string report_json(const Snowline& line, const Shares& shares, const GivenCloud& given, const SnowRules& rules) {
  using Json = nlohmann::ordered_json;
  Json bands = Json::array();
  for (const AltitudeBand& band : line.bands) {
    bands.push_back({{"bottom_m", band.bottom_m},
                     {"top_m", band.top_m},
                     {"pixels", band.total},
                     {"cloud", band.cloud},
                     {"clear_snow", band.clear_snow},
                     {"clear_no_snow", band.clear_bare}});
  }
  const Json report{{"snowline_m", line.found ? Json(line.altitude_m) : Json(nullptr)},
                    {"second_pass", line.second_pass},
                    {"pass1_snow_share", shares.seen > 0 ? Json(line.snow_share) : Json(nullptr)},
                    {"snow_percent", percent(shares.snow, shares.seen)},  // null when not known
                    {"cloud_percent", percent(shares.cloud, shares.seen)},
                    {"pixels_seen", shares.seen},
                    {"ground_clear_by_cloud_mask", given.clear},  // pixels, water left out
                    {"pixels_without_altitude", line.without_altitude},
                    {"band_height_m", rules.band_height_m},
                    {"bands", bands}};
  return report.dump(2) + "\n";
}

void warn_of_missing_altitude(Wiring& wiring, Late<Snowline> line, const std::string& dem, bool lis,
                              const std::string& scene) {
  const std::string begin = scene.empty() ? "" : scene + ": ";
  const std::string beyond = fmt::format("below {} m or above {} m", lowest_altitude_m, highest_altitude_m);
  wiring.after_run(
      {{line},
       [=](const LateValues& values) -> std::string {
         const Snowline& found = values.get(line);
         if (found.without_altitude == 0) return {};
         return fmt::format(
             "{}{} has no altitude for {} of {} pixels ({:.1f} %{}): there only the strict test finds snow", begin, dem,
             found.without_altitude, found.seen, percent(found.without_altitude, found.seen),
             lis ? "" : "; " + beyond + " is none");
       },
       true});
  wiring.after_run({{line},
                    [=](const LateValues& values) -> std::string {
                      const Snowline& found = values.get(line);
                      if (found.beyond_earth == 0) return {};
                      return fmt::format(
                          "{}{} gives {} pixels altitudes {}, which are none of Earth: this profile takes them as they "
                          "are, as Let-it-snow does, and they shift the altitude bands and the snow line; fill the "
                          "voids of the DEM, or take -profile standard",
                          begin, dem, found.beyond_earth, beyond);
                    },
                    true});
}

namespace {

/// "12.34 %", or that it is not known.
std::string share_text(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? std::string("unknown") : fmt::format("{:.2f} %", percent(part, whole));
}

}  // namespace

void tell_after_run(Wiring& wiring, Late<Snowline> line, Late<std::vector<LabelCounts>> labels, Late<GivenCloud> given,
                    const SnowRules& rules) {
  wiring.after_run({{line}, [line, rules](const LateValues& values) -> std::string {
                      const Snowline& found = values.get(line);
                      if (!found.found) return "snowline: not found";
                      return fmt::format("snowline: {} m", format_real(found.altitude_m));
                    }});
  wiring.after_run({{labels}, [labels, rules](const LateValues& values) {
                      const Shares shares = shares_of(values.get(labels)[0], rules);
                      return "snow: " + share_text(shares.snow, shares.seen);
                    }});
  wiring.after_run({{labels}, [labels, rules](const LateValues& values) {
                      const Shares shares = shares_of(values.get(labels)[0], rules);
                      return "cloud: " + share_text(shares.cloud, shares.seen);
                    }});
  wiring.after_run(
      {{labels, given},
       [labels, given, rules, scene = wiring.image("in").label()](const LateValues& values) -> std::string {
         const LabelCounts& counts = values.get(labels)[0];
         const Shares shares = shares_of(counts, rules);
         if (shares.seen == 0)
           return scene + ": no pixel has data, so nothing can be told of snow, cloud or the snow line";
         const GivenCloud& ground = values.get(given);
         if (ground.clear > 0 || ground.cloud == 0) return {};
         const std::uint64_t bare = counts[static_cast<std::size_t>(SnowCode::no_snow)];
         if (shares.snow == 0 && bare == 0)
           return scene + ": everything is cloud, so no snow and no snow line could be seen";
         return fmt::format(
             "{}: its cloud mask calls all ground cloud; what is given back as dark cloud, {} pixels of snow and {} of "
             "no snow, is doubtful, and so is the snow line",
             scene, shares.snow, bare);
       },
       true});
  warn_of_missing_altitude(wiring, line, wiring.image("dem").label(), rules.lis_bands);
}

}  // namespace cers::snow
