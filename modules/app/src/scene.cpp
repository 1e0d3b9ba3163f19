// SPDX-License-Identifier: Apache-2.0
#include "cers/app/scene.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/align.hpp"
#include "cers/ops/bands.hpp"
#include "cers/ops/control_warp.hpp"
#include "cers/ops/nested.hpp"
#include "cers/ops/warp.hpp"
#include "cers/products/angles.hpp"
#include "cers/products/mask_node.hpp"
#include "cers/products/mask_polygons.hpp"
#include "cers/products/physical_node.hpp"
#include "cers/products/product_source.hpp"
#include "cers/products/sar.hpp"
#include "cers/raster-io/control_points.hpp"

namespace cers {
namespace {

std::vector<std::string> roles_of(const Product& product) {
  std::vector<std::string> names;
  for (const ProductBand& band : product.bands) {
    const std::string name(name_of(band.role));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::vector<std::string> meanings_of(const Product& product) {
  std::vector<std::string> names;
  for (const ProductMask& mask : product.masks) {
    const std::string name(name_of(mask.meaning));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  return names.empty() ? "none" : join(names, ", ");
}

}  // namespace

Scene::Scene(Graph& graph, HandlePool& pool, std::shared_ptr<const Product> product, double gsd_m)
    : graph_(&graph), pool_(&pool), product_(std::move(product)), gsd_m_(gsd_m) {
  const std::vector<double> there = product_->resolutions();
  if (gsd_m == 0 || std::find(there.begin(), there.end(), gsd_m) != there.end()) return;
  throw UserError(fmt::format("{} has no bands of {} m", product_->id, format_real(gsd_m)),
                  fmt::format("it has bands of {} m", fmt::join(there, ", ")));
}

SourceId Scene::source(const std::string& file) const {
  const auto found = sources_.find(file);
  if (found != sources_.end()) return SourceId{found->second};
  const SourceId id = graph_->add_source(open_product_file(*product_, file, *pool_));
  sources_[file] = id.index;
  return id;
}

void Scene::need_numbers(const LayerFile& pixels) const {
  for (const ProductBand& band : product_->bands) {
    if (band.fault && band.pixels == pixels) throw DataError(band.fault->what, band.fault->remedy);
  }
}

Edge Scene::file(const std::string& name) const {
  const SourceId id = source(name);
  const RasterInfo& info = graph_->source(id).info();
  std::vector<int> bands;
  for (std::size_t i = 0; i < info.bands.size(); ++i) {
    bands.push_back(static_cast<int>(i));
    need_numbers({name, static_cast<int>(i) + 1});
  }
  ReadAs as;
  as.type = info.type;
  return graph_->read(id, std::move(bands), as);
}

Edge Scene::stored(const LayerFile& pixels) const {
  need_numbers(pixels);
  const SourceId id = source(pixels.file);
  const RasterInfo& info = graph_->source(id).info();
  if (pixels.band > static_cast<int>(info.bands.size()))
    throw DataError(fmt::format("'{}' of the product {} has {} band(s), not {}", pixels.file, product_->id,
                                info.bands.size(), pixels.band),
                    "copy or download the product again");
  ReadAs as;
  as.type = info.type;
  return graph_->read(id, {pixels.band - 1}, as);
}

Edge Scene::band(const ProductBand& band) const {
  const ReadAs as{PixelType::f32, band.scale, band.offset, band.nodata};
  const Edge numbers = stored(band.pixels);  // checks that the band is there
  if (!is_optical(band.role)) {
    if (const auto tables = read_sar_calibration(*product_, band.role)) {
      const auto shared = std::make_shared<const SarCalibration>(*tables);
      const Edge amplitudes = graph_->read(source(band.pixels.file), {band.pixels.band - 1}, ReadAs{});
      return placed(graph_->add(make_sar_calibration_node(shared, SarQuantity::sigma0), {amplitudes}), false);
    }
  }
  if (band.saturated) return placed(graph_->add(make_physical(graph_->info(numbers), band), {numbers}), false);
  return placed(graph_->read(source(band.pixels.file), {band.pixels.band - 1}, as), false);
}

Edge Scene::band(BandRole role) const {
  const ProductBand* found = gsd_m_ > 0 ? product_->band(role, gsd_m_) : nullptr;
  if (found == nullptr) found = product_->band(role);
  if (found == nullptr)
    throw UserError(fmt::format("{} has no {} band", product_->id, name_of(role)),
                    fmt::format("it has {}", listed(roles_of(*product_))));
  return band(*found);
}

Edge Scene::raw(BandRole role) const {
  const ProductBand* found = product_->band(role);
  if (found == nullptr)
    throw UserError(fmt::format("{} has no {} band", product_->id, name_of(role)),
                    fmt::format("it has {}", listed(roles_of(*product_))));
  return placed(stored(found->pixels), true);
}

Edge Scene::mask(MaskMeaning meaning) const {
  const ProductMask* found = gsd_m_ > 0 ? product_->mask(meaning, gsd_m_) : nullptr;
  if (found == nullptr) found = product_->mask(meaning);
  if (found == nullptr)
    throw UserError(fmt::format("{} has no {} mask", product_->id, name_of(meaning)),
                    fmt::format("its masks are: {}", listed(meanings_of(*product_))));
  ProductMask mask = *found;
  // Polygons have no grid of their own: they are drawn where they are wanted.
  const auto drawn = [](const MaskTest& test) { return test.kind == MaskTest::Kind::inside; };
  if (gsd_m_ > 0 && std::all_of(mask.any.begin(), mask.any.end(), drawn)) mask.gsd_m = gsd_m_;
  std::vector<Edge> inputs;
  std::vector<RasterInfo> infos;
  for (const MaskTest& test : mask.any) {
    Edge input = tested(test, mask);
    if (test.gsd_m > 0 && test.gsd_m != mask.gsd_m && band_of(mask.gsd_m) != nullptr)
      input = on_grid(input, grid(mask.gsd_m), true);
    inputs.push_back(input);
    infos.push_back(graph_->info(inputs.back()));
  }
  return placed(graph_->add(make_mask(mask, infos), inputs), true);
}

Edge Scene::tested(const MaskTest& test, const ProductMask& mask) const {
  if (test.kind == MaskTest::Kind::inside) return graph_->add(make_polygon_mask(*product_, test, grid(mask.gsd_m)), {});
  if (test.kind != MaskTest::Kind::below_noise) return stored(test.pixels);
  for (const ProductBand& band : product_->bands) {
    if (!(band.pixels == test.pixels)) continue;
    if (const auto tables = read_sar_calibration(*product_, band.role)) {
      const Edge numbers = graph_->read(source(band.pixels.file), {band.pixels.band - 1}, ReadAs{});
      return graph_->add(make_below_noise_node(std::make_shared<const SarCalibration>(*tables)), {numbers});
    }
  }
  throw DataError(fmt::format("{} has no calibration table for {}", product_->id, test.pixels.file),
                  "copy or download the product again");
}

std::optional<Edge> Scene::angle(std::string_view name) const {
  const auto angles = angle_named(*product_, name);
  if (!angles) return std::nullopt;
  if (angles->kind != AngleSource::Kind::image) {
    const Grid target = grid();
    if (angles->kind == AngleSource::Kind::lattice && !target.georeferenced)
      throw DataError(
          fmt::format("the bands of {} do not say where they lie: its angles cannot be placed", product_->id),
          "copy or download the product again");
    return graph_->add(make_angles(*angles, target), {});
  }
  const ProductLayer& image = *angles->image;
  const ReadAs as{PixelType::f32, image.scale, image.offset, image.nodata};
  Edge edge = graph_->read(source(image.pixels.file), {image.pixels.band - 1}, as);
  if (angles->azimuth) {
    edge = placed(graph_->add(make_direction_parts(graph_->info(edge)), {edge}), false);
    edge = graph_->add(make_azimuth(graph_->info(edge)), {edge});
  } else {
    edge = placed(edge, false);
  }
  BandInfo band;
  band.name = angles->name;
  band.unit = "degree";
  band.description = angles->name + ": " + angles->source;
  band.nodata = std::numeric_limits<double>::quiet_NaN();
  return graph_->add(make_renamed(graph_->info(edge), {band}), {edge});
}

Edge Scene::layer(const ProductLayer& layer) const {
  return placed(stored(layer.pixels), layer.classes);
}

Edge Scene::part(std::string_view name) const {
  if (const auto role = band_role_named(name); role && product_->band(*role) != nullptr) return band(*role);
  if (const auto meaning = mask_meaning_named(name); meaning && product_->mask(*meaning) != nullptr)
    return mask(*meaning);
  if (const auto edge = angle(name)) return *edge;
  if (name.starts_with("raw_")) {
    if (const auto role = band_role_named(name.substr(4))) return raw(*role);
  }
  if (const ProductLayer* found = product_->layer(name)) return layer(*found);
  if (const ProductBand* found = product_->band_named(name)) return band(*found);
  const std::string near = suggestion(std::string(name), part_names());
  throw UserError(fmt::format("{} has no part '{}'", product_->id, name),
                  near.empty() ? fmt::format("it has {}", listed(part_names())) : near);
}

std::vector<std::string> Scene::part_names() const {
  std::vector<std::string> names = roles_of(*product_);
  for (std::string& name : meanings_of(*product_)) names.push_back(std::move(name));
  for (std::string& name : angle_names(*product_)) names.push_back(std::move(name));
  for (const ProductLayer& one : product_->layers) names.push_back(one.name);
  return names;
}

std::vector<const ProductBand*> Scene::image_bands() const {
  std::vector<const ProductBand*> bands;
  for (const ProductBand& one : product_->bands) {
    const ProductBand* best = gsd_m_ > 0 ? product_->band(one.role, gsd_m_) : nullptr;
    if (best == nullptr) best = product_->band(one.role);
    if (std::find(bands.begin(), bands.end(), best) == bands.end()) bands.push_back(best);
  }
  return bands;
}

const ProductBand* Scene::band_of(double gsd_m) const {
  const ProductBand* best = nullptr;
  for (const ProductBand& one : product_->bands) {
    if (gsd_m > 0 && one.gsd_m != gsd_m) continue;
    if (best == nullptr || one.gsd_m < best->gsd_m) best = &one;
  }
  return best;
}

Grid Scene::grid(double gsd_m) const {
  if (gsd_m == 0) gsd_m = gsd_m_;
  const ProductBand* best = band_of(gsd_m);
  if (best == nullptr)
    throw UserError(fmt::format("{} has no bands", product_->id),
                    fmt::format("name one of its layers: {}", listed(part_names())));
  return graph_->source(source(best->pixels.file)).info().grid;
}

Edge Scene::placed(Edge edge, bool codes) const {
  return gsd_m_ == 0 ? edge : on_grid(edge, grid(gsd_m_), codes);
}

const ControlPoints* Scene::control() const {
  if (!control_) {
    const ProductBand* band = band_of(0);
    control_.emplace(band == nullptr ? std::nullopt : read_control_points(band->pixels.file, *pool_));
  }
  return *control_ ? &**control_ : nullptr;
}

Edge Scene::on_grid(Edge edge, const Grid& target, bool codes) const {
  const RasterInfo& info = graph_->info(edge);
  if (target.georeferenced && !info.grid.georeferenced && control() != nullptr) {
    const Resampling how = codes ? Resampling::nearest : Resampling::bilinear;
    return graph_->add(make_control_warp(info, *control(), target, how), {edge});
  }
  if (!grid_difference_geo(target, info.grid)) return edge;
  const double from = info.grid.transform.a[1];
  const double to = target.transform.a[1];
  if (!codes && to > from && info.type == PixelType::f32) {
    if (const auto nest = nesting(target, info.grid)) return graph_->add(make_nested_mean(info, target, *nest), {edge});
  }
  if (to < from && (codes || info.type == PixelType::f32)) {
    if (const auto nest = nesting(info.grid, target))
      return graph_->add(codes ? make_nested_repeat(info, target, *nest) : make_nested_bilinear(info, target, *nest),
                         {edge});
  }
  const Resampling how = codes ? Resampling::nearest : to > from ? Resampling::average : Resampling::bilinear;
  return graph_->add(make_warp(info, target, how), {edge});
}

std::optional<std::string> Scene::text(std::string_view word) const {
  if (word == "id") return product_->id;
  if (word == "tile") return product_->tile;
  if (word == "platform") return product_->platform;
  if (word == "level") return product_->level;
  if (word == "date") {
    std::string date = product_->datetime.substr(0, 10);
    std::erase(date, '-');
    return date;
  }
  return std::nullopt;
}

}  // namespace cers
