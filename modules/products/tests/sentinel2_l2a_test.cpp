// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "safe_samples.hpp"

namespace cers {
namespace {
using namespace sample;

constexpr const char* ireland =
    "products/s2_safe_l2a_n0400/S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454.SAFE";
constexpr const char* old_jp2 =
    "products/s2_safe_mini/esa_S2B_MSIL2A_20210122T133229_N0214_R081_T22HBD_20210122T155500.SAFE";
constexpr const char* old_tif =
    "products/s2_safe_mini/S2A_MSIL2A_20190212T192651_N0212_R013_T07HFE_20201007T160857.SAFE";
constexpr const char* new_tif =
    "products/s2_safe_mini/S2B_MSIL2A_20230122T231849_N0400_R087_T01UBT_20230124T042703.SAFE";
constexpr const char* no_tile =
    "products/s2_safe_xml/S2A_MSIL2A_20180721T053721_N0212_R062_T43MDV_20201011T181419.SAFE";
constexpr const char* bucket = "products/s2_safe_xml/S2B_MSIL2A_20200914T231559_N0500_R087_T01VCG_20230315T224658";

// A macro, since only it can leave the test.
#define NEED_DATA(path) \
  if (shared(path).empty()) GTEST_SKIP() << "the shared data lack " << (path)

TEST(Sentinel2L2A, MetadataAsStactoolsReadsIt) {
  int compared = 0;
  for (const char* group : {"products/s2_safe_mini", "products/s2_safe_xml"}) {
    if (shared(group).empty()) GTEST_SKIP() << "the shared data lack " << group;
    for (const auto& entry : fs::directory_iterator(shared(group))) {
      const fs::path oracle = entry.path() / "expected_output.json";
      if (!fs::exists(oracle) || entry.path().string().find("MSIL2A") == std::string::npos) continue;
      SCOPED_TRACE(entry.path().filename().string());
      const auto item = read_json(oracle);
      const Product product = open_product(entry.path().string());
      EXPECT_EQ(product.family, "sentinel2-l2a");
      EXPECT_EQ(product.level, "L2A");
      expect_as_stac(product, item);
      for (const ProductBand& band : product.bands) {
        const auto& blue = item["assets"]["blue"]["raster:bands"][0];
        EXPECT_DOUBLE_EQ(band.scale, blue["scale"].get<double>());
        EXPECT_DOUBLE_EQ(band.offset, blue["offset"].get<double>());
      }
      ++compared;
    }
  }
  EXPECT_GE(compared, 6);
}

TEST(Sentinel2L2A, OffsetOfBaseline4AndFilesThatAreMissing) {
  NEED_DATA(ireland);
  const Product product = open_product(shared(ireland).string());
  EXPECT_EQ(product.id, "S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454");
  EXPECT_EQ(product.datetime, "2022-10-05T11:56:49.581767Z");  // SENSING_TIME, not the start of the datatake
  EXPECT_EQ(product.title, "ESA Sentinel-2 Level-2A SAFE, Sentinel-2A");
  EXPECT_EQ(product.absolute_orbit, 38058);
  ASSERT_EQ(product.bands.size(), 8U);  // B1-B4, B8A, B9, B11, B12 at 60 m are in the sample
  for (const ProductBand& band : product.bands) {
    EXPECT_EQ(band.gsd_m, 60);
    EXPECT_DOUBLE_EQ(band.scale, 0.0001);
    EXPECT_DOUBLE_EQ(band.offset, -0.1);
    EXPECT_EQ(band.nodata, 0);
    EXPECT_EQ(band.saturated, 65535);
  }
  EXPECT_EQ(product.band(BandRole::nir), nullptr);
  EXPECT_EQ(product.band(BandRole::nir_narrow)->name, "B8A");
  EXPECT_DOUBLE_EQ(product.band(BandRole::swir1)->wavelength_nm, 1613.7);
  EXPECT_EQ(product.band_named("B02")->role, BandRole::blue);
  EXPECT_TRUE(mentions(product.problems, "24 of 36 images"));
  // -0.1 is the reflectance of DN 0 plus nothing: DN 1000 is black.
  const ProductBand& blue = *product.band(BandRole::blue);
  EXPECT_NEAR(1000 * blue.scale + blue.offset, 0, 1e-15);
}

TEST(Sentinel2L2A, SceneClassificationSharesAsTheProducerCounts) {
  NEED_DATA(ireland);
  const Product product = open_product(shared(ireland).string());
  const ProductMask* nodata = product.mask(MaskMeaning::nodata);
  ASSERT_NE(nodata, nullptr);
  EXPECT_EQ(nodata->gsd_m, 60);
  // The metadata count at 20 m, the sample has 60 m.
  EXPECT_NEAR(share(*product.mask(MaskMeaning::cloud), *nodata), product.cloud_percent.value(), 0.05);
  EXPECT_NEAR(share(*product.mask(MaskMeaning::cloud_shadow), *nodata), 10.305484, 0.05);
  EXPECT_NEAR(share(*product.mask(MaskMeaning::cirrus), *nodata), 11.275166, 0.05);
  EXPECT_NEAR(share(*product.mask(MaskMeaning::water), *nodata), 2.039587, 0.05);
  EXPECT_NEAR(share(*product.mask(MaskMeaning::snow), *nodata), 0.000646, 0.01);
  const auto outside = mask_pixels(*nodata);
  const auto count = static_cast<double>(std::count(outside.begin(), outside.end(), true));
  EXPECT_NEAR(100 * count / static_cast<double>(outside.size()), product.nodata_percent.value(), 0.05);
  EXPECT_EQ(product.mask(MaskMeaning::cloud)->source, "SCL 8, 9, 10");
}

TEST(Sentinel2L2A, LayersByResolutionAndFinest) {
  NEED_DATA(old_jp2);
  const Product product = open_product(shared(old_jp2).string());
  ASSERT_NE(product.layer("SCL"), nullptr);
  EXPECT_EQ(product.layer("SCL")->pixels, product.layer("SCL_20m")->pixels);
  EXPECT_TRUE(product.layer("SCL")->classes);
  EXPECT_EQ(product.layer("SCL_60m")->gsd_m, 60);
  EXPECT_EQ(product.layer("AOT")->gsd_m, 10);
  EXPECT_DOUBLE_EQ(product.layer("AOT")->scale, 0.001);
  EXPECT_DOUBLE_EQ(product.layer("WVP_20m")->scale, 0.001);
  EXPECT_EQ(product.layer("TCI_B")->pixels.band, 3);
  EXPECT_EQ(product.layer("CLDPRB")->gsd_m, 20);
  EXPECT_NE(product.layer("SNWPRB_20m"), nullptr);
}

TEST(Sentinel2L2A, EveryResolutionOfABandTheFinestFirst) {
  NEED_DATA(old_jp2);
  const Product product = open_product(shared(old_jp2).string());
  EXPECT_TRUE(product.problems.empty()) << product.problems.front();
  EXPECT_EQ(product.resolutions(), (std::vector<double>{10, 20, 60}));
  std::vector<double> blue;
  for (const ProductBand& band : product.bands) {
    if (band.role == BandRole::blue) blue.push_back(band.gsd_m);
    EXPECT_DOUBLE_EQ(band.offset, 0);  // baseline 02.14
  }
  EXPECT_EQ(blue, (std::vector<double>{10, 20, 60}));
  EXPECT_EQ(product.band(BandRole::red_edge1)->gsd_m, 20);
  EXPECT_EQ(product.band(BandRole::red_edge1, 60)->gsd_m, 60);
  EXPECT_EQ(product.band(BandRole::cirrus), nullptr);  // B10 is in Level-1C only
  EXPECT_EQ(product.bands.size(), 24U);                // 4 at 10 m, 9 at 20 m, 11 at 60 m
}

TEST(Sentinel2L2A, TiffsInPlaceOfJpeg2000) {
  NEED_DATA(old_tif);
  const Product product = open_product(shared(old_tif).string());
  EXPECT_EQ(product.epsg, 32707);
  EXPECT_TRUE(product.band(BandRole::blue)->pixels.file.ends_with("R10m/T07HFE_20190212T192651_B02_10m.tif"));
  EXPECT_NE(product.layer("CLDPRB"), nullptr);
}

TEST(Sentinel2L2A, MetadataInOtherCaseAndNoTileMetadata) {
  NEED_DATA(no_tile);  // holds MTD_MSIL2a.xml and nothing else
  const Product product = open_product(shared(no_tile).string());
  EXPECT_EQ(product.id, "S2A_MSIL2A_20180721T053721_N0212_R062_T43MDV_20201011T181419");
  EXPECT_EQ(product.tile, "43MDV");
  EXPECT_EQ(product.epsg, 32743);  // band M lies south of the equator
  EXPECT_EQ(product.sun.columns, 0);
  EXPECT_TRUE(mentions(product.problems, "MTD_TL.xml"));
  EXPECT_TRUE(mentions(product.problems, "(SCL)"));
  EXPECT_TRUE(product.bands.empty());
}

TEST(Sentinel2L2A, AnglesOnTheTileCorner) {
  NEED_DATA(ireland);
  const Product product = open_product(shared(ireland).string());
  const AngleGrid& sun = product.sun;
  ASSERT_EQ(sun.columns, 23);
  ASSERT_EQ(sun.rows, 23);
  EXPECT_EQ(sun.step_m, 5000);
  EXPECT_EQ(sun.origin_x, 499980);
  EXPECT_EQ(sun.origin_y, 5900040);
  ASSERT_EQ(sun.zenith_deg.size(), 529U);
  double mean = 0;
  for (const float value : sun.zenith_deg) mean += static_cast<double>(value) / 529;
  EXPECT_NEAR(mean, product.sun_zenith_deg.value(), 0.02);
  ASSERT_EQ(product.view.size(), 13U);
  EXPECT_EQ(product.view[8].band, "B8A");
  EXPECT_EQ(product.view[0].band, "B1");
  const AngleGrid& view = product.view[1].grid;
  ASSERT_EQ(view.zenith_deg.size(), 529U);
  std::size_t seen = 0;
  for (const float value : view.zenith_deg) {
    if (std::isnan(value)) continue;
    ++seen;
    EXPECT_GE(value, 0.0F);
    EXPECT_LE(value, 13.0F);
  }
  // 40 % of the tile lies outside the swath.
  EXPECT_GT(seen, 250U);
  EXPECT_LT(seen, 420U);
}

// A tile of two detectors, seen from both sides of north at the one node that both see.
TEST(Sentinel2L2A, DetectorsAreMergedByTheMeanOfThoseThatSee) {
  NEED_DATA(no_tile);
  const Folder folder;
  const fs::path safe = folder.copy(shared(no_tile), "product");
  const auto grid = [](const char* detector, const char* zenith, const char* azimuth) {
    const auto values = [](const char* text) {
      return std::string(
                 "<COL_STEP unit=\"m\">5000</COL_STEP><ROW_STEP unit=\"m\">5000</ROW_STEP><Values_List><VALUES>") +
             text + "</VALUES></Values_List>";
    };
    return std::string("<Viewing_Incidence_Angles_Grids bandId=\"8\" detectorId=\"") + detector + "\"><Zenith>" +
           values(zenith) + "</Zenith><Azimuth>" + values(azimuth) + "</Azimuth></Viewing_Incidence_Angles_Grids>";
  };
  write_text(safe / "GRANULE/L2A_T43MDV/MTD_TL.xml",
             "<n1:Level-2A_Tile_ID xmlns:n1=\"x\"><n1:General_Info><SENSING_TIME>2018-07-21T05:41:00Z</SENSING_TIME>"
             "</n1:General_Info><n1:Geometric_Info><Tile_Angles>" +
                 grid("1", "4 6 NaN NaN", "100 350 NaN NaN") + grid("2", "NaN 8 3 NaN", "NaN 20 200 NaN") +
                 "</Tile_Angles></n1:Geometric_Info></n1:Level-2A_Tile_ID>");
  const Product product = open_product(safe.string());
  EXPECT_EQ(product.datetime, "2018-07-21T05:41:00Z");
  ASSERT_EQ(product.view.size(), 1U);
  EXPECT_EQ(product.view[0].band, "B8A");
  const AngleGrid& merged = product.view[0].grid;
  ASSERT_EQ(merged.columns, 4);
  EXPECT_FLOAT_EQ(merged.zenith_deg[0], 4);
  EXPECT_FLOAT_EQ(merged.zenith_deg[1], 7);
  EXPECT_FLOAT_EQ(merged.zenith_deg[2], 3);
  EXPECT_TRUE(std::isnan(merged.zenith_deg[3]));
  EXPECT_NEAR(merged.azimuth_deg[0], 100, 1e-4);
  EXPECT_NEAR(merged.azimuth_deg[1], 5, 1e-4);  // between 350 and 20, across north
  EXPECT_NEAR(merged.azimuth_deg[2], 200, 1e-4);
  EXPECT_TRUE(std::isnan(merged.azimuth_deg[3]));
}

TEST(Sentinel2L2A, CutMetadataNamesFileAndLine) {
  NEED_DATA(old_tif);
  for (const char* part : {"MTD_MSIL2A.xml", "GRANULE/L2A_T07HFE_A019029_20190212T192646/MTD_TL.xml"}) {
    const Folder folder;
    const fs::path safe = folder.copy(shared(old_tif), "product");
    const std::string whole = read_text(safe / part);
    write_text(safe / part, whole.substr(0, whole.size() / 2));
    try {
      static_cast<void>(open_product(safe.string()));
      FAIL() << part << " was cut in half and read";
    } catch (const DataError& error) {
      EXPECT_NE(error.fault().find(fs::path(part).filename().string()), std::string::npos) << error.fault();
      EXPECT_NE(error.fault().find("line "), std::string::npos) << error.fault();
    }
  }
}

TEST(Sentinel2L2A, MissingBandIsAProblemTheRestOpens) {
  NEED_DATA(old_tif);
  const Folder folder;
  const fs::path safe = folder.copy(shared(old_tif), "product");
  const Product whole = open_product(safe.string());
  ASSERT_EQ(whole.problems.size(), 1U);  // the sample lacks AOT and WVP at 20 m
  EXPECT_TRUE(mentions(whole.problems, "2 of 35 images"));
  fs::remove(whole.band(BandRole::red)->pixels.file);
  const Product product = open_product(safe.string());
  EXPECT_TRUE(mentions(product.problems, "T07HFE_20190212T192651_B04_10m"));
  EXPECT_EQ(product.band(BandRole::red)->gsd_m, 20);  // the next finest
  EXPECT_EQ(product.bands.size() + 1, whole.bands.size());
}

TEST(Sentinel2L2A, NestedFolderAndLowerCaseNames) {
  NEED_DATA(old_tif);
  const Folder folder;
  const fs::path safe = folder.copy(shared(old_tif), "download/renamed");
  fs::rename(safe / "MTD_MSIL2A.xml", safe / "mtd_msil2a.xml");
  const fs::path images = safe / "GRANULE/L2A_T07HFE_A019029_20190212T192646/IMG_DATA/R10m";
  fs::rename(images / "T07HFE_20190212T192651_B02_10m.tif", images / "t07hfe_20190212t192651_b02_10m.TIF");
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.id, "S2A_MSIL2A_20190212T192651_N0212_R013_T07HFE_20201007T160857");
  EXPECT_FALSE(mentions(product.problems, "B02"));
  EXPECT_EQ(product.band(BandRole::blue)->gsd_m, 10);
}

TEST(Sentinel2L2A, RenamedArchiveReadInPlace) {
  NEED_DATA(old_tif);
  const Folder folder;
  const fs::path archive = folder / "safe (1).zip";
  zip(shared(old_tif), archive);
  const Product product = open_product(archive.string());
  EXPECT_EQ(product.id, "S2A_MSIL2A_20190212T192651_N0212_R013_T07HFE_20201007T160857");
  EXPECT_EQ(product.bands.size(), 24U);
  const Product unpacked = open_product(shared(old_tif).string());
  EXPECT_EQ(pixels(product.bands[1].pixels), pixels(unpacked.bands[1].pixels));
  EXPECT_FALSE(pixels(product.bands[1].pixels).empty());
}

TEST(Sentinel2L2A, AlsoByItsMetadataFile) {
  NEED_DATA(old_tif);
  EXPECT_EQ(open_product((shared(old_tif) / "MTD_MSIL2A.xml").string()).id, open_product(shared(old_tif).string()).id);
}

TEST(Sentinel2L2A, GranuleAloneTakesTheOffsetOfItsBaseline) {
  NEED_DATA(new_tif);
  const Folder folder;
  const fs::path granule =
      folder.copy(shared(new_tif) / "GRANULE/L2A_T01UBT_A030715_20230122T231921", "L2A_T01UBT_A030715_20230122T231921");
  const Product product = open_product(granule.string());
  EXPECT_EQ(product.baseline, "04.00");
  EXPECT_EQ(product.platform, "sentinel-2b");
  EXPECT_DOUBLE_EQ(product.band(BandRole::blue)->offset, -0.1);
  EXPECT_TRUE(mentions(product.problems, "granule"));
}

TEST(Sentinel2L2A, LayoutOfPublicBuckets) {
  NEED_DATA(bucket);
  const Folder folder;
  const fs::path copy = folder.copy(shared(bucket), "tile");
  write_text(copy / "R20m/B05.jp2", "x");
  write_text(copy / "R60m/B05.jp2", "x");
  const Product product = open_product(copy.string());
  EXPECT_EQ(product.datetime, "2020-09-14T23:19:31.559091Z");
  ASSERT_EQ(product.bands.size(), 2U);
  EXPECT_EQ(product.bands[0].gsd_m, 20);
  EXPECT_DOUBLE_EQ(product.bands[0].offset, -0.1);  // collection 1: baseline 05.00 of a scene of 2020
}

// Sen2Cor 2.4 and before: prefixed elements and files, IMAGE_FILE_2A, probabilities called CLD and SNW.
TEST(Sentinel2L2A, GrammarOfTheFirstProcessors) {
  const Folder folder;
  write_text(folder / "MTD_MSIL2A.xml",
             "<n1:Level-2A_User_Product xmlns:n1=\"x\"><n1:General_Info><L2A_Product_Info>"
             "<PRODUCT_URI_1C>S2A_MSIL1C_20170601T105031_N0205_R051_T31TCJ_20170601T105518.SAFE</PRODUCT_URI_1C>"
             "<PRODUCT_URI_2A>S2A_MSIL2A_20170601T105031_N0205_R051_T31TCJ_20170601T105518.SAFE</PRODUCT_URI_2A>"
             "<PROCESSING_BASELINE>02.05</PROCESSING_BASELINE><Datatake datatakeIdentifier=\"x\">"
             "<SPACECRAFT_NAME>Sentinel-2A</SPACECRAFT_NAME></Datatake>"
             "<L2A_Product_Organisation><Granule_List><Granule>"
             "<IMAGE_FILE_2A>GRANULE/L/IMG_DATA/R10m/L2A_T31TCJ_20170601T105031_B04_10m</IMAGE_FILE_2A>"
             "<IMAGE_FILE_2A>GRANULE/L/IMG_DATA/R10m/L2A_T31TCJ_20170601T105031_B08_10m</IMAGE_FILE_2A>"
             "</Granule></Granule_List></L2A_Product_Organisation></L2A_Product_Info>"
             "<L2A_Product_Image_Characteristics><L1C_L2A_Quantification_Values_List>"
             "<L2A_BOA_QUANTIFICATION_VALUE>1000</L2A_BOA_QUANTIFICATION_VALUE>"
             "<L2A_AOT_QUANTIFICATION_VALUE>500</L2A_AOT_QUANTIFICATION_VALUE>"
             "</L1C_L2A_Quantification_Values_List></L2A_Product_Image_Characteristics></n1:General_Info>"
             "</n1:Level-2A_User_Product>");
  write_text(folder / "GRANULE/L/IMG_DATA/R10m/L2A_T31TCJ_20170601T105031_B04_10m.jp2", "x");
  write_text(folder / "GRANULE/L/IMG_DATA/R10m/L2A_T31TCJ_20170601T105031_AOT_10m.jp2", "x");
  write_text(folder / "GRANULE/L/QI_DATA/L2A_T31TCJ_20170601T105031_CLD_20m.jp2", "x");
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.id, "S2A_MSIL2A_20170601T105031_N0205_R051_T31TCJ_20170601T105518");
  EXPECT_EQ(product.tile, "31TCJ");
  EXPECT_EQ(product.epsg, 32631);
  ASSERT_EQ(product.bands.size(), 1U);
  EXPECT_DOUBLE_EQ(product.bands[0].scale, 0.001);
  EXPECT_DOUBLE_EQ(product.layer("AOT")->scale, 0.002);
  EXPECT_NE(product.layer("CLDPRB_20m"), nullptr);
  EXPECT_TRUE(mentions(product.problems, "1 of 2 images"));
  EXPECT_TRUE(mentions(product.problems, "L2A_T31TCJ_20170601T105031_B08_10m"));
}

