// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/run_folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "temp_folder.hpp"

namespace cers {
namespace {

TEST(RunFolder, IsMadeLateAndRemovedWithItsContents) {
  const TempFolder folder;
  {
    RunFolder run(folder / "out.tif");
    EXPECT_TRUE(folder.names().empty());
    put(run.fresh_folder() + "/scratch", "x");
    EXPECT_NE(run.fresh_folder(), run.fresh_folder());
    ASSERT_EQ(folder.names().size(), 1U);
    EXPECT_TRUE(folder.names().front().starts_with(".out.tif.cers-"));
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(RunFolder, RefusesPlacesThatCannotWork) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "dir");
  put(folder / "file", "x");
  EXPECT_SAYS(message_of<UserError>([&] { RunFolder run(folder / "none/out.tif"); }), "mkdir -p");
  EXPECT_SAYS(message_of<UserError>([&] { RunFolder run(folder / "dir"); }), "is a folder");
  EXPECT_SAYS(message_of<UserError>([&] { RunFolder run(folder / "new/"); }), "is a folder");
  EXPECT_SAYS(message_of<UserError>([&] { RunFolder run(folder / "file/out.tif"); }), "not a folder");
  EXPECT_SAYS(message_of<UserError>([&] { RunFolder run("/dev/null"); }), "not a regular file");
  EXPECT_THROW(RunFolder(""), UserError);
}

TEST(RunFolder, RefusesAReadOnlyFolder) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "dir");
  std::filesystem::permissions(folder / "dir", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  if (access((folder / "dir").c_str(), W_OK) == 0) GTEST_SKIP() << "this user may write anywhere";
  EXPECT_SAYS(message_of<UserError>([&] { RunFolder run(folder / "dir/out.tif"); }), "cannot be written to");
}

TEST(RunFolder, ALinkIsFollowedToTheFileItNames) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "real");
  put(folder / "real/a.txt", "old");
  std::filesystem::create_symlink(folder / "real/a.txt", folder / "link.txt");
  StagedFile file(folder / "link.txt", nullptr);
  put(file.scratch_path(), "new");
  file.publish();
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.txt"));
  EXPECT_EQ(contents(folder / "real/a.txt"), "new");
}

TEST(StagedFile, CompanionsMoveAlongAndStaleOnesGo) {
  const TempFolder folder;
  put(folder / "a.tif", "old");
  put(folder / "a.tif.ovr", "stale");
  put(folder / "a.tif.aux.xml", "old");
  {
    StagedFile file(folder / "a.tif", nullptr);
    put(file.scratch_path(), "new");
    put(file.scratch_path() + ".aux.xml", "new");
    file.publish();
  }
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"a.tif", "a.tif.aux.xml"}));
  EXPECT_EQ(contents(folder / "a.tif"), "new");
  EXPECT_EQ(contents(folder / "a.tif.aux.xml"), "new");
}

TEST(TextArtifact, AppearsOnPublishOnly) {
  const TempFolder folder;
  const auto run = std::make_shared<RunFolder>(folder / "out.tif");
  const Late<int> late{{7}};
  LateValues values;
  values.set(7, 42);
  const auto make = [late](const LateValues& known) { return "answer " + std::to_string(known.get(late)) + "\n"; };
  auto artifact = make_text_artifact(folder / "out.txt", run, make);
  artifact->open();
  artifact->write(values);
  artifact->close();
  EXPECT_FALSE(std::filesystem::exists(folder / "out.txt"));
  artifact->publish();
  EXPECT_EQ(contents(folder / "out.txt"), "answer 42\n");

  auto thrown_away =
      make_text_artifact(folder / "out.txt", run, [](const LateValues&) { return std::string("other"); });
  thrown_away->open();
  thrown_away->write(values);
  thrown_away->discard();
  EXPECT_EQ(contents(folder / "out.txt"), "answer 42\n");
}

}  // namespace
}  // namespace cers
