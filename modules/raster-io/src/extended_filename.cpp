// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/extended_filename.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

struct Option {
  std::string key;  // lower case, except for what follows gdal:co:
  std::string value;
};

struct Parts {
  std::string path;
  std::vector<Option> options;
};

constexpr std::string_view creation_prefix = "gdal:co:";

const std::vector<std::string>& reader_keys() {
  static const std::vector<std::string> keys{"bands",     "geom",     "gsd",        "resol", "sdataidx",
                                             "skipcarto", "skipgeom", "skiprpctag", "tile"};
  return keys;
}

const std::vector<std::string>& writer_keys() {
  static const std::vector<std::string> keys{"bands",
                                             "box",
                                             "epsg",
                                             "format",
                                             "gdal:co:KEY",
                                             "multiwrite",
                                             "nodata",
                                             "round",
                                             "streaming:type",
                                             "streaming:sizemode",
                                             "streaming:sizevalue",
                                             "writegeom",
                                             "writerpctags"};
  return keys;
}

Parts take_apart(std::string_view text, const std::vector<std::string>& legal) {
  text = trimmed(text);
  Parts parts;
  auto mark = text.find("?&");
  if (mark == std::string_view::npos && text.ends_with('?')) mark = text.size() - 1;
  parts.path = std::string(text.substr(0, mark));
  const bool remote = text.starts_with("/vsi") || text.find("://") != std::string_view::npos;
  if (!remote && parts.path.find('?') != std::string::npos)
    throw UserError("'" + std::string(text) + "': a '?' in a file name must be followed by '&'",
                    "write options as path?&key=value&key=value");
  if (parts.path.empty())
    throw UserError("'" + std::string(text) + "' holds no file name", "write path?&key=value&key=value");
  if (mark == std::string_view::npos || mark + 2 > text.size()) return parts;

  std::set<std::string> seen;
  for (const std::string& piece : split(text.substr(mark + 2), '&')) {
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    Option option;
    option.key = std::string(trimmed(std::string_view(piece).substr(0, equals)));
    const std::string small = lower(option.key);
    const bool creation = small.starts_with(creation_prefix) && small.size() > creation_prefix.size();
    option.key = creation ? std::string(creation_prefix) + option.key.substr(creation_prefix.size()) : small;
    if (!creation && (small == "gdal:co:key" || std::find(legal.begin(), legal.end(), small) == legal.end())) {
      const std::string hint = suggestion(small, legal, 0);
      throw UserError("unknown option '" + option.key + "' in '" + std::string(text) + "'",
                      (hint.empty() ? "" : hint + "; ") + "known options: " + join(legal, ", "));
    }
    if (creation && std::find(legal.begin(), legal.end(), "gdal:co:KEY") == legal.end())
      throw UserError("'" + piece + "' in '" + std::string(text) + "': creation options belong to outputs",
                      "known options of an input: " + join(legal, ", "));
    if (equals == std::string::npos)
      throw UserError("option '" + option.key + "' in '" + std::string(text) + "' has no value",
                      "write &" + option.key + "=value");
    option.value = std::string(trimmed(std::string_view(piece).substr(equals + 1)));
    if (!seen.insert(creation ? lower(option.key) : option.key).second)
      throw UserError("option '" + option.key + "' is given twice in '" + std::string(text) + "'",
                      "keep one of the two");
    parts.options.push_back(std::move(option));
  }
  return parts;
}

[[noreturn]] void refuse(const Option& option, const std::string& expected) {
  throw UserError("'" + option.value + "' is no value for option '" + option.key + "'", "write " + expected);
}

bool boolean(const Option& option) {
  const std::string value = lower(option.value);
  if (value == "on" || value == "true" || value == "1" || value == "yes") return true;
  if (value == "off" || value == "false" || value == "0" || value == "no") return false;
  refuse(option, "true or false");
}

std::optional<int> small_integer(std::string_view text) {
  const auto value = parse_integer(text);
  if (!value || *value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max()) return {};
  return static_cast<int>(*value);
}

int integer(const Option& option, int least, const std::string& expected) {
  const auto value = small_integer(option.value);
  if (!value || *value < least) refuse(option, expected);
  return *value;
}

BandSelection band_selection(const Option& option) {
  const std::string expected = "bands counted from 1, as in 1,3 or 2:4 or 3: or :-2 or -1";
  const auto number = [&](std::string_view text) -> std::optional<int> {
    if (trimmed(text).empty()) return std::nullopt;
    const auto value = small_integer(trimmed(text));
    if (!value || *value == 0) refuse(option, expected);
    return value;
  };
  BandSelection selection;
  for (const std::string& item : split(option.value, ',')) {
    const auto ends = split(item, ':');
    if (ends.size() > 2 || trimmed(item).empty()) refuse(option, expected);
    const auto first = number(ends.front());
    selection.ranges.push_back({first, ends.size() == 2 ? number(ends[1]) : first});
  }
  return selection;
}

std::vector<NodataItem> nodata_items(const Option& option) {
  const std::string expected = "a number, or band:number pairs as in 1:-9999,2:0";
  std::vector<NodataItem> items;
  const auto pieces = split(option.value, ',');
  for (const std::string& piece : pieces) {
    const auto halves = split(piece, ':');
    NodataItem item;
    if (halves.size() == 2) {
      item.band = small_integer(trimmed(halves[0]));
      if (!item.band || *item.band < 1) refuse(option, expected);
    } else if (halves.size() != 1 || pieces.size() != 1) {
      refuse(option, expected);
    }
    const auto value = parse_real(trimmed(halves.back()));
    if (!value) refuse(option, expected);
    item.value = *value;
    items.push_back(item);
  }
  return items;
}

