// SPDX-License-Identifier: Apache-2.0
// The oracle is GDALSieveFilter itself.
#include "cers/ops/sieve.hpp"

#include <gdal_alg.h>
#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "border_patches.hpp"
#include "label_source.hpp"

namespace cers {
namespace {

using namespace testing;

/// Every pixel by chance: patches of all small sizes, and ties everywhere.
LabelMap random_map(Size size, int classes, unsigned seed) {
  LabelMap map(size);
  std::mt19937 random(seed);
  for (auto& label : map.labels) label = static_cast<int>(random() % static_cast<unsigned>(classes)) + 1;
  return map;
}

/// Blobs of several sizes with speckle, roads one pixel wide and holes of nodata 0.
LabelMap landscape(Size size, unsigned seed) {
  std::mt19937 random(seed);
  LabelMap map(size);
  std::vector<std::array<int, 3>> centres;
  for (int i = 0; i < 60; ++i)
    centres.push_back({static_cast<int>(random() % static_cast<unsigned>(size.width)),
                       static_cast<int>(random() % static_cast<unsigned>(size.height)),
                       static_cast<int>(random() % 6) + 1});
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const auto near = std::min_element(centres.begin(), centres.end(), [&](const auto& l, const auto& r) {
        const auto far = [&](const auto& c) { return (c[0] - x) * (c[0] - x) + (c[1] - y) * (c[1] - y); };
        return far(l) < far(r);
      });
      int label = (*near)[2];
      if (random() % 12 == 0) label = static_cast<int>(random() % 6) + 1;
      if ((x + 2 * y) % 83 == 0) label = 7;
      if (random() % 50 == 0) label = 0;
      map.at(x, y) = label;
    }
  }
  return map;
}

/// One run of GDALSieveFilter; `left_out` pixels are masked.
LabelMap sieved_by_gdal(const LabelMap& map, int threshold, bool diagonal, const std::vector<int>& left_out = {}) {
  GDALAllRegister();
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("MEM");
  const Size size = map.size;
  const auto band_of = [&](const GDALDatasetUniquePtr& set) { return GDALRasterBand::ToHandle(set->GetRasterBand(1)); };
  const GDALDatasetUniquePtr source(driver->Create("", size.width, size.height, 1, GDT_Int32, nullptr));
  const GDALDatasetUniquePtr mask(driver->Create("", size.width, size.height, 1, GDT_Byte, nullptr));
  LabelMap result = map;
  std::vector<std::uint8_t> kept;
  for (const int label : map.labels)
    kept.push_back(std::find(left_out.begin(), left_out.end(), label) == left_out.end() ? 1 : 0);
  const auto io = [&](const GDALDatasetUniquePtr& set, GDALRWFlag flag, void* data, GDALDataType type) {
    EXPECT_EQ(set->GetRasterBand(1)->RasterIO(flag, 0, 0, size.width, size.height, data, size.width, size.height, type,
                                              0, 0, nullptr),
              CE_None);
  };
  io(source, GF_Write, result.labels.data(), GDT_Int32);
  io(mask, GF_Write, kept.data(), GDT_Byte);
  EXPECT_EQ(GDALSieveFilter(band_of(source), band_of(mask), band_of(source), threshold, diagonal ? 8 : 4, nullptr,
                            nullptr, nullptr),
            CE_None);
  io(source, GF_Read, result.labels.data(), GDT_Int32);
  return result;
}

LabelMap sieved(const LabelMap& map, const SieveRule& rule, int threads = 2, std::optional<Size> tile = Size{64, 64}) {
  Graph graph;
  const Edge labels = read_labels(graph, map);
  return run_labels(graph, sieve(graph, labels, std::nullopt, rule), threads, tile);
}

TEST(Sieve, equals_gdal_on_random_maps) {
  unsigned seed = 0;
  for (const Size size : {Size{1, 1}, Size{1, 200}, Size{200, 1}, Size{64, 64}, Size{65, 130}, Size{211, 157}}) {
    for (const int classes : {2, 3, 9, 100}) {
      const LabelMap map = random_map(size, classes, ++seed);
      for (const bool diagonal : {false, true}) {
        for (const int threshold : {2, 3, 7, 50, 1000}) {
          SieveRule rule;
          rule.threshold = static_cast<std::uint32_t>(threshold);
          rule.diagonal = diagonal;
          EXPECT_EQ(differing_labels(sieved(map, rule), sieved_by_gdal(map, threshold, diagonal)), 0)
              << size.width << "x" << size.height << " classes " << classes << " threshold " << threshold
              << (diagonal ? " c8" : " c4");
        }
      }
    }
  }
}

TEST(Sieve, equals_gdal_on_landscapes_with_nodata_and_protected_classes) {
  for (const unsigned seed : {1U, 2U}) {
    const LabelMap map = landscape({300, 250}, seed);
    for (const bool diagonal : {false, true}) {
      for (const int threshold : {4, 10, 40}) {
        SieveRule rule;
        rule.threshold = static_cast<std::uint32_t>(threshold);
        rule.diagonal = diagonal;
        rule.nodata = 0;
        rule.kept = {7, 2};
        const LabelMap found = sieved(map, rule);
        EXPECT_EQ(differing_labels(found, sieved_by_gdal(map, threshold, diagonal, {0, 7, 2})), 0)
            << threshold << " " << diagonal;
        EXPECT_GT(differing_labels(found, map), 1000) << "the test would show nothing";
        for (std::size_t i = 0; i < map.labels.size(); ++i) {
          const bool out = map.labels[i] == 0 || map.labels[i] == 7 || map.labels[i] == 2;
          ASSERT_EQ(out, found.labels[i] == 0 || found.labels[i] == 7 || found.labels[i] == 2);
        }
      }
    }
  }
}

