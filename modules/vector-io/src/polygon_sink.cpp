// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/polygon_sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cers/core/error.hpp"
#include "cers/geo/crs.hpp"
#include "polygon_measures.hpp"
#include "vector_writer.hpp"

namespace cers {
namespace {

constexpr int rows_a_block = 64;
// Bytes of labels, parts and ends of chains of a column; OGR and its driver.
constexpr std::size_t column_bytes = 60;
constexpr std::size_t driver_bytes = 16'000'000;
// The largest region is one geometry of OGR while it is written, and twice a blob in SQLite: 90 bytes for each corner
// when most of its rings are holes of one pixel. Room is planned for a corner of it in 100 pixels.
constexpr std::size_t corner_bytes = 90;
constexpr std::size_t pixels_a_corner = 100;

/// Square metres of a pixel; throws UserError where pixels have no such size.
double area_of_pixel(const Grid& grid) {
  const auto metres = grid.georeferenced ? metres_per_unit(grid.crs) : std::nullopt;
  if (!metres)
    throw UserError(fmt::format("areas of polygons are asked for, and the map is in {}", crs_label(grid.crs)),
                    "leave the area out, or bring the map to a projected reference system first");
  const auto& a = grid.transform.a;
  return std::abs(a[1] * a[5] - a[2] * a[4]) * *metres * *metres;
}

PixelType type_of_sink(PixelType codes, const MeasureCounts& measured) {
  if (!measured.none()) return PixelType::f64;
  return codes == PixelType::u32 ? PixelType::u32 : PixelType::i32;
}

class PolygonSink final : public RasterSink {
 public:
  PolygonSink(const RasterInfo& info, const std::string& path, const PolygonSinkOptions& options, VectorSpec spec)
      : size_(info.grid.size),
        transform_(info.grid.georeferenced ? info.grid.transform : GeoTransform{}),
        measures_(options.measures, options.measures.area ? area_of_pixel(info.grid) : 0, info.grid.size.width),
        type_(type_of_sink(info.type, measures_.counts())),
        options_(options),
        writer_(path, options.folder, std::move(spec)) {
    for (const ClassInfo& one : info.bands[0].classes) names_[one.code] = one.name;
    std::sort(options_.without.begin(), options_.without.end());
    options_.folder.reset();
  }

  std::string path() const override { return options_.listed ? writer_.final_path() : std::string(); }
  PixelType type() const override { return type_; }
  Size block_size() const override { return {size_.width, std::min(size_.height, rows_a_block)}; }
  std::size_t memory_bytes() const override {
    return static_cast<std::size_t>(size_.width) * column_bytes + driver_bytes +
           static_cast<std::size_t>(size_.area()) / pixels_a_corner * corner_bytes + statistics_bytes();
  }

  void open() override {
    writer_.open();
    polygonizer_ = std::make_unique<Polygonizer>(
        size_.width, options_.connectivity, [this](RegionOutline&& outline) { deliver(std::move(outline)); },
        measures_.counts());
    labels_.resize(static_cast<std::size_t>(size_.width));
  }
  void write(const Block& block) override {
    CERS_EXPECT(polygonizer_ && block.window().x == 0 && block.window().width == size_.width);
    if (type_ == PixelType::f64)
      add_rows<double>(block);
    else if (type_ == PixelType::u32)
      add_rows<std::uint32_t>(block);
    else
      add_rows<std::int32_t>(block);
  }
  void close() override {
    CERS_EXPECT(polygonizer_);
    polygonizer_->finish();
    polygonizer_.reset();
    writer_.close();
  }
  void publish() override { writer_.publish(); }
  void discard() noexcept override {
    polygonizer_.reset();
    writer_.discard();
  }

 private:
  /// At most one region for each column of the row in work, and of the one above.
  std::size_t statistics_bytes() const {
    return measures_.counts().none() ? 0 : 2 * static_cast<std::size_t>(size_.width) * measures_.region_bytes();
  }

  template <class T>
  void add_rows(const Block& block) {
    const bool measured = !measures_.counts().none();
    const auto plane = block.plane<T>(0);
    const auto excluded = [&](std::int64_t code) {
      return std::binary_search(options_.without.begin(), options_.without.end(), code);
    };
    for (int y = plane.window.y; y < plane.window.bottom(); ++y) {
      const auto row = plane.row(y);
      std::int64_t last = Polygonizer::nothing;
      std::int64_t last_label = Polygonizer::nothing;
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (const auto code = static_cast<std::int64_t>(row[i]); code != last) {
          last = code;
          last_label = excluded(last) ? Polygonizer::nothing : last;
        }
        labels_[i] = last_label;
      }
      if (measured)
        polygonizer_->add_row(labels_, measures_.row(block, y));
      else
        polygonizer_->add_row(labels_);
    }
  }

  void deliver(RegionOutline&& outline) {
    const auto name = names_.find(outline.label);
    const auto numbers = measures_.numbers(outline);
    writer_.add(std::move(outline), transform_, name == names_.end() ? std::string() : name->second, numbers);
  }

  Size size_;
  GeoTransform transform_;
  MeasureRows measures_;
  PixelType type_;
  PolygonSinkOptions options_;
  VectorWriter writer_;
  std::map<std::int64_t, std::string> names_;
  std::unique_ptr<Polygonizer> polygonizer_;
  std::vector<std::int64_t> labels_;
};

}  // namespace

std::unique_ptr<RasterSink> make_polygon_sink(const RasterInfo& info, const std::string& path,
                                              const PolygonSinkOptions& options) {
  if (info.bands.size() != 1)
    throw UserError(fmt::format("polygons are made of a map of one band, and this image has {}", info.bands.size()),
                    "choose one: IMAGE?&bands=1");
  if (is_floating(info.type))
    throw UserError(
        "polygons are made of codes, and these pixels are real numbers",
        "make codes first, for example: cers BandMath -il IMAGE -exp \"im1b1 > 0.4\" -out classes.tif uint8");
  VectorSpec spec;
  spec.crs = info.grid.crs;
  spec.multiple = options.connectivity == Connectivity::corners;
  spec.code_field = options.field;
  const auto& classes = info.bands[0].classes;
  const bool named =
      std::any_of(classes.begin(), classes.end(), [](const ClassInfo& one) { return !one.name.empty(); });
  if (named && options.names) spec.name_field = "class";
  spec.number_fields = number_fields(options.measures);
  check_vector_path(path, spec);
  return std::make_unique<PolygonSink>(info, path, options, std::move(spec));
}

}  // namespace cers
