// SPDX-License-Identifier: Apache-2.0
// TrainVectorClassifier: samples whose classes become others.
#include <fstream>
#include <map>

#include "cers/learn/model_file.hpp"
#include "command.hpp"
#include "samples_file.hpp"

namespace cers::testing {
namespace {

class VectorWalk : public ::testing::Test {
 protected:
  void SetUp() override {
    write_samples(folder_ / "s.geojson", {"red", "nir"}, three_classes(300, 1, true));
    write_samples(folder_ / "v.geojson", {"red", "nir"}, three_classes(90, 2, true));
    std::ofstream(folder_ / "names.csv") << "code,name,colour\n20,green,#00ff00\n30,blue,#0000ff\n40,other,\n";
  }
  void walk(const std::string& lines) { std::ofstream(folder_ / "walk.csv") << "from,to\n" << lines; }
  CommandResult run(const std::vector<std::string>& more) {
    std::vector<std::string> words{"-walk", folder_ / "walk.csv",     "-classifier.rf.max",
                                   "9",     "-classifier.rf.nbtrees", "10"};
    words.insert(words.end(), more.begin(), more.end());
    return train_vector(folder_ / "s.geojson", folder_ / "m.cers", words);
  }
  ForestFile model() { return parse_forest_file(text_of(folder_ / "m.cers"), "m.cers"); }

  const TemporaryFolder folder_;
};

std::size_t count(const std::vector<SampleRow>& rows, const std::string& label) {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [&](const SampleRow& row) { return row.label == '"' + label + '"'; }));
}

TEST_F(VectorWalk, MergesAndLeavesOut) {
  walk("wood,green\ncrop,20\nwater,blue\n");
  const CommandResult merged = run({"-nomenclature", folder_ / "names.csv"});
  ASSERT_EQ(merged.code, 0) << merged.err;
  EXPECT_NE(merged.out.find("samples: 300 of 2 classes"), std::string::npos) << merged.out;
  EXPECT_EQ(merged.err.find("left out"), std::string::npos) << merged.err;
  const ForestFile file = model();
  EXPECT_EQ(file.forest.labels, (std::vector{20, 30}));
  EXPECT_EQ(file.info.classes[0].name, "green");
  EXPECT_EQ(file.forest.samples,
            (std::vector{count(three_classes(300, 1, true), "wood") + count(three_classes(300, 1, true), "crop"),
                         count(three_classes(300, 1, true), "water")}));

  walk("wood,1\nwater,2\n");
  const CommandResult fewer = run({"-valid.vd", folder_ / "v.geojson"});
  ASSERT_EQ(fewer.code, 0) << fewer.err;
  const std::size_t lost = count(three_classes(300, 1, true), "crop");
  const std::size_t unjudged = count(three_classes(90, 2, true), "crop");
  EXPECT_NE(fewer.out.find("samples: " + std::to_string(300 - lost) + " of 2 classes in polygons"), std::string::npos)
      << fewer.out;
  EXPECT_NE(fewer.out.find("on " + std::to_string(90 - unjudged) + " validation samples"), std::string::npos)
      << fewer.out;
  for (const auto& [name, features] : {std::pair{"s.geojson", lost}, std::pair{"v.geojson", unjudged}})
    EXPECT_NE(fewer.err.find(std::string(name) + ": " + std::to_string(features) +
                             " features of 1 class ('crop') are left out: no new class is given"),
              std::string::npos)
        << fewer.err;
}

TEST_F(VectorWalk, TellsHowItsModelCameAbout) {
  walk("wood,green\ncrop,20\nwater,blue\n");
  ASSERT_EQ(run({"-nomenclature", folder_ / "names.csv"}).code, 0);
  const Origin origin = model().info.origin;
  ASSERT_EQ(origin.size(), 1U);
  EXPECT_EQ(origin[0].app, "TrainVectorClassifier");
  EXPECT_TRUE(origin[0].inputs.empty());
  const std::map<std::string, std::vector<std::string>> told(origin[0].parameters.begin(), origin[0].parameters.end());
  EXPECT_EQ(told, (std::map<std::string, std::vector<std::string>>{{"io.vd", {"s.geojson"}},
                                                                   {"layer", {"0"}},
                                                                   {"feat", {"red", "nir"}},
                                                                   {"cfield", {"code"}},
                                                                   {"walk", {"walk.csv"}},
                                                                   {"nomenclature", {"names.csv"}}}))
      << "names without folders; options of the forest stand elsewhere";
}

// The same model as of a file in which the classes are the new ones and the others are not there; but for where it came
// from.
TEST_F(VectorWalk, IsWhatTheFileWouldHold) {
  const auto without_origin = [&](const char* name) {
    ForestFile file = parse_forest_file(text_of(folder_ / name), name);
    EXPECT_FALSE(file.info.origin.empty());
    file.info.origin.clear();
    return bytes_of(file);
  };
  walk("wood,11\nwater,7\n");
  ASSERT_EQ(run({}).code, 0);
  const std::string walked = without_origin("m.cers");
  std::vector<SampleRow> rows = three_classes(300, 1);
  std::erase_if(rows, [](const SampleRow& row) { return row.label == "42"; });
  write_samples(folder_ / "n.geojson", {"red", "nir"}, rows);
  ASSERT_EQ(cers({"TrainVectorClassifier", "-io.vd", folder_ / "n.geojson", "-feat", "red", "nir", "-cfield", "code",
                  "-classifier.rf.max", "9", "-classifier.rf.nbtrees", "10", "-io.out", folder_ / "n.cers"})
                .code,
            0);
  EXPECT_EQ(without_origin("n.cers"), walked);
}

TEST_F(VectorWalk, SaysWhatIsWrong) {
  const auto fault = [&](const std::string& lines, const std::string& text) {
    walk(lines);
    const CommandResult result = run({"-nomenclature", folder_ / "names.csv"});
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(text), std::string::npos) << text << "\n" << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "m.cers"));
  };
  fault("wood,77\n", "leads to class 77");
  fault("maize,20\n", "leads to a new one");
  const CommandResult unknown = train_vector(folder_ / "s.geojson", folder_ / "m.cers",
                                             {"-nomenclature", folder_ / "names.csv", "-classifier.rf.nbtrees", "2"});
  EXPECT_NE(unknown.err.find((folder_ / "names.csv") + " does not know 3 classes: 'crop', 'water', 'wood'"),
            std::string::npos)
      << unknown.err;
}

}  // namespace
}  // namespace cers::testing
