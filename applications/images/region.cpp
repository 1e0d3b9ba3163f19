// SPDX-License-Identifier: Apache-2.0
#include "region.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/ops/bands.hpp"

namespace cers {
namespace {

constexpr std::string_view prefix = "channel";

std::string size_text(Size size) {
  return fmt::format("{}×{} pixels", size.width, size.height);
}

}  // namespace

std::vector<int> channels_named(const std::vector<std::string>& names, const ImageInput& image) {
  std::vector<int> bands;
  const int count = image.band_count();
  for (const std::string& name : names) {
    const std::string text = lower(name);
    const auto number = text.starts_with(prefix) ? parse_integer(text.substr(prefix.size())) : std::nullopt;
    if (!number || *number < 1 || *number > count) {
      throw UserError(
          fmt::format("-cl: {} has no channel '{}'", image.label(), name),
          count == 1 ? std::string("its one channel is Channel1") : fmt::format("name Channel1 to Channel{}", count));
    }
    bands.push_back(static_cast<int>(*number) - 1);
  }
  if (bands.empty()) {
    for (int band = 0; band < count; ++band) bands.push_back(band);
  }
  return bands;
}

PixelBox box_of_size(int left, int top, int width, int height, Size image) {
  PixelBox box{1.0 * left, 1.0 * top, 1.0 * left + width, 1.0 * top + height};
  // At least one pixel, so that a first pixel beyond the edge is reported as lying outside.
  if (width == 0) box.right = std::max(box.left + 1, 1.0 * image.width);
  if (height == 0) box.bottom = std::max(box.top + 1, 1.0 * image.height);
  return box;
}

Window window_in(const ImageInput& image, const PixelBox& box, Wiring& wiring) {
  const Size size = image.info().grid.size;
  if (!(box.right > box.left && box.bottom > box.top)) {
    throw UserError(fmt::format("the region has no pixel: {:g} columns from {:g} and {:g} lines from {:g}",
                                box.right - box.left, box.left, box.bottom - box.top, box.top),
                    "its last corner must lie to the right of and below the first one");
  }
  const PixelBox part{std::max(box.left, 0.0), std::max(box.top, 0.0), std::min(box.right, 1.0 * size.width),
                      std::min(box.bottom, 1.0 * size.height)};
  if (!(part.right > part.left && part.bottom > part.top)) {
    throw UserError(
        fmt::format("the region of columns {:.10g} to {:.10g} and lines {:.10g} to {:.10g} lies outside {}", box.left,
                    box.right - 1, box.top, box.bottom - 1, image.label()),
        fmt::format("its {} have columns 0 to {} and lines 0 to {}", size_text(size), size.width - 1, size.height - 1));
  }
  const Window window{static_cast<int>(part.left), static_cast<int>(part.top), static_cast<int>(part.right - part.left),
                      static_cast<int>(part.bottom - part.top)};
  if (part.left != box.left || part.top != box.top || part.right != box.right || part.bottom != box.bottom) {
    wiring.warn(fmt::format(
        "the region of columns {:.10g} to {:.10g} and lines {:.10g} to {:.10g} reaches beyond the "
        "{} of {}: the {} inside are taken",
        box.left, box.right - 1, box.top, box.bottom - 1, size_text(size), image.label(), size_text(window.size())));
  }
  return window;
}

Edge cut_out(const ImageInput& image, const std::vector<int>& bands, const Window& window, Wiring& wiring) {
  const Edge pixels = image.bands(bands, image.info().type);
  if (window == Window::of(image.info().grid.size)) return pixels;
  Graph& graph = wiring.graph();
  return graph.add(make_crop(graph.info(pixels), window), {pixels});
}

}  // namespace cers
