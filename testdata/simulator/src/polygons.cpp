// SPDX-License-Identifier: Apache-2.0
// Reference data as a survey gives it: some large fields and stands, some labels wrong.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <set>

#include "cers/core/error.hpp"
#include "cers/simulator/product.hpp"
#include "survey.hpp"

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

/// Places within a ring at which a survey looks.
constexpr int looks = 6;  // along a side
constexpr std::size_t places_in_ring = looks * looks;
std::array<Place, places_in_ring> places_of(const Ring& ring) {
  std::array<Place, places_in_ring> places{};
  for (std::size_t k = 0; k < places.size(); ++k) {
    const double u = (static_cast<double>(k % looks) + 0.5) / looks;
    const double v = (static_cast<double>(k / looks) + 0.5) / looks;
    const auto between = [&](std::size_t axis) {
      return static_cast<int>((ring[0][axis] * (1 - u) + ring[1][axis] * u) * (1 - v) +
                              (ring[3][axis] * (1 - u) + ring[2][axis] * u) * v);
    };
    places[k] = {between(0), between(1)};
  }
  return places;
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

/// Lakes are one class to a survey: which of them are turbid is another matter at each date.
Surface surveyed_as(Surface surface) {
  return surface == Surface::turbid_water ? Surface::clear_water : surface;
}
std::string survey_name(Surface surface) {
  return surface == Surface::clear_water ? "water" : surface_name(surface);
}

/// Places tried for each polygon asked for.
constexpr int trials_each = 60;

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

/// Draws places over the tiles and makes polygons of them. What the ground bears is asked of the caller.
class Survey {
 public:
  Survey(const std::vector<Recipe>& tiles, const std::vector<int>& years, int count, double wrong)
      : years_(years), count_(count), wrong_(wrong), parcels_(tiles.front()), epsg_(tiles.front().epsg) {
    seed_ = seed_of(tiles.front().seed, 140);
    for (const Recipe& tile : tiles) boxes_.push_back(box_of(tile));
    all_ = boxes_.front();
    for (const Box& box : boxes_) {
      all_ = {std::min(all_.west, box.west), std::min(all_.south, box.south), std::max(all_.east, box.east),
              std::max(all_.north, box.north)};
    }
  }

  std::uint32_t hash(int trial) const { return hashed(seed_, trial, 0); }
  /// The place of a trial; none outside the tiles.
  std::optional<Place> place(int trial) const {
    const std::uint32_t h = hash(trial);
    const double east = all_.west + static_cast<double>(unit(h)) * (all_.east - all_.west);
    const double north = all_.north - static_cast<double>(unit(mixed(h + 1))) * (all_.north - all_.south);
    if (std::none_of(boxes_.begin(), boxes_.end(), [&](const Box& box) { return box.holds(east, north); }))
      return std::nullopt;
    return Place{static_cast<HalfMetres>(2 * east), static_cast<HalfMetres>(2 * north)};
  }
  std::optional<Ring> field_ring(Place at) const { return ring_in(parcels_, parcels_.at(at.x, at.y), at.x, at.y); }
  /// Ground that nobody farms is one stand for kilometres: one place in four is surveyed.
  std::optional<Ring> stand_ring(Place at, std::uint32_t h) const {
    if (mixed(h + 4) % 4 != 0) return std::nullopt;
    return square_around(at.x, at.y, mixed(h + 5));
  }

  /// `ground(trial, place)` tells what its place bears, `inside(trial, farmed, ring, k)` what place k of its ring does.
  /// `made`, unless null: how many there are.
  template <class Middle, class Inside>
  std::string collection(int trials, Middle ground, Inside inside, int* made_all) const {
    std::set<std::uint32_t> taken;
    std::string features;
    int made = 0;
    // Random places fall into large fields and stands more often: the bias of surveys comes by itself.
    for (int trial = 0; trial < trials && made < count_; ++trial) {
      const auto at = place(trial);
      if (!at) continue;
      const std::uint32_t h = hash(trial);
      Ground::Found found = ground(trial, *at);
      found.surface = surveyed_as(found.surface);
      const bool farmed = found.field != 0;
      const Parcel parcel = parcels_.at(at->x, at->y);
      // None is surveyed twice.
      const std::uint32_t id =
          farmed ? parcel.id : hashed(seed_ + 1, floor_quotient(at->x, 600), floor_quotient(at->y, 600));
      if (taken.contains(id)) continue;
      const auto ring = farmed ? field_ring(*at) : stand_ring(*at, h);
      if (!ring) continue;
      // At least nine in ten places of the ring bear what its middle bears.
      std::size_t same = 0;
      for (std::size_t k = 0; k < places_in_ring; ++k) {
        const Ground::Found other = inside(trial, farmed, *ring, k);
        same += surveyed_as(other.surface) == found.surface && other.field == found.field;
      }
      if (same * 10 < places_in_ring * 9) continue;
      taken.insert(id);
      const bool mislabelled = static_cast<double>(unit(mixed(h + 2))) < wrong_;
      const Surface label = mislabelled ? mistaken(found.surface, mixed(h + 3)) : found.surface;
      features +=
          (features.empty() ? "" : ",") + feature(++made, found.surface, label, farmed ? &parcel : nullptr, *ring);
    }
    if (made_all != nullptr) *made_all = made;
    return fmt::format(
        "{{\"type\": \"FeatureCollection\", \"polygons_asked\": {}, \"wrong_labels\": {}, \"crs\": {{\"type\": "
        "\"name\", \"properties\": {{\"name\": "
        "\"urn:ogc:def:crs:EPSG::{}\"}}}}, \"features\": [{}\n]}}\n",
        count_, wrong_, epsg_, features);
  }

 private:
  /// `parcel`: of a field, whose crop changes with the harvest.
  std::string feature(int id, Surface truth, Surface label, const Parcel* parcel, const Ring& ring) const {
    std::string points;
    for (std::size_t i = 0; i <= ring.size(); ++i) {
      const auto& corner = ring[i % ring.size()];
      points += fmt::format("{}[{:.1f}, {:.1f}]", i == 0 ? "" : ", ", 0.5 * corner[0], 0.5 * corner[1]);
    }
    std::string classes;
    for (const int year : years_) {
      if (years_.size() == 1) break;
      const Surface then = parcel != nullptr ? parcels_.crop(*parcel, year) : truth;
      classes += fmt::format(", \"class_{}\": {}", year, static_cast<int>(then));
    }
    return fmt::format(
        "\n{{\"type\": \"Feature\", \"properties\": {{\"id\": {}, \"year\": {}, \"class\": {}, \"label\": {}, "
        "\"name\": "
        "\"{}\"{}}}, \"geometry\": {{\"type\": \"Polygon\", \"coordinates\": [[{}]]}}}}",
        id, years_.front(), static_cast<int>(truth), static_cast<int>(label), survey_name(label), classes, points);
  }

  std::vector<int> years_;
  int count_;
  double wrong_;
  Parcels parcels_;
  int epsg_;
  std::uint32_t seed_ = 0;
  std::vector<Box> boxes_;
  Box all_{};
};

void check_survey(const std::vector<Recipe>& tiles, const std::vector<int>& years, double wrong) {
  CERS_EXPECT(!tiles.empty() && !years.empty());
  for (const Recipe& tile : tiles) check(tile);
  if (wrong < 0 || wrong > 1) throw UserError("share of wrong labels is outside 0..1", "give for example 0.06");
}

/// What places_given holds of a trial, by number of place; −1 without.
struct Asked {
  std::int32_t middle = -1;
  std::int32_t field = -1;
  std::int32_t stand = -1;
};

}  // namespace

