// SPDX-License-Identifier: Apache-2.0
#include "cers/core/block.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

#include "cers/core/error.hpp"

namespace cers {
namespace {

constexpr std::size_t alignment = 64;     // one cache line, one AVX-512 register
constexpr std::size_t alias_span = 4096;  // lines this far apart fall into one set of a typical L1 cache

std::size_t stride_of(int width, PixelType type) {
  std::size_t stride = (static_cast<std::size_t>(width) * bytes_of(type) + alignment - 1) / alignment * alignment;
  if (stride % alias_span == 0) stride += alignment;
  return stride;
}

// Storage of this size and above is asked of the system and given back to it, past the heap. In the heap it would come
// to lie between what encoders and libraries ask for a moment, so that neither could be given back (ten whole scenes at
// -ram 300 take 297 MB; 356 MB with a limit of 1 MB); and a heap made to return such pieces at once makes encoders
// fetch theirs anew for every block. It costs a hundredth of the processor time of a season of masks where memory has
// room. The address sanitizer watches the heap alone.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t mapped_bytes = SIZE_MAX;
#else
constexpr std::size_t mapped_bytes = 256 * 1024;
#endif

std::byte* allocate(std::size_t bytes) {
  if (bytes < mapped_bytes) return static_cast<std::byte*>(std::aligned_alloc(alignment, bytes));
  void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<std::byte*>(mapped);
}

}  // namespace

void Block::Free::operator()(std::byte* p) const {
  if (bytes < mapped_bytes) {
    std::free(p);
  } else {
    munmap(p, bytes);
  }
}

std::size_t Block::bytes_needed(Window window, int bands, PixelType type) {
  if (window.empty()) return 0;
  return stride_of(window.width, type) * static_cast<std::size_t>(window.height) * static_cast<std::size_t>(bands);
}

void Block::reshape(Window window, int bands, PixelType type) {
  CERS_EXPECT(bands >= 0 && window.width >= 0 && window.height >= 0);
  const std::size_t needed = bytes_needed(window, bands, type);
  if (needed > capacity()) {
    storage_.reset();
    storage_ = Storage(allocate(needed), Free{needed});
    if (!storage_) throw std::bad_alloc();
  }
  window_ = window;
  bands_ = bands;
  type_ = type;
  stride_bytes_ = stride_of(window.width, type);
  plane_bytes_ = stride_bytes_ * static_cast<std::size_t>(window.height);
}

void Block::check_plane(int band, PixelType type) const {
  CERS_EXPECT(type == type_);
  CERS_EXPECT(band >= 0 && band < bands_);
}

void copy_pixels(const Block& from, int from_band, Block& to, int to_band, Window part) {
  CERS_EXPECT(from.window().contains(part) && to.window().contains(part));
  const std::size_t from_size = bytes_of(from.type());
  const std::size_t to_size = bytes_of(to.type());
  for (int y = part.y; y < part.bottom(); ++y) {
    const std::byte* source = from.band_data(from_band) +
                              static_cast<std::size_t>(y - from.window().y) * from.stride_bytes() +
                              static_cast<std::size_t>(part.x - from.window().x) * from_size;
    std::byte* target = to.band_data(to_band) + static_cast<std::size_t>(y - to.window().y) * to.stride_bytes() +
                        static_cast<std::size_t>(part.x - to.window().x) * to_size;
    convert_pixels(source, from.type(), target, to.type(), static_cast<std::size_t>(part.width));
  }
}

}  // namespace cers
