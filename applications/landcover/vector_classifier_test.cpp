// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>

#include "cers/learn/classify_rows.hpp"
#include "cers/vector-io/feature_table.hpp"
#include "command.hpp"
#include "samples_file.hpp"

namespace cers::testing {
namespace {

class VectorClassifier : public ::testing::Test {
 protected:
  void SetUp() override {
    write_samples(folder_ / "s.geojson", {"red", "nir"}, three_classes(500, 1));
    const CommandResult result = cers({"TrainVectorClassifier", "-io.vd", folder_ / "s.geojson", "-feat", "red", "nir",
                                       "-cfield", "code", "-classifier.rf.max", "12", "-io.out", folder_ / "m.cers"});
    ASSERT_EQ(result.code, 0) << result.err;
    std::vector<SampleRow> rows = three_classes(80, 9);
    rows[7].values[1] = "null";
    write_samples(folder_ / "in.geojson", {"red", "nir"}, rows);
  }
  CommandResult run(const std::vector<std::string>& more, const std::string& out) {
    std::vector<std::string> words{"VectorClassifier", "-in",  folder_ / "in.geojson", "-model",
                                   folder_ / "m.cers", "-out", folder_ / out};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }

  TemporaryFolder folder_;
};

TEST_F(VectorClassifier, writes_the_classes_of_the_model) {
  const CommandResult result = run({"-confmap", "true"}, "out.gpkg");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("classified: 79 of 80 features"), std::string::npos) << result.out;
  EXPECT_NE(result.err.find("1 of 80 features of " + (folder_ / "in.geojson") +
                            " get no class: 1 with a field that is not set, 0 with the number that means missing"),
            std::string::npos)
      << result.err;
  const FeatureTable found =
      read_feature_table(folder_ / "out.gpkg", 0, {{"red", "nir", "confidence"}, "predicted", "code", false});
  ASSERT_EQ(found.size(), 79U);
  EXPECT_EQ(found.groups.size(), 79U) << "fields of the input stay";
  const auto model = read_model(folder_ / "m.cers");
  std::vector<float> values;
  for (std::size_t i = 0; i < found.size(); ++i)
    values.insert(values.end(), {found.values[3 * i], found.values[3 * i + 1]});
  const std::vector<RowClass> want = classify_rows(*model, values);
  std::size_t right = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found.labels[i], std::to_string(want[i].code));
    EXPECT_EQ(found.values[3 * i + 2], want[i].confidence);
    right += found.labels[i] == std::to_string(found.groups[i]) ? 1 : 0;
  }
  EXPECT_GT(right, 65U);
}

TEST_F(VectorClassifier, writes_shapefiles_and_other_fields) {
  const CommandResult result = run({"-cfield", "class", "-feat", "red", "nir"}, "out.shp");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(read_feature_table(folder_ / "out.shp", 0, {{"red"}, "class", "", false}).size(), 79U);
  EXPECT_NE(run({"-cfield", "a name too long"}, "b.shp").err.find("at most 10"), std::string::npos);
}

TEST_F(VectorClassifier, says_what_is_wrong) {
  const auto fault = [&](int code, const std::vector<std::string>& words, const std::string& text) {
    const CommandResult result = run(words, "out.gpkg");
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out.gpkg"));
  };
  fault(2, {"-feat", "nir", "red"}, "field 1 is 'nir', but feature 1 of");
  fault(2, {"-feat", "red"}, "names 1 fields, but");
  fault(2, {"-feat", "red", "swir"}, "has no field 'swir'");
  fault(2, {"-cfield", "originfid", "-confmap", "true", "-feat", "red", "code"}, "feature 2 of");
  std::ofstream(folder_ / "bad.cers") << "cers-model 1 5 5 0\nabc";
  const CommandResult damaged = cers({"VectorClassifier", "-in", folder_ / "in.geojson", "-model", folder_ / "bad.cers",
                                      "-out", folder_ / "out.gpkg"});
  EXPECT_EQ(damaged.code, 3);
  EXPECT_NE(damaged.err.find("bad.cers ends early"), std::string::npos) << damaged.err;
}

}  // namespace
}  // namespace cers::testing
