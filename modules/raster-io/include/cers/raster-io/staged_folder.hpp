// SPDX-License-Identifier: Apache-2.0
// An output that is a whole folder (a product): its files are written aside and appear together, by one rename.
#pragma once

#include <memory>
#include <string>

#include "cers/raster-io/run_folder.hpp"

namespace cers {

/// The path of `relative` ("MASKS/a.tif") inside `folder`; its directories are made. Throws UserError for a path that
/// leads out of the folder, DataError when a directory cannot be made.
std::string place_in_folder(const std::string& folder, const std::string& relative);

class StagedFolder {
 public:
  /// Throws UserError when something stands at `final_path` already (a product is never mixed with an older one) and
  /// for what RunFolder refuses. Makes the staging folder; the destructor removes it unless it was published.
  explicit StagedFolder(const std::string& final_path);

  const std::string& final_path() const { return run_->final_path(); }
  /// Where to write the member `relative`: place_in_folder() of the staging folder.
  std::string place(const std::string& relative) { return place_in_folder(stage_, relative); }
  /// For the unfinished files of members.
  const std::shared_ptr<RunFolder>& run_folder() const { return run_; }
  /// Throws DataError when the folder cannot be renamed.
  void publish();

 private:
  std::shared_ptr<RunFolder> run_;
  std::string stage_;
};

/// Publishes `folder`; to be added to a graph after all of its members.
std::unique_ptr<Artifact> make_folder_artifact(std::shared_ptr<StagedFolder> folder);

}  // namespace cers
