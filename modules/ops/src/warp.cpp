// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/warp.hpp"
#include "cers/geo/gdal_type.hpp"

#include <cpl_error.h>
#include <cpl_string.h>
#include <fmt/format.h>
#include <gdalwarper.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <limits>
#include <utility>

#include "cers/geo/pixel_map.hpp"
#include "cers/ops/control_warp.hpp"

namespace cers {
namespace {

struct Method {
  const char* name;
  GDALResampleAlg algorithm;
  int radius;  ///< of GDAL's kernel, in source pixels at equal resolution
};

Method method_of(Resampling resampling) {
  switch (resampling) {
    case Resampling::nearest:
      return {"nearest", GRA_NearestNeighbour, 0};
    case Resampling::bilinear:
      return {"bilinear", GRA_Bilinear, 1};
    case Resampling::cubic:
      return {"cubic", GRA_Cubic, 2};
    case Resampling::average:
      break;
  }
  return {"average", GRA_Average, 0};
}

// As GDAL does for one operation over the whole raster: scales that are nearly 1/n are taken as 1/n.
double snapped(double scale) {
  if (scale >= 0.95 && scale <= 1.05) return 1;
  if (scale >= 1) return scale;
  const double reciprocal = 1 / scale;
  return std::abs(reciprocal - std::round(reciprocal)) < 0.05 ? 1 / std::round(reciprocal) : scale;
}

// The kernel asks for the same rows of points for every band: the first band records, the next ones replay.
struct PointTape {
  explicit PointTape(PixelMap m) : map(std::move(m)) {}

  void start(bool again) {
    replaying = again;
    position = 0;
    if (again) return;
    x.clear();
    y.clear();
    mapped.clear();
  }
  void run(std::span<double> to_x, std::span<double> to_y, std::span<int> to_mapped) {
    const std::size_t count = to_x.size();
    if (!replaying) {
      map.map(to_x, to_y, to_mapped);
      if (!recording) return;
      x.insert(x.end(), to_x.begin(), to_x.end());
      y.insert(y.end(), to_y.begin(), to_y.end());
      mapped.insert(mapped.end(), to_mapped.begin(), to_mapped.end());
      return;
    }
    CERS_EXPECT(position + count <= x.size());
    std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(position), count, to_x.begin());
    std::copy_n(y.begin() + static_cast<std::ptrdiff_t>(position), count, to_y.begin());
    std::copy_n(mapped.begin() + static_cast<std::ptrdiff_t>(position), count, to_mapped.begin());
    position += count;
  }

  PixelMap map;
  bool recording = false;
  bool replaying = false;
  std::size_t position = 0;
  std::vector<double> x;
  std::vector<double> y;
  std::vector<int> mapped;
  std::exception_ptr failure;
};

int transform_points(void* tape, int to_source, int count, double* x, double* y, double*, int* mapped) {
  if (!to_source || count <= 0) return FALSE;
  const auto n = static_cast<std::size_t>(count);
  try {
    static_cast<PointTape*>(tape)->run({x, n}, {y, n}, {mapped, n});
  } catch (...) {
    // Must not leave through GDAL's C frames; the failure is found again after the run.
    std::fill_n(mapped, n, 0);
    static_cast<PointTape*>(tape)->failure = std::current_exception();
    return FALSE;
  }
  return TRUE;
}

// One bit a pixel, 32 to a word, as the kernels want them.
class Mask {
 public:
  void reset(std::size_t pixels) { words_.assign(pixels / 32 + 2, 0); }
  void set(std::size_t pixel) { words_[pixel / 32] |= 1U << (pixel % 32); }
  GUInt32* data() { return words_.data(); }

 private:
  std::vector<GUInt32> words_;
};

struct WarpScratch final : Scratch {
  explicit WarpScratch(PixelMap map) : points(std::move(map)) {}
  PointTape points;
  std::vector<std::byte> source;
  std::vector<std::byte> result;
  Mask source_valid;
  Mask result_valid;
};

class Warp final : public Node {
 public:
  Warp(const RasterInfo& input, const Grid& target, Resampling resampling, const WarpOptions& options,
       const ControlPoints* control)
      : input_(input), target_(target), method_(method_of(resampling)), options_(options) {
    if (control != nullptr) control_ = *control;
    PixelMap map = pixel_map();
    affine_ = map.affine();
    footprint_ = std::make_unique<FootprintMap>(map, target.size, input.grid.size);
    const double scale_x = snapped(footprint_->scale_x());
    const double scale_y = snapped(footprint_->scale_y());
    margin_x_ = std::ceil(method_.radius * std::max(1.0, 1 / scale_x)) + 2;
    margin_y_ = std::ceil(method_.radius * std::max(1.0, 1 / scale_y)) + 2;
    settings_.SetNameValue("XSCALE", fmt::format("{}", scale_x).c_str());
    settings_.SetNameValue("YSCALE", fmt::format("{}", scale_y).c_str());
    settings_.SetNameValue("NUM_THREADS", "1");
    settings_.SetNameValue("EXTRA_ELTS", fmt::format("{}", WARP_EXTRA_ELTS).c_str());
    if (options.fill && !holds(input.type, *options.fill)) {
      throw UserError(
          fmt::format("the fill value {} does not fit pixels of type {}", *options.fill, name_of(input.type)),
          "choose a value that the type can hold, or another type");
    }
    for (const BandInfo& band : input.bands) fills_.push_back(fill_of(band));
  }

