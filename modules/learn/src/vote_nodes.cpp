// SPDX-License-Identifier: Apache-2.0
// What is read off the votes of a model.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cers/learn/model_nodes.hpp"

namespace cers {
namespace {

std::vector<int> codes_of(const std::vector<ClassInfo>& classes) {
  std::vector<int> codes;
  for (const ClassInfo& one : classes) codes.push_back(one.code);
  return codes;
}

/// Votes of one pixel in three numbers.
struct Votes {
  std::uint16_t most = 0;
  std::uint16_t second = 0;
  std::uint32_t all = 0;
};

Votes votes_at(const RowArgs& row, std::size_t i) {
  Votes votes;
  for (std::size_t label = 0; label < row.inputs.size(); ++label) {
    const std::uint16_t here = row.in<std::uint16_t>(label)[i];
    votes.all += here;
    votes.second = std::max(votes.second, std::min(votes.most, here));
    votes.most = std::max(votes.most, here);
  }
  return votes;
}

/// One band that follows from the votes.
class OneBand : public PixelwiseNode {
 public:
  std::string signature() const override { return name(); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return {inputs[0].grid, {band()}, type()}; }
  double cost() const override { return 20; }

 protected:
  virtual BandInfo band() const = 0;
  virtual PixelType type() const { return PixelType::f32; }
  static BandInfo band_of(const char* name, const char* unit, double nodata) {
    BandInfo info;
    info.name = name;
    info.unit = unit;
    info.nodata = nodata;
    return info;
  }
};

class WinningLabel final : public OneBand {
 public:
  WinningLabel(std::vector<ClassInfo> classes, int nolabel)
      : codes_(codes_of(classes)), classes_(std::move(classes)), nolabel_(nolabel) {
    // Also without names: what comes after knows which codes there are.
    std::sort(classes_.begin(), classes_.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  }

  std::string name() const override { return "winning-label"; }
  std::string signature() const override {
    std::string text = fmt::format("{} else {}", fmt::join(codes_, ","), nolabel_);
    for (const ClassInfo& one : classes_)
      text +=
          fmt::format(" {}={}{}", one.code, one.name, one.colour ? fmt::format("{}", fmt::join(*one.colour, "/")) : "");
    return text;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<std::int32_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      std::uint16_t most = 0;
      std::int32_t winner = nolabel_;
      for (std::size_t label = 0; label < codes_.size(); ++label) {
        const std::uint16_t votes = row.in<std::uint16_t>(label)[i];
        if (votes <= most) continue;
        most = votes;
        winner = codes_[label];
      }
      out[i] = winner;
    }
  }

 private:
  BandInfo band() const override {
    BandInfo info;
    info.name = "class";
    if (std::find(codes_.begin(), codes_.end(), nolabel_) == codes_.end()) info.nodata = nolabel_;
    info.classes = classes_;
    return info;
  }
  PixelType type() const override { return PixelType::i32; }

  std::vector<int> codes_;
  std::vector<ClassInfo> classes_;
  int nolabel_;
};

class VoteShare final : public OneBand {
 public:
  std::string name() const override { return "vote-share"; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<float>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const Votes votes = votes_at(row, i);
      out[i] = votes.all == 0 ? 0 : static_cast<float>(votes.most) / static_cast<float>(votes.all);
    }
  }

 private:
  BandInfo band() const override { return band_of("confidence", "1", 0); }
};

class Confidence final : public OneBand {
 public:
  std::string name() const override { return "confidence"; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const Votes votes = votes_at(row, i);
      // Halves go up: (2 · 100 · most + all) / (2 · all).
      out[i] = votes.all == 0 ? missing : static_cast<std::uint8_t>((200U * votes.most + votes.all) / (2U * votes.all));
    }
  }

 private:
  static constexpr std::uint8_t missing = 255;
  BandInfo band() const override { return band_of("confidence", "%", missing); }
  PixelType type() const override { return PixelType::u8; }
};

constexpr float none = std::numeric_limits<float>::quiet_NaN();

class VoteMargin final : public OneBand {
 public:
  std::string name() const override { return "vote-margin"; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<float>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const Votes votes = votes_at(row, i);
      out[i] = votes.all == 0 ? none : static_cast<float>(votes.most - votes.second) / static_cast<float>(votes.all);
    }
  }

 private:
  BandInfo band() const override { return band_of("margin", "1", static_cast<double>(none)); }
};

class VoteEntropy final : public OneBand {
 public:
  std::string name() const override { return "vote-entropy"; }
  double cost() const override { return 100; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<float>();
    const double most = std::log(static_cast<double>(row.inputs.size()));
    for (std::size_t i = 0; i < row.count; ++i) {
      std::uint32_t all = 0;
      for (std::size_t label = 0; label < row.inputs.size(); ++label) all += row.in<std::uint16_t>(label)[i];
      double sum = 0;
      for (std::size_t label = 0; label < row.inputs.size(); ++label) {
        const std::uint16_t votes = row.in<std::uint16_t>(label)[i];
        if (votes == 0 || votes == all) continue;
        const double share = static_cast<double>(votes) / static_cast<double>(all);
        sum -= share * std::log(share);
      }
      out[i] = all == 0 ? none : static_cast<float>(most > 0 ? sum / most : 0);
    }
  }

 private:
  BandInfo band() const override { return band_of("entropy", "1", static_cast<double>(none)); }
};

class ClassShares final : public PixelwiseNode {
 public:
  explicit ClassShares(std::vector<ClassInfo> classes) : classes_(std::move(classes)) {}

  std::string name() const override { return "class-shares"; }
  std::string signature() const override {
    std::string text;
    for (const ClassInfo& one : classes_) text += fmt::format("{}={},", one.code, one.name);
    return text;
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {}, PixelType::f32};
    for (const ClassInfo& one : classes_) {
      BandInfo band;
      band.name = fmt::format("class {}", one.code);
      band.description =
          fmt::format("votes for class {}{}{}, in thousandths", one.code, one.name.empty() ? "" : ": ", one.name);
      info.bands.push_back(band);
    }
    return info;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    for (std::size_t i = 0; i < row.count; ++i) {
      std::uint32_t all = 0;
      for (std::size_t label = 0; label < classes_.size(); ++label) all += row.in<std::uint16_t>(label)[i];
      const float sum = static_cast<float>(std::max(all, 1U));
      for (std::size_t label = 0; label < classes_.size(); ++label)
        row.out<float>(label)[i] = 1000.0F * static_cast<float>(row.in<std::uint16_t>(label)[i]) / sum;
    }
  }

 private:
  std::vector<ClassInfo> classes_;
};

}  // namespace

std::unique_ptr<const Node> make_winning_label(std::vector<ClassInfo> classes, int nolabel) {
  return std::make_unique<WinningLabel>(std::move(classes), nolabel);
}
std::unique_ptr<const Node> make_vote_share() {
  return std::make_unique<VoteShare>();
}
std::unique_ptr<const Node> make_confidence() {
  return std::make_unique<Confidence>();
}
std::unique_ptr<const Node> make_vote_margin() {
  return std::make_unique<VoteMargin>();
}
std::unique_ptr<const Node> make_vote_entropy() {
  return std::make_unique<VoteEntropy>();
}
std::unique_ptr<const Node> make_class_shares(std::vector<ClassInfo> classes) {
  return std::make_unique<ClassShares>(std::move(classes));
}

}  // namespace cers
