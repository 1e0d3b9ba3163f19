// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cers/core/text.hpp"

namespace cers::snow {

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

Shares shares_of(const LabelCounts& counts, const SnowRules& rules) {
  Shares shares;
  for (std::size_t value = 0; value < counts.size(); ++value)
    if (value != static_cast<std::size_t>(rules.nodata)) shares.seen += counts[value];
  shares.snow = counts[static_cast<std::size_t>(SnowCode::snow)];
  shares.cloud = counts[static_cast<std::size_t>(SnowCode::cloud)];
  return shares;
}

std::string report_json(const Snowline& line, const Shares& shares, const SnowRules& rules) {
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
                    {"pass1_snow_share", line.snow_share},
                    {"snow_percent", percent(shares.snow, shares.seen)},
                    {"cloud_percent", percent(shares.cloud, shares.seen)},
                    {"pixels_seen", shares.seen},
                    {"pixels_without_altitude", line.without_altitude},
                    {"band_height_m", rules.band_height_m},
                    {"bands", bands}};
  return report.dump(2) + "\n";
}

void warn_of_missing_altitude(Wiring& wiring, Late<Snowline> line, const std::string& dem, const std::string& scene) {
  wiring.after_run({{line},
                    [line, dem, begin = scene.empty() ? "" : scene + ": "](const LateValues& values) -> std::string {
                      const Snowline& found = values.get(line);
                      if (found.without_altitude == 0) return {};
                      return fmt::format(
                          "{}{} has no altitude for {} of {} pixels ({:.1f} %): there only the strict test finds snow",
                          begin, dem, found.without_altitude, found.seen, percent(found.without_altitude, found.seen));
                    },
                    true});
}

void tell_after_run(Wiring& wiring, Late<Snowline> line, Late<std::vector<LabelCounts>> labels,
                    const SnowRules& rules) {
  wiring.after_run({{line}, [line, rules](const LateValues& values) -> std::string {
                      const Snowline& found = values.get(line);
                      if (!found.found) return "snowline: not found";
                      return fmt::format("snowline: {} m", format_real(found.altitude_m));
                    }});
  wiring.after_run({{labels}, [labels, rules](const LateValues& values) {
                      const Shares shares = shares_of(values.get(labels)[0], rules);
                      return fmt::format("snow: {:.2f} %", percent(shares.snow, shares.seen));
                    }});
  wiring.after_run({{labels}, [labels, rules](const LateValues& values) {
                      const Shares shares = shares_of(values.get(labels)[0], rules);
                      return fmt::format("cloud: {:.2f} %", percent(shares.cloud, shares.seen));
                    }});
  warn_of_missing_altitude(wiring, line, wiring.image("dem").label());
}

}  // namespace cers::snow
