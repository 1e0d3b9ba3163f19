// SPDX-License-Identifier: Apache-2.0
// Runs commands in tests as a user would, on small rasters the test writes.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <fstream>
#include <iterator>

#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "cers/applications.hpp"
#include "cers/cli/cli.hpp"
#include "cers/raster-io/handle_pool.hpp"
#include "cers/raster-io/raster_sink.hpp"
#include "cers/raster-io/raster_source.hpp"

namespace cers::testing {

struct CommandResult {
  int code = -1;
  std::string out;
  std::string err;
};

/// `cers({"BandMath", "-il", …})` runs the command line in this process.
inline CommandResult cers(const std::vector<std::string>& arguments) {
  static const Registry registry(all_applications());
  std::ostringstream out;
  std::ostringstream err;
  CommandResult result;
  result.code = run_command_line(arguments, registry, out, err);
  result.out = out.str();
  result.err = err.str();
  return result;
}

/// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cers-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The whole of a file.
inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A grid of 10 m pixels in UTM 31 north, as of Sentinel-2.
inline Grid utm_grid(Size size, double pixel = 10) {
  Grid grid;
  grid.size = size;
  grid.georeferenced = true;
  grid.transform.a = {300000, pixel, 0, 4800000, 0, -pixel};
  grid.crs =
      R"(PROJCS["WGS 84 / UTM zone 31N",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",3],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","32631"]])";
  return grid;
}

/// Writes a raster whose pixel (band from 0, x, y) is value(band, x, y). `name` may be an extended file name.
inline void write_raster(const std::string& name, const Grid& grid, int bands, PixelType type,
                         const std::function<double(int band, int x, int y)>& value,
                         std::optional<double> nodata = std::nullopt) {
  RasterInfo info;
  info.grid = grid;
  info.type = type;
  info.bands.resize(static_cast<std::size_t>(bands));
  for (BandInfo& band : info.bands) band.nodata = nodata;
  SinkOptions options;
  options.type = type;
  const auto sink = make_raster_sink(info, parse_writer_name(name), options);
  sink->open();
  const TileGrid blocks(grid.size, sink->block_size());
  for (int i = 0; i < blocks.count(); ++i) {
    Block exact(blocks[i], bands, PixelType::f64);
    Block block(blocks[i], bands, type);
    for (int band = 0; band < bands; ++band) {
      const auto plane = exact.plane<double>(band);
      for (int y = blocks[i].y; y < blocks[i].bottom(); ++y) {
        for (int x = blocks[i].x; x < blocks[i].right(); ++x) plane.at(x, y) = value(band, x, y);
      }
      copy_pixels(exact, band, block, band, blocks[i]);
    }
    sink->write(block);
  }
  sink->close();
  sink->publish();
}

/// A whole file as doubles, with its header.
struct RasterFile {
  RasterInfo info;
  Block pixels;
  double at(int band, int x, int y) const { return pixels.plane<double>(band).at(x, y); }
};

inline RasterFile read_raster(const std::string& path) {
  HandlePool pool;
  const auto source = open_raster(parse_reader_name(path), pool);
  RasterFile file;
  file.info = source->info();
  const Size size = file.info.grid.size;
  const int bands = static_cast<int>(file.info.bands.size());
  file.pixels.reshape(Window::of(size), bands, PixelType::f64);
  const TileGrid blocks(size, source->block_size());
  std::vector<int> all;
  for (int band = 0; band < bands; ++band) all.push_back(band);
  for (int i = 0; i < blocks.count(); ++i) {
    Block block(blocks[i], bands, file.info.type);
    source->decode(i % blocks.columns(), i / blocks.columns(), all, block);
    for (int band = 0; band < bands; ++band) copy_pixels(block, band, file.pixels, band, blocks[i]);
  }
  return file;
}

}  // namespace cers::testing
