// SPDX-License-Identifier: Apache-2.0
// TrainVectorClassifier: the models that OpenCV trains.
#include <fstream>

#include "cers/learn/classify_rows.hpp"
#include "cers/learn/model.hpp"
#include "command.hpp"
#include "samples_file.hpp"

namespace cers::testing {
namespace {

class TrainWithOpencv : public ::testing::Test {
 protected:
  void SetUp() override {
    write_samples(folder_ / "s.geojson", {"red", "nir"}, three_classes(300, 1));
    // Both features to a range of about -1.6 to 1.6.
    std::ofstream(folder_ / "s.xml")
        << "<FeatureStatistics><Statistic name=\"mean\"><StatisticVector value=\"100\"/><StatisticVector "
           "value=\"100\"/></Statistic><Statistic name=\"stddev\"><StatisticVector value=\"64\"/><StatisticVector "
           "value=\"64\"/></Statistic></FeatureStatistics>";
  }
  CommandResult run(const std::string& classifier, const std::vector<std::string>& more,
                    const std::string& out = "m.yml") {
    std::vector<std::string> words{"-classifier", classifier};
    words.insert(words.end(), more.begin(), more.end());
    return train_vector(folder_ / "s.geojson", folder_ / out, words);
  }
  CommandResult machine(std::vector<std::string> more, const std::string& out = "m.yml") {
    more.insert(more.end(), {"-io.stats", folder_ / "s.xml"});
    return run("svm", more, out);
  }
  void fault(const std::string& classifier, const std::vector<std::string>& words, const std::string& text) {
    const CommandResult result = run(classifier, words, "none.yml");
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(text), std::string::npos) << text << "\n" << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "none.yml"));
  }
  std::string text(const std::string& name) { return text_of(folder_ / name); }

  const TemporaryFolder folder_;
};

