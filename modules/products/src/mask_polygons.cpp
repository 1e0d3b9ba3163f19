// SPDX-License-Identifier: Apache-2.0
// Grammar: eop:Mask / eop:maskMembers / eop:MaskFeature, each with an eop:maskType and a gml:Polygon whose coordinates
// lie in the tile's reference system. Sentinel-2 Products Specification Document, issue 14.
#include "cers/products/mask_polygons.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cers/core/text.hpp"
#include "cers/geo/crs.hpp"
#include "cers/vector-io/pixel_shape.hpp"
#include "listing.hpp"
#include "xml.hpp"

namespace cers {
namespace {

using products::child;
using products::Xml;

constexpr const char* again = "copy or download the product again";

std::vector<double> numbers_of(std::string_view text, const std::string& shown) {
  constexpr std::string_view blanks = " \t\r\n";
  std::vector<double> all;
  for (std::size_t start = text.find_first_not_of(blanks); start != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(blanks, start), text.size());
    const auto value = parse_real(text.substr(start, end - start));
    if (!value || !std::isfinite(*value))
      throw DataError(shown + ": '" + std::string(text.substr(start, std::min<std::size_t>(end - start, 40))) +
                          "' in a polygon is no coordinate",
                      again);
    all.push_back(*value);
    start = text.find_first_not_of(blanks, end);
  }
  return all;
}

/// Of one file, in pixels of a grid.
class Reader {
 public:
  Reader(const Grid& grid, std::string shown) : grid_(grid), shown_(std::move(shown)) {}

  PixelShape shape(pugi::xml_node polygon) {
    PixelShape made;
    std::vector<PixelRing> rings;
    for (const pugi::xml_node part : polygon.children()) {
      const auto name = products::local_name(part);
      if (name == "exterior" || name == "interior") rings.push_back(ring(child(child(part, "LinearRing"), "posList")));
    }
    double west = grid_.size.width;
    double north = grid_.size.height;
    double east = 0;
    double south = 0;
    for (const PixelRing& one : rings) {
      for (const PixelPoint& point : one) {
        west = std::min(west, point.x);
        east = std::max(east, point.x);
        north = std::min(north, point.y);
        south = std::max(south, point.y);
      }
    }
    const auto whole = [](double value) { return static_cast<int>(std::clamp(value, -1e8, 1e8)); };
    const Window around{whole(std::floor(west)), whole(std::floor(north)),
                        whole(std::ceil(east)) - whole(std::floor(west)),
                        whole(std::ceil(south)) - whole(std::floor(north))};
    if (around.width > 0 && around.height > 0) made.around = around.clipped(grid_.size);
    made.polygons.push_back(std::move(rings));
    return made;
  }

 private:
  PixelRing ring(pugi::xml_node list) const {
    const std::vector<double> values = numbers_of(list.text().get(), shown_);
    const auto given = parse_integer(list.attribute("srsDimension").value());
    const std::size_t dimension = given && *given == 3 ? 3 : 2;
    constexpr std::size_t fewest = 4;  // a triangle, closed
    if (values.size() % dimension != 0 || values.size() / dimension < fewest)
      throw DataError(shown_ + ": a polygon has " + std::to_string(values.size()) + " numbers of " +
                          std::to_string(dimension) + " dimensions",
                      again);
    const auto& a = grid_.transform.a;
    PixelRing points;
    for (std::size_t i = 0; i < values.size(); i += dimension)
      points.push_back({(values[i] - a[0]) / a[1], (values[i + 1] - a[3]) / a[5]});
    points.push_back(points.front());
    return points;
  }

  const Grid& grid_;
  std::string shown_;
};

// "urn:ogc:def:crs:EPSG:8.7:32753": the version of the register stands before the code.
void check_system(pugi::xml_node root, const Grid& grid, const std::string& shown) {
  const std::string name = child(child(root, "boundedBy"), "Envelope").attribute("srsName").value();
  const auto code = products::count_in(name.substr(name.rfind(':') + 1));
  const auto own = epsg_of(grid.crs);
  if (!code || !own || *code == *own) return;
  throw DataError(shown + " lies in EPSG:" + std::to_string(*code) + ", the tile in EPSG:" + std::to_string(*own),
                  again);
}

class PolygonMask final : public PixelwiseNode {
 public:
  PolygonMask(Grid grid, std::string identity, const std::vector<PixelShape>& shapes)
      : grid_(std::move(grid)), identity_(std::move(identity)) {
    std::vector<PixelRun> runs;
    for (const PixelShape& shape : shapes) append_runs(shape, 0, runs);
    std::sort(runs.begin(), runs.end(), [](const PixelRun& a, const PixelRun& b) {
      return std::array{a.y, a.begin, a.end} < std::array{b.y, b.begin, b.end};
    });
    lines_.assign(static_cast<std::size_t>(grid_.size.height) + 1, 0);
    for (const PixelRun& run : runs) ++lines_[static_cast<std::size_t>(run.y) + 1];
    for (std::size_t y = 1; y < lines_.size(); ++y) lines_[y] += lines_[y - 1];
    runs_ = std::move(runs);
  }
  std::string name() const override { return "polygon mask"; }
  std::string signature() const override { return "polygon mask " + identity_ + " " + grid_.text(); }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    BandInfo band;
    band.name = "inside";
    return {grid_, {band}, PixelType::u8};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<std::uint8_t>();
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    const auto y = static_cast<std::size_t>(row.y);
    const int right = row.x + static_cast<int>(row.count);
    for (std::size_t i = lines_[y]; i < lines_[y + 1]; ++i) {
      const int begin = std::max(runs_[i].begin, row.x);
      const int end = std::min(runs_[i].end, right);
      for (int x = begin; x < end; ++x) out[static_cast<std::size_t>(x - row.x)] = 1;
    }
  }

 private:
  Grid grid_;
  std::string identity_;
  std::vector<PixelRun> runs_;      ///< by line
  std::vector<std::size_t> lines_;  ///< the first run of each line, and the end
};

}  // namespace

std::unique_ptr<const Node> make_polygon_mask(const Product& product, const MaskTest& test, const Grid& grid) {
  CERS_EXPECT(test.kind == MaskTest::Kind::inside);
  if (!grid.georeferenced || !grid.transform.north_up())
    throw DataError("the bands of " + product.id + " lie askew: its polygons (" + test.polygons + ") cannot be drawn",
                    again);
  const std::string path = member_path(product, test.polygons);
  const Xml xml = Xml::parse_text(read_product_text(product, path), path + " of '" + product.path + "'");
  std::vector<PixelShape> shapes;
  Reader reader(grid, xml.shown());
  check_system(xml.root(), grid, xml.shown());
  for (const pugi::xml_node feature : child(xml.root(), "maskMembers").children()) {
    const std::string type(trimmed(child(feature, "maskType").text().get()));
    if (!test.types.empty() && std::find(test.types.begin(), test.types.end(), type) == test.types.end()) continue;
    for (const pugi::xml_node polygon : child(feature, "extentOf").children()) {
      if (products::local_name(polygon) == "Polygon") shapes.push_back(reader.shape(polygon));
    }
  }
  return std::make_unique<PolygonMask>(grid, test.polygons + " " + join(test.types, ","), shapes);
}

}  // namespace cers
