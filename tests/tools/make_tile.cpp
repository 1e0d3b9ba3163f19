// SPDX-License-Identifier: Apache-2.0
// Writes simulated Sentinel-2-like bands (DN = 10 000 × reflectance, int16): B2, B3, B4, B8 and B11 on one grid, or
// B11 with pixels twice as large, as Sentinel-2 delivers it.
// Fractal land cover, parcels, water, snow and sensor noise, so that codecs meet realistic entropy.
// The same arguments always give the same pixels: every value is a hash of its position and the seed.
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

struct Options {
  std::string folder;
  int width = 10980;
  int height = 10980;
  double spacing = 10.0;
  std::uint64_t seed = 1;
  bool wedge = false;   // nodata -10000 left of a slanted orbit edge
  bool zeros = false;   // about one pixel in 4096 is 0 in every band: a normalised difference meets 0/0
  bool stack = false;   // also STACK.tif: B3, B4, B8, B11 as pixel-interleaved float32 reflectance
  bool swir20 = false;  // B11 as means of 2 × 2 pixels; width and height must be even
};

constexpr int block_side = 512;
constexpr std::int16_t nodata = -10000;
constexpr std::array<const char*, 5> band_names = {"B3", "B4", "B8", "B11", "B2"};
constexpr std::size_t band_count = band_names.size();
constexpr std::size_t stacked_bands = 4;  // the first ones
constexpr std::size_t swir = 3;           // index of B11

