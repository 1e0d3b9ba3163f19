// SPDX-License-Identifier: Apache-2.0
#include "cers/products/angles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cers/core/text.hpp"

namespace cers {
namespace {

constexpr double radians = std::numbers::pi / 180;
constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

double azimuth_of(double east, double north) {
  const double degrees = std::atan2(east, north) / radians;
  return degrees < 0 ? degrees + 360 : degrees;
}

bool has_grid(const AngleGrid& grid) {
  return grid.columns > 0 && grid.rows > 0;
}

// Node by node over the bands that know it; nothing when their lattices differ.
AngleGrid mean_lattice(const std::vector<ViewAngles>& views) {
  AngleGrid mean;
  std::vector<double> zenith;
  std::vector<double> east;
  std::vector<double> north;
  std::vector<int> seen;
  for (const ViewAngles& view : views) {
    const AngleGrid& grid = view.grid;
    if (!has_grid(grid)) continue;
    if (!has_grid(mean)) {
      mean = {grid.columns, grid.rows, grid.step_m, grid.origin_x, grid.origin_y, {}, {}};
      seen.assign(grid.zenith_deg.size(), 0);
      zenith.assign(seen.size(), 0);
      east = north = zenith;
    }
    if (grid.columns != mean.columns || grid.rows != mean.rows || grid.step_m != mean.step_m) return {};
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (std::isnan(grid.zenith_deg[i]) || std::isnan(grid.azimuth_deg[i])) continue;
      zenith[i] += static_cast<double>(grid.zenith_deg[i]);
      east[i] += std::sin(static_cast<double>(grid.azimuth_deg[i]) * radians);
      north[i] += std::cos(static_cast<double>(grid.azimuth_deg[i]) * radians);
      ++seen[i];
    }
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    mean.zenith_deg.push_back(seen[i] > 0 ? static_cast<float>(zenith[i] / seen[i]) : unknown);
    mean.azimuth_deg.push_back(seen[i] > 0 ? static_cast<float>(azimuth_of(east[i], north[i])) : unknown);
  }
  return mean;
}

std::optional<ViewAngles> mean_view(const Product& product) {
  if (product.view.empty()) return std::nullopt;
  ViewAngles mean;
  mean.grid = mean_lattice(product.view);
  double east = 0;
  double north = 0;
  for (const ViewAngles& view : product.view) {
    mean.mean_zenith_deg += view.mean_zenith_deg / static_cast<double>(product.view.size());
    east += std::sin(view.mean_azimuth_deg * radians);
    north += std::cos(view.mean_azimuth_deg * radians);
  }
  mean.mean_azimuth_deg = azimuth_of(east, north);
  return mean;
}

void set_lattice(AngleSource& angles, const AngleGrid& grid, const std::string& of_what) {
  angles.kind = AngleSource::Kind::lattice;
  angles.lattice = grid;
  angles.source = "grid of " + std::to_string(grid.columns) + " × " + std::to_string(grid.rows) + " nodes, " +
                  format_real(grid.step_m) + " m apart" + of_what;
}

void set_mean(AngleSource& angles, double degrees, const std::string& of_what) {
  angles.kind = AngleSource::Kind::mean;
  angles.mean_deg = degrees;
  angles.source = "mean of the scene" + of_what + ", the same everywhere";
}

// Landsat Level 1 has them as images in hundredths of a degree.
bool set_image(AngleSource& angles, const Product& product, std::string_view layer) {
  angles.image = product.layer(layer);
  if (angles.image == nullptr) return false;
  angles.kind = AngleSource::Kind::image;
  angles.source = "image " + angles.image->name;
  return true;
}

bool find_sun(const Product& product, AngleSource& angles) {
  if (has_grid(product.sun)) {
    set_lattice(angles, product.sun, "");
    return true;
  }
  if (set_image(angles, product, angles.azimuth ? "SAA" : "SZA")) return true;
  const auto& mean = angles.azimuth ? product.sun_azimuth_deg : product.sun_zenith_deg;
  if (!mean) return false;
  set_mean(angles, *mean, "");
  return true;
}

bool find_view(const Product& product, const std::string& band, AngleSource& angles) {
  const auto own = std::find_if(product.view.begin(), product.view.end(),
                                [&](const ViewAngles& view) { return equal_ignoring_case(view.band, band); });
  if (!band.empty() && own == product.view.end()) return false;
  if (band.empty() && set_image(angles, product, angles.azimuth ? "VAA" : "VZA")) return true;
  const std::optional<ViewAngles> view = band.empty() ? mean_view(product) : *own;
  if (!view) return false;
  const std::string of_what = band.empty() ? ", mean of the bands" : "";
  if (has_grid(view->grid))
    set_lattice(angles, view->grid, of_what);
  else
    set_mean(angles, angles.azimuth ? view->mean_azimuth_deg : view->mean_zenith_deg, of_what);
  return true;
}

class Angles final : public PixelwiseNode {
 public:
  Angles(const AngleSource& angles, Grid grid)
      : name_(angles.name), source_(angles.source), azimuth_(angles.azimuth), grid_(std::move(grid)) {
    if (angles.kind == AngleSource::Kind::mean) {
      lattice_ = {1, 1, 0, 0, 0, {}, {}};
      values_ = {angles.mean_deg};
      return;
    }
    lattice_ = angles.lattice;
    for (const float zenith : lattice_.zenith_deg) {
      if (!azimuth_) values_.push_back(static_cast<double>(zenith));
    }
    for (const float degrees : lattice_.azimuth_deg) {
      if (!azimuth_) break;
      values_.push_back(std::sin(static_cast<double>(degrees) * radians));
      norths_.push_back(std::cos(static_cast<double>(degrees) * radians));
    }
    CERS_EXPECT(values_.size() == static_cast<std::size_t>(lattice_.columns) * static_cast<std::size_t>(lattice_.rows));
  }
  std::string name() const override { return "angles"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    BandInfo band;
    band.name = name_;
    band.unit = "degree";
    band.description = name_ + ": " + source_;
    band.nodata = std::numeric_limits<double>::quiet_NaN();
    return {grid_, {band}, PixelType::f32};
  }
  double cost() const override { return azimuth_ ? 40 : 8; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<float>();
    if (lattice_.step_m == 0) {
      std::fill(out.begin(), out.end(), static_cast<float>(values_[0]));
      return;
    }
    for (std::size_t i = 0; i < row.count; ++i) {
      constexpr double centre = 0.5;
      const double column = row.x + static_cast<double>(i) + centre;
      const double line = row.y + centre;
      out[i] = at((grid_.transform.x(column, line) - lattice_.origin_x) / lattice_.step_m,
                  (lattice_.origin_y - grid_.transform.y(column, line)) / lattice_.step_m);
    }
  }

