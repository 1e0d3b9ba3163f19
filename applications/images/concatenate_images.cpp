// SPDX-License-Identifier: Apache-2.0
// ConcatenateImages: the bands of several images in one.
#include "cers/app/application.hpp"
#include "cers/ops/bands.hpp"

namespace cers {
namespace {

struct ConcatenateImages {
  struct Params {};

  static AppSpec spec() {
    return Declare<Params>("ConcatenateImages", "The bands of several images in one image.")
        .doc(
            "All bands of the first image, then all bands of the second one, and so on; choose or reorder bands in the "
            "file name: `stack.tif?&bands=3,1`.\n\n"
            "The images must lie on one grid: the same size and, where they are georeferenced, the same origin, pixel "
            "size and coordinate reference system. OTB compares sizes only, and takes the place of the first image.\n\n"
            "Every value is kept as it is stored, and converted once to the type of the output. OTB passes all values "
            "through float, which changes integers beyond 16777216 and doubles. A GeoTIFF has one nodata value: when "
            "those of the images differ none is declared, where OTB declares the last one.")
        .tag("Image Manipulation")
        .tag("Concatenation")
        .tag("Multi-channel")
        .input_list("il", "Images to concatenate, in this order; all on one grid.")
        .output("out", "The bands of all images.")
        .cites("Inglada and Christophe (2009), The Orfeo Toolbox remote sensing image processing software, IGARSS.")
        .example("Three bands for a colour picture",
                 "cers ConcatenateImages -il B4.tif B3.tif B2.tif -out rgb.tif int16")
        .done();
  }

  static void wire(const Params&, Wiring& wiring) {
    const auto& images = wiring.images("il");
    check_same_grid(images, "ConcatenateImages");
    std::vector<Edge> bands;
    std::vector<RasterInfo> infos;
    for (const ImageInput& image : images) {
      bands.push_back(image.stored());
      infos.push_back(image.info());
    }
    wiring.output("out", wiring.graph().add(make_concatenate(infos), bands));
  }
};

}  // namespace

Application cers_app_ConcatenateImages() {
  return application<ConcatenateImages>();
}

}  // namespace cers