// From baseline 04.00 on numbers without an offset would be reflectance that is 0.1 too high. Products of Sen2Cor's
// users (99.99) may have none.
TEST(Sentinel2L2A, ABaselineWithOffsetAndNoneGivenIsAFaultOfItsBands) {
  const auto made = [](const Folder& folder, const std::string& named, const std::string& told) {
    const std::string baseline = told.empty() ? "" : "<PROCESSING_BASELINE>" + told + "</PROCESSING_BASELINE>";
    write_text(folder / "MTD_MSIL2A.xml",
               "<n1:Level-2A_User_Product xmlns:n1=\"x\"><n1:General_Info><Product_Info>"
               "<PRODUCT_URI>S2B_MSIL2A_20230208T105201_N" +
                   named + "_R051_T31TCH_20230208T141803.SAFE</PRODUCT_URI>" + baseline +
                   "</Product_Info></n1:General_Info></n1:Level-2A_User_Product>");
    write_text(folder / "GRANULE/L2A_T31TCH_A1_1/IMG_DATA/R20m/T31TCH_20230208T105201_B05_20m.jp2", "x");
    return folder.text();
  };
  for (const auto& [named, told] : {std::pair{"0509", "05.09"}, {"0400", "04.00"}, {"0400", ""}}) {
    const Folder folder;
    const Product product = open_product(made(folder, named, told));
    ASSERT_EQ(product.bands.size(), 1U) << named;
    ASSERT_TRUE(product.bands[0].fault) << named;
    const std::string& what = product.bands[0].fault->what;
    EXPECT_NE(what.find("lacks BOA_ADD_OFFSET, which products of baseline 0"), std::string::npos) << what;
    EXPECT_TRUE(std::any_of(product.problems.begin(), product.problems.end(),
                            [&](const std::string& one) { return one == what + ", and its bands cannot be read"; }));
  }
  for (const auto& [named, told] : {std::pair{"0301", "03.01"}, {"0301", ""}, {"9999", "99.99"}}) {
    const Folder folder;
    const Product product = open_product(made(folder, named, told));
    ASSERT_EQ(product.bands.size(), 1U) << named;
    EXPECT_EQ(product.bands[0].offset, 0) << named;
    EXPECT_FALSE(product.bands[0].fault) << named;
  }
}

