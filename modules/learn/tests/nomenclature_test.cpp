// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/nomenclature.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cers/core/block.hpp"
#include "cers/core/error.hpp"
#include "cers/learn/recode_classes.hpp"

namespace cers {
namespace {

class Nomenclatures : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  const std::string& file(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return path_;
  }
  std::string fault(const std::string& text) {
    try {
      Nomenclature::read(file(text));
    } catch (const Error& error) {
      return error.what();
    }
    return "no fault";
  }
  std::string path_ = (std::filesystem::temp_directory_path() / ("cers-classes-" + std::to_string(getpid()))).string();
};

TEST_F(Nomenclatures, ReadsATable) {
  const auto read = Nomenclature::read(
      file("\xEF\xBB\xBF# our classes\ncode,name,colour,group,alias\n10,maize,#ff5500,annual crops,corn;Mais\n"
           "3,\"industry, trade\",#FFaaff,urban\n7,\"a \"\"quoted\"\" one\",,\n"));
  const auto classes = read.classes();
  ASSERT_EQ(classes.size(), 3U);
  EXPECT_EQ(classes[0], (ClassInfo{3, "industry, trade", std::array<std::uint8_t, 3>{255, 170, 255}}));
  EXPECT_EQ(classes[1], (ClassInfo{7, "a \"quoted\" one", {}}));
  EXPECT_EQ(read.entries()[2].group, "annual crops");
  EXPECT_EQ(read.code_of("CORN"), 10);
  EXPECT_EQ(read.code_of("mais"), 10);
  EXPECT_EQ(read.code_of("10"), 10);
  EXPECT_EQ(read.code_of("Industry, trade"), 3);
  EXPECT_FALSE(read.code_of("wheat"));
  EXPECT_EQ(read.name_of(10), "maize");
  EXPECT_EQ(read.name_of(99), "99");
}

TEST_F(Nomenclatures, ReadsListsAndColourTables) {
  const auto list = Nomenclature::read(file("Bati: dense:1\nculture ete : 11\n"));
  EXPECT_EQ(list.code_of("bati: dense"), 1);
  EXPECT_EQ(list.code_of("culture ete"), 11);
  const auto colours = Nomenclature::read(file("11 255 85 0\n12\t255 255 127\n"));
  EXPECT_EQ(colours.classes()[1].colour, (std::array<std::uint8_t, 3>{255, 255, 127}));
}

TEST_F(Nomenclatures, SayWhichLineIsWrong) {
  const auto says = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  says(fault("code,name\n1,a\nx,b\n"), "line 3: 'x' is no code");
  says(fault("code,name,colour\n1,a,red\n"), "line 2: 'red' is no colour such as #ff00aa");
  says(fault("code,nom\n1,a\n"), "'nom' is no column of a nomenclature");
  says(fault("code,name\n1,a\n1,b\n"), "'1' stands for two classes");
  says(fault("code,name\n1,a\n2,A\n"), "'A' stands for two classes");
  says(fault("code,name\n1,a,b,c\n"), "4 fields under 2 headings");
  says(fault("11 256 0 0\n"), "line 1: '11 256 0 0' names no class");
  says(fault("# none\n"), "names no class");
}

TEST_F(Nomenclatures, OfLabels) {
  const auto numbers = Nomenclature::of_labels({"10", "9", "200"});
  EXPECT_EQ(numbers.code_of("200"), 200);
  const auto names = Nomenclature::of_labels({"soy", "maize", "10"});
  EXPECT_EQ(names.code_of("maize"), 2);
  EXPECT_EQ(names.code_of("soy"), 3);
  EXPECT_EQ(codes_of({"soy"}, names, "x"), (std::map<std::string, int>{{"soy", 3}}));
  try {
    codes_of({"soy", "oats", "rye"}, names, "classes.csv");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("classes.csv does not know 2 classes: 'oats', 'rye'"), std::string::npos)
        << error.what();
  }
}