TEST_F(TrainWithOpencv, MakesMachinesThatItReads) {
  const CommandResult result =
      machine({"-classifier.svm.k", "rbf", "-classifier.svm.c", "10", "-classifier.svm.iter", "1000"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.err.find("warning"), std::string::npos) << result.err;
  EXPECT_NE(result.out.find("samples: 300 of 3 classes in polygons, support vector machine of "), std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("accuracy: 0.9"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find(" on 300 training samples: too good"), std::string::npos) << result.out;
  EXPECT_NE(text("m.yml").find("opencv_ml_svm"), std::string::npos);
  ASSERT_EQ(machine({"-classifier.svm.k", "rbf", "-classifier.svm.c", "10", "-threads", "1"}, "again.yml").code, 0);
  EXPECT_EQ(text("again.yml"), text("m.yml"));
  // As many right as was told, with the statistics the file does not hold.
  const CommandResult classified =
      cers({"VectorClassifier", "-in", folder_ / "s.geojson", "-feat", "red", "nir", "-model", folder_ / "m.yml",
            "-instat", folder_ / "s.xml", "-out", folder_ / "classes.geojson"});
  ASSERT_EQ(classified.code, 0) << classified.err;
  std::istringstream classes(text("classes.geojson"));
  int right = 0;
  for (std::string line; std::getline(classes, line);) {
    const auto number = [&](const std::string& key) {
      const std::size_t at = line.find('"' + key + "\":");
      return at == std::string::npos ? -1 : std::stoi(line.substr(at + key.size() + 3));
    };
    right += number("code") != -1 && number("code") == number("predicted") ? 1 : 0;
  }
  const double told = std::stod(result.out.substr(result.out.find("accuracy: ") + 10));
  EXPECT_NEAR(right / 300.0, told, 5e-5);
}

TEST_F(TrainWithOpencv, SearchesTheOptionsOfAMachine) {
  const CommandResult result = machine({"-classifier.svm.k", "rbf", "-classifier.svm.opt", "true"});
  ASSERT_EQ(result.code, 0) << result.err;
  ASSERT_EQ(
      machine({"-classifier.svm.k", "rbf", "-classifier.svm.opt", "true", "-classifier.svm.c", "50", "-threads", "1"},
              "again.yml")
          .code,
      0);
  EXPECT_EQ(text("again.yml"), text("m.yml"));
  ASSERT_EQ(machine({"-classifier.svm.k", "rbf", "-classifier.svm.gamma", "0.001"}, "other.yml").code, 0);
  EXPECT_NE(text("other.yml"), text("m.yml"));
}

TEST_F(TrainWithOpencv, TellsOfOptionsOfAMachineThatHaveNoEffect) {
  const CommandResult result =
      machine({"-classifier.svm.nu", "0.2", "-classifier.svm.gamma", "2", "-classifier.svm.degree", "2",
               "-classifier.svm.coef0", "2", "-classifier.libsvm.c", "3", "-rand", "4"});
  ASSERT_EQ(result.code, 0) << result.err;
  for (const char* const words : {"-classifier.svm.nu has no effect with -classifier.svm.m csvc",
                                  "-classifier.svm.gamma has no effect with -classifier.svm.k linear",
                                  "-classifier.svm.degree has no effect with -classifier.svm.k linear",
                                  "-classifier.svm.coef0 has no effect with -classifier.svm.k linear",
                                  "-classifier.libsvm.c has no effect", "-rand has no effect with -classifier svm"})
    EXPECT_NE(result.err.find(words), std::string::npos) << words << "\n" << result.err;
  EXPECT_NE(result.err.find("1000 steps for each pair of classes, OTB's number"), std::string::npos) << result.err;
  const CommandResult searched = machine({"-classifier.svm.opt", "true", "-classifier.svm.c", "7"});
  EXPECT_NE(searched.err.find("-classifier.svm.c has no effect with -classifier.svm.opt true"), std::string::npos)
      << searched.err;
}

TEST_F(TrainWithOpencv, SaysWhatIsWrongWithAMachine) {
  fault("svm", {"-classifier.svm.m", "oneclass"}, "-classifier.svm.m oneclass is not supported");
  fault("svm", {"-classifier.svm.m", "nusvc"}, "needs -classifier.svm.nu");
  fault("svm", {"-classifier.svm.m", "epssvr"}, "epssvr");
  fault("svm", {"-classifier.svm.c", "-1"}, "the cost c is -1");
  fault("svm", {"-classifier.svm.m", "nusvc", "-classifier.svm.nu", "0.99"}, "too different numbers");
  fault("svm", {"-nodata", "0"}, "no place for it");
  fault("svm", {"-group.field", "originfid"}, "-group.field has no effect");
}

TEST_F(TrainWithOpencv, GrowsForests) {
  const std::vector<std::string> forest{"-classifier.rf.library", "opencv", "-classifier.rf.max",     "9",
                                        "-classifier.rf.acc",     "0",      "-classifier.rf.nbtrees", "20"};
  const auto grown = [&](std::vector<std::string> more, const std::string& out) {
    more.insert(more.end(), forest.begin(), forest.end());
    return run("rf", more, out);
  };
  const CommandResult result = grown({}, "m.yml");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.err.find("warning"), std::string::npos) << result.err;
  EXPECT_NE(result.out.find("samples: 300 of 3 classes in polygons, random forest of 20 trees"), std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find(" on 300 training samples: too good"), std::string::npos) << result.out;
  EXPECT_NE(text("m.yml").find("opencv_ml_rtrees"), std::string::npos);
  ASSERT_EQ(grown({"-threads", "1", "-rand", "0"}, "again.yml").code, 0);
  EXPECT_EQ(text("again.yml"), text("m.yml"));
  const CommandResult other = grown({"-rand", "3"}, "other.yml");
  EXPECT_EQ(other.err.find("has no effect"), std::string::npos) << other.err;
  EXPECT_NE(text("other.yml"), text("m.yml"));
  // A map of its own: the file tells the number of trees, and all of them vote.
  write_raster(folder_ / "in.tif", utm_grid({20, 20}), 2, PixelType::i16,
               [](int band, int x, int y) { return 10 * (band == 0 ? x : y); });
  const CommandResult mapped =
      cers({"ImageClassifier", "-in", folder_ / "in.tif", "-model", folder_ / "m.yml", "-out", folder_ / "map.tif"});
  ASSERT_EQ(mapped.code, 0) << mapped.err;
  const RasterFile map = read_raster(folder_ / "map.tif");
  EXPECT_EQ(map.at(0, 3, 10), 11);
  EXPECT_EQ(map.at(0, 15, 4), 42);
  EXPECT_EQ(map.at(0, 15, 17), 7);
}

TEST_F(TrainWithOpencv, RefusesWhatItsForestsLack) {
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{{"leaf", "majority"},
                                                                                   {"leaf", "shares"},
                                                                                   {"weights", "balanced"},
                                                                                   {"bootstrap", "groups"},
                                                                                   {"minleaf", "1"},
                                                                                   {"calibration", "none"},
                                                                                   {"calibration", "power"}})
    fault("rf", {"-classifier.rf.library", "opencv", "-classifier.rf." + key, value},
          "-classifier.rf." + key + " is a key of Cers' forest");
  fault("rf", {"-classifier.rf.library", "opencv", "-nodata", "0"},
        "-nodata has no effect with -classifier.rf.library opencv");
  fault("rf", {"-classifier.rf.library", "opencv", "-group.field", "originfid"},
        "-group.field has no effect with -classifier.rf.library opencv");
  const CommandResult deep = run("rf", {"-classifier.rf.library", "opencv", "-classifier.rf.max", "30"});
  EXPECT_NE(deep.err.find("OpenCV's trees are at most 25 deep"), std::string::npos) << deep.err;
  const CommandResult shallow = run("rf", {"-classifier.rf.library", "opencv"});
  EXPECT_NE(shallow.err.find("trees of depth 5, OTB's default"), std::string::npos) << shallow.err;
}

}  // namespace
}  // namespace cers::testing
