// SPDX-License-Identifier: Apache-2.0
#include "package.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cers/core/text.hpp"
#include "cers/ops/bands.hpp"
#include "cers/vector-io/polygon_sink.hpp"
#include "collection_name.hpp"
#include "composition.hpp"
#include "package_parts.hpp"

namespace cers::snow {
namespace {

constexpr int quicklook_width = 500;  // pixels, or a little more

std::string metadata(const std::string& id, const PackageFigures& figures) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Source_Product>\n";
  text += fmt::format("  <PRODUCT_ID>{}</PRODUCT_ID>\n", escaped_markup(id));
  text += "  <Global_Index_List>\n";
  text += fmt::format("    <QUALITY_INDEX name=\"ZS\">{}</QUALITY_INDEX>\n", figures.snowline_m);
  const auto share = [&](const char* name, double percent) {
    if (std::isnan(percent)) return;  // of no pixel with data there is none
    text += fmt::format("    <QUALITY_INDEX name=\"{}\">{}</QUALITY_INDEX>\n", name, format_real(percent));
  };
  share("SnowPercent", figures.snow_percent);
  share("CloudPercent", figures.cloud_percent);
  return text + "  </Global_Index_List>\n</Source_Product>\n";
}

}  // namespace

std::string package_name(const Product& product) {
  std::string platform;
  for (const char c : product.platform) {
    if (c != '-') platform += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  std::string digits = digits_of(product.datetime);
  digits.resize(17, '0');
  const std::string when = digits.substr(0, 8) + "-" + digits.substr(8, 6) + "-" + digits.substr(14, 3);
  return fmt::format("{}_{}_L2B-SNOW_{}{}_D_V1-0", platform, when, platform.starts_with("SENTINEL") ? "T" : "",
                     product.tile);
}

namespace {

/// Where each part of a package lies.
struct PackagePaths {
  std::string mask;
  std::string composition;  ///< empty: none
  std::string outlines;
  std::string field;  ///< of the outlines
  std::string metadata;
  std::string quicklook;
  std::string working;  ///< folder of the working products
};

PackagePaths before_16(const Product& product) {
  const std::string name = package_name(product);
  const std::string part = product.platform.starts_with("landsat") ? "XS" : "R2";
  const std::string begin = name + "/" + name;
  return {begin + "_SNW_" + part + ".tif", begin + "_CMP_" + part + ".tif", begin + "_SNW_" + part + ".shp", "DN",
          begin + "_MTD_ALL.xml",          begin + "_QKL_ALL.png",          name + "/LIS_PRODUCTS/"};
}

/// Let-it-snow 1.6 named the field anew and dropped the composition, 1.7 named the files anew.
PackagePaths since_17(const Product& product) {
  const std::string name = collection_name(product, "MSK");
  const std::string begin = name + "/" + name;
  const std::string working = name + "/LIS_PRODUCTS/";
  return {begin + ".tif",
          "",
          working + "LIS_SEB_VEC.shp",
          "SEB",
          begin + ".xml",
          name + "/" + collection_name(product, "QKL") + ".png",
          working};
}

}  // namespace

FolderOutput package(Graph& graph, const Product& product, const Inputs& inputs, Edge mask, Edge snow_all,
                     std::vector<LateRef> late, std::function<PackageFigures(const LateValues&)> figures,
                     Profile profile) {
  const PackagePaths paths = profile == Profile::lis111 ? since_17(product) : before_16(product);
  const Edge small = quicklook(graph, mask, quicklook_width);

  FolderOutput folder;
  folder.rasters.push_back({paths.mask, mask, PixelType::u8, false, cog_options});
  if (!paths.composition.empty()) {
    const std::vector<Edge> edges{mask, inputs.swir, inputs.red, inputs.green};
    std::vector<RasterInfo> infos;
    for (const Edge edge : edges) infos.push_back(graph.info(edge));
    const Edge picture = graph.add(make_composition(infos, inputs.unit), edges);
    folder.rasters.push_back({paths.composition, picture, PixelType::u8, false, cog_options});
  }
  folder.rasters.push_back({paths.working + "LIS_SNOW_ALL.TIF", snow_all, PixelType::u8, false, ""});
  folder.rasters.push_back({paths.quicklook, small, PixelType::u8, false, ""});
  folder.vectors.push_back({paths.outlines,
                            {mask, [field = paths.field](const RasterInfo& info, const std::string& file,
                                                         std::shared_ptr<RunFolder> run, bool listed) {
                               PolygonSinkOptions options;
                               options.without = {static_cast<std::int64_t>(SnowCode::no_snow)};
                               options.names = false;
                               options.field = field;
                               options.folder = std::move(run);
                               options.listed = listed;
                               return make_polygon_sink(info, file, options);
                             }}});
  folder.files.push_back({paths.working + "LIS_HISTO.TXT",
                          {late, [figures](const LateValues& values) { return figures(values).histogram; }}});
  folder.files.push_back({paths.metadata, {late, [figures, id = product.id](const LateValues& values) {
                                             return metadata(id, figures(values));
                                           }}});
  return folder;
}

}  // namespace cers::snow
