// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/labelled_layer.hpp"

#include <cmath>

#include "cers/core/error.hpp"
#include "cers/geo/crs.hpp"
#include "vector_testing.hpp"

namespace cers {
namespace {

using testing::VectorTest;

class Labelled : public VectorTest {
 protected:
  template <class F>
  static std::string fault(F f) {
    try {
      f();
    } catch (const UserError& error) {
      return error.what();
    }
    return "no fault";
  }
  const Grid grid_{{100, 80}, {{300000, 10, 0, 4800000, 0, -10}}, crs_from_epsg(32631), true};
};

TEST_F(Labelled, ReadsClassesAndPlaces) {
  const std::string path =
      write(feature(R"("code":4,"name":"maize")", square(300100, 4799900, 50)) + "," +
            feature(R"("code":7,"name":"soy")", R"({"type":"Point","coordinates":[300005,4799995]})") + "," +
            feature(R"("code":9,"name":"road")",
                    R"({"type":"LineString","coordinates":[[300000,4799800],[300100,4799800]]})") +
            "," + feature(R"("code":9,"name":"far")", square(400000, 4799900, 50)) + "," +
            feature(R"("code":5,"name":null)", square(300300, 4799900, 20)) + "," +
            feature(R"("code":5,"name":"none")", "null") + "," +
            feature(R"("code":5,"name":"mixed")",
                    R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[300005,4799995]}]})"));
  const LabelledLayer layer(path, 0, "name");
  EXPECT_FALSE(layer.numeric());
  EXPECT_TRUE(LabelledLayer(path, 0, "code").numeric());
  ASSERT_EQ(layer.features().size(), 5U);
  EXPECT_EQ(layer.features()[0].label, "maize");
  EXPECT_NEAR(layer.features()[0].x, 300125, 1e-6);
  EXPECT_NEAR(layer.features()[0].y, 4799875, 1e-6);
  EXPECT_TRUE(layer.features()[1].point);
  EXPECT_EQ(layer.features()[2].label, "road");
  EXPECT_EQ(layer.features()[4].label, "");
  const auto placed = layer.on_grid(grid_);
  EXPECT_EQ(placed->notes.outside.count, 1U);
  EXPECT_EQ(placed->notes.other_kinds.count, 1U);
  EXPECT_EQ(placed->notes.without_geometry.count, 1U);
  EXPECT_EQ(placed->notes.without_label.count, 1U);
  EXPECT_EQ(placed->notes.reprojected, "");
  EXPECT_NO_THROW(layer.check_classes());
  ASSERT_EQ(placed->features.size(), 4U);
  std::vector<PixelRun> runs;
  for (std::uint32_t i = 0; i < 4; ++i) append_runs(placed->shapes[i], i, runs);
  EXPECT_EQ(runs.front(), (PixelRun{0, 10, 10, 15}));
  EXPECT_EQ(runs[5], (PixelRun{1, 0, 0, 1}));
  EXPECT_EQ(runs[6], (PixelRun{2, 20, 0, 11}));  // along the upper edge of line 20, to the left edge of column 10
  EXPECT_EQ(runs.size(), 5U + 1U + 1U + 2U);
  EXPECT_NEAR(placed->area(), 25 + 1 + 11 + 4, 1e-9);
  const std::vector<std::string> told = describe_notes(placed->notes, "p");
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[3], "p: 1 feature has no class (feature " + std::to_string(layer.features()[4].id) + ")");
  LayerNotes many;
  for (const int id : {3, 6}) many.outside.add(id);
  EXPECT_EQ(describe_notes(many, "p")[0], "p: 2 features lie outside the image and are left out, namely feature 3, 6");
  for (const int id : {9, 12, 15}) many.outside.add(id);
  EXPECT_EQ(describe_notes(many, "p")[0],
            "p: 5 features lie outside the image and are left out, such as feature 3, 6, 9");
}

TEST_F(Labelled, BringsOtherReferenceSystemsToTheGrid) {
  const std::string metres = write(feature(R"("code":4)", square(300100, 4799900, 300)));
  const std::string degrees = file("degrees.geojson");
  const std::string command = "ogr2ogr -t_srs EPSG:4326 -lco COORDINATE_PRECISION=12 " + degrees + " " + metres;
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto straight = LabelledLayer(metres, 0, "code").on_grid(grid_);
  const auto turned = LabelledLayer(degrees, 0, "code").on_grid(grid_);
  EXPECT_NE(turned->notes.reprojected.find(" to the image's EPSG:32631"), std::string::npos);
  std::vector<PixelRun> a;
  std::vector<PixelRun> b;
  append_runs(straight->shapes[0], 0, a);
  append_runs(turned->shapes[0], 0, b);
  EXPECT_EQ(a.size(), 30U);
  EXPECT_EQ(a, b);
  // Degrees become metres on a local plane: two squares 300 m apart stay so within a few metres.
  const std::string two = write(
      feature(R"("code":1)", square(300100, 4799900, 30)) + "," + feature(R"("code":1)", square(300400, 4799900, 30)),
      "two.geojson");
  const std::string far = file("far.geojson");
  ASSERT_EQ(std::system(("ogr2ogr -t_srs EPSG:4326 " + far + " " + two).c_str()), 0);
  const auto points = LabelledLayer(far, 0, "code").centroids_in_metres();
  EXPECT_NEAR(std::hypot(points[1].x - points[0].x, points[1].y - points[0].y), 300, 2);
}

