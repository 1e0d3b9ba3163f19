// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

namespace cers::testing {
namespace {

TEST(ClassificationMapRegularization, votes_as_solved_by_hand) {
  const TemporaryFolder folder;
  const std::vector<std::string> drawn{"11122",  //
                                       "13122",  //
                                       "11120",  //
                                       "11222"};
  write_raster(folder / "in.tif", utm_grid({5, 4}), 1, PixelType::u8, [&](int, int x, int y) {
    return drawn[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] - '0';
  });
  const auto rows = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"ClassificationMapRegularization", "-io.in", folder / "in.tif", "-io.out",
                                   folder / "out.tif"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = cers(words);
    EXPECT_EQ(result.code, 0) << result.err;
    const RasterFile out = read_raster(folder / "out.tif");
    std::vector<std::string> text(4);
    for (int y = 0; y < 4; ++y)
      for (int x = 0; x < 5; ++x)
        text[static_cast<std::size_t>(y)] += static_cast<char>('0' + static_cast<int>(out.at(0, x, y)));
    return text;
  };
  // The 3 goes; (3, 3) has four 2 of five; (2, 2): five 1, three 2; (2, 3): three 1 and three 2: a tie, stays.
  EXPECT_EQ(rows({}), (std::vector<std::string>{"11122", "11122", "11120", "11222"}));
  const auto undecided = rows({"-ip.suvbool", "true", "-ip.undecidedlabel", "9"});
  EXPECT_EQ(undecided[3][2], '9');
  EXPECT_EQ(undecided[2][4], '0') << "nodata stays";
  EXPECT_EQ(rows({"-ip.nodatalabel", "3"})[1][1], '3');
  // With 2 protected nothing is lost to 1, and no 2 grows: the 3 goes as before.
  EXPECT_EQ(rows({"-protect", "2"}), (std::vector<std::string>{"11122", "11122", "11120", "11222"}));
  EXPECT_EQ(rows({"-protect", "3", "2"}), drawn);
}

TEST(ClassificationMapRegularization, leaves_a_road_of_one_pixel_only_when_it_is_protected) {
  const TemporaryFolder folder;
  write_raster(folder / "in.tif", utm_grid({9, 9}), 1, PixelType::u8, [](int, int x, int y) {
    return x == 4 ? 7 : y < 4 ? 1 : 2;
  });
  const auto road = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"ClassificationMapRegularization",
                                   "-io.in",
                                   folder / "in.tif",
                                   "-io.out",
                                   folder / "out.tif",
                                   "-ip.radius",
                                   "2"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = cers(words);
    EXPECT_EQ(result.code, 0) << result.err;
    const RasterFile out = read_raster(folder / "out.tif");
    int pixels = 0;
    for (int y = 0; y < 9; ++y)
      for (int x = 0; x < 9; ++x) pixels += out.at(0, x, y) == 7;
    return pixels;
  };
  EXPECT_EQ(road({}), 0);
  EXPECT_EQ(road({"-protect", "7"}), 9);
}

TEST(ClassificationMapRegularization, warns_of_options_and_labels_that_are_lost) {
  const TemporaryFolder folder;
  write_raster(folder / "in.tif", utm_grid({5, 4}), 1, PixelType::u16, [](int, int, int) { return 300; });
  const auto run = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"ClassificationMapRegularization", "-io.in", folder / "in.tif", "-io.out",
                                   folder / "out.tif"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  };
  const auto narrow = run({"-ip.undecidedlabel", "7"});
  EXPECT_EQ(narrow.code, 0);
  EXPECT_NE(narrow.err.find("in.tif is uint16, but io.out is written as uint8"), std::string::npos) << narrow.err;
  EXPECT_NE(narrow.err.find("-ip.undecidedlabel has no effect"), std::string::npos) << narrow.err;
  const auto wide = run({"uint16"});
  EXPECT_EQ(wide.err.find("written as"), std::string::npos) << wide.err;
  EXPECT_EQ(read_raster(folder / "out.tif").at(0, 2, 2), 300);
  write_raster(folder / "in.tif", utm_grid({5, 4}), 2, PixelType::u8, [](int, int, int) { return 1; });
  const auto bands = run({});
  EXPECT_EQ(bands.code, 2);
  EXPECT_NE(bands.err.find("in.tif has 2 bands; a map of classes has one"), std::string::npos) << bands.err;
}

}  // namespace
}  // namespace cers::testing
