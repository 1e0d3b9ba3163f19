// SPDX-License-Identifier: Apache-2.0
#include "flags.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"

namespace cers::snow {
namespace {

class FlagNode final : public PixelwiseNode {
 public:
  FlagNode(std::vector<FlagRule> rules, std::vector<PixelType> types)
      : rules_(std::move(rules)), types_(std::move(types)) {}
  std::string name() const override { return "cloud flags"; }
  std::string signature() const override {
    std::string text = name();
    for (const FlagRule& rule : rules_)
      text += fmt::format(" {}:{}:{}:{}", static_cast<int>(rule.flag), rule.layer, static_cast<int>(rule.test),
                          rule.number);
    return text;
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {BandInfo{}}, PixelType::u8};
    info.bands[0].name = "flags";
    info.bands[0].description =
        "1 cloud, 2 cloud shadow, 4 high cloud, 8 water, 16 low sun, 32 missing, 64 shade, 128 tangent sun";
    return info;
  }
  double cost() const override { return 0.2 * static_cast<double>(rules_.size()); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<std::uint8_t>();
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    for (const FlagRule& rule : rules_) {
      visit(types_[rule.layer], [&](auto pixel) {
        using T = decltype(pixel);
        if constexpr (std::is_integral_v<T>) apply<T>(rule, row.in<T>(rule.layer), out);
      });
    }
  }

