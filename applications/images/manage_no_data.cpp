// SPDX-License-Identifier: Apache-2.0
// ManageNoData: a mask of missing pixels, another code for them, or a mask applied.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "values.hpp"

namespace cers {
namespace {

/// What marks a missing pixel of one band.
struct Missing {
  std::optional<double> code;  ///< as the stored pixels hold it; never NaN
  bool nan = false;
};

std::vector<Missing> missing_in(const RasterInfo& info, bool use_nan) {
  std::vector<Missing> bands;
  for (const BandInfo& band : info.bands) {
    const std::optional<double> code = nodata_of(band, info.type);
    const bool is_nan = code && std::isnan(*code);
    bands.push_back({is_nan ? std::nullopt : code, use_nan || is_nan});
  }
  return bands;
}

bool none_in(const std::vector<Missing>& bands) {
  return std::none_of(bands.begin(), bands.end(), [](const Missing& band) { return band.code || band.nan; });
}

std::string text_of(const std::vector<Missing>& bands) {
  std::string text;
  for (const Missing& band : bands) {
    text += fmt::format(" {}{}", band.code ? format_real(*band.code) : "-", band.nan ? "+nan" : "");
  }
  return text;
}

/// Puts `value` into `out` where `pixels` are missing. Selections rather than branches, so that loops vectorise.
template <class In, class Out>
void put_where_missing(std::span<const In> pixels, const Missing& missing, Out value, std::span<Out> out) {
  if (missing.code) {
    const In code = static_cast<In>(*missing.code);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = pixels[i] == code ? value : out[i];
  }
  if constexpr (std::is_floating_point_v<In>) {
    if (!missing.nan) return;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = pixels[i] != pixels[i] ? value : out[i];
  }
}

/// One band: `inside` where all bands have a value, `outside` where one has none.
class ValidityMask final : public PixelwiseNode {
 public:
  ValidityMask(PixelType input, std::vector<Missing> missing, double inside, double outside)
      : input_(input), missing_(std::move(missing)), inside_(inside), outside_(outside) {
    const bool small = holds(PixelType::u8, inside) && holds(PixelType::u8, outside);
    output_ = small ? PixelType::u8 : PixelType::f64;
  }
  std::string name() const override { return "validity-mask"; }
  std::string signature() const override {
    return fmt::format("validity-mask {} {}{}", format_real(inside_), format_real(outside_), text_of(missing_));
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    BandInfo band;
    band.name = "mask";
    band.description = fmt::format("{}: valid, {}: missing", format_real(inside_), format_real(outside_));
    return {inputs[0].grid, {band}, output_};
  }
  double cost() const override { return 0.5 * static_cast<double>(missing_.size()); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    visit(input_, [&](auto zero) {
      using In = decltype(zero);
      if (output_ == PixelType::u8) return mark<In, std::uint8_t>(row);
      mark<In, double>(row);
    });
  }

 private:
  template <class In, class Out>
  void mark(const RowArgs& row) const {
    const std::span<Out> out = row.out<Out>();
    std::fill(out.begin(), out.end(), static_cast<Out>(inside_));
    for (std::size_t band = 0; band < missing_.size(); ++band) {
      put_where_missing(row.in<In>(band), missing_[band], static_cast<Out>(outside_), out);
    }
  }

  PixelType input_;
  PixelType output_;
  std::vector<Missing> missing_;
  double inside_;
  double outside_;
};

/// Missing pixels get `code`, which becomes the nodata value of every band. Pixels keep their type.
class ChangeNodata final : public PixelwiseNode {
 public:
  ChangeNodata(PixelType type, std::vector<Missing> missing, double code)
      : type_(type), missing_(std::move(missing)), code_(code) {}
  std::string name() const override { return "change-nodata"; }
  std::string signature() const override {
    return fmt::format("change-nodata {}{}", format_real(code_), text_of(missing_));
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo output = inputs[0];
    CERS_EXPECT(output.type == type_ && output.bands.size() == missing_.size());
    for (BandInfo& band : output.bands) band.nodata = code_;
    return output;
  }
  double cost() const override { return 0.5 * static_cast<double>(missing_.size()); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    visit(type_, [&](auto zero) {
      using T = decltype(zero);
      for (std::size_t band = 0; band < missing_.size(); ++band) {
        const std::span<const T> from = row.in<T>(band);
        const std::span<T> to = row.out<T>(band);
        std::copy(from.begin(), from.end(), to.begin());
        put_where_missing(from, missing_[band], static_cast<T>(code_), to);
      }
    });
  }

