// SPDX-License-Identifier: Apache-2.0
// ImageClassifier with one model a region.
#include <cmath>
#include <fstream>

#include "cers/learn/model_file.hpp"
#include "command.hpp"

namespace cers::testing {
namespace {

/// One tree for each class of `leaves`, which is all it ever says: the votes are known without looking at the image.
std::string constant_model(const std::string& labels, const std::vector<int>& leaves, int features = 2) {
  std::string types = "0";
  for (int i = 1; i < features; ++i) types += ", 0";
  std::string text = "%YAML:1.0\n---\nopencv_ml_rtrees:\n   format: 3\n   is_classifier: 1\n   var_all: " +
                     std::to_string(features + 1) + "\n   var_count: " + std::to_string(features) +
                     "\n   var_type: [ " + types + ", 1 ]\n   class_labels: [ " + labels +
                     " ]\n   ntrees: " + std::to_string(leaves.size()) + "\n   trees:\n";
  for (const int leaf : leaves)
    text += "      -\n         nodes:\n            - { depth:1, norm_class_idx:" + std::to_string(leaf) + " }\n";
  return text;
}

/// 0 or 1 of its labels by one band.
std::string splitting_model(const std::string& labels, int band, const std::string& at_most) {
  return "%YAML:1.0\n---\nopencv_ml_rtrees:\n   format: 3\n   is_classifier: 1\n   var_all: 3\n   var_count: 2\n"
         "   var_type: [ 0, 0, 1 ]\n   class_labels: [ " +
         labels + " ]\n   ntrees: 1\n   trees:\n      -\n         nodes:\n            - { depth:0, norm_class_idx:0, " +
         "splits: [ { var:" + std::to_string(band) + ", quality:1., le:" + at_most + " } ] }\n" +
         "            - { depth:1, norm_class_idx:0 }\n            - { depth:1, norm_class_idx:1 }\n";
}

/// A model of Cers for classes 2 and 5 by two features.
std::string cers_model(const std::vector<std::string>& features, const std::string& name_of_5,
                       std::optional<double> nodata) {
  SampleTable table;
  table.features = features;
  for (int i = 0; i < 40; ++i) {
    table.values.insert(table.values.end(), {static_cast<float>(i), static_cast<float>(i % 7)});
    table.labels.push_back(i < 20 ? 2 : 5);
    table.groups.push_back(i);
  }
  const ForestTraining training{.trees = 3};
  ModelInfo info;
  info.classes = {{2, "", {}}, {5, name_of_5, {}}};
  info.nodata = nodata;
  return bytes_of(forest_file(table, training, train_forest(table, training), info));
}

class Regions : public ::testing::Test {
 protected:
  static constexpr int width = 200;
  static constexpr int height = 40;

  void SetUp() override {
    write_raster(folder_ / "in.tif", utm_grid({width, height}), 2, PixelType::i16,
                 [](int band, int x, int y) { return (x * (7 + band) + y * 13) % 31; });
    // West up to column 99, east from 100 to 179 and, not seen, from 400; then nothing.
    zones_ = zones({{"west", 0, 100}, {"east", 100, 180}, {"far", 400, 500}});
  }
  std::string text_file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  struct Strip {
    std::string name;
    int from;
    int to;  ///< columns
  };
  std::string zones(const std::vector<Strip>& strips) {
    std::string text =
        R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},)"
        R"("features":[)";
    for (const Strip& strip : strips) {
      const std::string left = std::to_string(300000 + 10 * strip.from);
      const std::string right = std::to_string(300000 + 10 * strip.to);
      text += R"({"type":"Feature","properties":{"name":")" + strip.name +
              R"("},"geometry":{"type":"Polygon","coordinates":[[[)" + left + ",4801000],[" + right + ",4801000],[" +
              right + ",4799000],[" + left + ",4799000],[" + left + ",4801000]]]}}" +
              (&strip == &strips.back() ? "" : ",");
    }
    return text_file("zones.geojson", text + "]}");
  }
  CommandResult run(const std::vector<std::string>& models, const std::vector<std::string>& more = {},
                    const std::string& field = "name") {
    std::vector<std::string> words{"ImageClassifier", "-in", folder_ / "in.tif", "-out", folder_ / "out.tif"};
    if (!models.empty()) words.insert(words.end(), {"-regions", zones_, "-regions.field", field, "-models"});
    words.insert(words.end(), models.begin(), models.end());
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  std::vector<double> pixels(const std::string& name, int band = 0) {
    const RasterFile file = read_raster(folder_ / name);
    std::vector<double> all;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) all.push_back(file.at(band, x, y));
    }
    return all;
  }

