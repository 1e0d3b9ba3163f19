// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <filesystem>
#include <fstream>

#include "cers/learn/model_file.hpp"
#include "command.hpp"
#include "training_testing.hpp"

namespace cers::testing {
namespace {

TEST(TrainImagesClassifier, TrainsAModelThatFindsTheClasses) {
  const TemporaryFolder folder;
  write_world(folder);
  const auto trained = cers(training(folder, {"-io.out", folder / "forest.cers", "-io.confmatout", folder / "c.csv",
                                              "-io.report", folder / "page.html"}));
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.out.find("accuracy: 1.0000 on "), std::string::npos) << trained.out;
  // 36 polygons of a class of 36 pixels: half of them, at most 1000 pixels.
  EXPECT_NE(trained.out.find("samples: 1944 of 3 classes in polygons"), std::string::npos) << trained.out;
  std::ifstream page(folder / "page.html");
  const std::string html((std::istreambuf_iterator<char>(page)), std::istreambuf_iterator<char>());
  EXPECT_NE(html.find("not the accuracy of a map"), std::string::npos);
  EXPECT_NE(html.find("in 54 clusters"), std::string::npos);  // half of 108 polygons
  EXPECT_NE(html.find("<svg"), std::string::npos);
  std::ifstream matrix(folder / "c.csv");
  std::string line;
  std::getline(matrix, line);
  EXPECT_EQ(line, "#Reference labels (rows):1,2,3");
  const auto mapped = cers({"ImageClassifier", "-in", folder / "image.tif", "-model", folder / "forest.cers", "-out",
                            folder / "map.tif", "-confidence", folder / "confidence.tif"});
  ASSERT_EQ(mapped.code, 0) << mapped.err;
  const RasterFile map = read_raster(folder / "map.tif");
  for (int y = 0; y < 90; y += 7) {
    for (int x = 0; x < 120; ++x) ASSERT_EQ(map.at(0, x, y), class_at(x)) << x << " " << y;
  }
}

// One command trains and maps: the map is that of the model written to a file in between.
TEST(TrainImagesClassifier, GivesItsModelToALaterStepOfTheSameRun) {
  const TemporaryFolder folder;
  write_world(folder);
  std::ofstream(folder / "map.yaml") << R"(cers: 1
name: train-and-map
inputs:
  image: {}
parameters:
  polygons: {}
steps:
  - {id: train, app: TrainImagesClassifier, io.il: image, io.vd: $polygons, sample.vfn: code, sample.bm: 0,
     classifier.rf.max: 25, classifier.rf.min: 5, classifier.rf.nbtrees: 20, nodata: 105}
  - {id: map, app: ImageClassifier, in: image, model: train.io.out}
outputs:
  map: {from: map.out, to: map.tif}
  shares: {from: map.probamap, to: shares.tif}
)";
  const auto both = cers({"run", folder / "map.yaml", "-image", folder / "image.tif", "-polygons",
                          folder / "polygons.geojson", "-out.dir", folder.path().string()});
  ASSERT_EQ(both.code, 0) << both.err;
  const auto trained = cers(training(folder, {"-io.out", folder / "forest.cers", "-nodata", "105"}));
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto mapped = cers({"ImageClassifier", "-in", folder / "image.tif", "-model", folder / "forest.cers", "-out",
                            folder / "apart.tif", "-probamap", folder / "shares_apart.tif"});
  ASSERT_EQ(mapped.code, 0) << mapped.err;
  const RasterFile map = read_raster(folder / "map.tif");
  const RasterFile apart = read_raster(folder / "apart.tif");
  const RasterFile shares = read_raster(folder / "shares.tif");
  const RasterFile shares_apart = read_raster(folder / "shares_apart.tif");
  int missing = 0;  // 105 is a number of class 1: the model says that it means missing
  for (int y = 0; y < 90; ++y) {
    for (int x = 0; x < 120; ++x) {
      missing += map.at(0, x, y) == 0 ? 1 : 0;
      ASSERT_EQ(map.at(0, x, y), apart.at(0, x, y));
      for (int band = 0; band < 3; ++band) ASSERT_EQ(shares.at(band, x, y), shares_apart.at(band, x, y));
    }
  }
  EXPECT_GT(missing, 100);
}

