// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/staged_folder.hpp"

#include <filesystem>

#include "cers/core/error.hpp"
#include "cers/raster-io/disk_space.hpp"

namespace cers {
namespace fs = std::filesystem;
namespace {

std::string checked(const std::string& path) {
  std::error_code fault;
  std::string plain = path;
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  if (!fs::exists(fs::symlink_status(plain, fault))) return plain;
  throw UserError("'" + plain + "' is there already", "choose another folder, or remove that one first");
}

class FolderArtifact final : public Artifact {
 public:
  explicit FolderArtifact(std::shared_ptr<StagedFolder> folder) : folder_(std::move(folder)) {}
  std::string path() const override { return folder_->final_path(); }
  void open() override {}
  void write(const LateValues&) override {}
  void close() override {}
  void publish() override { folder_->publish(); }
  void discard() noexcept override {}  // the staging folder goes with the run

 private:
  std::shared_ptr<StagedFolder> folder_;
};

}  // namespace

std::string place_in_folder(const std::string& folder, const std::string& relative) {
  const fs::path inside = fs::path(relative).lexically_normal();
  if (inside.empty() || inside.is_absolute() || *inside.begin() == "..")
    throw UserError("'" + relative + "' does not lie in the folder '" + folder + "'", "name a path inside it");
  const fs::path place = fs::path(folder) / inside;
  std::error_code fault;
  fs::create_directories(place.parent_path(), fault);
  if (fault)
    throw DataError("the folder '" + place.parent_path().string() + "' cannot be made: " + fault.message(),
                    disk_space_remedy(folder));
  return place.string();
}

StagedFolder::StagedFolder(const std::string& final_path) : run_(std::make_shared<RunFolder>(checked(final_path))) {
  stage_ = (fs::path(run_->fresh_folder()) / fs::path(run_->final_path()).filename()).string();
}

void StagedFolder::publish() {
  std::error_code fault;
  fs::rename(stage_, final_path(), fault);
  if (fault)
    throw DataError("the finished folder cannot be renamed to '" + final_path() + "': " + fault.message(),
                    "check what stands under that name");
}

std::unique_ptr<Artifact> make_folder_artifact(std::shared_ptr<StagedFolder> folder) {
  return std::make_unique<FolderArtifact>(std::move(folder));
}

}  // namespace cers
