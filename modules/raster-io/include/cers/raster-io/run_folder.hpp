// SPDX-License-Identifier: Apache-2.0
// Where a run keeps unfinished files: a hidden folder beside the output, gone when the run is over.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "cers/engine/sink.hpp"

namespace cers {

/// `.<name>.cers-<host>-<pid>-<random>/` beside a final path, hence on the same file system: publishing is a rename.
/// Made when first needed, removed with everything in it by the destructor. Thread safe.
class RunFolder {
 public:
  /// Touches nothing. Throws UserError when the directory of `final_path` is missing or may not be written to, or when
  /// `final_path` is something else than a regular file.
  explicit RunFolder(const std::string& final_path);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  /// Absolute, symbolic links resolved.
  const std::string& final_path() const { return final_path_; }
  /// True when `path` lies in the same directory as the final path, or inside the run folder itself (part of a folder
  /// in the making).
  bool serves(const std::string& path) const;
  /// A new, empty folder inside the run folder. Throws DataError when it cannot be made.
  std::string fresh_folder();
  /// The run folder itself; empty while nothing has been put there.
  std::string path() const;

 private:
  std::string final_path_;
  mutable std::mutex mutex_;
  std::string folder_;
  int fresh_ = 0;
};

/// One output in the making: written under its own name in a run folder, then renamed together with the files a driver
/// puts beside it (.aux.xml, .hdr).
class StagedFile {
 public:
  /// `folder` may be shared by outputs of one directory; null, or one beside another directory: an own one is used.
  StagedFile(const std::string& final_path, std::shared_ptr<RunFolder> folder);
  ~StagedFile();
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  const std::string& final_path() const { return final_path_; }
  RunFolder& folder() const { return *folder_; }
  /// Where to write; makes the folder when first asked.
  const std::string& scratch_path();
  /// Renames, companions first; companions (.aux.xml, .ovr, .msk, those of a Shapefile) of a replaced file go. Throws
  /// DataError.
  void publish();
  /// Removes what was written; what stood under the final name stays.
  void discard() noexcept;

 private:
  std::string final_path_;
  std::shared_ptr<RunFolder> folder_;
  std::string stage_;
  std::string scratch_path_;
};

/// A text file (table, JSON, model) made from late values. `make` runs once, after the last pass. Without `listed` its
/// path is not reported (part of a folder).
std::unique_ptr<Artifact> make_text_artifact(const std::string& path, std::shared_ptr<RunFolder> folder,
                                             std::function<std::string(const LateValues&)> make, bool listed = true);

/// A file of any format made from late values: `write` makes it under the path it is given, alone in a folder, with the
/// files a driver puts beside it (.dbf, .shx); all are published together.
std::unique_ptr<Artifact> make_file_artifact(const std::string& path, std::shared_ptr<RunFolder> folder,
                                             std::function<void(const LateValues&, const std::string&)> write);

}  // namespace cers
