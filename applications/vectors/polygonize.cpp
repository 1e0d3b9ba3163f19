// SPDX-License-Identifier: Apache-2.0
// Polygonize: the regions of a map of codes as polygons of a vector file.
#include <fmt/format.h>

#include <cmath>

#include "cers/app/application.hpp"
#include "cers/vector-io/polygon_sink.hpp"

namespace cers {
namespace {

enum class Neighbours { four, eight };
std::vector<Choice> choices_of(Neighbours) {
  return {{"4", "Pixels of one region share a side"}, {"8", "Or a corner"}};
}

struct Polygonize {
  struct Params {
    Neighbours connectivity = Neighbours::four;
    std::optional<int> nodata;
    std::string field = "DN";
  };

  static AppSpec spec() {
    return Declare<Params>("Polygonize", "The regions of a map of codes as polygons.")
        .doc(
            "Each region of pixels of one code becomes a feature with its code and, where the map tells the names of "
            "its classes, a field `class`. Outlines run along the sides of pixels, as those of GDAL's polygonizer: the "
            "polygons of a map cover it without gaps or overlap. They are written while the map is computed, in one "
            "sweep; what is kept in memory are the outlines of regions that reach the row in work. A region is written "
            "as one geometry, which takes up to 90 bytes for each of its corners: the plan has room for a corner in "
            "100 "
            "pixels, but one region with holes all over a map of noise has up to two corners a pixel, and may take "
            "that much beyond `-ram`. MinimumMappingUnit takes the speckle out first.\n\n"
            "The geometry is always valid: rings touch themselves nowhere. Regions that connect at corners are "
            "multipolygons, one part for the pixels that share sides, where GDAL writes a polygon that crosses itself.")
        .tag("Vector")
        .input("in", "Map of one band of whole numbers.")
        .vector_output("out", "Polygons: GeoPackage (.gpkg), Shapefile (.shp) or GeoJSON (.geojson) by the extension.")
        .param("connectivity", &Params::connectivity, "Which pixels of a code make one region.")
        .param("nodata", &Params::nodata, "Code that makes no polygons; by default the nodata value of the map.")
        .param("field", &Params::field, "Field that holds the code.")
        .example("Outlines of a snow mask", "cers Polygonize -in snow.tif -out snow_outlines.gpkg")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const ImageInput& image = wiring.image("in");
    const RasterInfo& info = image.info();
    PolygonSinkOptions options;
    options.connectivity = params.connectivity == Neighbours::four ? Connectivity::sides : Connectivity::corners;
    options.field = params.field;
    if (params.nodata) {
      options.without = {*params.nodata};
    } else if (const auto known = info.bands[0].nodata; known && *known == std::floor(*known)) {
      options.without = {static_cast<std::int64_t>(*known)};
    }
    wiring.output("out", VectorOutput{image.stored(), [options](const RasterInfo& map, const std::string& path,
                                                                std::shared_ptr<RunFolder> folder, bool listed) {
                                        PolygonSinkOptions own = options;
                                        own.folder = std::move(folder);
                                        own.listed = listed;
                                        return make_polygon_sink(map, path, own);
                                      }});
  }
};

}  // namespace

Application cers_app_Polygonize() {
  return application<Polygonize>();
}

}  // namespace cers
