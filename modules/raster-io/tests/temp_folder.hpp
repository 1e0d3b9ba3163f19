// SPDX-License-Identifier: Apache-2.0
// A folder for one test, removed with it; and small rasters to read.
#pragma once

#include <gdal.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "cers/core/block.hpp"
#include "cers/core/error.hpp"
#include "cers/engine/block_source.hpp"

namespace cers {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cers-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempFolder() {
    std::error_code fault;
    std::filesystem::remove_all(path_, fault);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }
  std::vector<std::string> names() const {
    std::vector<std::string> list;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) list.push_back(entry.path().filename());
    std::sort(list.begin(), list.end());
    return list;
  }

 private:
  std::filesystem::path path_;
};

inline std::string contents(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline void put(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// The value every test raster has at a pixel: within uint8, different in each band.
inline double test_value(int x, int y, int band) {
  return (x * 7 + y * 13 + band * 31 + (x * y) % 11) % 251;
}

template <class T>
void fill_test_block(Block& block) {
  for (int band = 0; band < block.bands(); ++band) {
    const auto plane = block.plane<T>(band);
    for (int y = block.window().y; y < block.window().bottom(); ++y)
      for (int x = block.window().x; x < block.window().right(); ++x)
        plane.at(x, y) = static_cast<T>(test_value(x, y, band));
  }
}

/// Decodes the whole of `source` block by block and compares it with test_value.
inline void expect_test_values(const BlockSource& source) {
  std::vector<int> bands;
  for (std::size_t i = 0; i < source.info().bands.size(); ++i) bands.push_back(static_cast<int>(i));
  const TileGrid blocks(source.info().grid.size, source.block_size());
  std::int64_t wrong = 0;
  for (int index = 0; index < blocks.count(); ++index) {
    Block block(blocks[index], static_cast<int>(bands.size()), source.info().type);
    source.decode(index % blocks.columns(), index / blocks.columns(), bands, block);
    visit(source.info().type, [&](auto zero) {
      using T = decltype(zero);
      for (const int band : bands)
        for (int y = block.window().y; y < block.window().bottom(); ++y)
          for (int x = block.window().x; x < block.window().right(); ++x)
            wrong += block.plane<T>(band).at(x, y) == static_cast<T>(test_value(x, y, band)) ? 0 : 1;
    });
  }
  EXPECT_EQ(wrong, 0) << source.name();
}

/// The message of the error of class E that `f` throws; a test failure when it throws none.
template <class E, class F>
std::string message_of(F&& f) {
  try {
    std::forward<F>(f)();
  } catch (const E& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << "message: " << (text)

}  // namespace cers
