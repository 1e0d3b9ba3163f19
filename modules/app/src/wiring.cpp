// SPDX-License-Identifier: Apache-2.0
#include "cers/app/wiring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "cers/geo/align.hpp"
#include "cers/ops/bands.hpp"
#include "cers/ops/calibrate.hpp"

namespace cers {
namespace {

std::vector<int> all_bands(int count) {
  std::vector<int> bands;
  for (int band = 0; band < count; ++band) bands.push_back(band);
  return bands;
}

}  // namespace

ImageInput::ImageInput(Graph& graph, SourceId source, std::vector<int> bands, std::string label)
    : graph_(&graph), source_(source), source_bands_(std::move(bands)), label_(std::move(label)) {
  const RasterInfo& stored = graph.source(source).info();
  info_ = stored;
  info_.bands.clear();
  for (int band : source_bands_) info_.bands.push_back(stored.bands.at(static_cast<std::size_t>(band)));
}

ImageInput::ImageInput(Graph& graph, Edge edge, std::string label)
    : graph_(&graph), edge_(edge), info_(graph.info(edge)), label_(std::move(label)) {}

ImageInput::ImageInput(Graph& graph, std::shared_ptr<const Scene> scene, const std::vector<int>& bands,
                       std::string label)
    : graph_(&graph), scene_(std::move(scene)), label_(std::move(label)) {
  const std::vector<const ProductBand*> there = scene_->image_bands();
  for (const int band : bands) scene_bands_.push_back(there.at(static_cast<std::size_t>(band)));
  if (bands.empty()) scene_bands_ = there;
  info_.grid = scene_->grid();
  for (const ProductBand* band : scene_bands_) {
    BandInfo info;
    info.name = band->name;
    info.role = name_of(band->role);
    info.unit = band->unit;
    info.nodata = std::numeric_limits<double>::quiet_NaN();
    info_.bands.push_back(std::move(info));
  }
}

ImageInput::ImageInput(Graph& graph, std::shared_ptr<const Scene> scene, Edge layer, std::string label)
    : graph_(&graph), scene_(std::move(scene)), edge_(layer), info_(graph.info(layer)), label_(std::move(label)) {}

// Each band on the image's grid, stacked; only those asked for are opened.
Edge ImageInput::scene_edge(const std::vector<int>& bands) const {
  std::vector<Edge> edges;
  std::vector<RasterInfo> infos;
  for (const int band : bands) {
    const Edge own = scene_->band(*scene_bands_[static_cast<std::size_t>(band)]);
    edges.push_back(scene_->on_grid(own, info_.grid, false));
    infos.push_back(graph_->info(edges.back()));
  }
  return edges.size() == 1 ? edges[0] : graph_->add(make_concatenate(infos), edges);
}

Edge ImageInput::bands(const std::vector<int>& bands, PixelType type, const Calibration& calibration) const {
  for (int band : bands) {
    if (band >= 0 && band < band_count()) continue;
    throw UserError(fmt::format("{} has no band {}", label_, band + 1),
                    fmt::format("it has {} band{}, counted from 1", band_count(), band_count() == 1 ? "" : "s"));
  }
  const ReadAs as{type, calibration.scale, calibration.offset, calibration.nodata};
  if (is_file()) {
    std::vector<int> stored;
    for (int band : bands) stored.push_back(source_bands_[static_cast<std::size_t>(band)]);
    return graph_->read(source_, std::move(stored), as);
  }
  const bool whole = edge_.node >= 0;
  Edge edge = whole ? edge_ : scene_edge(bands);
  if (whole && bands != all_bands(band_count()))
    edge = graph_->add(make_select_bands(graph_->info(edge), bands), {edge});
  if (as.plain() && graph_->info(edge).type == type) return edge;
  return graph_->add(make_calibrate(graph_->info(edge), as), {edge});
}

Edge ImageInput::all(PixelType type, const Calibration& calibration) const {
  return bands(all_bands(band_count()), type, calibration);
}

const std::vector<ImageInput>& Wiring::images(std::string_view key) const {
  static const std::vector<ImageInput> none;
  const auto found = images_.find(key);
  return found == images_.end() ? none : found->second;
}

const ImageInput& Wiring::image(std::string_view key) const {
  const auto& given = images(key);
  CERS_EXPECT(!given.empty());
  return given.front();
}

bool Wiring::has(std::string_view key) const {
  return !images(key).empty();
}

bool Wiring::wants(std::string_view key) const {
  return wanted_.contains(key);
}

PixelType Wiring::output_type(std::string_view key) const {
  const auto found = wanted_.find(key);
  if (found != wanted_.end()) return found->second;
  const OutputSpec* output = spec_.find_output(key);
  CERS_EXPECT(output != nullptr);
  return output->type;
}

bool Wiring::user_set(std::string_view key) const {
  return std::find(user_keys_.begin(), user_keys_.end(), key) != user_keys_.end();
}

void Wiring::output(std::string_view key, Edge edge) {
  CERS_EXPECT(spec_.find_output(key) != nullptr);
  rasters_[std::string(key)] = edge;
}

void Wiring::output(std::string_view key, FileOutput file) {
  CERS_EXPECT(spec_.find_output(key) != nullptr);
  files_[std::string(key)] = std::move(file);
}

void Wiring::output(std::string_view key, VectorOutput vector) {
  CERS_EXPECT(spec_.find_output(key) != nullptr);
  vectors_[std::string(key)] = std::move(vector);
}

void Wiring::output(std::string_view key, FolderOutput folder) {
  CERS_EXPECT(spec_.find_output(key) != nullptr);
  folders_[std::string(key)] = std::move(folder);
}

void Wiring::refuse_content(std::string_view key, std::string_view what) const {
  throw UserError(fmt::format("-{} of {} takes {}, which the step named there does not make", key, spec_.name, what),
                  fmt::format("name a step that makes {}, or a file", what));
}

void Wiring::report(std::string key, std::string text) {
  reports_.emplace_back(std::move(key), std::move(text));
}

void Wiring::add_image(const std::string& key, ImageInput image) {
  images_[key].push_back(std::move(image));
}

PixelType type_for_double_arithmetic(const std::vector<ImageInput>& images, const Calibration& calibration) {
  const bool rounds = calibration.scale != 1 || calibration.offset != 0;
  const bool exact = std::all_of(images.begin(), images.end(), [](const ImageInput& image) {
    const PixelType type = image.info().type;
    return type == PixelType::f32 || bytes_of(type) <= 2;
  });
  return exact && !rounds ? PixelType::f64 : PixelType::f32;
}

void check_same_grid(const std::vector<ImageInput>& images, std::string_view what) {
  for (std::size_t i = 1; i < images.size(); ++i) {
    const auto difference = grid_difference_geo(images[0].info().grid, images[i].info().grid);
    if (!difference) continue;
    throw UserError(fmt::format("{}: {} does not lie on the grid of {}: {}", what, images[i].label(), images[0].label(),
                                *difference),
                    "bring it there first: the application Superimpose, or `align:` of the input in a pipeline");
  }
}

}  // namespace cers
