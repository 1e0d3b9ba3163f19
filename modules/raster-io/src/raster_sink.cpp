// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/raster_sink.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "class_table.hpp"
#include "copy_sink.hpp"
#include "creation_options.hpp"
#include "output_driver.hpp"
#include "tiff_writer.hpp"

namespace cers {
namespace {

// What GDAL's cache grows to while one file is copied into another.
constexpr std::size_t copying_bytes = 16'000'000;
// And what it may grow to at most: for many files, of which one is copied at a time.
constexpr std::size_t most_copying_bytes = 128 << 20;

/// How the finished GeoTIFF becomes the output; absent when it is the output.
struct CopyPlan {
  OutputDriver driver;
  std::vector<std::string> options;
};

bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

std::optional<double> asked_nodata(const WriterName& name, PixelType type, std::size_t bands) {
  std::optional<double> value;
  for (const NodataItem& item : name.nodata) {
    if (item.band && *item.band > static_cast<int>(bands))
      throw UserError("nodata is given for band " + std::to_string(*item.band) + ", but '" + name.path + "' has " +
                          std::to_string(bands),
                      "count bands from 1");
    if (value && !same(*value, item.value))
      throw UserError("'" + name.path + "' has room for one nodata value, not for " + format_real(*value) + " and " +
                          format_real(item.value),
                      "give one value for all bands");
    if (!holds(type, item.value))
      throw UserError("the nodata value " + format_real(item.value) + " is no " + std::string(name_of(type)) +
                          " pixel of '" + name.path + "'",
                      "choose a value of that type, or another pixel type after the file name");
    value = item.value;
  }
  return value;
}

std::optional<double> inherited_nodata(const RasterInfo& info, PixelType type, const std::string& shown,
                                       const SinkOptions& options) {
  const auto warn = [&](const std::string& text) {
    if (options.warn) options.warn("'" + shown + "': " + text);
  };
  std::optional<double> value;
  for (const BandInfo& band : info.bands) {
    if (!band.nodata) continue;
    if (value && !same(*value, *band.nodata)) {
      warn("its bands have different nodata values, for which the file has no room: none is declared");
      return std::nullopt;
    }
    value = band.nodata;
  }
  if (!value || holds(type, *value)) return value;
  if (!std::isnan(*value))
    warn("the nodata value " + format_real(*value) + " is no " + std::string(name_of(type)) + ": none is declared");
  return std::nullopt;
}

class GdalSink final : public RasterSink {
 public:
  GdalSink(TiffSpec spec, std::optional<CopyPlan> copy, bool round, int threads, const std::string& path,
           const SinkOptions& options)
      : spec_(std::move(spec)),
        copy_(std::move(copy)),
        block_(tiff_block_size(spec_)),
        round_(round),
        threads_(threads),
        alone_(options.alone),
        group_(options.group),
        listed_(options.listed),
        copying_(copying_of(options)),
        file_(path, options.folder) {}

  std::string path() const override { return listed_ ? file_.final_path() : std::string(); }
  PixelType type() const override { return spec_.info.type; }
  bool round() const override { return round_; }
  bool alone() const override { return alone_; }
  int group() const override { return group_; }
  std::optional<double> nodata() const override {
    return spec_.nodata && !std::isnan(*spec_.nodata) ? spec_.nodata : std::nullopt;
  }
  Size block_size() const override { return block_; }
  std::size_t memory_bytes() const override;
  void open() override;
  void write(const Block& block) override {
    CERS_EXPECT(writer_);
    writer_->write(block);
  }
  void close() override;
  void publish() override { file_.publish(); }
  void discard() noexcept override {
    writer_.reset();
    file_.discard();
  }

 private:
  /// Bytes of copying that this sink accounts for.
  std::size_t copying_of(const SinkOptions& options) const {
    if (!copy_) return 0;
    if (!options.copying) return copying_bytes;
    return options.copying->insert(options.group).second ? most_copying_bytes : 0;
  }

  TiffSpec spec_;
  std::optional<CopyPlan> copy_;
  Size block_;
  bool round_;
  int threads_;
  bool alone_;
  int group_;
  bool listed_;
  std::size_t copying_;
  StagedFile file_;  // after it only what must be closed before its folder goes
  std::string scratch_;
  std::unique_ptr<TiffWriter> writer_;
};

std::size_t GdalSink::memory_bytes() const {
  const std::size_t block = static_cast<std::size_t>(block_.area()) * bytes_of(spec_.info.type);
  // The driver holds a block with all its bands and, per compressing thread, one in and one out.
  const std::size_t all_bands = block * spec_.info.bands.size();
  const std::size_t compressing = threads_ > 1 ? 2 * (static_cast<std::size_t>(threads_) + 1) * all_bands : all_bands;
  return block + all_bands + compressing + copying_;
}

void GdalSink::open() {
  scratch_ = file_.scratch_path();
  if (copy_) scratch_ = file_.folder().fresh_folder() + "/pixels.tif";
  writer_ = std::make_unique<TiffWriter>(spec_, scratch_);
}

void GdalSink::close() {
  CERS_EXPECT(writer_);
  writer_->close();
  writer_.reset();
  if (!copy_) return;
  copy_raster(scratch_, file_.scratch_path(), copy_->driver, copy_->options, spec_, threads_);
  std::error_code fault;  // room for the next output; what stays goes with the run folder
  std::filesystem::remove_all(std::filesystem::path(scratch_).parent_path(), fault);
}

}  // namespace

std::unique_ptr<RasterSink> make_raster_sink(const RasterInfo& info, const WriterName& name,
                                             const SinkOptions& options) {
  CERS_EXPECT(!info.bands.empty() && info.grid.size.width > 0 && info.grid.size.height > 0);
  const OutputDriver output = choose_driver(name, options.type);
  if (options.warn && !output.warning.empty()) options.warn(output.warning);
  check_options(output, name.creation_options);

  TiffSpec spec;
  spec.info = info;
  spec.info.type = options.type;
  spec.epsg = name.epsg;
  spec.shown = output.path;
  spec.nodata = name.nodata.empty() ? inherited_nodata(info, options.type, output.path, options)
                                    : asked_nodata(name, options.type, info.bands.size());
  const CreationOptions asked(name.creation_options);
  const std::string* const photometric = asked.find("PHOTOMETRIC");
  const bool palette = output.name != "JPEG" && (output.name != "PNG" || options.type == PixelType::u8);
  spec.colours = palette && (photometric == nullptr || equal_ignoring_case(*photometric, "PALETTE"));
  for (const BandInfo& band : info.bands) {
    const auto untold = untold_classes(band.classes, options.type);
    if (untold && options.warn) options.warn("'" + output.path + "': " + *untold);
  }
  std::optional<CopyPlan> copy;
  if (output.tiff()) {
    spec.options = tiff_options(name.creation_options, info, options.type, options.threads).list();
  } else {
    spec.options = tiff_options({}, info, options.type, options.threads).list();
    copy = CopyPlan{output, copy_options(output, name.creation_options, options.type, options.threads).list()};
  }
  if (output.tiff() || output.name == "COG") spec.software = options.software;
  return std::make_unique<GdalSink>(std::move(spec), std::move(copy), options.round || name.round,
                                    std::max(1, options.threads), output.path, options);
}

}  // namespace cers
