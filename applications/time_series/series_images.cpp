// SPDX-License-Identifier: Apache-2.0
#include "series_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "cers/app/image_dates.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/align.hpp"
#include "cers/geo/pixel_map.hpp"
#include "cers/ops/bands.hpp"
#include "cers/ops/warp.hpp"
#include "cers/series/composite.hpp"
#include "feature_list.hpp"
#include "series_grid.hpp"

namespace cers::series {
namespace {

bool is_product(const ImageInput& image) {
  return image.scene() != nullptr && !image.scene()->product().bands.empty();
}

// Landsat 8 and 9 have the narrow near infrared only.
const ProductBand* band_of(const Product& product, BandRole role) {
  const ProductBand* band = product.band(role);
  if (band == nullptr && role == BandRole::nir) band = product.band(BandRole::nir_narrow);
  return band;
}

// Sentinel-2's ten bands of 10 and 20 m, as land cover is usually mapped from; those of 60 m see the atmosphere.
constexpr BandRole surface_roles[] = {BandRole::blue,      BandRole::green,     BandRole::red, BandRole::red_edge1,
                                      BandRole::red_edge2, BandRole::red_edge3, BandRole::nir, BandRole::nir_narrow,
                                      BandRole::swir1,     BandRole::swir2};

/// Warns of `left_out`: by the first scene that lacks a band and the number of those that do, the bands.
void warn_of_left_out(const std::map<std::pair<std::string, std::size_t>, std::vector<std::string>>& left_out,
                      Wiring& wiring) {
  for (const auto& [lacking, names] : left_out) {
    const std::string others = lacking.second > 1 ? fmt::format(" and {} more", lacking.second - 1) : "";
    wiring.warn(fmt::format("{} not used: scenes lack {}, {}{}", join(names, ", "), names.size() > 1 ? "them" : "it",
                            lacking.first, others));
  }
}

/// Roles of surface reflectance that every product has, in the order of the vocabulary. Warns of those that only some
/// have.
std::vector<std::string> common_roles(const std::vector<const ImageInput*>& images, Wiring& wiring) {
  std::vector<std::string> common;
  std::map<std::pair<std::string, std::size_t>, std::vector<std::string>> left_out;
  for (const BandRole role : surface_roles) {
    std::vector<const ImageInput*> lacking;
    for (const ImageInput* image : images) {
      if (band_of(image->scene()->product(), role) == nullptr) lacking.push_back(image);
    }
    // Of scenes whose one near infrared is the narrow one, it is named once.
    const bool again = role == BandRole::nir_narrow && std::all_of(images.begin(), images.end(), [](const auto* image) {
                         const Product& product = image->scene()->product();
                         return band_of(product, BandRole::nir) == product.band(BandRole::nir_narrow);
                       });
    if (lacking.empty() && !again) common.emplace_back(name_of(role));
    if (!lacking.empty() && lacking.size() < images.size())
      left_out[{lacking[0]->label(), lacking.size()}].emplace_back(name_of(role));
  }
  warn_of_left_out(left_out, wiring);
  return common;
}

/// Bands and masks of one image, each on its own grid.
struct Parts {
  std::vector<Edge> bands;
  std::vector<Edge> masks;
};

Parts parts_of_product(const ImageInput& image, const std::vector<std::string>& bands,
                       const std::vector<std::string>& unclear, Wiring& wiring) {
  const Scene& scene = *image.scene();
  const Product& product = scene.product();
  Parts parts;
  for (const std::string& name : bands) {
    const auto role = band_role_named(name);
    const ProductBand* band = role ? band_of(product, *role) : product.band_named(name);
    if (band == nullptr)
      throw UserError(fmt::format("{} has no band '{}'", image.label(), name),
                      "-bands names bands that all scenes have: " + join(scene.part_names(), ", "));
    parts.bands.push_back(scene.band(*band));
  }
  bool clouds = false;
  for (const std::string& name : unclear) {
    const auto meaning = mask_meaning_named(name);
    CERS_EXPECT(meaning);
    if (product.mask(*meaning) == nullptr) continue;
    clouds |= *meaning == MaskMeaning::cloud;
    parts.masks.push_back(scene.mask(*meaning));
  }
  if (!clouds && std::find(unclear.begin(), unclear.end(), "cloud") != unclear.end())
    wiring.warn(fmt::format("{} has no cloud mask: its clouds count as clear", image.label()));
  return parts;
}

int band_index(const ImageInput& image, const std::string& name) {
  const auto& bands = image.info().bands;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    if (bands[i].name == name || (!bands[i].role.empty() && bands[i].role == name)) return static_cast<int>(i);
  }
  int number = 0;
  if (name.size() < 6 && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
      !name.empty())
    number = std::stoi(name);
  if (number < 1 || number > image.band_count())
    throw UserError(fmt::format("{} has no band '{}'", image.label(), name),
                    fmt::format("give a number from 1 to {}, or the name of one of its bands", image.band_count()));
  return number - 1;
}

Parts parts_of_image(const ImageInput& image, const std::vector<std::string>& bands, const SeriesParams& params,
                     const ImageInput* mask) {
  Parts parts;
  for (const std::string& name : bands)
    parts.bands.push_back(
        image.bands({band_index(image, name)}, PixelType::f32, {params.scale, params.offset, params.nodata}));
  if (mask != nullptr) {
    if (mask->info().type != PixelType::u8)
      throw UserError(fmt::format("{} holds {} numbers, a mask holds uint8", mask->label(), name_of(mask->info().type)),
                      "write it as uint8: cers BandMath -il mask.tif -exp \"im1b1 != 0\" -out mask8.tif uint8");
    parts.masks.push_back(mask->bands({0}, PixelType::u8));
  }
  return parts;
}

const Grid& finest_of(const Parts& parts, const Graph& graph) {
  const Grid* finest = &graph.info(parts.bands[0]).grid;
  for (const Edge band : parts.bands) {
    const Grid& grid = graph.info(band).grid;
    if (grid.transform.a[1] < finest->transform.a[1]) finest = &grid;
  }
  return *finest;
}

Edge placed(Graph& graph, const ImageInput& image, Edge edge, const Grid& grid, bool codes) {
  const RasterInfo& info = graph.info(edge);
  if (!grid_difference_geo(grid, info.grid)) return edge;
  if (image.scene() && !(info.grid.transform.a[1] == grid.transform.a[1]))
    return image.scene()->on_grid(edge, grid, codes);
  WarpOptions options;
  if (codes) options.fill = 1;  // a mask says "not seen" where it does not reach
  return graph.add(make_warp(info, grid, codes ? Resampling::nearest : Resampling::bilinear, options), {edge});
}

void check_overlap(const Grid& grid, const Graph& graph, const Parts& parts, const ImageInput& image,
                   const ImageInput& first) {
  const Grid& own = graph.info(parts.bands[0]).grid;
  if (!grid_difference_geo(grid, own)) return;
  PixelMap map(grid, own);
  if (!FootprintMap(map, grid.size, own.size).under(Window::of(grid.size), 0, 0).empty()) return;
  throw UserError(fmt::format("{} does not overlap {}", image.label(), first.label()),
                  "give scenes of one tile, or -extent all to cover several, of several zones too");
}

std::vector<std::string> names_of_bands(const std::vector<const ImageInput*>& images, const SeriesParams& params,
                                        Wiring& wiring) {
  const bool products = is_product(*images[0]);
  for (const ImageInput* image : images) {
    if (is_product(*image) != products)
      throw UserError(fmt::format("{} is {} product of reflectance, {} is {}", images[0]->label(),
                                  products ? "a" : "no", image->label(), products ? "none" : "one"),
                      "give products, or images, not both");
  }
  if (!params.bands.empty()) return params.bands;
  std::vector<std::string> names;
  if (products) {
    names = common_roles(images, wiring);
    if (names.empty())
      throw UserError("the scenes have no band of reflectance in common", "name bands: -bands red nir");
    return names;
  }
  // A name that all images give the band; formulas of their making are no names.
  for (std::size_t band = 0; band < images[0]->info().bands.size(); ++band) {
    const std::string& name = images[0]->info().bands[band].name;
    const bool shared =
        is_feature_name(name) && std::all_of(images.begin(), images.end(), [&](const ImageInput* image) {
          return band < image->info().bands.size() && image->info().bands[band].name == name;
        });
    names.push_back(shared ? name : std::to_string(band + 1));
  }
  for (const ImageInput* image : images) {
    if (image->info().bands.size() <= names.size()) continue;
    wiring.warn(fmt::format("{} has {} bands, {} has {}: those beyond are not used", image->label(),
                            image->info().bands.size(), images[0]->label(), names.size()));
    break;
  }
  return names;
}

/// By day; of one day finer pixels come first, else what was given first.
std::vector<std::size_t> order_of_merging(const std::vector<CalendarDay>& days, const std::vector<SceneGrid>& scenes) {
  const std::vector<int> ranks = ranks_of_pixels(scenes);
  std::vector<std::size_t> order(days.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(days[a], ranks[a]) < std::pair(days[b], ranks[b]);
  });
  return order;
}

