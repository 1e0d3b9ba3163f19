// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/bands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "cers/core/text.hpp"
#include "cers/geo/align.hpp"

namespace cers {
namespace {

class SelectBands final : public PixelwiseNode {
 public:
  SelectBands(RasterInfo input, std::vector<int> bands) : input_(std::move(input)), bands_(std::move(bands)) {
    const int count = static_cast<int>(input_.bands.size());
    if (bands_.empty()) throw UserError("no band is chosen");
    for (const int band : bands_) {
      if (band < 0 || band >= count) {
        throw UserError(fmt::format("band {} does not exist: the image has {}", band + 1, count),
                        "bands are counted from 1");
      }
    }
  }
  std::string name() const override { return "select-bands"; }
  std::string signature() const override { return fmt::format("select-bands {}", fmt::join(bands_, ",")); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 1 && inputs[0].bands.size() == input_.bands.size());
    RasterInfo output{inputs[0].grid, {}, inputs[0].type};
    for (const int band : bands_) output.bands.push_back(inputs[0].bands[static_cast<std::size_t>(band)]);
    return output;
  }
  double cost() const override { return 0.2 * static_cast<double>(bands_.size()); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const std::size_t bytes = row.count * bytes_of(input_.type);
    for (std::size_t i = 0; i < bands_.size(); ++i) {
      std::memcpy(row.outputs[i], row.inputs[static_cast<std::size_t>(bands_[i])], bytes);
    }
  }

 private:
  RasterInfo input_;
  std::vector<int> bands_;
};

PixelType common_type(const std::vector<RasterInfo>& inputs) {
  const PixelType first = inputs.front().type;
  if (std::all_of(inputs.begin(), inputs.end(), [&](const RasterInfo& info) { return info.type == first; })) {
    return first;
  }
  const bool wide = std::any_of(inputs.begin(), inputs.end(), [](const RasterInfo& info) {
    return info.type == PixelType::f64 || info.type == PixelType::u32 || info.type == PixelType::i32;
  });
  return wide ? PixelType::f64 : PixelType::f32;
}

class Concatenate final : public PixelwiseNode {
 public:
  explicit Concatenate(const std::vector<RasterInfo>& inputs) {
    if (inputs.empty()) throw UserError("there is no image to concatenate");
    type_ = common_type(inputs);
    for (const RasterInfo& info : inputs) types_.insert(types_.end(), info.bands.size(), info.type);
  }
  std::string name() const override { return "concatenate"; }
  std::string signature() const override { return fmt::format("concatenate {}", name_of(type_)); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo output{inputs[0].grid, {}, type_};
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (const auto difference = grid_difference_geo(inputs[0].grid, inputs[i].grid)) {
        throw UserError(fmt::format("images 1 and {} do not coincide: {}", i + 1, *difference),
                        "bring them onto one grid first, for example with Superimpose");
      }
      if (!output.grid.georeferenced) output.grid = inputs[i].grid;
      output.bands.insert(output.bands.end(), inputs[i].bands.begin(), inputs[i].bands.end());
    }
    CERS_EXPECT(output.bands.size() == types_.size());
    return output;
  }
  double cost() const override { return 0.2 * static_cast<double>(types_.size()); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    for (std::size_t i = 0; i < types_.size(); ++i) {
      if (types_[i] == type_) {
        std::memcpy(row.outputs[i], row.inputs[i], row.count * bytes_of(type_));
      } else {
        convert_pixels(row.inputs[i], types_[i], row.outputs[i], type_, row.count);
      }
    }
  }

 private:
  PixelType type_ = PixelType::f32;
  std::vector<PixelType> types_;  ///< of every band of every input
};

class Renamed final : public PixelwiseNode {
 public:
  Renamed(const RasterInfo& input, std::vector<BandInfo> bands) : type_(input.type), bands_(std::move(bands)) {
    CERS_EXPECT(bands_.size() == input.bands.size());
  }
  std::string name() const override { return "names"; }
  std::string signature() const override {
    std::string text = "names";
    for (const BandInfo& band : bands_)
      text +=
          fmt::format(" '{}' '{}' '{}' '{}' {} {} {} {} classes", band.name, band.role, band.unit, band.description,
                      band.scale, band.offset, band.nodata ? format_real(*band.nodata) : "none", band.classes.size());
    return text;
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return {inputs[0].grid, bands_, type_}; }
  double cost() const override { return 0.2 * static_cast<double>(bands_.size()); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    for (std::size_t band = 0; band < bands_.size(); ++band)
      std::memcpy(row.outputs[band], row.inputs[band], row.count * bytes_of(type_));
  }

 private:
  PixelType type_;
  std::vector<BandInfo> bands_;
};

