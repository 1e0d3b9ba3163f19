// SPDX-License-Identifier: Apache-2.0
// What decoding alone costs: every native block of the files once, by N threads with handles of their own.
//   decode THREADS FILE...
// Prints "blocks=… wall_seconds=…"; CPU and memory are for who calls it to measure.
#include <gdal_priv.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Job {
  std::size_t file;
  int x;
  int y;
};

using Handle = GDALDatasetUniquePtr;

Handle open(const std::string& path) {
  Handle handle(GDALDataset::Open(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR));
  if (!handle) throw std::runtime_error("cannot open " + path);
  return handle;
}

std::vector<Job> jobs_of(const std::vector<std::string>& paths) {
  std::vector<Job> jobs;
  for (std::size_t f = 0; f < paths.size(); ++f) {
    const Handle handle = open(paths[f]);
    int width = 0;
    int height = 0;
    handle->GetRasterBand(1)->GetBlockSize(&width, &height);
    for (int y = 0; y * height < handle->GetRasterYSize(); ++y) {
      for (int x = 0; x * width < handle->GetRasterXSize(); ++x) jobs.push_back({f, x, y});
    }
  }
  return jobs;
}

void work(const std::vector<std::string>& paths, const std::vector<Job>& jobs, std::atomic<std::size_t>& next,
          std::atomic<bool>& failed) {
  std::vector<Handle> handles(paths.size());
  std::vector<unsigned char> pixels;
  for (std::size_t j = next++; j < jobs.size() && !failed; j = next++) {
    const Job& job = jobs[j];
    if (!handles[job.file]) handles[job.file] = open(paths[job.file]);
    GDALRasterBand* band = handles[job.file]->GetRasterBand(1);
    int width = 0;
    int height = 0;
    band->GetBlockSize(&width, &height);
    pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                  static_cast<std::size_t>(GDALGetDataTypeSizeBytes(band->GetRasterDataType())));
    if (band->ReadBlock(job.x, job.y, pixels.data()) != CE_None) failed = true;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || std::atoi(argv[1]) < 1) {
    std::fprintf(stderr, "usage: decode THREADS FILE...\n");
    return 2;
  }
  try {
    GDALAllRegister();
    const std::vector<std::string> paths(argv + 2, argv + argc);
    const auto start = std::chrono::steady_clock::now();
    const std::vector<Job> jobs = jobs_of(paths);
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < std::atoi(argv[1]); ++t) threads.emplace_back([&] { work(paths, jobs, next, failed); });
    }
    if (failed) throw std::runtime_error("a block could not be read");
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    std::printf("blocks=%zu wall_seconds=%.3f\n", jobs.size(), wall.count());
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "decode: %s\n", error.what());
    return 3;
  }
}