 private:
  PixelType type_;
  std::vector<Missing> missing_;
  double code_;
};

/// Pixels whose mask (the last input, one float or double band) is 0 or NaN get their band's code.
class ApplyMask final : public PixelwiseNode {
 public:
  ApplyMask(PixelType type, PixelType mask, std::vector<double> codes)
      : type_(type), mask_(mask), codes_(std::move(codes)) {}
  std::string name() const override { return "apply-mask"; }
  std::string signature() const override {
    std::string text = "apply-mask";
    for (const double code : codes_) text += " " + format_real(code);
    return text;
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo output = inputs[0];
    CERS_EXPECT(inputs.size() == 2 && output.type == type_ && output.bands.size() == codes_.size());
    for (std::size_t band = 0; band < codes_.size(); ++band) output.bands[band].nodata = codes_[band];
    return output;
  }
  double cost() const override { return 0.5 * static_cast<double>(codes_.size()); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    visit(type_, [&](auto zero) {
      using T = decltype(zero);
      if (mask_ == PixelType::f32) return apply<T, float>(row);
      apply<T, double>(row);
    });
  }

 private:
  template <class T, class M>
  void apply(const RowArgs& row) const {
    const std::span<const M> mask = row.in<M>(codes_.size());
    for (std::size_t band = 0; band < codes_.size(); ++band) {
      const std::span<const T> from = row.in<T>(band);
      const std::span<T> to = row.out<T>(band);
      const T code = static_cast<T>(codes_[band]);
      std::copy(from.begin(), from.end(), to.begin());
      // The comparison is false for 0 and for NaN.
      for (std::size_t i = 0; i < to.size(); ++i) to[i] = std::fabs(mask[i]) > M{0} ? to[i] : code;
    }
  }