 private:
  float at(double column, double row) const {
    // A tile may end a few metres behind the last node.
    constexpr double beyond = 0.5;
    const int last_column = lattice_.columns - 1;
    const int last_row = lattice_.rows - 1;
    if (!(column >= -beyond && row >= -beyond && column <= last_column + beyond && row <= last_row + beyond))
      return unknown;
    column = std::clamp(column, 0.0, static_cast<double>(last_column));
    row = std::clamp(row, 0.0, static_cast<double>(last_row));
    const int left = std::min(static_cast<int>(column), std::max(0, last_column - 1));
    const int top = std::min(static_cast<int>(row), std::max(0, last_row - 1));
    const double along = column - left;
    const double down = row - top;
    double weights = 0;
    double value = 0;
    double north = 0;
    for (int corner = 0; corner < 4; ++corner) {
      const int c = std::min(left + corner % 2, last_column);
      const int r = std::min(top + corner / 2, last_row);
      const double weight = (corner % 2 == 0 ? 1 - along : along) * (corner / 2 == 0 ? 1 - down : down);
      const auto node =
          static_cast<std::size_t>(r) * static_cast<std::size_t>(lattice_.columns) + static_cast<std::size_t>(c);
      if (std::isnan(values_[node]) || !(weight > 0)) continue;
      weights += weight;
      value += weight * values_[node];
      if (azimuth_) north += weight * norths_[node];
    }
    if (!(weights > 0)) return unknown;
    return static_cast<float>(azimuth_ ? azimuth_of(value, north) : value / weights);
  }

