// SPDX-License-Identifier: Apache-2.0
#include "season_images.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/app/image_dates.hpp"
#include "cers/core/error.hpp"
#include "cers/geo/align.hpp"
#include "cers/geo/crs.hpp"
#include "cers/geo/pixel_map.hpp"
#include "cers/ops/warp.hpp"

namespace cers::season {
namespace {

constexpr double outside = 255;

void check_mask(const ImageInput& image) {
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

void check_one_grid(const std::vector<ImageInput>& images) {
  for (std::size_t i = 1; i < images.size(); ++i) {
    const auto difference = grid_difference_geo(images[0].info().grid, images[i].info().grid);
    if (!difference) continue;
    throw UserError(
        fmt::format("{} does not lie on the grid of {}: {}", images[i].label(), images[0].label(), *difference),
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

std::vector<DatedImage> dated_images(const Wiring& wiring, const std::vector<std::string>& dates) {
  const auto& first = wiring.images("il");
  const auto& more = wiring.images("densification");
  for (const auto* images : {&first, &more}) {
    for (const ImageInput& image : *images) check_mask(image);
  }
  check_one_grid(first);
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
  const Grid& own = image.image->info().grid;
  const Edge codes = image.image->stored();
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
