// SPDX-License-Identifier: Apache-2.0
// TrainImagesClassifier: tiles side by side, other classes, other models, keys without effect, days.
#include <filesystem>
#include <fstream>

#include "cers/raster-io/raster_sink.hpp"
#include "command.hpp"
#include "training_testing.hpp"

namespace cers::testing {
namespace {

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
    std::vector<std::string> words{"-classifier", "boost"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(training_with(folder, words));
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
  says({"-sample.vtr", "0", "-sample.block", "90"}, "-sample.block and -sample.buffer have no effect");
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

TEST(TrainImagesClassifier, TellsOnceWhatItsPolygonsLose) {
  const TemporaryFolder folder;
  write_world(folder);
  std::string text = text_of(folder / "polygons.geojson");
  const auto add = [&](int code, double west, double north) {
    std::ostringstream square;
    square << R"(,{"type":"Feature","properties":{"code":)" << code
           << R"(},"geometry":{"type":"Polygon","coordinates":[[)";
    for (const auto& [dx, dy] : {std::pair{0, 0}, {60, 0}, {60, -60}, {0, -60}, {0, 0}})
      square << (dx + dy == 0 && square.str().back() == '[' ? "[" : ",[") << std::fixed << west + dx << ","
             << north + dy << "]";
    text.insert(text.size() - 2, square.str() + "]]}}");
  };
  const Grid grid = utm_grid({120, 90});
  add(2, grid.transform.x(2, 0), grid.transform.y(0, 2));   // on the first of class 1
  add(3, grid.transform.x(12, 0), grid.transform.y(0, 2));  // on the first of class 2
  add(9, grid.transform.x(5000, 0), grid.transform.y(0, 2));
  std::ofstream(folder / "polygons.geojson") << text;
  for (const char* kept : {"0", "0.5"}) {
    const auto result = cers(training(folder, {"-sample.vtr", kept, "-io.out", folder / "forest.cers"}));
    ASSERT_EQ(result.code, 0) << result.err;
    const std::string overlap =
        "72 pixels lie in polygons of different classes, 2 pairs: feature 0 (1) and feature "
        "108 (2), feature 1 (2) and feature 109 (3): they are no samples";
    const auto at = result.err.find(overlap);
    EXPECT_NE(at, std::string::npos) << result.err;
    EXPECT_EQ(result.err.find(overlap, at + 1), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("1 feature lies outside the image and is left out (feature 110)"), std::string::npos)
        << result.err;
    EXPECT_NE(result.err.find("1 of 4 classes of the polygons has no training sample on the images, and the model does "
                              "not know it: 9"),
              std::string::npos)
        << result.err;
  }
}

TEST(TrainImagesClassifier, SaysThatNoPolygonHasAClass) {
  const TemporaryFolder folder;
  write_world(folder);
  std::string text = text_of(folder / "polygons.geojson");
  for (std::size_t at = 0; (at = text.find("\"code\":", at)) != std::string::npos; at += 8)
    text.replace(at + 7, 1, "null");
  std::ofstream(folder / "polygons.geojson") << text;
  const auto result = cers(training(folder, {"-io.out", folder / "forest.cers"}));
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("none of the 108 features of " + (folder / "polygons.geojson") +
                            " has a class: field 'code' is not set"),
            std::string::npos)
      << result.err;
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
  EXPECT_NE(lacking.err.find("other.tif has 2 bands of 2 days from 2018-01-01 to 2018-01-21, but " +
                             (folder / "forest.cers") +
                             " was trained on 3 features of 3 days from 2018-01-01 to 2018-01-21: 2018-01-11 is "
                             "missing"),
            std::string::npos)
      << lacking.err;
  EXPECT_NE(lacking.err.find("or to as many: -names ignore goes by their order"), std::string::npos) << lacking.err;
  const auto later = mapped({"red_20190101", "red_20190111", "red_20190121"});
  EXPECT_EQ(later.code, 2);
  EXPECT_NE(later.err.find("2019-01-01, 2019-01-11, 2019-01-21 are too many"), std::string::npos) << later.err;
  const std::vector<std::string> ignore{"-names", "ignore"};
  const auto told = [&](const std::vector<std::string>& names, const std::string& text) {
    const auto result = mapped(names, ignore);
    EXPECT_EQ(result.code, 0) << result.err;
    const auto at = result.err.find(text);
    EXPECT_NE(at, std::string::npos) << result.err;
    EXPECT_EQ(result.err.find("-names ignore takes"), result.err.rfind("-names ignore takes")) << "told once";
  };
  const std::string trained_on = (folder / "forest.cers") + " was trained on 3 days from 2018-01-01 to 2018-01-21";
  told({"red_20190101", "red_20190111", "red_20190121"}, "other.tif has 3 days from 2019-01-01 to 2019-01-21, but " +
                                                             trained_on +
                                                             ": -names ignore takes the days in their order");
  // Of other days another band, and fewer days than the model has.
  told({"red_20190101", "nir_20190111", "red_20190121"},
       trained_on + "; 1 of 3 bands of " + (folder / "other.tif") + " is named otherwise than the features of " +
           (folder / "forest.cers") +
           ", the first band 2 'nir_20190111' for 'red_20180111': -names ignore takes the bands in their order");
  told({"red_20180101", "nir_20180101", "red_20180121"},
       "other.tif has 2 days from 2018-01-01 to 2018-01-21, but " + trained_on + "; 1 of 3 bands");
  told({"green", "red_20180111", "swir"}, "2 of 3 bands of ");
  const auto fewer = mapped({"red_20180101", "red_20180111"}, {"-names", "ignore"});
  EXPECT_NE(fewer.err.find("2018-01-21 is missing"), std::string::npos) << fewer.err;
  EXPECT_EQ(mapped({"red_20180101", "red_20180111", "red_20180121"}, ignore).err.find("-names ignore takes"),
            std::string::npos);
}

}  // namespace
}  // namespace cers::testing
