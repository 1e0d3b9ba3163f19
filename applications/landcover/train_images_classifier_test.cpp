// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <filesystem>
#include <fstream>

#include "cers/raster-io/raster_sink.hpp"
#include "command.hpp"

namespace cers::testing {
namespace {

/// Three classes of two bands in stripes of ten columns: 0..9 class 1, 10..19 class 2, 20..29 class 3, and again.
int class_at(int x) {
  return (x / 10) % 3 + 1;
}

void write_world(const TemporaryFolder& folder) {
  write_raster(folder / "image.tif", utm_grid({120, 90}), 2, PixelType::i16, [](int band, int x, int y) {
    const int noise = (x * 7 + y * 13 + band * 5) % 11;
    return (band == 0 ? 100 : 300) * class_at(x) + noise;
  });
  // Squares of 6 pixels, one class each, as GeoJSON in the image's own reference system.
  std::ofstream file(folder / "polygons.geojson");
  file << R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},)"
       << R"("features":[)";
  const Grid grid = utm_grid({120, 90});
  bool first = true;
  for (int row = 0; row < 9; ++row) {
    for (int column = 0; column < 12; ++column) {
      const double west = grid.transform.x(10 * column + 2, 0);
      const double north = grid.transform.y(0, 10 * row + 2);
      file << (first ? "" : ",") << R"({"type":"Feature","properties":{"code":)" << class_at(10 * column)
           << R"(,"number":)" << 8 + class_at(10 * column) << R"(},"geometry":{"type":"Polygon","coordinates":[[)"
           << "[" << west << "," << north << "],[" << west + 60 << "," << north << "],[" << west + 60 << ","
           << north - 60 << "],[" << west << "," << north - 60 << "],[" << west << "," << north << "]]]}}";
      first = false;
    }
  }
  file << "]}";
}

