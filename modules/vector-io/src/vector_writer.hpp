// SPDX-License-Identifier: Apache-2.0
// One layer of one vector file: written aside, checked, then renamed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/raster-io/run_folder.hpp"
#include "cers/vector-io/polygonizer.hpp"

namespace cers {

struct VectorSpec {
  std::string crs;                         ///< WKT; may be empty
  bool multiple = false;                   ///< multipolygons instead of polygons
  std::string code_field;                  ///< integer
  std::string name_field;                  ///< text; empty: none
  std::vector<std::string> number_fields;  ///< real numbers
};

/// Throws UserError unless the extension of `path` is one that is written, and the format is there.
void check_vector_path(const std::string& path, const VectorSpec& spec);

class VectorWriter {
 public:
  VectorWriter(const std::string& path, std::shared_ptr<RunFolder> folder, VectorSpec spec);
  ~VectorWriter();
  VectorWriter(const VectorWriter&) = delete;
  VectorWriter& operator=(const VectorWriter&) = delete;

  const std::string& final_path() const { return file_.final_path(); }
  void open();
  /// Lets the outline go before the geometry is written. `numbers`: of the number fields, in their order.
  void add(RegionOutline&& outline, const GeoTransform& transform, const std::string& name,
           std::span<const std::optional<double>> numbers = {});
  /// Closes, opens anew and counts; throws DataError when something is missing.
  void close();
  void publish();
  void discard() noexcept;

 private:
  struct Dataset;
  [[noreturn]] void fail(const std::string& what, const std::string& reason) const;
  VectorSpec spec_;
  StagedFile file_;  // before what must be closed before its folder goes
  std::unique_ptr<Dataset> dataset_;
  std::int64_t count_ = 0;
};

}  // namespace cers
