// SPDX-License-Identifier: Apache-2.0
#include "snowline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "altitude.hpp"

namespace cers::snow {
namespace {

// The line is drawn two bands below the first snowy one.
constexpr std::size_t bands_below = 2;

void put(AltitudeBand& band, const std::array<std::array<std::uint64_t, 2>, 2>& counts) {
  band.clear_bare += counts[0][0];
  band.clear_snow += counts[0][1];
  band.cloud += counts[1][0] + counts[1][1];
  band.cloudy_snow += counts[1][1];
  band.total += counts[0][0] + counts[0][1] + counts[1][0] + counts[1][1];
}

}  // namespace

void AltitudeCounts::add(const AltitudeCounts& other) {
  for (std::size_t cloud = 0; cloud < 2; ++cloud) {
    for (std::size_t snow = 0; snow < 2; ++snow) {
      seen[cloud][snow] += other.seen[cloud][snow];
      missing[cloud][snow] += other.missing[cloud][snow];
    }
  }
}

bool AltitudeCounts::empty() const {
  const AltitudeCounts none;
  return seen == none.seen && missing == none.missing;
}

void AltitudeHistogram::add(int metre, const AltitudeCounts& counts) {
  if (metres.empty()) {
    lowest_m = metre;
    metres.resize(1);
  }
  if (metre < lowest_m) {
    metres.insert(metres.begin(), static_cast<std::size_t>(lowest_m - metre), AltitudeCounts{});
    lowest_m = metre;
  }
  const auto index = static_cast<std::size_t>(metre - lowest_m);
  if (index >= metres.size()) metres.resize(index + 1);
  metres[index].add(counts);
}

void AltitudeHistogram::add(const AltitudeHistogram& other) {
  without_altitude.add(other.without_altitude);
  strict_snow += other.strict_snow;
  like_ice_cloud += other.like_ice_cloud;
  for (std::size_t i = 0; i < other.metres.size(); ++i) {
    if (!other.metres[i].empty()) add(other.lowest_m + static_cast<int>(i), other.metres[i]);
  }
}

AltitudeCounts AltitudeHistogram::total() const {
  AltitudeCounts sum = without_altitude;
  for (const AltitudeCounts& metre : metres) sum.add(metre);
  return sum;
}

std::vector<AltitudeBand> aligned_bands(const AltitudeHistogram& histogram, double height_m) {
  std::vector<AltitudeBand> bands;
  int first = 0;
  for (std::size_t i = 0; i < histogram.metres.size(); ++i) {
    const auto& counts = histogram.metres[i].seen;
    if (counts[0][0] + counts[0][1] + counts[1][0] + counts[1][1] == 0) continue;
    const int band = static_cast<int>(std::floor((histogram.lowest_m + static_cast<double>(i)) / height_m));
    if (bands.empty()) first = band;
    for (int b = first + static_cast<int>(bands.size()); b <= band; ++b)
      bands.push_back({.bottom_m = b * height_m, .top_m = (b + 1) * height_m});
    put(bands[static_cast<std::size_t>(band - first)], counts);
  }
  return bands;
}

std::vector<AltitudeBand> even_bands(const AltitudeHistogram& histogram, double height_m) {
  if (histogram.metres.empty()) return {};
  const int lowest = histogram.lowest_m;
  const int highest = lowest + static_cast<int>(histogram.metres.size()) - 1;
  const auto count = static_cast<int>((highest - lowest) / height_m);
  if (count < 1) return {};
  const float width = static_cast<float>(highest - lowest) / static_cast<float>(count);
  std::vector<float> edges;
  for (int k = 0; k < count; ++k) edges.push_back(static_cast<float>(lowest) + static_cast<float>(k) * width);
  edges.push_back(static_cast<float>(highest));
  std::vector<AltitudeBand> bands;
  for (int k = 0; k < count; ++k) {
    const auto at = static_cast<std::size_t>(k);
    bands.push_back({.bottom_m = static_cast<double>(edges[at]), .top_m = static_cast<double>(edges[at + 1])});
  }
  for (std::size_t i = 0; i < histogram.metres.size(); ++i) {
    const AltitudeCounts& metre = histogram.metres[i];
    if (metre.empty()) continue;
    const auto altitude = static_cast<float>(lowest + static_cast<int>(i));
    // A value on an edge belongs to the band above, the highest to the last one.
    const auto above = std::upper_bound(edges.begin(), edges.end() - 1, altitude) - edges.begin();
    AltitudeBand& band = bands[static_cast<std::size_t>(above - 1)];
    put(band, metre.seen);
    put(band, metre.missing);
  }
  return bands;
}

void draw_snowline(Snowline& line, const SnowRules& rules) {
  // The limits are single precision numbers there: exactly a tenth fails.
  const auto least_clear = static_cast<double>(static_cast<float>(rules.least_clear_share));
  const auto least_snow = static_cast<double>(static_cast<float>(rules.least_snow_share));
  const double enough_clear = rules.least_clear_cells * rules.coarse_factor * rules.coarse_factor;
  for (std::size_t i = 0; i < line.bands.size(); ++i) {
    const AltitudeBand& band = line.bands[i];
    const auto clear = static_cast<double>(band.clear_bare + band.clear_snow);
    if (clear == 0 || !(clear / static_cast<double>(band.total) > least_clear || clear >= enough_clear)) continue;
    if (!(static_cast<double>(band.clear_snow) / clear > least_snow)) continue;
    line.found = true;
    if (rules.lis_bands) {
      const AltitudeBand& below = line.bands[i >= bands_below ? i - bands_below : 0];
      const float middle = (static_cast<float>(below.bottom_m) + static_cast<float>(below.top_m)) / 2;
      line.altitude_m = std::floor(static_cast<double>(middle - static_cast<float>(rules.band_height_m / 2)));
    } else {
      line.altitude_m = band.bottom_m - static_cast<double>(bands_below) * rules.band_height_m;
    }
    break;
  }
}

Snowline find_snowline(const AltitudeHistogram& histogram, const SnowRules& rules) {
  Snowline line;
  line.bands =
      rules.lis_bands ? even_bands(histogram, rules.band_height_m) : aligned_bands(histogram, rules.band_height_m);
  const AltitudeCounts all = histogram.total();
  const auto sum = [](const auto& counts) { return counts[0][0] + counts[0][1] + counts[1][0] + counts[1][1]; };
  const std::uint64_t seen = sum(all.seen);
  const std::uint64_t pixels = rules.lis_bands ? seen + sum(all.missing) : seen;
  const std::uint64_t snow = all.seen[0][1] + all.seen[1][1] + (rules.lis_bands ? all.missing[0][1] : 0);
  line.seen = seen;
  line.without_altitude = sum(histogram.without_altitude.seen);
  for (std::size_t i = 0; i < histogram.metres.size(); ++i) {
    const double metre = histogram.lowest_m + static_cast<double>(i);
    if (metre < lowest_altitude_m || metre > highest_altitude_m)
      line.beyond_earth += sum(histogram.metres[i].seen) + sum(histogram.metres[i].missing);
  }
  line.snow_share = pixels > 0 ? static_cast<double>(snow) / static_cast<double>(pixels) : 0;
  line.ice_cloud = rules.ice_cloud_share && static_cast<double>(histogram.like_ice_cloud) >
                                                *rules.ice_cloud_share * static_cast<double>(histogram.strict_snow);
  draw_snowline(line, rules);
  line.second_pass = line.found && line.snow_share > rules.least_total_share;
  return line;
}

std::string histogram_text(const std::vector<AltitudeBand>& bands) {
  std::uint64_t total = 0;
  for (const AltitudeBand& band : bands) total += band.total;
  std::string text = fmt::format("Number of bins={}-Total frequency={}-Dimension sizes=[{}, 2, 2]\n", bands.size(),
                                 total, bands.size());
  text += "z_center,tot_z,fcloud_z,fsnow_z,fnosnow_z\n";
  for (const AltitudeBand& band : bands) {
    // Below sea level the unsigned number there wraps.
    const auto centre = static_cast<std::uint32_t>(static_cast<std::int64_t>(0.5 * (band.bottom_m + band.top_m)));
    text += fmt::format("{},{},{},{},{}\n", centre, band.total, band.cloud, band.clear_snow + band.cloudy_snow,
                        band.clear_bare);
  }
  return text;
}

}  // namespace cers::snow
