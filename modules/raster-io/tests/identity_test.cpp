// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/identity.hpp"

#include <gtest/gtest.h>

#include "temp_folder.hpp"

namespace cers {
namespace {

TEST(Identity, DigestsAreSha256) {
  const TempFolder folder;
  put(folder / "a", "abc");
  EXPECT_EQ(file_sha256(folder / "a"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const FileIdentity identity = file_identity(folder / "a");
  EXPECT_EQ(identity.head_sha256, file_sha256(folder / "a"));
  EXPECT_EQ(identity.size, 3U);
  EXPECT_GT(identity.mtime_ns, 0);
}

TEST(Identity, HeadIsSixtyFourKibibytes) {
  const TempFolder folder;
  const std::string head(65536, 'x');
  put(folder / "a", head);
  put(folder / "b", head + "tail");
  EXPECT_EQ(file_identity(folder / "a").head_sha256, file_identity(folder / "b").head_sha256);
  EXPECT_NE(file_sha256(folder / "a"), file_sha256(folder / "b"));
}

TEST(Identity, LinksAreResolvedAndMissingFilesReported) {
  const TempFolder folder;
  put(folder / "a", "abc");
  std::filesystem::create_symlink(folder / "a", folder / "link");
  EXPECT_EQ(file_identity(folder / "link"), file_identity(folder / "a"));
  EXPECT_SAYS(message_of<DataError>([&] { file_identity(folder / "none"); }), "none");
}

TEST(Identity, OfAFolderChangesWithNamesSizesAndBytesOfItsFiles) {
  const TempFolder folder;
  put(folder / "a", "abc");
  const FileIdentity first = file_identity(folder.path());
  EXPECT_EQ(first.size, 3U);
  EXPECT_EQ(file_identity(folder.path()).head_sha256, first.head_sha256);
  put(folder / "a", "abd");
  const FileIdentity bytes = file_identity(folder.path());
  EXPECT_NE(bytes.head_sha256, first.head_sha256);
  put(folder / "b", "");
  const FileIdentity more = file_identity(folder.path());
  EXPECT_NE(more.head_sha256, bytes.head_sha256);
  std::filesystem::rename(folder / "b", folder / "c");
  EXPECT_NE(file_identity(folder.path()).head_sha256, more.head_sha256);
}

}  // namespace
}  // namespace cers
