// SPDX-License-Identifier: Apache-2.0
// What a run tells its observer. Always called from one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cers {

struct PassStarted {
  int pass = 1;  ///< 1-based
  int passes = 1;
  std::string label;  ///< "pass 1/3: statistics"
};

/// Share of the planned cost done, in [0, 1]; never falls during a run.
struct Progress {
  double fraction = 0;
  double elapsed_seconds = 0;
};

struct Warning {
  std::string text;
};

/// Where the time of a run went. Busy seconds are summed over workers.
struct RunReport {
  double wall_seconds = 0;
  double read_seconds = 0;     ///< decoding blocks
  double compute_seconds = 0;  ///< nodes
  double write_seconds = 0;    ///< committing and closing outputs
  double wait_seconds = 0;     ///< workers waiting for a block that another one decodes
  double cpu_seconds = 0;      ///< of the whole process
  std::uint64_t peak_bytes = 0;
  std::uint64_t planned_bytes = 0;
  std::uint64_t blocks_decoded = 0;
  std::uint64_t blocks_planned = 0;
  std::uint64_t tiles = 0;
  int threads = 1;
  int passes = 0;
  std::vector<std::string> outputs;
  /// "read", "compute" or "write": the largest of the three.
  std::string bound() const;
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on(const PassStarted&) {}
  virtual void on(const Progress&) {}
  virtual void on(const Warning&) {}
  virtual void on(const RunReport&) {}
};

}  // namespace cers
