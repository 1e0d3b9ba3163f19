// SPDX-License-Identifier: Apache-2.0
#include "empty_images.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "../snow/seen_codes.hpp"

namespace cers::season {
namespace {

constexpr std::size_t most_named = 10;  // of a line that somebody reads

std::string name_of(const DatedImage& image) {
  std::filesystem::path path(image.mask().label());
  if (path.filename().empty()) path = path.parent_path();
  return fmt::format("{} {}", text_of(image.day), path.filename().string());
}

}  // namespace

void warn_of_empty_images(const std::vector<DatedImage>& images, const std::vector<Edge>& codes, Wiring& wiring) {
  std::vector<Late<snow::SeenCodes>> found;
  std::vector<LateRef> all;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < images.size(); ++i) {
    found.push_back(wiring.graph().reduce_beside(snow::SeenCodesReducer{}, codes[i], "clear pixels"));
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
                        list +=
                            fmt::format("{}{} ({})", empty > 1 ? ", " : "", names[i], values.get(found[i]).reason());
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