Window box_of(const Option& option) {
  const std::string expected = "x:y:width:height in whole pixels, width and height positive";
  const auto pieces = split(option.value, ':');
  if (pieces.size() != 4) refuse(option, expected);
  int numbers[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const auto value = small_integer(trimmed(pieces[i]));
    if (!value || *value < (i < 2 ? 0 : 1)) refuse(option, expected);
    numbers[i] = *value;
  }
  return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

std::string choice(const Option& option, std::vector<std::string> legal) {
  const std::string value = lower(option.value);
  if (std::find(legal.begin(), legal.end(), value) == legal.end()) {
    const std::string hint = suggestion(value, legal, 0);
    refuse(option, "one of " + join(legal, ", ") + (hint.empty() ? "" : " (" + hint + ")"));
  }
  return value;
}

std::string ignored(const std::string& key, const std::string& why) {
  return "option '" + key + "' is ignored: " + why;
}

// OTB cuts the image to save memory; here the plan decides, so only an explicit tile side is taken as a hint.
struct Streaming {
  std::string type;
  std::string mode;
  std::optional<int> value;

  void apply(WriterName& name) const {
    if (type.empty() && mode.empty() && !value) return;
    if (type == "tiled" && value && mode == "height")
      name.tile_side = value;
    else
      name.warnings.push_back(ignored("streaming",
                                      "results do not depend on how an image is cut; only "
                                      "streaming:type=tiled with sizemode=height and a sizevalue is a "
                                      "hint for the tile size"));
  }
};

}  // namespace

std::vector<int> BandSelection::resolve(int count) const {
  std::vector<int> bands;
  if (ranges.empty())
    for (int band = 0; band < count; ++band) bands.push_back(band);
  const auto index = [&](int number) {
    const int band = number > 0 ? number : count + 1 + number;
    if (number == 0 || band < 1 || band > count)
      throw UserError("there is no band " + std::to_string(number) + ": the raster has " + std::to_string(count) +
                          (count == 1 ? " band" : " bands"),
                      "count bands from 1, or from the last one with -1");
    return band - 1;
  };
  for (const BandRange& range : ranges) {
    const int first = index(range.first.value_or(1));
    const int last = index(range.last.value_or(-1));
    if (first > last)
      throw UserError("the band range " + std::to_string(first + 1) + ":" + std::to_string(last + 1) + " is empty",
                      "name the smaller band first; to reorder, list bands as in 3,2,1");
    for (int band = first; band <= last; ++band) bands.push_back(band);
  }
  return bands;
}

ReaderName parse_reader_name(std::string_view text) {
  Parts parts = take_apart(text, reader_keys());
  ReaderName name;
  name.path = std::move(parts.path);
  for (const Option& option : parts.options) {
    if (option.key == "bands") name.bands = band_selection(option);
    if (option.key == "skipcarto") name.skip_carto = boolean(option);
    if (option.key == "gsd") {
      name.gsd_m = parse_real(option.value);
      if (!name.gsd_m || !(*name.gsd_m > 0)) refuse(option, "a ground sampling distance in metres, as in gsd=20");
    }
    if (option.key == "tile") {
      name.tile = option.value;
      if (name.tile.empty()) refuse(option, "a tile, as in tile=31TCJ");
    }
    if (option.key == "resol") name.resolution = integer(option, 0, "0 (full) or the number of a reduced resolution");
    if (option.key == "sdataidx") name.subdataset = integer(option, 0, "the number of the subdataset, from 0");
    if (option.key == "skipgeom") name.skip_geom = boolean(option);
    if (option.key == "geom" || option.key == "skipgeom" || option.key == "skiprpctag")
      name.warnings.push_back(ignored(option.key, "sensor models are not used"));
  }
  return name;
}

WriterName parse_writer_name(std::string_view text) {
  Parts parts = take_apart(text, writer_keys());
  WriterName name;
  name.path = std::move(parts.path);
  Streaming streaming;
  for (const Option& option : parts.options) {
    if (option.key.starts_with(creation_prefix))
      name.creation_options.emplace_back(option.key.substr(creation_prefix.size()), option.value);
    if (option.key == "nodata") name.nodata = nodata_items(option);
    if (option.key == "box") name.box = box_of(option);
    if (option.key == "bands") name.bands = band_selection(option);
    if (option.key == "epsg") name.epsg = integer(option, 1, "an EPSG code as in 32631");
    if (option.key == "round") name.round = boolean(option);
    if (option.key == "format") name.cog = choice(option, {"auto", "cog"}) == "cog";
    if (option.key == "streaming:type") streaming.type = choice(option, {"auto", "tiled", "stripped", "none"});
    if (option.key == "streaming:sizemode") streaming.mode = choice(option, {"auto", "height", "nbsplits"});
    if (option.key == "streaming:sizevalue") streaming.value = integer(option, 1, "a positive whole number");
    if (option.key == "writegeom" || option.key == "writerpctags")
      name.warnings.push_back(ignored(option.key, "sensor models are not written"));
    if (option.key == "multiwrite")
      name.warnings.push_back(ignored(option.key, "all outputs of a run are always written together"));
  }
  streaming.apply(name);
  return name;
}

}  // namespace cers
