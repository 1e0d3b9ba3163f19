// SPDX-License-Identifier: Apache-2.0
#include "cers/products/mask_node.hpp"

#include <algorithm>

#include "cers/core/text.hpp"

namespace cers {
namespace {

template <class T>
void add_test(const MaskTest& test, std::span<const T> codes, std::span<std::uint8_t> mask) {
  switch (test.kind) {
    case MaskTest::Kind::any_bit:
      for (std::size_t i = 0; i < mask.size(); ++i) {
        const auto code = static_cast<std::uint32_t>(codes[i]);
        mask[i] = (code & test.bits) != 0 ? 1 : mask[i];
      }
      return;
    case MaskTest::Kind::all_bits:
      for (std::size_t i = 0; i < mask.size(); ++i) {
        mask[i] = (static_cast<std::uint32_t>(codes[i]) & test.bits) == test.bits ? 1 : mask[i];
      }
      return;
    case MaskTest::Kind::one_of:
      for (const int value : test.values) {
        for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = static_cast<int>(codes[i]) == value ? 1 : mask[i];
      }
      return;
    case MaskTest::Kind::inside:  // drawn or computed before: 0 or 1
    case MaskTest::Kind::below_noise:
      for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = codes[i] != 0 ? 1 : mask[i];
      return;
    case MaskTest::Kind::at_least:
      for (std::size_t i = 0; i < mask.size(); ++i) {
        mask[i] = static_cast<int>(codes[i]) >= test.values.at(0) ? 1 : mask[i];
      }
      return;
  }
}

class MaskNode final : public PixelwiseNode {
 public:
  MaskNode(ProductMask mask, std::vector<PixelType> types) : mask_(std::move(mask)), types_(std::move(types)) {}

  std::string name() const override { return "mask " + std::string(name_of(mask_.meaning)); }
  std::string signature() const override {
    std::string text = name();
    for (const MaskTest& test : mask_.any) {
      text += " " + std::to_string(static_cast<int>(test.kind)) + ":" + std::to_string(test.bits);
      for (const int value : test.values) text += "," + std::to_string(value);
    }
    return text;
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {BandInfo{}}, PixelType::u8};
    info.bands[0].name = name_of(mask_.meaning);
    info.bands[0].description = mask_.source;
    return info;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<std::uint8_t>();
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    for (std::size_t i = 0; i < mask_.any.size(); ++i) {
      visit(types_[i], [&](auto pixel) {
        using T = decltype(pixel);
        if constexpr (std::is_integral_v<T>) add_test<T>(mask_.any[i], row.in<T>(i), out);
      });
    }
  }

 private:
  ProductMask mask_;
  std::vector<PixelType> types_;
};

}  // namespace

std::unique_ptr<const Node> make_mask(const ProductMask& mask, std::span<const RasterInfo> inputs) {
  CERS_EXPECT(inputs.size() == mask.any.size() && !inputs.empty());
  std::vector<PixelType> types;
  for (const RasterInfo& input : inputs) {
    if (is_floating(input.type))
      throw DataError("the mask " + std::string(name_of(mask.meaning)) + " (" + mask.source + ") is stored as " +
                          std::string(name_of(input.type)) + ", which has no bits or codes",
                      "use the product as its producer delivers it");
    if (const auto difference = inputs[0].grid.difference(input.grid))
      throw DataError("the layers of the mask " + std::string(name_of(mask.meaning)) + " (" + mask.source +
                          ") do not lie on one grid: " + *difference,
                      "use the product as its producer delivers it");
    types.push_back(input.type);
  }
  return std::make_unique<MaskNode>(mask, std::move(types));
}

}  // namespace cers
