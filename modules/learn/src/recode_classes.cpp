// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/recode_classes.hpp"

namespace cers {
namespace {

class RecodedClasses final : public PixelwiseNode {
 public:
  RecodedClasses(std::map<int, int> to, std::optional<int> unknown, std::optional<int> nodata,
                 std::vector<ClassInfo> classes)
      : to_(std::move(to)), unknown_(unknown), nodata_(nodata), classes_(std::move(classes)) {}
  std::string name() const override { return "recode classes"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    CERS_EXPECT(info.type == PixelType::i32 && info.bands.size() == 1);
    info.bands[0].classes = classes_;
    info.bands[0].nodata = nodata_;
    return info;
  }
  double cost() const override { return 3; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<std::int32_t>(0);
    const auto out = row.out<std::int32_t>();
    int code = 0;
    int result = 0;
    for (std::size_t i = 0; i < row.count; ++i) {
      if (i == 0 || in[i] != code) {  // maps hold long runs of one class
        code = in[i];
        result = recoded(code);
      }
      out[i] = result;
    }
  }

 private:
  int recoded(int code) const {
    if (nodata_ && *nodata_ == code) return code;
    const auto found = to_.find(code);
    if (found != to_.end()) return found->second;
    return unknown_.value_or(code);
  }
  std::map<int, int> to_;
  std::optional<int> unknown_;
  std::optional<int> nodata_;
  std::vector<ClassInfo> classes_;
};

}  // namespace

std::unique_ptr<const Node> make_recoded_classes(std::map<int, int> to, std::optional<int> unknown,
                                                 std::optional<int> nodata, std::vector<ClassInfo> classes) {
  return std::make_unique<RecodedClasses>(std::move(to), unknown, nodata, std::move(classes));
}

void UnknownCodes::add(State& state, const Block& pixels, Window part) const {
  const auto codes = pixels.plane<std::int32_t>(0);
  for (int y = part.y; y < part.bottom(); ++y) {
    for (const std::int32_t code : codes.row(y, part)) {
      if (!known.contains(code) && nodata != code) ++state[code];
    }
  }
}

void UnknownCodes::merge(State& into, State&& from) const {
  for (const auto& [code, count] : from) into[code] += count;
}

}  // namespace cers
