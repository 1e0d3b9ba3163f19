// SPDX-License-Identifier: Apache-2.0
#include "flags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cers/core/error.hpp"
#include "cers/products/mask_node.hpp"

namespace cers::snow {
namespace {

class FlagNode final : public PixelwiseNode {
 public:
  explicit FlagNode(std::vector<std::uint8_t> bits) : bits_(std::move(bits)) {}
  std::string name() const override { return "cloud flags"; }
  std::string signature() const override { return fmt::format("cloud flags {}", fmt::join(bits_, " ")); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {BandInfo{}}, PixelType::u8};
    info.bands[0].name = "flags";
    info.bands[0].description =
        "1 cloud, 2 cloud shadow, 4 high cloud, 8 water, 16 low sun, 32 missing, 64 shade, 128 tangent sun";
    return info;
  }
  double cost() const override { return 0.2 * static_cast<double>(bits_.size()); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<std::uint8_t>();
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    for (std::size_t m = 0; m < bits_.size(); ++m) {
      const std::uint8_t flag = bits_[m];  // a copy: `out` might be thought to change it
      const std::uint8_t* mask = row.in<std::uint8_t>(m).data();
      std::uint8_t* to = out.data();
      for (std::size_t i = 0; i < row.count; ++i) to[i] = static_cast<std::uint8_t>(to[i] | (mask[i] != 0 ? flag : 0));
    }
  }

 private:
  std::vector<std::uint8_t> bits_;
};

struct LayerRule {
  Flag flag;
  const char* layer;
  MaskTest::Kind kind;
  std::uint32_t bits;       ///< of any_bit
  std::vector<int> values;  ///< of one_of
};

struct Family {
  const char* prefix;  ///< of Product::family
  std::vector<LayerRule> rules;
  LayerRule cloud_but_high;  ///< cloud and shadow by any test but that of the 1.38 µm band
};

constexpr std::uint32_t any = 0xFFFF;

// MUSCATE CLM: any bit is cloud, shadows and the thinnest cloud included; 1 and 2 sum up others, 4 and 8 are the tests
// of colour and of time, 16 the thinnest, 32 and 64 shadows, 128 high cloud. MG2: 1
// water, 16 shadow of the terrain, 64 sun too low, 128 tangent sun. MAJA native keeps its shadows in bits 4 and 8. SCL:
// 0 nodata, 2 dark, 3 shadow, 6 water, 8 and 9 cloud, 10 cirrus. Landsat Collection 2: 1 fill, 2 dilated cloud, 4
// cirrus, 8 cloud, 16 shadow, 128 water.
const std::vector<Family>& families() {
  using enum Flag;
  using enum MaskTest::Kind;
  static const std::vector<Family> table{
      {"muscate",
       {{cloud, "CLM", any_bit, any, {}},
        {shadow, "CLM", any_bit, 96, {}},
        {high_cloud, "CLM", any_bit, 128, {}},
        {water, "MG2", any_bit, 1, {}},
        {low_sun, "MG2", any_bit, 64, {}},
        {tangent_sun, "MG2", any_bit, 128, {}},
        {shade, "MG2", any_bit, 16 | 64, {}}},
       {cloud, "CLM", any_bit, 124, {}}},
      {"maja",
       {{cloud, "CLD", any_bit, any, {}},
        {shadow, "CLD", any_bit, 12, {}},
        {high_cloud, "CLD", any_bit, 128, {}},
        {water, "MSK", any_bit, 1, {}},
        {low_sun, "MSK", any_bit, 64, {}},
        {tangent_sun, "MSK", any_bit, 128, {}},
        {shade, "MSK", any_bit, 16 | 64, {}}},
       {cloud, "CLD", any_bit, 124, {}}},
      {"sentinel2-l2a",
       {{cloud, "SCL", one_of, 0, {3, 8, 9, 10}},
        {shadow, "SCL", one_of, 0, {3}},
        {high_cloud, "SCL", one_of, 0, {10}},
        {water, "SCL", one_of, 0, {6}},
        {shade, "SCL", one_of, 0, {2}},
        {missing, "SCL", one_of, 0, {0}}},
       {cloud, "SCL", one_of, 0, {3, 8, 9}}},
      {"landsat-c2",
       {{cloud, "QA_PIXEL", any_bit, 30, {}},
        {shadow, "QA_PIXEL", any_bit, 16, {}},
        {high_cloud, "QA_PIXEL", any_bit, 4, {}},
        {water, "QA_PIXEL", any_bit, 128, {}},
        {missing, "QA_PIXEL", any_bit, 1, {}}},
       {cloud, "QA_PIXEL", any_bit, 26, {}}},
  };
  return table;
}

/// The layer of that name whose pixels are nearest to those of `grid`: "CLM" is CLM_R1, CLM_R2 or CLM_XS.
const ProductLayer* nearest_layer(const Product& product, const std::string& name, double gsd_m) {
  const ProductLayer* best = nullptr;
  for (const ProductLayer& layer : product.layers) {
    const bool fits = layer.name == name || layer.name.starts_with(name + "_");
    if (fits && (best == nullptr || std::abs(layer.gsd_m - gsd_m) < std::abs(best->gsd_m - gsd_m))) best = &layer;
  }
  return best;
}

const Family* family_of(const Product& product) {
  const auto family = std::find_if(families().begin(), families().end(),
                                   [&](const Family& one) { return product.family.starts_with(one.prefix); });
  return family == families().end() ? nullptr : &*family;
}

/// Where the layer, on the grid already, holds what the rule asks.
Edge mask_by(Graph& graph, const LayerRule& rule, Edge layer) {
  const RasterInfo info = graph.info(layer);
  MaskTest test;
  test.kind = rule.kind;
  test.bits = rule.bits;
  test.values = rule.values;
  const ProductMask mask{MaskMeaning::cloud, 0, {test}, rule.layer};
  return graph.add(make_mask(mask, {&info, 1}), {layer});
}

/// 1 where the first input is set and the second is not.
class SetAlone final : public PixelwiseNode {
 public:
  std::string name() const override { return "high cloud alone"; }
  std::string signature() const override { return name(); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {BandInfo{}}, PixelType::u8};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto high = row.in<std::uint8_t>(0);
    const auto other = row.in<std::uint8_t>(1);
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i)
      out[i] = static_cast<std::uint8_t>(static_cast<unsigned>(high[i] != 0) & static_cast<unsigned>(other[i] == 0));
  }
};

