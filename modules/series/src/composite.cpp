// SPDX-License-Identifier: Apache-2.0
#include "cers/series/composite.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "cers/core/error.hpp"
#include "cers/core/vector_clones.hpp"

namespace cers {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

CERS_VECTOR_CLONES void clear_where_set(const std::uint8_t* mask, std::uint8_t* clear, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) clear[i] = static_cast<std::uint8_t>(mask[i] != 0 ? 0 : clear[i]);
}
CERS_VECTOR_CLONES void clear_where_missing(const float* band, std::uint8_t* clear, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) clear[i] = static_cast<std::uint8_t>(band[i] == band[i] ? clear[i] : 0);
}
CERS_VECTOR_CLONES void take_where_clear(const std::uint8_t* clear, const float* from, float* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = clear[i] != 0 ? from[i] : to[i];
}

struct CompositeScratch final : Scratch {
  std::vector<std::uint8_t> clear;
};

class DayComposite final : public PixelwiseNode {
 public:
  DayComposite(std::vector<ImagePorts> images, std::vector<std::string> names)
      : images_(std::move(images)), names_(std::move(names)) {
    CERS_EXPECT(!images_.empty() && images_[0].bands == names_.size() && !names_.empty());
    for (const ImagePorts& image : images_) CERS_EXPECT(image.bands == images_[0].bands);
  }
  std::string name() const override { return "day composite"; }
  std::string signature() const override {
    std::string text = "day composite";
    for (const ImagePorts& image : images_) text += fmt::format(" {}+{}", image.bands, image.masks);
    return fmt::format("{} {}", text, fmt::join(names_, ","));
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo output{inputs[0].grid, {}, PixelType::f32};
    std::size_t port = 0;
    for (const ImagePorts& image : images_) {
      for (std::size_t b = 0; b < image.bands + image.masks; ++b, ++port) {
        CERS_EXPECT(port < inputs.size() && inputs[port].bands.size() == 1);
        CERS_EXPECT(inputs[port].type == (b < image.bands ? PixelType::f32 : PixelType::u8));
        if (&image == images_.data() && b < image.bands) output.bands.push_back(inputs[port].bands[0]);
      }
    }
    CERS_EXPECT(port == inputs.size());
    for (std::size_t b = 0; b < names_.size(); ++b) {
      output.bands[b].name = names_[b];
      output.bands[b].nodata = static_cast<double>(missing);
    }
    return output;
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<CompositeScratch>(); }
  double cost() const override { return 0.3 * static_cast<double>(images_.size() * images_[0].bands); }

  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    std::vector<std::uint8_t>& clear = static_cast<CompositeScratch*>(scratch)->clear;
    if (clear.size() < row.count) clear.resize(row.count);
    const std::size_t bands = images_[0].bands;
    for (std::size_t b = 0; b < bands; ++b) std::fill_n(row.out<float>(b).data(), row.count, missing);
    // The last image first, so that earlier ones overwrite it.
    std::size_t end = row.inputs.size();
    for (std::size_t image = images_.size(); image-- > 0;) {
      const std::size_t begin = end - bands - images_[image].masks;
      std::fill_n(clear.data(), row.count, std::uint8_t{1});
      for (std::size_t m = begin + bands; m < end; ++m)
        clear_where_set(row.in<std::uint8_t>(m).data(), clear.data(), row.count);
      for (std::size_t b = 0; b < bands; ++b)
        clear_where_missing(row.in<float>(begin + b).data(), clear.data(), row.count);
      for (std::size_t b = 0; b < bands; ++b)
        take_where_clear(clear.data(), row.in<float>(begin + b).data(), row.out<float>(b).data(), row.count);
      end = begin;
    }
  }

 private:
  std::vector<ImagePorts> images_;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<const Node> make_day_composite(std::vector<ImagePorts> images, std::vector<std::string> names) {
  return std::make_unique<DayComposite>(std::move(images), std::move(names));
}

}  // namespace cers
