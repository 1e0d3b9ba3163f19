// SPDX-License-Identifier: Apache-2.0
// PolygonClassStatistics: how many pixels the reference polygons hold, by class and by polygon.
#include "cers/app/mask_help.hpp"
#include "sampling_params.hpp"

namespace cers {
namespace {

struct PolygonClassStatistics {
  struct Params {
    std::string vec;
    std::string field;
    int layer = 0;
  };

  static AppSpec spec() {
    return Declare<Params>("PolygonClassStatistics", "Counts the pixels of each class and of each reference polygon.")
        .doc(
            "A polygon holds the pixels whose centres lie in it; of a centre on an outline, the polygon to its right "
            "does. A point holds the pixel it lies in, a line all pixels it meets. A pixel in two polygons counts for "
            "both, and a warning tells "
            "how "
            "many lie in polygons of different classes. The image gives the grid only: none of its pixels is read. Of "
            "the mask only the blocks under polygons are.\n\n"
            "The file is the one OTB writes. Polygons outside the image are not listed and are counted in a warning. "
            "Polygons of another reference system are brought to the image's; they keep the number the file gives "
            "them, "
            "where OTB numbers them anew. Lines, which OTB takes too, are left out with a warning.")
        .tag("Learning")
        .input("in", "Image that gives the grid.")
        .input("mask", std::string("Pixels to look at: not 0.") + mask_as_bytes)
        .optional()
        .file_output("out", "XML file: samplesPerClass and samplesPerVector.")
        .param("vec", &Params::vec, "Reference polygons: GeoPackage, Shapefile, SQLite, GeoJSON.")
        .required()
        .reads_file()
        .param("field", &Params::field, "Field that holds the class: text or whole numbers.")
        .required()
        .param("layer", &Params::layer, "Layer of the file, from 0.")
        .at_least(0)
        .example("Pixels of each class",
                 "cers PolygonClassStatistics -in stack.tif -vec reference.geojson -field code -out pixels.xml")
        .example("Within a mask",
                 "cers PolygonClassStatistics -in stack.tif -mask snow_20180226.tif -vec "
                 "reference.geojson -field name -out seen.xml")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const ImageInput& image = wiring.image("in");
    const SharedShapes shapes = open_polygons(wiring, params.vec, params.layer, params.field, image);
    const auto cover = cover_with_mask(wiring, shapes, image, "they count for each of them");
    wiring.output("out", FileOutput{{cover}, [=](const LateValues& values) {
                                      return statistics_xml(statistics_of(values.get(cover), *shapes), *shapes);
                                    }});
  }
};

}  // namespace

Application cers_app_PolygonClassStatistics() {
  return application<PolygonClassStatistics>();
}

}  // namespace cers
