// SPDX-License-Identifier: Apache-2.0
// DynamicConvert: bands stretched between two quantiles of their histogram, for pictures.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/ops/bands.hpp"
#include "cers/ops/statistics.hpp"

namespace cers {
namespace {

/// The values of one band that become -outmin and -outmax.
struct Limits {
  float low = 0;
  float high = 0;
};

/// Natural logarithm in float, as OTB's `log2` is.
class Logarithm final : public PixelwiseNode {
 public:
  std::string name() const override { return "logarithm"; }
  std::string signature() const override { return "logarithm"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  double cost() const override { return 5; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    for (std::size_t band = 0; band < row.outputs.size(); ++band) {
      const auto in = row.in<float>(band);
      const auto out = row.out<float>(band);
      for (std::size_t i = 0; i < row.count; ++i) out[i] = std::log(in[i]);
    }
  }
};

/// An image, then a mask of one int32 band: NaN where the mask is 0.
class Masked final : public PixelwiseNode {
 public:
  std::string name() const override { return "masked"; }
  std::string signature() const override { return "masked"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 2 && inputs[0].type == PixelType::f32 && inputs[1].type == PixelType::i32);
    return inputs[0];
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const std::size_t bands = row.outputs.size();
    const auto mask = row.in<std::int32_t>(bands);
    for (std::size_t band = 0; band < bands; ++band) {
      const auto in = row.in<float>(band);
      const auto out = row.out<float>(band);
      for (std::size_t i = 0; i < row.count; ++i) {
        out[i] = mask[i] != 0 ? in[i] : std::numeric_limits<float>::quiet_NaN();
      }
    }
  }
};

struct Curve {
  double gamma = 1;
  double out_min = 0;
  double out_max = 255;
  bool integers = false;  ///< of the output: a picture, in which missing pixels are 0 and no value is declared missing
};

/// out_min + (out_max − out_min) · ((x − low) / (high − low))^(1/gamma), clamped; NaN stays.
class Rescale final : public PixelwiseNode {
 public:
  Rescale(Late<std::vector<Limits>> late, Curve curve, PixelType type, std::vector<Limits> limits = {})
      : late_(late), curve_(curve), type_(type), limits_(std::move(limits)) {
    CERS_EXPECT(is_floating(type));
  }
  std::string name() const override { return "rescale"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.type = type_;
    for (BandInfo& band : info.bands) {
      band.unit.clear();
      band.classes.clear();
      band.scale = 1;
      band.offset = 0;
      // A number was stretched like any other value.
      if (band.nodata && (curve_.integers || !std::isnan(*band.nodata))) band.nodata.reset();
    }
    return info;
  }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    return std::make_unique<Rescale>(late_, curve_, type_, values.get(late_));
  }
  double cost() const override { return curve_.gamma == 1 ? 1 : 20; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    for (std::size_t band = 0; band < row.outputs.size(); ++band) {
      if (type_ == PixelType::f32)
        rescale<float>(row, band);
      else
        rescale<double>(row, band);
    }
  }

 private:
  template <class T>
  void rescale(const RowArgs& row, std::size_t band) const {
    const auto in = row.in<float>(band);
    const auto out = row.out<T>(band);
    const auto [low, high] = limits_[band];
    // Differences in float, the rest in double, as in OTB. A tiny range turns a single value into a step.
    const double range = low == high ? std::numeric_limits<double>::min() : static_cast<double>(high - low);
    const auto share = [low = low, range](float x) { return static_cast<double>(x - low) / range; };
    if (curve_.gamma == 1) {
      for (std::size_t i = 0; i < in.size(); ++i) out[i] = static_cast<T>(placed(share(in[i])));
    } else {
      const double power = 1 / curve_.gamma;
      for (std::size_t i = 0; i < in.size(); ++i) {
        out[i] = static_cast<T>(placed(std::pow(share(in[i]) < 0 ? 0 : share(in[i]), power)));
      }
    }
  }
  double placed(double share) const {
    const double value = share * (curve_.out_max - curve_.out_min) + curve_.out_min;
    return share < 0 ? curve_.out_min : share > 1 ? curve_.out_max : value;
  }

