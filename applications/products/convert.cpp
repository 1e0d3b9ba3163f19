// SPDX-License-Identifier: Apache-2.0
// Convert: a product's images as cloud optimised GeoTIFFs, once, so that later work need not decode JPEG 2000.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "cers/app/application.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

struct Convert {
  struct Params {
    bool every = false;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};

AppSpec Convert::spec() {
  return Declare<Convert::Params>("Convert", "Turns the images of a product into cloud optimised GeoTIFFs.")
      .doc(
          "Decoding JPEG 2000 costs some hundred times as much as an index. This pays it once: every image of the "
          "product is written as it is stored, numbers and type unchanged, as a GeoTIFF in blocks of 512 with "
          "overviews, "
          "compressed with ZSTD. All else is copied as it is: metadata, reports, quicklooks, vectors, and images that "
          "only masks are made of. The result is a folder that opens as the same product. A file that holds no band "
          "and "
          "no layer and has more than 64 MiB is left out, with a warning.\n\n"
          "Each image appears under its name when it is whole. When a conversion is stopped, the same command goes on "
          "with the images that are not there yet; what is copied comes last, so a folder without it is not "
          "finished.\n\n"
          "The images are one for each band and layer at its finest resolution; `-every 1` takes the coarser copies of "
          "Sentinel-2 Level-2A too. Of a product of several tiles one is converted: `-in \"product?&tile=31TCJ\"`.")
      .tag("Product")
      .input("in", "Product: a folder or an archive.")
      .folder_output("out", "Folder to make, or to go on with.")
      .param("every", &Params::every, "Also images that repeat a band at a coarser resolution.")
      .example("A product, once", "cers Convert -in product -out product_cog")
      .done();
}

// Overviews of codes must not be averaged; those of reflectance should be.
std::string options_for(bool codes) {
  return fmt::format(
      "?&format=cog&gdal:co:COMPRESS=ZSTD&gdal:co:LEVEL=1&gdal:co:PREDICTOR=YES&gdal:co:OVERVIEW_RESAMPLING={}",
      codes ? "NEAREST" : "AVERAGE");
}

// "SCL_60m" repeats "SCL_20m"; "CLM_R2" and "SRE_B11" are layers of their own.
std::string without_resolution(const std::string& name) {
  const auto mark = name.rfind('_');
  const bool metres = mark != std::string::npos && name.ends_with('m') && mark + 2 < name.size() &&
                      name.find_first_not_of("0123456789", mark + 1) == name.size() - 1;
  return metres ? name.substr(0, mark) : name;
}

void Convert::wire(const Params& params, Wiring& wiring) {
  const Scene* scene = wiring.image("in").scene();
  if (!scene)
    throw UserError(fmt::format("{} is no product with bands", wiring.image("in").label()),
                    "to convert one image use DynamicConvert, or any application with ?&format=cog");
  const Product& product = scene->product();
  FolderOutput folder;
  folder.resumable = true;
  std::set<std::string> taken;
  const auto add = [&](const std::string& file, bool codes) {
    if (!taken.insert(file).second) return;
    const Edge edge = scene->file(file);
    const std::filesystem::path inside = member_path(product, file);
    std::filesystem::path renamed = inside;
    if (lower(inside.extension().string()) == ".jp2") renamed.replace_extension(".tif");
    folder.rasters.push_back({renamed.string(), edge, wiring.graph().info(edge).type, false, options_for(codes)});
  };
  for (const ProductBand& band : product.bands) {
    if (params.every || product.band(band.role)->pixels.file == band.pixels.file) add(band.pixels.file, false);
  }
  for (const ProductLayer& layer : product.layers) {
    const bool repeats = std::any_of(product.layers.begin(), product.layers.end(), [&](const ProductLayer& other) {
      return other.gsd_m < layer.gsd_m && without_resolution(other.name) == without_resolution(layer.name);
    });
    if (params.every || !repeats) add(layer.pixels.file, layer.classes);
  }
  for (const auto& [path, bytes] : other_files(product)) {
    if (bytes > most_product_text) {
      wiring.warn(fmt::format("{} has {} MiB and is left out: it holds no band and no layer", path, bytes >> 20U));
      continue;
    }
    folder.files.push_back(
        {path, {{}, [product, path = path](const LateValues&) { return read_product_text(product, path); }}});
  }
  wiring.output("out", std::move(folder));
}

}  // namespace

Application cers_app_Convert() {
  return application<Convert>();
}

}  // namespace cers
