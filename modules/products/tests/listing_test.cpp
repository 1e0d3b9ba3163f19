// SPDX-License-Identifier: Apache-2.0
#include "listing.hpp"

#include <cpl_vsi.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cers/core/error.hpp"
#include "cers/products/product.hpp"
#include "xml.hpp"

namespace cers::products {
namespace {

namespace fs = std::filesystem;

class ListingTest : public ::testing::Test {
 protected:
  ListingTest() {
    std::string pattern = (fs::temp_directory_path() / "cers-listing-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ListingTest() override { fs::remove_all(folder_); }

  void put(const std::string& name, const std::string& text) {
    const fs::path path = fs::path(folder_) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  std::string zip(const std::string& name, const std::vector<std::pair<std::string, std::string>>& members) {
    const std::string path = folder_ + "/" + name;
    for (const auto& [member, text] : members) {
      VSILFILE* file = VSIFOpenL(("/vsizip/" + path + "/" + member).c_str(), "wb");
      EXPECT_NE(file, nullptr);
      EXPECT_EQ(VSIFWriteL(text.data(), 1, text.size(), file), text.size());
      EXPECT_EQ(VSIFCloseL(file), 0);
    }
    return path;
  }
  std::string folder_;
};

TEST_F(ListingTest, FolderAndZipListTheSame) {
  put("p/top.xml", "<a/>");
  put("p/MASKS/x_CLM_R1.tif", "pixels");
  const std::string archive = zip("p.zip", {{"MASKS/x_CLM_R1.tif", "pixels"}, {"top.xml", "<a/>"}});
  for (const std::string& path : {folder_ + "/p", archive}) {
    const Listing listing = Listing::of(path);
    ASSERT_EQ(listing.entries().size(), 2U) << path;
    EXPECT_EQ(listing.entries()[0].path, "top.xml");  // the shallowest first
    EXPECT_EQ(listing.entries()[1].path, "MASKS/x_CLM_R1.tif");
    EXPECT_EQ(listing.text(listing.entries()[0]), "<a/>");
    ASSERT_NE(listing.find(".*_clm_r1\\.TIF"), nullptr);  // case is ignored
    EXPECT_EQ(listing.find("nothing"), nullptr);
    EXPECT_EQ(listing.below("MASKS").entries().size(), 1U);
    EXPECT_NE(listing.at("masks", "X_CLM_R1.TIF"), nullptr);
  }
}

TEST_F(ListingTest, OneOfSeveralFoldersSideBySide) {
  for (const char* name : {"P/GRANULE/a/x", "P/GRANULE/ab/x", "P/GRANULE/b/x", "P/GRANULE/note", "P/other/a/x"})
    put(name, "text");
  std::vector<std::string> left;
  const Listing one = Listing::of(folder_).without_siblings("P/GRANULE/a");
  for (const auto& entry : one.entries()) left.push_back(entry.path);
  EXPECT_EQ(left, (std::vector<std::string>{"P/GRANULE/a/x", "P/other/a/x"}));
}

TEST_F(ListingTest, RefusesArchivesThatLeadOut) {
  const std::string archive = folder_ + "/evil.zip";
  // One stored member named ../x: local header, central header, end; APPNOTE 6.3.10.
  const std::string local("PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x04\0\0\0../x", 34);
  const std::string central(
      "PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0../x", 50);
  const std::string end("PK\x05\x06\0\0\0\0\x01\0\x01\0\x32\0\0\0\x22\0\0\0\0\0", 22);
  std::ofstream(archive, std::ios::binary) << local << central << end;
  try {
    static_cast<void>(Listing::of(archive));
    FAIL() << "an entry outside the archive was accepted";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("leads out"), std::string::npos) << error.what();
  }
}

TEST_F(ListingTest, SaysWhatIsWrong) {
  EXPECT_THROW(static_cast<void>(Listing::of(folder_ + "/none")), UserError);
  put("plain.txt", "x");
  EXPECT_THROW(static_cast<void>(Listing::of(folder_ + "/plain.txt")), UserError);
  put("broken.zip", "PK but no archive");
  EXPECT_THROW(static_cast<void>(Listing::of(folder_ + "/broken.zip")), DataError);
  put("a.tar.gz", "x");
  EXPECT_THROW(static_cast<void>(Listing::of(folder_ + "/a.tar.gz")), UserError);
}

TEST_F(ListingTest, XmlFaultsNameTheLine) {
  put("p/m.xml", "<a>\n<b>\n1</b>\n<c>\n");
  const Listing listing = Listing::of(folder_ + "/p");
  try {
    static_cast<void>(Xml::parse(listing, listing.entries()[0]));
    FAIL() << "half a document was accepted";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("m.xml"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("line "), std::string::npos) << error.what();
  }
}

TEST_F(ListingTest, XmlIsReadByPathsFromTheRoot) {
  put("p/m.xml", "<n1:a xmlns:n1='x'><b><c> 7 </c></b><d><c>8</c></d><n1:e>x</n1:e></n1:a>");
  const Listing listing = Listing::of(folder_ + "/p");
  const Xml xml = Xml::parse(listing, listing.entries()[0]);
  EXPECT_EQ(xml.need("b/c"), "7");
  EXPECT_EQ(xml.number("d/c"), 8);
  EXPECT_EQ(xml.text("e"), "x");
  EXPECT_FALSE(xml.text("c"));
  EXPECT_THROW(static_cast<void>(xml.need("b/none")), DataError);
  EXPECT_THROW(static_cast<void>(xml.number("e")), DataError);
}

TEST_F(ListingTest, AFolderThatIsNoProductIsExplained) {
  put("photos/a.jpg", "x");
  EXPECT_TRUE(is_product(folder_ + "/photos"));  // no image: open_product says what it is
  try {
    static_cast<void>(open_product(folder_ + "/photos"));
    FAIL();
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("a.jpg"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("MTD_MSIL2A.xml"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace cers::products