TEST(Sentinel2L2A, OneImageUnderTwoNamesIsRefused) {
  const Folder folder;
  write_text(folder / "MTD_MSIL2A.xml",
             "<n1:Level-2A_User_Product xmlns:n1=\"x\"><n1:General_Info><Product_Info>"
             "<PRODUCT_URI>S2A_MSIL2A_20190601T105031_N0212_R051_T31TCJ_20190601T125518.SAFE</PRODUCT_URI>"
             "</Product_Info></n1:General_Info></n1:Level-2A_User_Product>");
  const std::string images = "GRANULE/L2A_T31TCJ_A1_1/IMG_DATA/";
  write_text(folder / (images + "R20m/T31TCJ_20190601T105031_B05_20m.jp2"), "x");
  write_text(folder / (images + "R60m/T31TCJ_20190601T105031_B05_60m.jp2"), "x");  // another resolution
  EXPECT_EQ(open_product(folder.text()).bands.size(), 2U);
  write_text(folder / (images + "R20m/t31tcj_20190601t105031_b05_20m.tif"), "x");
  try {
    static_cast<void>(open_product(folder.text()));
    FAIL() << "one of two files was taken";
  } catch (const UserError& error) {
    EXPECT_NE(error.fault().find("B5 of 20 m"), std::string::npos) << error.fault();
    EXPECT_NE(error.fault().find("T31TCJ_20190601T105031_B05_20m.jp2"), std::string::npos) << error.fault();
    EXPECT_NE(error.fault().find("t31tcj_20190601t105031_b05_20m.tif"), std::string::npos) << error.fault();
  }
}

