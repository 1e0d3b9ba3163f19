// SPDX-License-Identifier: Apache-2.0
// Planar pixels of one window: what flows between nodes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "cers/core/pixel_type.hpp"
#include "cers/core/window.hpp"

namespace cers {

/// One band of a block. Rows are addressed by their line in the raster, so a block larger than needed is no special
/// case.
template <class T>
struct Plane {
  T* data;                ///< pixel (window.x, window.y)
  std::ptrdiff_t stride;  ///< in pixels
  Window window;

  /// The whole row of line `y` of the raster.
  std::span<T> row(int y) const { return {data + stride * (y - window.y), static_cast<std::size_t>(window.width)}; }
  /// The part of line `y` under `part`, which must lie inside the block's window.
  std::span<T> row(int y, const Window& part) const {
    return {data + stride * (y - window.y) + (part.x - window.x), static_cast<std::size_t>(part.width)};
  }
  T& at(int x, int y) const { return data[stride * (y - window.y) + (x - window.x)]; }
};

/// Pixels of `window`, `bands` planes of one type; rows start 64-byte aligned and the stride avoids multiples of 4 KiB,
/// so that rows of several planes do not fall into the same cache sets. Storage is kept when a block is reshaped.
class Block {
 public:
  Block() = default;
  Block(Window window, int bands, PixelType type) { reshape(window, bands, type); }

  /// Contents are undefined afterwards. Allocates only when the block grows beyond anything it held before.
  void reshape(Window window, int bands, PixelType type);

  Window window() const { return window_; }
  int bands() const { return bands_; }
  PixelType type() const { return type_; }
  std::size_t stride_bytes() const { return stride_bytes_; }
  /// Bytes of storage, at least what the shape needs.
  std::size_t capacity() const { return storage_ ? storage_.get_deleter().bytes : 0; }

  std::byte* band_data(int band) { return storage_.get() + plane_bytes_ * static_cast<std::size_t>(band); }
  const std::byte* band_data(int band) const { return storage_.get() + plane_bytes_ * static_cast<std::size_t>(band); }

  /// Throws InternalError when T is not the block's type or the band does not exist.
  template <class T>
  Plane<T> plane(int band) {
    check_plane(band, pixel_type_of<T>());
    return {reinterpret_cast<T*>(band_data(band)), static_cast<std::ptrdiff_t>(stride_bytes_ / sizeof(T)), window_};
  }
  template <class T>
  Plane<const T> plane(int band) const {
    check_plane(band, pixel_type_of<T>());
    return {reinterpret_cast<const T*>(band_data(band)), static_cast<std::ptrdiff_t>(stride_bytes_ / sizeof(T)),
            window_};
  }

  /// Bytes a block of this shape occupies, padding included: what the planner counts.
  static std::size_t bytes_needed(Window window, int bands, PixelType type);

 private:
  void check_plane(int band, PixelType type) const;

  struct Free {
    void operator()(std::byte* p) const;
    std::size_t bytes;
  };
  using Storage = std::unique_ptr<std::byte, Free>;
  Storage storage_{nullptr, Free{0}};
  std::size_t stride_bytes_ = 0;
  std::size_t plane_bytes_ = 0;
  Window window_;
  int bands_ = 0;
  PixelType type_ = PixelType::f32;
};

/// Converts `count` pixels. To an integer type values are clamped to its range and truncated toward zero, as OTB does
/// (1.7 → 1, 300.7 → 255 for u8, −2.9 → −2); NaN becomes 0. With `round` the nearest integer is taken instead, halves
/// away from zero.
void convert_pixels(const std::byte* from, PixelType from_type, std::byte* to, PixelType to_type, std::size_t count,
                    bool round = false);

/// Copies the pixels of `part` (inside both windows), converting types like convert_pixels.
void copy_pixels(const Block& from, int from_band, Block& to, int to_band, Window part);

}  // namespace cers