std::vector<int> harvest_years(const std::vector<SceneDate>& dates) {
  std::map<int, int> dates_in;
  for (const SceneDate& date : dates) ++dates_in[date.harvest_year()];
  std::vector<int> years;
  for (const auto& [year, count] : dates_in) years.push_back(year);
  std::stable_sort(years.begin(), years.end(), [&](int a, int b) { return dates_in[a] > dates_in[b]; });
  return years;
}

std::string reference_polygons(const std::vector<Recipe>& tiles, const std::vector<int>& years, int count, double wrong,
                               int* made) {
  check_survey(tiles, years, wrong);
  const Survey survey(tiles, years, count, wrong);
  const Ground ground(tiles.front(), years.front());
  return survey.collection(
      trials_each * count, [&](int, Place at) { return ground.at(at.x, at.y); },
      [&](int, bool, const Ring& ring, std::size_t k) {
        const Place at = places_of(ring)[k];
        return ground.at(at.x, at.y);
      },
      made);
}

ProductText reference_polygons_on(Graph& graph, Edge dem, const std::vector<Recipe>& tiles,
                                  const std::vector<int>& years, int count, double wrong, std::shared_ptr<int> made) {
  check_survey(tiles, years, wrong);
  // All places are asked beforehand: one pass over the ground. They take 1 KB a trial, 2 KB at most.
  constexpr int most_trials = 200000;
  const int trials = static_cast<int>(std::min<std::int64_t>(most_trials, std::int64_t{trials_each} * count));
  const auto survey = std::make_shared<Survey>(tiles, years, count, wrong);
  const auto asked = std::make_shared<std::vector<Asked>>(static_cast<std::size_t>(trials));
  std::vector<Place> places;
  const auto ask = [&](const Ring& ring) {
    const auto first = static_cast<std::int32_t>(places.size());
    for (const Place& place : places_of(ring)) places.push_back(place);
    return first;
  };
  for (int trial = 0; trial < trials; ++trial) {
    const auto at = survey->place(trial);
    if (!at) continue;
    Asked& mine = (*asked)[static_cast<std::size_t>(trial)];
    mine.middle = static_cast<std::int32_t>(places.size());
    places.push_back(*at);
    if (const auto ring = survey->field_ring(*at)) mine.field = ask(*ring);
    if (const auto ring = survey->stand_ring(*at, survey->hash(trial))) mine.stand = ask(*ring);
  }
  const SurveyedGround ground(graph, tiles, years.front(), dem, places);
  const Late<SampleValues> late = ground.values();
  return {"reference_polygons.geojson",
          {late},
          [survey, asked, trials, late, made = std::move(made)](const LateValues& values) {
            const SampleValues& found = values.get(late);
            const auto at = [&](std::int32_t first, std::size_t k) {
              return SurveyedGround::at(found, static_cast<std::size_t>(first) + k);
            };
            return survey->collection(
                trials, [&](int trial, Place) { return at((*asked)[static_cast<std::size_t>(trial)].middle, 0); },
                [&](int trial, bool farmed, const Ring&, std::size_t k) {
                  const Asked& mine = (*asked)[static_cast<std::size_t>(trial)];
                  return at(farmed ? mine.field : mine.stand, k);
                },
                made.get());
          }};
}

}  // namespace cers::simulator