TEST(Sentinel2L2A, MasksOfAllResolutions) {
  const Folder folder;
  std::string offsets;
  for (int band = 0; band < 13; ++band)
    offsets += "<BOA_ADD_OFFSET band_id=\"" + std::to_string(band) + "\">-1000</BOA_ADD_OFFSET>";
  write_text(folder / "MTD_MSIL2A.xml",
             "<n1:Level-2A_User_Product xmlns:n1=\"x\"><n1:General_Info><Product_Info>"
             "<PRODUCT_URI>S2A_MSIL2A_20230601T105031_N0509_R051_T31TCJ_20230601T125518.SAFE</PRODUCT_URI>"
             "</Product_Info><Product_Image_Characteristics><BOA_ADD_OFFSET_VALUES_LIST>" +
                 offsets +
                 "</BOA_ADD_OFFSET_VALUES_LIST></Product_Image_Characteristics></n1:General_Info>"
                 "</n1:Level-2A_User_Product>");
  const std::string granule = "GRANULE/L2A_T31TCJ_A1_1/";
  for (const char* end : {"R10m/T31TCJ_20230601T105031_B02_10m", "R20m/T31TCJ_20230601T105031_B11_20m",
                          "R20m/T31TCJ_20230601T105031_SCL_20m"})
    write_text(folder / (granule + "IMG_DATA/" + end + ".jp2"), "x");
  for (const char* band : {"B02", "B11"}) write_text(folder / (granule + "QI_DATA/MSK_QUALIT_" + band + ".jp2"), "x");
  const Product product = open_product(folder.text());
  // Saturated: SCL 1, component 8 of the quality, 65535; at 10 m the classification is repeated.
  const ProductMask* fine = product.mask(MaskMeaning::saturated, 10);
  ASSERT_NE(fine, nullptr);
  ASSERT_EQ(fine->any.size(), 3U);
  EXPECT_EQ(fine->any[0].values, std::vector<int>{65535});
  EXPECT_EQ(fine->any[1].pixels.band, 8);
  EXPECT_EQ(fine->any[2].gsd_m, 20);
  EXPECT_EQ(fine->any[2].values, std::vector<int>{1});
  EXPECT_EQ(product.mask(MaskMeaning::saturated, 20)->any.size(), 3U);
  // Missing: SCL 0, and 0 of a band of its resolution.
  const ProductMask* nodata = product.mask(MaskMeaning::nodata);
  EXPECT_EQ(nodata->gsd_m, 20);
  ASSERT_EQ(nodata->any.size(), 2U);
  EXPECT_NE(nodata->any[1].pixels.file.find("B11_20m"), std::string::npos);
  EXPECT_EQ(product.mask(MaskMeaning::defective, 10)->any[0].pixels.band, 5);
}

// Of a tile whose folder is not there only the names are known.
TEST(Sentinel2L2A, GranulesThatAreListedOnly) {
  NEED_DATA(no_tile);
  const Folder folder;
  const fs::path safe = folder.copy(shared(no_tile), "product");
  std::string text = read_text(safe / "MTD_MSIL2a.xml");
  const auto start = text.find("<Granule ");
  const auto end = text.find("</Granule>") + 10;
  write_text(safe / "MTD_MSIL2a.xml", text.insert(end, text.substr(start, end - start)));
  EXPECT_TRUE(product_tiles(safe.string()).empty());
  EXPECT_TRUE(mentions(open_product(safe.string()).problems, "lists are missing"));
}

}  // namespace
}  // namespace cers
