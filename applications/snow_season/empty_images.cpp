// SPDX-License-Identifier: Apache-2.0
#include "empty_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace cers::season {
namespace {

constexpr std::size_t most_named = 10;  // of a line that somebody reads

/// What of interest a mask holds anywhere.
struct Seen {
  bool clear = false;
  bool cloud = false;
  bool water = false;
};

/// Looks until the first clear pixel of each part.
struct SeenReducer {
  using State = Seen;
  using Result = Seen;
  static constexpr bool exact = true;

  State start() const { return {}; }
  void add(State& state, const Block& codes, Window chunk) const {
    const auto plane = codes.plane<std::uint8_t>(0);
    for (int y = chunk.y; y < chunk.bottom() && !state.clear; ++y) {
      const auto row = plane.row(y, chunk);
      state.clear = std::ranges::any_of(row, [](std::uint8_t code) { return code <= 100; });
      state.cloud = state.cloud || std::ranges::find(row, 205) != row.end();
      state.water =
          state.water || std::ranges::any_of(row, [](std::uint8_t code) { return code == 210 || code == 211; });
    }
  }
  void merge(State& into, State&& from) const {
    into.clear = into.clear || from.clear;
    into.cloud = into.cloud || from.cloud;
    into.water = into.water || from.water;
  }
  Result finish(State&& state) const { return state; }
};

std::string name_of(const DatedImage& image) {
  std::filesystem::path path(image.mask().label());
  if (path.filename().empty()) path = path.parent_path();
  return fmt::format("{} {}", text_of(image.day), path.filename().string());
}

const char* reason(const Seen& seen) {
  if (seen.cloud) return "cloud";
  return seen.water ? "water" : "no data";
}

}  // namespace

void warn_of_empty_images(const std::vector<DatedImage>& images, const std::vector<Edge>& codes, Wiring& wiring) {
  std::vector<Late<Seen>> found;
  std::vector<LateRef> all;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < images.size(); ++i) {
    found.push_back(wiring.graph().reduce_beside(SeenReducer{}, codes[i], "clear pixels"));
    all.push_back({found.back().id});
    names.push_back(name_of(images[i]));
  }
  wiring.after_run({all,
                    [found, names](const LateValues& values) -> std::string {
                      std::size_t empty = 0;
                      std::string list;
                      for (std::size_t i = 0; i < found.size(); ++i) {
                        if (!values.has(found[i]) || values.get(found[i]).clear) continue;
                        if (++empty > most_named) continue;
                        list += fmt::format("{}{} ({})", empty > 1 ? ", " : "", names[i], reason(values.get(found[i])));
                      }
                      if (empty == 0) return {};
                      if (empty > most_named) list += fmt::format(" and {} more", empty - most_named);
                      if (empty == found.size())
                        return fmt::format("no image shows a clear pixel, so nothing is known of any: {}", list);
                      return fmt::format("{} of {} images {} no clear pixel and {} nothing: {}", empty, found.size(),
                                         empty == 1 ? "shows" : "show", empty == 1 ? "brings" : "bring", list);
                    },
                    true});
}

}  // namespace cers::season
