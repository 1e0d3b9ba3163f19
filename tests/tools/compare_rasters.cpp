// SPDX-License-Identifier: Apache-2.0
// compare_rasters A B: do two rasters hold the same pixels? Prints one line of key=value; exit code 0 when they agree
// within the tolerance, 1 when not, 2 usage, 3 unreadable.
//   -abs T      largest accepted |a - b| (default 0)
//   -rel R      accepted in addition: R * max(|a|, |b|)
//   -allow N    this many pixels may exceed the tolerance (default 0)
//   -grid       size is always compared; this also compares geotransform and coordinate reference system
//   -type       also compares the pixel types
//   -nodata     also compares the nodata values
// Two NaN are equal; so are two infinities of one sign; -0 equals 0.
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Options {
  std::vector<std::string> files;
  double absolute = 0.0;
  double relative = 0.0;
  long long allowed = 0;
  bool grid = false;
  bool type = false;
  bool nodata = false;
};

struct Counts {
  long long pixels = 0;
  long long differing = 0;
  long long beyond = 0;
  double largest = 0.0;
  double largest_relative = 0.0;
  int first_band = 0;
  int first_x = 0;
  int first_y = 0;
  double first_a = 0.0;
  double first_b = 0.0;
};

GDALDatasetUniquePtr open(const std::string& path) {
  GDALDatasetUniquePtr dataset(
      GDALDataset::Open(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR));
  if (!dataset) throw std::runtime_error("cannot open " + path);
  return dataset;
}

void read(GDALRasterBand& band, int y, int rows, std::vector<double>& out) {
  if (band.RasterIO(GF_Read, 0, y, band.GetXSize(), rows, out.data(), band.GetXSize(), rows, GDT_Float64, 0, 0,
                    nullptr) != CE_None) {
    throw std::runtime_error(std::string("read failed: ") + CPLGetLastErrorMsg());
  }
}

std::string header_difference(GDALDataset& a, GDALDataset& b, const Options& options) {
  if (a.GetRasterXSize() != b.GetRasterXSize() || a.GetRasterYSize() != b.GetRasterYSize()) {
    return "size " + std::to_string(a.GetRasterXSize()) + "x" + std::to_string(a.GetRasterYSize()) + " against " +
           std::to_string(b.GetRasterXSize()) + "x" + std::to_string(b.GetRasterYSize());
  }
  if (a.GetRasterCount() != b.GetRasterCount()) {
    return "bands " + std::to_string(a.GetRasterCount()) + " against " + std::to_string(b.GetRasterCount());
  }
  if (options.grid) {
    std::array<double, 6> ta{0, 1, 0, 0, 0, 1};
    std::array<double, 6> tb = ta;
    const bool has_a = a.GetGeoTransform(ta.data()) == CE_None;
    const bool has_b = b.GetGeoTransform(tb.data()) == CE_None;
    if (has_a != has_b) return "geotransform: only one file has one";
    for (std::size_t i = 0; i < ta.size(); ++i) {
      if (std::abs(ta[i] - tb[i]) > 1e-6) {
        return "geotransform[" + std::to_string(i) + "] " + std::to_string(ta[i]) + " against " + std::to_string(tb[i]);
      }
    }
    const OGRSpatialReference* ca = a.GetSpatialRef();
    const OGRSpatialReference* cb = b.GetSpatialRef();
    if ((ca == nullptr) != (cb == nullptr)) return "coordinate reference system: only one file has one";
    if (ca != nullptr && ca->IsSame(cb) == FALSE) return "coordinate reference systems differ";
  }
  for (int i = 1; i <= a.GetRasterCount(); ++i) {
    GDALRasterBand* band_a = a.GetRasterBand(i);
    GDALRasterBand* band_b = b.GetRasterBand(i);
    if (options.type && band_a->GetRasterDataType() != band_b->GetRasterDataType()) {
      return std::string("pixel type ") + GDALGetDataTypeName(band_a->GetRasterDataType()) + " against " +
             GDALGetDataTypeName(band_b->GetRasterDataType());
    }
    if (options.nodata) {
      int has_a = FALSE;
      int has_b = FALSE;
      const double nodata_a = band_a->GetNoDataValue(&has_a);
      const double nodata_b = band_b->GetNoDataValue(&has_b);
      if (has_a != has_b) return "nodata of band " + std::to_string(i) + ": only one file has one";
      const bool same = nodata_a == nodata_b || (std::isnan(nodata_a) && std::isnan(nodata_b));
      if (has_a != FALSE && !same) {
        return "nodata of band " + std::to_string(i) + ": " + std::to_string(nodata_a) + " against " +
               std::to_string(nodata_b);
      }
    }
  }
  return {};
}

