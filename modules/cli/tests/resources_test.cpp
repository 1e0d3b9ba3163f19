// SPDX-License-Identifier: Apache-2.0
#include "resources.hpp"

#include <gtest/gtest.h>

#include <map>

namespace cers::cli_detail {
namespace {

using Texts = std::map<std::string, std::string>;

Surroundings around(Texts variables, Texts files, int processors) {
  Surroundings result;
  const auto look_up = [](Texts texts) {
    return [texts = std::move(texts)](const std::string& name) -> std::optional<std::string> {
      const auto found = texts.find(name);
      if (found == texts.end()) return std::nullopt;
      return found->second;
    };
  };
  result.variable = look_up(std::move(variables));
  result.file = look_up(std::move(files));
  result.processors = processors;
  return result;
}

TEST(Threads, the_batch_system_comes_before_the_machine) {
  EXPECT_EQ(default_threads(around({{"SLURM_CPUS_PER_TASK", "3"}, {"OMP_NUM_THREADS", "7"}}, {}, 64)), 3);
  EXPECT_EQ(default_threads(around({{"OMP_NUM_THREADS", "7"}}, {}, 64)), 7);
  EXPECT_EQ(default_threads(around({{"OMP_NUM_THREADS", "4,2"}}, {}, 64)), 64) << "not a number: not followed";
  EXPECT_EQ(default_threads(around({}, {}, 0)), 1);
}

TEST(Threads, a_quota_of_any_ancestor_counts) {
  const Texts files{{"/proc/self/cgroup", "0::/a/b\n"},
                    {"/sys/fs/cgroup/a/cpu.max", "250000 100000\n"},
                    {"/sys/fs/cgroup/a/b/cpu.max", "max 100000\n"}};
  EXPECT_EQ(default_threads(around({}, files, 16)), 2);
}

TEST(Memory, half_of_the_smallest_limit) {
  const Texts files{{"/proc/meminfo", "MemTotal: 9\nMemAvailable:   8000000 kB\n"},
                    {"/proc/self/cgroup", "3:cpu,memory:/slurm/job_1/step_0\n0::/\n"},
                    {"/sys/fs/cgroup/memory/slurm/job_1/memory.limit_in_bytes", "4000000000\n"},
                    {"/sys/fs/cgroup/memory/slurm/job_1/step_0/memory.limit_in_bytes", "9223372036854771712\n"}};
  EXPECT_EQ(default_memory(around({}, files, 4)), 2'000'000'000U);
  EXPECT_EQ(default_memory(around({{"SLURM_MEM_PER_NODE", "1000"}}, files, 4)), 1000ULL * 1'048'576 / 2);
  EXPECT_EQ(default_memory(around({{"SLURM_MEM_PER_CPU", "1000"}, {"SLURM_CPUS_PER_TASK", "2"}}, files, 4)),
            1000ULL * 1'048'576);
  EXPECT_EQ(default_memory(around({}, {{"/proc/meminfo", "MemAvailable: 8000000 kB\n"}}, 4)), 8'000'000ULL * 1024 / 2);
}

TEST(Memory, never_below_what_a_small_run_needs) {
  EXPECT_EQ(default_memory(around({{"SLURM_MEM_PER_NODE", "10"}}, {}, 4)), 256'000'000U);
}

}  // namespace
}  // namespace cers::cli_detail