void warn_of_merged(const Series& series, std::size_t images, Wiring& wiring) {
  if (images == series.days.size()) return;
  wiring.warn(
      fmt::format("{} images are of {} days: images of one day are merged, of each pixel the first clear one "
                  "counts, finer pixels before coarser ones, else in the order given",
                  images, series.days.size()));
}

}  // namespace

std::vector<Choice> choices_of(Extent) {
  return {{"first", "The grid of the scene with the smallest pixels, of equal ones the first."},
          {"all", "All scenes, on the lattice of that one: tiles side by side, of other zones too."}};
}

std::vector<int> Series::day_numbers() const {
  std::vector<int> numbers;
  for (const CalendarDay day : days) numbers.push_back(number_of(day));
  return numbers;
}

Series gather_series(Wiring& wiring, const SeriesParams& params) {
  Graph& graph = wiring.graph();
  std::vector<const ImageInput*> images;
  for (const ImageInput& image : wiring.images("il")) images.push_back(&image);
  Series series;
  series.bands = names_of_bands(images, params, wiring);
  const bool products = is_product(*images[0]);
  if (products) {
    for (const char* key : {"scale", "offset", "nodata", "ml"}) {
      if (wiring.user_set(key) || (key == std::string("ml") && wiring.has("ml")))
        throw UserError(fmt::format("-{} has no effect: the scenes are products, whose metadata say it", key),
                        "leave it out");
    }
  }
  if (!products && wiring.user_set("unclear"))
    throw UserError("-unclear has no effect: the images are no products and have no masks of that name",
                    "give their masks with -ml");
  const std::vector<ImageInput> none;
  const std::vector<ImageInput>& masks = wiring.has("ml") ? wiring.images("ml") : none;
  if (!masks.empty() && masks.size() != images.size())
    throw UserError(fmt::format("-ml names {} masks for {} images", masks.size(), images.size()),
                    "give one for each image, in their order");
  if (!params.dates.empty() && params.dates.size() != images.size())
    throw UserError(fmt::format("-dates names {} days for {} images", params.dates.size(), images.size()),
                    "give one for each image, in their order");
  const std::vector<CalendarDay> days = days_of(images, params.dates);
  std::vector<Parts> parts;
  for (std::size_t i = 0; i < images.size(); ++i)
    parts.push_back(products ? parts_of_product(*images[i], series.bands, params.unclear, wiring)
                             : parts_of_image(*images[i], series.bands, params, masks.empty() ? nullptr : &masks[i]));
  std::vector<SceneGrid> scenes;
  for (std::size_t i = 0; i < parts.size(); ++i) scenes.push_back({images[i]->label(), finest_of(parts[i], graph)});
  const SeriesGrid chosen = grid_of_series(scenes, params.extent);
  series.grid = chosen.grid;

  const std::vector<std::size_t> order = order_of_merging(days, scenes);
  for (std::size_t i = 0; i < order.size();) {
    const CalendarDay day = days[order[i]];
    std::vector<ImagePorts> ports;
    std::vector<Edge> inputs;
    for (; i < order.size() && days[order[i]] == day; ++i) {
      const ImageInput& image = *images[order[i]];
      const Parts& part = parts[order[i]];
      if (params.extent == Extent::first) check_overlap(series.grid, graph, part, image, *images[chosen.scene]);
      for (const Edge band : part.bands) inputs.push_back(placed(graph, image, band, series.grid, false));
      for (const Edge mask : part.masks) inputs.push_back(placed(graph, image, mask, series.grid, true));
      ports.push_back({part.bands.size(), part.masks.size()});
    }
    series.days.push_back(day);
    series.observations.push_back(graph.add(make_day_composite(std::move(ports), series.bands), inputs));
  }
  tell_grid(wiring, chosen, scenes, params.extent);
  warn_of_merged(series, images.size(), wiring);
  return series;
}

void check_series(const SeriesParams& params, Diagnostics& diagnostics) {
  for (const std::string& name : params.unclear) {
    if (mask_meaning_named(name)) continue;
    std::vector<std::string> known;
    for (const MaskMeaning meaning : all_mask_meanings()) known.emplace_back(name_of(meaning));
    diagnostics.fault({}, fmt::format("-unclear: '{}' is no mask", name),
                      suggestion(name, known).empty() ? "they are: " + join(known, ", ") : suggestion(name, known));
  }
  std::set<std::string> seen;
  for (const std::string& name : params.bands) {
    if (!seen.insert(name).second) diagnostics.fault({}, fmt::format("-bands names {} twice", name), "name it once");
  }
}

}  // namespace cers::series
