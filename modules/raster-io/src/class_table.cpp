// SPDX-License-Identifier: Apache-2.0
#include "class_table.hpp"

#include <cpl_string.h>
#include <gdal.h>

#include <algorithm>
#include <map>
#include <memory>

namespace cers {
namespace {

constexpr int highest_named = 4095;

int highest_coloured(PixelType type) {
  if (type == PixelType::u8) return 255;
  return type == PixelType::u16 ? 65535 : -1;
}

bool nameable(const ClassInfo& one) {
  return !one.name.empty() && one.code >= 0 && one.code <= highest_named;
}

}  // namespace

std::optional<std::string> untold_classes(const std::vector<ClassInfo>& classes, PixelType type) {
  if (is_floating(type)) return std::nullopt;
  const auto count = std::count_if(classes.begin(), classes.end(),
                                   [](const ClassInfo& one) { return !one.name.empty() && !nameable(one); });
  if (count > 0)
    return "names of " + std::to_string(count) + " classes with codes below 0 or above " +
           std::to_string(highest_named) + " stand in the record only";
  return std::nullopt;
}

void write_classes(void* band, const std::vector<ClassInfo>& classes, PixelType type, bool colours) {
  if (is_floating(type)) return;
  const std::unique_ptr<void, decltype(&GDALDestroyColorTable)> table(GDALCreateColorTable(GPI_RGB),
                                                                      GDALDestroyColorTable);
  std::vector<std::string> names;
  bool coloured = false;
  for (const ClassInfo& one : classes) {
    if (nameable(one)) {
      const auto index = static_cast<std::size_t>(one.code);
      if (names.size() <= index) names.resize(index + 1);
      names[index] = one.name;
    }
    if (!one.colour || one.code < 0 || one.code > highest_coloured(type)) continue;
    const auto& [red, green, blue] = *one.colour;
    const GDALColorEntry entry{red, green, blue, 255};
    GDALSetColorEntry(table.get(), one.code, &entry);
    coloured = true;
  }
  if (coloured && colours) GDALSetRasterColorTable(band, table.get());
  if (names.empty()) return;
  CPLStringList list;
  for (const std::string& name : names) list.AddString(name.c_str());
  GDALSetRasterCategoryNames(band, list.List());
}

std::vector<ClassInfo> read_classes(void* band) {
  std::map<int, ClassInfo> found;
  const CSLConstList names = GDALGetRasterCategoryNames(band);
  for (int code = 0; names != nullptr && names[code] != nullptr; ++code) {
    if (*names[code] != '\0') found[code] = {code, names[code], std::nullopt};
  }
  const GDALColorTableH table = GDALGetRasterColorTable(band);
  const int count =
      table != nullptr && GDALGetPaletteInterpretation(table) == GPI_RGB ? GDALGetColorEntryCount(table) : 0;
  for (int code = 0; code < count; ++code) {
    const GDALColorEntry& entry = *GDALGetColorEntry(table, code);
    const bool black = entry.c1 == 0 && entry.c2 == 0 && entry.c3 == 0;
    if (black && !found.contains(code)) continue;
    ClassInfo& one = found[code];
    one.code = code;
    one.colour = {static_cast<std::uint8_t>(entry.c1), static_cast<std::uint8_t>(entry.c2),
                  static_cast<std::uint8_t>(entry.c3)};
  }
  std::vector<ClassInfo> classes;
  for (auto& [code, one] : found) classes.push_back(std::move(one));
  return classes;
}

}  // namespace cers