Counts compare(GDALDataset& a, GDALDataset& b, const Options& options) {
  Counts counts;
  const int width = a.GetRasterXSize();
  const int height = a.GetRasterYSize();
  constexpr int strip = 512;
  std::vector<double> pa(static_cast<std::size_t>(width) * strip);
  std::vector<double> pb(pa.size());
  for (int band = 1; band <= a.GetRasterCount(); ++band) {
    for (int y = 0; y < height; y += strip) {
      const int rows = std::min(strip, height - y);
      const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(rows);
      read(*a.GetRasterBand(band), y, rows, pa);
      read(*b.GetRasterBand(band), y, rows, pb);
      counts.pixels += static_cast<long long>(size);
      for (std::size_t i = 0; i < size; ++i) {
        const double va = pa[i];
        const double vb = pb[i];
        if (va == vb || (std::isnan(va) && std::isnan(vb))) continue;
        ++counts.differing;
        const double difference = std::abs(va - vb);
        const double scale = std::max(std::abs(va), std::abs(vb));
        if (!std::isnan(difference)) {
          counts.largest = std::max(counts.largest, difference);
          counts.largest_relative = std::max(counts.largest_relative, difference / scale);
        }
        if (difference <= options.absolute + options.relative * scale && !std::isinf(scale)) continue;
        if (counts.beyond++ == 0) {
          counts.first_band = band;
          counts.first_x = static_cast<int>(i % static_cast<std::size_t>(width));
          counts.first_y = y + static_cast<int>(i / static_cast<std::size_t>(width));
          counts.first_a = va;
          counts.first_b = vb;
        }
      }
    }
  }
  return counts;
}

double number(const std::string& key, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value >= 0.0)) {
    throw std::invalid_argument(key + ": expected a number of at least 0, not '" + text + "'");
  }
  return value;
}

Options parse(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& key = arguments[i];
    const auto value = [&] {
      if (i + 1 >= arguments.size()) throw std::invalid_argument(key + " needs a value");
      return number(key, arguments[++i]);
    };
    if (key == "-abs") {
      options.absolute = value();
    } else if (key == "-rel") {
      options.relative = value();
    } else if (key == "-allow") {
      options.allowed = static_cast<long long>(value());
    } else if (key == "-grid") {
      options.grid = true;
    } else if (key == "-type") {
      options.type = true;
    } else if (key == "-nodata") {
      options.nodata = true;
    } else if (key.starts_with('-')) {
      throw std::invalid_argument("not understood: " + key);
    } else {
      options.files.push_back(key);
    }
  }
  if (options.files.size() != 2) throw std::invalid_argument("two files are needed");
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = parse({argv + 1, argv + argc});
    GDALAllRegister();
    const auto a = open(options.files[0]);
    const auto b = open(options.files[1]);
    if (const std::string difference = header_difference(*a, *b, options); !difference.empty()) {
      std::printf("header: %s\n", difference.c_str());
      return 1;
    }
    const Counts counts = compare(*a, *b, options);
    std::printf("pixels=%lld differing=%lld beyond=%lld max_abs=%.9g max_rel=%.3g", counts.pixels, counts.differing,
                counts.beyond, counts.largest, counts.largest_relative);
    if (counts.beyond > 0) {
      std::printf(" first=[band %d x %d y %d: %.9g against %.9g]", counts.first_band, counts.first_x, counts.first_y,
                  counts.first_a, counts.first_b);
    }
    std::printf("\n");
    return counts.beyond > options.allowed ? 1 : 0;
  } catch (const std::invalid_argument& error) {
    std::fprintf(
        stderr,
        "compare_rasters: %s\nusage: compare_rasters A B [-abs T] [-rel R] [-allow N] [-grid] [-type] [-nodata]\n",
        error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "compare_rasters: %s\n", error.what());
    return 3;
  }
}
