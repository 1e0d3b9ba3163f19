// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/warp.hpp"

#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal_alg.h>
#include <gdal_priv.h>
#include <gdalwarper.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

#include "cers/geo/crs.hpp"
#include "cers/geo/pixel_map.hpp"
#include "run_node.hpp"

namespace cers {
namespace {

using testing::differing;
using testing::run_node;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr Resampling all_resamplings[] = {Resampling::nearest, Resampling::bilinear, Resampling::cubic,
                                          Resampling::average};

Grid grid_of(Size size, double x, double y, double pixel, int epsg) {
  return {size, {{x, pixel, 0, y, 0, -pixel}}, crs_from_epsg(epsg), true};
}

RasterInfo info_of(const Grid& grid, int bands, PixelType type, std::optional<double> nodata = {}) {
  RasterInfo info{grid, std::vector<BandInfo>(static_cast<std::size_t>(bands)), type};
  for (BandInfo& band : info.bands) band.nodata = nodata;
  return info;
}

// Smooth waves and noise; `missing` is put into a blob and into scattered pixels, other ones in every band.
Block noise(const RasterInfo& info, std::optional<double> missing) {
  Block block(Window::of(info.grid.size), static_cast<int>(info.bands.size()), info.type);
  std::mt19937 random(7);
  visit(info.type, [&](auto zero) {
    using T = decltype(zero);
    for (int band = 0; band < block.bands(); ++band) {
      const auto plane = block.plane<T>(band);
      for (int y = 0; y < block.window().height; ++y) {
        for (int x = 0; x < block.window().width; ++x) {
          const double wave =
              100 + 40 * std::sin(x * 0.11 + band) * std::cos(y * 0.07) + static_cast<double>(random() % 1000) * 0.05;
          const double dx = x - 60 - 10 * band;
          const double dy = y - 80;
          const bool hole = missing && (dx * dx + dy * dy < 300 || random() % 200 == 0);
          plane.at(x, y) = static_cast<T>(hole ? *missing : wave);
        }
      }
    }
  });
  return block;
}

GDALDataType gdal_type(PixelType type) {
  constexpr GDALDataType types[] = {GDT_Byte, GDT_UInt16, GDT_Int16, GDT_UInt32, GDT_Int32, GDT_Float32, GDT_Float64};
  return types[static_cast<std::size_t>(type)];
}

struct CloseDataset {
  void operator()(GDALDataset* dataset) const { GDALClose(dataset); }
};
using Dataset = std::unique_ptr<GDALDataset, CloseDataset>;

Dataset dataset_of(const RasterInfo& info) {
  GDALAllRegister();
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("MEM");
  Dataset dataset(driver->Create("", info.grid.size.width, info.grid.size.height, static_cast<int>(info.bands.size()),
                                 gdal_type(info.type), nullptr));
  auto transform = info.grid.transform.a;
  EXPECT_EQ(dataset->SetGeoTransform(transform.data()), CE_None);
  EXPECT_EQ(dataset->SetProjection(info.grid.crs.c_str()), CE_None);
  return dataset;
}

void transfer(GDALDataset& dataset, Block& block, GDALRWFlag direction) {
  for (int band = 0; band < block.bands(); ++band) {
    const auto size = block.window().size();
    EXPECT_EQ(dataset.GetRasterBand(band + 1)->RasterIO(direction, 0, 0, size.width, size.height, block.band_data(band),
                                                        size.width, size.height, gdal_type(block.type()),
                                                        static_cast<GSpacing>(bytes_of(block.type())),
                                                        static_cast<GSpacing>(block.stride_bytes()), nullptr),
              CE_None);
  }
}

struct Oracle {
  RasterInfo info;
  Grid target;
  Resampling resampling;
  double fill;
  std::optional<double> nodata;
  bool own_scale;  ///< leave the scale to GDAL instead of pinning it as the node does
};

// What `gdalwarp -et 0` does: one operation over the whole raster with the exact transformer.
void warp_band(const Oracle& oracle, GDALDataset& from, GDALDataset& to, int band) {
  constexpr GDALResampleAlg algorithms[] = {GRA_NearestNeighbour, GRA_Bilinear, GRA_Cubic, GRA_Average};
  GDALWarpOptions* options = GDALCreateWarpOptions();
  options->eResampleAlg = algorithms[static_cast<std::size_t>(oracle.resampling)];
  options->hSrcDS = GDALDataset::ToHandle(&from);
  options->hDstDS = GDALDataset::ToHandle(&to);
  options->dfWarpMemoryLimit = 1e9;
  options->nBandCount = 1;
  options->panSrcBands = static_cast<int*>(CPLMalloc(sizeof(int)));
  options->panDstBands = static_cast<int*>(CPLMalloc(sizeof(int)));
  options->panSrcBands[0] = options->panDstBands[0] = band;
  if (oracle.nodata) {
    options->padfSrcNoDataReal = static_cast<double*>(CPLMalloc(sizeof(double)));
    options->padfDstNoDataReal = static_cast<double*>(CPLMalloc(sizeof(double)));
    options->padfSrcNoDataReal[0] = options->padfDstNoDataReal[0] = *oracle.nodata;
  }
  CPLStringList settings;
  settings.SetNameValue("INIT_DEST", fmt::format("{}", oracle.fill).c_str());
  if (!oracle.own_scale) {
    PixelMap map(oracle.target, oracle.info.grid);
    const FootprintMap footprint(map, oracle.target.size, oracle.info.grid.size);
    settings.SetNameValue("XSCALE", fmt::format("{}", footprint.scale_x()).c_str());
    settings.SetNameValue("YSCALE", fmt::format("{}", footprint.scale_y()).c_str());
  }
  options->papszWarpOptions = settings.StealList();
  options->pfnTransformer = GDALGenImgProjTransform;
  options->pTransformerArg = GDALCreateGenImgProjTransformer2(options->hSrcDS, options->hDstDS, nullptr);
  ASSERT_NE(options->pTransformerArg, nullptr);
  GDALWarpOperation operation;
  EXPECT_EQ(operation.Initialize(options), CE_None);
  EXPECT_EQ(operation.ChunkAndWarpImage(0, 0, oracle.target.size.width, oracle.target.size.height), CE_None);
  GDALDestroyGenImgProjTransformer(options->pTransformerArg);
  GDALDestroyWarpOptions(options);
}

Block expected_of(const Oracle& oracle, Block& pixels) {
  RasterInfo output = oracle.info;
  output.grid = oracle.target;
  const Dataset from = dataset_of(oracle.info);
  const Dataset to = dataset_of(output);
  transfer(*from, pixels, GF_Write);
  Block result(Window::of(oracle.target.size), static_cast<int>(output.bands.size()), output.type);
  for (int band = 1; band <= result.bands(); ++band) warp_band(oracle, *from, *to, band);
  transfer(*to, result, GF_Read);
  return result;
}

// Guards against comparing two empty rasters.
bool has_content(const Block& block) {
  std::size_t other = 0;
  const std::size_t pixel = bytes_of(block.type());
  for (int y = 0; y < block.window().height; ++y) {
    const std::byte* line = block.band_data(0) + static_cast<std::size_t>(y) * block.stride_bytes();
    for (int x = 0; x < block.window().width; ++x) {
      other += std::memcmp(line + static_cast<std::size_t>(x) * pixel, block.band_data(0), pixel) != 0;
    }
  }
  return other > static_cast<std::size_t>(block.window().area()) / 10;
}

// Pixels that differ by more than rounding to float.
std::size_t differing_beyond_rounding(const Block& a, const Block& b) {
  std::size_t count = 0;
  for (int band = 0; band < a.bands(); ++band) {
    for (int y = 0; y < a.window().height; ++y) {
      for (int x = 0; x < a.window().width; ++x) {
        const float left = a.plane<float>(band).at(x, y);
        const float right = b.plane<float>(band).at(x, y);
        count += std::isnan(left) != std::isnan(right) || std::abs(left - right) > 1e-6F * std::abs(left);
      }
    }
  }
  return count;
}

struct Case {
  const char* name;
  Grid source;
  Grid target;
  bool own_scale;  ///< GDAL's own scale is the same
};

std::vector<Case> cases() {
  return {{"nested 20 m to 10 m", grid_of({110, 105}, 300000, 4900020, 20, 32631),
           grid_of({220, 210}, 300000, 4900020, 10, 32631), true},
          {"nested 10 m to 20 m", grid_of({220, 210}, 300000, 4900020, 10, 32631),
           grid_of({110, 105}, 300000, 4900020, 20, 32631), true},
          {"30 m to 20 m, larger than the input", grid_of({110, 105}, 300010, 4900030, 30, 32631),
           grid_of({215, 205}, 299700, 4900400, 20, 32631), false},
          {"UTM to Lambert 93, 10 m", grid_of({220, 210}, 300000, 4900020, 10, 32631),
           grid_of({250, 240}, 500000, 6350700, 10, 2154), false},
          {"degrees to UTM, 30 m to 10 m", grid_of({120, 110}, 0.5, 44.24, 0.0002777777777777778, 4326),
           grid_of({240, 230}, 300300, 4901500, 10, 32631), false},
          {"UTM to UTM, 10 m to 37 m", grid_of({400, 390}, 300000, 4900020, 10, 32631),
           grid_of({120, 115}, 779200, 4903300, 37, 32630), false},
          {"the globe in degrees to the north pole", grid_of({360, 180}, -180, 90, 1, 4326),
           grid_of({150, 140}, -5000000, 5000000, 70000, 3413), false},
          {"beyond the domain of the source's projection", grid_of({120, 110}, -6000000, 6000000, 100000, 3035),
           grid_of({180, 90}, -180, 90, 2, 4326), false}};
}

struct Kind {
  PixelType type;
  std::optional<double> nodata;  ///< declared and present
};

void compare(const Case& place, const Kind& kind, Resampling resampling, std::initializer_list<Size> tiles) {
  const int bands = kind.type == PixelType::f32 || kind.type == PixelType::i16 ? 2 : 1;
  const RasterInfo info = info_of(place.source, bands, kind.type, kind.nodata);
  Block pixels = noise(info, kind.nodata);
  const Block* inputs[] = {&pixels};
  const auto node = make_warp(info, place.target, resampling);
  const double fill = is_floating(kind.type) ? nan : kind.nodata.value_or(0);
  const Block expected = expected_of({info, place.target, resampling, fill, kind.nodata, place.own_scale}, pixels);
  EXPECT_TRUE(has_content(expected));
  const Block first = run_node(*node, {&info, 1}, inputs, *tiles.begin());
  // Where nothing is missing GDAL takes a kernel without masks, whose sums round differently in one pixel of 100 000.
  if (kind.type == PixelType::f32 && !kind.nodata) {
    EXPECT_EQ(differing_beyond_rounding(expected, first), 0U);
    EXPECT_LE(differing(expected, first), 3U);
  } else {
    EXPECT_EQ(differing(expected, first), 0U);
  }
  for (const Size tile : std::span(tiles).subspan(1)) {
    EXPECT_EQ(differing(first, run_node(*node, {&info, 1}, inputs, tile)), 0U);
  }
}

TEST(Warp, ClassesSurviveTheNearestNeighbourOnly) {
  RasterInfo info{grid_of({20, 20}, 300000, 4800000, 10, 32631), std::vector<BandInfo>(1), PixelType::u8};
  info.bands[0].classes = {{1, "lake", std::nullopt}};
  const Grid coarse = grid_of({7, 7}, 300000, 4800000, 30, 32631);
  const auto kept = [&](Resampling how) { return make_warp(info, coarse, how)->describe({&info, 1}).bands[0].classes; };
  EXPECT_EQ(kept(Resampling::nearest), info.bands[0].classes);
  EXPECT_TRUE(kept(Resampling::bilinear).empty());
  EXPECT_TRUE(kept(Resampling::average).empty());
}

TEST(Warp, EqualsOneOperationOverTheWholeRasterForAnyTile) {
  const Kind kinds[] = {{PixelType::f32, nan}, {PixelType::f32, {}}, {PixelType::i16, {}},
                        {PixelType::i16, 140}, {PixelType::u8, {}},  {PixelType::u8, 120},
                        {PixelType::f64, nan}, {PixelType::u16, 0},  {PixelType::i32, -5}};
  for (const Case& place : cases()) {
    for (const Kind& kind : kinds) {
      for (const Resampling resampling : all_resamplings) {
        SCOPED_TRACE(fmt::format("{}, {}, {}, nodata {}", place.name, name_of(kind.type),
                                 choices_of(resampling)[static_cast<std::size_t>(resampling)].name,
                                 kind.nodata ? fmt::format("{}", *kind.nodata) : "none"));
        compare(place, kind, resampling, {{64, 64}, {70, 133}});
      }
    }
  }
}

TEST(Warp, EqualsOneOperationOverALargerRaster) {
  const Grid coarse = grid_of({300, 280}, 300000, 4900020, 20, 32631);
  const Case nested{"", coarse, grid_of({600, 560}, 300000, 4900020, 10, 32631), true};
  compare(nested, {PixelType::f32, nan}, Resampling::cubic, {{64, 64}, {192, 192}, {512, 512}});
  const Case crossing{"", coarse, grid_of({620, 600}, 500000, 6350700, 10, 2154), false};
  compare(crossing, {PixelType::f32, nan}, Resampling::cubic, {{64, 64}, {192, 192}, {512, 512}});
}

TEST(Warp, KeepsPixelsOfTheSameGrid) {
  const Grid grid = grid_of({130, 90}, 300000, 4900020, 10, 32631);
  const RasterInfo info = info_of(grid, 1, PixelType::f32, nan);
  Block pixels = noise(info, nan);
  const Block* inputs[] = {&pixels};
  for (const Resampling resampling : all_resamplings) {
    const auto node = make_warp(info, grid, resampling);
    EXPECT_EQ(differing(pixels, run_node(*node, {&info, 1}, inputs, {64, 64})), 0U);
  }
}

TEST(Warp, MissingPixelsDoNotBleed) {
  const RasterInfo info = info_of(grid_of({300, 280}, 300000, 4900020, 20, 32631), 1, PixelType::f32, nan);
  Block pixels(Window::of(info.grid.size), 1, PixelType::f32);
  for (int y = 0; y < 280; ++y) {
    for (int x = 0; x < 300; ++x) {
      pixels.plane<float>(0).at(x, y) = x >= 100 && x < 120 && y >= 50 && y < 60 ? NAN : 7.0F;
    }
  }
  const Block* inputs[] = {&pixels};
  const auto node = make_warp(info, grid_of({600, 560}, 300000, 4900020, 10, 32631), Resampling::cubic);
  const Block result = run_node(*node, {&info, 1}, inputs, {192, 192});
  const auto plane = result.plane<float>(0);
  EXPECT_TRUE(std::isnan(plane.at(220, 110)));
  int missing = 0;
  for (int y = 0; y < 560; ++y) {
    for (const float value : plane.row(y)) {
      missing += std::isnan(value);
      if (!std::isnan(value)) {
        EXPECT_FLOAT_EQ(value, 7.0F);
      }
    }
  }
  EXPECT_GT(missing, 0);
  EXPECT_LE(missing, 40 * 20);
}

TEST(Warp, FillsOutsideAsAsked) {
  const Grid target = grid_of({100, 100}, 299900, 4900120, 10, 32631);
  const auto corner = [&](PixelType type, std::optional<double> nodata, WarpOptions options, double& declared) {
    const RasterInfo info = info_of(grid_of({100, 100}, 300000, 4900020, 10, 32631), 1, type, nodata);
    Block pixels = noise(info, {});
    const Block* inputs[] = {&pixels};
    const auto node = make_warp(info, target, Resampling::bilinear, options);
    declared = node->describe({&info, 1}).bands[0].nodata.value_or(-77);
    const Block result = run_node(*node, {&info, 1}, inputs, {64, 64});
    double value = 0;
    visit(type, [&](auto zero) { value = static_cast<double>(result.plane<decltype(zero)>(0).at(0, 0)); });
    return value;
  };
  double declared = 0;
  EXPECT_TRUE(std::isnan(corner(PixelType::f32, {}, {}, declared)));
  EXPECT_TRUE(std::isnan(declared));
  EXPECT_EQ(corner(PixelType::f32, {}, {.fill = -1}, declared), -1);
  EXPECT_EQ(declared, -1);
  EXPECT_EQ(corner(PixelType::i16, -9, {}, declared), -9);
  EXPECT_EQ(declared, -9);
  EXPECT_EQ(corner(PixelType::u8, {}, {}, declared), 0);
  EXPECT_EQ(declared, -77);
  EXPECT_EQ(corner(PixelType::u8, {}, {.fill = 255}, declared), 255);
  EXPECT_THROW(corner(PixelType::u8, {}, {.fill = 256}, declared), UserError);
}

TEST(Warp, FillDoesNotMoveValidValues) {
  const Grid grid = grid_of({64, 64}, 300000, 4900020, 10, 32631);
  const RasterInfo info = info_of(grid, 1, PixelType::u8);
  Block pixels = noise(info, 0);
  const Block* inputs[] = {&pixels};
  const auto node = make_warp(info, grid, Resampling::nearest, {.fill = 0});
  EXPECT_EQ(differing(pixels, run_node(*node, {&info, 1}, inputs, {64, 64})), 0U);
}

TEST(Warp, NothingIsReadWhereGridsDoNotMeet) {
  const RasterInfo info = info_of(grid_of({100, 100}, 300000, 4900020, 10, 32631), 1, PixelType::f32);
  Block pixels = noise(info, {});
  const Block* inputs[] = {&pixels};
  const auto node = make_warp(info, grid_of({100, 100}, 600000, 4900020, 10, 32631), Resampling::cubic);
  EXPECT_TRUE(node->required(0, {0, 0, 100, 100}).empty());
  const Block result = run_node(*node, {&info, 1}, inputs, {64, 64});
  EXPECT_TRUE(std::isnan(result.plane<float>(0).at(50, 50)));
}

TEST(Warp, LargerWindowsNeverNeedLess) {
  std::mt19937 random(3);
  for (const Case& place : cases()) {
    const auto node = make_warp(info_of(place.source, 1, PixelType::f32), place.target, Resampling::cubic);
    const Size size = place.target.size;
    const auto pick = [&](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
    int met = 0;
    for (int i = 0; i < 2000; ++i) {
      const Window outer{pick(size.width), pick(size.height), 1 + pick(200), 1 + pick(200)};
      const int x = outer.x + pick(outer.width);
      const int y = outer.y + pick(outer.height);
      const Window inner{x, y, 1 + pick(outer.right() - x), 1 + pick(outer.bottom() - y)};
      const Window less = node->required(0, inner);
      met += !less.empty();
      EXPECT_TRUE(less.empty() || node->required(0, outer).contains(less)) << place.name;
    }
    EXPECT_GT(met, 100) << place.name;
  }
}

TEST(Warp, SignatureTellsWhatDeterminesTheResult) {
  const auto all = cases();
  const RasterInfo info = info_of(all[0].source, 1, PixelType::f32);
  const auto text = make_warp(info, all[0].target, Resampling::cubic)->signature();
  EXPECT_EQ(text, make_warp(info, all[0].target, Resampling::cubic)->signature());
  EXPECT_NE(text, make_warp(info, all[1].target, Resampling::cubic)->signature());
  EXPECT_NE(text, make_warp(info, all[0].target, Resampling::nearest)->signature());
  EXPECT_NE(text, make_warp(info, all[0].target, Resampling::cubic, {.fill = 0})->signature());
}

TEST(Warp, RefusesGridsThatCannotBeLinked) {
  const RasterInfo info = info_of(grid_of({100, 100}, 300000, 4900020, 10, 32631), 1, PixelType::f32);
  Grid bare;
  bare.size = {100, 100};
  EXPECT_THROW(make_warp(info, bare, Resampling::nearest), UserError);
  Grid without_crs = info.grid;
  without_crs.crs.clear();
  EXPECT_THROW(make_warp(info, without_crs, Resampling::nearest), UserError);
}

}  // namespace
}  // namespace cers