  PixelType type_;
  PixelType mask_;
  std::vector<double> codes_;
};

enum class Mode { buildmask, changevalue, apply };
std::vector<Choice> choices_of(Mode) {
  return {{"buildmask", "A mask of the pixels that have values in all bands."},
          {"changevalue", "Another nodata value, in the pixels and declared."},
          {"apply", "Pixels outside a mask become nodata."}};
}

struct ManageNoData {
  struct Params {
    bool use_nan = false;
    Mode mode = Mode::buildmask;
    double inside = 1;
    double outside = 0;
    double new_value = 0;
    double nodata = 0;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = ManageNoData::Params;

AppSpec ManageNoData::spec() {
  return Declare<Params>("ManageNoData", "Makes a mask of missing pixels, changes their value, or applies a mask.")
      .doc(
          "A pixel of a band is missing when it has the nodata value that the file declares for this band. NaN is "
          "missing when the file declares NaN, or with `-usenan true`.\n\n"
          "- `buildmask`: one band, `-mode.buildmask.outv` where a pixel is missing in any band, else "
          "`-mode.buildmask.inv`. The mask has no nodata value of its own, where OTB declares that of the input.\n"
          "- `changevalue`: missing pixels get `-mode.changevalue.newv`, which becomes the nodata value of all bands.\n"
          "- `apply`: pixels where the first band of the mask is 0 or NaN become nodata: the value that the band "
          "declares, else `-mode.apply.ndval`, which is then declared. The mask must lie on the grid of the image.\n\n"
          "NaN always means missing in Cers: where the output declares a nodata value NaN is written as that value, "
          "with `-usenan` or without.\n\n"
          "Values are kept as they are stored, where OTB passes them through float. OTB reduces masks and mask values "
          "to 8 bits first, so that 0.5 and 256 count as 0 there, and accepts values that the output cannot hold.")
      .tag("Image Manipulation")
      .tag("Conversion")
      .tag("Image Dynamic")
      .input("in", "Image with nodata values.")
      .input("mode.apply.mask", "Mask: its first band is 0 where pixels are to become nodata.")
      .optional()
      .output("out", "Mask, or the image with other nodata pixels.")
      .param("usenan", &Params::use_nan, "Count NaN as missing too.")
      .param("mode", &Params::mode, "What to do.")
      .param("mode.buildmask.inv", &Params::inside, "Value of pixels that have values in all bands.")
      .only_if("mode", "buildmask")
      .param("mode.buildmask.outv", &Params::outside, "Value of pixels that are missing in a band.")
      .only_if("mode", "buildmask")
      .param("mode.changevalue.newv", &Params::new_value, "New nodata value.")
      .only_if("mode", "changevalue")
      .param("mode.apply.ndval", &Params::nodata, "Nodata value of bands that declare none.")
      .only_if("mode", "apply")
      .cites("Inglada and Christophe (2009), The Orfeo Toolbox remote sensing image processing software, IGARSS.")
      .example("Where a band has values", "cers ManageNoData -in B8.tif -out valid.tif uint8")
      .example(
          "NaN as -1 in the file",
          "cers ManageNoData -in stack.tif -usenan true -mode changevalue -mode.changevalue.newv -1 -out coded.tif")
      .example("Pixels that are 0 in another band become nodata",
               "cers ManageNoData -in B8.tif -mode apply -mode.apply.mask B2.tif -out masked.tif int16")
      .done();
}

/// The stored type if it holds all of `codes`, else one that holds every pixel and code.
PixelType type_holding(PixelType stored, const std::vector<double>& codes) {
  const bool all = std::all_of(codes.begin(), codes.end(), [&](double code) { return holds(stored, code); });
  return all ? stored : PixelType::f64;
}

Edge build_mask(const Params& params, Wiring& wiring) {
  const ImageInput& image = wiring.image("in");
  check_fits("mode.buildmask.inv", params.inside, wiring.output_type("out"));
  check_fits("mode.buildmask.outv", params.outside, wiring.output_type("out"));
  std::vector<Missing> missing = missing_in(image.info(), params.use_nan);
  if (none_in(missing)) {
    wiring.warn(
        fmt::format("{} declares no nodata value: no pixel is missing; add -usenan true if NaN is", image.label()));
  }
  return wiring.graph().add(
      std::make_unique<ValidityMask>(image.info().type, std::move(missing), params.inside, params.outside),
      {image.stored()});
}

Edge change_value(const Params& params, Wiring& wiring) {
  const ImageInput& image = wiring.image("in");
  const PixelType asked = wiring.output_type("out");
  check_fits("mode.changevalue.newv", params.new_value, asked);
  const double wanted = as_stored(params.new_value, asked);
  const PixelType type = type_holding(image.info().type, {wanted});
  const double code = as_stored(wanted, type);
  std::vector<Missing> missing = missing_in(image.info(), params.use_nan);
  if (none_in(missing)) {
    wiring.warn(fmt::format("{} declares no nodata value: {} is declared, and no pixel changes", image.label(),
                            format_real(code)));
  }
  return wiring.graph().add(std::make_unique<ChangeNodata>(type, std::move(missing), code), {image.all(type)});
}

Edge apply_mask(const Params& params, Wiring& wiring) {
  if (!wiring.has("mode.apply.mask")) {
    throw UserError("-mode apply needs -mode.apply.mask", "name an image that is 0 where pixels are to become nodata");
  }
  const ImageInput& image = wiring.image("in");
  const ImageInput& mask = wiring.image("mode.apply.mask");
  check_same_grid({image, mask}, "ManageNoData");
  const PixelType asked = wiring.output_type("out");
  std::vector<double> codes;
  bool used = false;
  for (const BandInfo& band : image.info().bands) {
    const std::optional<double> declared = nodata_of(band, image.info().type);
    used = used || !declared;
    codes.push_back(declared ? *declared : as_stored(params.nodata, asked));
  }
  if (used) check_fits("mode.apply.ndval", params.nodata, asked);
  if (!used && wiring.user_set("mode.apply.ndval")) {
    wiring.warn(fmt::format("-mode.apply.ndval has no effect: {} declares the nodata value {}", image.label(),
                            format_real(codes.front())));
  }
  if (params.use_nan) wiring.warn("-usenan has no effect with -mode apply");
  const PixelType type = type_holding(image.info().type, codes);
  for (double& code : codes) code = as_stored(code, type);
  const PixelType mask_type = mask.info().type == PixelType::f64 ? PixelType::f64 : PixelType::f32;
  return wiring.graph().add(std::make_unique<ApplyMask>(type, mask_type, std::move(codes)),
                            {image.all(type), mask.bands({0}, mask_type)});
}

void ManageNoData::wire(const Params& params, Wiring& wiring) {
  if (params.mode != Mode::apply && wiring.has("mode.apply.mask")) {
    wiring.warn("-mode.apply.mask has no effect without -mode apply");
  }
  if (params.mode == Mode::buildmask) return wiring.output("out", build_mask(params, wiring));
  wiring.output("out", params.mode == Mode::apply ? apply_mask(params, wiring) : change_value(params, wiring));
}

}  // namespace

Application cers_app_ManageNoData() {
  return application<ManageNoData>();
}

}  // namespace cers
