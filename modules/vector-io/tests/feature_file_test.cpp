// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/feature_file.hpp"

#include "cers/core/error.hpp"
#include "cers/geo/crs.hpp"
#include "cers/vector-io/labelled_layer.hpp"
#include "vector_testing.hpp"

namespace cers {
namespace {

using testing::VectorTest;

class FeatureFile : public VectorTest {
 protected:
  const NewLayer points_{crs_from_epsg(32631), true, {{"code", FieldKind::integer}, {"name", FieldKind::text, 12}}};
  void write_points(const std::string& path) {
    write_features(path, points_, 3, [](std::size_t i) {
      return NewFeature{PixelPoint{300005.0 + 10 * static_cast<double>(i), 4799995},
                        {static_cast<std::int64_t>(i) + 4, i == 1 ? FieldValue{} : FieldValue{std::string("wood")}}};
    });
  }
};

TEST_F(FeatureFile, IsReadBackInEveryFormat) {
  for (const char* name : {"p.gpkg", "p.shp", "p.sqlite", "p.geojson"}) {
    write_points(file(name));
    const LabelledLayer read(file(name), 0, "code");
    ASSERT_EQ(read.features().size(), 3U) << name;
    EXPECT_EQ(read.features()[2].label, "6") << name;
    EXPECT_TRUE(read.features()[2].point) << name;
    EXPECT_NEAR(read.features()[2].x, 300025, 1e-6) << name;
    EXPECT_EQ(crs_label(read.crs()), crs_label(points_.crs)) << name;
    EXPECT_EQ(LabelledLayer(file(name), 0, "name").notes().without_label.count, 1U) << name;
  }
}

TEST_F(FeatureFile, HoldsPolygonsOfAnotherLayerAndHasTheSameBytesEachTime) {
  const LabelledLayer source(write(feature(R"("code":4)", square(300100, 4799900, 50))), 0, "code");
  const NewLayer made{source.crs(), false, {{"code", FieldKind::integer}}};
  const auto same = [&](std::size_t) { return NewFeature{source.geometry(0), {std::int64_t{4}}}; };
  write_features(file("a.gpkg"), made, 1, same);
  const LabelledLayer copy(file("a.gpkg"), 0, "code");
  EXPECT_EQ(copy.geometry(0), source.geometry(0));
  EXPECT_FALSE(copy.features()[0].point);
  std::filesystem::create_directory(file("again"));
  write_features(file("again/a.gpkg"), made, 1, same);
  EXPECT_EQ(bytes("a.gpkg"), bytes("again/a.gpkg"));
}

TEST_F(FeatureFile, SaysWhenAGeometryIsNone) {
  EXPECT_THROW(write_features(file("a.gpkg"), points_, 1,
                              [](std::size_t) {
                                return NewFeature{std::string("no geometry"), {std::int64_t{1}, FieldValue{}}};
                              }),
               DataError);
}

}  // namespace
}  // namespace cers
