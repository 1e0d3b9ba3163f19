// SPDX-License-Identifier: Apache-2.0
// What the machine, the batch system or the container lets this process use.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace cers::cli_detail {

/// Where limits are looked up; tests replace both.
struct Surroundings {
  /// Value of an environment variable; nothing when unset.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  /// Text of a file such as /proc/meminfo; nothing when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> file;
  int processors = 1;  ///< that the scheduler allows this process (sched_getaffinity)
};
Surroundings real_surroundings();

/// First of SLURM_CPUS_PER_TASK, SLURM_CPUS_ON_NODE, NCPUS (PBS), OMP_NUM_THREADS; else the processors this process may
/// use, at most the quota of its cgroup. At least 1.
int default_threads(const Surroundings& around);

/// Half of the first of: SLURM_MEM_PER_NODE, SLURM_MEM_PER_CPU × processors, the smaller of the cgroup limit (v1 or v2,
/// all ancestors) and the memory available. Bytes, at least 256 MB.
std::uint64_t default_memory(const Surroundings& around);

}  // namespace cers::cli_detail