class Crop final : public Node {
 public:
  Crop(const RasterInfo& input, const Window& window) : window_(window) {
    if (window.empty() || !Window::of(input.grid.size).contains(window)) {
      throw UserError(fmt::format("the window {} does not lie inside the image of {}×{} pixels", window.text(),
                                  input.grid.size.width, input.grid.size.height),
                      "choose a smaller window");
    }
  }
  std::string name() const override { return "crop"; }
  std::string signature() const override { return "crop " + window_.text(); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 1);
    RasterInfo output = inputs[0];
    output.grid.size = window_.size();
    if (output.grid.georeferenced) output.grid.transform = output.grid.transform.shifted(window_.x, window_.y);
    return output;
  }
  Window required(std::size_t, Window output) const override {
    return {output.x + window_.x, output.y + window_.y, output.width, output.height};
  }
  double cost() const override { return 0.2; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Block& input = *inputs[0];
    const Window part = required(0, output.window());
    CERS_EXPECT(input.window().contains(part) && input.type() == output.type());
    const std::size_t pixel = bytes_of(output.type());
    const std::size_t skipped = static_cast<std::size_t>(part.x - input.window().x) * pixel;
    for (int band = 0; band < output.bands(); ++band) {
      for (int line = 0; line < part.height; ++line) {
        const auto from_line = static_cast<std::size_t>(part.y + line - input.window().y);
        std::memcpy(output.band_data(band) + static_cast<std::size_t>(line) * output.stride_bytes(),
                    input.band_data(band) + from_line * input.stride_bytes() + skipped,
                    static_cast<std::size_t>(part.width) * pixel);
      }
    }
  }

 private:
  Window window_;
};

class Subsample final : public Node {
 public:
  Subsample(const RasterInfo& input, int ratio) : size_(input.grid.size), ratio_(ratio) {
    if (ratio < 1) throw UserError(fmt::format("the sampling ratio is {}", ratio), "choose 1 or more");
  }
  std::string name() const override { return "subsample"; }
  std::string signature() const override { return fmt::format("subsample {}", ratio_); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 1 && inputs[0].grid.size == size_);
    RasterInfo output = inputs[0];
    Grid& grid = output.grid;
    grid.size = {std::max(1, size_.width / ratio_), std::max(1, size_.height / ratio_)};
    if (grid.georeferenced) {
      // The centre of output pixel 0 is the centre of the first sampled pixel.
      grid.transform = grid.transform.shifted(source_index(0, size_.width) + 0.5 - 0.5 * ratio_,
                                              source_index(0, size_.height) + 0.5 - 0.5 * ratio_);
      for (const std::size_t i : {1U, 2U, 4U, 5U}) grid.transform.a[i] *= ratio_;
    }
    return output;
  }
  Window required(std::size_t, Window output) const override {
    if (output.empty()) return {};
    const int x = source_index(output.x, size_.width);
    const int y = source_index(output.y, size_.height);
    return {x, y, source_index(output.right() - 1, size_.width) - x + 1,
            source_index(output.bottom() - 1, size_.height) - y + 1};
  }
  double cost() const override { return 0.5; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    CERS_EXPECT(inputs[0]->type() == output.type());
    visit(output.type(), [&](auto zero) { sample<decltype(zero)>(*inputs[0], output); });
  }

 private:
  int source_index(int index, int length) const { return index * ratio_ + (std::min(ratio_, length) - 1) / 2; }

  template <class T>
  void sample(const Block& input, Block& output) const {
    const Window window = output.window();
    for (int band = 0; band < output.bands(); ++band) {
      const auto from = input.plane<T>(band);
      const auto to = output.plane<T>(band);
      for (int y = window.y; y < window.bottom(); ++y) {
        const int line = source_index(y, size_.height);
        for (int x = window.x; x < window.right(); ++x) to.at(x, y) = from.at(source_index(x, size_.width), line);
      }
    }
  }

  Size size_;
  int ratio_;
};

}  // namespace

std::unique_ptr<const Node> make_select_bands(const RasterInfo& input, std::vector<int> bands) {
  return std::make_unique<SelectBands>(input, std::move(bands));
}

std::unique_ptr<const Node> make_concatenate(const std::vector<RasterInfo>& inputs) {
  return std::make_unique<Concatenate>(inputs);
}

std::unique_ptr<const Node> make_renamed(const RasterInfo& input, std::vector<BandInfo> bands) {
  return std::make_unique<Renamed>(input, std::move(bands));
}

std::unique_ptr<const Node> make_crop(const RasterInfo& input, const Window& window) {
  return std::make_unique<Crop>(input, window);
}

std::unique_ptr<const Node> make_subsample(const RasterInfo& input, int ratio) {
  return std::make_unique<Subsample>(input, ratio);
}

}  // namespace cers