std::uint64_t mix(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::uint64_t hash(std::uint64_t seed, int x, int y) {
  const auto ux = static_cast<std::uint64_t>(static_cast<std::uint32_t>(x));
  const auto uy = static_cast<std::uint64_t>(static_cast<std::uint32_t>(y));
  return mix(seed ^ (uy << 32 | ux));
}

float unit(std::uint64_t h) {
  return static_cast<float>(h >> 40) * 0x1p-24F;
}

// Sum of four 16-bit uniforms, centred and scaled: nearly normal, standard deviation 1.
float normal(std::uint64_t h) {
  const auto sum = static_cast<int>(h & 0xffff) + static_cast<int>(h >> 16 & 0xffff) +
                   static_cast<int>(h >> 32 & 0xffff) + static_cast<int>(h >> 48);
  return static_cast<float>(sum - 131070) * (1.0F / 37837.2F);
}

// Adds one row of value noise whose lattice has `cell` pixels, times `weight`.
void add_octave(std::uint64_t seed, int y, int cell, float weight, std::vector<float>& row) {
  const int lattice_y = y / cell;
  const float fy = static_cast<float>(y % cell) / static_cast<float>(cell);
  const auto lattice = [&](int lattice_x) {
    return unit(hash(seed, lattice_x, lattice_y)) * (1.0F - fy) + unit(hash(seed, lattice_x, lattice_y + 1)) * fy;
  };
  const int width = static_cast<int>(row.size());
  const float step = 1.0F / static_cast<float>(cell);
  for (int x0 = 0; x0 < width; x0 += cell) {
    const float left = lattice(x0 / cell);
    const float slope = (lattice(x0 / cell + 1) - left) * step;
    const int count = std::min(cell, width - x0);
    for (int i = 0; i < count; ++i)
      row[static_cast<std::size_t>(x0 + i)] += weight * (left + slope * static_cast<float>(i));
  }
}

void fractal(std::uint64_t seed, int y, int largest, std::vector<float>& row) {
  std::fill(row.begin(), row.end(), 0.0F);
  float weight = 0.5F;
  for (int cell = largest; cell >= 4; cell /= 2, weight *= 0.5F)
    add_octave(mix(seed + static_cast<std::uint64_t>(cell)), y, cell, weight, row);
}

struct Spectrum {
  std::array<float, band_count> dn;
};
constexpr Spectrum soil{{1300.0F, 1700.0F, 2500.0F, 3300.0F, 1000.0F}};
constexpr Spectrum leaves{{650.0F, 350.0F, 4300.0F, 1700.0F, 380.0F}};
constexpr Spectrum water{{420.0F, 260.0F, 110.0F, 45.0F, 480.0F}};
constexpr Spectrum snow{{8300.0F, 8100.0F, 6900.0F, 620.0F, 8400.0F}};

class Scene {
 public:
  // The largest relief cell is about a fifth of the width, so that small scenes hold water and snow too.
  explicit Scene(const Options& options)
      : options_(options),
        relief_cell_(static_cast<int>(std::bit_floor(static_cast<unsigned>(std::clamp(options.width / 5, 16, 2048))))) {
  }

  // Row y of all bands, band after band.
  void row(int y, std::array<std::int16_t*, band_count> out) const {
    const auto width = static_cast<std::size_t>(options_.width);
    std::vector<float> cover(width);
    std::vector<float> relief(width);
    fractal(mix(options_.seed) + 1, y, 512, cover);
    fractal(mix(options_.seed) + 2, y, relief_cell_, relief);
    const int edge = options_.wedge ? options_.width / 4 - y * options_.width / (4 * std::max(options_.height, 1)) : 0;
    for (std::size_t i = 0; i < width; ++i) {
      const int x = static_cast<int>(i);
      const std::uint64_t h = hash(mix(options_.seed) + 3, x, y);
      if (x < edge || (options_.zeros && (h & 0xfff) == 0)) {
        for (auto* band : out) band[i] = x < edge ? nodata : std::int16_t{0};
        continue;
      }
      // Parcels: slanted rectangles, each with its own crop and brightness.
      const int u = (x * 3 + y) / 120;
      const int v = (y * 3 - x + 4 * options_.width) / 90;
      const std::uint64_t parcel = hash(mix(options_.seed) + 4, u, v);
      const float green = std::clamp(0.6F * unit(parcel) + 1.2F * (cover[i] - 0.3F), 0.0F, 1.0F);
      const float light = 0.75F + 0.5F * relief[i] + 0.1F * unit(mix(parcel));
      const bool is_water = relief[i] < 0.24F;
      const bool is_snow = relief[i] > 0.74F;
      for (std::size_t b = 0; b < band_count; ++b) {
        const float land = light * (soil.dn[b] + green * (leaves.dn[b] - soil.dn[b]));
        const float clean = is_water ? water.dn[b] : is_snow ? snow.dn[b] * (0.9F + 0.2F * cover[i]) : land;
        const float sigma = is_water ? 8.0F : 18.0F + 0.022F * clean;
        const float noisy = clean + sigma * normal(mix(h + b));
        out[b][i] = static_cast<std::int16_t>(std::lround(std::clamp(noisy, 1.0F, 15000.0F)));
      }
    }
  }

 private:
  const Options& options_;
  int relief_cell_;
};

void check(CPLErr status, const char* what) {
  if (status != CE_None) throw std::runtime_error(std::string(what) + ": " + CPLGetLastErrorMsg());
}

// `factor`: pixels of the scene along a pixel of the file.
GDALDatasetUniquePtr create(const Options& options, const std::string& name, int bands, GDALDataType type, bool tiled,
                            int factor = 1) {
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  if (driver == nullptr) throw std::runtime_error("this GDAL has no GTiff driver");
  CPLStringList creation;
  creation.SetNameValue("COMPRESS", "DEFLATE");
  creation.SetNameValue("PREDICTOR", type == GDT_Float32 ? "3" : "2");
  creation.SetNameValue("INTERLEAVE", "PIXEL");
  creation.SetNameValue("NUM_THREADS", "2");
  if (tiled) {
    creation.SetNameValue("TILED", "YES");
    creation.SetNameValue("BLOCKXSIZE", std::to_string(block_side).c_str());
    creation.SetNameValue("BLOCKYSIZE", std::to_string(block_side).c_str());
  }
  const std::string path = options.folder + "/" + name + ".tif";
  GDALDatasetUniquePtr dataset(
      driver->Create(path.c_str(), options.width / factor, options.height / factor, bands, type, creation.List()));
  if (!dataset) throw std::runtime_error("cannot create " + path + ": " + CPLGetLastErrorMsg());
  const double spacing = options.spacing * factor;
  std::array<double, 6> transform = {600000.0, spacing, 0.0, 4900020.0, 0.0, -spacing};
  check(dataset->SetGeoTransform(transform.data()), "geotransform");
  OGRSpatialReference crs;
  if (crs.importFromEPSG(32631) != OGRERR_NONE) throw std::runtime_error("EPSG:32631 is not known to PROJ");
  check(dataset->SetSpatialRef(&crs), "coordinate reference system");
  return dataset;
}

void close(GDALDatasetUniquePtr& dataset) {
  CPLErrorReset();
  dataset.reset();
  if (CPLGetLastErrorType() >= CE_Failure) throw std::runtime_error(std::string("closing: ") + CPLGetLastErrorMsg());
}

// Means of 2 × 2 pixels of `rows` lines that begin at line y0; nodata where one of the four is.
void write_halved(GDALDataset& file, const std::vector<std::int16_t>& strip, int width, int y0, int rows) {
  const int columns = width / 2;
  std::vector<std::int16_t> means(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows / 2));
  for (int r = 0; r < rows / 2; ++r) {
    for (int c = 0; c < columns; ++c) {
      const auto first =
          static_cast<std::size_t>(2 * r) * static_cast<std::size_t>(width) + static_cast<std::size_t>(2 * c);
      const auto below = first + static_cast<std::size_t>(width);
      const std::array<int, 4> four = {strip[first], strip[first + 1], strip[below], strip[below + 1]};
      const bool missing = std::find(four.begin(), four.end(), nodata) != four.end();
      means[static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(c)] =
          missing ? nodata : static_cast<std::int16_t>((four[0] + four[1] + four[2] + four[3] + 2) / 4);
    }
  }
  check(file.GetRasterBand(1)->RasterIO(GF_Write, 0, y0 / 2, columns, rows / 2, means.data(), columns, rows / 2,
                                        GDT_Int16, 0, 0, nullptr),
        "write");
}

