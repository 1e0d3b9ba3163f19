// SPDX-License-Identifier: Apache-2.0
#include "fraction_package.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/core/version.hpp"
#include "cers/geo/align.hpp"
#include "cers/geo/crs.hpp"
#include "cers/ops/bands.hpp"
#include "collection_name.hpp"
#include "package_parts.hpp"

namespace cers::snow {
namespace {

constexpr int quicklook_width = 1000;  // pixels, or a little more

/// "2018-02-11T10:50:00" of "2018-02-11T10:50:00.000Z".
std::string to_the_second(const std::string& datetime) {
  return datetime.substr(0, 19);
}

std::string character(const std::string& text) {
  return "<gco:CharacterString>" + text + "</gco:CharacterString>";
}

/// Dates are those of the product: a run leaves no time of its own.
std::string metadata(const std::string& name, const Product& product, const Grid& grid) {
  std::string box;
  if (grid.georeferenced && !grid.crs.empty()) {
    const Bounds bounds = bounds_of(footprint_lonlat(grid));
    const auto side = [](const char* key, double value) {
      return fmt::format("        <gmd:{0}><gco:Decimal>{1:.6f}</gco:Decimal></gmd:{0}>\n", key, value);
    };
    box = "      <gmd:geographicElement><gmd:EX_GeographicBoundingBox>\n" + side("westBoundLongitude", bounds.west) +
          side("eastBoundLongitude", bounds.east) + side("southBoundLatitude", bounds.south) +
          side("northBoundLatitude", bounds.north) + "      </gmd:EX_GeographicBoundingBox></gmd:geographicElement>\n";
  }
  const std::string time = to_the_second(product.datetime);
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<gmd:MD_Metadata xmlns:gmd=\"http://www.isotc211.org/2005/gmd\" xmlns:gco=\"http://www.isotc211.org/2005/gco\" "
      "xmlns:gml=\"http://www.opengis.net/gml\">\n";
  text += "  <gmd:fileIdentifier>" + character(name) + "</gmd:fileIdentifier>\n";
  text +=
      "  <gmd:hierarchyLevel><gmd:MD_ScopeCode codeList=\"http://schemas.opengis.net/iso/19139/20070417/resources/"
      "codelist/gmxCodelists.xml#MD_ScopeCode\" codeListValue=\"dataset\">dataset</gmd:MD_ScopeCode>"
      "</gmd:hierarchyLevel>\n";
  text += fmt::format("  <gmd:dateStamp><gco:DateTime>{}</gco:DateTime></gmd:dateStamp>\n",
                      product.processed.empty() ? time : to_the_second(product.processed));
  text += "  <gmd:metadataStandardName>" + character("ISO19115") + "</gmd:metadataStandardName>\n";
  text += "  <gmd:identificationInfo><gmd:MD_DataIdentification>\n";
  text += "    <gmd:abstract>" +
          character(
              "Fractional snow cover seen from above (FSCTOC) and on the ground (FSCOG) in percent, with quality "
              "layers, from " +
              product.id) +
          "</gmd:abstract>\n";
  text += "    <gmd:extent><gmd:EX_Extent>\n" + box;
  text += fmt::format(
      "      <gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent><gml:TimePeriod gml:id=\"acquisition\">"
      "<gml:beginPosition>{0}</gml:beginPosition><gml:endPosition>{0}</gml:endPosition></gml:TimePeriod>"
      "</gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>\n",
      time);
  text += "    </gmd:EX_Extent></gmd:extent>\n  </gmd:MD_DataIdentification></gmd:identificationInfo>\n";
  text += "  <gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:lineage><gmd:LI_Lineage><gmd:statement>" +
          character(std::string("Cers ") + version) +
          "</gmd:statement></gmd:LI_Lineage></gmd:lineage></gmd:DQ_DataQuality></gmd:dataQualityInfo>\n";
  return text + "</gmd:MD_Metadata>\n";
}

}  // namespace

std::string fraction_package_name(const Product& product) {
  const bool sentinel2 = product.platform.size() == 11 && product.platform.starts_with("sentinel-2");
  const std::string digits = digits_of(product.datetime);
  constexpr std::size_t to_seconds = 14;
  if (!sentinel2 || product.tile.empty() || digits.size() < to_seconds)
    throw UserError(
        fmt::format("{} has no name in the collection of Copernicus, which is of Sentinel-2 tiles", product.id),
        "leave out -out.product and name the files yourself");
  const char letter = static_cast<char>(product.platform.back() - 'a' + 'A');
  return fmt::format("FSC_{}T{}_S2{}_T{}_V{}_1", digits.substr(0, 8), digits.substr(8, 6), letter, product.tile,
                     digits_of(version));
}

FolderOutput fraction_package(Graph& graph, const Scene& scene, const FractionLayers& layers) {
  const Product& product = scene.product();
  const std::string name = fraction_package_name(product);
  const Grid grid = graph.info(layers.seen).grid;
  FolderOutput folder;
  const auto add = [&](const char* kind, std::optional<Edge> edge) {
    if (edge)
      folder.rasters.push_back({name + "/" + name + "_" + kind + ".tif", *edge, PixelType::u8, false, cog_options});
  };
  add("FSCTOC", layers.seen);
  add("FSCOG", layers.ground);
  add("NDSI", layers.ndsi);
  add("QCTOC", layers.quality);
  add("QCOG", layers.ground_quality);
  add("QCFLAGS", layers.flags);
  if (const ProductLayer* cloud = product.layer("CLM_R2")) {
    const Edge mask = scene.layer(*cloud);
    if (!grid_difference_geo(grid, graph.info(mask).grid)) add("CLD", mask);
  }
  folder.rasters.push_back(
      {name + "/" + name + "_QLK.png", quicklook(graph, layers.seen, quicklook_width), PixelType::u8, false, ""});
  folder.files.push_back({name + "/" + name + "_MTD.xml",
                          {{}, [text = metadata(name, product, grid)](const LateValues&) { return text; }}});
  return folder;
}

FolderOutput theia_fraction_package(Graph& graph, const Scene& scene, const FractionLayers& layers) {
  const Product& product = scene.product();
  const std::string kind = layers.ground ? "FSC" : "FSC-TOC";
  const Edge main = layers.ground.value_or(layers.seen);
  const std::string name = collection_name(product, kind);
  if (!product.platform.starts_with("sentinel-2"))
    throw UserError(
        fmt::format("{} has no fraction in the snow collection, which has those of Sentinel-2 only", product.id),
        "leave out -out.product and name the files yourself");
  const auto path = [&](const std::string& file) { return name + "/" + collection_name(product, file); };
  FolderOutput folder;
  folder.rasters.push_back({path(kind) + ".tif", main, PixelType::u8, false, cog_options});
  folder.rasters.push_back({path("FSC-QCFLAGS") + ".tif", layers.flags, PixelType::u8, false, cog_options});
  folder.rasters.push_back({path("QKL") + ".png", quicklook(graph, main, quicklook_width), PixelType::u8, false, ""});
  const std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Source_Product>\n  <PRODUCT_ID>" +
                          escaped_markup(product.id) + "</PRODUCT_ID>\n</Source_Product>\n";
  folder.files.push_back({path(kind) + ".xml", {{}, [xml](const LateValues&) { return xml; }}});
  return folder;
}

}  // namespace cers::snow
