// SPDX-License-Identifier: Apache-2.0
#include "cers/series/gap_fill.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/vector_clones.hpp"
#include "gap_fill_order.hpp"
#include "splines.hpp"

namespace cers {

std::vector<Choice> choices_of(Interpolation) {
  return {{"linear", "The line between the clear observations before and after."},
          {"spline", "A smooth curve through all clear observations (Akima)."}};
}

namespace {

using series_detail::SplineRoom;
using series_detail::Walk;

/// Pixels handled together: a band of 70 images is then 70 kB, which stays near the core.
constexpr std::size_t chunk = 256;

template <class T>
struct GapScratch final : Scratch {
  std::vector<std::uint8_t> clear;               ///< images × chunk
  std::vector<T> latest;                         ///< chunk: what the walk holds
  std::vector<T> before_day, after_day, weight;  ///< wanted × chunk
  std::vector<T> before;                         ///< wanted × chunk, of one band
  std::vector<double> t, y, filled;              ///< of one pixel, for splines
  std::unique_ptr<SplineRoom> room;
};

template <class T>
CERS_VECTOR_CLONES void keep_day(const std::uint8_t* clear, T day, T* latest, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) latest[i] = clear[i] != 0 ? day : latest[i];
}
template <class T>
CERS_VECTOR_CLONES void keep_value(const std::uint8_t* clear, const float* value, T* latest, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) latest[i] = clear[i] != 0 ? static_cast<T>(value[i]) : latest[i];
}
CERS_VECTOR_CLONES void clear_where_present(const float* value, std::uint8_t* clear, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) clear[i] = static_cast<std::uint8_t>(value[i] == value[i] ? clear[i] : 0);
}

/// Share of the later observation: 0 where there is no later or the two are one.
template <class T>
CERS_VECTOR_CLONES void weigh(const T* before, const T* after, T day, T* weight, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const T span = after[i] - before[i];
    weight[i] = span > 0 ? (day - before[i]) / span : T{0};
  }
}

/// `later` holds the values after, `earlier` those before; the days say which of them there are.
CERS_VECTOR_CLONES void blend(const float* before_day, const float* after_day, const float* weight,
                              const float* earlier, const float* later, float* out, std::size_t count) {
  constexpr float missing = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 0; i < count; ++i) {
    const bool has_before = before_day[i] == before_day[i];
    const bool has_after = after_day[i] == after_day[i];
    const float a = has_before ? earlier[i] : later[i];
    const float b = has_after ? later[i] : earlier[i];
    const float value = a + (b - a) * weight[i];
    out[i] = has_before || has_after ? value : missing;
  }
}
// In the order of the module's arithmetic, as its results on a real series tell: slope times day plus the value on day
// 0. Days count from 1 January of the first image's year, or roundings differ.
CERS_VECTOR_CLONES void blend_otb(const double* before_day, const double* after_day, double day, const double* earlier,
                                  const double* later, double* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const bool has_before = before_day[i] == before_day[i];
    const bool has_after = after_day[i] == after_day[i];
    const double span = after_day[i] - before_day[i];
    const double slope = (later[i] - earlier[i]) / span;
    const double on_day_0 = (after_day[i] * earlier[i] - before_day[i] * later[i]) / span;
    const double between = slope * day + on_day_0;
    const double one = has_before ? earlier[i] : later[i];
    const double value = has_before && has_after && span > 0 ? between : one;
    out[i] = has_before || has_after ? value : 0;
  }
}

template <class T>
class GapFillNode final : public PixelwiseNode {
  static constexpr bool otb = std::is_same_v<T, double>;

 public:
  explicit GapFillNode(GapFilling filling)
      : filling_(std::move(filling)),
        forwards_(series_detail::forwards(filling_)),
        backwards_(series_detail::backwards(filling_)) {
    CERS_EXPECT(filling_.bands >= 1 && !filling_.observed.empty() && !filling_.wanted.empty());
    CERS_EXPECT(filling_.wanted_names.size() == filling_.wanted.size());
    CERS_EXPECT(std::is_sorted(filling_.observed.begin(), filling_.observed.end()));
    CERS_EXPECT(std::adjacent_find(filling_.wanted.begin(), filling_.wanted.end(), std::greater_equal<>()) ==
                filling_.wanted.end());
    CERS_EXPECT(otb ||
                std::adjacent_find(filling_.observed.begin(), filling_.observed.end()) == filling_.observed.end());
    for (const int day : filling_.wanted) wanted_.push_back(day);
  }

