// SPDX-License-Identifier: Apache-2.0
#include "creation_options.hpp"

#include <cpl_minixml.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

constexpr int tile_side = 512;
constexpr int tile_multiple = 16;  // demanded by TIFF
constexpr std::size_t most_interleaved_bands = 4;

struct KnownOption {
  std::string name;
  std::vector<std::string> values;  // empty: anything
};

std::vector<KnownOption> known_options(GDALDriverH driver) {
  std::vector<KnownOption> known;
  const char* const text = GDALGetMetadataItem(driver, GDAL_DMD_CREATIONOPTIONLIST, nullptr);
  if (text == nullptr) return known;
  const std::unique_ptr<CPLXMLNode, decltype(&CPLDestroyXMLNode)> root(CPLParseXMLString(text), CPLDestroyXMLNode);
  for (const CPLXMLNode* node = root ? root->psChild : nullptr; node != nullptr; node = node->psNext) {
    if (node->eType != CXT_Element || std::string(node->pszValue) != "Option") continue;
    KnownOption option;
    option.name = CPLGetXMLValue(node, "name", "");
    if (equal_ignoring_case(CPLGetXMLValue(node, "type", ""), "string-select"))
      for (const CPLXMLNode* value = node->psChild; value != nullptr; value = value->psNext) {
        if (value->eType != CXT_Element || std::string(value->pszValue) != "Value") continue;
        option.values.emplace_back(CPLGetXMLValue(value, nullptr, ""));
        if (const std::string alias = CPLGetXMLValue(value, "alias", ""); !alias.empty())
          option.values.push_back(alias);
      }
    known.push_back(std::move(option));
  }
  return known;
}

std::string with_hint(const std::string& text, const std::vector<std::string>& legal, const std::string& all) {
  const std::string hint = suggestion(text, legal, 0);
  return (hint.empty() ? "" : hint + "; ") + all + join(legal, ", ");
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::any_of(list.begin(), list.end(), [&](const auto& one) { return equal_ignoring_case(one, text); });
}

bool driver_compresses_with(const char* driver, const std::string& codec) {
  for (const KnownOption& option : known_options(GDALGetDriverByName(driver)))
    if (option.name == "COMPRESS") return contains(option.values, codec);
  return false;
}

bool is_yes(const std::string* value) {
  return value == nullptr || equal_ignoring_case(*value, "YES") || equal_ignoring_case(*value, "TRUE") ||
         equal_ignoring_case(*value, "ON") || *value == "1";
}

std::string block_side(int raster_side) {
  return std::to_string(std::min(tile_side, ceil_div(raster_side, tile_multiple) * tile_multiple));
}

void propose_compression(CreationOptions& options, PixelType type, const char* level_key, bool zstd,
                         const char* predictor) {
  if (options.find("COMPRESS") == nullptr && zstd) {
    options.propose("COMPRESS", "ZSTD");
    options.propose(level_key, "1");
  }
  options.propose("COMPRESS", "DEFLATE");
  const std::string& codec = *options.find("COMPRESS");
  const bool predictable = contains({"ZSTD", "DEFLATE", "LZW"}, codec) && options.find("NBITS") == nullptr;
  if (predictable && !is_floating(type)) options.propose("PREDICTOR", predictor);
}

}  // namespace

void CreationOptions::propose(const std::string& key, const std::string& value) {
  if (find(key) == nullptr) pairs_.emplace_back(key, value);
}

void CreationOptions::set(const std::string& key, const std::string& value) {
  std::erase_if(pairs_, [&](const auto& pair) { return equal_ignoring_case(pair.first, key); });
  pairs_.emplace_back(key, value);
}

const std::string* CreationOptions::find(const std::string& key) const {
  for (const auto& pair : pairs_)
    if (equal_ignoring_case(pair.first, key)) return &pair.second;
  return nullptr;
}

std::vector<std::string> CreationOptions::list() const {
  std::vector<std::string> texts;
  for (const auto& [key, value] : pairs_) texts.push_back(key + "=" + value);
  return texts;
}

void check_options(const OutputDriver& output, const CreationOptions::Pairs& given) {
  const auto known = known_options(output.driver);
  std::vector<std::string> names;
  for (const KnownOption& option : known) names.push_back(option.name);
  for (const auto& [key, value] : given) {
    const auto found = std::find_if(known.begin(), known.end(), [&wanted = key](const auto& option) {
      return equal_ignoring_case(option.name, wanted);
    });
    if (found == known.end())
      throw UserError("the format " + output.name + " of '" + output.path + "' has no creation option '" + key + "'",
                      names.empty() ? "it has none: leave out gdal:co" : with_hint(key, names, "its options: "));
    if (!found->values.empty() && !contains(found->values, value))
      throw UserError("'" + value + "' is no value of creation option " + found->name + " for '" + output.path + "'",
                      with_hint(value, found->values, "its values: "));
  }
}

CreationOptions tiff_options(const CreationOptions::Pairs& given, const RasterInfo& info, PixelType type, int threads) {
  CreationOptions options(given);
  const bool strips_asked = options.find("BLOCKYSIZE") != nullptr && options.find("BLOCKXSIZE") == nullptr;
  if (options.find("TILED") == nullptr && !strips_asked) options.propose("TILED", "YES");
  if (options.find("TILED") != nullptr && is_yes(options.find("TILED"))) {
    options.propose("BLOCKXSIZE", block_side(info.grid.size.width));
    options.propose("BLOCKYSIZE", block_side(info.grid.size.height));
  }
  propose_compression(options, type, "ZSTD_LEVEL", driver_compresses_with("GTiff", "ZSTD"), "2");
  options.propose("BIGTIFF", "IF_SAFER");
  options.propose("NUM_THREADS", std::to_string(std::max(1, threads)));
  options.propose("INTERLEAVE", info.bands.size() > most_interleaved_bands ? "BAND" : "PIXEL");
  // GDAL takes four byte bands for a picture with transparency; here they are four quantities.
  if (type == PixelType::u8 && info.bands.size() == 4 && options.find("PHOTOMETRIC") == nullptr)
    options.propose("ALPHA", "NO");
  return options;
}

CreationOptions copy_options(const OutputDriver& output, const CreationOptions::Pairs& given, PixelType type,
                             int threads) {
  CreationOptions options(given);
  if (output.name == "COG") {
    propose_compression(options, type, "LEVEL", driver_compresses_with("COG", "ZSTD"), "YES");
    options.propose("BLOCKSIZE", std::to_string(tile_side));
    options.propose("BIGTIFF", "IF_SAFER");
    options.propose("NUM_THREADS", std::to_string(std::max(1, threads)));
    if (options.find("RESAMPLING") == nullptr)
      options.propose("OVERVIEW_RESAMPLING", is_floating(type) ? "AVERAGE" : "NEAREST");
  }
  // OpenJPEG is lossy unless told otherwise.
  if (output.name == "JP2OpenJPEG" && options.find("QUALITY") == nullptr && options.find("REVERSIBLE") == nullptr) {
    options.propose("QUALITY", "100");
    options.propose("REVERSIBLE", "YES");
  }
  return options;
}

}  // namespace cers
