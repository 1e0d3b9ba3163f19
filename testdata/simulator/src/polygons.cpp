// SPDX-License-Identifier: Apache-2.0
// Reference data as a survey gives it: some large fields and stands, some labels wrong.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "cers/core/error.hpp"
#include "cers/simulator/product.hpp"
#include "ground.hpp"

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

/// A square around a place of a stand, 60 to 200 m wide.
Ring square_around(HalfMetres x, HalfMetres y, std::uint32_t h) {
  const int half = 60 + static_cast<int>(unit(h) * 140);
  return {{{x - half, y + half}, {x + half, y + half}, {x + half, y - half}, {x - half, y - half}}};
}

/// Whether at least nine in ten places of the ring bear what its middle bears.
bool pure(const Ground& ground, const Ring& ring, Ground::Found wanted) {
  constexpr int side = 6;
  int same = 0;
  for (int j = 0; j < side; ++j) {
    for (int i = 0; i < side; ++i) {
      const double u = (i + 0.5) / side;
      const double v = (j + 0.5) / side;
      const auto between = [&](std::size_t axis) {
        return static_cast<int>((ring[0][axis] * (1 - u) + ring[1][axis] * u) * (1 - v) +
                                (ring[3][axis] * (1 - u) + ring[2][axis] * u) * v);
      };
      const Ground::Found found = ground.at(between(0), between(1));
      same += found.surface == wanted.surface && found.field == wanted.field;
    }
  }
  return same * 10 >= side * side * 9;
}

/// Classes that surveyors take for each other: overlapping spectra and seasons.
Surface mistaken(Surface truth, std::uint32_t h) {
  using S = Surface;
  const auto one_of = [&](std::initializer_list<S> others) { return others.begin()[h % others.size()]; };
  switch (truth) {
    case S::winter_cereal:
      return one_of({S::rapeseed, S::grassland, S::maize});
    case S::rapeseed:
      return one_of({S::winter_cereal, S::grassland});
    case S::maize:
      return one_of({S::soy, S::sunflower, S::winter_cereal});
    case S::sunflower:
      return one_of({S::soy, S::maize, S::vineyard});
    case S::soy:
      return one_of({S::maize, S::sunflower});
    case S::orchard:
      return one_of({S::vineyard, S::grassland, S::broadleaf});
    case S::vineyard:
      return one_of({S::orchard, S::grassland});
    case S::dense_built:
      return one_of({S::diffuse_built, S::industrial});
    case S::diffuse_built:
      return one_of({S::dense_built, S::grassland});
    case S::industrial:
      return one_of({S::dense_built, S::diffuse_built});
    case S::broadleaf:
      return one_of({S::conifer, S::moor});
    case S::conifer:
      return S::broadleaf;
    case S::moor:
      return one_of({S::grassland, S::alpine_grass});
    case S::alpine_grass:
      return one_of({S::moor, S::scree});
    case S::rock:
      return S::scree;
    case S::scree:
      return S::rock;
    case S::grassland:
      return one_of({S::moor, S::winter_cereal, S::diffuse_built});
    default:
      return S::grassland;
  }
}

struct Box {
  double west;
  double south;
  double east;
  double north;
  bool holds(double x, double y) const { return x >= west && x < east && y > south && y <= north; }
};

Box box_of(const Recipe& recipe) {
  const double side = 10.0 * recipe.side;
  return {recipe.west, recipe.north - side, recipe.west + side, recipe.north};
}

std::string feature(std::size_t id, Surface truth, Surface label, const Ring& ring) {
  std::string points;
  for (std::size_t i = 0; i <= ring.size(); ++i) {
    const auto& corner = ring[i % ring.size()];
    points += fmt::format("{}[{:.1f}, {:.1f}]", i == 0 ? "" : ", ", 0.5 * corner[0], 0.5 * corner[1]);
  }
  return fmt::format(
      "\n{{\"type\": \"Feature\", \"properties\": {{\"id\": {}, \"class\": {}, \"label\": {}, \"name\": \"{}\"}}, "
      "\"geometry\": {{\"type\": \"Polygon\", \"coordinates\": [[{}]]}}}}",
      id, static_cast<int>(truth), static_cast<int>(label), surface_name(label), points);
}

}  // namespace

std::string reference_polygons(const std::vector<Recipe>& tiles, int year, int count, double wrong) {
  CERS_EXPECT(!tiles.empty());
  for (const Recipe& tile : tiles) check(tile);
  if (wrong < 0 || wrong > 1) throw UserError("share of wrong labels is outside 0..1", "give for example 0.06");
  const Recipe& world = tiles.front();
  const Ground ground(world, year);
  const std::uint32_t seed = seed_of(world.seed, 140);
  Box all = box_of(world);
  std::vector<Box> boxes;
  for (const Recipe& tile : tiles) {
    const Box box = box_of(tile);
    boxes.push_back(box);
    all = {std::min(all.west, box.west), std::min(all.south, box.south), std::max(all.east, box.east),
           std::max(all.north, box.north)};
  }
  std::set<std::uint32_t> taken;
  std::string features;
  std::size_t made = 0;
  // Random places fall into large fields and stands more often: the bias of surveys comes by itself.
  for (int trial = 0; trial < 60 * count && made < static_cast<std::size_t>(count); ++trial) {
    const std::uint32_t h = hashed(seed, trial, 0);
    const double east = all.west + static_cast<double>(unit(h)) * (all.east - all.west);
    const double north = all.north - static_cast<double>(unit(mixed(h + 1))) * (all.north - all.south);
    if (std::none_of(boxes.begin(), boxes.end(), [&](const Box& box) { return box.holds(east, north); })) continue;
    const auto x = static_cast<HalfMetres>(2 * east);
    const auto y = static_cast<HalfMetres>(2 * north);
    const Ground::Found found = ground.at(x, y);
    // Ground that nobody farms is one stand for kilometres: one place in four is surveyed, and none twice.
    const std::uint32_t id =
        found.field != 0 ? found.field : hashed(seed + 1, floor_quotient(x, 600), floor_quotient(y, 600));
    if (taken.contains(id) || (found.field == 0 && mixed(h + 4) % 4 != 0)) continue;
    const auto ring = found.field != 0 ? ring_in(ground.parcels(), ground.parcels().at(x, y), x, y)
                                       : std::optional(square_around(x, y, mixed(h + 5)));
    if (!ring || !pure(ground, *ring, found)) continue;
    taken.insert(id);
    const bool mislabelled = static_cast<double>(unit(mixed(h + 2))) < wrong;
    const Surface label = mislabelled ? mistaken(found.surface, mixed(h + 3)) : found.surface;
    features += (features.empty() ? "" : ",") + feature(++made, found.surface, label, *ring);
  }
  return fmt::format(
      "{{\"type\": \"FeatureCollection\", \"crs\": {{\"type\": \"name\", \"properties\": {{\"name\": "
      "\"urn:ogc:def:crs:EPSG::{}\"}}}}, \"features\": [{}\n]}}\n",
      world.epsg, features);
}

}  // namespace cers::simulator
