// SPDX-License-Identifier: Apache-2.0
// GDAL speaks through return codes and a per-thread message handler; here both become one question: did it fail, why?
#pragma once

#include <string>
#include <vector>

namespace cers {

/// Registers drivers and fixes the process-wide settings once: single-threaded decoding, a small block cache.
void initialise_gdal();

/// Gathers what GDAL reports in this thread while it lives; nothing reaches the terminal.
class ErrorCollector {
 public:
  ErrorCollector();
  ~ErrorCollector();
  ErrorCollector(const ErrorCollector&) = delete;
  ErrorCollector& operator=(const ErrorCollector&) = delete;

  /// True once an error (not a warning) was reported.
  bool failed() const { return !errors_.empty(); }
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// The distinct errors, in order, joined; else `otherwise`.
  std::string text(const std::string& otherwise = "the driver gives no reason") const;
  void clear();
  void add(int severity, const char* message);

 private:
  std::vector<std::string> errors_;
  std::vector<std::string> warnings_;
};

}  // namespace cers