// What the model came from, and how: the file says it, with the same bytes wherever it was made.
TEST(TrainImagesClassifier, TellsHowItsModelCameAbout) {
  const TemporaryFolder folder;
  write_world(folder);
  std::ofstream(folder / "train.yaml") << R"(cers: 1
name: train
inputs:
  images: {list: true}
parameters:
  polygons: {}
steps:
  - {id: fill, app: TemporalGapFill, il: images, dates: [2021-03-01, 2021-03-11], step: 5}
  - {id: train, app: TrainImagesClassifier, io.il: fill.out, io.vd: $polygons, sample.vfn: code, sample.bm: 0,
     sample.mt: 50, classifier.rf.nbtrees: 5}
outputs:
  model: {from: train.io.out, to: m.cers}
)";
  const auto train = [&](const std::string& from, const std::string& out, const std::string& threads) {
    const auto result = cers({"run", folder / "train.yaml", "-images", from + "image.tif", from + "image.tif",
                              "-polygons", from + "polygons.geojson", "-threads", threads, "-out.dir", out});
    EXPECT_EQ(result.code, 0) << result.err;
    std::ifstream file(out + "/m.cers", std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  const std::string here = folder.path().string() + "/";
  const std::string bytes = train(here, here + "one", "2");
  const Origin origin = parse_forest_file(bytes, "m.cers").info.origin;
  ASSERT_EQ(origin.size(), 2U);
  EXPECT_EQ(origin[0].id, "fill");
  EXPECT_EQ(origin[0].app, "TemporalGapFill");
  ASSERT_EQ(origin[0].inputs.size(), 1U);
  EXPECT_EQ(origin[0].inputs[0], (OriginInput{"il", {"image.tif", "image.tif"}, {}}));
  const auto values_of = [&](std::size_t step, const std::string& key) {
    for (const auto& [name, values] : origin[step].parameters)
      if (name == key) return values;
    return std::vector<std::string>{"absent"};
  };
  EXPECT_EQ(values_of(0, "dates"), (std::vector<std::string>{"2021-03-01", "2021-03-11"}));
  EXPECT_EQ(values_of(0, "step"), std::vector<std::string>{"5"});
  EXPECT_EQ(values_of(0, "extent"), std::vector<std::string>{"first"}) << "defaults too";
  EXPECT_EQ(origin[1].app, "TrainImagesClassifier");
  EXPECT_EQ(origin[1].inputs, (std::vector<OriginInput>{{"io.il", {"fill.out"}, {}}}));
  EXPECT_EQ(values_of(1, "io.vd"), std::vector<std::string>{"polygons.geojson"});
  EXPECT_EQ(values_of(1, "sample.mt"), std::vector<std::string>{"50"});
  EXPECT_EQ(values_of(1, "sample.vtr"), std::vector<std::string>{"0.5"});
  EXPECT_EQ(values_of(1, "v"), std::vector<std::string>{"absent"}) << "it changes no model";
  // The same files in another folder.
  std::filesystem::create_directory(here + "elsewhere");
  for (const char* const name : {"image.tif", "polygons.geojson"})
    std::filesystem::copy_file(here + name, here + "elsewhere/" + name);
  EXPECT_TRUE(train(here + "elsewhere/", here + "two", "1") == bytes);
}

// The same for a support vector machine, whose file holds no statistics: in the run the model has them, a map made of
// the file needs them again. The classes overlap and some pixels get a vote for each; classes are met in the
// order of their texts, 10 first.
TEST(TrainImagesClassifier, GivesItsSupportVectorMachineToALaterStep) {
  const TemporaryFolder folder;
  write_world(folder);
  write_raster(folder / "image.tif", utm_grid({120, 90}), 2, PixelType::i16, [](int band, int x, int y) {
    const int noise = (x * 37 + y * 113 + band * 59 + x * y * (band + 1)) % 211;
    const int corner = class_at(x) == band + 1 ? 160 : 0;  // of a triangle
    return (band == 0 ? 1 : 3) * (corner + noise) + 50;
  });
  std::ofstream(folder / "s.xml")
      << R"(<FeatureStatistics><Statistic name="mean"><StatisticVector value="300"/><StatisticVector value="900"/>)"
      << R"(</Statistic><Statistic name="stddev"><StatisticVector value="100"/><StatisticVector value="300"/>)"
      << "</Statistic></FeatureStatistics>";
  std::ofstream(folder / "names.csv") << "code,name,colour\n9,nine,\n10,ten,\n11,eleven,\n";
  std::ofstream(folder / "map.yaml") << R"(cers: 1
name: train-and-map
inputs:
  image: {}
parameters:
  polygons: {}
  statistics: {}
  names: {}
steps:
  - {id: train, app: TrainImagesClassifier, io.il: image, io.vd: $polygons, sample.vfn: number, sample.bm: 0,
     nomenclature: $names, io.imstat: $statistics, classifier: libsvm, classifier.libsvm.k: sigmoid, classifier.libsvm.gamma: 1}
  - {id: map, app: ImageClassifier, in: image, model: train.io.out}
outputs:
  map: {from: map.out, to: map.tif}
  shares: {from: map.probamap, to: shares.tif}
)";
  const auto both =
      cers({"run", folder / "map.yaml", "-image", folder / "image.tif", "-polygons", folder / "polygons.geojson",
            "-statistics", folder / "s.xml", "-names", folder / "names.csv", "-out.dir", folder.path().string()});
  ASSERT_EQ(both.code, 0) << both.err;
  const auto trained =
      cers({"TrainImagesClassifier", "-io.il", folder / "image.tif", "-io.vd", folder / "polygons.geojson",
            "-sample.vfn", "number", "-sample.bm", "0", "-io.imstat", folder / "s.xml", "-classifier", "libsvm",
            "-classifier.libsvm.k", "sigmoid", "-classifier.libsvm.gamma", "1", "-io.out", folder / "m.svm"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.out.find(" validation samples"), std::string::npos) << trained.out;
  std::ifstream model(folder / "m.svm");
  std::string label;
  while (std::getline(model, label) && !label.starts_with("label")) {
  }
  EXPECT_EQ(label, "label 9 10 11");
  const auto mapped = cers({"ImageClassifier", "-in", folder / "image.tif", "-model", folder / "m.svm", "-imstat",
                            folder / "s.xml", "-out", folder / "apart.tif", "-probamap", folder / "shares_apart.tif"});
  ASSERT_EQ(mapped.code, 0) << mapped.err;
  const RasterFile map = read_raster(folder / "map.tif");
  const RasterFile apart = read_raster(folder / "apart.tif");
  const RasterFile shares = read_raster(folder / "shares.tif");
  const RasterFile shares_apart = read_raster(folder / "shares_apart.tif");
  std::array<int, 12> found{};
  int ties = 0;
  for (int y = 0; y < 90; ++y) {
    for (int x = 0; x < 120; ++x) {
      ASSERT_EQ(map.at(0, x, y), apart.at(0, x, y));
      for (int band = 0; band < 3; ++band) ASSERT_EQ(shares.at(band, x, y), shares_apart.at(band, x, y));
      ties += shares.at(0, x, y) == shares.at(1, x, y) && shares.at(1, x, y) == shares.at(2, x, y) ? 1 : 0;
      ++found[static_cast<std::size_t>(map.at(0, x, y))];
    }
  }
  for (const std::size_t code : {9U, 10U, 11U}) EXPECT_GT(found[code], 1000);
  EXPECT_GT(ties, 0);
  EXPECT_EQ(map.info.bands[0].classes.at(0).name, "nine");
  EXPECT_TRUE(apart.info.bands[0].classes.empty());
  const auto folds = cers({"TrainImagesClassifier", "-io.il", folder / "image.tif", "-io.vd",
                           folder / "polygons.geojson", "-sample.vfn", "code", "-sample.bm", "0", "-io.imstat",
                           folder / "s.xml", "-classifier", "libsvm", "-sample.folds", "3", "-sample.mt", "500"});
  ASSERT_EQ(folds.code, 0) << folds.err;
  EXPECT_NE(folds.out.find("on 1500 samples of 3 folds, each by a model without it"), std::string::npos) << folds.out;
}

TEST(TrainImagesClassifier, ASpoiltTrainingIsToldAndNotTheStepThatWaitsForIt) {
  const TemporaryFolder folder;
  write_world(folder);
  std::ofstream(folder / "map.yaml") << R"(cers: 1
name: train-and-map
inputs:
  image: {}
steps:
  - {id: train, app: TrainImagesClassifier, io.il: image, io.vd: none.gpkg, sample.vfn: code}
  - {id: map, app: ImageClassifier, in: image, model: train.io.out}
outputs:
  map: {from: map.out, to: map.tif}
)";
  const auto result =
      cers({"run", folder / "map.yaml", "-image", folder / "image.tif", "-out.dir", folder.path().string()});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("none.gpkg"), std::string::npos) << result.err;
  EXPECT_EQ(result.err.find("train.io.out"), std::string::npos) << result.err;
}