std::vector<std::string> training(const TemporaryFolder& folder, const std::vector<std::string>& more) {
  std::vector<std::string> command{"TrainImagesClassifier",
                                   "-io.il",
                                   folder / "image.tif",
                                   "-io.vd",
                                   folder / "polygons.geojson",
                                   "-sample.vfn",
                                   "code",
                                   "-sample.bm",
                                   "0",
                                   "-classifier.rf.max",
                                   "25",
                                   "-classifier.rf.min",
                                   "5",
                                   "-classifier.rf.nbtrees",
                                   "20"};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

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

// Two tiles that share columns 55 to 64. Only the squares of two columns are reference: those of column 5 lie in tile a
// and reach 3 pixels into b, those of column 6 the other way round. Each is on one side, for both tiles, and each tile
// gives its own pixels of it: 36 + 18.
TEST(TrainImagesClassifier, APolygonAstrideTwoTilesIsOnOneSide) {
  const TemporaryFolder folder;
  write_world(folder);
  const auto write_tile = [&](const char* name, int begin, int width) {
    Grid grid = utm_grid({width, 90});
    grid.transform.a[0] += 10 * begin;
    write_raster(folder / name, grid, 2, PixelType::i16, [&](int band, int x, int y) {
      const int noise = ((x + begin) * 7 + y * 13 + band * 5) % 11;
      return (band == 0 ? 100 : 300) * class_at(x + begin) + noise;
    });
  };
  write_tile("a.tif", 0, 65);
  write_tile("b.tif", 55, 65);
  std::string text;
  {
    std::ifstream file(folder / "polygons.geojson");
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  const std::string start = R"({"type":"Feature",)";
  std::vector<std::string> squares;
  for (std::size_t at = text.find(start); at != std::string::npos;) {
    const std::size_t next = text.find(start, at + 1);
    squares.push_back(text.substr(at, next == std::string::npos ? text.size() - 2 - at : next - 1 - at));
    at = next;
  }
  ASSERT_EQ(squares.size(), 108U);
  std::string kept = text.substr(0, text.find(start));
  for (std::size_t row = 0; row < 9; ++row) kept += squares[12 * row + 5] + "," + squares[12 * row + 6] + ",";
  kept.back() = ']';
  std::ofstream(folder / "polygons.geojson") << kept << "}";
  std::vector<std::string> command = training(folder, {"-io.out", folder / "forest.cers", "-sample.mt", "-1",
                                                       "-sample.mv", "-1", "-io.report", folder / "page.html"});
  command.erase(command.begin() + 2);
  command.insert(command.begin() + 2, {folder / "a.tif", folder / "b.tif"});
  const auto trained = cers(command);
  ASSERT_EQ(trained.code, 0) << trained.err;
  // Of the 9 squares of each class 5 are kept aside.
  EXPECT_NE(trained.out.find("samples: 432 of 2 classes in polygons"), std::string::npos) << trained.out;
  EXPECT_NE(trained.out.find(" on 540 validation samples"), std::string::npos) << trained.out;
  std::ifstream page(folder / "page.html");
  const std::string html((std::istreambuf_iterator<char>(page)), std::istreambuf_iterator<char>());
  EXPECT_NE(html.find("in 10 clusters"), std::string::npos);
  // The model is the same whichever tile comes first but for the order of the samples: the counts are.
  std::swap(command[2], command[3]);
  const auto turned = cers(command);
  EXPECT_NE(turned.out.find("samples: 432 of 2 classes in polygons"), std::string::npos) << turned.out;
  EXPECT_NE(turned.out.find(" on 540 validation samples"), std::string::npos) << turned.out;
}

TEST(TrainImagesClassifier, TakesAWalkToOtherClassesBeforeTheSplit) {
  const TemporaryFolder folder;
  write_world(folder);
  std::ofstream(folder / "names.csv") << "code,name,colour\n20,wet,#0000ff\n30,dry,#ffff00\n40,other,\n";
  std::ofstream(folder / "walk.csv") << "from,to\n1,dry\n2,20\n";
  const std::vector<std::string> walk{"-walk", folder / "walk.csv", "-nomenclature", folder / "names.csv"};
  auto more = walk;
  more.insert(more.end(), {"-io.out", folder / "forest.cers"});
  const auto trained = cers(training(folder, more));
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.err.find("36 features of 1 class ('3') are left out"), std::string::npos) << trained.err;
  // Half of 36 squares of 36 pixels of each of two classes.
  EXPECT_NE(trained.out.find("samples: 1296 of 2 classes in polygons"), std::string::npos) << trained.out;
  const auto mapped = cers(
      {"ImageClassifier", "-in", folder / "image.tif", "-model", folder / "forest.cers", "-out", folder / "map.tif"});
  ASSERT_EQ(mapped.code, 0) << mapped.err;
  const RasterFile map = read_raster(folder / "map.tif");
  EXPECT_EQ(map.at(0, 5, 5), 30);
  EXPECT_EQ(map.at(0, 15, 5), 20);
  ASSERT_EQ(map.info.bands[0].classes.size(), 2U);
  EXPECT_EQ(map.info.bands[0].classes[1].name, "dry");

  // Two classes become one: half of its 72 squares are kept aside, and of the 36 of the other class half.
  std::ofstream(folder / "walk.csv") << "from,to\n1,30\n2,20\n3,30\n";
  more = walk;
  more.insert(more.end(), {"-sample.mt", "-1", "-sample.mv", "-1"});
  const auto merged = cers(training(folder, more));
  ASSERT_EQ(merged.code, 0) << merged.err;
  EXPECT_NE(merged.out.find("samples: 1944 of 2 classes in polygons"), std::string::npos) << merged.out;

  std::ofstream(folder / "walk.csv") << "from,to\n1,77\n";
  EXPECT_NE(cers(training(folder, walk)).err.find("leads to class 77"), std::string::npos);
  std::ofstream(folder / "walk.csv") << "from,to\n9,20\n";
  EXPECT_NE(cers(training(folder, walk)).err.find("leads to a new one"), std::string::npos);
}

TEST(TrainImagesClassifier, TrainsBoostedTreesOnTwoClasses) {
  const TemporaryFolder folder;
  write_world(folder);
  const auto boosted = [&](const std::vector<std::string>& more) {
    std::vector<std::string> command{"TrainImagesClassifier",
                                     "-io.il",
                                     folder / "image.tif",
                                     "-io.vd",
                                     folder / "polygons.geojson",
                                     "-sample.vfn",
                                     "code",
                                     "-sample.bm",
                                     "0",
                                     "-classifier",
                                     "boost"};
    command.insert(command.end(), more.begin(), more.end());
    return cers(command);
  };
  EXPECT_NE(boosted({}).err.find("the polygons have 3 classes: boosted trees tell two apart"), std::string::npos);
  std::ofstream(folder / "walk.csv") << "from,to\n1,1\n2,2\n3,2\n";
  const auto trained = boosted({"-walk", folder / "walk.csv", "-io.out", folder / "m.boost"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.out.find("set of "), std::string::npos) << trained.out;
  EXPECT_NE(trained.out.find("accuracy: 1.0000 on "), std::string::npos) << trained.out;
  const auto mapped = cers({"ImageClassifier", "-in", folder / "image.tif", "-model", folder / "m.boost", "-out",
                            folder / "map.tif", "-probamap", folder / "shares.tif"});
  ASSERT_EQ(mapped.code, 0) << mapped.err;
  const RasterFile map = read_raster(folder / "map.tif");
  const RasterFile shares = read_raster(folder / "shares.tif");
  for (int x = 0; x < 120; ++x) {
    ASSERT_EQ(map.at(0, x, 7), class_at(x) == 1 ? 1 : 2) << x;
    ASSERT_NEAR(shares.at(0, x, 7) + shares.at(1, x, 7), 1000, 1);
    ASSERT_GT(shares.at(class_at(x) == 1 ? 0 : 1, x, 7), 500);
  }
}

TEST(TrainImagesClassifier, TellsOfKeysThatHaveNoEffect) {
  const TemporaryFolder folder;
  write_world(folder);
  std::filesystem::copy_file(folder / "polygons.geojson", folder / "others.geojson");
  const auto says = [&](const std::vector<std::string>& more, const std::string& words) {
    const auto result = cers(training(folder, more));
    EXPECT_NE(result.err.find(words), std::string::npos) << words << "\n" << result.err;
    return result;
  };
  says({"-sample.folds", "2", "-sample.vtr", "0.3"}, "-sample.vtr has no effect: -sample.folds");
  says({"-sample.folds", "2", "-sample.mv", "9"}, "-sample.mv has no effect: each fold");
  says({"-io.valid", folder / "others.geojson", "-sample.vtr", "0.3"}, "-sample.vtr has no effect: -io.valid");
  says({"-sample.vtr", "0", "-sample.mv", "9"}, "-sample.mv has no effect: -sample.vtr 0");
  says({"-io.valid", folder / "others.geojson", "-sample.mv", "0"}, "-io.valid has no effect beside -sample.mv 0");
  says({"-sample.mv", "0", "-sample.block", "90"}, "-sample.block and -sample.buffer have no effect");
  // Nothing is judged, so all 108 squares are trained with.
  const auto all =
      says({"-sample.mv", "0", "-sample.vtr", "0.5", "-sample.mt", "-1"}, "-sample.vtr has no effect: -sample.mv 0");
  EXPECT_NE(all.out.find("samples: 3888 of 3 classes"), std::string::npos) << all.out;
  EXPECT_EQ(says({"-sample.vtr", "0.3"}, "").err.find("has no effect"), std::string::npos);
  const auto machine = says({"-classifier", "libsvm", "-classifier.libsvm.gamma", "2", "-classifier.libsvm.nu", "0.2"},
                            "-classifier.libsvm.gamma has no effect with -classifier.libsvm.k linear");
  EXPECT_NE(machine.err.find("-classifier.libsvm.nu has no effect with -classifier.libsvm.m csvc"), std::string::npos);
}

void write_named(const std::string& path, const std::vector<std::string>& names) {
  RasterInfo info;
  info.grid = utm_grid({120, 90});
  info.type = PixelType::i16;
  for (const std::string& name : names) info.bands.emplace_back().name = name;
  SinkOptions options;
  options.type = info.type;
  Block pixels(Window::of(info.grid.size), static_cast<int>(names.size()), info.type);
  for (int band = 0; band < static_cast<int>(names.size()); ++band) {
    const auto plane = pixels.plane<std::int16_t>(band);
    for (int y = 0; y < 90; ++y) {
      for (int x = 0; x < 120; ++x)
        plane.at(x, y) = static_cast<std::int16_t>(100 * class_at(x) + (x * 7 + y * 13) % 11);
    }
  }
  const auto sink = make_raster_sink(info, parse_writer_name(path), options);
  sink->open();
  sink->write(pixels);
  sink->close();
  sink->publish();
}

TEST(TrainImagesClassifier, TheModelKnowsItsDaysAndRefusesOthers) {
  const TemporaryFolder folder;
  write_world(folder);
  write_named(folder / "image.tif", {"red_20180101", "red_20180111", "red_20180121"});
  const auto trained = cers(training(folder, {"-io.out", folder / "forest.cers"}));
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.out.find("features: 3 days from 2018-01-01 to 2018-01-21"), std::string::npos) << trained.out;
  std::ifstream model(folder / "forest.cers", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(model)), {});
  EXPECT_NE(bytes.find("\"dates\": [\n  \"2018-01-01\",\n  \"2018-01-11\",\n  \"2018-01-21\"\n ]"), std::string::npos);
  const auto mapped = [&](const std::vector<std::string>& names, const std::vector<std::string>& more = {}) {
    write_named(folder / "other.tif", names);
    std::vector<std::string> command{"ImageClassifier",      "-in",  folder / "other.tif", "-model",
                                     folder / "forest.cers", "-out", folder / "map.tif"};
    command.insert(command.end(), more.begin(), more.end());
    return cers(command);
  };
  EXPECT_EQ(mapped({"red_20180101", "red_20180111", "red_20180121"}).code, 0);
  const auto lacking = mapped({"red_20180101", "red_20180121"}, {"-names", "ignore"});
  EXPECT_EQ(lacking.code, 2);
  EXPECT_NE(lacking.err.find("3 days from 2018-01-01 to 2018-01-21: 2018-01-11 is missing"), std::string::npos)
      << lacking.err;
  const auto later = mapped({"red_20190101", "red_20190111", "red_20190121"});
  EXPECT_EQ(later.code, 2);
  EXPECT_NE(later.err.find("2019-01-01, 2019-01-11, 2019-01-21 are too many"), std::string::npos) << later.err;
  EXPECT_EQ(mapped({"red_20190101", "red_20190111", "red_20190121"}, {"-names", "ignore"}).code, 0);
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

}  // namespace
}  // namespace cers::testing
