// SPDX-License-Identifier: Apache-2.0
#include "cers/products/product_source.hpp"

#include "cers/core/error.hpp"
#include "cers/raster-io/raster_source.hpp"

namespace cers {
namespace {

class ProductSource final : public BlockSource {
 public:
  ProductSource(std::unique_ptr<BlockSource> file, RasterInfo info) : file_(std::move(file)), info_(std::move(info)) {}

  const RasterInfo& info() const override { return info_; }
  Size block_size() const override { return file_->block_size(); }
  bool interleaved() const override { return file_->interleaved(); }
  std::string identity() const override { return file_->identity() + "|product"; }
  std::string name() const override { return file_->name(); }
  double decode_cost() const override { return file_->decode_cost(); }
  std::size_t decoder_bytes() const override { return file_->decoder_bytes(); }
  std::size_t handle_bytes() const override { return file_->handle_bytes(); }
  void decode(int column, int row, std::span<const int> bands, Block& out) const override {
    file_->decode(column, row, bands, out);
  }

 private:
  std::unique_ptr<BlockSource> file_;
  RasterInfo info_;
};

}  // namespace

std::unique_ptr<BlockSource> open_product_file(const Product& product, const std::string& file, HandlePool& pool) {
  ReaderName name;
  name.path = file;
  std::unique_ptr<BlockSource> source;
  try {
    source = open_raster(name, pool);
  } catch (const Error& error) {
    throw DataError(error.fault() + "; it belongs to the product " + product.id,
                    error.remedy().empty() ? "copy or download the product again" : error.remedy());
  }
  RasterInfo info = source->info();
  const auto band_at = [&](const LayerFile& pixels) -> BandInfo* {
    const auto index = static_cast<std::size_t>(pixels.band - 1);
    return pixels.file == file && index < info.bands.size() ? &info.bands[index] : nullptr;
  };
  for (const ProductLayer& layer : product.layers) {
    BandInfo* band = band_at(layer.pixels);
    if (band == nullptr) continue;
    auto classes = layer.legend.empty() ? band->classes : layer.legend;
    *band = {layer.name, {}, {}, layer.description, layer.scale, layer.offset, layer.nodata, std::move(classes)};
  }
  for (const ProductBand& one : product.bands) {
    BandInfo* band = band_at(one.pixels);
    if (band == nullptr) continue;
    *band = {one.name, std::string(name_of(one.role)), one.unit, {}, one.scale, one.offset, one.nodata, {}};
  }
  return std::make_unique<ProductSource>(std::move(source), std::move(info));
}

}  // namespace cers
