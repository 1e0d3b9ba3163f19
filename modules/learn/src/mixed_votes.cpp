// SPDX-License-Identifier: Apache-2.0
// Votes of the models of several regions as those of one.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "cers/core/error.hpp"
#include "cers/learn/region_nodes.hpp"

namespace cers {
namespace {

class RegionMask final : public PixelwiseNode {
 public:
  RegionMask(std::size_t region, bool masked) : region_(region), masked_(masked) {}
  std::string name() const override { return "region-mask"; }
  std::string signature() const override { return fmt::format("{} masked {}", region_, masked_); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == (masked_ ? 2U : 1U) && region_ < inputs[0].bands.size());
    return {inputs[0].grid, std::vector<BandInfo>(1), PixelType::u8};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto weight = row.in<float>(region_);
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i) out[i] = static_cast<std::uint8_t>(weight[i] > 0);
    if (!masked_) return;
    const auto mask = row.in<std::uint8_t>(row.inputs.size() - 1);
    for (std::size_t i = 0; i < row.count; ++i) out[i] = mask[i] == 0 ? std::uint8_t{0} : out[i];
  }

 private:
  std::size_t region_;
  bool masked_;
};

struct MixScratch final : Scratch {
  std::vector<double> shares;  ///< of one pixel, by output band
};

class MixedVotes final : public PixelwiseNode {
 public:
  MixedVotes(std::vector<std::vector<std::size_t>> bands, std::vector<ClassInfo> classes)
      : bands_(std::move(bands)), classes_(std::move(classes)) {
    std::size_t plane = bands_.size();  // after the weights
    for (const auto& one : bands_) {
      first_.push_back(plane);
      plane += one.size();
    }
  }
  std::string name() const override { return "mixed-votes"; }
  std::string signature() const override {
    std::string text;
    for (const auto& one : bands_) text += fmt::format("{};", fmt::join(one, ","));
    for (const ClassInfo& one : classes_) text += fmt::format(" {}", one.code);
    return text;
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == bands_.size() + 1 && inputs[0].bands.size() == bands_.size());
    for (std::size_t region = 0; region < bands_.size(); ++region)
      CERS_EXPECT(inputs[region + 1].type == PixelType::u16 &&
                  inputs[region + 1].bands.size() == bands_[region].size());
    RasterInfo info{inputs[0].grid, {}, PixelType::u16};
    for (const ClassInfo& one : classes_) {
      BandInfo band;
      band.name = fmt::format("votes_{}", one.code);
      info.bands.push_back(band);
    }
    return info;
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<MixScratch>(); }
  double cost() const override { return static_cast<double>(2 * (bands_.size() + classes_.size())); }

  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& shares = static_cast<MixScratch&>(*scratch).shares;
    for (std::size_t c = 0; c < classes_.size(); ++c) std::fill_n(row.out<std::uint16_t>(c).data(), row.count, 0);
    for (std::size_t i = 0; i < row.count; ++i) {
      std::size_t voting = 0;
      std::size_t last = 0;
      for (std::size_t region = 0; region < bands_.size(); ++region) {
        if (row.in<float>(region)[i] <= 0 || votes_of(row, region, i) == 0) continue;
        ++voting;
        last = region;
      }
      if (voting == 1) copy(row, last, i);
      if (voting > 1) mix(row, i, shares);
    }
  }

 private:
  /// All votes of the model of a region at one pixel.
  std::uint32_t votes_of(const RowArgs& row, std::size_t region, std::size_t i) const {
    std::uint32_t all = 0;
    for (std::size_t c = 0; c < bands_[region].size(); ++c) all += row.in<std::uint16_t>(first_[region] + c)[i];
    return all;
  }
  void copy(const RowArgs& row, std::size_t region, std::size_t i) const {
    for (std::size_t c = 0; c < bands_[region].size(); ++c)
      row.out<std::uint16_t>(bands_[region][c])[i] = row.in<std::uint16_t>(first_[region] + c)[i];
  }
  void mix(const RowArgs& row, std::size_t i, std::vector<double>& shares) const {
    shares.assign(classes_.size(), 0);
    double weights = 0;
    for (std::size_t region = 0; region < bands_.size(); ++region) {
      const auto weight = static_cast<double>(row.in<float>(region)[i]);
      const std::uint32_t all = weight > 0 ? votes_of(row, region, i) : 0;
      if (all == 0) continue;
      weights += weight;
      for (std::size_t c = 0; c < bands_[region].size(); ++c)
        shares[bands_[region][c]] += weight * row.in<std::uint16_t>(first_[region] + c)[i] / all;
    }
    constexpr double unit = 65535;
    for (std::size_t c = 0; c < classes_.size(); ++c)
      row.out<std::uint16_t>(c)[i] = static_cast<std::uint16_t>(std::lround(unit * std::min(shares[c] / weights, 1.0)));
  }

  std::vector<std::vector<std::size_t>> bands_;
  std::vector<ClassInfo> classes_;
  std::vector<std::size_t> first_;  ///< plane of the first class of each region's model
};

}  // namespace

std::unique_ptr<const Node> make_region_mask(std::size_t region, bool masked) {
  return std::make_unique<RegionMask>(region, masked);
}
std::unique_ptr<const Node> make_mixed_votes(std::vector<std::vector<std::size_t>> bands,
                                             std::vector<ClassInfo> classes) {
  return std::make_unique<MixedVotes>(std::move(bands), std::move(classes));
}

}  // namespace cers
