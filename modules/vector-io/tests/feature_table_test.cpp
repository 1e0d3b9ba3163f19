// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/feature_table.hpp"

#include "cers/core/error.hpp"
#include "vector_testing.hpp"

namespace cers {
namespace {

class FeatureTableTest : public testing::VectorTest {
 protected:
  std::string samples() {
    const std::string none = "null";
    return write(feature(R"("value_0":1.5,"value_1":7,"code":11,"name":"wood","originfid":3)", none) + "," +
                 feature(R"("value_0":2.5,"value_1":null,"code":12,"name":"wood","originfid":3)", none) + "," +
                 feature(R"("value_0":-1,"value_1":9,"code":null,"name":"water","originfid":4)", none) + "," +
                 feature(R"("value_0":0.25,"value_1":8,"code":12,"name":"water","originfid":4)", none));
  }
  static std::string fault(const std::string& path, const FeatureColumns& columns) {
    try {
      check_feature_columns(path, 0, columns);
    } catch (const UserError& error) {
      return error.fault() + " | " + error.remedy();
    }
    return "read";
  }
};

TEST_F(FeatureTableTest, reads_what_is_whole) {
  const std::string path = samples();
  const FeatureTable table = read_feature_table(path, 0, {{"VALUE_*"}, "code", "originfid", false});
  EXPECT_EQ(table.features, (std::vector<std::string>{"value_0", "value_1"}));
  EXPECT_EQ(table.values, (std::vector<float>{1.5F, 7, 0.25F, 8}));
  EXPECT_EQ(table.labels, (std::vector<std::string>{"11", "12"}));
  EXPECT_EQ(table.groups, (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(table.ids, (std::vector<std::int64_t>{0, 3}));
  EXPECT_EQ(table.without_values, 1U);
  EXPECT_EQ(table.without_label, 1U);
}

TEST_F(FeatureTableTest, reads_text_classes_and_does_without_groups) {
  const FeatureTable table = read_feature_table(samples(), 0, {{"value_1", "value_0"}, "name", "polygon", true});
  EXPECT_EQ(table.labels, (std::vector<std::string>{"wood", "water", "water"}));
  EXPECT_EQ(table.values, (std::vector<float>{7, 1.5F, 9, -1, 8, 0.25F}));
  EXPECT_TRUE(table.groups.empty());
  EXPECT_EQ(read_feature_table(samples(), 0, {}).size(), 4U);
}

TEST_F(FeatureTableTest, says_which_field_is_wrong) {
  const std::string path = samples();
  EXPECT_EQ(fault(path, {{"valeu_0"}, "code", "", false}),
            path +
                " has no field 'valeu_0' | did you mean 'value_0'?; its fields of numbers are value_0, value_1, code, "
                "originfid");
  EXPECT_EQ(fault(path, {{"name"}, "code", "", false}),
            "field 'name' of " + path +
                " holds String, not numbers | its fields of numbers are value_0, value_1, code, "
                "originfid");
  EXPECT_NE(fault(path, {{"b*"}, "code", "", false}).find("no field of " + path + " begins with 'b'"),
            std::string::npos);
  EXPECT_NE(fault(path, {{"value_1"}, "value_0", "", false}).find("holds Real, not whole numbers or text"),
            std::string::npos);
  EXPECT_NE(fault(path, {{"value_1"}, "code", "polygon", false}).find("has no field 'polygon'"), std::string::npos);
  EXPECT_NE(fault(path, {{"value_1"}, "code", "name", true}).find("holds String"), std::string::npos);
  EXPECT_NE(fault(file("none.gpkg"), {}).find("there is no vector file"), std::string::npos);
  EXPECT_THROW(read_feature_table(path, 4, {}), UserError);
}

}  // namespace
}  // namespace cers