void write(const Options& options) {
  const Scene scene(options);
  std::array<GDALDatasetUniquePtr, band_count> files;
  for (std::size_t b = 0; b < band_count; ++b) {
    files[b] = create(options, band_names[b], 1, GDT_Int16, true, b == swir && options.swir20 ? 2 : 1);
    if (options.wedge) check(files[b]->GetRasterBand(1)->SetNoDataValue(nodata), "nodata");
  }
  GDALDatasetUniquePtr stack;
  if (options.stack) stack = create(options, "STACK", static_cast<int>(stacked_bands), GDT_Float32, false);

  const auto width = static_cast<std::size_t>(options.width);
  std::array<std::vector<std::int16_t>, band_count> strips;
  for (auto& strip : strips) strip.resize(width * block_side);
  std::vector<std::int16_t> block(static_cast<std::size_t>(block_side) * block_side);
  std::vector<float> pixels;
  for (int y0 = 0; y0 < options.height; y0 += block_side) {
    const int rows = std::min(block_side, options.height - y0);
    const auto compute = [&](int first) {
      for (int r = first; r < rows; r += 2) {
        std::array<std::int16_t*, band_count> out{};
        for (std::size_t b = 0; b < band_count; ++b) out[b] = strips[b].data() + static_cast<std::size_t>(r) * width;
        scene.row(y0 + r, out);
      }
    };
    {
      const std::jthread other(compute, 1);
      compute(0);
    }
    for (std::size_t b = 0; b < band_count; ++b) {
      if (b == swir && options.swir20) {
        write_halved(*files[b], strips[b], options.width, y0, rows);
        continue;
      }
      for (int x0 = 0; x0 < options.width; x0 += block_side) {
        const int columns = std::min(block_side, options.width - x0);
        std::fill(block.begin(), block.end(), std::int16_t{0});
        for (int r = 0; r < rows; ++r) {
          std::copy_n(strips[b].data() + static_cast<std::size_t>(r) * width + x0, columns,
                      block.data() + static_cast<std::size_t>(r) * block_side);
        }
        check(files[b]->GetRasterBand(1)->WriteBlock(x0 / block_side, y0 / block_side, block.data()), "write");
      }
    }
    if (stack) {
      pixels.resize(width * static_cast<std::size_t>(rows) * stacked_bands);
      for (std::size_t b = 0; b < stacked_bands; ++b) {
        for (std::size_t i = 0; i < width * static_cast<std::size_t>(rows); ++i) {
          pixels[i * stacked_bands + b] = static_cast<float>(strips[b][i]) / 10000.0F;
        }
      }
      constexpr GSpacing pixel = stacked_bands * sizeof(float);
      check(stack->RasterIO(GF_Write, 0, y0, options.width, rows, pixels.data(), options.width, rows, GDT_Float32,
                            static_cast<int>(stacked_bands), nullptr, pixel, pixel * options.width, sizeof(float),
                            nullptr),
            "write");
    }
  }
  for (auto& file : files) close(file);
  if (stack) close(stack);
}

int number(std::string_view key, const std::string& text, int lowest, int highest) {
  std::size_t used = 0;
  int value = 0;
  try {
    value = std::stoi(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used != text.size() || text.empty() || value < lowest || value > highest) {
    throw std::invalid_argument(std::string(key) + ": expected a whole number from " + std::to_string(lowest) + " to " +
                                std::to_string(highest) + ", not '" + text + "'");
  }
  return value;
}

Options parse(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& key = arguments[i];
    const auto value = [&] {
      if (i + 1 >= arguments.size()) throw std::invalid_argument(key + " needs a value");
      return arguments[++i];
    };
    if (key == "-width") {
      options.width = number(key, value(), 1, 100000);
    } else if (key == "-height") {
      options.height = number(key, value(), 1, 100000);
    } else if (key == "-spacing") {
      options.spacing = number(key, value(), 1, 10000);
    } else if (key == "-seed") {
      options.seed = static_cast<std::uint64_t>(number(key, value(), 0, 1000000000));
    } else if (key == "-wedge") {
      options.wedge = true;
    } else if (key == "-zeros") {
      options.zeros = true;
    } else if (key == "-stack") {
      options.stack = true;
    } else if (key == "-swir20") {
      options.swir20 = true;
    } else if (key.starts_with('-') || !options.folder.empty()) {
      throw std::invalid_argument("not understood: " + key);
    } else {
      options.folder = key;
    }
  }
  if (options.swir20 && (options.width % 2 != 0 || options.height % 2 != 0)) {
    throw std::invalid_argument("-swir20 needs an even width and height");
  }
  if (options.folder.empty()) throw std::invalid_argument("an existing output folder is needed");
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = parse({argv + 1, argv + argc});
    GDALAllRegister();
    write(options);
    return EXIT_SUCCESS;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr,
                 "make_tile: %s\nusage: make_tile FOLDER [-width 10980] [-height 10980] [-spacing 10] [-seed 1] "
                 "[-wedge] [-zeros] [-stack] [-swir20]\n",
                 error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_tile: %s\n", error.what());
    return 3;
  }
}
