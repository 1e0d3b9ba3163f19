// SPDX-License-Identifier: Apache-2.0
#include "listing.hpp"

#include <cpl_string.h>
#include <cpl_vsi.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/products/product.hpp"
#include "cers/raster-io/zip_directory.hpp"

namespace cers::products {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_entries = 20'000;  // a SAFE has 150
constexpr std::uint64_t most_text = most_product_text;
constexpr int deepest = 8;  // folders below the root; a SAFE has 4

struct CloseDirectory {
  void operator()(VSIDIR* directory) const { VSICloseDir(directory); }
};
struct CloseFile {
  void operator()(VSILFILE* file) const { static_cast<void>(VSIFCloseL(file)); }
};

// An entry that leads out of its archive, on any system.
bool leads_out(const std::string& path) {
  if (path.empty() || path.front() == '/' || path.front() == '\\') return true;
  if (path.size() > 1 && path[1] == ':') return true;
  std::size_t start = 0;
  while (start <= path.size()) {
    const auto end = std::min(path.find_first_of("/\\", start), path.size());
    if (path.compare(start, end - start, "..") == 0) return true;
    start = end + 1;
  }
  return false;
}

bool ignored(const std::string& path) {
  return path.starts_with("__MACOSX/") || path.find("/._") != std::string::npos || path.starts_with("._");
}

// The expression for names in lower case, compiled once: far faster than one that ignores case. What follows a
// backslash stays: \D is not \d.
const std::regex& lower_case_regex(const std::string& pattern) {
  static std::mutex mutex;
  static std::map<std::string, std::regex> compiled;
  const std::lock_guard lock(mutex);
  const auto known = compiled.find(pattern);
  if (known != compiled.end()) return known->second;
  std::string text = lower(pattern);
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') continue;
    ++i;
    text[i] = pattern[i];
  }
  return compiled.emplace(pattern, std::regex(text, std::regex::ECMAScript | std::regex::optimize)).first->second;
}

std::string archive_prefix(const std::string& path) {
  const std::string name = lower(path);
  if (name.ends_with(".zip")) return "/vsizip/{" + path + "}/";
  if (name.ends_with(".tar")) return "/vsitar/{" + path + "}/";
  if (name.ends_with(".tar.gz") || name.ends_with(".tgz"))
    throw UserError("'" + path + "' is a compressed tar, in which every read starts at its beginning",
                    "unpack it once: tar -xf " + path);
  return {};
}

[[noreturn]] void too_many(const std::string& path) {
  throw DataError("'" + path + "' holds more than " + std::to_string(most_entries) + " files: it is no product",
                  "name the folder of one product");
}

// GDAL cleans the names of members: what an archive really says is in its own table.
void check_archive(const std::string& path) {
  const std::vector<ZipMember> members = read_zip_directory(path);
  if (members.size() > most_entries) too_many(path);  // before GDAL lists them, folder by folder
  for (const ZipMember& member : members) {
    if (leads_out(member.path))
      throw DataError("the archive '" + path + "' holds the entry '" + member.path + "', which leads out of it",
                      "do not trust this file; download it from its producer");
  }
}

}  // namespace

bool is_short(std::string_view name) {
  constexpr std::size_t longest = 255;
  return name.size() <= longest;
}

Listing Listing::of(const std::string& path) {
  Listing listing;
  listing.path_ = path;
  std::error_code fault;
  if (fs::is_directory(path, fault)) {
    listing.prefix_ = path.ends_with('/') ? path : path + "/";
  } else if (!fs::exists(path, fault)) {
    throw UserError("there is no product '" + path + "'", "check the path");
  } else {
    listing.prefix_ = archive_prefix(path);
    listing.archive_ = true;
    if (listing.prefix_.empty())
      throw UserError(
          "'" + path + "' is neither a folder nor an archive (.zip, .tar) nor the metadata file of a product",
          "name the folder or the archive that was downloaded");
  }
  if (listing.prefix_.starts_with("/vsizip/")) check_archive(path);
  std::string root = listing.prefix_;
  root.pop_back();
  const std::unique_ptr<VSIDIR, CloseDirectory> directory(VSIOpenDir(root.c_str(), deepest, nullptr));
  if (!directory)
    throw DataError("'" + path + "' cannot be listed" + (listing.archive_ ? ": it is no whole archive" : ""),
                    listing.archive_ ? "download it again" : "check its permissions");
  while (const VSIDIREntry* entry = VSIGetNextDirEntry(directory.get())) {
    const std::string name = entry->pszName;
    if (listing.archive_ && leads_out(name))
      throw DataError("the archive '" + path + "' holds the entry '" + name + "', which leads out of it",
                      "do not trust this file; download it from its producer");
    if (VSI_ISDIR(entry->nMode) || ignored(name)) continue;
    listing.entries_.push_back({name, static_cast<std::uint64_t>(entry->nSize)});
    if (listing.entries_.size() > most_entries) too_many(path);
  }
  std::sort(listing.entries_.begin(), listing.entries_.end(), [](const Entry& a, const Entry& b) {
    const auto depth = [](const Entry& e) { return std::count(e.path.begin(), e.path.end(), '/'); };
    return depth(a) != depth(b) ? depth(a) < depth(b) : a.path < b.path;
  });
  return listing;
}