  std::string name() const override { return "warp"; }
  std::string signature() const override {
    return fmt::format("warp {} {}x{} {} {} fill {} skip {}", method_.name, target_.size.width, target_.size.height,
                       fmt::join(target_.transform.a, ","), target_.crs,
                       options_.fill ? fmt::format("{}", *options_.fill) : "default", options_.skip_nodata) +
           placed_by();
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 1 && inputs[0].type == input_.type && inputs[0].bands.size() == input_.bands.size());
    RasterInfo output{target_, inputs[0].bands, input_.type};
    for (BandInfo& band : output.bands) {
      if (method_.algorithm != GRA_NearestNeighbour) band.classes.clear();  // a mean of codes is none
      if (options_.fill) {
        band.nodata = options_.fill;
      } else if (is_floating(input_.type)) {
        band.nodata = std::numeric_limits<double>::quiet_NaN();
      }
    }
    return output;
  }
  Window required(std::size_t, Window output) const override { return footprint_->under(output, margin_x_, margin_y_); }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<WarpScratch>(pixel_map()); }
  double cost() const override {
    // Measured: PROJ takes 400 ns a point; the average asks for two points a pixel.
    const double splines = control_ ? 12.0 * static_cast<double>(control_->points.size()) : 0;
    const double points = affine_ ? 5 : splines + (method_.algorithm == GRA_Average ? 800 : 400);
    return points + (15 + 35.0 * method_.radius) * static_cast<double>(input_.bands.size());
  }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override;

 private:
  PixelMap pixel_map() const {
    return control_ ? map_by_control(target_, input_.grid.size, *control_) : PixelMap(target_, input_.grid);
  }
  std::string placed_by() const {
    std::string text;
    if (!control_) return text;
    for (const ControlPoint& point : control_->points)
      text += fmt::format(" {},{},{},{}", point.column, point.row, point.x, point.y);
    return text + " " + control_->crs;
  }
  double fill_of(const BandInfo& band) const {
    if (options_.fill) return *options_.fill;
    if (is_floating(input_.type)) return std::numeric_limits<double>::quiet_NaN();
    return band.nodata && holds(input_.type, *band.nodata) ? *band.nodata : 0;
  }
  /// The value that marks missing pixels of a band, besides NaN.
  std::optional<double> skipped(std::size_t band) const {
    const auto& nodata = input_.bands[band].nodata;
    if (!options_.skip_nodata || !nodata || std::isnan(*nodata) || !holds(input_.type, *nodata)) return std::nullopt;
    return nodata;
  }
  // Always with a mask for floating types, even if all pixels of the tile are valid: GDAL's kernels with and without
  // one do not round alike, and which one runs must not depend on the tile.
  bool masked(std::size_t band) const { return is_floating(input_.type) || skipped(band); }
  template <class T>
  void gather(const Block& input, std::size_t band, const Window& window, WarpScratch& state) const;
  void run(std::size_t band, const Window& source, const Window& target, WarpScratch& state) const;

  RasterInfo input_;
  Grid target_;
  Method method_;
  WarpOptions options_;
  std::optional<ControlPoints> control_;
  std::unique_ptr<const FootprintMap> footprint_;
  bool affine_ = false;
  double margin_x_ = 0;  ///< source pixels
  double margin_y_ = 0;
  CPLStringList settings_;
  std::vector<double> fills_;
};

// Packs the window's pixels without gaps, with the spare elements at the end that the kernels want.
template <class T>
void Warp::gather(const Block& input, std::size_t band, const Window& window, WarpScratch& state) const {
  const auto width = static_cast<std::size_t>(window.width);
  const auto pixels = static_cast<std::size_t>(window.area());
  state.source.resize((pixels + WARP_EXTRA_ELTS) * sizeof(T));
  T* to = reinterpret_cast<T*>(state.source.data());
  const auto plane = input.plane<T>(static_cast<int>(band));
  for (int y = window.y; y < window.bottom(); ++y) {
    std::memcpy(to + static_cast<std::size_t>(y - window.y) * width, plane.row(y, window).data(), width * sizeof(T));
  }
  std::fill_n(to + pixels, WARP_EXTRA_ELTS, T{});
  if (!masked(band)) return;
  state.source_valid.reset(pixels + WARP_EXTRA_ELTS);
  const std::optional<double> missing = skipped(band);
  const T code = missing ? static_cast<T>(*missing) : T{};
  for (std::size_t i = 0; i < pixels; ++i) {
    bool valid = !missing || to[i] != code;
    if constexpr (std::is_floating_point_v<T>) valid = valid && !std::isnan(to[i]);
    if (valid) state.source_valid.set(i);
  }
}