TEST(TrainImagesClassifier, JudgesByFoldsAndTrainsOnEverything) {
  const TemporaryFolder folder;
  write_world(folder);
  const auto trained =
      cers(training(folder, {"-io.out", folder / "forest.cers", "-sample.folds", "4", "-sample.mt", "-1"}));
  ASSERT_EQ(trained.code, 0) << trained.err;
  // Every pixel of 108 squares of 36 pixels is trained with, and judged once by a model without its square.
  EXPECT_NE(trained.out.find("samples: 3888 of 3 classes in polygons"), std::string::npos) << trained.out;
  EXPECT_NE(trained.out.find("accuracy: 1.0000 on 3888 samples of 4 folds"), std::string::npos) << trained.out;
  EXPECT_NE(cers(training(folder, {"-sample.folds", "1"})).err.find("leaves nothing"), std::string::npos);
}

// Every square twice, as two polygons: drawn apart they would train and judge on the same pixels.
TEST(TrainImagesClassifier, NothingIsJudgedWhereItWasTrained) {
  const TemporaryFolder folder;
  write_world(folder);
  std::string once;
  {
    std::ifstream file(folder / "polygons.geojson");
    once.assign(std::istreambuf_iterator<char>(file), {});
  }
  const auto begin = once.find('[', once.find("\"features\"")) + 1;
  const std::string features = once.substr(begin, once.size() - 2 - begin);
  std::ofstream(folder / "polygons.geojson") << once.substr(0, once.size() - 2) << "," << features << "]}";
  const auto trained = cers(training(folder, {"-sample.mt", "-1", "-sample.mv", "-1", "-sample.vtr", "0.5"}));
  ASSERT_EQ(trained.code, 0) << trained.err;
  // Half of 216 polygons of 36 pixels are kept aside, 3888 samples; those of the places whose other polygon is trained
  // with, about half of them, are not judged.
  const auto at = trained.out.find("accuracy: ");
  const std::string words = trained.out.substr(trained.out.find(" on ", at) + 4);
  const int judged = std::stoi(words);
  EXPECT_GT(judged, 0);
  EXPECT_LT(judged, 36 * 108 * 6 / 10) << words;
}