TEST_F(Labelled, SaysWhatIsWrong) {
  const std::string path = write(feature(R"("code":4,"share":0.5,"name":"x")", square(300100, 4799900, 50)));
  const auto says = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  says(fault([&] { LabelledLayer(file("none.gpkg"), 0, "code"); }), "there is no vector file");
  says(fault([&] { LabelledLayer(path, 0, "cod"); }), "did you mean 'code'?");
  says(fault([&] { LabelledLayer(path, 0, "klass"); }), "it has code, share, name");
  says(fault([&] { LabelledLayer(path, 0, "share"); }), "field 'share' of " + path + " holds 0.5 in feature");
  says(fault([&] { LabelledLayer(path, 2, "code"); }), "it has 0 in");
  std::ofstream(file("text.shp")) << "no shapes";
  says(fault([&] { LabelledLayer(file("text.shp"), 0, "code"); }), "cannot open the vector file");
  Grid elsewhere = grid_;
  elsewhere.transform.a[0] = 600000;
  const LabelledLayer layer(path, 0, "code");
  says(fault([&] { layer.on_grid(elsewhere); }), "none of the 1 features of " + path + " meets the image");
  Grid bare = grid_;
  bare.crs.clear();
  says(fault([&] { layer.on_grid(bare); }), "the image has no coordinate reference system");
}

// A square and a line 30 m east of it, a point in the square.
TEST_F(Labelled, TellsDistancesOfOutlines) {
  const std::string path =
      write(feature(R"("code":1)", square(300000, 4800000, 100)) + "," +
            feature(R"("code":2)", R"({"type":"LineString","coordinates":[[300130,4800500],[300130,4799000]]})") + "," +
            feature(R"("code":3)", R"({"type":"Point","coordinates":[300020,4799950]})"));
  const FeatureOutlines outlines = LabelledLayer(path, 0, "code").outlines_in_metres();
  ASSERT_EQ(outlines.size(), 3U);
  EXPECT_NEAR(outlines.distance(0, 1), 30, 1e-6);
  EXPECT_NEAR(outlines.distance(1, 0), 30, 1e-6);
  EXPECT_EQ(outlines.distance(0, 2), 0);
  EXPECT_NEAR(outlines.distance(1, 2), 110, 1e-6);
  EXPECT_NEAR(outlines.box(0).right - outlines.box(0).left, 100, 1e-6);
  EXPECT_NEAR(outlines.box(1).top, 4800500, 1e-6);
}

// A hundredth of a degree east at 60 degrees north, on a sphere of WGS 84's semi-major axis: 556.6 m.
TEST_F(Labelled, TellsDistancesOfDegreesInMetres) {
  const std::string path = write(feature(R"("code":1)", R"({"type":"Point","coordinates":[7,60]})") + "," +
                                     feature(R"("code":2)", R"({"type":"Point","coordinates":[7.01,60]})"),
                                 "degrees.geojson", 4326);
  EXPECT_NEAR(LabelledLayer(path, 0, "code").outlines_in_metres().distance(0, 1),
              6378137 * 0.01 * std::acos(-1.0) / 180 / 2, 0.01);
}

// As SamplingDesign writes it, and as spreadsheets save it.
TEST_F(Labelled, LiesOnALatticeOfItsOwn) {
  const std::string path = write(feature(R"("code":1)", square(300003, 4799997, 20)) + "," +
                                 feature(R"("code":2)", R"({"type":"Point","coordinates":[300095,4799905]})"));
  const auto shapes = LabelledLayer(path, 0, "code").on_lattice(10);
  EXPECT_EQ(shapes->grid.transform, (GeoTransform{{300000, 10, 0, 4800000, 0, -10}}));
  ASSERT_EQ(shapes->features.size(), 2U);
  std::vector<PixelRun> runs;
  append_runs(shapes->shapes[0], 0, runs);
  append_runs(shapes->shapes[1], 1, runs);
  // Centres 300005 and 300015 by 4799995 and 4799985; the point in the tenth column and line.
  EXPECT_EQ(runs, (std::vector<PixelRun>{{0, 0, 0, 2}, {0, 1, 0, 2}, {1, 9, 9, 10}}));
  EXPECT_LE(LabelledLayer(path, 0, "code").on_lattice(1e-7)->grid.size.width, 100'000'002);
}

TEST_F(Labelled, ReadsTablesOfPointsInTheSystemOfTheImage) {
  std::ofstream(file("units.csv")) << "id,x,y,class,seen\n1,300005,4799995,2,3\n2,300015,4799985,2,\n";
  const LabelledLayer layer(file("units.csv"), 0, "seen");
  const auto placed = layer.on_grid(grid_);
  ASSERT_EQ(placed->features.size(), 2U);
  EXPECT_EQ(placed->features[0].label, "3");
  EXPECT_TRUE(placed->features[0].point);
  EXPECT_EQ(placed->notes.without_label.count, 1U);
  EXPECT_TRUE(placed->notes.placed_by_image);
  std::vector<PixelRun> runs;
  append_runs(placed->shapes[1], 1, runs);
  EXPECT_EQ(runs.at(0), (PixelRun{1, 1, 1, 2}));
  std::ofstream(file("semicolons.csv")) << "id;X;Y;seen\n1;300005;4799995;oak wood\n";
  EXPECT_EQ(LabelledLayer(file("semicolons.csv"), 0, "seen").features().at(0).label, "oak wood");
  std::ofstream(file("nowhere.csv")) << "id,seen\n1,3\n";
  EXPECT_NE(fault([&] { LabelledLayer(file("nowhere.csv"), 0, "seen"); }).find("columns x and y"), std::string::npos);
}

}  // namespace
}  // namespace cers
