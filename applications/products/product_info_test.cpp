// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace cers::testing {
namespace {

using Json = nlohmann::json;

/// On a real Sentinel-2 product of a few hundred pixels.
class ProductInfo : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* root = std::getenv("CERS_SHARED_DATA");
    const std::string below =
        "/products/s2_safe_mini/esa_S2B_MSIL2A_20210122T133229_N0214_R081_T22HBD_20210122T155500.SAFE";
    if (root != nullptr && std::filesystem::exists(root + below)) product_ = root + below;
  }
  std::string product_;
};

TEST_F(ProductInfo, prints_what_a_product_holds) {
  if (product_.empty()) GTEST_SKIP() << "CERS_SHARED_DATA has no s2_safe_mini";
  const auto result = cers({"ProductInfo", "-in", product_});
  ASSERT_EQ(result.code, 0) << result.err;
  for (const char* line : {"\nfamily: sentinel2-l2a\n", "\nplatform: sentinel-2b\n", "\ntile: 22HBD\n",
                           "\ncrs: EPSG:32722\n", "\nrelative_orbit: 81\n",
                           "\nband: red B4 10 m scale 0.0001 offset 0 nodata 0\n", "\nmask: cloud ", "\nlayer: SCL"}) {
    EXPECT_NE(result.out.find(line), std::string::npos) << line << result.out;
  }
}

TEST_F(ProductInfo, prints_and_writes_json) {
  if (product_.empty()) GTEST_SKIP() << "CERS_SHARED_DATA has no s2_safe_mini";
  const TemporaryFolder folder;
  const auto result = cers({"ProductInfo", "-in", product_, "-format", "json", "-out", folder / "item.json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto start = result.out.find("product: ");
  ASSERT_NE(start, std::string::npos) << result.out;
  const Json printed = Json::parse(result.out.substr(start + 9));
  EXPECT_EQ(printed["level"], "L2A");
  EXPECT_GE(printed["bands"].size(), 10U);
  EXPECT_FALSE(printed["masks"].empty());
  std::ifstream stream(folder / "item.json");
  const Json written = Json::parse(stream);
  EXPECT_EQ(written["stac_version"], "1.1.0");
  EXPECT_EQ(written["bbox"], printed["footprint"]);
  const auto stac = cers({"ProductInfo", "-in", product_, "-format", "stac"});
  ASSERT_EQ(stac.code, 0) << stac.err;
  EXPECT_EQ(Json::parse(stac.out.substr(stac.out.find("stac: ") + 6)), written);
}

TEST_F(ProductInfo, refuses_what_is_no_product) {
  const TemporaryFolder folder;
  std::ofstream(folder / "notes.txt") << "nothing";
  const auto result = cers({"ProductInfo", "-in", folder.path().string()});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("is no product that Cers knows"), std::string::npos) << result.err;
  EXPECT_EQ(cers({"ProductInfo", "-format", "json"}).code, 2) << "-in is needed";
  EXPECT_NE(cers({"ProductInfo", "-in", folder / "none"}).code, 0);
}

TEST_F(ProductInfo, refuses_options_that_choose_pixels) {
  const TemporaryFolder folder;
  const auto made =
      cers({"SimulateScene", "-side", "128", "-products", "landsat", "-truth", "false", "-out", folder / "out"});
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string product = std::filesystem::directory_iterator(folder / "out")->path().string();
  ASSERT_EQ(cers({"ProductInfo", "-in", product}).code, 0);
  for (const char* option : {"bands=1", "gsd=30", "resol=1", "sdataidx=0", "skipcarto=true"}) {
    const auto result = cers({"ProductInfo", "-in", product + "?&" + option});
    EXPECT_EQ(result.code, 2) << option;
    const std::string key = std::string(option).substr(0, std::string(option).find('='));
    EXPECT_NE(result.err.find(key + " behind the name has no effect"), std::string::npos) << result.err;
  }
  // Accepted for the sake of OTB's commands, with a warning.
  const auto geom = cers({"ProductInfo", "-in", product + "?&skipgeom=true"});
  EXPECT_EQ(geom.code, 0);
  EXPECT_NE(geom.err.find("skipgeom"), std::string::npos) << geom.err;
}

}  // namespace
}  // namespace cers::testing
