// SPDX-License-Identifier: Apache-2.0
// A plan in words.
#include <fmt/format.h>

#include "cers/core/text.hpp"
#include "pass_plan.hpp"

namespace cers {

std::string Plan::explain() const {
  const PlanSummary& plan = summary();
  std::string text = fmt::format("{} pass{}, {} thread{}, {} of {} memory\n", plan.passes.size(),
                                 plan.passes.size() == 1 ? "" : "es", plan.threads, plan.threads == 1 ? "" : "s",
                                 format_bytes(plan.memory_bytes), format_bytes(plan.budget_bytes));
  for (const PassSummary& pass : plan.passes) {
    text += fmt::format("\n{}\n", pass.label);
    const char* most = pass.at_most ? "at most " : "";
    text += fmt::format("  tiles     {}{} of {}×{} over {}×{} pixels\n", most, pass.tiles, pass.tile.width,
                        pass.tile.height, pass.raster.width, pass.raster.height);
    const Halo& halo = pass.halo;
    if (halo != Halo{}) {
      text += fmt::format("  halo      {} {} {} {} pixels (left top right bottom), {:.1f} % computed twice\n",
                          halo.left, halo.top, halo.right, halo.bottom, (pass.overread - 1) * 100);
    }
    std::string again = pass.blocks_to_decode > pass.blocks_in_sources ? " (some for the second time)" : "";
    if (pass.parts > 1) again = fmt::format(" (parts of blocks, which are decoded up to {} times)", pass.parts);
    text += fmt::format("  decode    {}{} blocks, {}{}\n", most, pass.blocks_to_decode,
                        format_bytes(pass.bytes_to_decode), again);
    std::string shares;
    for (const TimeShare& part : pass.time)
      shares += fmt::format("{}{:.0f} % {}", shares.empty() ? "" : ", ", part.share * 100, part.name);
    if (!shares.empty() && plan.passes.size() > 1)
      shares = fmt::format("{:.0f} % of the run: {}", pass.share_of_passes * 100, shares);
    if (!shares.empty()) text += "  time      " + shares + " (forecast)\n";
    for (const std::string& node : pass.nodes) text += "  step      " + node + "\n";
    for (const std::string& result : pass.results) text += "  result    " + result + "\n";
    for (const MemoryTerm& term : pass.memory) {
      text += fmt::format("  memory    {:>9}  {}\n", format_bytes(term.bytes), term.name);
    }
    if (!pass.note.empty()) text += "  note      " + pass.note + "\n";
  }
  for (const std::string& step : plan.pruned) {
    if (!step.empty()) text += fmt::format("\nstep {} is left out: no output needs it\n", step);
  }
  return text;
}

}  // namespace cers
