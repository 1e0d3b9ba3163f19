// SPDX-License-Identifier: Apache-2.0
// The floor: what an ordered tbb::parallel_pipeline over GDAL's ReadBlock and WriteBlock costs without any engine.
// One block is one tile, one dataset handle per worker and file, blocks written in row-major order by one stage.
//   floor ndvi  -il NIR RED          -out o.tif -type int16|float [-co K=V ...] [-threads N]
//   floor mask  -il NIR RED B3 B11   -out o.tif -type uint8       [-co K=V ...] [-threads N]
//   floor five  -il B3 B4 B8 B11     -out FOLDER -type int16      [-co K=V ...] [-threads N]   six files, one sweep
// All arithmetic as BandMath: double, stored as float32 (0/0 = NaN, beyond the range ±FLT_MAX), then clamped and
// truncated to an integer type, NaN as 0. The last line on stdout gives the CPU seconds spent in the kernels alone.
#include <gdal_priv.h>
#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Options {
  std::string mode;
  std::vector<std::string> inputs;
  std::string output;
  std::string type = "float";
  CPLStringList creation;
  int threads = 2;
};

using Row = std::int16_t;
using Inputs = std::vector<std::vector<Row>>;
using Bytes = std::vector<unsigned char>;

struct Product {
  std::string path;
  GDALDataType type;
  std::function<void(const Inputs&, Bytes&)> kernel;
};

float stored(double value) {
  constexpr double largest = std::numeric_limits<float>::max();
  return static_cast<float>(value < -largest ? -largest : largest < value ? largest : value);
}

template <class T>
T converted(float value) {
  if constexpr (std::is_same_v<T, float>) {
    return value;
  } else {
    constexpr auto low = static_cast<float>(std::numeric_limits<T>::min());
    constexpr auto high = static_cast<float>(std::numeric_limits<T>::max());
    const float number = value == value ? value : 0.0F;
    const float clamped = number < low ? low : high < number ? high : number;
    return static_cast<T>(static_cast<std::int32_t>(clamped));
  }
}

// (a - b) / (a + b) times `scale`, in BandMath's order: scale * (a - b) / (a + b).
template <class T>
auto normalised_difference(std::size_t a, std::size_t b, double scale) {
  return [=](const Inputs& in, Bytes& out) {
    const Row* pa = in[a].data();
    const Row* pb = in[b].data();
    T* to = reinterpret_cast<T*>(out.data());
    const std::size_t size = in[a].size();
    for (std::size_t i = 0; i < size; ++i) {
      const double va = pa[i];
      const double vb = pb[i];
      to[i] = converted<T>(stored(scale * (va - vb) / (va + vb)));
    }
  };
}

auto evi2(std::size_t nir, std::size_t red) {
  return [=](const Inputs& in, Bytes& out) {
    const Row* pn = in[nir].data();
    const Row* pr = in[red].data();
    auto* to = reinterpret_cast<std::int16_t*>(out.data());
    const std::size_t size = in[nir].size();
    for (std::size_t i = 0; i < size; ++i) {
      const double n = pn[i];
      const double r = pr[i];
      to[i] = converted<std::int16_t>(stored(25000.0 * (n - r) / (n + 2.4 * r + 10000.0)));
    }
  };
}

auto mask(std::size_t nir, std::size_t red, std::size_t green, std::size_t swir) {
  return [=](const Inputs& in, Bytes& out) {
    const Row* pn = in[nir].data();
    const Row* pr = in[red].data();
    const Row* pg = in[green].data();
    const Row* ps = in[swir].data();
    unsigned char* to = out.data();
    const std::size_t size = in[nir].size();
    for (std::size_t i = 0; i < size; ++i) {
      const double n = pn[i];
      const double r = pr[i];
      to[i] = static_cast<unsigned char>(static_cast<unsigned>((n - r) / (n + r) > 0.3) &
                                         static_cast<unsigned>(pg[i] < ps[i]));
    }
  };
}

