// SPDX-License-Identifier: Apache-2.0
#include "season_package.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/core/version.hpp"

namespace cers::season {
namespace {

const char* name_of(Layer layer) {
  const auto& all = layer_texts();
  return std::find_if(all.begin(), all.end(), [&](const LayerText& one) { return one.layer == layer; })->name;
}

}  // namespace

const std::vector<Layer>& packaged_layers() {
  static const std::vector<Layer> layers{Layer::scd, Layer::sod, Layer::smod, Layer::nsp, Layer::nobs};
  return layers;
}

PackageText package_text(const std::vector<DatedImage>& images, const std::string& tile) {
  PackageText text;
  text.tile = tile;
  bool landsat = false;
  std::vector<std::string> tiles;
  for (const DatedImage& one : images) {
    const Scene* const scene = one.image->scene();
    text.images.push_back(scene != nullptr ? scene->product().id : one.image->label());
    if (scene == nullptr) {
      landsat = landsat || one.densification;
      continue;
    }
    const Product& product = scene->product();
    landsat = landsat || product.platform.starts_with("landsat");
    if (!one.densification && !product.tile.empty() &&
        std::find(tiles.begin(), tiles.end(), product.tile) == tiles.end())
      tiles.push_back(product.tile);
  }
  text.mission = landsat ? "S2L8" : "S2";
  if (!tile.empty()) return text;
  if (tiles.size() != 1)
    throw UserError(tiles.empty() ? "-out.product names its files by the tile, and the images tell none"
                                  : fmt::format("the images are of several tiles: {}, {}, …", tiles[0], tiles[1]),
                    "name it: -product.tile T31TCH");
  text.tile = "T" + tiles[0];
  return text;
}

FolderOutput season_package(const PackageText& text, const DayRange& period, const std::vector<Edge>& edges) {
  CERS_EXPECT(edges.size() == packaged_layers().size());
  FolderOutput folder;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const Layer layer = packaged_layers()[i];
    folder.rasters.push_back({fmt::format("LIS_{}-SNOW-{}_{}_{}_{}_{}_1.tif", text.mission, name_of(layer), text.tile,
                                          compact_text_of(period.first), compact_text_of(period.last), version),
                              edges[i], PixelType::u16, false, ""});
  }
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<METADATA>\n  <INPUTS_LIST>\n";
  for (const std::string& image : text.images)
    xml += "    <PRODUCT_NAME>" + escaped_markup(image) + "</PRODUCT_NAME>\n";
  xml += "  </INPUTS_LIST>\n</METADATA>\n";
  folder.files.push_back({"LIS_METADATA.XML", {{}, [xml](const LateValues&) { return xml; }}});
  return folder;
}

}  // namespace cers::season