  Late<std::vector<Limits>> late_;
  Curve curve_;
  PixelType type_;
  std::vector<Limits> limits_;  ///< one a band once bound
};

enum class Transfer { linear, log2 };
std::vector<Choice> choices_of(Transfer) {
  return {{"linear", "Values as they are."}, {"log2", "Their natural logarithm, whatever the name says, as in OTB."}};
}

enum class Channels { all, grayscale, rgb };
std::vector<Choice> choices_of(Channels) {
  return {{"all", "All bands, in their order."},
          {"grayscale", "One band, three times, for programs that want colours."},
          {"rgb", "Three bands as red, green and blue."}};
}

struct DynamicConvert {
  struct Params {
    Transfer type = Transfer::linear;
    double gamma = 1;
    double high = 2;
    double low = 2;
    Channels channels = Channels::all;
    int gray = 1;
    int red = 1;
    int green = 1;
    int blue = 1;
    double out_min = 0;
    double out_max = 255;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = DynamicConvert::Params;

void check(const Params& params, Diagnostics& diagnostics) {
  if (!(params.gamma > 0)) {
    diagnostics.fault({}, fmt::format("-type.linear.gamma is {}", format_real(params.gamma)), "give a number above 0");
  }
  if (params.low + params.high > 100) {
    diagnostics.fault({},
                      fmt::format("-quantile.low {} and -quantile.high {} cut away more than everything",
                                  format_real(params.low), format_real(params.high)),
                      "give percentages whose sum is at most 100");
  }
}

AppSpec DynamicConvert::spec() {
  return Declare<Params>("DynamicConvert", "Stretches bands between two quantiles and converts them, for pictures.")
      .doc(
          "Each output value is `outmin + (outmax - outmin) * ((x - low) / (high - low)) ^ (1 / gamma)`, not below "
          "outmin nor above outmax, where low and high are the quantiles of the band after the transfer function. "
          "Integer outputs are truncated.\n\n"
          "As in OTB the quantiles come from a histogram of 255 bins over a sample of every n-th pixel of every n-th "
          "line, fewer than 2000 of each, and zeros are not counted. Missing values (NaN), infinities and, with `-type "
          "log2`, values that have no logarithm are not counted either; a missing pixel stays missing.\n\n"
          "With `-mask` only pixels whose mask is not 0 are counted; all of them are stretched. When the mask is 0 at "
          "every sampled pixel it is not used, and a warning says so.")
      .tag("Image Manipulation")
      .tag("Conversion")
      .tag("Image Dynamic")
      .input("in", "Image to convert.")
      .input(
          "mask",
          "Mask on the grid of the image: pixels where its first band is 0 do not count for the quantiles. It is read "
          "as whole numbers: 0.4 is 0.")
      .optional()
      .output("out", "Converted image.", PixelType::u8)
      .param("type", &Params::type, "Transfer function applied first.")
      .param("type.linear.gamma", &Params::gamma, "Gamma correction: above 1 brightens.")
      .only_if("type", "linear")
      .param("quantile.high", &Params::high, "Share of the brightest values that become -outmax.")
      .range(0, 100)
      .unit("%")
      .param("quantile.low", &Params::low, "Share of the darkest values that become -outmin.")
      .range(0, 100)
      .unit("%")
      .param("channels", &Params::channels, "Bands of the output.")
      .param("channels.grayscale.channel", &Params::gray, "Band to show, counted from 1.")
      .at_least(1)
      .only_if("channels", "grayscale")
      .param("channels.rgb.red", &Params::red, "Band shown in red, counted from 1.")
      .at_least(1)
      .required()
      .only_if("channels", "rgb")
      .param("channels.rgb.green", &Params::green, "Band shown in green.")
      .at_least(1)
      .required()
      .only_if("channels", "rgb")
      .param("channels.rgb.blue", &Params::blue, "Band shown in blue.")
      .at_least(1)
      .required()
      .only_if("channels", "rgb")
      .param("outmin", &Params::out_min, "Value of the low quantile in the output.")
      .param("outmax", &Params::out_max, "Value of the high quantile in the output.")
      .check(check)
      .cites("Inglada and Christophe (2009), The Orfeo Toolbox remote sensing image processing software, IGARSS.")
      .example("Colour-infrared picture of a stack of green, red and near infrared",
               "cers DynamicConvert -in stack.tif -channels rgb -channels.rgb.red 3 -channels.rgb.green 2 "
               "-channels.rgb.blue 1 -out picture.tif uint8")
      .example("Near infrared, brightened, without its darkest and brightest percent",
               "cers DynamicConvert -in B8.tif -type.linear.gamma 1.5 -quantile.low 1 -quantile.high 1 -out nir.tif")
      .done();
}

/// Bands of the output, counted from 0.
std::vector<int> chosen(const Params& params, int count) {
  if (params.channels == Channels::grayscale) return {params.gray - 1, params.gray - 1, params.gray - 1};
  if (params.channels == Channels::rgb) return {params.red - 1, params.green - 1, params.blue - 1};
  std::vector<int> all;
  for (int band = 0; band < count; ++band) all.push_back(band);
  return all;
}

/// -outmin and -outmax as the output's type holds them.
Curve curve_of(const Params& params, PixelType type) {
  Curve curve{params.type == Transfer::linear ? params.gamma : 1, params.out_min, params.out_max, !is_floating(type)};
  if (!curve.integers) return curve;
  const auto [least, most] = visit(type, [](auto zero) {
    using Limit = std::numeric_limits<decltype(zero)>;
    return std::pair(static_cast<double>(Limit::lowest()), static_cast<double>(Limit::max()));
  });
  for (const auto& [key, value] : {std::pair("outmin", &curve.out_min), {"outmax", &curve.out_max}}) {
    if (!(*value >= least && *value <= most)) {
      throw UserError(fmt::format("-{} is {}, which {} cannot hold", key, format_real(*value), name_of(type)),
                      fmt::format("give {} to {}, or name a wider type after the output file", format_real(least),
                                  format_real(most)));
    }
    *value = std::trunc(*value);
  }
  return curve;
}

struct Histogram {
  Late<std::vector<BandStatistics>> statistics;
  Late<std::vector<HistogramBins>> bins;
  Late<std::vector<LabelCounts>> counts;
};

/// The histogram's bins need the extremes: one pass for each.
Histogram histogram_of(Graph& graph, Edge sample) {
  const int bands = static_cast<int>(graph.info(sample).bands.size());
  Histogram histogram;
  histogram.statistics = graph.reduce(BandStatisticsReducer(bands), sample, "extremes");
  histogram.bins = graph.then(
      [](const TaskContext&, const std::vector<BandStatistics>& found) {
        std::vector<HistogramBins> bins;
        for (const BandStatistics& band : found) {
          bins.push_back(band.count == 0
                             ? HistogramBins()
                             : HistogramBins(static_cast<float>(band.minimum), static_cast<float>(band.maximum)));
        }
        return bins;
      },
      "histogram bins", histogram.statistics);
  const Edge labels =
      graph.add(make_histogram_labels(graph.info(sample), histogram.bins, 0.0F), {sample}, {histogram.bins});
  histogram.counts = graph.reduce(LabelCountReducer(bands), labels, "histogram");
  return histogram;
}

bool nothing_counted(const std::vector<BandStatistics>& found) {
  return std::all_of(found.begin(), found.end(), [](const BandStatistics& band) { return band.count == 0; });
}

std::vector<Limits> limits_of(const std::vector<HistogramBins>& bins, const std::vector<LabelCounts>& counts,
                              const Params& params) {
  std::vector<Limits> limits;
  for (std::size_t band = 0; band < bins.size(); ++band) {
    limits.push_back({static_cast<float>(bins[band].quantile(counts[band], 0.01 * params.low)),
                      static_cast<float>(bins[band].quantile(counts[band], 1 - 0.01 * params.high))});
  }
  return limits;
}

Late<std::vector<Limits>> limits_in(Graph& graph, const Histogram& histogram, const Params& params) {
  return graph.then([params](const TaskContext&, const std::vector<HistogramBins>& bins,
                             const std::vector<LabelCounts>& counts) { return limits_of(bins, counts, params); },
                    "quantiles", histogram.bins, histogram.counts);
}

/// Of the pixels under the mask, or of all where that leaves none.
Late<std::vector<Limits>> masked_limits(Wiring& wiring, Edge sample, Edge mask, const Params& params) {
  Graph& graph = wiring.graph();
  const Histogram masked = histogram_of(graph, graph.add(std::make_unique<Masked>(), {sample, mask}));
  const Late<std::vector<Limits>> inside = limits_in(graph, masked, params);
  const Late<std::vector<Limits>> everywhere = limits_in(graph, histogram_of(graph, sample), params);
  wiring.after_run({{masked.statistics},
                    [late = masked.statistics, label = wiring.image("mask").label()](const LateValues& values) {
                      if (!nothing_counted(values.get(late))) return std::string();
                      return fmt::format("{} leaves no pixel for the quantiles: all pixels were counted", label);
                    },
                    true});
  return graph.then([](const TaskContext&, const std::vector<BandStatistics>& found, const std::vector<Limits>& some,
                       const std::vector<Limits>& all) { return nothing_counted(found) ? all : some; },
                    "quantiles", masked.statistics, inside, everywhere);
}

void DynamicConvert::wire(const Params& params, Wiring& wiring) {
  Graph& graph = wiring.graph();
  const ImageInput& image = wiring.image("in");
  const std::vector<int> bands = chosen(params, image.band_count());
  const std::set<int> distinct(bands.begin(), bands.end());
  Edge pixels = image.bands({distinct.begin(), distinct.end()});
  const PixelType asked = wiring.output_type("out");
  const Curve curve = curve_of(params, asked);

  const Size size = image.info().grid.size;
  const int ratio = std::max({size.width / 1000, size.height / 1000, 1});  // OTB's
  const auto sampled = [&](Edge edge) { return graph.add(make_subsample(graph.info(edge), ratio), {edge}); };
  const auto transferred = [&](Edge edge) {
    return params.type == Transfer::log2 ? graph.add(std::make_unique<Logarithm>(), {edge}) : edge;
  };
  const Edge sample = transferred(sampled(pixels));
  Late<std::vector<Limits>> limits;
  if (wiring.has("mask")) {
    const ImageInput& mask = wiring.image("mask");
    check_same_grid({image, mask}, "DynamicConvert");
    // Not as 8 bits: a mask of 256 or −1 is not 0.
    limits = masked_limits(wiring, sample, sampled(mask.bands({0}, PixelType::i32)), params);
  } else {
    limits = limits_in(graph, histogram_of(graph, sample), params);
  }

  // Float holds 8-bit numbers and their fractions; wider integers want double.
  const PixelType type = asked == PixelType::u8 || asked == PixelType::f32 ? PixelType::f32 : PixelType::f64;
  Edge result = graph.add(std::make_unique<Rescale>(limits, curve, type), {transferred(pixels)}, {limits});
  std::vector<int> positions;
  for (const int band : bands)
    positions.push_back(static_cast<int>(std::distance(distinct.begin(), distinct.find(band))));
  if (positions.size() != distinct.size() || !std::is_sorted(positions.begin(), positions.end())) {
    result = graph.add(make_select_bands(graph.info(result), positions), {result});
  }
  wiring.output("out", result);
}

}  // namespace

Application cers_app_DynamicConvert() {
  return application<DynamicConvert>();
}

}  // namespace cers
