// SPDX-License-Identifier: Apache-2.0
#include "cers/app/image_dates.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "cers/core/error.hpp"

namespace cers {
namespace {

/// Of the file, or of the folder, also when it is given as "folder/".
std::string file_name(const ImageInput& image) {
  const std::filesystem::path path(image.label());
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

std::optional<CalendarDay> day_of_product(const ImageInput& image) {
  if (!image.scene()) return std::nullopt;
  return parse_calendar_day(image.scene()->product().datetime.substr(0, 10));
}

CalendarDay given_day(const ImageInput& image, const std::string& text) {
  const auto day = parse_calendar_day(text);
  if (!day)
    throw UserError(fmt::format("'{}' of -dates, the date of {}, is no day", text, image.label()),
                    "write it as 2018-02-11 or 20180211");
  const auto own = day_of_product(image);
  if (own && *own != *day)
    throw UserError(
        fmt::format("-dates says {} of {}, but its metadata say {}", text_of(*day), image.label(), text_of(*own)),
        "give the dates in the order of the images, or leave -dates out: products know theirs");
  return *day;
}

CalendarDay own_day(const ImageInput& image) {
  if (const auto day = day_of_product(image)) return *day;
  if (const auto day = day_in_name(file_name(image))) return *day;
  throw UserError(fmt::format("{} has no date: there is none in its name", image.label()),
                  "give -dates with a day for every image, in their order (-dates 2018-01-05 2018-01-10 …), or put the "
                  "date into the file name: snow_20180105.tif");
}

}  // namespace

std::vector<CalendarDay> days_of(const std::vector<const ImageInput*>& images, const std::vector<std::string>& given) {
  std::vector<CalendarDay> days;
  for (std::size_t i = 0; i < images.size(); ++i)
    days.push_back(i < given.size() ? given_day(*images[i], given[i]) : own_day(*images[i]));
  return days;
}

}  // namespace cers
