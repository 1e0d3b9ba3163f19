// SPDX-License-Identifier: Apache-2.0
#include "parcels.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cers::simulator {

Parcels::Parcels(const Recipe& recipe)
    : seed_(seed_of(recipe.seed, 10)),
      region_cell_(static_cast<HalfMetres>(2 * recipe.region_cell)),
      length_(2 * recipe.field_length),
      width_(2 * recipe.field_width),
      north_(recipe.north_ground > 0) {}

void Parcels::fill(Neighbourhood& known, int column, int row) const {
  known.filled = true;
  known.column = column;
  known.row = row;
  const auto side = static_cast<float>(region_cell_);
  for (int k = 0; k < 9; ++k) {
    const int c = column + k % 3 - 1;
    const int r = row + k / 3 - 1;
    const std::uint32_t h = hashed(seed_, c, r);
    known.centres[static_cast<std::size_t>(k)] = {h, c * region_cell_ + static_cast<int>(unit(h) * side),
                                                  r * region_cell_ + static_cast<int>(unit(mixed(h)) * side)};
  }
}

Parcel Parcels::at(HalfMetres x, HalfMetres y, Neighbourhood& known) const {
  const int column = floor_quotient(x, region_cell_);
  const int row = floor_quotient(y, region_cell_);
  if (!known.filled || known.column != column || known.row != row) fill(known, column, row);
  Parcel parcel;
  std::uint32_t region = 0;
  std::int64_t nearest = INT64_MAX;
  for (const Centre& centre : known.centres) {
    const std::int64_t dx = centre.x - x;
    const std::int64_t dy = centre.y - y;
    const std::int64_t distance = dx * dx + dy * dy;
    if (distance >= nearest) continue;
    nearest = distance;
    region = centre.region;
    parcel.centre_x = centre.x;
    parcel.centre_y = centre.y;
  }
  parcel.region = region;
  // Orientation as a rational point of the circle: no trigonometry, equal bits everywhere.
  const float t = unit(mixed(region + 1)) * 2.0F - 1.0F;
  parcel.cos = (1 - t * t) / (1 + t * t);
  parcel.sin = 2 * t / (1 + t * t);
  const auto [u, v] = local(parcel, x, y);
  const double strip = length_ * (0.6 + 0.8 * static_cast<double>(unit(mixed(region + 2))));
  const double k = std::floor(v / strip);
  const std::uint32_t line = hashed(region + 3, static_cast<int>(k), 0);
  const double width = width_ * (0.5 + 1.4 * static_cast<double>(unit(line)));
  const double offset = width * static_cast<double>(unit(mixed(line + 1)));
  // Borders between fields are moved by up to a third of their width; pairs may be one field.
  const double cell = std::floor((u + offset) / width);
  const auto border = [&](double j) {
    const float jitter = unit(hashed(line, static_cast<int>(j), 1)) - 0.5F;
    return j * width - offset + 0.66 * width * static_cast<double>(jitter);
  };
  double j = cell;
  if (u < border(j)) j -= 1;
  if (u >= border(j + 1)) j += 1;
  const std::uint32_t field = hashed(line, static_cast<int>(j), 2);
  parcel.id = field;
  parcel.u0 = border(j);
  parcel.u1 = border(j + 1);
  parcel.v0 = k * strip;
  parcel.v1 = (k + 1) * strip;
  parcel.borders = (mixed(field + 5) % 4 == 0 ? 1U : 0U) | (mixed(line + 6) % 3 == 0 ? 2U : 0U);
  return parcel;
}

namespace {

struct Share {
  Surface surface;
  int percent;
};
using Farming = std::array<Share, 8>;

// Shares of one region's fields; rounded from the agricultural census of lowland France.
constexpr Farming cereals = {{{Surface::winter_cereal, 38},
                              {Surface::rapeseed, 13},
                              {Surface::maize, 15},
                              {Surface::sunflower, 12},
                              {Surface::soy, 7},
                              {Surface::grassland, 10},
                              {Surface::broadleaf, 4},
                              {Surface::diffuse_built, 1}}};
constexpr Farming cattle = {{{Surface::grassland, 55},
                             {Surface::maize, 20},
                             {Surface::winter_cereal, 13},
                             {Surface::broadleaf, 7},
                             {Surface::orchard, 2},
                             {Surface::diffuse_built, 2},
                             {Surface::soy, 1},
                             {Surface::none, 0}}};
constexpr Farming wine = {{{Surface::vineyard, 50},
                           {Surface::orchard, 17},
                           {Surface::winter_cereal, 10},
                           {Surface::sunflower, 7},
                           {Surface::grassland, 9},
                           {Surface::broadleaf, 4},
                           {Surface::diffuse_built, 3},
                           {Surface::none, 0}}};
constexpr Farming town = {{{Surface::diffuse_built, 48},
                           {Surface::dense_built, 18},
                           {Surface::industrial, 10},
                           {Surface::grassland, 14},
                           {Surface::broadleaf, 6},
                           {Surface::vineyard, 1},
                           {Surface::maize, 3},
                           {Surface::none, 0}}};

// Hay and barley in clearings around farms.
constexpr Farming hay = {{{Surface::grassland, 58},
                          {Surface::winter_cereal, 14},
                          {Surface::broadleaf, 17},
                          {Surface::diffuse_built, 6},
                          {Surface::maize, 5},
                          {Surface::none, 0},
                          {Surface::none, 0},
                          {Surface::none, 0}}};

Surface drawn(const Farming& farming, std::uint32_t h) {
  int rest = static_cast<int>(h % 100U);
  for (const Share& share : farming) {
    rest -= share.percent;
    if (rest < 0) return share.surface;
  }
  return Surface::grassland;
}

}  // namespace

Surface Parcels::crop(const Parcel& parcel, int year) const {
  const float kind = unit(mixed(parcel.region + 9));
  const Farming& farming = north_ ? hay : kind < 0.48F ? cereals : kind < 0.76F ? cattle : kind < 0.87F ? wine : town;
  const Surface use = drawn(farming, mixed(parcel.id + 1));
  if (!rotates(use)) return use;
  const Surface this_year = drawn(farming, mixed(parcel.id + 1000U + static_cast<std::uint32_t>(year)));
  return rotates(this_year) ? this_year : use;
}

}  // namespace cers::simulator
