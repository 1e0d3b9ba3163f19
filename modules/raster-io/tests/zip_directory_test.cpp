// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/zip_directory.hpp"

#include <cpl_vsi.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cers/core/error.hpp"
#include "temp_folder.hpp"

namespace cers {
namespace {

std::string bytes_of_number(std::uint64_t value, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += static_cast<char>(value & 0xffU);
    value >>= 8U;
  }
  return text;
}

/// A central header as the specification of PKWARE lays it out, with nothing that is not read.
std::string central_header(const std::string& name, int method, std::uint64_t compressed, std::uint64_t size,
                           const std::string& extra = {}) {
  return bytes_of_number(0x02014b50, 4) + bytes_of_number(0, 6) + bytes_of_number(static_cast<unsigned>(method), 2) +
         bytes_of_number(0, 8) + bytes_of_number(compressed, 4) + bytes_of_number(size, 4) +
         bytes_of_number(name.size(), 2) + bytes_of_number(extra.size(), 2) + bytes_of_number(0, 14) + name + extra;
}

std::string archive_of(const std::vector<std::string>& headers) {
  std::string directory;
  for (const std::string& header : headers) directory += header;
  return "head" + directory + bytes_of_number(0x06054b50, 4) + bytes_of_number(0, 4) +
         bytes_of_number(headers.size(), 2) + bytes_of_number(headers.size(), 2) +
         bytes_of_number(directory.size(), 4) + bytes_of_number(4, 4) + bytes_of_number(0, 2);
}

class ZipDirectory : public ::testing::Test {
 protected:
  std::string written(const std::string& bytes) {
    const std::string path = folder_ / "a.zip";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  TempFolder folder_;
};

TEST_F(ZipDirectory, ReadsWhatGdalWrites) {
  const std::string path = folder_ / "b.zip";
  const std::string text(10'000, 'x');
  const std::string member = "/vsizip/" + path + "/MASKS/a.txt";
  VSILFILE* file = VSIFOpenL(member.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(VSIFWriteL(text.data(), 1, text.size(), file), text.size());
  ASSERT_EQ(VSIFCloseL(file), 0);
  const auto members = read_zip_directory(path);
  ASSERT_FALSE(members.empty());
  EXPECT_EQ(members.back().path, "MASKS/a.txt");
  EXPECT_EQ(members.back().size, text.size());
  EXPECT_FALSE(members.back().stored);
  EXPECT_LT(members.back().compressed, text.size());
}

TEST_F(ZipDirectory, SizesBeyondFourGigabytesStandInTheExtraField) {
  const std::uint64_t size = 5'000'000'000;
  const std::string extra =
      bytes_of_number(1, 2) + bytes_of_number(16, 2) + bytes_of_number(size, 8) + bytes_of_number(size - 7, 8);
  const auto members = read_zip_directory(written(archive_of({central_header("big.tif", 0, ~0U, ~0U, extra)})));
  ASSERT_EQ(members.size(), 1U);
  EXPECT_EQ(members[0].size, size);
  EXPECT_EQ(members[0].compressed, size - 7);
  EXPECT_TRUE(members[0].stored);
}

TEST_F(ZipDirectory, RefusesABomb) {
  const std::string path = written(archive_of({central_header("bomb.tif", 8, 1'000'000, 4'000'000'000)}));
  EXPECT_THROW(read_zip_directory(path), DataError);
}

TEST_F(ZipDirectory, RefusesWhatIsNoWholeArchive) {
  const std::string whole = archive_of({central_header("a.tif", 0, 10, 10)});
  EXPECT_EQ(read_zip_directory(written(whole)).size(), 1U);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(read_zip_directory(written(whole.substr(0, size))), DataError) << size;
  }
}

TEST(ZipName, IsTakenApart) {
  const auto braces = parse_zip_name("/vsizip/{/a/b.dat}/c/d.tif");
  ASSERT_TRUE(braces);
  EXPECT_EQ(braces->archive, "/a/b.dat");
  EXPECT_EQ(braces->member, "c/d.tif");
  const auto plain = parse_zip_name("/vsizip//a/b.ZIP/d.tif");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->archive, "/a/b.ZIP");
  EXPECT_EQ(plain->member, "d.tif");
  EXPECT_FALSE(parse_zip_name("/a/b.zip/d.tif"));
}

}  // namespace
}  // namespace cers