  std::string name_;
  std::string source_;
  bool azimuth_ = false;
  Grid grid_;
  AngleGrid lattice_;
  std::vector<double> values_;  ///< zeniths, or eastward parts of directions
  std::vector<double> norths_;
};

class DirectionParts final : public PixelwiseNode {
 public:
  std::string name() const override { return "direction"; }
  std::string signature() const override { return "direction parts"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.bands.resize(1);
    info.bands.push_back(info.bands[0]);
    return info;
  }
  double cost() const override { return 30; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<float>(0);
    const auto east = row.out<float>(0);
    const auto north = row.out<float>(1);
    for (std::size_t i = 0; i < row.count; ++i) {
      const double angle = static_cast<double>(in[i]) * radians;
      east[i] = static_cast<float>(std::sin(angle));
      north[i] = static_cast<float>(std::cos(angle));
    }
  }
};

class Azimuth final : public PixelwiseNode {
 public:
  std::string name() const override { return "azimuth"; }
  std::string signature() const override { return "azimuth of parts"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs[0].bands.size() == 2 && inputs[0].type == PixelType::f32);
    RasterInfo info = inputs[0];
    info.bands.resize(1);
    return info;
  }
  double cost() const override { return 30; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto east = row.in<float>(0);
    const auto north = row.in<float>(1);
    const auto out = row.out<float>();
    for (std::size_t i = 0; i < row.count; ++i)
      out[i] = static_cast<float>(azimuth_of(static_cast<double>(east[i]), static_cast<double>(north[i])));
  }
};

}  // namespace

std::optional<AngleSource> angle_named(const Product& product, std::string_view name) {
  AngleSource angles;
  angles.name = name;
  std::string band;
  for (const std::string_view view : {"view_zenith", "view_azimuth"}) {
    if (!name.starts_with(view) || name.size() <= view.size() || name[view.size()] != '_') continue;
    band = name.substr(view.size() + 1);
    name = view;
  }
  angles.azimuth = name.ends_with("_azimuth");
  bool found = false;
  if (name == "sun_zenith" || name == "sun_azimuth") found = find_sun(product, angles);
  if (name == "view_zenith" || name == "view_azimuth") found = find_view(product, band, angles);
  return found ? std::optional(std::move(angles)) : std::nullopt;
}

std::vector<std::string> angle_names(const Product& product) {
  std::vector<std::string> names;
  for (const char* name : {"sun_zenith", "sun_azimuth", "view_zenith", "view_azimuth"}) {
    if (angle_named(product, name)) names.emplace_back(name);
  }
  for (const ViewAngles& view : product.view) {
    if (view.band.empty()) continue;
    names.push_back("view_zenith_" + view.band);
    names.push_back("view_azimuth_" + view.band);
  }
  return names;
}

std::unique_ptr<const Node> make_angles(const AngleSource& angles, const Grid& grid) {
  CERS_EXPECT(angles.kind != AngleSource::Kind::image);
  return std::make_unique<Angles>(angles, grid);
}

std::unique_ptr<const Node> make_direction_parts(const RasterInfo& azimuth) {
  CERS_EXPECT(azimuth.bands.size() == 1 && azimuth.type == PixelType::f32);
  return std::make_unique<DirectionParts>();
}

std::unique_ptr<const Node> make_azimuth(const RasterInfo& parts) {
  CERS_EXPECT(parts.bands.size() == 2);
  return std::make_unique<Azimuth>();
}

}  // namespace cers