TEST(TrainImagesClassifier, SaysWhatIsWrongWithThePolygons) {
  const TemporaryFolder folder;
  write_world(folder);
  const auto fault = [&](std::vector<std::string> command, const char* words) {
    const auto result = cers(command);
    EXPECT_NE(result.code, 0);
    EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "x.cers"));
  };
  auto command = training(folder, {"-io.out", folder / "x.cers"});
  command[6] = "klass";
  fault(command, "klass");
  command = training(folder, {"-io.out", folder / "x.cers"});
  command[4] = folder / "none.gpkg";
  fault(command, "none.gpkg");
  Grid far = utm_grid({50, 50});
  far.transform.a[0] += 900000;
  write_raster(folder / "far.tif", far, 2, PixelType::i16, [](int, int, int) { return 1; });
  command = training(folder, {"-io.out", folder / "x.cers"});
  command[2] = folder / "far.tif";
  fault(command, "polygons.geojson");
}

TEST(TrainImagesClassifier, SaysThatNoSamplesAreLeftForTheirOverlap) {
  const TemporaryFolder folder;
  write_world(folder);
  // Every polygon twice, the second time as another class.
  std::string text = text_of(folder / "polygons.geojson");
  const auto begin = text.find("[{") + 1;
  std::string features = text.substr(begin, text.size() - begin - 2);
  for (std::size_t at = 0; (at = features.find("\"code\":", at)) != std::string::npos; at += 8)
    features[at + 7] = features[at + 7] == '3' ? '1' : static_cast<char>(features[at + 7] + 1);
  text.insert(text.size() - 2, "," + features);
  std::ofstream(folder / "polygons.geojson") << text;
  for (const char* kept : {"0", "0.3"}) {
    const auto result = cers(training(folder, {"-sample.vtr", kept, "-io.out", folder / "forest.cers"}));
    EXPECT_EQ(result.code, 3);
    EXPECT_NE(result.err.find("samples to train on are left of none of the classes"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("3888 pixels lie in polygons of different classes, 108 pairs such as feature 0 (1)"),
              std::string::npos)
        << result.err;
    EXPECT_NE(result.err.find("lie apart"), std::string::npos) << result.err;
  }
}

TEST(TrainImagesClassifier, SaysThatNumbersAreNoDegrees) {
  const TemporaryFolder folder;
  write_world(folder);
  std::string text = text_of(folder / "polygons.geojson");
  const auto from = text.find("\"crs\"");
  text.erase(from, text.find("\"features\"") - from);
  std::ofstream(folder / "polygons.geojson") << text;
  const auto result = cers(training(folder, {"-io.out", folder / "forest.cers"}));
  EXPECT_EQ(result.code, 2);
  for (const char* part : {"polygons.geojson has coordinates such as 301180, 4799980, which are no degrees",
                           "names no reference system is in WGS 84", "ogr2ogr -a_srs EPSG:"})
    EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
}

}  // namespace
}  // namespace cers::testing