std::vector<Product> products(const Options& options) {
  if (options.mode == "ndvi") {
    if (options.type == "float") return {{options.output, GDT_Float32, normalised_difference<float>(0, 1, 1.0)}};
    if (options.type == "int16")
      return {{options.output, GDT_Int16, normalised_difference<std::int16_t>(0, 1, 10000.0)}};
  } else if (options.mode == "mask" && options.type == "uint8") {
    return {{options.output, GDT_Byte, mask(0, 1, 2, 3)}};
  } else if (options.mode == "five" && options.type == "int16") {
    const std::string folder = options.output + "/";
    return {{folder + "ndvi.tif", GDT_Int16, normalised_difference<std::int16_t>(2, 1, 10000.0)},
            {folder + "ndwi.tif", GDT_Int16, normalised_difference<std::int16_t>(0, 2, 10000.0)},
            {folder + "ndsi.tif", GDT_Int16, normalised_difference<std::int16_t>(0, 3, 10000.0)},
            {folder + "ndmi.tif", GDT_Int16, normalised_difference<std::int16_t>(2, 3, 10000.0)},
            {folder + "evi2.tif", GDT_Int16, evi2(2, 1)},
            {folder + "mask.tif", GDT_Byte, mask(2, 1, 0, 3)}};
  }
  throw std::invalid_argument("no mode '" + options.mode + "' with type '" + options.type + "'");
}

void check(CPLErr status, const char* what) {
  if (status != CE_None) throw std::runtime_error(std::string(what) + ": " + CPLGetLastErrorMsg());
}

using Files = std::vector<GDALDatasetUniquePtr>;

Files open_all(const std::vector<std::string>& paths) {
  Files files;
  for (const std::string& path : paths) {
    files.emplace_back(GDALDataset::Open(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR));
    if (!files.back()) throw std::runtime_error("cannot open " + path);
    if (files.back()->GetRasterCount() != 1 || files.back()->GetRasterBand(1)->GetRasterDataType() != GDT_Int16) {
      throw std::runtime_error(path + ": one band of type Int16 is expected");
    }
  }
  return files;
}

struct Shape {
  int width, height, block_width, block_height;
  bool operator==(const Shape&) const = default;
};

Shape shape_of(GDALDataset& file) {
  Shape shape{file.GetRasterXSize(), file.GetRasterYSize(), 0, 0};
  file.GetRasterBand(1)->GetBlockSize(&shape.block_width, &shape.block_height);
  return shape;
}

GDALDatasetUniquePtr create(const Product& product, GDALDataset& like, const Options& options) {
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  if (driver == nullptr) throw std::runtime_error("this GDAL has no GTiff driver");
  CPLStringList creation(options.creation);
  if (options.threads > 1) creation.SetNameValue("NUM_THREADS", std::to_string(options.threads).c_str());
  GDALDatasetUniquePtr file(driver->Create(product.path.c_str(), like.GetRasterXSize(), like.GetRasterYSize(), 1,
                                           product.type, creation.List()));
  if (!file) throw std::runtime_error("cannot create " + product.path + ": " + CPLGetLastErrorMsg());
  std::array<double, 6> transform{};
  if (like.GetGeoTransform(transform.data()) == CE_None) check(file->SetGeoTransform(transform.data()), "geotransform");
  if (like.GetSpatialRef() != nullptr) check(file->SetSpatialRef(like.GetSpatialRef()), "coordinate reference system");
  if (!(shape_of(*file) == shape_of(like)))
    throw std::runtime_error(product.path + ": input and output blocks must agree");
  return file;
}

double thread_cpu() {
  timespec now{};
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) throw std::runtime_error("no CPU clock for threads");
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Worker {
  Files files;
  Inputs pixels;
  double kernel_seconds = 0.0;
};

struct Tile {
  int x = 0;
  int y = 0;
  std::vector<Bytes> outputs;
};

