// SPDX-License-Identifier: Apache-2.0
// Where results go: names filled in, places checked, sinks attached.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bindings.hpp"
#include "cers/pipeline/prepare.hpp"
#include "cers/pipeline/record.hpp"
#include "cers/raster-io/run_folder.hpp"

namespace cers::pipeline_detail {

/// Made for the outputs when it was not there; removed again when nothing was put there.
class OutputDirectory {
 public:
  explicit OutputDirectory(std::string path);
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;
  ~OutputDirectory();

 private:
  std::string path_;
  bool made_ = false;
};

/// An output whose `to` is one parameter, `"{polygons}"`, is left out when that parameter is empty: nobody asked for
/// it.
void leave_out_unnamed(Document& document);

class Outputs {
 public:
  Outputs(Graph& graph, Document& document, const RunOptions& options)
      : graph_(graph), document_(document), options_(options) {}

  /// Attaches a sink or file to every output of the document and fills in its path. `record` is read when the run ends.
  void attach(Steps& steps, const Inputs& inputs, const std::shared_ptr<RunRecord>& record, Diagnostics& diagnostics);
  const std::vector<std::string>& warnings() const { return warnings_; }
  std::optional<int> tile_side() const { return tile_side_; }

 private:
  void attach_one(OutputDecl& output, Steps& steps, const Inputs& inputs, const std::shared_ptr<RunRecord>& record,
                  Diagnostics& diagnostics);
  void attach_folder(FolderOutput& output, const std::string& path, const std::shared_ptr<RunRecord>& record);
  void attach_vector(const VectorOutput& output, const std::string& path, const std::shared_ptr<RunRecord>& record);
  void attach_raster(const OutputDecl& output, const OutputSpec& port, Edge edge, const WriterName& name,
                     const std::shared_ptr<RunRecord>& record);
  std::string filled(const OutputDecl& output, const Inputs& inputs, Diagnostics& diagnostics) const;
  void check_place(const OutputDecl& output, const std::string& path, const Inputs& inputs);
  void find_files_read(Steps& steps);
  std::shared_ptr<RunFolder> folder_of(const std::string& path);

  Graph& graph_;
  Document& document_;
  const RunOptions& options_;
  std::map<std::string, std::shared_ptr<RunFolder>> folders_;  // by directory
  std::map<std::string, std::string> taken_;                   // canonical path → output id
  std::map<std::string, std::string> read_;                    // canonical path of a file a parameter names → its key
  std::vector<std::string> warnings_;
  std::optional<int> tile_side_;
};

}  // namespace cers::pipeline_detail