  TemporaryFolder folder_;
  std::string zones_;
};

TEST_F(Regions, with_hard_seams_are_the_maps_of_their_models_side_by_side) {
  const std::string west = text_file("west.yaml", splitting_model("2, 5", 0, "14."));
  const std::string east = text_file("east.yaml", splitting_model("5, 9", 1, "9."));
  std::vector<std::vector<double>> each;
  for (const std::string& model : {west, east}) {
    ASSERT_EQ(run({}, {"-model", model}).code, 0);
    each.push_back(pixels("out.tif"));
  }
  const CommandResult result = run({"west=" + west, "east=" + east}, {"-confidence", folder_ / "sure.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto map = pixels("out.tif");
  const auto sure = pixels("sure.tif");
  for (std::size_t i = 0; i < map.size(); ++i) {
    const std::size_t x = i % width;
    ASSERT_EQ(map[i], x < 100 ? each[0][i] : x < 180 ? each[1][i] : 0) << i;
    ASSERT_EQ(sure[i], x < 180 ? 100 : 255) << i;
  }
  // Order of the models says nothing.
  ASSERT_EQ(run({"east=" + east, "west=" + west, "-tile", "64", "-threads", "3"}).code, 0);
  EXPECT_EQ(pixels("out.tif"), map);
}

TEST_F(Regions, blend_by_the_distance_to_the_border) {
  // West says 2 in nine of ten votes, east 5 in all.
  const std::string west = text_file("west.yaml", constant_model("2, 9", {0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
  const std::string east = text_file("east.yaml", constant_model("5", {0, 0, 0}));
  const CommandResult result =
      run({"west=" + west, "east=" + east}, {"-regions.blend", "200", "-probamap", folder_ / "shares.tif", "float",
                                             "-nodatalabel", "255", "-confmap", folder_ / "conf.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto map = pixels("out.tif");
  const std::vector<std::vector<double>> shares{pixels("shares.tif", 0), pixels("shares.tif", 1),
                                                pixels("shares.tif", 2)};
  for (int x = 0; x < width; ++x) {
    const auto i = static_cast<std::size_t>(17 * width + x);
    const auto u = [](double metres) { return std::max(0.0, 1 - metres / 200); };
    const double u_west = x < 100 ? 1 : u(10 * (x - 100) + 5);
    const double u_east = x < 100 ? u(10 * (99 - x) + 5) : x < 180 ? 1 : u(10 * (x - 180) + 5);
    const double sum = u_west + u_east;
    const double east_share = sum == 0 ? 0 : u_east / sum;
    const double west_share = sum == 0 ? 0 : u_west / sum;
    EXPECT_NEAR(shares[0][i], 900 * west_share, 0.02) << x;
    EXPECT_NEAR(shares[1][i], 1000 * east_share, 0.02) << x;  // classes by ascending code: 2, 5, 9
    EXPECT_NEAR(shares[2][i], 100 * west_share, 0.02) << x;
    EXPECT_EQ(map[i], sum == 0 ? 255 : 0.9 * west_share > east_share ? 2 : 5) << x;
  }
  EXPECT_NEAR(shares[1][17 * width + 99], 1000 * 0.975 / 1.975, 0.02) << "half a pixel from the border";
  EXPECT_EQ(map[17 * width + 199], 5) << "in no region, 195 m from one";
}

TEST_F(Regions, agree_on_images_side_by_side) {
  const std::string west = text_file("west.yaml", splitting_model("2, 5", 0, "14."));
  const std::string east = text_file("east.yaml", splitting_model("5, 9", 1, "9."));
  const std::vector<std::string> models{"west=" + west, "east=" + east};
  const auto with = [&](const std::string& in, const std::string& out) {
    const CommandResult result =
        cers({"ImageClassifier", "-in", in, "-regions", zones_, "-regions.field", "name", "-models", models[0],
              models[1], "-regions.blend", "300", "-out", folder_ / (out + ".tif"), "-probamap",
              folder_ / (out + "_shares.tif"), "float"});
    EXPECT_EQ(result.code, 0) << result.err;
    return read_raster(folder_ / (out + "_shares.tif"));
  };
  const RasterFile whole = with(folder_ / "in.tif", "whole");
  // From column 103 on: the west is not on the image any more, but has a say.
  Grid part = utm_grid({width - 103, height});
  part.transform = part.transform.shifted(103, 0);
  write_raster(folder_ / "part.tif", part, 2, PixelType::i16,
               [](int band, int x, int y) { return ((x + 103) * (7 + band) + y * 13) % 31; });
  const RasterFile right = with(folder_ / "part.tif", "right");
  std::size_t mixed = 0;
  for (int band = 0; band < 3; ++band) {
    for (int y = 0; y < height; ++y) {
      for (int x = 103; x < width; ++x) {
        ASSERT_EQ(right.at(band, x - 103, y), whole.at(band, x, y)) << band << " " << x << " " << y;
        mixed += band == 0 && right.at(0, x - 103, y) > 0;
      }
    }
  }
  EXPECT_GT(mixed, 100U);
}

TEST_F(Regions, leave_out_what_is_masked) {
  const std::string west = text_file("west.yaml", constant_model("2", {0}));
  const std::string east = text_file("east.yaml", constant_model("5", {0}));
  write_raster(folder_ / "mask.tif", utm_grid({width, height}), 1, PixelType::u8,
               [](int, int x, int) { return x % 2; });
  ASSERT_EQ(run({"west=" + west, "east=" + east}, {"-mask", folder_ / "mask.tif", "-regions.blend", "50"}).code, 0);
  const auto map = pixels("out.tif");
  for (int x = 0; x < width; ++x)
    EXPECT_EQ(map[static_cast<std::size_t>(x)], x % 2 == 0 ? 0 : x < 100 ? 2 : x < 185 ? 5 : 0) << x;
}

TEST_F(Regions, say_what_is_wrong) {
  const std::string west = text_file("west.yaml", constant_model("2", {0}));
  const std::string east = text_file("east.yaml", constant_model("5", {0}));
  const auto fault = [&](const std::vector<std::string>& models, const std::vector<std::string>& more,
                         const std::string& text) {
    const CommandResult result = run(models, more);
    EXPECT_EQ(result.code, 2) << text;
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out.tif"));
  };
  fault({"west=" + west}, {}, "in.tif lies in region 'east' of " + zones_ + ", for which -models names no model");
  fault({"west=" + west, "east=" + east, "south=" + west}, {}, "-models names a region 'south', but " + zones_);
  fault({"west=" + west, "west=" + east}, {}, "-models names two models for 'west'");
  fault({west}, {}, "is no REGION=FILE");
  fault({"west=" + west, "east=" + text_file("three.yaml", constant_model("5", {0}, 3))}, {},
        "three.yaml was trained on 3 features, but " + west + " on 2");
  fault({"west=" + west, "east=" + east}, {"-model", west}, "both -model and -models are given");
  fault({}, {}, "neither -model nor -models is given");
  fault({}, {"-model", west, "-regions", zones_}, "-regions has no effect without -models");
  fault({"west=" + west, "east=" + east}, {"-imstat", west}, "-imstat is for one model");
  const CommandResult field = run({"west=" + west, "east=" + east}, {}, "nam");
  EXPECT_EQ(field.code, 2);
  EXPECT_NE(field.err.find("has no field 'nam'"), std::string::npos) << field.err;
  EXPECT_EQ(
      cers({"ImageClassifier", "-in", folder_ / "in.tif", "-out", folder_ / "out.tif", "-models", "west=" + west}).code,
      2);
  // A region that comes within the blend needs a model too.
  zones({{"west", 0, 300}, {"beside", 220, 300}});
  EXPECT_EQ(run({"west=" + west}).code, 0);
  std::filesystem::remove(folder_ / "out.tif");
  fault({"west=" + west}, {"-regions.blend", "300"}, "lies in or near region 'beside'");
}

TEST_F(Regions, need_models_that_mean_the_same) {
  const std::string west = text_file("west.cers", cers_model({"red", "nir"}, "wood", -1));
  const auto with = [&](const std::string& other, const std::vector<std::string>& more = {}) {
    return run({"west=" + west, "east=" + text_file("east.cers", other)}, more);
  };
  EXPECT_EQ(with(cers_model({"red", "nir"}, "wood", -1)).code, 0);
  EXPECT_EQ(with(cers_model({"red", "nir"}, "", -1)).code, 0);
  const auto fault = [&](const CommandResult& result, const std::string& text) {
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };
  fault(with(cers_model({"red", "swir"}, "wood", -1)),
        "feature 2 of " + (folder_ / "east.cers") + " is 'swir', but of " + west + " 'nir'");
  fault(with(cers_model({"red", "nir"}, "maize", -1)),
        "class 5 is 'maize' in " + (folder_ / "east.cers") + ", but 'wood' in " + west);
  fault(with(cers_model({"red", "nir"}, "wood", {})), "has none as the number that means missing, but " + west);
  EXPECT_EQ(with(cers_model({"red", "nir"}, "wood", {}), {"-nodata", "-1"}).code, 0);
}

// Two models trained in the run that maps: the map is that of the models written to files in between.
TEST_F(Regions, take_models_of_the_same_run) {
  const auto polygons = [&](const std::string& name, int shift) {
    std::string text =
        R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},)"
        R"("features":[)";
    for (int i = 0; i < 18; ++i) {
      const std::string left = std::to_string(300000 + 100 * i + 20);
      const std::string right = std::to_string(300000 + 100 * i + 80);
      text += (i == 0 ? "" : ",") +
              (R"({"type":"Feature","properties":{"code":)" + std::to_string((i + shift) % 3 + 1)) +
              R"(},"geometry":{"type":"Polygon","coordinates":[[[)" + left + ",4799900],[" + right + ",4799900],[" +
              right + ",4799700],[" + left + ",4799700],[" + left + ",4799900]]]}}";
    }
    return text_file(name, text + "]}");
  };
  const std::string training =
      "app: TrainImagesClassifier, io.il: image, sample.vfn: code, sample.bm: 0, sample.vtr: 0, classifier.rf.nbtrees: "
      "7";
  text_file("p.yaml", "cers: 1\nname: p\ninputs:\n  image: {file: " + (folder_ / "in.tif") +
                          "}\nsteps:\n  - {id: west, io.vd: " + polygons("a.geojson", 0) + ", " + training +
                          "}\n  - {id: east, io.vd: " + polygons("b.geojson", 1) + ", " + training +
                          "}\n  - {id: map, app: ImageClassifier, in: image, models: [west=west.io.out, "
                          "east=east.io.out], regions: " +
                          zones_ +
                          ", regions.field: name, regions.blend: 100}\noutputs:\n"
                          "  map: {from: map, to: in_run.tif}\n  west: {from: west.io.out, to: west.cers}\n"
                          "  east: {from: east.io.out, to: east.cers}\n");
  const CommandResult result = cers({"run", folder_ / "p.yaml", "-out.dir", folder_.path().string()});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto map = pixels("in_run.tif");
  ASSERT_EQ(run({"west=" + (folder_ / "west.cers"), "east=" + (folder_ / "east.cers")}, {"-regions.blend", "100"}).code,
            0);
  EXPECT_EQ(pixels("out.tif"), map);
  ASSERT_EQ(run({"west=" + (folder_ / "west.cers"), "east=" + (folder_ / "west.cers")}, {"-regions.blend", "100"}).code,
            0);
  EXPECT_NE(pixels("out.tif"), map) << "both models say the same everywhere: nothing was tested";
}

TEST_F(Regions, say_which_step_is_no_model) {
  const std::string pipeline = text_file(
      "p.yaml", "cers: 1\nname: p\ninputs:\n  image: {file: " + (folder_ / "in.tif") +
                    "}\nsteps:\n  - {id: sum, app: BandMath, il: image, exp: im1b1}\n" +
                    "  - {id: map, app: ImageClassifier, in: image, models: [west=sum.out], regions: " + zones_ +
                    ", regions.field: name}\noutputs:\n  map: {from: map, to: " + (folder_ / "out.tif") + "}\n");
  const CommandResult result = cers({"run", pipeline});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("'sum.out' cannot be read within one run"), std::string::npos) << result.err;
}

TEST_F(Regions, are_replayed_only_with_the_same_models) {
  const std::string west = text_file("west.yaml", constant_model("2", {0}));
  text_file("east.yaml", constant_model("5", {0}));
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  const CommandResult result = run({"west=west.yaml", "east=east.yaml"});
  const CommandResult onto = run({"west=west.yaml", "east=east.yaml"}, {"-confidence", "east.yaml"});
  std::filesystem::current_path(before);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(onto.code, 0);
  EXPECT_NE(onto.err.find("east.yaml is also the file of -models"), std::string::npos) << onto.err;
  const auto map = pixels("out.tif");
  std::filesystem::remove(folder_ / "out.tif");
  const CommandResult again = cers({"replay", folder_ / "out.stac.json"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(pixels("out.tif"), map);
  text_file("east.yaml", constant_model("7", {0}));
  const CommandResult refused = cers({"replay", folder_ / "out.stac.json"});
  EXPECT_NE(refused.code, 0);
  EXPECT_NE(refused.err.find("east.yaml holds other bytes"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace cers::testing