double run(const Options& options) {
  const std::vector<Product> wanted = products(options);
  const Files first = open_all(options.inputs);
  const Shape shape = shape_of(*first.front());
  for (const auto& file : first) {
    if (!(shape_of(*file) == shape)) throw std::runtime_error("all inputs must have one size and one block size");
  }
  Files outputs;
  for (const Product& product : wanted) outputs.push_back(create(product, *first.front(), options));

  const auto block = static_cast<std::size_t>(shape.block_width) * static_cast<std::size_t>(shape.block_height);
  const int columns = (shape.width + shape.block_width - 1) / shape.block_width;
  const int rows = (shape.height + shape.block_height - 1) / shape.block_height;
  const auto tokens = static_cast<std::size_t>(options.threads) + 2;

  std::vector<Tile> tiles(tokens);
  tbb::concurrent_queue<Tile*> idle;
  for (Tile& tile : tiles) {
    for (const Product& product : wanted) {
      tile.outputs.emplace_back(block * static_cast<std::size_t>(GDALGetDataTypeSizeBytes(product.type)));
    }
    idle.push(&tile);
  }
  tbb::enumerable_thread_specific<Worker> workers([&] {
    return Worker{open_all(options.inputs), Inputs(options.inputs.size(), std::vector<Row>(block)), 0.0};
  });

  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(options.threads));
  int next = 0;
  const auto take = [&](tbb::flow_control& control) -> Tile* {
    if (next == columns * rows) {
      control.stop();
      return nullptr;
    }
    Tile* tile = nullptr;
    if (!idle.try_pop(tile)) throw std::logic_error("more tiles in flight than tokens");
    tile->x = next % columns;
    tile->y = next / columns;
    ++next;
    return tile;
  };
  const auto compute = [&](Tile* tile) {
    Worker& worker = workers.local();
    for (std::size_t i = 0; i < worker.files.size(); ++i) {
      check(worker.files[i]->GetRasterBand(1)->ReadBlock(tile->x, tile->y, worker.pixels[i].data()), "read");
    }
    const double before = thread_cpu();
    for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i].kernel(worker.pixels, tile->outputs[i]);
    worker.kernel_seconds += thread_cpu() - before;
    return tile;
  };
  const auto write = [&](Tile* tile) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      check(outputs[i]->GetRasterBand(1)->WriteBlock(tile->x, tile->y, tile->outputs[i].data()), "write");
    }
    idle.push(tile);
  };
  tbb::parallel_pipeline(tokens, tbb::make_filter<void, Tile*>(tbb::filter_mode::serial_in_order, take) &
                                     tbb::make_filter<Tile*, Tile*>(tbb::filter_mode::parallel, compute) &
                                     tbb::make_filter<Tile*, void>(tbb::filter_mode::serial_in_order, write));
  CPLErrorReset();
  outputs.clear();
  if (CPLGetLastErrorType() >= CE_Failure) throw std::runtime_error(std::string("closing: ") + CPLGetLastErrorMsg());
  double seconds = 0.0;
  for (const Worker& worker : workers) seconds += worker.kernel_seconds;
  return seconds;
}

Options parse(const std::vector<std::string>& arguments) {
  Options options;
  std::size_t i = 0;
  const auto values = [&] {
    std::vector<std::string> list;
    while (i + 1 < arguments.size() && !arguments[i + 1].starts_with('-')) list.push_back(arguments[++i]);
    if (list.empty()) throw std::invalid_argument(arguments[i] + " needs a value");
    return list;
  };
  for (; i < arguments.size(); ++i) {
    const std::string key = arguments[i];
    if (key == "-il") {
      options.inputs = values();
    } else if (key == "-out") {
      options.output = values().front();
    } else if (key == "-type") {
      options.type = values().front();
    } else if (key == "-co") {
      for (const std::string& option : values()) options.creation.AddString(option.c_str());
    } else if (key == "-threads") {
      options.threads = std::atoi(values().front().c_str());
    } else if (i == 0) {
      options.mode = key;
    } else {
      throw std::invalid_argument("not understood: " + key);
    }
  }
  const std::size_t needed = options.mode == "ndvi" ? 2 : 4;
  if (options.inputs.size() != needed)
    throw std::invalid_argument("-il: " + std::to_string(needed) + " files are needed");
  if (options.output.empty()) throw std::invalid_argument("-out is needed");
  if (options.threads < 1) throw std::invalid_argument("-threads: at least 1");
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = parse({argv + 1, argv + argc});
    GDALAllRegister();
    std::printf("kernel_cpu_seconds=%.3f\n", run(options));
    return EXIT_SUCCESS;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr,
                 "floor: %s\nusage: floor ndvi|mask|five -il FILES -out FILE -type float|int16|uint8 [-co K=V ...] "
                 "[-threads N]\n",
                 error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "floor: %s\n", error.what());
    return 3;
  }
}