  std::string name() const override { return "gap filling"; }
  std::string signature() const override {
    return fmt::format("gap filling {} {} bands {} of {} at {} named {}", otb ? "otb" : "standard",
                       static_cast<int>(filling_.interpolation), filling_.bands, fmt::join(filling_.observed, ","),
                       fmt::join(filling_.wanted, ","), fmt::join(filling_.wanted_names, ","));
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == images() * (otb ? 2 : 1));
    RasterInfo output{inputs[0].grid, {}, otb ? PixelType::f64 : PixelType::f32};
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const bool mask = otb && i % 2 == 1;
      CERS_EXPECT(inputs[i].type == (mask ? PixelType::u8 : PixelType::f32));
      CERS_EXPECT(inputs[i].bands.size() == (mask ? 1 : bands()));
    }
    for (const std::string& day : filling_.wanted_names) {
      for (BandInfo band : inputs[0].bands) {
        band.name = band.name.empty() ? day : band.name + "_" + day;
        band.description.clear();
        if constexpr (!otb) band.nodata = std::numeric_limits<double>::quiet_NaN();
        output.bands.push_back(std::move(band));
      }
    }
    return output;
  }
  std::unique_ptr<Scratch> make_scratch() const override {
    auto scratch = std::make_unique<GapScratch<T>>();
    scratch->clear.resize(images() * chunk);
    scratch->latest.resize(chunk);
    for (auto* rows : {&scratch->before_day, &scratch->after_day, &scratch->weight, &scratch->before})
      rows->resize(filling_.wanted.size() * chunk);
    if (filling_.interpolation == Interpolation::spline) scratch->room = std::make_unique<SplineRoom>(images());
    scratch->filled.resize(filling_.wanted.size());
    return scratch;
  }
  // Measured on 70 images of 10 bands and 36 wanted days.
  double cost() const override {
    const double walked = static_cast<double>(images() * (bands() + 2)) * (otb ? 0.6 : 0.3);
    return walked +
           static_cast<double>(wanted_.size() * bands()) * (filling_.interpolation == Interpolation::spline ? 15 : 0.3);
  }

  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& mine = static_cast<GapScratch<T>&>(*scratch);
    for (std::size_t begin = 0; begin < row.count; begin += chunk)
      compute_part(row, begin, std::min(chunk, row.count - begin), mine);
  }

 private:
  std::size_t images() const { return filling_.observed.size(); }
  std::size_t bands() const { return static_cast<std::size_t>(filling_.bands); }
  std::size_t plane(std::size_t image, std::size_t band) const { return image * (bands() + (otb ? 1 : 0)) + band; }

  void find_clear(const RowArgs& row, std::size_t begin, std::size_t count, GapScratch<T>& mine) const {
    for (std::size_t image = 0; image < images(); ++image) {
      std::uint8_t* clear = mine.clear.data() + image * chunk;
      if constexpr (otb) {
        const std::uint8_t* mask = row.in<std::uint8_t>(plane(image, bands())).data() + begin;
        for (std::size_t i = 0; i < count; ++i) clear[i] = static_cast<std::uint8_t>(mask[i] == 0 ? 1 : 0);
      } else {
        std::fill_n(clear, count, std::uint8_t{1});
        for (std::size_t band = 0; band < bands(); ++band)
          clear_where_present(row.in<float>(plane(image, band)).data() + begin, clear, count);
      }
    }
  }

  /// Walks the images; `see(image)` updates what is held, `give(wanted)` hands it on.
  template <class See, class Give>
  static void walk(const Walk& walk, const See& see, const Give& give) {
    for (const std::size_t wanted : walk.early) give(wanted);
    for (std::size_t i = 0; i < walk.order.size(); ++i) {
      see(walk.order[i]);
      for (const std::size_t wanted : walk.ready[i]) give(wanted);
    }
  }

  void find_days(const Walk& way, std::vector<T>& days, std::size_t count, GapScratch<T>& mine) const {
    T* latest = mine.latest.data();
    std::fill_n(latest, count, std::numeric_limits<T>::quiet_NaN());
    walk(
        way,
        [&](std::size_t image) {
          keep_day(mine.clear.data() + image * chunk, static_cast<T>(filling_.observed[image]), latest, count);
        },
        [&](std::size_t wanted) { std::copy_n(latest, count, days.data() + wanted * chunk); });
  }

  void compute_part(const RowArgs& row, std::size_t begin, std::size_t count, GapScratch<T>& mine) const {
    find_clear(row, begin, count, mine);
    if (filling_.interpolation == Interpolation::spline) return by_splines(row, begin, count, mine);
    find_days(forwards_, mine.before_day, count, mine);
    find_days(backwards_, mine.after_day, count, mine);
    if constexpr (!otb) {
      for (std::size_t w = 0; w < wanted_.size(); ++w)
        weigh(mine.before_day.data() + w * chunk, mine.after_day.data() + w * chunk, static_cast<T>(wanted_[w]),
              mine.weight.data() + w * chunk, count);
    }
    for (std::size_t band = 0; band < bands(); ++band) by_lines(row, band, begin, count, mine);
  }

  void by_lines(const RowArgs& row, std::size_t band, std::size_t begin, std::size_t count, GapScratch<T>& mine) const {
    T* latest = mine.latest.data();
    const auto see = [&](std::size_t image) {
      keep_value(mine.clear.data() + image * chunk, row.in<float>(plane(image, band)).data() + begin, latest, count);
    };
    std::fill_n(latest, count, T{0});
    walk(forwards_, see, [&](std::size_t w) { std::copy_n(latest, count, mine.before.data() + w * chunk); });
    std::fill_n(latest, count, T{0});
    walk(backwards_, see, [&](std::size_t w) {
      const std::size_t at = w * chunk;
      T* out = row.out<T>(w * bands() + band).data() + begin;
      if constexpr (otb)
        blend_otb(mine.before_day.data() + at, mine.after_day.data() + at, wanted_[w], mine.before.data() + at, latest,
                  out, count);
      else
        blend(mine.before_day.data() + at, mine.after_day.data() + at, mine.weight.data() + at, mine.before.data() + at,
              latest, out, count);
    });
  }

  void by_splines(const RowArgs& row, std::size_t begin, std::size_t count, GapScratch<T>& mine) const {
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t band = 0; band < bands(); ++band) {
        collect(row, band, begin + i, mine.clear.data() + i, mine);
        if (mine.t.size() < (otb ? 2U : 1U)) {
          for (std::size_t w = 0; w < wanted_.size(); ++w)
            row.out<T>(w * bands() + band)[begin + i] = unseen(row, band, w, begin + i);
          continue;
        }
        series_detail::spline_through(mine.t, mine.y, wanted_, mine.filled, *mine.room);
        for (std::size_t w = 0; w < wanted_.size(); ++w)
          row.out<T>(w * bands() + band)[begin + i] = static_cast<T>(mine.filled[w]);
      }
    }
  }

  /// The clear observations of a pixel.
  void collect(const RowArgs& row, std::size_t band, std::size_t pixel, const std::uint8_t* clear,
               GapScratch<T>& mine) const {
    constexpr double nudge_days = 0.1;  // of the module: a second image of a day counts as this much later
    mine.t.clear();
    mine.y.clear();
    for (std::size_t image = 0; image < images(); ++image) {
      if (clear[image * chunk] == 0) continue;
      double day = filling_.observed[image];
      if (!mine.t.empty() && day <= mine.t.back()) day = mine.t.back() + nudge_days;
      mine.t.push_back(day);
      mine.y.push_back(static_cast<double>(row.in<float>(plane(image, band))[pixel]));
    }
  }

  T unseen(const RowArgs& row, std::size_t band, std::size_t w, std::size_t pixel) const {
    if constexpr (!otb) return std::numeric_limits<T>::quiet_NaN();
    return w < images() ? static_cast<T>(row.in<float>(plane(w, band))[pixel]) : T{0};
  }

  GapFilling filling_;
  std::vector<double> wanted_;
  Walk forwards_;
  Walk backwards_;
};

}  // namespace

std::unique_ptr<const Node> make_gap_fill(GapFilling filling) {
  if (filling.convention == GapConvention::otb) return std::make_unique<GapFillNode<double>>(std::move(filling));
  return std::make_unique<GapFillNode<float>>(std::move(filling));
}

}  // namespace cers
