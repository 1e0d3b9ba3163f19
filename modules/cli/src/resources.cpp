// SPDX-License-Identifier: Apache-2.0
#include "resources.hpp"

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cers/core/text.hpp"

namespace cers::cli_detail {
namespace {

constexpr std::uint64_t least_memory = 256'000'000;
constexpr std::uint64_t mebibyte = 1'048'576;

std::optional<std::int64_t> positive(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto value = parse_integer(trimmed(*text));
  return value && *value > 0 ? value : std::nullopt;
}

/// Folders of this process's control group and its ancestors, below `root`; `controller` empty: version 2.
std::vector<std::string> cgroup_folders(const Surroundings& around, const std::string& root,
                                        const std::string& controller) {
  const auto groups = around.file("/proc/self/cgroup");
  if (!groups) return {};
  std::vector<std::string> folders;
  for (const std::string& line : split(*groups, '\n')) {
    // "0::/user.slice/x" or "4:memory:/slurm/job_1"
    const std::vector<std::string> parts = split(line, ':');
    if (parts.size() < 3) continue;
    const std::vector<std::string> controllers = split(parts[1], ',');
    const bool ours = controller.empty()
                          ? parts[1].empty()
                          : std::find(controllers.begin(), controllers.end(), controller) != controllers.end();
    if (!ours) continue;
    std::string path = parts[2];
    while (!path.empty() && path != "/") {
      folders.push_back(root + path);
      path.resize(path.rfind('/'));
    }
    folders.push_back(root);
  }
  return folders;
}

std::optional<std::uint64_t> cgroup_memory(const Surroundings& around) {
  std::optional<std::uint64_t> least;
  const auto consider = [&](const std::string& path) {
    const auto limit = positive(around.file(path));  // "max" is no number
    if (limit && (!least || static_cast<std::uint64_t>(*limit) < *least)) least = static_cast<std::uint64_t>(*limit);
  };
  for (const std::string& folder : cgroup_folders(around, "/sys/fs/cgroup", "")) consider(folder + "/memory.max");
  for (const std::string& folder : cgroup_folders(around, "/sys/fs/cgroup/memory", "memory")) {
    consider(folder + "/memory.limit_in_bytes");
  }
  return least;
}

std::optional<int> cgroup_processors(const Surroundings& around) {
  std::optional<int> least;
  for (const std::string& folder : cgroup_folders(around, "/sys/fs/cgroup", "")) {
    const auto text = around.file(folder + "/cpu.max");  // "200000 100000", or "max 100000"
    if (!text) continue;
    const std::vector<std::string> parts = split(trimmed(*text), ' ');
    if (parts.size() != 2) continue;
    const auto quota = positive(parts[0]);
    const auto period = positive(parts[1]);
    if (!quota || !period) continue;
    const int whole = static_cast<int>(std::max<std::int64_t>(1, *quota / *period));
    least = std::min(whole, least.value_or(whole));
  }
  return least;
}

std::optional<std::uint64_t> available_memory(const Surroundings& around) {
  const auto info = around.file("/proc/meminfo");
  if (!info) return std::nullopt;
  for (const std::string& line : split(*info, '\n')) {
    if (!line.starts_with("MemAvailable:")) continue;
    std::istringstream words(line.substr(std::string("MemAvailable:").size()));
    std::uint64_t kibibytes = 0;
    if (words >> kibibytes) return kibibytes * 1024;
  }
  return std::nullopt;
}

}  // namespace

Surroundings real_surroundings() {
  Surroundings around;
  around.variable = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (!value) return std::nullopt;
    return value;
  };
  around.file = [](const std::string& path) -> std::optional<std::string> {
    std::ifstream stream(path);
    if (!stream) return std::nullopt;
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  };
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) around.processors = CPU_COUNT(&allowed);
  return around;
}

int default_threads(const Surroundings& around) {
  for (const char* name : {"SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "NCPUS", "OMP_NUM_THREADS"}) {
    if (const auto count = positive(around.variable(name)))
      return static_cast<int>(std::min<std::int64_t>(*count, 1024));
  }
  const int processors = std::max(1, around.processors);
  return std::min(processors, cgroup_processors(around).value_or(processors));
}

std::uint64_t default_memory(const Surroundings& around) {
  std::optional<std::uint64_t> total;
  if (const auto node = positive(around.variable("SLURM_MEM_PER_NODE"))) {
    total = static_cast<std::uint64_t>(*node) * mebibyte;
  } else if (const auto each = positive(around.variable("SLURM_MEM_PER_CPU"))) {
    total = static_cast<std::uint64_t>(*each) * mebibyte * static_cast<std::uint64_t>(default_threads(around));
  } else {
    total = available_memory(around);
    if (const auto limit = cgroup_memory(around)) total = std::min(*limit, total.value_or(*limit));
  }
  return std::max(least_memory, total.value_or(2 * least_memory) / 2);
}

}  // namespace cers::cli_detail
