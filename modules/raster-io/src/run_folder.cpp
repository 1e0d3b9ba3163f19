// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/run_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>
#include <vector>

#include "cers/core/error.hpp"
#include "cers/raster-io/disk_space.hpp"

namespace cers {
namespace fs = std::filesystem;
namespace {

std::string absolute_final(const std::string& path) {
  std::error_code fault;
  fs::path absolute = fs::absolute(path, fault);
  if (fault) throw UserError("'" + path + "' is no usable output path: " + fault.message(), "give another path");
  const fs::path resolved = fs::weakly_canonical(absolute, fault);
  return (fault ? absolute.lexically_normal() : resolved).string();
}

std::string host_name() {
  char buffer[256] = {};
  if (gethostname(buffer, sizeof buffer - 1) != 0) return "host";
  std::string name = buffer;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name.substr(0, 40);
}

std::string random_digits() {
  std::random_device device;
  std::string digits;
  for (int i = 0; i < 8; ++i) digits += "0123456789abcdef"[device() % 16];
  return digits;
}

}  // namespace

RunFolder::RunFolder(const std::string& final_path) {
  if (final_path.empty()) throw UserError("an output has no file name", "give a path for it");
  if (final_path.ends_with('/'))
    throw UserError("the output '" + final_path + "' is a folder", "give a file name inside it");
  final_path_ = absolute_final(final_path);
  const fs::path directory = fs::path(final_path_).parent_path();
  std::error_code fault;
  if (!fs::exists(directory, fault))
    throw UserError("the folder '" + directory.string() + "' of the output does not exist",
                    "make it with: mkdir -p '" + directory.string() + "'");
  if (!fs::is_directory(directory, fault))
    throw UserError("'" + directory.string() + "' is not a folder, so '" + final_path + "' cannot be written",
                    "choose another output path");
  const auto status = fs::status(final_path_, fault);
  if (fs::is_directory(status))
    throw UserError("the output '" + final_path + "' is a folder", "give a file name inside it");
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw UserError("the output '" + final_path + "' is not a regular file", "choose another output path");
  if (access(directory.c_str(), W_OK | X_OK) != 0)
    throw UserError("the folder '" + directory.string() + "' cannot be written to: " + std::strerror(errno),
                    "change its permissions or choose another output folder");
}

RunFolder::~RunFolder() {
  std::error_code fault;  // a destructor has nobody to tell
  if (!folder_.empty()) fs::remove_all(folder_, fault);
}

bool RunFolder::serves(const std::string& path) const {
  const std::string place = absolute_final(path);
  const std::string own = this->path();
  return fs::path(place).parent_path() == fs::path(final_path_).parent_path() ||
         (!own.empty() && place.starts_with(own + "/"));
}

std::string RunFolder::path() const {
  const std::lock_guard lock(mutex_);
  return folder_;
}

std::string RunFolder::fresh_folder() {
  const std::lock_guard lock(mutex_);
  const fs::path target(final_path_);
  const std::string stem =
      "." + target.filename().string().substr(0, 120) + ".cers-" + host_name() + "-" + std::to_string(getpid()) + "-";
  const auto make = [](const fs::path& folder) {
    if (mkdir(folder.c_str(), 0777) == 0) return true;
    if (errno == EEXIST) return false;
    const int reason = errno;
    throw DataError("the folder '" + folder.string() + "' cannot be made: " + std::strerror(reason),
                    disk_space_remedy(folder.parent_path().string()));
  };
  while (folder_.empty()) {
    const fs::path folder = target.parent_path() / (stem + random_digits());
    if (make(folder)) folder_ = folder.string();
  }
  fs::path inner;
  do inner = fs::path(folder_) / std::to_string(fresh_++);
  while (!make(inner));
  return inner.string();
}

StagedFile::StagedFile(const std::string& final_path, std::shared_ptr<RunFolder> folder) {
  if (folder && folder->serves(final_path)) {
    final_path_ = absolute_final(final_path);
    folder_ = std::move(folder);
  } else {
    folder_ = std::make_shared<RunFolder>(final_path);
    final_path_ = folder_->final_path();
  }
}

StagedFile::~StagedFile() {
  discard();
}

const std::string& StagedFile::scratch_path() {
  if (stage_.empty()) {
    stage_ = folder_->fresh_folder();
    scratch_path_ = (fs::path(stage_) / fs::path(final_path_).filename()).string();
  }
  return scratch_path_;
}

void StagedFile::publish() {
  CERS_EXPECT(!stage_.empty());
  const fs::path directory = fs::path(final_path_).parent_path();
  const auto move = [&](const fs::path& from) {
    const fs::path to = directory / from.filename();
    std::error_code fault;
    fs::rename(from, to, fault);
    if (fault)
      throw DataError("the finished file cannot be renamed to '" + to.string() + "': " + fault.message(),
                      "check the permissions of that folder and what stands under that name");
  };
  std::vector<fs::path> companions;
  for (const auto& entry : fs::directory_iterator(stage_))
    if (entry.path() != fs::path(scratch_path_)) companions.push_back(entry.path());
  for (const fs::path& companion : companions) move(companion);
  move(scratch_path_);
  std::vector<fs::path> stales;  // those of the replaced file would describe the new one
  for (const char* suffix : {".aux.xml", ".ovr", ".msk"}) stales.emplace_back(final_path_ + suffix);
  if (fs::path(final_path_).extension() == ".shp") {
    for (const char* suffix : {".cpg", ".prj", ".qix", ".sbn", ".sbx"})
      stales.push_back(fs::path(final_path_).replace_extension(suffix));
  }
  const std::string kind = fs::path(final_path_).extension().string();
  if (kind == ".gpkg" || kind == ".sqlite") {  // a journal of the replaced file would be played into the new one
    for (const char* suffix : {"-wal", "-shm", "-journal"}) stales.emplace_back(final_path_ + suffix);
  }
  for (const fs::path& stale : stales) {
    const bool ours = std::any_of(companions.begin(), companions.end(),
                                  [&](const fs::path& one) { return one.filename() == stale.filename(); });
    std::error_code fault;
    if (!ours && fs::is_regular_file(stale, fault)) fs::remove(stale, fault);
  }
  discard();
}

void StagedFile::discard() noexcept {
  std::error_code fault;
  if (!stage_.empty()) fs::remove_all(stage_, fault);
  stage_.clear();
  scratch_path_.clear();
}

namespace {

class TextArtifact final : public Artifact {
 public:
  TextArtifact(const std::string& path, std::shared_ptr<RunFolder> folder,
               std::function<std::string(const LateValues&)> make, bool listed)
      : file_(path, std::move(folder)), make_(std::move(make)), listed_(listed) {}