 private:
  template <class T>
  static void apply(const FlagRule& rule, std::span<const T> values, std::span<std::uint8_t> out) {
    const unsigned set = bit(rule.flag);
    const auto mark = [&](auto&& test) {
      for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint8_t>(out[i] | (test(static_cast<unsigned>(values[i])) ? set : 0U));
    };
    switch (rule.test) {
      case FlagRule::Test::any_bit:
        return mark([n = rule.number](unsigned v) { return (v & n) != 0; });
      case FlagRule::Test::at_least:
        return mark([n = rule.number](unsigned v) { return v >= n; });
      case FlagRule::Test::equals:
        return mark([n = rule.number](unsigned v) { return v == n; });
    }
  }
  std::vector<FlagRule> rules_;
  std::vector<PixelType> types_;
};

struct LayerRule {
  Flag flag;
  const char* layer;
  FlagRule::Test test;
  unsigned number;
};

struct Family {
  const char* prefix;  ///< of Product::family
  std::vector<LayerRule> rules;
};

constexpr unsigned any = 0xFFFF;

// MUSCATE CLM: any bit is cloud, shadows and the thinnest cloud included; 32 and 64 shadows, 128 high cloud. MG2 ≥ 64:
// sun too low or tangent. MAJA native keeps its shadows in bits 4 and 8. SCL: 3 shadow, 8 and 9 cloud, 10 cirrus.
// Landsat Collection 2: 2 dilated cloud, 4 cirrus, 8 cloud, 16 shadow, 128 water, 1 fill.
const std::vector<Family>& families() {
  using enum Flag;
  using enum FlagRule::Test;
  // Bits 16 and 64 of MG2: shadow of the terrain, sun too low.
  static const std::vector<Family> table{
      {"muscate",
       {{cloud, "CLM", any_bit, any},
        {shadow, "CLM", any_bit, 96},
        {high_cloud, "CLM", any_bit, 128},
        {water, "MG2", any_bit, 1},
        {low_sun, "MG2", any_bit, 64},
        {tangent_sun, "MG2", any_bit, 128},
        {shade, "MG2", any_bit, 16 | 64}}},
      {"maja",
       {{cloud, "CLD", any_bit, any},
        {shadow, "CLD", any_bit, 12},
        {high_cloud, "CLD", any_bit, 128},
        {water, "MSK", any_bit, 1},
        {low_sun, "MSK", any_bit, 64},
        {tangent_sun, "MSK", any_bit, 128},
        {shade, "MSK", any_bit, 16 | 64}}},
      {"sentinel2-l2a",
       {{cloud, "SCL", equals, 3},
        {cloud, "SCL", equals, 8},
        {cloud, "SCL", equals, 9},
        {cloud, "SCL", equals, 10},
        {shadow, "SCL", equals, 3},
        {high_cloud, "SCL", equals, 10},
        {water, "SCL", equals, 6},
        {shade, "SCL", equals, 2},
        {missing, "SCL", equals, 0}}},
      {"landsat-c2",
       {{cloud, "QA_PIXEL", any_bit, 30},
        {shadow, "QA_PIXEL", any_bit, 16},
        {high_cloud, "QA_PIXEL", any_bit, 4},
        {water, "QA_PIXEL", any_bit, 128},
        {missing, "QA_PIXEL", any_bit, 1}}},
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

/// Codes at the same place, never averaged.
Edge nearest(const Scene& scene, Edge edge, const Grid& grid) {
  return scene.on_grid(edge, grid, true);
}

Edge by_meaning(Graph& graph, const Scene& scene, const Grid& grid, bool with_water) {
  using enum Flag;
  constexpr std::pair<MaskMeaning, Flag> meanings[] = {
      {MaskMeaning::cloud, cloud},         {MaskMeaning::cloud_shadow, cloud}, {MaskMeaning::cirrus, cloud},
      {MaskMeaning::cloud_shadow, shadow}, {MaskMeaning::cirrus, high_cloud},  {MaskMeaning::water, water},
      {MaskMeaning::nodata, missing}};
  std::vector<FlagRule> rules;
  std::vector<Edge> edges;
  std::vector<RasterInfo> infos;
  for (const auto& [meaning, flag] : meanings) {
    if (scene.product().mask(meaning) == nullptr || (flag == water && !with_water)) continue;
    rules.push_back({flag, edges.size(), FlagRule::Test::any_bit, 1});
    edges.push_back(nearest(scene, scene.mask(meaning), grid));
    infos.push_back(graph.info(edges.back()));
  }
  if (scene.product().mask(MaskMeaning::cloud) == nullptr)
    throw UserError(fmt::format("{} has no cloud mask", scene.product().id),
                    "give one as a raster: -cloud mask.tif (any value above 0 is cloud)");
  return graph.add(make_flags(std::move(rules), infos), edges);
}

}  // namespace

std::unique_ptr<const Node> make_flags(std::vector<FlagRule> rules, std::span<const RasterInfo> inputs) {
  std::vector<PixelType> types;
  for (const RasterInfo& input : inputs) {
    if (is_floating(input.type))
      throw UserError(fmt::format("a mask holds {} numbers, which have no bits", name_of(input.type)),
                      "give a mask of integers");
    types.push_back(input.type);
  }
  return std::make_unique<FlagNode>(std::move(rules), std::move(types));
}

Edge flags_of(Graph& graph, const Scene& scene, const Grid& grid, bool water) {
  const Product& product = scene.product();
  const auto family = std::find_if(families().begin(), families().end(),
                                   [&](const Family& one) { return product.family.starts_with(one.prefix); });
  if (family == families().end()) return by_meaning(graph, scene, grid, water);
  std::vector<std::string> names;
  std::vector<Edge> edges;
  std::vector<RasterInfo> infos;
  std::vector<FlagRule> rules;
  for (const LayerRule& rule : family->rules) {
    if (rule.flag == Flag::water && !water) continue;
    const auto known = std::find(names.begin(), names.end(), rule.layer);
    auto index = static_cast<std::size_t>(known - names.begin());
    if (known == names.end()) {
      const ProductLayer* layer = nearest_layer(product, rule.layer, grid.transform.a[1]);
      if (layer == nullptr) {
        if (rule.flag == Flag::cloud) return by_meaning(graph, scene, grid, water);
        continue;  // water and slope flags are of help, not needed
      }
      names.emplace_back(rule.layer);
      edges.push_back(nearest(scene, scene.layer(*layer), grid));
      infos.push_back(graph.info(edges.back()));
    }
    rules.push_back({rule.flag, index, rule.test, rule.number});
  }
  return graph.add(make_flags(std::move(rules), infos), edges);
}

}  // namespace cers::snow
