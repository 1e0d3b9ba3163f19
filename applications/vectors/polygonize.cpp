// SPDX-License-Identifier: Apache-2.0
// Polygonize: the regions of a map of codes as polygons of a vector file.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/ops/bands.hpp"
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
    std::vector<std::string> names;
    std::vector<std::string> deviations;
    std::vector<int> codes;
    bool area = false;
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
            "multipolygons, one part for the pixels that share sides, where GDAL writes a polygon that crosses "
            "itself.\n\n"
            "**What other images say about each polygon.** For each image of `-means` a field holds the mean over the "
            "polygon's pixels, without those that hold the image's nodata value or NaN; `-std` names "
            "fields for the population deviations. `-classes` is a map of classes, most often the map before small "
            "patches were taken out: the fields pct_CODE hold how many percent of the polygon's pixels have each of "
            "its classes, of those that have one. With the mean confidence and validity these are the fields of the "
            "vectors of the French land-cover map. A field is unset where no pixel has a value. `-area true` adds the "
            "area on the map in square metres. All of it is summed in the same sweep, in an order that follows from "
            "the pixels alone: means of whole numbers are exact sums, divided once. Memory grows by the sums of the "
            "regions that reach the row in work.")
        .tag("Vector")
        .input("in", "Map of one band of whole numbers.")
        .input_list("means", "Images of one band on the grid of the map whose means over each polygon become fields.")
        .optional()
        .input("classes", "Map of classes on the same grid, whose shares in each polygon become fields pct_CODE.")
        .optional()
        .vector_output("out", "Polygons: GeoPackage (.gpkg), Shapefile (.shp) or GeoJSON (.geojson) by the extension.")
        .param("connectivity", &Params::connectivity, "Which pixels of a code make one region.")
        .param("nodata", &Params::nodata, "Code that makes no polygons; by default the nodata value of the map.")
        .param("field", &Params::field, "Field that holds the code.")
        .param("names", &Params::names, "Fields of the means, in their order; by default the names of the bands.")
        .param("std", &Params::deviations, "Fields of the population deviations, in the order of -means; - for none.")
        .param("codes", &Params::codes, "Classes that get a field pct_CODE; by default those that -classes tells.")
        .param("area", &Params::area, "Whether a field `area` holds square metres.")
        .example("Outlines of a snow mask", "cers Polygonize -in snow.tif -out snow_outlines.gpkg")
        .example("Polygons with their area, the mean reflectance and the percentage of each class",
                 "cers Polygonize -in snow.tif -means B4.tif B11.tif -names red swir -std - swir_std -classes snow.tif "
                 "-codes 0 100 205 -area true -out snow_measured.gpkg")
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
    std::vector<Edge> bands;
    options.measures.area = params.area;
    add_means(params, wiring, options.measures, bands);
    add_classes(params, wiring, options.measures, bands);
    Edge edge = image.stored();
    if (!bands.empty()) {
      bands.insert(bands.begin(), image.bands({0}, PixelType::f64));
      std::vector<RasterInfo> infos;
      for (const Edge& band : bands) infos.push_back(wiring.graph().info(band));
      edge = wiring.graph().add(make_concatenate(infos), bands);
    }
    wiring.output("out", VectorOutput{edge, [options, info](const RasterInfo&, const std::string& path,
                                                            std::shared_ptr<RunFolder> folder, bool listed) {
                                        PolygonSinkOptions own = options;
                                        own.folder = std::move(folder);
                                        own.listed = listed;
                                        return make_polygon_sink(info, path, own);
                                      }});
  }

 private:
  static void add_means(const Params& params, Wiring& wiring, PolygonMeasures& measures, std::vector<Edge>& bands) {
    const bool none = !wiring.has("means");
    if (none && (!params.names.empty() || !params.deviations.empty()))
      throw UserError("-names and -std have no effect without -means", "give the images, or leave these out");
    if (none) return;
    const std::vector<ImageInput>& images = wiring.images("means");
    if (!params.names.empty() && params.names.size() != images.size())
      throw UserError(fmt::format("-names has {} and -means {}", params.names.size(), images.size()),
                      "give one name for each image");
    if (!params.deviations.empty() && params.deviations.size() != images.size())
      throw UserError(fmt::format("-std has {} and -means {}", params.deviations.size(), images.size()),
                      "give one name for each image, - where no deviation is wanted");
    for (const ImageInput& one : images) {
      check_same_grid({wiring.image("in"), one}, "Polygonize");
      if (one.band_count() != 1)
        throw UserError(fmt::format("{} has {} bands, and a mean is of one", one.label(), one.band_count()),
                        "choose one: IMAGE?&bands=1");
      const BandInfo& band = one.info().bands[0];
      if (params.names.empty() && band.name.empty())
        throw UserError(fmt::format("the band of {} has no name to call its field by", one.label()),
                        "give -names, one for each image");
      measures.means.push_back(params.names.empty() ? band.name : params.names[measures.means.size()]);
      bands.push_back(one.bands({0}, PixelType::f64, {1, 0, band.nodata}));
    }
    measures.deviations = params.deviations;
    for (std::string& name : measures.deviations)
      if (name == "-") name.clear();
  }

  static void add_classes(const Params& params, Wiring& wiring, PolygonMeasures& measures, std::vector<Edge>& bands) {
    if (!wiring.has("classes")) {
      if (!params.codes.empty())
        throw UserError("-codes has no effect without -classes", "give the map, or leave it out");
      return;
    }
    const ImageInput& map = wiring.image("classes");
    check_same_grid({wiring.image("in"), map}, "Polygonize");
    if (map.band_count() != 1 || is_floating(map.info().type))
      throw UserError(fmt::format("{} is no map of classes: it has {} of {}", map.label(), map.band_count(),
                                  name_of(map.info().type)),
                      "give a map of one band of whole numbers");
    const BandInfo& band = map.info().bands[0];
    if (band.nodata && *band.nodata == std::floor(*band.nodata))
      measures.no_class = static_cast<std::int64_t>(*band.nodata);
    measures.classes = params.codes;
    if (params.codes.empty())
      for (const ClassInfo& one : band.classes)
        if (one.code != measures.no_class) measures.classes.push_back(one.code);
    if (measures.classes.empty())
      throw UserError(fmt::format("{} does not tell its classes", map.label()), "list them: -codes 11 12 31");
    std::vector<int> sorted = measures.classes;
    std::sort(sorted.begin(), sorted.end());
    if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
      throw UserError(fmt::format("-codes names {} twice", *twice), "name each class once");
    bands.push_back(map.bands({0}, PixelType::f64));
  }
};

}  // namespace

Application cers_app_Polygonize() {
  return application<Polygonize>();
}

}  // namespace cers
