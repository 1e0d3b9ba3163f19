// SPDX-License-Identifier: Apache-2.0
// Creation options: our defaults, overridden by the user's, checked against what the driver knows.
#pragma once

#include <gdal.h>

#include <string>
#include <utility>
#include <vector>

#include "cers/core/grid.hpp"
#include "output_driver.hpp"

namespace cers {

class CreationOptions {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  CreationOptions() = default;
  explicit CreationOptions(Pairs given) : pairs_(std::move(given)) {}
  /// Keeps what is already there: call after the user's options are in.
  void propose(const std::string& key, const std::string& value);
  void set(const std::string& key, const std::string& value);
  /// Case-insensitive; null when absent.
  const std::string* find(const std::string& key) const;
  /// "KEY=VALUE" strings for GDAL.
  std::vector<std::string> list() const;

 private:
  Pairs pairs_;
};

/// Throws UserError for options, or values of enumerated options, that `output` does not know.
void check_options(const OutputDriver& output, const CreationOptions::Pairs& given);
/// What is written block by block.
CreationOptions tiff_options(const CreationOptions::Pairs& given, const RasterInfo& info, PixelType type, int threads);
/// For CreateCopy.
CreationOptions copy_options(const OutputDriver& output, const CreationOptions::Pairs& given, PixelType type,
                             int threads);

}  // namespace cers
