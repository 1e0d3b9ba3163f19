// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "bindings.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/align.hpp"
#include "cers/ops/control_warp.hpp"
#include "cers/raster-io/raster_source.hpp"

namespace cers::pipeline_detail {
namespace {

Resampling resampling_of(const std::string& name) {
  // Cubic is what OTB's Superimpose does unasked (its bicubic interpolator).
  if (name.empty()) return Resampling::cubic;
  const std::vector<Choice> choices = choices_of(Resampling{});
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].name == name) return static_cast<Resampling>(i);
  }
  throw UserError(fmt::format("'{}' is no resampling", name), "write nearest, bilinear, cubic or average");
}

}  // namespace

void expand_folders(Document& document) {
  for (InputDecl& decl : document.inputs) {
    if (!decl.list) continue;
    std::vector<std::string> files;
    for (const std::string& file : decl.files) {
      const std::vector<std::string> inside = products_in(file);
      if (inside.empty())
        files.push_back(file);
      else
        files.insert(files.end(), inside.begin(), inside.end());
    }
    decl.files = std::move(files);
  }
}

void Inputs::open(const Document& document, Diagnostics& diagnostics) {
  const auto guarded = [&](const InputDecl& decl, auto&& action) {
    try {
      action();
    } catch (const UserError& error) {
      diagnostics.fault(decl.where, fmt::format("input {}: {}", decl.id, error.fault()), error.remedy());
    }
  };
  for (const InputDecl& decl : document.inputs) {
    if (decl.kind != "raster" && decl.kind != "product") {
      diagnostics.fault(decl.where, fmt::format("input {}: kind {} cannot be read", decl.id, decl.kind),
                        "this version reads kind: raster and kind: product");
      continue;
    }
    if (decl.files.empty()) {
      diagnostics.fault(decl.where,
                        fmt::format("input {} is not given{}{}", decl.id, decl.help.empty() ? "" : ": ", decl.help),
                        fmt::format("add -{} FILE", decl.id));
      continue;
    }
    if (decl.files.size() > 1 && !decl.list) {
      diagnostics.fault(decl.where, fmt::format("input {} takes one file, {} are given", decl.id, decl.files.size()),
                        "declare it with `list: true` if it is a list of images");
      continue;
    }
    guarded(decl, [&] {
      std::vector<ImageInput> images;
      for (const std::string& file : decl.files) images.push_back(open_file(decl, file));
      images_.emplace(decl.id, std::move(images));
    });
  }
  for (const InputDecl& decl : document.inputs) {
    if (decl.align.empty() || !find(decl.id)) continue;
    guarded(decl, [&] {
      const Grid target = grid_to_align_to(decl);
      for (ImageInput& image : images_.at(decl.id)) image = aligned(decl, image, target);
    });
  }
}

const std::vector<ImageInput>* Inputs::find(const std::string& id) const {
  const auto found = images_.find(id);
  return found == images_.end() ? nullptr : &found->second;
}

const Scene* Inputs::scene(const std::string& id) const {
  const auto found = scenes_.find(id);
  return found == scenes_.end() ? nullptr : found->second.get();
}

ImageInput Inputs::part(const std::string& id, const std::string& name) const {
  const Scene* product = scene(id);
  if (!product)
    throw UserError(fmt::format("input {} has no part '{}'", id, name),
                    "only a product has parts (kind: product); of an image choose bands in the file name: "
                    "FILE?&bands=2,3");
  const Edge edge = product->part(name);
  // Only the scene knows where a radar image lies.
  if (!graph_.info(edge).grid.georeferenced && product->control() != nullptr)
    return ImageInput(graph_, scenes_.at(id), edge, id + "." + name);
  return ImageInput(graph_, edge, id + "." + name);
}

Grid Inputs::grid_to_align_to(const InputDecl& decl) const {
  const auto reference = parse_port_reference(decl.align);
  if (reference && !reference->port.empty()) return part(reference->id, reference->port).info().grid;
  const std::vector<ImageInput>* target = find(decl.align);
  if (!target) throw UserError(fmt::format("its grid should be that of '{}', which is no readable input", decl.align));
  return target->front().info().grid;
}

// A product as one image, which is also the source of its parts.
ImageInput Inputs::open_scene(const InputDecl& decl, const ReaderName& name) {
  auto product = std::make_shared<Product>(open_product(name.path, name.tile.empty() ? decl.tile : name.tile));
  for (const std::string& problem : product->problems) warnings_.push_back(name.path + ": " + problem);
  const Calibration calibration{decl.scale, decl.offset, decl.nodata};
  if (!calibration.plain())
    throw UserError(fmt::format("{} is a product, whose metadata says how its numbers become reflectance", name.path),
                    "leave out scale, offset and nodata");
  if (name.skip_carto || name.subdataset || name.resolution)
    throw UserError(fmt::format("{} is a product: skipcarto, sdataidx and resol choose within one image", name.path),
                    "leave them out; &gsd= chooses among the product's grids");
  const auto scene = std::make_shared<const Scene>(graph_, pool_, std::move(product), name.gsd_m.value_or(decl.gsd_m));
  scenes_.emplace(decl.id, scene);
  const auto count = static_cast<int>(scene->image_bands().size());
  if (count == 0) {  // a map: snow, land cover
    const auto& layers = scene->product().layers;
    if (layers.empty())
      throw DataError(fmt::format("the product {} has neither bands nor layers", name.path), "download it again");
    return ImageInput(graph_, scene, scene->layer(layers.front()), name.path);
  }
  return ImageInput(graph_, scene, name.resolve_bands(count), name.path);
}

ImageInput Inputs::open_file(const InputDecl& decl, const std::string& file) {
  const ReaderName name = parse_reader_name(file);
  for (const std::string& warning : name.warnings) warnings_.push_back(file + ": " + warning);
  if (decl.kind == "product" || is_product(name.path)) {
    files_.emplace_back(decl.id, file);
    return open_scene(decl, name);
  }
  const SourceId source = graph_.add_source(open_raster(name, pool_));
  files_.emplace_back(decl.id, file);
  const int count = static_cast<int>(graph_.source(source).info().bands.size());
  ImageInput image(graph_, source, name.resolve_bands(count), name.path);
  const Calibration calibration{decl.scale, decl.offset, decl.nodata};
  if (calibration.plain()) return image;
  return ImageInput(graph_, image.all(PixelType::f32, calibration), name.path);
}

ImageInput Inputs::aligned(const InputDecl& decl, const ImageInput& image, const Grid& target) {
  const bool askew =
      target.georeferenced && !image.info().grid.georeferenced && image.scene() && image.scene()->control() != nullptr;
  if (!askew && !grid_difference_geo(target, image.info().grid)) return image;
  const Resampling resampling = resampling_of(decl.resampling);
  // Codes stay codes; quantities become float so that interpolation loses nothing.
  const Edge edge = resampling == Resampling::nearest ? image.stored() : image.all();
  if (askew)
    return ImageInput(
        graph_, graph_.add(make_control_warp(graph_.info(edge), *image.scene()->control(), target, resampling), {edge}),
        image.label());
  return ImageInput(graph_, graph_.add(make_warp(graph_.info(edge), target, resampling), {edge}), image.label());
}

}  // namespace cers::pipeline_detail