  std::string path() const override { return listed_ ? file_.final_path() : std::string(); }
  void open() override { file_.scratch_path(); }
  void write(const LateValues& values) override {
    const std::string text = make_(values);
    std::ofstream stream(file_.scratch_path(), std::ios::binary | std::ios::trunc);
    stream.write(text.data(), static_cast<std::streamsize>(text.size()));
    stream.close();
    std::error_code fault;
    if (!stream || fs::file_size(file_.scratch_path(), fault) != text.size() || fault)
      throw DataError("'" + file_.final_path() + "' could not be written", disk_space_remedy(file_.scratch_path()));
    written_ = true;
  }
  void close() override { CERS_EXPECT(written_); }
  void publish() override { file_.publish(); }
  void discard() noexcept override { file_.discard(); }

 private:
  StagedFile file_;
  std::function<std::string(const LateValues&)> make_;
  bool listed_;
  bool written_ = false;
};

class FileArtifact final : public Artifact {
 public:
  FileArtifact(const std::string& path, std::shared_ptr<RunFolder> folder,
               std::function<void(const LateValues&, const std::string&)> write)
      : file_(path, std::move(folder)), write_(std::move(write)) {}

  std::string path() const override { return file_.final_path(); }
  void open() override { file_.scratch_path(); }
  void write(const LateValues& values) override { write_(values, file_.scratch_path()); }
  void close() override {
    std::error_code fault;
    if (!fs::is_regular_file(file_.scratch_path(), fault))
      throw DataError("'" + file_.final_path() + "' was not written", disk_space_remedy(file_.final_path()));
  }
  void publish() override { file_.publish(); }
  void discard() noexcept override { file_.discard(); }

 private:
  StagedFile file_;
  std::function<void(const LateValues&, const std::string&)> write_;
};

}  // namespace

std::unique_ptr<Artifact> make_file_artifact(const std::string& path, std::shared_ptr<RunFolder> folder,
                                             std::function<void(const LateValues&, const std::string&)> write) {
  return std::make_unique<FileArtifact>(path, std::move(folder), std::move(write));
}

std::unique_ptr<Artifact> make_text_artifact(const std::string& path, std::shared_ptr<RunFolder> folder,
                                             std::function<std::string(const LateValues&)> make, bool listed) {
  return std::make_unique<TextArtifact>(path, std::move(folder), std::move(make), listed);
}

}  // namespace cers
