// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/staged_folder.hpp"

#include <gtest/gtest.h>

#include "temp_folder.hpp"

namespace cers {
namespace {

TEST(StagedFolder, AppearsWhole) {
  const TempFolder folder;
  {
    const auto staged = std::make_shared<StagedFolder>(folder / "product");
    put(staged->place("MASKS/a.txt"), "a");
    put(staged->place("b.txt"), "b");
    EXPECT_FALSE(std::filesystem::exists(folder / "product"));
    const auto artifact = make_folder_artifact(staged);
    artifact->open();
    artifact->close();
    artifact->publish();
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"product"});
  EXPECT_TRUE(std::filesystem::exists(folder / "product/MASKS/a.txt"));
  EXPECT_TRUE(std::filesystem::exists(folder / "product/b.txt"));
}

TEST(StagedFolder, LeavesNothingWhenItIsNotPublished) {
  const TempFolder folder;
  {
    StagedFolder staged(folder / "product");
    put(staged.place("a.txt"), "a");
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(StagedFolder, RefusesWhatIsThereAndWhatLeadsOut) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "there");
  EXPECT_SAYS(message_of<UserError>([&] { StagedFolder staged(folder / "there"); }), "there already");
  StagedFolder staged(folder / "product");
  EXPECT_THROW(staged.place("../x"), UserError);
  EXPECT_THROW(staged.place("a/../../x"), UserError);
  EXPECT_THROW(staged.place("/x"), UserError);
}

}  // namespace
}  // namespace cers
