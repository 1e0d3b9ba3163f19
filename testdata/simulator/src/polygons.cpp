// SPDX-License-Identifier: Apache-2.0
// Reference data as a survey gives it: some large fields, some labels wrong.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "cers/core/error.hpp"
#include "cers/simulator/product.hpp"
#include "parcels.hpp"
#include "terrain.hpp"

namespace cers::simulator {
namespace {

using Ring = std::array<std::array<HalfMetres, 2>, 4>;

/// A rectangle in the axes of the field, around a place of it, that lies 10 m inside; nothing when there is no room.
std::optional<Ring> ring_in(const Parcels& parcels, const Parcel& parcel, HalfMetres x, HalfMetres y) {
  const Parcels::Local at = Parcels::local(parcel, x, y);
  constexpr double inside = 20;  // half metres
  constexpr double smallest = 60;
  for (double scale = 1; scale > 0.2; scale *= 0.85) {
    const auto bound = [&](double edge, double from) { return from + (edge - from) * scale; };
    const double u0 = bound(parcel.u0 + inside, at.u);
    const double u1 = bound(parcel.u1 - inside, at.u);
    const double v0 = bound(parcel.v0 + inside, at.v);
    const double v1 = bound(parcel.v1 - inside, at.v);
    if (u1 - u0 < smallest || v1 - v0 < smallest) return std::nullopt;
    const std::array<std::array<double, 2>, 4> corners = {{{u0, v0}, {u1, v0}, {u1, v1}, {u0, v1}}};
    Ring ring{};
    bool fits = true;
    for (std::size_t i = 0; i < corners.size(); ++i) {
      const auto c = static_cast<double>(parcel.cos);
      const auto s = static_cast<double>(parcel.sin);
      ring[i] = {parcel.centre_x + static_cast<int>(corners[i][0] * c - corners[i][1] * s),
                 parcel.centre_y + static_cast<int>(corners[i][0] * s + corners[i][1] * c)};
      // Fields are convex: corners inside mean all of it is.
      fits = fits && parcels.at(ring[i][0], ring[i][1]).id == parcel.id;
    }
    if (fits) return ring;
  }
  return std::nullopt;
}

bool farmed(const Terrain& terrain, const Recipe& recipe, const Ring& ring) {
  std::array<float, 4> z{};
  for (std::size_t i = 0; i < ring.size(); ++i) terrain.dry_row(ring[i][0], 1, ring[i][1], {&z[i], 1});
  const auto [low, high] = std::minmax_element(z.begin(), z.end());
  constexpr float above_plain = 150;
  constexpr float most_fall = 12;
  const auto [west, east] = std::minmax({ring[0][0], ring[1][0], ring[2][0], ring[3][0]});
  const auto [south, north] = std::minmax({ring[0][1], ring[1][1], ring[2][1], ring[3][1]});
  return *high < static_cast<float>(recipe.plain_altitude) + above_plain && *high - *low < most_fall &&
         terrain.lakes_in(west, south, east, north).empty();
}

}  // namespace

std::string reference_polygons(const Recipe& recipe, int year, int count, double wrong) {
  check(recipe);
  if (wrong < 0 || wrong > 1) throw UserError("share of wrong labels is outside 0..1", "give for example 0.06");
  const Parcels parcels(recipe);
  const Terrain terrain(recipe);
  const std::uint32_t seed = seed_of(recipe.seed, 140);
  std::set<std::uint32_t> taken;
  std::string features;
  // Random places fall into large fields more often: the bias of surveys comes by itself.
  for (int trial = 0; trial < 40 * count && static_cast<int>(taken.size()) < count; ++trial) {
    const std::uint32_t h = hashed(seed, trial, 0);
    const auto side = static_cast<float>(20 * recipe.side);
    const HalfMetres x = static_cast<int>(2 * recipe.west) + static_cast<int>(unit(h) * side);
    const HalfMetres y = static_cast<int>(2 * recipe.north) - static_cast<int>(unit(mixed(h + 1)) * side);
    const Parcel parcel = parcels.at(x, y);
    if (taken.contains(parcel.id)) continue;
    const auto ring = ring_in(parcels, parcel, x, y);
    if (!ring || !farmed(terrain, recipe, *ring)) continue;
    taken.insert(parcel.id);
    const Surface truth = parcels.crop(parcel, year);
    Surface label = truth;
    if (static_cast<double>(unit(mixed(h + 2))) < wrong) {
      const int first = static_cast<int>(Surface::winter_cereal);
      const int classes = static_cast<int>(Surface::vineyard) - first + 1;
      label = static_cast<Surface>(first + static_cast<int>(mixed(h + 3) % static_cast<std::uint32_t>(classes)));
      if (label == truth) label = truth == Surface::grassland ? Surface::maize : Surface::grassland;
    }
    std::string points;
    for (std::size_t i = 0; i <= ring->size(); ++i) {
      const auto& corner = (*ring)[i % ring->size()];
      points += fmt::format("{}[{:.1f}, {:.1f}]", i == 0 ? "" : ", ", 0.5 * corner[0], 0.5 * corner[1]);
    }
    features += fmt::format(
        "{}\n{{\"type\": \"Feature\", \"properties\": {{\"id\": {}, \"class\": {}, \"label\": {}, \"name\": \"{}\"}}, "
        "\"geometry\": {{\"type\": \"Polygon\", \"coordinates\": [[{}]]}}}}",
        features.empty() ? "" : ",", taken.size(), static_cast<int>(truth), static_cast<int>(label),
        surface_name(label), points);
  }
  return fmt::format(
      "{{\"type\": \"FeatureCollection\", \"crs\": {{\"type\": \"name\", \"properties\": {{\"name\": "
      "\"urn:ogc:def:crs:EPSG::{}\"}}}}, \"features\": [{}\n]}}\n",
      recipe.epsg, features);
}

}  // namespace cers::simulator
