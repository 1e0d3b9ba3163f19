// SPDX-License-Identifier: Apache-2.0
// The same NDVI with libvips: vips_ndvi NIR RED OUT int16|float zstd|deflate
#include <string>
#include <vips/vips8>

int main(int argc, char** argv) {
  if (argc != 6 || VIPS_INIT(argv[0]) != 0) return 2;
  try {
    using vips::VImage;
    const bool integer = std::string(argv[4]) == "int16";
    const bool zstd = std::string(argv[5]) == "zstd";
    const auto options = [] { return VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL); };
    const VImage nir = VImage::tiffload(argv[1], options()).cast(VIPS_FORMAT_DOUBLE);
    const VImage red = VImage::tiffload(argv[2], options()).cast(VIPS_FORMAT_DOUBLE);
    const VImage ratio = (nir - red) * (integer ? 10000.0 : 1.0) / (nir + red);
    auto* save =
        VImage::option()
            ->set("tile", true)
            ->set("tile_width", 512)
            ->set("tile_height", 512)
            ->set("compression", zstd ? VIPS_FOREIGN_TIFF_COMPRESSION_ZSTD : VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE)
            ->set("predictor", integer ? VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL : VIPS_FOREIGN_TIFF_PREDICTOR_NONE);
    if (zstd) save->set("level", 1);
    ratio.cast(VIPS_FORMAT_FLOAT).cast(integer ? VIPS_FORMAT_SHORT : VIPS_FORMAT_FLOAT).tiffsave(argv[3], save);
  } catch (const vips::VError& error) {
    g_printerr("vips_ndvi: %s\n", error.what());
    return 3;
  }
  return 0;
}
