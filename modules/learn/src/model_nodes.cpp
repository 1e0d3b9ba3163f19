// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/model_nodes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "cers/core/error.hpp"
#include "cers/core/vector_clones.hpp"

namespace cers {
namespace {

/// Pixels that go through the model together: as many as let their features stay in the first cache, at most a tile
/// row.
std::size_t block_pixels(std::size_t features) {
  constexpr std::size_t cached_values = 6144;  // 24 KB
  constexpr std::size_t most = 512;
  const std::size_t fits = cached_values / features / Forest::lanes * Forest::lanes;
  return std::clamp(fits, 4 * Forest::lanes, most);
}

struct VoteScratch final : Scratch {
  std::vector<float> values;
  std::vector<std::uint16_t> votes;
  std::vector<std::uint8_t> missing;
};

CERS_VECTOR_CLONES void mark_missing(const float* values, std::size_t count, std::uint8_t* missing) {
  for (std::size_t i = 0; i < count; ++i) missing[i] |= static_cast<std::uint8_t>(values[i] != values[i]);
}

RasterInfo votes_info(std::span<const RasterInfo> inputs, std::size_t features, bool masked,
                      const std::vector<ClassInfo>& classes) {
  CERS_EXPECT(inputs.size() == (masked ? 2U : 1U));
  CERS_EXPECT(inputs[0].type == PixelType::f32 && inputs[0].bands.size() == features);
  if (masked) CERS_EXPECT(inputs[1].type == PixelType::u8 && inputs[1].bands.size() == 1);
  RasterInfo info{inputs[0].grid, {}, PixelType::u16};
  for (const ClassInfo& one : classes) {
    BandInfo band;
    band.name = fmt::format("votes_{}", one.code);
    info.bands.push_back(band);
  }
  return info;
}

class ModelVotes final : public PixelwiseNode {
 public:
  /// `bands`: the output band of each class of the model.
  ModelVotes(std::shared_ptr<const Model> model, FeatureScaling scaling, bool masked, std::vector<ClassInfo> classes,
             std::vector<std::size_t> bands)
      : model_(std::move(model)),
        scaling_(scaling.empty() ? model_->info().scaling : std::move(scaling)),
        masked_(masked),
        classes_(std::move(classes)),
        bands_(std::move(bands)),
        features_(static_cast<std::size_t>(model_->features())),
        block_(block_pixels(features_)) {
    CERS_EXPECT(scaling_.empty() || (scaling_.mean.size() == features_ && scaling_.deviation.size() == features_));
    CERS_EXPECT(bands_.size() == model_->info().classes.size());
  }

  std::string name() const override { return "model"; }
  std::string signature() const override {
    return fmt::format("{} {} mean {} deviation {} masked {}", model_->kind(), model_->digest(),
                       fmt::join(scaling_.mean, ","), fmt::join(scaling_.deviation, ","), masked_);
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return votes_info(inputs, features_, masked_, classes_);
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<VoteScratch>(); }
  double cost() const override { return model_->cost(); }

  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& mine = static_cast<VoteScratch&>(*scratch);
    mine.values.resize(features_ * block_);
    mine.votes.resize(bands_.size() * block_);
    mine.missing.resize(block_);
    for (std::size_t begin = 0; begin < row.count; begin += block_)
      compute_block(row, begin, std::min(block_, row.count - begin), mine);
    if (bands_.size() == classes_.size()) return;
    for (std::size_t band = 0; band < classes_.size(); ++band) {
      if (std::find(bands_.begin(), bands_.end(), band) != bands_.end()) continue;
      const auto out = row.out<std::uint16_t>(band);
      std::fill(out.begin(), out.end(), std::uint16_t{0});
    }
  }

