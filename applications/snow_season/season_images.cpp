// SPDX-License-Identifier: Apache-2.0
#include "season_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "../snow/report.hpp"
#include "../snow/scene_mask.hpp"
#include "cers/app/image_dates.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/align.hpp"
#include "cers/geo/crs.hpp"
#include "cers/geo/pixel_map.hpp"
#include "cers/ops/warp.hpp"

namespace cers::season {
namespace {

constexpr double outside = 255;

void check_mask(const ImageInput& image, bool scenes) {
  if (scenes && snow::is_scene(image)) return;
  if (const Scene* scene = image.scene()) {
    const Product& product = scene->product();
    if (!product.bands.empty() || product.mask(MaskMeaning::snow) == nullptr)
      throw UserError(fmt::format("{} is no snow mask but: {}", image.label(), product.title),
                      "give snow products of single dates (Theia snow, LIS, Copernicus FSC); of a scene make the mask "
                      "first: cers SnowMask");
  }
  if (image.band_count() != 1)
    throw UserError(fmt::format("{} has {} bands, a snow mask has one", image.label(), image.band_count()),
                    "choose it in the file name: FILE?&bands=1");
  if (image.info().type != PixelType::u8)
    throw UserError(
        fmt::format("{} holds {} numbers, a snow mask holds codes in uint8", image.label(), name_of(image.info().type)),
        "codes are 0 no snow, 1 to 100 snow in percent, 205 cloud, 210 water, 255 missing; write the mask "
        "as uint8: cers BandMath … -out mask.tif uint8");
}

void check_one_grid(const std::vector<const ImageInput*>& images) {
  for (std::size_t i = 1; i < images.size(); ++i) {
    const auto difference = grid_difference_geo(images[0]->info().grid, images[i]->info().grid);
    if (!difference) continue;
    throw UserError(
        fmt::format("{} does not lie on the grid of {}: {}", images[i]->label(), images[0]->label(), *difference),
        "one season is made on one grid: leave other tiles out, and give masks of other sensors as "
        "-densification, which are brought onto it");
  }
}

void warn_of_shared_days(const std::vector<DatedImage>& images, Wiring& wiring) {
  std::size_t days = 0;
  std::string first;
  for (std::size_t i = 1; i < images.size(); ++i) {
    const bool second = images[i].day == images[i - 1].day && (i == 1 || images[i - 2].day != images[i].day);
    if (!second) continue;
    ++days;
    if (first.empty()) first = text_of(images[i].day);
  }
  if (days == 0) return;
  wiring.warn(fmt::format("{} ({}{}): of each pixel the first clear one in the order given counts",
                          days == 1 ? "one day has several images" : fmt::format("{} days have several images", days),
                          first, days == 1 ? "" : ", …"));
}

}  // namespace

std::vector<DatedImage> dated_images(const Wiring& wiring, const std::vector<std::string>& dates, bool scenes) {
  const auto& first = wiring.images("il");
  const auto& more = wiring.images("densification");
  for (const auto* images : {&first, &more}) {
    for (const ImageInput& image : *images) check_mask(image, scenes);
  }
  std::vector<const ImageInput*> masks;
  for (const ImageInput& image : first) {
    if (!snow::is_scene(image)) masks.push_back(&image);
  }
  check_one_grid(masks);
  const std::size_t all = first.size() + more.size();
  if (!dates.empty() && dates.size() != first.size() && dates.size() != all)
    throw UserError(fmt::format("-dates names {} days for {} images{}", dates.size(), first.size(),
                                more.empty() ? "" : fmt::format(" of -il and {} of -densification", more.size())),
                    "give one for each image of -il, or one for each image of both lists, in the order of the images");
  std::vector<const ImageInput*> pointers;
  for (const auto* list : {&first, &more}) {
    for (const ImageInput& image : *list) pointers.push_back(&image);
  }
  const std::vector<CalendarDay> days = days_of(pointers, dates);
  std::vector<DatedImage> dated;
  for (std::size_t i = 0; i < all; ++i) dated.push_back({pointers[i], days[i], i >= first.size()});
  return dated;
}

void make_masks(std::vector<DatedImage>& images, snow::Profile profile, Wiring& wiring) {
  std::vector<const ImageInput*> first;
  for (DatedImage& one : images) {
    if (snow::is_scene(*one.image)) {
      const std::string& name = one.image->scene()->product().id;
      if (!wiring.has("dem"))
        throw UserError(fmt::format("{} is a scene, whose mask needs altitudes, and -dem is not given", name),
                        "add -dem, or give masks: cers SnowMask");
      std::vector<std::string> warnings;
      const snow::SceneMask made =
          snow::mask_of_product(wiring.graph(), *one.image, wiring.image("dem"), profile, warnings);
      for (std::string& warning : warnings) wiring.warn(std::move(warning));
      snow::warn_of_missing_altitude(wiring, made.line, wiring.image("dem").label(), profile != snow::Profile::standard,
                                     name);
      one.made = std::make_shared<ImageInput>(wiring.graph(), made.mask, name);
      wiring.after_run({{made.line}, [line = made.line, day = text_of(one.day)](const LateValues& values) {
                          const snow::Snowline& found = values.get(line);
                          return fmt::format("snowline {}: {}", day,
                                             found.found ? format_real(found.altitude_m) + " m" : "not found");
                        }});
    }
    if (!one.densification) first.push_back(&one.mask());
  }
  const auto has_scene = [&](const char* key) { return std::ranges::any_of(wiring.images(key), snow::is_scene); };
  if (wiring.has("dem") && !has_scene("il") && !has_scene("densification"))
    throw UserError("-dem has no effect: every image is a mask already", "leave it out");
  check_one_grid(first);
}

FolderOutput made_masks(const std::vector<DatedImage>& images) {
  FolderOutput folder;
  std::map<CalendarDay, int> seen;
  for (const DatedImage& one : images) {
    if (!one.made) continue;
    const int number = ++seen[one.day];
    const std::string name =
        fmt::format("snow_{}{}.tif", compact_text_of(one.day), number > 1 ? fmt::format("_{}", number) : "");
    folder.rasters.push_back({name, one.made->stored(), PixelType::u8, false, ""});
  }
  if (folder.rasters.empty())
    throw UserError("-out.masks has nothing to write: no image of these days is a scene", "leave it out");
  return folder;
}

std::vector<DatedImage> images_within(std::vector<DatedImage> images, const DayRange& period, const DayRange& within,
                                      Wiring& wiring) {
  const auto earlier = [](const DatedImage& a, const DatedImage& b) { return a.day < b.day; };
  std::stable_sort(images.begin(), images.end(), earlier);
  if (std::none_of(images.begin(), images.end(), [&](const DatedImage& image) { return period.holds(image.day); }))
    throw UserError(fmt::format("no image is of the period {}: {} of {}", text_of(period),
                                images.size() == 1 ? "the only one is" : fmt::format("all {} are", images.size()),
                                images.size() == 1 ? text_of(images[0].day)
                                                   : text_of(DayRange{images.front().day, images.back().day})),
                    "give the period of the images: -year, or -start and -stop");
  std::vector<DatedImage> kept;
  for (const DatedImage& image : images) {
    if (within.holds(image.day)) kept.push_back(image);
  }
  if (const std::size_t ignored = images.size() - kept.size(); ignored > 0)
    wiring.warn(fmt::format("{} of {} images {} ignored, being of days outside {} (the period and -margin)", ignored,
                            images.size(), ignored == 1 ? "is" : "are", text_of(within)));
  warn_of_shared_days(kept, wiring);
  return kept;
}

Edge codes_on(const DatedImage& image, const Grid& grid, Graph& graph) {
  const Grid& own = image.mask().info().grid;
  const Edge codes = image.mask().stored();
  if (!grid_difference_geo(grid, own)) return codes;
  PixelMap map(grid, own);
  if (FootprintMap(map, grid.size, own.size).under(Window::of(grid.size), 0, 0).empty())
    throw UserError(fmt::format("{} of -densification does not overlap the images of -il", image.image->label()),
                    "give masks of the same area");
  WarpOptions options;
  options.fill = outside;
  options.skip_nodata = false;  // codes are codes, whatever the file declares as nodata
  return graph.add(make_warp(graph.info(codes), grid, Resampling::nearest, options), {codes});
}

bool lies_south(const ImageInput& image) {
  const Grid& grid = image.info().grid;
  if (!grid.georeferenced || grid.crs.empty())
    throw UserError(fmt::format("{} has no place on Earth that would tell the hemisphere of -year", image.label()),
                    "add -hemisphere north or south, or give -start and -stop");
  const Bounds bounds = bounds_of(footprint_lonlat(grid));
  return bounds.south + bounds.north < 0;
}

}  // namespace cers::season
