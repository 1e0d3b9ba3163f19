// SPDX-License-Identifier: Apache-2.0
#include "read_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "cers/core/vector_clones.hpp"

namespace cers::engine_detail {
namespace {

template <class From, class To>
CERS_VECTOR_CLONES void calibrate(const From* from, To* to, std::size_t count, const ReadAs& as) {
  const double scale = as.scale;
  const double offset = as.offset;
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  if (!as.nodata) {
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<To>(static_cast<double>(from[i]) * scale + offset);
    return;
  }
  const double nodata = *as.nodata;
  for (std::size_t i = 0; i < count; ++i) {
    const double stored = static_cast<double>(from[i]);
    const double value = stored * scale + offset;
    to[i] = static_cast<To>(stored == nodata ? missing : value);
  }
}

int outside_source(int position, int length, Outside rule) {
  if (position >= 0 && position < length) return position;
  if (rule == Outside::constant) return -1;
  if (rule == Outside::replicate) return std::clamp(position, 0, length - 1);
  const int period = 2 * length;
  int folded = position % period;
  if (folded < 0) folded += period;
  return folded < length ? folded : period - 1 - folded;
}

template <class T>
void extend_plane(Plane<const T> from, Plane<T> to, Size raster, const Border& border) {
  const Window window = to.window;
  T outside{};
  convert_pixels(reinterpret_cast<const std::byte*>(&border.value), PixelType::f64,
                 reinterpret_cast<std::byte*>(&outside), pixel_type_of<T>(), 1);
  for (int y = window.y; y < window.bottom(); ++y) {
    const std::span<T> row = to.row(y);
    const int source_y = outside_source(y, raster.height, border.rule);
    if (source_y < 0) {
      std::fill(row.begin(), row.end(), outside);
      continue;
    }
    const Window body = Window{window.x, source_y, window.width, 1}.clipped(raster);
    if (!body.empty()) {
      const std::span<const T> source = from.row(source_y, body);
      std::copy(source.begin(), source.end(), row.begin() + (body.x - window.x));
    }
    for (int x = window.x; x < window.right(); ++x) {
      if (x == body.x && !body.empty()) {
        x = body.right() - 1;
        continue;
      }
      const int source_x = outside_source(x, raster.width, border.rule);
      row[static_cast<std::size_t>(x - window.x)] = source_x < 0 ? outside : from.at(source_x, source_y);
    }
  }
}

}  // namespace

void read_row(const BlockCache& cache, const SourceUse& use, const Graph::Impl::GraphNode& leaf, int band, int x, int y,
              int width, std::byte* to) {
  const PixelType stored = use.source->info().type;
  const int position = use.position_of(band);
  const int plane = use.interleaved ? position : 0;
  const int row = y / use.block.height;
  for (int start = x; start < x + width;) {
    const int column = start / use.block.width;
    const Block& block = cache.block(use.unit(column, row, position));
    const Window& window = block.window();
    const int end = std::min(x + width, window.right());
    const std::byte* from = block.band_data(plane) + static_cast<std::size_t>(y - window.y) * block.stride_bytes() +
                            static_cast<std::size_t>(start - window.x) * bytes_of(stored);
    read_pixels(from, stored, to + static_cast<std::size_t>(start - x) * bytes_of(leaf.as.type), leaf.as,
                static_cast<std::size_t>(end - start));
    start = end;
  }
}

void fill_leaf(const BlockCache& cache, const SourceUse& use, const Graph::Impl::GraphNode& leaf, Block& block) {
  const Window window = block.window();
  for (std::size_t band = 0; band < leaf.bands.size(); ++band) {
    for (int y = window.y; y < window.bottom(); ++y) {
      std::byte* to =
          block.band_data(static_cast<int>(band)) + static_cast<std::size_t>(y - window.y) * block.stride_bytes();
      read_row(cache, use, leaf, leaf.bands[band], window.x, y, window.width, to);
    }
  }
}

void extend_block(const Block& inside, Size raster, const Border& border, Block& extended) {
  for (int band = 0; band < extended.bands(); ++band) {
    visit(extended.type(), [&](auto pixel) {
      using T = decltype(pixel);
      extend_plane<T>(inside.plane<T>(band), extended.plane<T>(band), raster, border);
    });
  }
}

}  // namespace cers::engine_detail

namespace cers {

void read_pixels(const std::byte* from, PixelType stored, std::byte* to, const ReadAs& as, std::size_t count) {
  if (as.plain()) return convert_pixels(from, stored, to, as.type, count);
  visit(stored, [&](auto pixel) {
    const auto* in = reinterpret_cast<const decltype(pixel)*>(from);
    if (as.type == PixelType::f32)
      engine_detail::calibrate(in, reinterpret_cast<float*>(to), count, as);
    else
      engine_detail::calibrate(in, reinterpret_cast<double*>(to), count, as);
  });
}

}  // namespace cers