 private:
  /// Leaves out what is masked at both ends: the model of a region runs on its side of a border only.
  void compute_block(const RowArgs& row, std::size_t begin, std::size_t count, VoteScratch& scratch) const {
    if (!masked_) return compute_part(row, begin, count, scratch);
    const auto mask = row.in<std::uint8_t>(features_).subspan(begin, count);
    const auto on = [](std::uint8_t value) { return value != 0; };
    const auto first = static_cast<std::size_t>(std::find_if(mask.begin(), mask.end(), on) - mask.begin());
    const auto after = count - static_cast<std::size_t>(std::find_if(mask.rbegin(), mask.rend(), on) - mask.rbegin());
    for (const std::size_t band : bands_) {
      const auto out = row.out<std::uint16_t>(band).subspan(begin, count);
      std::fill_n(out.begin(), first, std::uint16_t{0});
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(std::max(first, after)), out.end(), std::uint16_t{0});
    }
    if (first < after) compute_part(row, begin + first, after - first, scratch);
  }
  void compute_part(const RowArgs& row, std::size_t begin, std::size_t count, VoteScratch& scratch) const {
    std::uint8_t* const missing = scratch.missing.data();
    std::fill_n(missing, count, std::uint8_t{0});
    if (masked_) {
      const auto mask = row.in<std::uint8_t>(features_).subspan(begin, count);
      std::transform(mask.begin(), mask.end(), missing, [](std::uint8_t on) { return on == 0 ? 1 : 0; });
    }
    for (std::size_t feature = 0; feature < features_; ++feature) {
      float* const values = scratch.values.data() + feature * block_;
      std::memcpy(values, row.in<float>(feature).data() + begin, count * sizeof(float));
      std::fill(values + count, values + Forest::padded(count), 0.0F);
      mark_missing(values, count, missing);
      if (!scaling_.empty()) scaling_.apply(feature, values, count);
    }
    const bool none = std::all_of(missing, missing + count, [](std::uint8_t is) { return is != 0; });
    if (!none) model_->vote(scratch.values.data(), block_, count, scratch.votes.data());
    for (std::size_t label = 0; label < bands_.size(); ++label) {
      const std::uint16_t* const votes = scratch.votes.data() + label * block_;
      const auto out = row.out<std::uint16_t>(bands_[label]).subspan(begin, count);
      for (std::size_t i = 0; i < count; ++i) out[i] = missing[i] != 0 ? std::uint16_t{0} : votes[i];
    }
  }

  std::shared_ptr<const Model> model_;
  FeatureScaling scaling_;
  bool masked_;
  std::vector<ClassInfo> classes_;
  std::vector<std::size_t> bands_;
  std::size_t features_;
  std::size_t block_;
};

/// Stands in the graph until the model is there.
class LateVotes final : public PixelwiseNode {
 public:
  LateVotes(LateModel model, ModelShape shape, bool masked)
      : model_(model), shape_(std::move(shape)), masked_(masked) {}

  std::string name() const override { return "model"; }
  std::string signature() const override {
    std::vector<int> codes;
    for (const ClassInfo& one : shape_.classes) codes.push_back(one.code);
    return fmt::format("late {} features {} classes {} masked {}", model_.id, fmt::join(shape_.features, ","),
                       fmt::join(codes, ","), masked_);
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return votes_info(inputs, shape_.features.size(), masked_, shape_.classes);
  }
  double cost() const override { return shape_.cost; }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    std::shared_ptr<const Model> model = values.get(model_);
    CERS_EXPECT(model != nullptr);
    check_features(*model);
    std::vector<std::size_t> bands;
    for (const ClassInfo& one : model->info().classes) {
      const auto found = std::find_if(shape_.classes.begin(), shape_.classes.end(),
                                      [&](const ClassInfo& known) { return known.code == one.code; });
      if (found == shape_.classes.end())
        throw UserError(fmt::format("the model has a class {} that was not announced", one.code),
                        "list every class of the samples in the nomenclature");
      bands.push_back(static_cast<std::size_t>(found - shape_.classes.begin()));
    }
    return std::make_unique<ModelVotes>(std::move(model), FeatureScaling{}, masked_, shape_.classes, std::move(bands));
  }
  void compute_row(const RowArgs&, Scratch*) const override {
    throw InternalError("a model votes before it was trained");
  }

 private:
  void check_features(const Model& model) const {
    if (static_cast<std::size_t>(model.features()) != shape_.features.size())
      throw UserError(
          fmt::format("the model has {} features, the image has {} bands", model.features(), shape_.features.size()),
          "train and classify with the same features");
    if (const auto index = first_contradiction(model.info().features, shape_.features))
      throw UserError(fmt::format("feature {} is '{}' in the model and '{}' in the image", *index + 1,
                                  model.info().features[*index], shape_.features[*index]),
                      "train and classify with the same features in the same order");
  }

  LateModel model_;
  ModelShape shape_;
  bool masked_;
};

}  // namespace

std::unique_ptr<const Node> make_model_votes(std::shared_ptr<const Model> model, FeatureScaling scaling, bool masked) {
  std::vector<ClassInfo> classes = model->info().classes;
  std::vector<std::size_t> bands;
  for (std::size_t i = 0; i < classes.size(); ++i) bands.push_back(i);
  return std::make_unique<ModelVotes>(std::move(model), std::move(scaling), masked, std::move(classes),
                                      std::move(bands));
}
std::unique_ptr<const Node> make_model_votes(LateModel model, ModelShape shape, bool masked) {
  return std::make_unique<LateVotes>(model, std::move(shape), masked);
}

}  // namespace cers