Listing Listing::below(const std::string& folder) const {
  if (folder.empty()) return *this;
  Listing part = *this;
  std::erase_if(part.entries_, [&](const Entry& entry) { return !entry.path.starts_with(folder + "/"); });
  return part;
}

Listing Listing::without_siblings(const std::string& folder) const {
  const std::string parent = folder.substr(0, folder.rfind('/') + 1);
  Listing part = *this;
  std::erase_if(part.entries_, [&](const Entry& entry) {
    return entry.path.starts_with(parent) && !entry.path.starts_with(folder + "/");
  });
  return part;
}

Listing Listing::beginning(const std::string& prefix) const {
  Listing part = *this;
  std::erase_if(part.entries_, [&](const Entry& entry) { return !base_of(entry).starts_with(prefix); });
  return part;
}

std::string Listing::folder_of(const Entry& entry) {
  const auto slash = entry.path.rfind('/');
  return slash == std::string::npos ? std::string() : entry.path.substr(0, slash);
}

std::string Listing::base_of(const Entry& entry) {
  const auto slash = entry.path.rfind('/');
  return slash == std::string::npos ? entry.path : entry.path.substr(slash + 1);
}

std::vector<const Listing::Entry*> Listing::find_all(const std::string& base_name) const {
  const std::regex& wanted = lower_case_regex(base_name);
  std::vector<const Entry*> found;
  for (const Entry& entry : entries_) {
    const std::string base = lower(base_of(entry));
    if (is_short(base) && std::regex_match(base, wanted)) found.push_back(&entry);
  }
  return found;
}

const Listing::Entry* Listing::find(const std::string& base_name) const {
  const auto found = find_all(base_name);
  return found.empty() ? nullptr : found.front();
}

const Listing::Entry* Listing::at(std::string_view folder, std::string_view relative) const {
  const std::string wanted =
      lower(folder.empty() ? std::string(relative) : std::string(folder) + "/" + std::string(relative));
  for (const Entry& entry : entries_) {
    if (lower(entry.path) == wanted) return &entry;
  }
  return nullptr;
}

std::string Listing::gdal_name(const Entry& entry) const {
  return prefix_ + entry.path;
}

std::string Listing::shown(const Entry& entry) const {
  return entry.path + " of '" + path_ + "'";
}

std::string Listing::text(const Entry& entry) const {
  if (entry.bytes > most_text)
    throw DataError(shown(entry) + " has " + std::to_string(entry.bytes >> 20U) + " MiB: no metadata file is so large",
                    "do not trust this file; download it from its producer");
  const std::unique_ptr<VSILFILE, CloseFile> file(VSIFOpenL(gdal_name(entry).c_str(), "rb"));
  if (!file) throw DataError(shown(entry) + " cannot be opened", "check its permissions, or download it again");
  // The size an archive declares is not to be trusted: read until the end or the limit.
  std::string text;
  const std::size_t step = std::clamp<std::uint64_t>(entry.bytes + 1, 1U << 12U, 1U << 20U);
  while (text.size() <= most_text) {
    const std::size_t before = text.size();
    text.resize(before + step);
    const std::size_t read = VSIFReadL(text.data() + before, 1, step, file.get());
    text.resize(before + read);
    if (read < step) break;
  }
  if (text.size() > most_text)
    throw DataError(shown(entry) + " inflates to more than " + std::to_string(most_text >> 20U) + " MiB",
                    "do not trust this file; download it from its producer");
  if (text.empty()) throw DataError(shown(entry) + " is empty", "download it again");
  if (text.size() < entry.bytes)
    throw DataError(shown(entry) + " breaks off after " + std::to_string(text.size()) + " bytes", "download it again");
  return text;
}

}  // namespace cers::products