Edge by_meaning(Graph& graph, const Scene& scene, const Grid& grid, bool with_water) {
  using enum Flag;
  constexpr std::pair<MaskMeaning, Flag> meanings[] = {{MaskMeaning::cloud, cloud},
                                                       {MaskMeaning::cloud_shadow, cloud},
                                                       {MaskMeaning::cirrus, cloud},
                                                       {MaskMeaning::cloud_shadow, shadow},
                                                       {MaskMeaning::cirrus, high_cloud},
                                                       {MaskMeaning::water, water},
                                                       {MaskMeaning::topographic_shadow, shade},
                                                       {MaskMeaning::nodata, missing}};
  if (scene.product().mask(MaskMeaning::cloud) == nullptr)
    throw UserError(fmt::format("{} has no cloud mask", scene.product().id),
                    "give one as a raster: -cloud mask.tif (any value above 0 is cloud)");
  std::vector<FlagMask> masks;
  for (const auto& [meaning, flag] : meanings) {
    if (scene.product().mask(meaning) == nullptr || (flag == water && !with_water)) continue;
    masks.push_back({flag, scene.on_grid(scene.mask(meaning), grid, true)});
  }
  return add_flags(graph, masks);
}

}  // namespace

Edge add_flags(Graph& graph, const std::vector<FlagMask>& masks) {
  std::vector<Edge> edges;
  std::vector<std::uint8_t> bits;
  for (const FlagMask& one : masks) {
    edges.push_back(one.mask);
    bits.push_back(bit(one.flag));
  }
  return graph.add(std::make_unique<FlagNode>(std::move(bits)), edges);
}

Edge flags_of(Graph& graph, const Scene& scene, const Grid& grid, bool water) {
  const Product& product = scene.product();
  const Family* family = family_of(product);
  if (family == nullptr) return by_meaning(graph, scene, grid, water);
  std::map<std::string, Edge> layers;
  std::vector<FlagMask> masks;
  for (const LayerRule& rule : family->rules) {
    if (rule.flag == Flag::water && !water) continue;
    if (!layers.contains(rule.layer)) {
      const ProductLayer* layer = nearest_layer(product, rule.layer, grid.transform.a[1]);
      if (layer == nullptr) {
        if (rule.flag == Flag::cloud) return by_meaning(graph, scene, grid, water);
        continue;  // water and slope flags are of help, not needed
      }
      layers[rule.layer] = scene.on_grid(scene.layer(*layer), grid, true);
    }
    masks.push_back({rule.flag, mask_by(graph, rule, layers[rule.layer])});
  }
  return add_flags(graph, masks);
}

bool tells_high_cloud(const Product& product) {
  const Family* family = family_of(product);
  return family != nullptr && nearest_layer(product, family->cloud_but_high.layer, 0) != nullptr;
}

std::optional<Edge> only_high_cloud(Graph& graph, const Scene& scene, const Grid& grid) {
  if (!tells_high_cloud(scene.product())) return std::nullopt;
  const Family& family = *family_of(scene.product());
  const LayerRule& other = family.cloud_but_high;
  const Edge layer =
      scene.on_grid(scene.layer(*nearest_layer(scene.product(), other.layer, grid.transform.a[1])), grid, true);
  const auto high = std::find_if(family.rules.begin(), family.rules.end(),
                                 [](const LayerRule& rule) { return rule.flag == Flag::high_cloud; });
  return graph.add(std::make_unique<SetAlone>(), {mask_by(graph, *high, layer), mask_by(graph, other, layer)});
}

}  // namespace cers::snow
