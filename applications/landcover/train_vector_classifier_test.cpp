// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>

#include "cers/learn/model_file.hpp"
#include "command.hpp"
#include "samples_file.hpp"

namespace cers::testing {
namespace {

class TrainVectorClassifier : public ::testing::Test {
 protected:
  CommandResult run(const std::vector<std::string>& more, const std::string& out = "m.cers") {
    std::vector<std::string> words{"TrainVectorClassifier", "-cfield", "code", "-io.out", folder_ / out};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  std::string samples(const std::string& name = "s.geojson", unsigned seed = 1, int count = 600) {
    return write_samples(folder_ / name, {"red", "nir"}, three_classes(count, seed));
  }
  std::string bytes(const std::string& name) {
    std::ifstream stream(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  ForestFile model(const std::string& name = "m.cers") { return parse_forest_file(bytes(name), name); }

  TemporaryFolder folder_;
};

TEST_F(TrainVectorClassifier, writes_a_model_that_knows_how_good_it_is) {
  const CommandResult result =
      run({"-io.vd", samples(), "-feat", "red", "nir", "-classifier.rf.max", "12", "-classifier.rf.min", "5", "-nodata",
           "-10000", "-io.confmatout", folder_ / "matrix.csv"});
  ASSERT_EQ(result.code, 0) << result.err;
  const ForestFile file = model();
  EXPECT_EQ(file.info.features, (std::vector<std::string>{"red", "nir"}));
  EXPECT_EQ(file.forest.labels, (std::vector{7, 11, 42}));
  EXPECT_EQ(file.info.nodata, -10000);
  EXPECT_EQ(file.training.max_depth, 12);
  EXPECT_EQ(file.training.min_node, 5);
  EXPECT_EQ(file.training.bootstrap, Bootstrap::groups);
  EXPECT_EQ(file.sample_count, 600U);
  // One label in ten is drawn anew among three classes: 93 % are right.
  EXPECT_NEAR(file.forest.out_of_bag.accuracy, 0.92, 0.03);
  EXPECT_NE(result.out.find("samples: 600 of 3 classes in polygons, "), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("on 600 out-of-bag samples"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("kappa: 0.8"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("class [42]: precision 0."), std::string::npos) << result.out;
  std::string matrix = "#Reference labels (rows):7,11,42\n#Produced labels (columns):7,11,42\n";
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column)
      matrix += std::to_string(file.forest.out_of_bag.confusion[3 * row + column]) + (column < 2 ? "," : "\n");
  }
  EXPECT_EQ(bytes("matrix.csv"), matrix);
}

TEST_F(TrainVectorClassifier, tells_of_classes_of_a_single_polygon) {
  std::vector<SampleRow> rows = three_classes(600, 1);
  for (int i = 0; i < 6; ++i) rows.push_back({{"50", std::to_string(30 * i)}, "99", 7000});
  write_samples(folder_ / "lone.geojson", {"red", "nir"}, rows);
  const CommandResult one = run({"-io.vd", folder_ / "lone.geojson", "-feat", "red", "nir"});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_NE(one.err.find("class 99 has a single polygon: no tree that judges it out of bag knows its class, so it "
                         "counts as wrong there and the calibration of the votes is fitted without it"),
            std::string::npos)
      << one.err;
  EXPECT_EQ(model().forest.calibration.samples, 600U);
  EXPECT_EQ(run({"-io.vd", samples(), "-feat", "red", "nir"}).err.find("single polygon"), std::string::npos);
  // Nothing else: neither the accuracy nor the calibration can be had.
  for (SampleRow& row : rows) row.polygon = std::stoi(row.label);
  write_samples(folder_ / "lone.geojson", {"red", "nir"}, rows);
  const CommandResult all = run({"-io.vd", folder_ / "lone.geojson", "-feat", "red", "nir"}, "all.cers");
  ASSERT_EQ(all.code, 0) << all.err;
  EXPECT_NE(all.out.find("accuracy: 0.0000 on "), std::string::npos) << all.out;
  EXPECT_NE(all.err.find("every class has a single polygon: no tree that judges it out of bag knows its class, so it "
                         "counts as wrong there and the out-of-bag accuracy says nothing"),
            std::string::npos)
      << all.err;
  EXPECT_NE(all.err.find("the votes are not calibrated and probabilities are shares of votes"), std::string::npos)
      << all.err;
  EXPECT_FALSE(model("all.cers").forest.calibration.changes());
}

TEST_F(TrainVectorClassifier, tells_of_a_field_of_numbers_and_names) {
  std::vector<SampleRow> rows = three_classes(60, 1, true);
  rows[3].label = "\"1\"";
  write_samples(folder_ / "mix.geojson", {"red", "nir"}, rows);
  const CommandResult mixed = run({"-io.vd", folder_ / "mix.geojson", "-feat", "red", "nir"});
  EXPECT_EQ(mixed.code, 2);
  EXPECT_NE(
      mixed.err.find("field 'code' of " + (folder_ / "mix.geojson") + " mixes numbers and names, such as '1' and "),
      std::string::npos)
      << mixed.err;
  EXPECT_NE(mixed.err.find("-nomenclature"), std::string::npos) << mixed.err;
  rows[3].label = "\"Wood\"";
  write_samples(folder_ / "case.geojson", {"red", "nir"}, rows);
  const CommandResult cases = run({"-io.vd", folder_ / "case.geojson", "-feat", "red", "nir"});
  EXPECT_EQ(cases.code, 2);
  EXPECT_NE(cases.err.find("differ by their case"), std::string::npos) << cases.err;
}

TEST_F(TrainVectorClassifier, is_the_same_for_any_number_of_threads) {
  const std::vector<std::string> words{"-io.vd", samples(), "-feat", "red", "nir", "-rand", "5"};
  const auto with = [&](const char* threads, const char* out) {
    std::vector<std::string> more = words;
    more.insert(more.end(), {"-threads", threads});
    EXPECT_EQ(run(more, out).code, 0);
    return bytes(out);
  };
  const std::string one = with("1", "a.cers");
  EXPECT_EQ(with("4", "b.cers"), one);
  const CommandResult other = run({"-io.vd", samples(), "-feat", "red", "nir", "-rand", "6"}, "c.cers");
  EXPECT_NE(bytes("c.cers"), one);
}

TEST_F(TrainVectorClassifier, is_judged_on_samples_given_for_that) {
  const CommandResult result = run({"-io.vd", samples(), samples("t.geojson", 2, 60), "-valid.vd",
                                    samples("v.geojson", 3, 300), "-feat", "*", "-cfield", "code", "-v", "false"});
  EXPECT_NE(result.code, 0) << "-cfield is there twice";
  const CommandResult good = run({"-io.vd", samples(), samples("t.geojson", 2, 60), "-valid.vd",
                                  samples("v.geojson", 3, 300), "-feat", "r*", "n*", "-v", "false"});
  ASSERT_EQ(good.code, 0) << good.err;
  EXPECT_NE(good.out.find("samples: 660 of 3 classes"), std::string::npos) << good.out;
  EXPECT_NE(good.out.find("on 300 validation samples"), std::string::npos) << good.out;
  EXPECT_EQ(good.out.find("confusion"), std::string::npos) << good.out;
}

TEST_F(TrainVectorClassifier, keeps_names_of_classes) {
  write_samples(folder_ / "n.geojson", {"red", "nir"}, three_classes(300, 4, true), "");
  const CommandResult result = run({"-io.vd", folder_ / "n.geojson", "-valid.vd", folder_ / "n.geojson", "-feat", "red",
                                    "nir", "-classifier.rf.max", "9"});
  ASSERT_EQ(result.code, 0) << result.err;
  const ForestFile file = model();
  ASSERT_EQ(file.info.classes.size(), 3U);
  EXPECT_EQ(file.info.classes[0], (ClassInfo{1, "crop", {}}));
  EXPECT_EQ(file.info.classes[2], (ClassInfo{3, "wood", {}}));
  EXPECT_EQ(result.out.find("in polygons"), std::string::npos);
  std::ofstream(folder_ / "classes.csv")
      << "code,name,colour,alias\n31,wood,#008000,\n12,crop,,\n51,lake,#0000ff,water\n";
  ASSERT_EQ(run({"-io.vd", folder_ / "n.geojson", "-feat", "red", "nir", "-nomenclature", folder_ / "classes.csv"},
                "named.cers")
                .code,
            0);
  const std::vector<ClassInfo> classes{{12, "crop", {}},
                                       {31, "wood", std::array<std::uint8_t, 3>{0, 128, 0}},
                                       {51, "lake", std::array<std::uint8_t, 3>{0, 0, 255}}};
  EXPECT_EQ(model("named.cers").info.classes, classes);
  write_raster(folder_ / "in.tif", utm_grid({9, 4}), 2, PixelType::i16, [](int, int x, int) { return 20 * x; });
  ASSERT_EQ(cers({"ImageClassifier", "-in", folder_ / "in.tif", "-model", folder_ / "named.cers", "-out",
                  folder_ / "map.tif"})
                .code,
            0);
  const std::vector<ClassInfo> in_map = read_raster(folder_ / "map.tif").info.bands[0].classes;
  ASSERT_EQ(in_map.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(in_map[i].code, classes[i].code);
    EXPECT_EQ(in_map[i].name, classes[i].name);
    if (classes[i].colour) {
      EXPECT_EQ(in_map[i].colour, classes[i].colour);
    }
  }
}

TEST_F(TrainVectorClassifier, centres_and_reduces_by_the_statistics) {
  std::ofstream(folder_ / "s.xml")
      << "<FeatureStatistics><Statistic name=\"mean\"><StatisticVector value=\"100\"/><StatisticVector value=\"0\"/>"
         "</Statistic><Statistic name=\"stddev\"><StatisticVector value=\"4\"/><StatisticVector "
         "value=\"1\"/></Statistic>"
         "</FeatureStatistics>";
  const std::vector<std::string> words{"-io.vd", samples(), "-feat", "red", "nir", "-classifier.rf.max", "9"};
  ASSERT_EQ(run(words).code, 0);
  std::vector<std::string> scaled = words;
  scaled.insert(scaled.end(), {"-io.stats", folder_ / "s.xml"});
  ASSERT_EQ(run(scaled, "scaled.cers").code, 0);
  const ForestFile plain = model();
  const ForestFile file = model("scaled.cers");
  EXPECT_EQ(file.info.scaling.mean, (std::vector{100.0F, 0.0F}));
  ASSERT_EQ(file.forest.trees.size(), plain.forest.trees.size());
  for (std::size_t n = 0; n < plain.forest.trees[0].size(); ++n) {
    const TreeNode& one = plain.forest.trees[0][n];
    const TreeNode& other = file.forest.trees[0][n];
    ASSERT_EQ(one.feature, other.feature);
    if (one.feature == 0) {
      EXPECT_EQ((one.threshold - 100) / 4, other.threshold);
    }
  }
}

TEST_F(TrainVectorClassifier, leaves_out_and_counts_what_is_not_set) {
  std::vector<SampleRow> rows = three_classes(100, 4);
  rows[3].label = "null";
  rows[4].values[1] = "null";
  rows[5].values[0] = "null";
  write_samples(folder_ / "n.geojson", {"red", "nir"}, rows);
  const CommandResult result = run({"-io.vd", folder_ / "n.geojson", "-feat", "red", "nir"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("3 of 100 samples of"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("1 without a class, 2 with a feature that is not set"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("trees of depth 5, OTB's default"), std::string::npos) << result.err;
  EXPECT_EQ(model().sample_count, 97U);
}

TEST_F(TrainVectorClassifier, says_what_is_wrong) {
  const std::string in = samples();
  const auto fault = [&](int code, const std::vector<std::string>& words, const std::string& text) {
    const CommandResult result = run(words);
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "m.cers"));
  };
  fault(2, {"-io.vd", in, "-feat", "rad", "nir"}, "did you mean 'red'?");
  fault(2, {"-io.vd", folder_ / "none.gpkg", "-feat", "red"}, "there is no vector file");
  fault(2, {"-io.vd", in, "-feat", "red", "nir", "-layer", "3"}, "has no layer 3");
  fault(2, {"-io.vd", in, "-feat", "red", "nir", "-group.field", "plot"}, "has no field 'plot'");
  fault(2, {"-io.vd", in, "-feat", "red", "nir", "-classifier", "knn"}, "knn");
  const auto svm_fault = [&](const std::vector<std::string>& more, const std::string& text) {
    std::vector<std::string> words{"-io.vd", in, "-feat", "red", "nir", "-classifier", "libsvm"};
    words.insert(words.end(), more.begin(), more.end());
    fault(2, words, text);
  };
  svm_fault({"-classifier.libsvm.m", "oneclass"}, "oneclass is not supported");
  svm_fault({"-classifier.libsvm.opt", "true"}, "opt true is not supported");
  svm_fault({"-classifier.libsvm.prob", "true"}, "prob true is not supported");
  svm_fault({"-classifier.libsvm.c", "0"}, "C <= 0");
  svm_fault({"-nodata", "0"}, "no place for it");
  svm_fault({"-group.field", "originfid"}, "-group.field has no effect");
  std::vector<SampleRow> rows = three_classes(30, 1);
  for (SampleRow& row : rows) row.label = "5";
  const std::string one = write_samples(folder_ / "one.geojson", {"red", "nir"}, rows);
  fault(3, {"-io.vd", one, "-feat", "red", "nir"}, "all 30 samples are of class 5");
  const std::string named = write_samples(folder_ / "named.geojson", {"red", "nir"}, three_classes(30, 1, true));
  const std::string other = write_samples(folder_ / "other.geojson", {"red", "nir"}, {{{"1", "2"}, "\"wod\"", 1}});
  fault(2, {"-io.vd", named, "-valid.vd", other, "-feat", "red", "nir"}, "does not know 1 class: 'wod'");
  const std::string more = write_samples(folder_ / "more.geojson", {"red", "nira"}, three_classes(30, 1));
  fault(2, {"-io.vd", in, more, "-feat", "r*", "n*"}, "has other features than");
}

TEST_F(TrainVectorClassifier, makes_maps_of_its_own_trees) {
  ASSERT_EQ(run({"-io.vd", samples(), "-feat", "red", "nir", "-classifier.rf.max", "15", "-classifier.rf.min", "2",
                 "-nodata", "199"})
                .code,
            0);
  write_raster(folder_ / "in.tif", utm_grid({90, 40}), 2, PixelType::i16,
               [](int band, int x, int y) { return (x * (3 + band) + y * (7 - 2 * band)) % 200; });
  const CommandResult result =
      cers({"ImageClassifier", "-in", folder_ / "in.tif", "-model", folder_ / "m.cers", "-out", folder_ / "map.tif",
            "-confidence", folder_ / "sure.tif", "-margin", folder_ / "margin.tif", "-entropy", folder_ / "entropy.tif",
            "-confmap", folder_ / "share.tif", "-probamap", folder_ / "shares.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile in = read_raster(folder_ / "in.tif");
  const RasterFile map = read_raster(folder_ / "map.tif");
  const RasterFile sure = read_raster(folder_ / "sure.tif");
  const RasterFile margin = read_raster(folder_ / "margin.tif");
  const RasterFile share = read_raster(folder_ / "share.tif");
  const ForestFile file = model();
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 90; ++x) {
      const std::array<double, 2> pixel{in.at(0, x, y), in.at(1, x, y)};
      std::array<unsigned, 3> votes{};
      for (const auto& tree : file.forest.trees) {
        std::size_t at = 0;
        while (tree[at].feature >= 0)
          at = static_cast<std::size_t>(pixel[static_cast<std::size_t>(tree[at].feature)] <=
                                                static_cast<double>(tree[at].threshold)
                                            ? tree[at].left
                                            : tree[at].right);
        for (std::size_t c = 0; c < 3; ++c)
          votes[c] += file.forest.leaves.shares[static_cast<std::size_t>(tree[at].label) * 3 + c];
      }
      const auto winner = static_cast<std::size_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
      const bool missing = pixel[0] == 199 || pixel[1] == 199;
      ASSERT_EQ(map.at(0, x, y), missing ? 0 : file.forest.labels[winner]) << x << " " << y;
      // The votes as probabilities, as vote_calibration.hpp defines them.
      const double all = votes[0] + votes[1] + votes[2];
      const VoteCalibration& calibration = file.forest.calibration;
      std::array<double, 3> sorted{};
      double sum = 0;
      for (std::size_t c = 0; c < 3; ++c)
        sum += sorted[c] =
            std::pow(votes[c] / all + 1 / (3.0 * static_cast<double>(file.forest.trees.size())), calibration.exponent);
      for (double& p : sorted) p = (1 - calibration.noise) * p / sum + calibration.noise / 3;
      std::sort(sorted.begin(), sorted.end());
      if (missing) {
        ASSERT_EQ(sure.at(0, x, y), 255);
        ASSERT_TRUE(std::isnan(margin.at(0, x, y)));
        continue;
      }
      ASSERT_NEAR(share.at(0, x, y), sorted[2], 4 / 65535.0);
      ASSERT_NEAR(margin.at(0, x, y), sorted[2] - sorted[1], 5 / 65535.0);
      ASSERT_NEAR(sure.at(0, x, y), 100 * sorted[2], 0.51);
    }
  }
  EXPECT_EQ(sure.info.bands[0].nodata, 255);
}

TEST_F(TrainVectorClassifier, trains_support_vector_machines) {
  std::ofstream(folder_ / "s.xml")
      << "<FeatureStatistics><Statistic name=\"mean\"><StatisticVector value=\"100\"/><StatisticVector value=\"100\"/>"
         "</Statistic><Statistic name=\"stddev\"><StatisticVector value=\"64\"/><StatisticVector "
         "value=\"64\"/></Statistic></FeatureStatistics>";
  const std::vector<std::string> words{"-io.vd",
                                       samples(),
                                       "-feat",
                                       "red",
                                       "nir",
                                       "-classifier",
                                       "libsvm",
                                       "-io.stats",
                                       folder_ / "s.xml",
                                       "-classifier.libsvm.k",
                                       "rbf",
                                       "-classifier.libsvm.c",
                                       "10"};
  const auto with = [&](std::vector<std::string> more, const std::string& out) {
    more.insert(more.begin(), words.begin(), words.end());
    return run(more, out);
  };
  const CommandResult result = with({"-io.confmatout", folder_ / "matrix.csv"}, "m.svm");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.err.find("warning"), std::string::npos) << result.err;
  EXPECT_NE(result.out.find("samples: 600 of 3 classes in polygons, support vector machine of "), std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("accuracy: 0.9"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find(" on 600 training samples: too good"), std::string::npos) << result.out;
  EXPECT_EQ(bytes("m.svm").substr(0, 31), "svm_type c_svc\nkernel_type rbf\n");
  ASSERT_EQ(with({"-threads", "1"}, "again.svm").code, 0);
  EXPECT_EQ(bytes("again.svm"), bytes("m.svm"));
  const CommandResult judged = with({"-valid.vd", samples("v.geojson", 3, 300)}, "judged.svm");
  EXPECT_NE(judged.out.find(" on 300 validation samples"), std::string::npos) << judged.out;
  EXPECT_EQ(bytes("judged.svm"), bytes("m.svm"));

  // The samples classified by the file, with the statistics the file does not hold: the diagonal is that of the matrix.
  const CommandResult classified =
      cers({"VectorClassifier", "-in", folder_ / "s.geojson", "-feat", "red", "nir", "-model", folder_ / "m.svm",
            "-instat", folder_ / "s.xml", "-out", folder_ / "classes.geojson"});
  ASSERT_EQ(classified.code, 0) << classified.err;
  std::istringstream classes(bytes("classes.geojson"));
  std::size_t right = 0;
  for (std::string line; std::getline(classes, line);) {
    const auto number = [&](const std::string& key) {
      const std::size_t at = line.find('"' + key + "\":");
      return at == std::string::npos ? -1 : std::stoi(line.substr(at + key.size() + 3));
    };
    right += number("code") != -1 && number("code") == number("predicted") ? 1U : 0U;
  }
  std::istringstream matrix(bytes("matrix.csv"));
  std::string line;
  std::getline(matrix, line);
  EXPECT_EQ(line, "#Reference labels (rows):7,11,42");
  std::getline(matrix, line);
  std::size_t diagonal = 0;
  for (std::size_t row = 0; row < 3; ++row) {
    std::getline(matrix, line);
    std::istringstream cells(line);
    for (std::size_t column = 0; std::getline(cells, line, ','); ++column)
      diagonal += column == row ? std::stoul(line) : 0;
  }
  EXPECT_EQ(right, diagonal);
  EXPECT_GT(right, 540U);
}

TEST_F(TrainVectorClassifier, warns_of_features_as_they_are_and_of_options_of_the_other_kind) {
  const CommandResult result =
      run({"-io.vd", samples(), "-feat", "red", "nir", "-classifier", "libsvm", "-classifier.libsvm.k", "rbf",
           "-classifier.libsvm.gamma", "0.001", "-classifier.rf.max", "9"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("on features as they are"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("-classifier.rf.max has no effect"), std::string::npos) << result.err;
  const CommandResult forest = run({"-io.vd", samples(), "-feat", "red", "nir", "-classifier.libsvm.c", "9"}, "f.cers");
  EXPECT_NE(forest.err.find("-classifier.libsvm.c has no effect"), std::string::npos) << forest.err;
}

TEST_F(TrainVectorClassifier, refuses_a_stack_of_other_bands) {
  ASSERT_EQ(run({"-io.vd", samples(), "-feat", "red", "nir"}).code, 0);
  RasterInfo info;
  info.grid = utm_grid({9, 4});
  info.type = PixelType::i16;
  info.bands.resize(2);
  info.bands[0].name = "red";
  info.bands[1].name = "swir";
  SinkOptions options;
  options.type = info.type;
  const auto sink = make_raster_sink(info, parse_writer_name(folder_ / "named.tif"), options);
  sink->open();
  sink->write(Block(Window::of(info.grid.size), 2, info.type));
  sink->close();
  sink->publish();
  const std::vector<std::string> words{"ImageClassifier",  "-in",  folder_ / "named.tif", "-model",
                                       folder_ / "m.cers", "-out", folder_ / "map.tif"};
  const CommandResult refused = cers(words);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("is 'swir', but feature 2 of"), std::string::npos) << refused.err;
  std::vector<std::string> ignoring = words;
  ignoring.insert(ignoring.end(), {"-names", "ignore"});
  EXPECT_EQ(cers(ignoring).code, 0);
}

}  // namespace
}  // namespace cers::testing