// The kernel is driven directly rather than through GDALWarpOperation: that one leaves a mask out when every pixel of
// its window happens to be valid, and treats the masks of one and of several bands differently. All coordinates are
// those of the whole rasters, so that their bits do not depend on the tile either.
void Warp::run(std::size_t band, const Window& source, const Window& target, WarpScratch& state) const {
  auto* source_image = reinterpret_cast<GByte*>(state.source.data());
  auto* target_image = reinterpret_cast<GByte*>(state.result.data());
  const auto missing = skipped(band);
  double avoided = missing.value_or(0);
  CPLStringList settings(settings_);
  GDALWarpKernel kernel;
  kernel.papszWarpOptions = settings.List();
  kernel.eResample = method_.algorithm;
  kernel.eWorkingDataType = gdal_type(input_.type);
  kernel.nBands = 1;
  kernel.nSrcXOff = source.x;
  kernel.nSrcYOff = source.y;
  kernel.nSrcXSize = source.width;
  kernel.nSrcYSize = source.height;
  kernel.papabySrcImage = &source_image;
  kernel.nDstXOff = target.x;
  kernel.nDstYOff = target.y;
  kernel.nDstXSize = target.width;
  kernel.nDstYSize = target.height;
  kernel.papabyDstImage = &target_image;
  kernel.pfnTransformer = transform_points;
  kernel.pTransformerArg = &state.points;
  if (masked(band)) {
    state.result_valid.reset(static_cast<std::size_t>(target.area()));
    kernel.panUnifiedSrcValid = state.source_valid.data();
    kernel.panDstValid = state.result_valid.data();
    if (!is_floating(input_.type) && avoided == fills_[band]) kernel.padfDstNoDataReal = &avoided;
  }
  CPLErrorReset();
  CPLPushErrorHandler(CPLQuietErrorHandler);
  const CPLErr error = kernel.PerformWarp();
  CPLPopErrorHandler();
  if (state.points.failure) std::rethrow_exception(std::exchange(state.points.failure, nullptr));
  if (error != CE_None) throw DataError(std::string("resampling failed: ") + CPLGetLastErrorMsg());
}

void Warp::compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const {
  CERS_EXPECT(scratch != nullptr && output.type() == input_.type);
  WarpScratch& state = static_cast<WarpScratch&>(*scratch);
  const Window target = output.window();
  // Not all that the block holds: the same pixels in, whatever else shares the block.
  const Window source = required(0, target);
  CERS_EXPECT(source.empty() || inputs[0]->window().contains(source));
  const auto pixels = static_cast<std::size_t>(target.area());
  const std::size_t line_bytes = static_cast<std::size_t>(target.width) * bytes_of(output.type());
  state.points.recording = fills_.size() > 1;
  for (std::size_t band = 0; band < fills_.size(); ++band) {
    visit(output.type(), [&](auto zero) {
      using T = decltype(zero);
      state.result.resize(pixels * sizeof(T));
      std::fill_n(reinterpret_cast<T*>(state.result.data()), pixels, static_cast<T>(fills_[band]));
      if (!source.empty()) gather<T>(*inputs[0], band, source, state);
    });
    if (!source.empty()) {
      state.points.start(band > 0);
      run(band, source, target, state);
    }
    std::byte* to = output.band_data(static_cast<int>(band));
    for (int line = 0; line < target.height; ++line) {
      std::memcpy(to + static_cast<std::size_t>(line) * output.stride_bytes(),
                  state.result.data() + static_cast<std::size_t>(line) * line_bytes, line_bytes);
    }
  }
}

}  // namespace

std::vector<Choice> choices_of(Resampling) {
  return {{"nearest", "value of the nearest pixel: for classes and masks"},
          {"bilinear", "weighted mean of the 4 nearest pixels"},
          {"cubic", "cubic convolution over 16 pixels"},
          {"average", "mean of the pixels underneath, by area"}};
}

std::unique_ptr<const Node> make_warp(const RasterInfo& input, const Grid& target, Resampling resampling,
                                      const WarpOptions& options) {
  return std::make_unique<Warp>(input, target, resampling, options, nullptr);
}

std::unique_ptr<const Node> make_control_warp(const RasterInfo& input, const ControlPoints& control, const Grid& target,
                                              Resampling resampling, const WarpOptions& options) {
  return std::make_unique<Warp>(input, target, resampling, options, &control);
}

}  // namespace cers