TEST(Sieve, does_not_depend_on_tiles_and_threads) {
  const LabelMap map = landscape({700, 333}, 5);
  SieveRule rule;
  rule.threshold = 12;
  rule.diagonal = true;
  const LabelMap reference = sieved(map, rule, 1, Size{1024, 1024});
  EXPECT_EQ(differing_labels(reference, sieved_by_gdal(map, 12, true)), 0);
  EXPECT_EQ(differing_labels(reference, sieved(map, rule, 3, Size{64, 128})), 0);
  EXPECT_EQ(differing_labels(reference, sieved(map, rule, 2, Size{192, 64})), 0);
  EXPECT_EQ(differing_labels(reference, sieved(map, rule, 4, std::nullopt)), 0);
}

TEST(Sieve, follows_a_spiral_across_all_chunks) {
  // One patch winds through the whole raster and meets itself only at its ends: joined late, and of one size.
  LabelMap map(Size{260, 260});
  for (int y = 0; y < 260; ++y) {
    for (int x = 0; x < 260; ++x) {
      const int ring = std::min({x, y, 259 - x, 259 - y});
      map.at(x, y) = ring % 2 == 0 ? 1 : 2;
      if (ring % 2 == 1 && x == ring && y == ring + 1) map.at(x, y) = 1;  // joins the rings of 1
    }
  }
  for (const int threshold : {500, 900, 40000}) {
    SieveRule rule;
    rule.threshold = static_cast<std::uint32_t>(threshold);
    EXPECT_EQ(differing_labels(sieved(map, rule), sieved_by_gdal(map, threshold, false)), 0) << threshold;
  }
}

TEST(Sieve, counts_the_memory_that_the_worst_map_takes) {
  using namespace ops_detail;
  // Every pixel is a patch, so every pixel of a rim is one that is kept: none more than planned, and no pixel else.
  const Size size{200, 130};
  BorderJoiner joiner(size, false);
  std::size_t on_rims = 0;
  for (int y = 0; y < size.height; y += chunk_side) {
    for (int x = 0; x < size.width; x += chunk_side) {
      const Window chunk = Window{x, y, chunk_side, chunk_side}.clipped(size);
      Block pixels(chunk, 2, PixelType::i32);
      for (int line = chunk.y; line < chunk.bottom(); ++line) {
        for (int column = chunk.x; column < chunk.right(); ++column) {
          pixels.plane<std::int32_t>(0).at(column, line) = (column + line) % 2;
          pixels.plane<std::int32_t>(1).at(column, line) = 1;
          on_rims += column == chunk.x || line == chunk.y || column + 1 == chunk.right() || line + 1 == chunk.bottom();
        }
      }
      ChunkPatches found;
      found.find(pixels, chunk, false);
      EXPECT_EQ(found.count(), static_cast<std::size_t>(chunk.area()));
      ChunkRim rim;
      std::vector<std::uint8_t> index;
      rim.take(found, index);
      EXPECT_LE(rim.patches.size(), ChunkPatches::longest_rim);
      joiner.add(rim);
    }
  }
  const BorderPatches kept = joiner.finish();
  EXPECT_EQ(kept.size.size(), on_rims);
  EXPECT_LE(kept.size.size(), most_border_patches(size));
  // The plan counts all of them, in the pass that holds most.
  SieveRule rule;
  Graph graph;
  const Edge edge = sieve(graph, read_labels(graph, LabelMap(Size{1280, 640})), std::nullopt, rule);
  SinkRecord record;
  graph.write(edge, std::make_unique<MemorySink>(record, Size{1280, 640}, 1, PixelType::i32, Size{128, 96}));
  const Plan plan = Plan::make(graph, budget(1, Size{64, 64}));
  ASSERT_EQ(plan.summary().passes.size(), 3U);
  std::uint64_t planned = 0;
  for (const MemoryTerm& term : plan.summary().passes[1].memory)
    if (term.name == "partial statistics") planned = term.bytes;
  EXPECT_GE(planned, 20U * 10U * 252U * 24U);
  EXPECT_LT(planned, 1280U * 640U * 3U / 2U + 20U * 8192U);
}

TEST(Sieve, repeats_like_gdal_run_twice) {
  const LabelMap map = random_map({150, 140}, 4, 77);
  SieveRule rule;
  rule.threshold = 6;
  Graph graph;
  const Edge labels = read_labels(graph, map);
  const Edge once = sieve(graph, labels, std::nullopt, rule);
  const LabelMap twice = run_labels(graph, sieve(graph, once, std::nullopt, rule), 2, Size{64, 64});
  EXPECT_EQ(differing_labels(twice, sieved_by_gdal(sieved_by_gdal(map, 6, false), 6, false)), 0);
}

TEST(Sieve, merges_within_groups_only) {
  const LabelMap map = landscape({260, 200}, 9);
  SieveRule rule;
  rule.threshold = 15;
  rule.groups = {{1, 2}, {3, 4, 5}};
  const LabelMap found = sieved(map, rule);
  // Each group alone is the map with all other classes masked.
  const LabelMap first = sieved_by_gdal(map, 15, false, {0, 3, 4, 5, 6, 7});
  const LabelMap second = sieved_by_gdal(map, 15, false, {0, 1, 2, 6, 7});
  int changed = 0;
  for (std::size_t i = 0; i < map.labels.size(); ++i) {
    const int label = map.labels[i];
    const int want = label == 1 || label == 2 ? first.labels[i] : label >= 3 && label <= 5 ? second.labels[i] : label;
    ASSERT_EQ(found.labels[i], want);
    changed += want != label;
  }
  EXPECT_GT(changed, 100);
}

}  // namespace
}  // namespace cers
