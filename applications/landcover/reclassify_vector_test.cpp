// SPDX-License-Identifier: Apache-2.0
#include "samples_testing.hpp"

namespace cers::testing {
namespace {

class ReclassifyVectorTest : public SamplesTest {
 protected:
  CommandResult run(const std::string& field, std::vector<std::string> more) {
    std::vector<std::string> words{"ReclassifyVector",  "-in", polygons_, "-cfield", field, "-out",
                                   folder_ / "out.gpkg"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  std::string walk_ = write("walk.csv", "from,to\nmaize,crop\nsoy,110\n4,crop\n");
  std::string classes_ = write("classes.csv", "code,name,alias\n110,crop,rice;Maize\n100,urban,\n");
};

TEST_F(ReclassifyVectorTest, maps_by_a_cross_walk) {
  const CommandResult result = run("name", {"-walk", walk_, "-nomenclature", classes_, "-field", "kind"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto rows = lines(table("out.gpkg"));
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].substr(rows[0].find("code")), "code,name,share,kind,kind_name");
  EXPECT_NE(rows[1].find("4,maize,0.5,110,crop"), std::string::npos) << rows[1];
  EXPECT_NE(rows[2].find("7,soy,0.5,110,crop"), std::string::npos) << rows[2];
  EXPECT_NE(result.err.find("1 feature of 1 class ('rice') is left out"), std::string::npos) << result.err;
}

TEST_F(ReclassifyVectorTest, maps_by_names_and_aliases) {
  const CommandResult result = run("name", {"-nomenclature", classes_, "-field", "kind"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(lines(table("out.gpkg")).size(), 4U) << "maize, maize and rice";
  EXPECT_NE(result.err.find("('soy')"), std::string::npos) << result.err;
}

TEST_F(ReclassifyVectorTest, says_what_is_wrong) {
  const auto fault = [&](int code, const CommandResult& result, const std::string& text) {
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out.gpkg"));
  };
  fault(2, run("name", {}), "neither -walk nor -nomenclature is given");
  fault(3, run("name", {"-walk", walk_}), "line 2: 'crop' is no code");
  fault(2, run("name", {"-walk", write("w.csv", "from,to\nmaize,7\n"), "-nomenclature", classes_}), "leads to class 7");
  fault(2, run("name", {"-walk", write("w.csv", "from,to\nwheat,7\n")}), "no class of " + polygons_ + " leads");
  fault(2, run("name", {"-walk", write("w.csv", "from,to\nmaize,7\n"), "-field", "name"}), "field 'name'");
}

}  // namespace
}  // namespace cers::testing