TEST_F(Nomenclatures, CrossWalks) {
  const auto target = Nomenclature::of_labels({"crop", "urban"});
  const CrossWalk walk = read_cross_walk(file("from,to\n5,crop\n6,1\nroads,urban\n"), &target);
  EXPECT_EQ(walk.to, (std::map<std::string, int>{{"5", 1}, {"6", 1}, {"roads", 2}}));
  EXPECT_EQ(walk.by_code(), (std::map<int, int>{{5, 1}, {6, 1}}));
  EXPECT_THROW(read_cross_walk(file("from,to\n5,crop\n")), DataError);
  EXPECT_THROW(read_cross_walk(file("from,to\n5,1\n5,2\n")), DataError);
  EXPECT_THROW(read_cross_walk(file("a,b\n5,1\n")), DataError);
}

TEST_F(Nomenclatures, ShippedOnesAreWhole) {
  const std::string folder = CERS_NOMENCLATURES;
  const auto now = Nomenclature::read(folder + "/oso-23.csv");
  const auto before = Nomenclature::read(folder + "/oso-17.csv");
  const auto groups = Nomenclature::read(folder + "/oso-groups.csv");
  EXPECT_EQ(now.classes().size(), 23U);
  EXPECT_EQ(before.classes().size(), 17U);
  EXPECT_EQ(groups.classes().size(), 8U);
  for (const auto& [list, file] : {std::pair{&now, "/oso-23-to-groups.csv"}, {&before, "/oso-17-to-groups.csv"}}) {
    const auto walk = read_cross_walk(folder + file, &groups).by_code();
    EXPECT_EQ(walk.size(), list->classes().size());
    for (const auto& entry : list->entries()) {
      EXPECT_TRUE(entry.info.colour) << entry.info.name;
      ASSERT_TRUE(walk.contains(entry.info.code)) << entry.info.name;
      EXPECT_EQ(groups.name_of(walk.at(entry.info.code)), entry.group);
    }
  }
  EXPECT_EQ(now.code_of("maize"), 10);
  EXPECT_EQ(now.code_of("maïs"), 10);
}

TEST(RecodeClasses, MapsCodesAndNamesClasses) {
  RasterInfo info{{{6, 1}, {}, {}, false}, std::vector<BandInfo>(1), PixelType::i32};
  const auto run = [&](std::optional<int> unknown) {
    const auto node = make_recoded_classes({{5, 110}, {6, 110}, {4, 100}}, unknown, 0, {{100, "urban", {}}});
    const RasterInfo described = node->describe(std::span(&info, 1));
    EXPECT_EQ(described.bands[0].classes[0].name, "urban");
    EXPECT_EQ(described.bands[0].nodata, 0);
    Block in({0, 0, 6, 1}, 1, PixelType::i32);
    Block out({0, 0, 6, 1}, 1, PixelType::i32);
    const std::vector<int> codes{5, 6, 4, 0, 77, 5};
    for (int x = 0; x < 6; ++x) in.plane<std::int32_t>(0).at(x, 0) = codes[static_cast<std::size_t>(x)];
    const Block* inputs[] = {&in};
    node->compute(inputs, out, nullptr);
    std::vector<int> result;
    for (int x = 0; x < 6; ++x) result.push_back(out.plane<std::int32_t>(0).at(x, 0));
    UnknownCodes::State counted;
    UnknownCodes{{{5, 1}, {6, 1}, {4, 1}}, 0}.add(counted, in, {0, 0, 6, 1});
    EXPECT_EQ(counted, (UnknownCodes::State{{77, 1}}));
    return result;
  };
  EXPECT_EQ(run(std::nullopt), (std::vector<int>{110, 110, 100, 0, 77, 110}));
  EXPECT_EQ(run(255), (std::vector<int>{110, 110, 100, 0, 255, 110}));
}

}  // namespace
}  // namespace cers
